"""Single changes that a device could make now, and what a value would change.

A step is one value of one device that differs from what the device reported. Values are sized
as people expect them: two degrees, a third of a fan's speed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from device.concepts import Setting
from device.context import Context, Device
from device.events import Value
from device.teaching.influences import Change, Moves, moves, temperature

DEGREES = 2.0
"""What "warmer" and "cooler" add, °C."""
BRIGHTER = 40
"""What a lamp that is on gains, per cent."""
DIMMED = 30
"""What a lamp is dimmed to, per cent; a darker one to a third of what it is."""
VOLUME = 15
"""What a player gains or loses, per cent."""
FAN = 34
"""What a fan gains or loses, per cent."""
HUMIDITY = 10
"""What a humidifier aims at more or less, per cent."""

_ON: tuple[tuple[str, str, str], ...] = (
    ("power", "on", "off"),
    ("vacuum", "cleaning", "docked"),
    ("lock", "locked", "unlocked"),
    ("media", "playing", "paused"),
)
"""Capability, its value that is on, and the one that is off."""
_ARMED = ("armed_home", "armed_away", "armed_night")
_HEATING = ("heat", "heat_cool", "auto")
_FALLBACK: dict[str, tuple[float, float]] = {"target_temperature": (5, 30)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One value for one device."""

    device: Device
    capability: str
    value: Value
    change: Change
    moves: Moves
    share: float
    """How much of the change's effect there is room for, 0 to 1."""


def steps(device: Device, context: Context) -> Iterator[Step]:
    """Everything that a device could change now that moves something in a room."""
    for capability, value, change, share in _values(device, context):
        moved = moves(device, capability, change, context)
        if moved and not _beyond(device, capability, value, context):
            yield Step(
                device=device,
                capability=capability,
                value=value,
                change=change,
                moves=moved,
                share=share,
            )


def change_of(device: Device, capability: str, value: Value, context: Context) -> Change | None:
    """Which way a value would change a device, from how it stands now.

    Returns:
        None where that is not known or nothing would change.
    """
    for name, on, off in _ON:
        if capability == name:
            return {on: Change.ON, off: Change.OFF}.get(str(value))
    if capability == "mode":
        return _mode_change(str(value))
    if isinstance(value, str):
        return None
    present = _present(device, capability, context)
    if present is None or value == present:
        return None if present is not None or value == 50 else _by_half(value)
    return Change.UP if value > present else Change.DOWN


def changes(device: Device, setting: Setting, context: Context) -> bool:
    """Whether a setting would change a device, as far as it told."""
    present = context.value(device.id, setting.capability)
    if setting.capability in ("brightness", "fan_speed") and is_off(device, context):
        return setting.value != 0
    return present is None or present != setting.value


def is_off(device: Device, context: Context) -> bool:
    """Whether a device is known to be switched off."""
    return context.value(device.id, "power") == "off"


def _values(device: Device, context: Context) -> Iterator[tuple[str, Value, Change, float]]:
    can = {c.name: c for c in device.capabilities if c.settable}
    for name, on, off in _ON:
        present = context.value(device.id, name)
        if name in can and present != on and not (name == "media" and is_off(device, context)):
            yield name, on, Change.ON, 0.5 if present is None else 1.0
        if name in can and present == on:
            yield name, off, Change.OFF, 1.0
    if "mode" in can:
        yield from _modes(device, can["mode"].options, context)
    for name in can:
        yield from _numbers(device, name, context)


def _modes(
    device: Device, options: tuple[str, ...], context: Context
) -> Iterator[tuple[str, Value, Change, float]]:
    present = context.value(device.id, "mode")
    if device.kind == "alarm_control_panel":
        wanted = next((m for m in _ARMED if m in options), None)
        if wanted is not None and present == "disarmed":
            yield "mode", wanted, Change.ON, 1.0
        return
    heating = next((m for m in _HEATING if m in options), None)
    if present == "off" and heating is not None:
        yield "mode", heating, Change.ON, 1.0
    if present in _HEATING and "off" in options:
        yield "mode", "off", Change.OFF, 0.5
    if "cool" in options and present not in (None, "cool") and _above_target(device, context):
        yield "mode", "cool", Change.COOL, 1.0


