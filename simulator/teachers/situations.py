"""What helps in a room where it is too dark, too cold, too loud ...: as people see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from device.context import Device, Home
from device.events import Value

_HOTTEST, _COLDEST = 23, 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """One thing that helps."""

    kind: str
    capability: str
    fits: Callable[[Value], bool]
    """Whether a value helps."""
    own: tuple[Value, ...]
    """Values that owners have in mind."""
    classes: frozenset[str] = frozenset()
    """Device classes that it is true for; empty for all."""


def _at_least(least: float) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, int | float) and value >= least


def _at_most(most: float) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, int | float) and value <= most


def _is(*words: Value) -> Callable[[Value], bool]:
    return lambda value: value in words


_SHADES = frozenset({"blind", "curtain", "shade", "shutter"})
_LIGHT_ON = Help(kind="light", capability="power", fits=_is("on"), own=("on",))
_SHUT = Help(
    kind="cover", capability="position", fits=_at_most(50), own=(0,), classes=_SHADES
)  # fmt: skip
_FAN_ON = Help(kind="fan", capability="power", fits=_is("on"), own=("on",))

NEEDS: Mapping[str, tuple[Help, ...]] = {
    "light": (
        _LIGHT_ON,
        Help(kind="light", capability="brightness", fits=_at_least(40), own=(80, 100)),
        Help(kind="cover", capability="position", fits=_at_least(50), own=(), classes=_SHADES),
    ),
    "dark": (
        Help(kind="light", capability="brightness", fits=_at_most(60), own=(10, 20, 30)),
        Help(kind="light", capability="power", fits=_is("off"), own=("off",)),
        _SHUT,
    ),
    "warm": (
        Help(kind="climate", capability="target_temperature", fits=_at_least(20),
             own=(_HOTTEST, 24)),
        Help(kind="climate", capability="mode", fits=_is("heat", "auto"), own=()),
        Help(kind="fan", capability="power", fits=_is("off"), own=()),
        Help(kind="switch", capability="power", fits=_is("on"), own=()),
        Help(kind="cover", capability="position", fits=_at_most(50), own=()),
    ),
    "cool": (
        Help(kind="climate", capability="target_temperature", fits=_at_most(20),
             own=(_COLDEST, 16)),
        Help(kind="climate", capability="mode", fits=_is("cool", "off", "fan_only"), own=()),
        _FAN_ON,
        Help(kind="fan", capability="fan_speed", fits=_at_least(30), own=()),
        Help(kind="cover", capability="position", fits=_at_most(50), own=()),
        Help(kind="switch", capability="power", fits=_is("off"), own=()),
    ),
    "quiet": (
        Help(kind="media_player", capability="volume", fits=_at_most(40), own=(5, 10)),
        Help(kind="media_player", capability="power", fits=_is("off"), own=("off",)),
        Help(kind="media_player", capability="media", fits=_is("paused", "idle"), own=()),
        Help(kind="fan", capability="power", fits=_is("off"), own=()),
        Help(kind="vacuum", capability="vacuum", fits=_is("docked", "paused"), own=()),
    ),
    "loud": (
        Help(kind="media_player", capability="volume", fits=_at_least(30), own=(50, 60)),
        Help(kind="fan", capability="power", fits=_is("off"), own=()),
    ),
    "air": (
        _FAN_ON,
        Help(kind="fan", capability="fan_speed", fits=_at_least(30), own=()),
        Help(kind="cover", capability="position", fits=_at_least(30), own=()),
    ),
    "privacy": (_SHUT, Help(kind="light", capability="power", fits=_is("off"), own=())),
    "safe": (
        Help(kind="lock", capability="lock", fits=_is("locked"), own=("locked",)),
        Help(kind="alarm_control_panel", capability="mode",
             fits=_is("armed_home", "armed_away", "armed_night"), own=()),
        _LIGHT_ON,
        Help(kind="light", capability="brightness", fits=_at_least(40), own=()),
        Help(kind="cover", capability="position", fits=_at_most(0), own=()),
    ),
    "glare": (_SHUT,),
    "dirty": (
        Help(kind="vacuum", capability="vacuum", fits=_is("cleaning"), own=("cleaning",)),
    ),
    "dry": (
        Help(kind="humidifier", capability="power", fits=_is("on"), own=("on",)),
        Help(kind="humidifier", capability="humidity", fits=_at_least(45), own=()),
    ),
}  # fmt: skip
"""What helps, by need."""


_SAID = {"open": "100", "closed": "0"}


def helping(home: Home, need: str, room: str) -> list[tuple[Device, str, Value]]:
    """What an owner could have in mind in this room: device, capability and value."""
    return [
        (device, one.capability, value)
        for one in NEEDS[need]
        for device in home.devices
        if device.room == room and device.kind == one.kind and device.capability(one.capability)
        and _of_class(device, one)
        for value in one.own
    ]  # fmt: skip


def helps(need: str, device: Device, capability: str, value: Value) -> bool:
    """Whether people would say that this helps."""
    return any(
        one.kind == device.kind
        and one.capability == capability
        and one.fits(value)
        and _of_class(device, one)
        for one in NEEDS[need]
    )


def would_help(need: str, device: Device, said: str) -> bool:
    """Whether a value as it is said ("40", "off", "closed") would help, whatever it is of."""
    value: Value = _SAID.get(said, said)
    try:
        value = float(value)
    except ValueError:
        value = said
    return any(
        one.kind == device.kind and one.fits(value) and _of_class(device, one)
        for one in NEEDS[need]
    )


def kinds(need: str) -> frozenset[str]:
    """Kinds of devices that can help."""
    return frozenset(one.kind for one in NEEDS[need])


def _of_class(device: Device, one: Help) -> bool:
    return not one.classes or not device.device_class or device.device_class in one.classes
