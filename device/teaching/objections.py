"""Whether a definition can be what unknown words mean: checked before it is offered."""

from collections.abc import Sequence

from device.concepts import Meaning, Setting
from device.context import Capability, Context, Device
from device.events import Value
from device.teaching.concerned import concerned, known_places, said_where
from device.teaching.gap import Gap, Lacks
from device.teaching.wording import Wording

_WANTED = {
    Lacks.SETTING: "That does not say what I should set.",
    Lacks.NEED: "That does not say what I should do.",
    Lacks.DEVICES: "That does not say which devices you mean.",
    Lacks.PLACE: "That does not say which room you mean.",
}


def objection(meaning: Meaning, gap: Gap, context: Context, wording: Wording) -> str:
    """What speaks against a definition.

    Args:
        meaning: What was defined.
        gap: The words that it is for, and the request that they stand in.
        context: The home now.
        wording: How things are said.

    Returns:
        One sentence; "" where nothing speaks against it: it is an answer to the question, and
        each part of it is something that a device in question can do.
    """
    if gap.lacks in (Lacks.SETTING, Lacks.NEED):
        if not meaning.settings:
            return _WANTED[gap.lacks]
    elif not (meaning.devices or meaning.area is not None or meaning.settings):
        return _WANTED[gap.lacks]
    home = context.home
    labels = {home.label(d): d for d in home.devices}
    named = [*meaning.devices, *(label for s in meaning.settings for label in s.devices)]
    missing = next((label for label in named if label not in labels), None)
    if missing is not None:
        return f"I know no device called {missing}."
    if meaning.area is not None and meaning.area not in {room.name for room in home.rooms}:
        return f"I know no room called {meaning.area}."
    every = tuple(context.home.devices)
    about = concerned(gap, context) if said_where(gap) else every
    if not any(slot.name == "name" for slot in known_places(gap)):
        # "Set the office to X" is for whatever stands there, not for its lights alone.
        rooms = {d.room for d in about}
        about = tuple(d for d in every if d.room in rooms)
    loose = [s for s in meaning.settings if not s.devices]
    problems = [_problem(s, about, wording) for s in loose]
    if problems and all(problems):
        return problems[0]
    # What only some other device takes is left out here, and of use where there is such a one.
    pairs = [(s, [labels[label] for label in s.devices] or every) for s in meaning.settings]
    return next((p for p in (_problem(s, d, wording) for s, d in pairs) if p), "")


def _problem(setting: Setting, devices: Sequence[Device], wording: Wording) -> str:
    """Why none of these devices takes a setting; "" where one does."""
    what, value = wording.capability_word(setting.capability), setting.value
    capable = [c for d in devices if (c := d.capability(setting.capability)) and c.settable]
    if not capable:
        return f"Nothing there has a {what} that I can set."
    if any(_takes(c, value) for c in capable):
        return ""
    if isinstance(value, str):
        return f"The {what} can't be {value} there."
    low = min(c.minimum for c in capable if c.minimum is not None)
    high = max(c.maximum for c in capable if c.maximum is not None)
    return f"The {what} goes from {low:g} to {high:g}."


def _takes(capability: Capability, value: Value) -> bool:
    if isinstance(value, str):
        return not capability.options or value in capability.options
    if capability.minimum is None or capability.maximum is None:
        return True
    return capability.minimum <= value <= capability.maximum
