"""Missing values: from a bare answer such as "5 minutes" or "twenty one" to slots.

Numbers and lengths of time are read here. Times of day, dates and list items need real
understanding: `completed` gives the whole sentence to understand instead.
"""

import re
from collections.abc import Mapping, Sequence

from device.events import Request, Slot, Value

Option = tuple[Slot, ...]

NUMBERS = frozenset(
    {"brightness", "position", "percentage", "temperature", "volume_level", "target_temperature"}
)
"""Slots whose value is one number."""

FREE = frozenset({"words"})
"""Slots that any words fill."""

REWORDED = frozenset({"time", "item"})
"""Slots whose answer is understood as part of a whole sentence."""

_ONES = str.split(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = str.split("twenty thirty forty fifty sixty seventy eighty ninety")
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")
_UNITS = {
    "hour": "hours", "hours": "hours", "hr": "hours", "hrs": "hours", "h": "hours",
    "minute": "minutes", "minutes": "minutes", "min": "minutes", "mins": "minutes",
    "m": "minutes", "second": "seconds", "seconds": "seconds", "sec": "seconds",
    "secs": "seconds", "s": "seconds",
}  # fmt: skip
_HALVES = {"hours": ("minutes", 30), "minutes": ("seconds", 30)}
_AROUND = frozenset(
    str.split(
        "please um uh er to at for about make it set be let's say % percent degrees "
        "degree celsius kelvin k just ° maybe by"
    )
)
_STEPS = {
    "up": "up", "louder": "up", "higher": "up", "more": "up", "down": "down",
    "quieter": "down", "softer": "down", "lower": "down", "less": "down",
}  # fmt: skip
_TIME_WORDS = frozenset(
    str.split("noon midnight tomorrow today tonight half quarter o'clock am pm")
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
        return _one(slot, number_in([w for w in words if w not in _AROUND]), text)
    if slot == "volume_step":
        steps = [_STEPS[w] for w in words if w in _STEPS]
        return _one(slot, steps[0] if len(steps) == 1 else None, text)
    if slot in ("mode", "fan_mode"):
        left = [w for w in words if w not in _AROUND and w not in ("mode", "the", "in", "on")]
        return _one(slot, left[0] if len(left) == 1 else None, text)
    if slot in FREE:
        said = re.sub(r"^(?:to|that|about)\s+", "", text.strip().rstrip(".!?"), flags=re.I)
        return _one(slot, said or None, text)
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
    if slot != "time" or not _tells_time(_words(text)):
        return None
    when = answer if re.match(r"(?:at|in|on|for|tomorrow|today|tonight)\b", answer, re.I) else ""
    if request.intent == "SetReminder":
        return f"remind me to {request.slot('words')} {when or f'at {answer}'}"
    return f"set an alarm {when or f'for {answer}'}"


def _one(slot: str, value: Value | None, text: str) -> tuple[Option, ...]:
    return () if value is None else ((Slot(name=slot, value=value, text=text),),)


def _words(text: str) -> list[str]:
    """Lower-case words; digits stand alone: "5min" -> "5", "min"."""
    spaced = re.sub(r"(?<=\d)(?=[a-z%°])", " ", text.casefold().replace("-", " "))
    return [w.strip(".,!?;") for w in spaced.split() if w.strip(".,!?;")]


def _tells_time(words: Sequence[str]) -> bool:
    spoken = {*_ONES, *_TENS, *_TIME_WORDS}
    return any(w in spoken or w[:1].isdigit() for w in words)


def number_in(words: Sequence[str]) -> int | float | None:
    """The number that these words are, all of them.

    Example: ["twenty", "one"] -> 21, ["21.5"] -> 21.5, ["a", "hundred"] -> 100,
    ["twenty", "lamps"] -> None.
    """
    if len(words) == 1 and _DIGITS.fullmatch(words[0]):
        value = float(words[0])
        return int(value) if value.is_integer() else value
    if "point" in words:
        cut = list(words).index("point")
        whole, after = number_in(words[:cut]), number_in(words[cut + 1 :])
        if isinstance(whole, int) and isinstance(after, int) and 0 <= after <= 9:
            return float(f"{whole}.{after}")
        return None
    if words and words[-1] == "half" and words[-3:-1] == ["and", "a"]:
        whole = number_in(words[:-3])
        return None if whole is None else whole + 0.5
    return _spelled(words)


def _spelled(words: Sequence[str]) -> int | None:
    """A spelled whole number below 1000."""
    total, seen = 0, ""
    for word in words:
        if word in ("a", "one") and not seen and "hundred" in words[1:2]:
            seen, total = "one", 1
        elif word == "hundred" and seen in ("", "one"):
            seen, total = "hundred", max(total, 1) * 100
        elif word in _TENS and seen in ("", "hundred"):
            seen, total = "ten", total + 10 * (_TENS.index(word) + 2)
        elif word in _ONES and (
            seen in ("", "hundred") or (seen == "ten" and 0 < _ONES.index(word) < 10)
        ):
            seen, total = "one", total + _ONES.index(word)
        elif word != "and" or seen != "hundred":
            return None
    return total if seen else None


def duration_slots(words: Sequence[str], prefix: str) -> Option:
    """The slots of a length of time that all of these words make; empty when they do not.

    Example: "an hour and twenty minutes" -> hours 1, minutes 20; "half an hour" -> minutes 30.
    """
    text = [w for w in words if w not in ("please", "um", "uh", "for", "timer", "make", "it")]
    found: dict[str, float] = {}
    count: list[str] = []
    for place, word in enumerate(text):
        unit = _UNITS.get(word)
        if unit is None or (unit == "seconds" and not count):
            count.append(word)
            continue
        if not _count(count, unit, found):
            return ()
        count = []
        if text[place + 1 :] == ["and", "a", "half"] and unit in _HALVES:
            smaller, half = _HALVES[unit]
            found[smaller] = found.get(smaller, 0) + half
            break
    else:
        if count:
            return ()
    said = " ".join(text)
    return tuple(
        Slot(name=prefix + unit, value=int(v) if float(v).is_integer() else v, text=said)
        for unit, v in found.items()
    )


def _count(count: Sequence[str], unit: str, found: dict[str, float]) -> bool:
    """Add one part of a length of time; False when its words are no count."""
    words = list(count)
    if words[:1] == ["and"] and found:
        words = words[1:]
    if words in (["half", "an"], ["half", "a"], ["a", "half"], ["half"]) and unit in _HALVES:
        smaller, half = _HALVES[unit]
        found[smaller] = found.get(smaller, 0) + half
        return True
    value: Mapping[str, int] = {"a": 1, "an": 1}
    number = value.get(words[0]) if len(words) == 1 else None
    number_said = number if number is not None else number_in(words)
    if number_said is None or unit in found:
        return False
    found[unit] = number_said
    return True
