"""What would help against what was declared, from the model of causes and the home's state."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from device.concepts import Meaning, Setting
from device.context import Context, Device
from device.teaching.adjustments import Step, change_of, changes, steps
from device.teaching.influences import INFLUENCES, WISHES, Quantity, mainly, moves, role

MOST = 6
"""Proposals for one need."""
TOGETHER = frozenset({"less_light", "quieter", "more_privacy", "safer", "calmer"})
"""Needs that one device of several does not serve: one lit lamp still dazzles."""
HOUSEWIDE = frozenset({Quantity.SAFETY, Quantity.DIRT, Quantity.SOUND})
"""What devices of other rooms change here, too."""
ELSEWHERE = 0.5
"""How much less a device of another room helps."""

_SIDE_EFFECTS: Mapping[tuple[Quantity, int], float] = {
    (Quantity.SAFETY, -1): 0.5,
    (Quantity.SOUND, 1): 0.2,
    (Quantity.VIEW, 1): 0.2,
    (Quantity.LIGHT, -1): 0.2,
    (Quantity.AIR, -1): 0.1,
    (Quantity.WARMTH, -1): 0.2,
    (Quantity.CALM, -1): 0.05,
}
"""(Quantity, way) -> how much it is minded that it changes as well."""
UNSAFE = -0.9
"""Safety that nothing else is worth: no door is opened for air."""


def proposals(need: str, place: str | None, context: Context) -> tuple[Meaning, ...]:
    """What would help now, best first.

    Args:
        need: One of `WISHES`.
        place: The room that it is about; None where it is not known.
        context: The home as it stands.

    Returns:
        Meanings whose settings name their devices, at most MOST; each changes something.
    """
    scored: dict[object, list[tuple[float, Step]]] = {}
    for device in _reached(need, place, context):
        for step in steps(device, context):
            score = _score(step, need) * (1.0 if device.room == place else ELSEWHERE)
            if score > 0:
                alone = device.id if need not in TOGETHER else ""
                key = (alone, role(device), step.capability, step.change, device.room == place)
                scored.setdefault(key, []).append((score, step))
    ranked = sorted(
        scored.values(), key=lambda found: max(score for score, _ in found), reverse=True
    )
    return tuple(_meaning([s for _, s in found], need, context) for found in ranked[:MOST])


def helps(meaning: Meaning, need: str, place: str | None, context: Context) -> bool:
    """Whether a meaning helps, or at least is not known to do the opposite."""
    quantity, way = WISHES[need]
    total = 0.0
    for setting in meaning.settings:
        for device in devices_of(setting, place, context):
            change = change_of(device, setting.capability, setting.value, context)
            if change is not None:
                found = moves(device, setting.capability, change, context)
                total += way * found.get(quantity, 0.0)
    return total >= 0


def transferred(
    meaning: Meaning, origin: str | None, place: str | None, context: Context
) -> Meaning | None:
    """The same action in another room: on devices there that are for the same.

    Args:
        meaning: What was taught.
        origin: The room where it was taught.
        place: The room that it is about now.
        context: The home.

    Returns:
        The meaning with its devices named; None where nothing there can do any of it.
    """
    settings = []
    for setting in meaning.settings:
        devices = devices_of(setting, place, context)
        stand = {device.room for device in devices}
        if setting.devices and place is not None and stand == {origin} and origin != place:
            roles = {role(device) for device in devices} - {""}
            devices = [d for d in _alike(place, context) if role(d) in roles]
        able = tuple(d for d in devices if _can(d, setting))
        if able:
            settings.append(replace(setting, devices=tuple(map(context.home.label, able))))
    return replace(meaning, settings=tuple(settings)) if settings else None


def alters(meaning: Meaning, place: str | None, context: Context) -> bool:
    """Whether a meaning changes anything now, as far as devices told."""
    return any(
        changes(device, setting, context)
        for setting in meaning.settings
        for device in devices_of(setting, place, context)
    )


def helpless(need: str, place: str | None, context: Context) -> str:
    """One honest sentence for when nothing can be proposed."""
    quantity, _ = WISHES[need]
    if place is None and quantity not in HOUSEWIDE:
        return "I don't know which room you mean."
    able = any(serves(device, need) for device in _reached(need, place, context))
    where = f"in the {place.lower()}" if place is not None else "here"
    if able:
        return f"I have done all that I can {where} to make it {_said(need)}."
    return f"I have nothing {where} that makes it {_said(need)}."


def serves(device: Device, need: str) -> bool:
    """Whether any change of a device helps, however it stands now."""
    quantity, way = WISHES[need]
    can = {c.name for c in device.capabilities if c.settable}
    return any(
        way * mainly(moved, quantity) > 0
        for (what, capability, _), moved in INFLUENCES.items()
        if what == role(device) and capability in can
    )


_SAID = {
    "more_light": "brighter",
    "less_light": "darker",
    "fresher_air": "fresher",
    "less_humid": "drier",
    "more_humid": "less dry",
    "more_privacy": "more private",
}


def _said(need: str) -> str:
    return _SAID.get(need, need)


def devices_of(setting: Setting, place: str | None, context: Context) -> list[Device]:
    """The devices that take a setting: those that it names, else those of the room."""
    home = context.home
    if setting.devices:
        named = {label.casefold() for label in setting.devices}
        return [d for d in home.devices if home.label(d).casefold() in named]
    return [d for d in _alike(place, context) if _can(d, setting) and _usual(d, setting)]


def _usual(device: Device, setting: Setting) -> bool:
    """Whether a setting that names no device means this one: power alone means the lights."""
    return setting.capability != "power" or role(device) == "light"


def _alike(place: str | None, context: Context) -> list[Device]:
    return [d for d in context.home.devices if d.room == place and not d.members]


def _can(device: Device, setting: Setting) -> bool:
    found = device.capability(setting.capability)
    return found is not None and found.settable


def _reached(need: str, place: str | None, context: Context) -> list[Device]:
    """Devices that could serve a need in a room, where they can be reached."""
    quantity, _ = WISHES[need]
    there = [d for d in context.home.devices if d.available and not d.members]
    here = [d for d in there if d.room == place and place is not None]
    if quantity in HOUSEWIDE:
        return there
    if quantity is Quantity.WARMTH and not any(d.kind == "climate" for d in here):
        # One thermostat for the whole house is this room's as well.
        central = [d for d in there if d.kind == "climate"]
        return here + (central if len(central) == 1 and place is not None else [])
    return here


def _score(step: Step, need: str) -> float:
    """How much a step helps, less what else it does that is minded."""
    quantity, way = WISHES[need]
    good = way * mainly(step.moves, quantity) * step.share
    if good <= 0 or (
        quantity is not Quantity.SAFETY and step.moves.get(Quantity.SAFETY, 0.0) <= UNSAFE
    ):
        return 0.0
    minded = sum(
        abs(amount) * _SIDE_EFFECTS.get((other, 1 if amount > 0 else -1), 0.0)
        for other, amount in step.moves.items()
        if other is not quantity
    )
    return max(good - minded, 0.01)


def _meaning(chosen: Iterable[Step], need: str, context: Context) -> Meaning:
    """Steps as one meaning; equal values of several devices are one setting."""
    values: dict[tuple[str, object], tuple[Step, list[str]]] = {}
    for step in chosen:
        _, labels = values.setdefault((step.capability, step.value), (step, []))
        labels.append(context.home.label(step.device))
    return Meaning(
        settings=tuple(
            Setting(capability=step.capability, value=step.value, devices=tuple(labels))
            for step, labels in values.values()
        ),
        need=need,
    )
