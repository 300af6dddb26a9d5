"""Missing values: from a bare answer such as "5 minutes" or "twenty one" to slots.

Numbers and lengths of time are read by themselves. Times of day, dates and list items need
real understanding: `completed` gives the whole sentence to understand instead.
"""

import re
from collections.abc import Sequence

from device.events import Request, Slot, Value
from device.nlu.numbers import number, ordinal
from device.nlu.times import MONTHS, WEEKDAYS, clock, duration
from device.nlu.values import amount, level, step
from device.nlu.words import tokenize

Option = tuple[Slot, ...]

NUMBERS = frozenset(
    {"brightness", "position", "percentage", "temperature", "volume_level", "target_temperature"}
)
"""Slots whose value is one number."""

FREE = frozenset({"words", "message"})
"""Slots that any words fill."""

REWORDED = frozenset({"time", "item", "words", "name"})
"""Slots whose answer is understood as part of a whole sentence."""

OPEN_ENDED: frozenset[str | None] = FREE | {"item"}
"""Slots whose answer may be in words that the home does not know."""

_SWITCHING = {"HassTurnOn": "turn on", "HassTurnOff": "turn off", "HassToggle": "toggle"}

_WHEN = ("time", "hours", "minutes", "seconds", "date", "days")

_AROUND = frozenset(str.split("please um uh er at for about make it set be let's say just maybe"))
_TIME_WORDS = frozenset(
    str.split("noon midnight tomorrow today tonight half quarter o'clock am pm")
) | {*WEEKDAYS, *MONTHS}
_TIME_LINKS = frozenset(
    str.split(
        "at in on for the of a an and next this past to minutes minute hours hour seconds "
        "second days day weeks week every morning afternoon evening night please um uh er "
        "from now oh"
    )
)


def value_slots(slot: str, text: str, request: Request) -> tuple[Option, ...]:
    """The slots that an answer fills.

    Args:
        slot: What is missing; "duration" stands for hours, minutes and seconds, "timer" for
            what tells one running timer from another.
        text: The whole answer.
        request: What waits for the value.

    Returns:
        One option, or none when the text is no such value.
    """
    words = _words(text)
    if slot == "duration":
        length = duration_slots(words, "")
        return (length,) if length else ()
    if slot == "timer":
        length = duration_slots(words, "start_")
        return (length or (Slot(name="name", value=text, text=text),),)
    if slot in NUMBERS:
        left = [w for w in words if w not in _AROUND]
        return _one(slot, amount(left) if slot == "temperature" else level(left), text)
    if slot == "volume_step":
        return _one(slot, step([words]), text)
    if slot in ("mode", "fan_mode"):
        left = [w for w in words if w not in _AROUND and w not in ("mode", "the", "to", "in", "on")]
        return _one(slot, left[0] if len(left) == 1 else None, text)
    if slot in FREE:
        said = text.strip().rstrip(".!?")
        return _one(slot, (_bare(said) if slot == "words" else said) or None, text)
    return ()


def completed(slot: str, text: str, request: Request) -> str | None:
    """The sentence that request and answer make together, to be understood as a whole.

    Example: SetAlarm and "seven thirty" -> "set an alarm for seven thirty".

    Returns:
        The sentence; None when the answer cannot be this value.
    """
    answer = text.strip().rstrip(".!?")
    if slot == "item" and answer:
        title = str(request.slot("name") or "").removesuffix(" list").strip()
        title = title or ("shopping" if "Shopping" in request.intent else "to-do")
        if request.intent.endswith("AddItem"):
            return f"add {answer} to my {title} list"
        return f"remove {answer} from my {title} list"
    if slot == "name" and answer and request.intent in _SWITCHING:
        return f"{_SWITCHING[request.intent]} {answer}"
    when = _when(request)
    if slot == "words" and answer and "at" not in when and "in" not in when:
        return " ".join(["remind me to", _bare(answer), *when])
    if slot != "time" or not _tells_time(_words(text)):
        return None
    led = re.match(r"(?:at|in|on|for|tomorrow|today|tonight)\b", answer, re.I) is not None
    if request.intent == "SetReminder":
        said = ["remind me to", str(request.slot("words")), "" if led else "at", answer, *when]
    else:
        said = ["set an alarm", "" if led else "for", answer, *when]
    return " ".join(part for part in said if part)


def _when(request: Request) -> list[str]:
    """The words about the time that the request has already, with what leads to them."""
    found: list[str] = []
    for slot in request.slots:
        if slot.name in _WHEN and slot.text not in found:
            leads = {"time": ["at"], "days": ["on"], "date": []}.get(slot.name, ["in"])
            found += [*leads, slot.text]
    return found


def _bare(answer: str) -> str:
    """Words to be reminded of, without what leads to them."""
    return re.sub(r"^(?:remind me )?(?:to|that|about)\s+", "", answer, flags=re.I)


def _one(slot: str, value: Value | None, text: str) -> tuple[Option, ...]:
    return () if value is None else ((Slot(name=slot, value=value, text=text),),)


def _words(text: str) -> list[str]:
    """Tokens as understanding reads them, without marks."""
    return [token.text for token in tokenize(text) if not token.mark]


def _tells_time(words: Sequence[str]) -> bool:
    """Whether a number or a word for a time is among them."""
    return any(
        word in _TIME_WORDS or number([word]) is not None or clock([word]) is not None
        for word in words
    )


def is_time(text: str) -> bool:
    """Whether a text is nothing but a time of day, a length of time or a day.

    Example: "tomorrow at half past seven" -> True, "wake me at seven" -> False.
    """
    words = _words(text)
    return _tells_time(words) and all(
        word in _TIME_WORDS
        or word in _TIME_LINKS
        or number([word]) is not None
        or ordinal(word) is not None
        or clock([word]) is not None
        for word in words
    )


def duration_slots(words: Sequence[str], prefix: str) -> Option:
    """The slots of a length of time that all of these words make; empty when they do not.

    Example: "an hour and twenty minutes" -> hours 1, minutes 20; "half an hour" -> minutes 30.
    """
    text = [word for word in words if word not in _AROUND and word != "timer"]
    found = duration(text) if text else None
    said = " ".join(text)
    return tuple(
        Slot(name=prefix + unit, value=value, text=said) for unit, value in (found or {}).items()
    )