def _above_target(device: Device, context: Context) -> bool:
    """Whether cooling would do anything: not where the room is as cool as it aims at."""
    target = context.value(device.id, "target_temperature")
    measured = temperature(device.room, context)
    return not isinstance(target, int | float) or measured is None or measured > target


def _numbers(
    device: Device, name: str, context: Context
) -> Iterator[tuple[str, Value, Change, float]]:
    present = context.value(device.id, name)
    if not isinstance(present, int | float):
        return
    if name == "position":
        if present < 100:
            yield name, 100, Change.UP, (100 - present) / 100
        if present > 0:
            yield name, 0, Change.DOWN, present / 100
        return
    if name == "target_temperature":
        yield from _degrees(device, float(present), context)
        return
    if name in ("brightness", "fan_speed") and is_off(device, context):
        return
    if name == "volume" and context.value(device.id, "media") in ("paused", "idle"):
        return
    size = {"brightness": BRIGHTER, "volume": VOLUME, "fan_speed": FAN, "humidity": HUMIDITY}
    if name not in size:
        return
    low, high = _range(device, name)
    up = min(present + size[name], high)
    down = max(present - size[name], max(low, 1.0))
    if name == "brightness":
        down = DIMMED if present > DIMMED else max(1.0, present // 3)
    if up > present:
        yield name, _whole(up), Change.UP, min(1.0, (up - present) / size[name])
    if down < present:
        yield name, _whole(down), Change.DOWN, 1.0


def _degrees(
    device: Device, present: float, context: Context
) -> Iterator[tuple[str, Value, Change, float]]:
    """Aim two degrees higher or lower, and on the other side of what it is now."""
    if context.value(device.id, "mode") == "off" or is_off(device, context):
        return
    measured = temperature(device.room, context)
    low, high = _range(device, "target_temperature")
    limit = context.rules.limit(device, "target_temperature", context.home)
    if limit is not None:
        low, high = max(low, limit[0]), min(high, limit[1])
    now = present if measured is None else measured
    up = min(max(present + DEGREES, round(now) + 1), high)
    down = max(min(present - DEGREES, round(now) - 1), low)
    if up > present:
        yield "target_temperature", _whole(up), Change.UP, 1.0
    if down < present:
        yield "target_temperature", _whole(down), Change.DOWN, 1.0


def _beyond(device: Device, capability: str, value: Value, context: Context) -> bool:
    """Whether the voice may not set this, or the device cannot take it."""
    found = device.capability(capability)
    if isinstance(value, str) or found is None:
        return False
    low, high = _range(device, capability)
    limit = context.rules.limit(device, capability, context.home)
    return not low <= value <= high or (limit is not None and not limit[0] <= value <= limit[1])


def _range(device: Device, name: str) -> tuple[float, float]:
    low, high = _FALLBACK.get(name, (0, 100))
    found = device.capability(name)
    if found is not None and found.minimum is not None:
        low = found.minimum
    if found is not None and found.maximum is not None:
        high = found.maximum
    return low, high


def _present(device: Device, capability: str, context: Context) -> float | None:
    """The number that stands now; 0 for the light and the speed of what is off."""
    if capability in ("brightness", "fan_speed") and is_off(device, context):
        return 0.0
    value = context.value(device.id, capability)
    if isinstance(value, int | float):
        return float(value)
    return temperature(device.room, context) if capability == "target_temperature" else None


def _by_half(value: float) -> Change:
    return Change.UP if value > 50 else Change.DOWN


def _mode_change(value: str) -> Change | None:
    if value in ("off", "disarmed"):
        return Change.OFF
    if value == "cool":
        return Change.COOL
    return Change.ON if value in (*_HEATING, *_ARMED) else None


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
