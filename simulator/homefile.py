"""What a home file leaves open, filled in: every device gets capabilities and a state.

Reading the file itself is `device.home.homefile`, which the speaker uses too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from device.context import Capability, Device, Home
from device.errors import ConfigError
from device.events import Value
from device.home.homefile import Furnishing, HomeFile, read_home

DEFAULT_HOME = Path(__file__).parent / "house.toml"
"""The furnished house that comes with the simulator."""

CAPABILITIES: Mapping[str, tuple[str, ...]] = {
    "light": ("power", "brightness"),
    "switch": ("power",),
    "fan": ("power", "fan_speed"),
    "cover": ("position",),
    "valve": ("position",),
    "lock": ("lock",),
    "climate": ("target_temperature", "temperature", "mode"),
    "water_heater": ("power", "target_temperature", "temperature"),
    "humidifier": ("power", "humidity"),
    "media_player": ("power", "volume", "media"),
    "vacuum": ("vacuum", "battery"),
    "lawn_mower": ("mower", "battery"),
    "scene": ("scene",),
    "script": ("scene",),
    "button": ("scene",),
    "input_button": ("scene",),
    "alarm_control_panel": ("mode",),
    "select": ("mode",),
    "input_select": ("mode",),
    "weather": ("temperature", "humidity"),
}
"""What a kind of device usually has; every other kind can be turned on and off."""

SENSED: Mapping[str, tuple[str, ...]] = {
    "temperature": ("temperature",),
    "humidity": ("humidity",),
    "battery": ("battery",),
    "illuminance": ("illuminance",),
    "moisture": ("leak",),
    "smoke": ("smoke",),
    "motion": ("occupancy",),
    "occupancy": ("occupancy",),
    "presence": ("occupancy",),
}
"""The same for sensors, by their class."""

STATE: Mapping[str, Value] = {
    "power": "off",
    "brightness": 80,
    "color": "white",
    "color_temperature": 2700,
    "position": 0,
    "lock": "locked",
    "target_temperature": 20,
    "temperature": 20.5,
    "humidity": 45,
    "fan_speed": 50,
    "volume": 30,
    "contact": "closed",
    "occupancy": "off",
    "media": "idle",
    "vacuum": "docked",
    "mower": "docked",
    "battery": 87,
    "illuminance": 120,
    "leak": "off",
    "smoke": "off",
}
"""How a device stands where the file does not say; a scene was never activated."""

MODES: Mapping[str, tuple[str, ...]] = {
    "climate": ("off", "heat", "cool", "auto", "dry", "fan_only"),
    "fan": ("low", "medium", "high", "auto"),
    "humidifier": ("normal", "eco", "boost", "sleep"),
    "water_heater": ("off", "eco", "performance"),
    "alarm_control_panel": ("disarmed", "armed_home", "armed_away", "armed_night"),
}
"""Words that `mode` takes, by kind."""

FIRST_MODE: Mapping[str, str] = {"climate": "heat"}
"""The mode in which a kind starts, where it is not the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnished:
    """A device of the pretend house, complete."""

    name: str
    room: str | None
    topic_name: str
    """What it is called on the bus."""
    kind: str
    device_class: str
    dialect: str
    """What its file wants it to speak."""
    capabilities: tuple[str, ...]
    modes: tuple[str, ...]
    """Words that its `mode` takes."""
    state: Mapping[str, Value]


def read_house(path: Path | None = None) -> HomeFile:
    """Read a home file for a pretend house; None reads the furnished one.

    Raises:
        ConfigError: It is missing or wrong, or a device has no kind.
    """
    where = path or DEFAULT_HOME
    file = read_home(where)
    for device in file.devices:
        if device.kind is None:
            raise ConfigError(f"{where}: {device.name} needs a kind, such as light")
    return file


def furnished(device: Furnishing) -> Furnished:
    """A device with everything that the file leaves open filled in."""
    kind = device.kind or "switch"
    given = dict(device.state)
    names = device.capabilities
    if not names:
        names = tuple(dict.fromkeys((*_usual(kind, device.device_class), *given)))
    modes = MODES.get(kind, ("off", "on", "auto"))
    if "mode" in given and given["mode"] not in modes:
        modes = (*modes, str(given["mode"]))
    defaults: dict[str, Value] = {**STATE, "mode": FIRST_MODE.get(kind, modes[0])}
    if kind == "cover" and device.device_class in ("", "blind", "curtain", "shade", "shutter"):
        defaults["position"] = 100
    return Furnished(
        name=device.name,
        room=device.room,
        topic_name=device.topic_name,
        kind=kind,
        device_class=device.device_class,
        dialect=device.dialect,
        capabilities=names,
        modes=modes,
        state={
            name: given.get(name, defaults.get(name, "off"))
            for name in names
            if name in given or name != "scene"
        },
    )


@cache
def furnished_home() -> Home:
    """The furnished house as a speaker knows it; a device's number is its id."""
    file = read_house()
    pieces = [(piece, furnished(piece)) for piece in file.devices]
    return Home(
        rooms=file.rooms,
        devices=tuple(
            Device(
                id=str(number),
                name=whole.name,
                room=whole.room,
                kind=whole.kind,
                device_class=whole.device_class,
                aliases=piece.aliases,
                capabilities=tuple(Capability(name=c) for c in whole.capabilities),
            )
            for number, (piece, whole) in enumerate(pieces)
        ),
    )


def _usual(kind: str, device_class: str) -> tuple[str, ...]:
    if kind == "sensor":
        return SENSED.get(device_class, ("temperature",))
    if kind == "binary_sensor":
        return SENSED.get(device_class, ("contact",))
    return CAPABILITIES.get(kind, ("power",))
