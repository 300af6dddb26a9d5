"""The one model of capabilities: their names, units, ranges and words (DESIGN section 7).

Whatever dialect a device speaks, its values are these: home files, JSON, code and configs
write the same ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from device.context import Capability, Device
from device.errors import HomeError
from device.events import Value
from device.home import colors
from device.home.payloads import LARGEST

STOP = "stop"
"""The one word that a position takes: stay where you are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the values of one capability look like in every home."""

    words: tuple[str, ...] = ()
    """The only words allowed; empty for numbers and free words."""
    minimum: float | None = None
    maximum: float | None = None
    number: bool = False
    unit: str = ""
    settable: bool = True
    """False for what is only ever a reading."""
    tolerance: float = 0.0
    """How far a device's answer may lie from what was asked, in the unit."""


def _percent(*, settable: bool = True, tolerance: float = 1.0) -> Rule:
    return Rule(
        number=True, minimum=0, maximum=100, unit="%", settable=settable, tolerance=tolerance
    )


def _reading(unit: str) -> Rule:
    return Rule(number=True, unit=unit, settable=False)


_SWITCHED = ("on", "off")

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "power": Rule(words=_SWITCHED),
        "brightness": _percent(),
        "position": _percent(tolerance=3.0),
        "fan_speed": _percent(),
        "volume": _percent(),
        "color": Rule(),
        "color_temperature": Rule(number=True, minimum=1_000, maximum=20_000, unit="K"),
        "lock": Rule(words=("locked", "unlocked")),
        "target_temperature": Rule(
            number=True, minimum=-20, maximum=100, unit="°C", tolerance=0.26
        ),
        "temperature": _reading("°C"),
        "humidity": _percent(),
        "mode": Rule(),
        "contact": Rule(words=("open", "closed"), settable=False),
        "occupancy": Rule(words=_SWITCHED, settable=False),
        "media": Rule(words=("playing", "paused", "idle")),
        "vacuum": Rule(words=("cleaning", "docked", "paused")),
        "mower": Rule(words=("mowing", "docked", "paused")),
        "scene": Rule(words=("activated",)),
        "battery": _percent(settable=False),
        "illuminance": _reading("lx"),
        "leak": Rule(words=_SWITCHED, settable=False),
        "smoke": Rule(words=_SWITCHED, settable=False),
    }
)
"""Capability name -> its rule. The last four are readings that sensors have besides."""


def tidy(number: float) -> int | float:
    """A number as JSON writes it: whole ones without a decimal point, at most 2 decimals."""
    whole = round(number)
    return whole if abs(number - whole) < 1e-9 else round(number, 2)


def checked(device: str, capability: Capability, value: Value) -> Value:
    """A value in its canonical form, when the device can take it.

    Args:
        device: How the device is called, for the message.
        capability: What it can do; its own range and options come before the rule's.
        value: On/off words in any case, numbers, colour names with or without spaces.

    Returns:
        The same value, as DESIGN section 7 writes it.

    Raises:
        HomeError: The device cannot take it; the sentence says what it can take.
    """
    rule = RULES.get(capability.name, Rule())
    what = f"{capability.name.replace('_', ' ')} of {device}"
    if capability.name == "position" and value == STOP:
        return STOP
    if rule.number:
        return _checked_number(what, capability, rule, value)
    if capability.name == "color" and isinstance(value, str):
        return colors.named(value)
    options = capability.options or rule.words
    word = str(value).casefold()
    for option in options:
        if option.casefold() == word:
            return option
    if options or not word or not isinstance(value, str):
        wanted = ", ".join(options) if options else "a word"
        raise HomeError(f"the {what} must be {wanted}, found {value!r}")
    return value


def _checked_number(what: str, capability: Capability, rule: Rule, value: Value) -> Value:
    if isinstance(value, bool | str) or not abs(value) <= LARGEST:
        raise HomeError(f"the {what} must be a number, found {value!r}")
    low = rule.minimum if capability.minimum is None else capability.minimum
    high = rule.maximum if capability.maximum is None else capability.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        ends = f"{tidy(low) if low is not None else ''} to {tidy(high) if high is not None else ''}"
        raise HomeError(f"the {what} must lie in {ends} {rule.unit}, found {tidy(value)}")
    return tidy(value)


def settable(device: Device, name: str) -> Capability:
    """The capability called `name`, when it can be set.

    Raises:
        HomeError: The device has no such capability, or only reads it.
    """
    capability = device.capability(name)
    if capability is None or not capability.settable:
        can = ", ".join(c.name for c in device.capabilities if c.settable) or "nothing"
        raise HomeError(f"{device.name} has no {name} that can be set; it can set {can}")
    return capability


def check(device: Device, name: str, value: Value) -> Value:
    """The value that `device` would be sent for its capability `name`.

    Raises:
        HomeError: The device cannot do this, or cannot take this value.
    """
    return checked(device.name, settable(device, name), value)


def matches(name: str, wanted: Value, reported: Value) -> bool:
    """Whether a report says what was asked, within what devices round to.

    Args:
        name: The capability.
        wanted: The value asked for, canonical.
        reported: The value that the device reported, canonical.
    """
    if wanted == STOP and name == "position":
        return True
    if name == "color":
        try:
            return colors.alike(str(wanted), str(reported))
        except HomeError:
            return False
    if isinstance(wanted, str) or isinstance(reported, str):
        return wanted == reported
    if name == "color_temperature":
        # Lamps count in mireds (a million divided by kelvin): one step is 5 K or 42 K.
        if wanted <= 0 or reported <= 0:
            return False
        return abs(1e6 / wanted - 1e6 / reported) <= 1.01
    return abs(wanted - reported) <= RULES.get(name, Rule()).tolerance
