"""What an answer says: yes or no, one of the choices, a missing value.

An answer is read only against the question that was asked, and only when all of it is an
answer; anything else is left to be understood as a request. Reading is strict on purpose: a
doubtful "yes" is no yes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from device.effects import Question
from device.events import Ask, Slot, Value
from device.nlu.times import clock
from device.routing.missing import duration_slots, value_slots

_WORD = re.compile(r"[\w'%:.-]*[\w%]")

_FILLERS = frozenset(str.split("please um uh er well so oh hey thanks thank you it that then now"))

_YES = (
    "yes", "yeah", "yep", "yup", "sure", "ok", "okay", "of course", "go ahead", "do", "go on",
    "certainly", "absolutely", "definitely", "right", "correct", "confirm", "confirmed",
    "affirmative", "that's right", "that is right", "sounds good", "go for", "you may", "i do",
    "i am", "i'm sure", "i am sure", "you can", "by all means", "exactly", "indeed", "aye",
)  # fmt: skip

_NO = (
    "no", "nope", "nah", "don't", "do not", "dont", "stop", "cancel", "never mind", "nevermind",
    "forget", "leave", "not", "no way", "wait", "negative", "rather not", "i'd rather not",
    "better not", "i do not", "neither", "none", "none of them", "neither of them", "abort",
    "no thanks", "no thank you", "i don't", "don't do", "not at all", "do not do", "skip",
    "hold on",
)  # fmt: skip

_BOTH = ("both", "both of them", "all", "all of them", "everything", "each", "the two")

_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "sixth": 5, "6th": 5, "last": -1, "latter": -1, "former": 0,
}  # fmt: skip

_CHOICE_FILLERS = _FILLERS | frozenset(
    str.split(
        "the a an one in on at of with i mean meant want take i'd like it's is this my "
        "and room number option choose use for to timer"
    )
)


@dataclass(frozen=True, slots=True)
class Yes:
    """It was agreed to."""


@dataclass(frozen=True, slots=True)
class No:
    """It was refused."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Values were given."""

    options: tuple[tuple[Slot, ...], ...]
    """The slots to fill; one entry for each request that the question's becomes."""


Answer = Yes | No | Filled


def read(question: Question, text: str) -> Answer | None:
    """What a text says in answer to a question.

    Args:
        question: What was asked.
        text: What was heard or typed after it.

    Returns:
        The answer; None when the text, or part of it, is no answer to this question.
    """
    words = spoken_words(text)
    if only(words, _NO):
        return No()
    match question.kind:
        case Ask.CONFIRM:
            # Where a PIN is asked for, nothing but the PIN is a yes.
            return Yes() if not question.pin and _agrees(words, question) else None
        case Ask.CHOOSE:
            return _choice(question, words)
        case Ask.MISSING if question.slot is not None:
            options = value_slots(question.slot, text, question.request)
            return Filled(options) if options else None
    return None


def spoken_words(text: str) -> tuple[str, ...]:
    """Lower-case words without the marks around them.

    Example: "Yes, please!" -> ("yes", "please").
    """
    return tuple(_WORD.findall(text.casefold().replace("\u2019", "'")))


def only(words: Sequence[str], phrases: Sequence[str]) -> bool:
    """Whether words are nothing but one or more of these phrases and fillers.

    Example: ("yes", "please", "go", "ahead") against "yes", "go ahead" -> True.
    """
    wanted = {tuple(phrase.split()) for phrase in phrases}
    longest = max(len(phrase) for phrase in wanted)
    found, at = False, 0
    while at < len(words):
        for length in range(longest, 0, -1):
            if tuple(words[at : at + length]) in wanted and at + length <= len(words):
                found, at = True, at + length
                break
        else:
            if words[at] not in _FILLERS:
                return False
            at += 1
    return found


def _agrees(words: Sequence[str], question: Question) -> bool:
    """A yes, alone or with the question's own words: "yes, unlock the front door"."""
    if only(words, _YES):
        return True
    asked = spoken_words(question.text)
    rest = [word for word in words if word in _YES or word not in asked]
    return only(rest, _YES) and rest[0] == words[0]


def _choice(question: Question, words: tuple[str, ...]) -> Filled | None:
    """The choice, or all of them."""
    choices = question.choices
    content = [w for w in words if w not in _CHOICE_FILLERS]
    if only(tuple(content), _BOTH) or " ".join(words) in _BOTH:
        return Filled(tuple(choice_slots(question, choice) for choice in choices))
    place = _place(content, len(choices))
    if place is not None:
        return Filled((choice_slots(question, choices[place]),))
    meant = _same_value(question, words)
    if meant is not None:
        return Filled((choice_slots(question, meant),))
    fitting = [c for c in choices if content and set(content) <= _label_words(c)]
    if len(fitting) > 1:
        # The answer may be the whole of one label and a part of another.
        fitting = [c for c in fitting if set(content) == _label_words(c)]
    return Filled((choice_slots(question, fitting[0]),)) if len(fitting) == 1 else None


def _same_value(question: Question, words: Sequence[str]) -> str | None:
    """The one choice that says the same in other words: "five minutes" for "5 minute"."""
    kept = [w for w in words if w not in _CHOICE_FILLERS]
    if question.slot == "time":
        said = clock(kept)
        exact = said is not None and "meridiem" in said
        fitting = [c for c in question.choices if said and _same_time(c, said["time"], exact)]
    elif question.slot == "timer":
        length = _length(kept)
        fitting = [c for c in question.choices if length and _length(spoken_words(c)) == length]
    else:
        return None
    return fitting[0] if len(fitting) == 1 else None


def _same_time(choice: str, said: str, exact: bool) -> bool:
    """Whether a clock that shows `choice` shows `said`, with 12 hours unless `exact`."""
    hour, minute = (int(part) for part in choice.split(":"))
    said_hour, said_minute = (int(part) for part in said.split(":"))
    size = 24 if exact else 12
    return minute == said_minute and hour % size == said_hour % size


def _length(words: Sequence[str]) -> dict[str, Value]:
    return {slot.name: slot.value for slot in duration_slots(words, "")}


def _place(content: Sequence[str], count: int) -> int | None:
    """Which one in order, when only that was said."""
    if len(content) != 1 or content[0] not in _ORDINALS:
        return None
    place = _ORDINALS[content[0]]
    return place if -count <= place < count else None


def _label_words(label: str) -> frozenset[str]:
    words = spoken_words(label.replace("/", " "))
    return frozenset(w for w in words if w not in _CHOICE_FILLERS)


def choice_slots(question: Question, choice: str) -> tuple[Slot, ...]:
    """The slots that stand for one choice.

    Example: slot "name", choice "Bedroom/Lamp" -> name "Lamp" and area "Bedroom".
    """
    slot = question.slot or "name"
    room, _, name = choice.rpartition("/")
    if slot == "name" and room:
        return (Slot(name="name", value=name, text=name), Slot(name="area", value=room, text=room))
    if slot == "timer":
        return value_slots("timer", choice, question.request)[0]
    return (Slot(name=slot, value=choice, text=choice),)
