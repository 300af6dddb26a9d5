"""What devices can be given, and what a number alone means to them."""

from collections.abc import Mapping, Sequence

from device.concepts import Setting
from device.context import Device, Home

OF_KIND: Mapping[str, str] = {
    "light": "brightness",
    "climate": "target_temperature",
    "water_heater": "target_temperature",
    "cover": "position",
    "valve": "position",
    "fan": "fan_speed",
    "media_player": "volume",
}
"""Kind of device -> what a number alone sets."""

COUNTED = frozenset(OF_KIND.values())
"""Capabilities that a number alone can set."""

OWN: Mapping[str, tuple[str, ...]] = {
    "light": ("brightness", "color", "color_temperature"),
    "climate": ("target_temperature",),
    "cover": ("position",),
    "fan": ("fan_speed",),
    "media_player": ("volume",),
}
"""Kind of device -> what no other kind has."""

RANGES: Mapping[str, tuple[float, float]] = {
    "brightness": (0, 100),
    "position": (0, 100),
    "fan_speed": (0, 100),
    "volume": (0, 100),
    "color_temperature": (1_000, 20_000),
    "target_temperature": (5, 35),
}
"""What a device takes that does not say so itself, in the capability's unit."""

UNITS: Mapping[str, str] = {"color_temperature": " kelvin", "target_temperature": " degrees"}
"""Capability -> its unit as it is spoken; percent where it is not here."""


def can(device: Device, name: str) -> bool:
    """Whether the device can be sent this capability."""
    found = device.capability(name)
    return found is not None and found.settable


def limits(name: str, devices: Sequence[Device]) -> tuple[float, float]:
    """The lowest and the highest value that any of the devices takes."""
    low, high = RANGES.get(name, (float("-inf"), float("inf")))
    found = [c for d in devices if (c := d.capability(name)) is not None]
    lows = [low if c.minimum is None else c.minimum for c in found] or [low]
    highs = [high if c.maximum is None else c.maximum for c in found] or [high]
    return min(lows), max(highs)


def impossible(setting: Setting, devices: Sequence[Device], home: Home) -> str:
    """Why a setting cannot be, in one sentence; "" where it can.

    It can where one of the devices takes it, or another of their kind: a colour is left out of
    lamps that have none, and holds for the others.

    Args:
        setting: A capability and its value.
        devices: Those that it is for; empty for any.
        home: All devices.
    """
    name, value, kinds = setting.capability, setting.value, {d.kind for d in devices}
    able = [d for d in devices if can(d, name)]
    able = able or [d for d in home.devices if can(d, name) and (not kinds or d.kind in kinds)]
    spoken = name.replace("_", " ")
    if not able:
        who = f"{devices[0].name} has no" if devices else "Nothing here has a"
        return f"{who} {spoken} that can be set."
    low, high = limits(name, able)
    if isinstance(value, int | float) and not low <= value <= high:
        unit = UNITS.get(name, " percent")
        return f"The {spoken} goes from {low:g} to {high:g}{unit}, not to {value:g}."
    return ""
