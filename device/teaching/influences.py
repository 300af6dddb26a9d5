"""What actions do to a room: a small model of causes, by what a device is for.

Each need wants one quantity of the room changed one way. Each influence says by how much one
change of one device moves which quantities, -1 to 1: opening a blind gives light and takes
privacy, an open window gives air and takes warmth where it is colder outside. What is wished
for counts in full, the rest as side effects (`device.teaching.proposals`).

The figures are judgements about ordinary homes, written down here and nowhere else.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from device.context import Context, Device


class Quantity(StrEnum):
    """What there can be more or less of in a room."""

    LIGHT = "light"
    WARMTH = "warmth"
    SOUND = "sound"
    AIR = "air"
    MOISTURE = "moisture"
    VIEW = "view"
    """How much of the room can be seen from outside."""
    SAFETY = "safety"
    DIRT = "dirt"
    CALM = "calm"


WISHES: Mapping[str, tuple[Quantity, int]] = MappingProxyType(
    {
        "more_light": (Quantity.LIGHT, 1),
        "less_light": (Quantity.LIGHT, -1),
        "warmer": (Quantity.WARMTH, 1),
        "cooler": (Quantity.WARMTH, -1),
        "louder": (Quantity.SOUND, 1),
        "quieter": (Quantity.SOUND, -1),
        "fresher_air": (Quantity.AIR, 1),
        "more_humid": (Quantity.MOISTURE, 1),
        "less_humid": (Quantity.MOISTURE, -1),
        "more_privacy": (Quantity.VIEW, -1),
        "safer": (Quantity.SAFETY, 1),
        "cleaner": (Quantity.DIRT, -1),
        "calmer": (Quantity.CALM, 1),
    }
)
"""Need -> the quantity that should change, and which way."""


class Change(StrEnum):
    """Ways in which one value of a device changes."""

    ON = "on"
    OFF = "off"
    UP = "up"
    DOWN = "down"
    COOL = "cool"
    """Of a climate device: to the mode that cools."""


Moves = Mapping[Quantity, float]
"""Quantity -> how much more of it there is, -1 to 1."""

_L, _W, _S, _A = Quantity.LIGHT, Quantity.WARMTH, Quantity.SOUND, Quantity.AIR
_M, _V, _F, _D, _C = (
    Quantity.MOISTURE,
    Quantity.VIEW,
    Quantity.SAFETY,
    Quantity.DIRT,
    Quantity.CALM,
)

INFLUENCES: Mapping[tuple[str, str, Change], Moves] = MappingProxyType(
    {
        ("light", "power", Change.ON): {_L: 0.75, _V: 0.1, _F: 0.2},
        ("light", "power", Change.OFF): {_L: -0.7, _V: -0.2, _C: 0.3},
        ("light", "brightness", Change.UP): {_L: 0.8, _C: -0.4},
        ("light", "brightness", Change.DOWN): {_L: -0.9, _C: 0.8},
        ("light", "color_temperature", Change.UP): {_C: -0.3},
        ("light", "color_temperature", Change.DOWN): {_C: 0.3},
        ("blind", "position", Change.UP): {_L: 0.6, _V: 0.8, _W: 0.2},
        ("blind", "position", Change.DOWN): {_L: -1.0, _V: -1.0, _W: -0.4},
        ("awning", "position", Change.UP): {_L: -0.5, _W: -0.4},
        ("awning", "position", Change.DOWN): {_L: 0.4, _W: 0.2},
        ("window", "position", Change.UP): {_A: 0.9, _M: -0.5, _W: -0.5, _S: 0.2, _F: -0.5},
        ("window", "position", Change.DOWN): {_A: -0.8, _M: 0.3, _W: 0.5, _S: -0.5, _F: 0.7},
        ("heating", "target_temperature", Change.UP): {_W: 1.0, _M: -0.1},
        ("heating", "target_temperature", Change.DOWN): {_W: -0.9},
        ("heating", "mode", Change.ON): {_W: 0.8},
        ("heating", "mode", Change.OFF): {_W: -0.7},
        ("heating", "mode", Change.COOL): {_W: -1.0, _S: 0.1},
        ("heater", "power", Change.ON): {_W: 0.9, _M: -0.2},
        ("heater", "power", Change.OFF): {_W: -0.9},
        ("fan", "power", Change.ON): {_W: -0.8, _A: 0.6, _M: -0.4, _S: 0.3},
        ("fan", "power", Change.OFF): {_W: 0.6, _A: -0.5, _M: 0.2, _S: -0.5},
        ("fan", "fan_speed", Change.UP): {_W: -0.7, _A: 0.5, _S: 0.2},
        ("fan", "fan_speed", Change.DOWN): {_W: 0.4, _A: -0.4, _S: -0.4},
        ("extractor", "power", Change.ON): {_A: 1.0, _M: -0.9, _S: 0.2},
        ("extractor", "power", Change.OFF): {_A: -0.6, _M: 0.4, _S: -0.5},
        ("purifier", "power", Change.ON): {_A: 1.0, _S: 0.2},
        ("purifier", "power", Change.OFF): {_A: -0.8, _S: -0.4},
        ("humidifier", "power", Change.ON): {_M: 1.0},
        ("humidifier", "power", Change.OFF): {_M: -0.9},
        ("humidifier", "humidity", Change.UP): {_M: 0.9},
        ("humidifier", "humidity", Change.DOWN): {_M: -0.8},
        ("dehumidifier", "power", Change.ON): {_M: -1.0, _S: 0.2},
        ("dehumidifier", "power", Change.OFF): {_M: 0.8, _S: -0.3},
        ("player", "volume", Change.UP): {_S: 1.0, _C: -0.6},
        ("player", "volume", Change.DOWN): {_S: -1.0, _C: 0.6},
        ("player", "media", Change.ON): {_S: 0.9},
        ("player", "media", Change.OFF): {_S: -0.9, _C: 0.5},
        ("player", "power", Change.OFF): {_S: -0.6, _C: 0.4},
        ("vacuum", "vacuum", Change.ON): {_D: -1.0, _S: 0.3},
        ("vacuum", "vacuum", Change.OFF): {_D: 0.3, _S: -1.0, _C: 0.6},
        ("lock", "lock", Change.ON): {_F: 1.0},
        ("lock", "lock", Change.OFF): {_F: -1.0},
        ("door", "position", Change.UP): {_F: -0.9, _A: 0.2},
        ("door", "position", Change.DOWN): {_F: 0.9, _A: -0.2},
        ("alarm", "mode", Change.ON): {_F: 0.6},
        ("alarm", "mode", Change.OFF): {_F: -0.8},
    }
)
"""(Role, capability, change) -> what it moves."""

MAIN = 0.4
"""Share of the greatest effect from which an effect is one that something is done for."""

_SWITCHED_ROLES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("light", "lights", "lamp", "lamps"), "light"),
        **dict.fromkeys(("heater", "radiator", "heating", "rail"), "heater"),
        **dict.fromkeys(("extractor", "exhaust", "ventilation", "ventilator", "hood"), "extractor"),
        **dict.fromkeys(("purifier", "cleaner"), "purifier"),
        **dict.fromkeys(("fan",), "fan"),
        **dict.fromkeys(("dehumidifier",), "dehumidifier"),
        **dict.fromkeys(("humidifier",), "humidifier"),
    }
)
"""What hangs on a switch or turns as a fan, by the last such word of its name."""

_COVER_ROLES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("", "blind", "curtain", "shade", "shutter"), "blind"),
        **dict.fromkeys(("door", "garage", "gate"), "door"),
        "awning": "awning",
        "window": "window",
    }
)
_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "light": "light",
        "climate": "heating",
        "water_heater": "",
        "media_player": "player",
        "vacuum": "vacuum",
        "lock": "lock",
        "alarm_control_panel": "alarm",
    }
)

OUTSIDE = frozenset(
    {"outside", "outdoors", "garden", "yard", "balcony", "terrace", "patio", "porch"}
)
"""Rooms and floors in the open air."""


def role(device: Device) -> str:
    """What a device is for in a room, "" where it does nothing to one that is known."""
    words = device.name.casefold().split()
    if device.kind in ("switch", "fan", "humidifier"):
        if device.device_class in ("humidifier", "dehumidifier"):
            return device.device_class
        named = [_SWITCHED_ROLES[w] for w in words if w in _SWITCHED_ROLES]
        fallback = "" if device.kind == "switch" else device.kind
        return named[-1] if named and "light" not in device.kind else fallback
    if device.kind == "cover":
        return _COVER_ROLES.get(device.device_class, "")
    return _ROLES.get(device.kind, "")


def moves(device: Device, capability: str, change: Change, context: Context) -> Moves:
    """What one change of one device does now.

    A blind gives light by day only, and an open window takes warmth only where it is colder
    outside.

    Returns:
        Quantity -> how much more of it there is, -1 to 1; empty for what is not known.
    """
    what = role(device)
    known = INFLUENCES.get((what, capability, change), {})
    found = dict(known)
    if what in ("blind", "awning") and not daylight(context.now):
        found.pop(Quantity.LIGHT, None)
        found.pop(Quantity.WARMTH, None)
    if what == "window":
        outside, inside = _outside(context), temperature(device.room, context)
        if outside is not None and inside is not None and outside > inside:
            found[Quantity.WARMTH] = -found[Quantity.WARMTH]
    return found


def mainly(found: Moves, quantity: Quantity) -> float:
    """How much of a quantity there is more, 0 where that is no more than a side effect.

    Nobody turns on a fan for its noise.
    """
    amount = found.get(quantity, 0.0)
    return amount if abs(amount) >= MAIN * max(map(abs, found.values()), default=0.0) else 0.0


def daylight(now: datetime) -> bool:
    """Whether it is light outside, by the season of the northern temperate zone.

    The speaker does not know where it stands: the day is 8 hours long at midwinter and 16 at
    midsummer, around half past twelve.
    """
    turned = math.cos(2 * math.pi * (now.timetuple().tm_yday - 172) / 365.25)
    half_hours = 6 + 2 * turned
    hour = now.hour + now.minute / 60
    return abs(hour - 12.5) < half_hours


def temperature(room: str | None, context: Context) -> float | None:
    """What the room's devices say of its temperature, °C; None where none tells."""
    told = [
        value
        for device in context.home.devices
        if device.room == room
        and isinstance(value := context.value(device.id, "temperature"), int | float)
    ]
    return sum(told) / len(told) if told else None


def _outside(context: Context) -> float | None:
    """The temperature in the open air, °C; None where no device stands there and tells."""
    told = [
        found
        for room in context.home.rooms
        if {room.name.casefold(), (room.floor or "").casefold()} & OUTSIDE
        and (found := temperature(room.name, context)) is not None
    ]
    return min(told, default=None)
