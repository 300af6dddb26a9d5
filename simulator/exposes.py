"""What the pretend Zigbee devices expose, as Zigbee2MQTT 2.x writes it in `bridge/devices`."""

from collections.abc import Mapping

from device.home.payloads import Json
from simulator.homefile import Furnished
from simulator.things import Raw

SPEAKS: Mapping[str, frozenset[str]] = {
    "light": frozenset({"power", "brightness", "color", "color_temperature"}),
    "switch": frozenset({"power"}),
    "fan": frozenset({"power", "fan_speed", "mode"}),
    "cover": frozenset({"position"}),
    "lock": frozenset({"lock"}),
    "climate": frozenset({"power", "target_temperature", "temperature", "mode"}),
}
"""What Zigbee2MQTT knows of each kind of device."""
SENSES = frozenset(
    {"temperature", "humidity", "battery", "illuminance", "contact", "occupancy", "leak", "smoke"}
)
"""What any Zigbee device may tell besides."""

MIREDS = (153, 500)
SETPOINT = (5, 35)
SPEED_MAX = 254


def speaks_zigbee(device: Furnished) -> bool:
    """Whether Zigbee2MQTT knows such a device."""
    can = SPEAKS.get(device.kind, frozenset()) | SENSES
    known = device.kind in SPEAKS or device.kind in ("sensor", "binary_sensor")
    return known and set(device.capabilities) <= can


def exposes_of(device: Furnished) -> list[Json]:
    """What the device's definition exposes, as Zigbee2MQTT writes it."""
    specific: list[Json] = []
    generic: list[Json] = []
    for name in device.capabilities:
        made = _feature(name, device)
        (specific if name in SPEAKS.get(device.kind, ()) else generic).extend(made)
    if device.kind not in SPEAKS:
        return generic
    return [{"type": device.kind, "features": specific}, *generic]


def _feature(name: str, device: Furnished) -> list[Json]:
    on_off: Raw = {"value_on": "ON", "value_off": "OFF", "value_toggle": "TOGGLE"}
    match name:
        case "power":
            return [_expose("binary", "state", 7, **on_off)]
        case "brightness":
            return [_expose("numeric", "brightness", 7, value_min=0, value_max=254)]
        case "color_temperature":
            low, high = MIREDS
            return [
                _expose("numeric", "color_temp", 7, value_min=low, value_max=high, unit="mired")
            ]
        case "color":
            inside: list[Json] = [_expose("numeric", axis, 7) for axis in ("x", "y")]
            return [_expose("composite", "color_xy", 7, property="color", features=inside)]
        case "fan_speed":
            return [_expose("numeric", "speed", 7, value_min=0, value_max=SPEED_MAX)]
        case "position":
            return [
                _expose("enum", "state", 3, values=["OPEN", "CLOSE", "STOP"]),
                _expose("numeric", "position", 7, value_min=0, value_max=100, unit="%"),
            ]
        case "lock":
            states: list[Json] = ["not_fully_locked", "locked", "unlocked"]
            return [
                _expose("binary", "state", 7, value_on="LOCK", value_off="UNLOCK"),
                _expose("enum", "lock_state", 1, values=states),
            ]
        case "target_temperature":
            low, high = SETPOINT
            return [
                _expose(
                    "numeric", "occupied_heating_setpoint", 7,
                    value_min=low, value_max=high, value_step=0.5, unit="°C",
                )
            ]  # fmt: skip
        case "mode":
            words: list[Json] = list(device.modes)
            if device.kind == "climate":
                return [_expose("enum", "system_mode", 7, values=words)]
            return [_expose("enum", "mode", 7, property="fan_mode", values=words)]
    return _sensed(name, device)


def _sensed(name: str, device: Furnished) -> list[Json]:
    units = {"temperature": "°C", "humidity": "%", "battery": "%", "illuminance": "lx"}
    if name == "temperature" and device.kind == "climate":
        return [_expose("numeric", "local_temperature", 5, unit="°C")]
    if name in units:
        return [_expose("numeric", name, 1, unit=units[name])]
    if name == "contact":
        return [_expose("binary", "contact", 1, value_on=False, value_off=True)]
    called = "water_leak" if name == "leak" else name
    return [_expose("binary", called, 1, value_on=True, value_off=False)]


def _expose(kind: str, name: str, access: int, **more: Json) -> Raw:
    label = name.replace("_", " ").capitalize()
    return {
        "type": kind, "name": name, "label": label, "property": name, "access": access, **more,
    }  # fmt: skip
