"""Changes in an answer: of what was said before, of what was offered, or of how things stand."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from device.concepts import Setting
from device.context import Context, Device
from device.events import Value
from device.teaching.abilities import OF_KIND, can, limits
from device.teaching.definition import Definition
from device.teaching.saidvalues import STEPS, Change

_SHARES = frozenset({"brightness", "volume", "fan_speed"})
"""What no step takes more than half of: dimmer than 20 % is 10 %."""

UNKNOWN = "I don't know how that stands now."


def changed(
    change: Change,
    found: Definition,
    devices: Sequence[Device],
    labels: tuple[str, ...],
    context: Context,
) -> Iterable[Setting]:
    """The settings after a change.

    Args:
        change: As it was said.
        found: What was said or offered before.
        devices: What it is a change of.
        labels: Their labels, where the setting is to be for them alone.
        context: How they stand.
    """
    name = _changes(change, found, devices, labels)
    low, high = limits(name, [d for d in devices if can(d, name)])
    low = max(low, 1) if name == "brightness" else low
    size = change.size if change.size is not None else change.share * STEPS[name]
    if name == "color_temperature" and change.of == "warmth":
        size = -size
    before = [s for s in found.settings if s.capability == name]
    at = [s for s in before if s.devices == labels] or before
    if at:
        found.corrects = True
        numbers = ((s, s.value) for s in at if isinstance(s.value, int | float))
        least = 0.5 if change.size is None and name in _SHARES else 0.0
        wanted = ((s, max(v + size, round(v * least))) for s, v in numbers)
        return [replace(s, value=_tidy(min(max(v, low), high))) for s, v in wanted]
    going = [d for d in devices if context.value(d.id, "power") != "off"] or devices
    known = [v for d in going if isinstance(v := context.value(d.id, name), int | float)]
    if not known:
        found.problems.append(UNKNOWN)
        return []
    value = min(max(sum(known) / len(known) + size, low), high)
    whole = name != "target_temperature"
    return [Setting(capability=name, value=_tidy(round(value) if whole else value), devices=labels)]


def _changes(
    change: Change, found: Definition, devices: Sequence[Device], labels: tuple[str, ...]
) -> str:
    """The capability that changes; of a lamp that gets warmer it is the white tone."""
    if change.of == "warmth":
        named = {s.capability for s in found.settings if s.devices == labels}
        heated = any(d.kind in ("climate", "water_heater") for d in devices)
        if "target_temperature" in named or (heated and "color_temperature" not in named):
            return "target_temperature"
        return "color_temperature"
    if change.of:
        return change.of
    before = [s.capability for s in found.settings if s.capability in STEPS]
    kinds = [OF_KIND[d.kind] for d in devices if d.kind in OF_KIND]
    return (before[-1:] or kinds[:1] or ["brightness"])[0]


def _tidy(value: float) -> Value:
    return int(value) if float(value).is_integer() else round(value, 1)
