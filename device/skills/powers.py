"""From words to values: what a device is sent for "on", "off", "up", and what it can take.

A device that cannot do what is asked gives an excuse instead: the end of a sentence that
begins with its name, such as "can't be dimmed".
"""

from collections.abc import Mapping

from device.context import Context, Device
from device.events import DeviceCommand, Value
from device.skills.phrases import UNITS, listed, number

Orders = tuple[DeviceCommand, ...]

DEFAULT_RANGES: Mapping[str, tuple[float, float]] = {
    "brightness": (0, 100),
    "position": (0, 100),
    "fan_speed": (0, 100),
    "volume": (0, 100),
    "color_temperature": (1_000, 20_000),
    "target_temperature": (5, 35),
}
"""What a device takes that does not say so itself, in the capability's unit."""


def order(device: Device, capability: str, value: Value) -> Orders:
    """One command for one device."""
    return (DeviceCommand(device=device.id, capability=capability, value=value),)


def can(device: Device, capability: str) -> bool:
    """Whether the device can be sent this capability."""
    found = device.capability(capability)
    return found is not None and found.settable


def switched(device: Device, on: bool) -> Orders | str:
    """What turning a device on or off means, as Home Assistant reads it.

    On opens covers and valves, locks locks, starts vacuums and mowers, activates scenes.

    Returns:
        The commands, or an excuse.
    """
    if can(device, "lock"):
        return order(device, "lock", "locked" if on else "unlocked")
    if device.kind in ("cover", "valve") and can(device, "position"):
        return order(device, "position", 100 if on else 0)
    if can(device, "scene"):
        return order(device, "scene", "activated") if on else "can't be turned off"
    if can(device, "power"):
        return order(device, "power", "on" if on else "off")
    if can(device, "vacuum"):
        return order(device, "vacuum", "cleaning" if on else "docked")
    if can(device, "mower"):
        return order(device, "mower", "mowing" if on else "docked")
    if can(device, "media"):
        return order(device, "media", "playing" if on else "paused")
    if can(device, "mode"):
        return _by_mode(device, on)
    if can(device, "fan_speed"):
        return order(device, "fan_speed", 100 if on else 0)
    return "can't be turned on or off"


_ON_MODES = ("armed_away", "armed_home", "heat_cool", "heat", "cool", "auto")
"""What "on" means to a device that has only modes; Home Assistant's order for thermostats."""

_OFF_MODES = ("off", "disarmed")


def _by_mode(device: Device, on: bool) -> Orders | str:
    """Thermostats and alarms without a switch are off in one mode and on in the others."""
    capability = device.capability("mode")
    options = capability.options if capability is not None else ()
    if not on:
        off = [mode for mode in _OFF_MODES if mode in options]
        return order(device, "mode", off[0]) if off else "can't be turned off"
    ordered = dict.fromkeys([mode for mode in _ON_MODES if mode in options] + list(options))
    running = [mode for mode in ordered if mode not in _OFF_MODES]
    return order(device, "mode", running[0]) if running else "can't be turned on"


def is_on(device: Device, context: Context) -> bool | None:
    """Whether a device is on (open, locked, playing ...); None when it never told."""
    on: Mapping[str, tuple[Value, ...]] = {
        "lock": ("locked",),
        "power": ("on",),
        "vacuum": ("cleaning",),
        "mower": ("mowing",),
        "media": ("playing",),
    }
    position = context.value(device.id, "position")
    if device.kind in ("cover", "valve") and isinstance(position, int | float):
        return position > 0
    for capability, values in on.items():
        value = context.value(device.id, capability)
        if value is not None:
            return value in values
    mode = context.value(device.id, "mode")
    return None if mode is None else mode not in _OFF_MODES


def limits(device: Device, capability: str) -> tuple[float, float]:
    """The smallest and the largest value that a device takes, in the capability's unit."""
    found = device.capability(capability)
    low, high = DEFAULT_RANGES[capability]
    if found is not None and found.minimum is not None:
        low = found.minimum
    if found is not None and found.maximum is not None:
        high = found.maximum
    return low, high


def numeric(device: Device, capability: str, value: Value | None) -> Orders | str:
    """A command for a number that must lie in the device's range.

    Returns:
        The command, or an excuse that names the range.
    """
    low, high = limits(device, capability)
    unit = UNITS.get(capability, "")
    if isinstance(value, str) or value is None:
        return f"can't be set to {value}"
    if not low <= value <= high:
        span = f"{number(low)} to {number(high)} {unit}".strip()
        return f"can be set to {span}, not to {number(value)}"
    return order(device, capability, value)


def moded(device: Device, mode: str) -> Orders | str:
    """A command for a mode that the device knows, or an excuse."""
    capability = device.capability("mode")
    if capability is None or not capability.settable:
        return "can't change its mode"
    if capability.options and mode not in capability.options:
        return f"can be set to {listed(capability.options, word='or')}, not to {mode}"
    return order(device, "mode", mode)


def stepped(
    device: Device, capability: str, step: Value | None, context: Context, *, size: float
) -> Orders | str:
    """A command for a change relative to what the device reported.

    Args:
        device: The device.
        capability: What to change.
        step: "up", "down", or a signed number in the capability's unit.
        context: Holds the present value.
        size: What "up" means, in the capability's unit.

    Returns:
        The command, kept within the device's range, or an excuse.
    """
    present = context.value(device.id, capability)
    off = context.value(device.id, "power") == "off" and capability in ("brightness", "fan_speed")
    if off:
        present = 0
    if not isinstance(present, int | float):
        return f"has not told its {capability.replace('_', ' ')} yet"
    change = {"up": size, "down": -size}.get(str(step)) if isinstance(step, str) else step
    if change is None:
        return f"can't be changed by {step}"
    low, high = limits(device, capability)
    if change < 0 and capability == "brightness":
        low = max(low, 1.0)  # Dimmer is not dark.
    if off and change < 0:
        return "can't go lower, because it is off"
    value = min(max(present + change, low), high)
    return order(device, capability, int(value) if float(value).is_integer() else value)
