"""What an answer says: yes or no, one of the choices, a missing value.

An answer is read only against the question that was asked, and only when all of it is an
answer; anything else is left to be understood as a request. Reading is strict on purpose: a
doubtful "yes" is no yes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from device.effects import Question
from device.events import Ask, Slot
from device.routing.missing import value_slots

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
            return Yes() if _agrees(words, question) else None
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
    asked = spoken_words(question.text)
    rest = [word for word in words if word in _YES or word not in asked]
    return words[:1] != () and only(rest, _YES) and (len(rest) == len(words) or rest[0] == words[0])


def _choice(question: Question, words: tuple[str, ...]) -> Filled | None:
    """The choice, or all of them."""
    choices = question.choices
    content = [w for w in words if w not in _CHOICE_FILLERS]
    if only(tuple(content), _BOTH) or " ".join(words) in _BOTH:
        return Filled(tuple(choice_slots(question, choice) for choice in choices))
    place = _place(content, len(choices))
    if place is not None:
        return Filled((choice_slots(question, choices[place]),))
    fitting = [c for c in choices if content and set(content) <= _label_words(c)]
    if len(fitting) > 1:
        # The answer may be the whole of one label and a part of another.
        fitting = [c for c in fitting if set(content) == _label_words(c)]
    return Filled((choice_slots(question, fitting[0]),)) if len(fitting) == 1 else None


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
