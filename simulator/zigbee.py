"""Zigbee devices of the pretend house, as Zigbee2MQTT 2.x shows them on the bus.

Written from Zigbee2MQTT's documentation, apart from `device.home`: were both to share one
conversion, a mistake in it would cancel out.
"""

from collections.abc import Mapping, Sequence

from device.errors import HomeError
from device.events import Value
from device.home import colors
from device.home.payloads import Json, number_in
from simulator.exposes import MIREDS, SETPOINT, SPEED_MAX, exposes_of
from simulator.homefile import Furnished
from simulator.things import (
    Asked,
    Messages,
    Puzzled,
    Raw,
    Sense,
    Told,
    cleared,
    key_of,
    number_within,
    said,
    travel,
    understood,
)

BASE = "zigbee2mqtt"
COORDINATOR: Raw = {
    "ieee_address": "0x00124b0000000000", "type": "Coordinator", "supported": True,
    "friendly_name": "Coordinator", "definition": None, "disabled": False,
}  # fmt: skip
"""The first entry of every inventory: the stick itself."""
INFO: Raw = {"version": "2.6.3", "config": {"advanced": {"output": "json"}}}
"""What Zigbee2MQTT tells of itself, as far as others need it: states come as JSON."""


class ZigbeeThing:
    """One device behind Zigbee2MQTT."""

    def __init__(self, device: Furnished) -> None:
        self._device = device
        self.topic_name = device.topic_name
        self._raw: Raw = {}
        self.put(device.state)
        if "color" in device.capabilities and "color_temperature" in device.capabilities:
            self._raw["color_mode"] = "color_temp"
        elif "color" in device.capabilities:
            self._raw["color_mode"] = "xy"

    @property
    def address(self) -> str:
        """Where it reports, and how the topics of messages to it begin."""
        return f"{BASE}/{self.topic_name}"

    @property
    def listens(self) -> tuple[str, ...]:
        """Commands for all of it, for one attribute, and questions."""
        return tuple(f"{self.address}/{end}" for end in ("set", "set/+", "get"))

    @property
    def _sleeps(self) -> bool:
        """Sensors on a battery answer no question; their owners set them to `retain`."""
        return self._device.kind in ("sensor", "binary_sensor")

    @property
    def raw(self) -> Raw:
        """Its whole state."""
        return {**self._raw, "linkquality": 120}

    @property
    def inventory(self) -> Raw:
        """Its entry in `bridge/devices`."""
        sleeps = self._sleeps
        return {
            "ieee_address": key_of(self._device.topic_name),
            "type": "EndDevice" if sleeps else "Router",
            "network_address": int(key_of(self._device.topic_name)[-4:], 16),
            "supported": True,
            "disabled": False,
            "friendly_name": self.topic_name,
            "description": "",
            "definition": {
                "source": "native",
                "model": f"PRETEND-{self._device.kind.upper()}",
                "vendor": "Inglenook",
                "description": f"Pretend {self._device.kind.replace('_', ' ')}",
                "exposes": exposes_of(self._device),
                "options": [],
            },
            "power_source": "Battery" if sleeps else "Mains (single phase)",
            "interviewing": False,
            "interview_completed": True,
        }

    @property
    def values(self) -> dict[str, Value]:
        """Its whole state in our words."""
        told = {name: _value(name, self._raw) for name in self._device.capabilities}
        return {name: value for name, value in told.items() if value is not None}

    def put(self, values: Mapping[str, Value]) -> None:
        """Change by hand."""
        for name, value in values.items():
            self._raw |= _raw(name, value, self._device.kind)

    def become(self, raw: Raw) -> None:
        """Stand so from now on."""
        self._raw |= {key: value for key, value in raw.items() if key in self._raw}

    def sense(self, rest: str, payload: bytes) -> Sense:
        """Take a `/set` or a `/get`: a JSON object, or a bare word."""
        verb, _, attribute = rest.partition("/")
        request = understood(payload)
        if verb == "get":
            mine = isinstance(request, dict) and bool(set(request) & set(self._raw))
            return Asked(what="") if mine and not self._sleeps else Puzzled()
        if attribute:
            request = {attribute: request}
        elif isinstance(request, str):
            request = {"state": request}
        if not isinstance(request, dict):
            return Puzzled()
        after: Raw = dict(self._raw)
        changed = ""
        for key, value in request.items():
            changes = self._change(key, value, after)
            if changes is not None:
                changed = changed or key
                after |= changes
        if not changed:
            return Puzzled()
        steps = _way(self._raw, after) if self._device.kind == "cover" else (after,)
        return Told(what=changed, steps=tuple(steps))

    def announcement(self) -> Messages:
        """Its bridge lists it."""
        return ()

    def presence(self, *, online: bool) -> Messages:
        """Zigbee2MQTT 2.x's availability, retained."""
        word: Raw = {"state": "online" if online else "offline"}
        return (said(f"{self.address}/availability", word, retained=True),)

    def report(self) -> Messages:
        """Its whole state."""
        return (said(self.address, self.raw, retained=self._sleeps),)

    def reply(self, what: str) -> Messages:
        """Its whole state, whatever was asked."""
        return self.report()

    def refusal(self, what: str) -> Messages:
        """Zigbee2MQTT logs it, and the log goes to the broker."""
        key = key_of(self._device.topic_name)
        why = f"'Error: ZCL command {key}/1 failed (Delivery failed for '{int(key[-4:], 16)}'.)'"
        message = f"Publish 'set' '{what}' to '{self.topic_name}' failed: {why}"
        entry: Raw = {"level": "error", "message": message, "namespace": "z2m"}
        return (said(f"{BASE}/bridge/logging", entry),)

    def forgotten(self) -> Messages:
        """Its availability, and the state of what sleeps."""
        return cleared(f"{self.address}/availability", *([self.address] if self._sleeps else []))

    def _change(self, key: str, value: Json, now: Raw) -> Raw | None:
        """What one attribute of a command changes; None when it means nothing."""
        if key not in now:
            return None
        if key == "state":
            return self._change_state(value, now)
        if key in ("brightness", "speed"):
            number = number_within(value, 0, 254)
            power: Raw = {"state": "ON" if number else "OFF"} if "state" in now else {}
            return None if number is None else {key: round(number), **power}
        if key == "color_temp":
            number = number_within(value, *MIREDS)
            return None if number is None else {key: round(number), "color_mode": "color_temp"}
        if key == "color":
            xy = _xy(value)
            return None if xy is None else {key: xy, "color_mode": "xy"}
        if key == "position":
            number = number_within(value, 0, 100)
            return None if number is None else {key: round(number)}
        if key == "occupied_heating_setpoint":
            number = number_within(value, *SETPOINT)
            return None if number is None else {key: round(2 * number) / 2}
        if key in ("system_mode", "fan_mode"):
            return {key: value} if value in self._device.modes else None
        return None

    def _change_state(self, value: Json, now: Raw) -> Raw | None:
        word = value.upper() if isinstance(value, str) else ""
        match self._device.kind, word:
            case "cover", "OPEN" | "CLOSE":
                return {"position": 100 if word == "OPEN" else 0}
            case "cover", "STOP":
                return {"position": now["position"]}
            case "lock", "LOCK" | "UNLOCK":
                return {"state": word, "lock_state": word.lower() + "ed"}
            case "lock" | "cover", _:
                return None
            case _, "TOGGLE":
                return {"state": "OFF" if now["state"] == "ON" else "ON"}
            case _, "ON" | "OFF":
                return {"state": word}
        return None


