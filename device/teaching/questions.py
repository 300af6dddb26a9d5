"""What to ask about words that are not understood, each question simpler than the one before."""

from collections.abc import Sequence

from device.concepts import Meaning
from device.context import Context
from device.teaching.concerned import concerned
from device.teaching.gap import Gap, Lacks
from device.teaching.wording import Wording

VALUES = (
    "brightness", "color", "color_temperature", "target_temperature", "position", "fan_speed",
    "volume", "mode",
)  # fmt: skip
"""Capabilities that a value can be asked for, in the order in which they come to mind."""

MOST_VALUES = 2
"""How many capabilities a question for one value names."""

MOST_NAMED = 3
"""How many rooms a question names, and one more than devices."""


def questions(gap: Gap, name: str, context: Context, wording: Wording) -> tuple[str, ...]:
    """The questions of a lesson.

    Args:
        gap: What is not understood.
        name: What it is called.
        context: The home: the simplest question names what there is.
        wording: How things are said.
    """
    match gap.lacks:
        case Lacks.SETTING:
            return (
                f"I don't know what {name} is. Can you teach me?",
                f"What should I set for {name}, and to what?",
                _value(gap, context, wording),
            )
        case Lacks.DEVICES:
            called = _called(gap, name, wording)
            return (
                f"I don't know what {called} is. Can you teach me?",
                f"Which devices do you mean by {name}?",
                _device(gap, context, wording),
            )
        case Lacks.PLACE:
            called = _called(gap, name, wording)
            rooms = [room.name.lower() for room in context.home.rooms[:MOST_NAMED]]
            such = f", such as {_either(rooms)}" if rooms else ""
            return (
                f"I don't know what {called} is. Can you teach me?",
                f"Which room do you mean by {name}?",
                f"Can you name one room{such}?",
            )
        case Lacks.NEED:
            return (
                "What shall I do when you say that?",
                "Which device should I use, and what should it do?",
                "Can you name one device that I should turn on or off?",
            )


def _called(gap: Gap, name: str, wording: Wording) -> str:
    """A name as it was said, with its article or without."""
    before = gap.request.text.casefold().partition(name)[0].split()
    return wording.with_article(name) if before[-1:] == ["the"] else name


def _value(gap: Gap, context: Context, wording: Wording) -> str:
    """A question for one value that the devices in question take."""
    has = {c.name for d in concerned(gap, context) for c in d.capabilities if c.settable}
    words = [wording.capability_word(name) for name in VALUES if name in has]
    if not words:
        return "Should it be on or off?"
    return f"Can you give me a value for {_either(words[:MOST_VALUES])}?"


def _device(gap: Gap, context: Context, wording: Wording) -> str:
    home = context.home
    near = [home.label(d) for d in concerned(gap, context)][: MOST_NAMED - 1]
    names = [wording.worded(Meaning(devices=(label,)), home) for label in near]
    such = f", such as {_either(names)}" if names else ""
    return f"Can you name one device{such}?"


def _either(words: Sequence[str]) -> str:
    """Example: ["brightness", "colour"] -> "brightness or colour"."""
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