def _way(before: Raw, after: Raw) -> Sequence[Raw]:
    """The states that a cover goes through."""
    start, end = number_in(before["position"]) or 0, number_in(after["position"]) or 0
    return [{**after, **_cover(place)} for place in travel(start, end)]


def _cover(position: Json) -> Raw:
    return {"position": position, "state": "CLOSE" if position == 0 else "OPEN"}


def _xy(value: Json) -> Raw | None:
    """A colour in any form that Zigbee2MQTT takes, as x and y."""
    if isinstance(value, str):
        value = {"hex": value}
    if not isinstance(value, dict):
        return None
    try:
        x, y = number_in(value.get("x")), number_in(value.get("y"))
        hue, saturation = number_in(value.get("hue")), number_in(value.get("saturation"))
        if x is not None and y is not None:
            colors.from_xy(x, y)
        elif hue is not None and saturation is not None:
            x, y = colors.xy_of(colors.from_hs(hue, saturation))
        else:
            x, y = colors.xy_of(str(value.get("hex")))
    except HomeError:
        return None
    return {"x": round(x, 4), "y": round(y, 4)}


def _raw(name: str, value: Value, kind: str) -> Raw:
    """One of our values as Zigbee2MQTT reports it."""
    number = 0.0 if isinstance(value, str) else value
    match name:
        case "power":
            return {"state": str(value).upper()}
        case "brightness":
            return {"brightness": round(number * 254 / 100)}
        case "fan_speed":
            return {"speed": round(number * SPEED_MAX / 100)}
        case "color":
            x, y = colors.xy_of(str(value))
            return {"color": {"x": x, "y": y}, "color_mode": "xy"}
        case "color_temperature":
            return {"color_temp": round(1_000_000 / number), "color_mode": "color_temp"}
        case "position":
            return _cover(round(number))
        case "lock":
            return {"state": "LOCK" if value == "locked" else "UNLOCK", "lock_state": value}
        case "target_temperature":
            return {"occupied_heating_setpoint": value}
        case "temperature" if kind == "climate":
            return {"local_temperature": value}
        case "mode":
            return {"system_mode" if kind == "climate" else "fan_mode": value}
        case "contact":
            return {"contact": value == "closed"}
        case "occupancy" | "smoke":
            return {name: value == "on"}
        case "leak":
            return {"water_leak": value == "on"}
    return {name: value}


def _value(name: str, raw: Raw) -> Value | None:
    """One of our values, from what Zigbee2MQTT reports."""
    keys = {
        "power": "state", "fan_speed": "speed", "color_temperature": "color_temp",
        "lock": "lock_state", "target_temperature": "occupied_heating_setpoint",
        "leak": "water_leak",
    }  # fmt: skip
    if name == "temperature" and "local_temperature" in raw:
        return number_in(raw["local_temperature"])
    if name == "mode":
        found = raw.get("system_mode", raw.get("fan_mode"))
        return found if isinstance(found, str) else None
    found = raw.get(keys.get(name, name))
    match name, found:
        case "power", str():
            return found.lower()
        case "brightness" | "fan_speed", int():
            return round(found / 254 * 100)
        case "color_temperature", int() | float():
            return round(1_000_000 / found)
        case "color", {"x": float() as x, "y": float() as y}:
            return colors.from_xy(x, y)
        case "contact", bool():
            return "closed" if found else "open"
        case "occupancy" | "smoke" | "leak", bool():
            return "on" if found else "off"
    return found if isinstance(found, str | int | float) else None
