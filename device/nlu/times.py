"""When and how long: durations, clock times, dates and weekdays in words and digits.

Each function takes tokens in lower case and gives slot values as JSON carries them, or
nothing where the words mean nothing of the kind.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from device.nlu.numbers import Number, number, ordinal, whole

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)

_SECONDS = {
    "second": 1,
    "sec": 1,
    "s": 1,
    "minute": 60,
    "min": 60,
    "m": 60,
    "hour": 3600,
    "hr": 3600,
    "h": 3600,
    "day": 86_400,
    "week": 604_800,
}
_CLOCK = re.compile(r"^(\d{1,2})[:.](\d{2})$")
_BARE_CLOCK = re.compile(r"^([01]?\d|2[0-3])([0-5]\d)$")
_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "tonight": "pm", "night": "pm"}


def duration(words: Sequence[str]) -> dict[str, Number] | None:
    """Hours, minutes and seconds of a duration, those that were said.

    "5 minutes 30", "an hour and a half" (1 hour, 30 minutes), "90 seconds" (90 seconds),
    "half an hour" (30 minutes), "2 days" (48 hours).

    Returns:
        Keys `hours`, `minutes`, `seconds`; None where no duration was said.
    """
    total: dict[str, float] = {}
    held: list[str] = []
    last = 0
    for word in words:
        unit = _unit(word)
        if unit is None or (unit and not held and last):
            held += [] if word in (",", ".") else [word]
            continue
        held, extra = _leftover(held, last, total)
        count = _count(held)
        if count is None:
            return None
        _put(total, count * unit, unit)
        total = {k: v + extra.get(k, 0) for k, v in total.items()} | {
            k: v for k, v in extra.items() if k not in total
        }
        held, last = [], unit
    if held and last:
        rest = number([w for w in held if w not in ("and",)]) if held[0] != "and" else None
        part = number(held[1:] if held[0] == "and" else held)
        value = part if part is not None else rest
        if value is None:
            return None
        _put(total, value * last if value < 1 else value * max(last // 60, 1), last)
    said = {k: whole(v) for k, v in total.items() if v}
    return said or None


def _unit(word: str) -> int | None:
    stem = word.removesuffix("s") if len(word) > 1 else word
    return _SECONDS.get(stem)


def _count(words: Sequence[str]) -> float | None:
    """What stands before a unit: "5", "a", "half an", "a couple of"."""
    kept = [w for w in words if w not in ("of", "for", "in", ",", "more", "another")]
    while len(kept) > 1 and kept[0] == "and":
        kept = kept[1:]
    if kept in (["a"], ["an"], ["and", "a"], ["one"], ["another"], ["and", "an"], []):
        return 1.0
    if kept in (["couple"], ["a", "couple"]):
        return 2.0
    if kept[-1] in ("a", "an") and len(kept) > 1:
        kept = kept[:-1]
    return number(kept)


def _leftover(
    held: list[str], last: int, _total: dict[str, float]
) -> tuple[list[str], dict[str, float]]:
    """Split "and a half 20" (minutes) into what belongs to the unit before and the next."""
    if not last or ("half" not in held and "quarter" not in held):
        return held, {}
    at = max(i for i, w in enumerate(held) if w in ("half", "quarter", "quarters"))
    if at == len(held) - 1 or number(held[: at + 1]) is None:
        return held, {}
    extra: dict[str, float] = {}
    part = number(held[: at + 1])
    _put(extra, (part or 0) * last, last)
    return held[at + 1 :], extra


def _put(total: dict[str, float], seconds: float, unit: int) -> None:
    """Add seconds under the unit that was said, what is left under the next smaller ones."""
    names = {3600: "hours", 60: "minutes", 1: "seconds"}
    size = 3600 if unit >= 3600 else unit
    while size >= 1:
        count = int(seconds // size)
        if count:
            total[names[size]] = total.get(names[size], 0) + count
        seconds -= count * size
        size //= 60
    if seconds > 1e-6:
        total["seconds"] = total.get("seconds", 0) + seconds


_TURNING = {
    "noon": ("am", "pm"), "midday": ("am", "pm"), "midnight": ("pm", "am"),
}  # fmt: skip
"""The half of the day before and after."""


def clock(words: Sequence[str]) -> dict[str, str] | None:
    """A time of day.

    "half past seven" is 07:30 without a half of the day; "7:30 pm", "noon" and "21:15" know
    theirs.

    Returns:
        `time` as "HH:MM" and, where it was said or follows, `meridiem` as "am" or "pm".
        With `meridiem`, and past twelve, the time is the 24-hour one.
    """
    kept = [w for w in words if w not in (",", ".", "at", "in", "the", "this", "o'clock", "for")]
    part = next((_PARTS.get(w, w) for w in kept if w in _PARTS or w in ("am", "pm")), None)
    kept = [w for w in kept if w not in _PARTS and w not in ("am", "pm", "oclock", "clock", "o")]
    if kept in (["noon"], ["midday"], ["12", "noon"], ["twelve", "noon"]):
        return {"time": "12:00", "meridiem": "pm"}
    if kept in (["midnight"], ["12", "midnight"], ["twelve", "midnight"]):
        return {"time": "00:00", "meridiem": "am"}
    turning = _TURNING.get(kept[-1]) if len(kept) > 1 else None
    if turning is not None and kept[-2] in ("to", "before", "past", "after"):
        early = kept[-2] in ("to", "before")  # a quarter to midnight is late in the evening
        kept, part = [*kept[:-1], "twelve"], turning[0 if early else 1]
    found = _hour_minute(kept)
    if found is None or not (0 <= found[0] <= 23 and 0 <= found[1] <= 59):
        return None
    hour, minute = found
    if hour > 12 or (hour == 0 and part is None):
        part = "pm" if hour > 12 else "am"
    elif part == "pm" and hour < 12:
        hour += 12
    elif part == "am" and hour == 12:
        hour = 0
    said = {"time": f"{hour:02d}:{minute:02d}"}
    return said | {"meridiem": part} if part else said


def _hour_minute(words: Sequence[str]) -> tuple[int, int] | None:
    if "quarter" in words:
        words = ["to" if w == "of" else w for w in words]  # "a quarter of seven"
    for link, sign in (("past", 1), ("after", 1), ("to", -1), ("before", -1), ("till", -1)):
        if link in words:
            at = list(words).index(link)
            minutes, hour = _minutes(words[:at]), _whole(words[at + 1 :])
            if minutes is None or hour is None:
                return None
            return (hour, minutes) if sign > 0 else ((hour - 2) % 12 + 1, 60 - minutes)
    if len(words) == 1:
        found = _CLOCK.match(words[0]) or (
            _BARE_CLOCK.match(words[0]) if len(words[0]) > 2 else None
        )
        if found:
            return int(found[1]), int(found[2])
    for cut in range(len(words), 0, -1):
        hour = _whole(words[:cut])
        if hour is None or not 0 <= hour <= 24:
            continue
        rest = list(words[cut:])
        if not rest or rest == ["hundred"]:
            return hour % 24, 0
        minute = _whole([w for w in rest if w not in ("oh", "and", "zero")])
        if minute is not None and minute < 60:
            return hour % 24, minute
    return None


def _minutes(words: Sequence[str]) -> int | None:
    kept = [w for w in words if w not in ("a", "minutes", "minute")]
    if kept in (["half"], ["quarter"]):
        return 30 if kept == ["half"] else 15
    return _whole(kept)


def _whole(words: Sequence[str]) -> int | None:
    value = number(words)
    return value if isinstance(value, int) else None


def day(words: Sequence[str], today: date) -> tuple[str, str | None] | None:
    """A date as ISO text, and the half of the day where the words name it.

    Args:
        words: "tomorrow evening", "next friday", "on the 5th of march".
        today: The home's date.
    """
    part = next((_PARTS[w] for w in words if w in _PARTS), None)
    found = _date(words, today)
    if found is None and part is not None:
        found = today
    return None if found is None else (found.isoformat(), part)


def _date(words: Sequence[str], today: date) -> date | None:
    if "tomorrow" in words:
        return today + timedelta(days=2 if "after" in words else 1)
    if {"yesterday", "yesterdays", "yesterday's"} & set(words):
        return today - timedelta(days=1)
    if {"today", "todays", "today's", "tonight"} & set(words):
        return today
    for word in words:
        stem = word.removesuffix("s") if word.removesuffix("s") in WEEKDAYS else word
        if stem in WEEKDAYS:
            ahead = (WEEKDAYS.index(stem) - today.weekday()) % 7
            return today + timedelta(days=ahead or (7 if "next" in words else 0))
    month = next((MONTHS.index(w) + 1 for w in words if w in MONTHS), None)
    numbers = [n for n in _day_numbers(words) if 1 <= n <= 31]
    if not numbers:
        return None
    return next(_matching(today, month, numbers[0]), None)


def _day_numbers(words: Sequence[str]) -> Iterator[int]:
    for i, word in enumerate(words):
        found = ordinal(word)
        tens = number(words[i - 1 : i]) if i else None
        if found is not None and found < 10 and tens in (20, 30):
            yield int(tens) + found
        elif found is not None:
            yield found
    value = number([w for w in words if w not in MONTHS and w not in ("on", "the", "of")])
    if isinstance(value, int):
        yield value


def _matching(today: date, month: int | None, day_number: int) -> Iterator[date]:
    """Days from today on with this number (and month), soonest first."""
    for ahead in range(366 * 4):
        found = today + timedelta(days=ahead)
        if found.day == day_number and month in (None, found.month):
            yield found


def days(words: Sequence[str]) -> str | None:
    """Weekdays of something that repeats, separated by blanks, Monday first."""
    joined = set(words)
    named = [d for d in WEEKDAYS if {d, f"{d}s"} & joined]
    if "from" in joined or "through" in joined:
        order = [w.removesuffix("s") for w in words if w.removesuffix("s") in WEEKDAYS]
        if len(order) == 2:
            first, last = (WEEKDAYS.index(d) for d in order)
            named = [WEEKDAYS[(first + i) % 7] for i in range((last - first) % 7 + 1)]
    if named:
        return " ".join(named)
    if joined & {"weekday", "weekdays", "workday", "workdays"}:
        return " ".join(WEEKDAYS[:5])
    if joined & {"weekend", "weekends"}:
        return " ".join(WEEKDAYS[5:])
    if joined & {"daily", "day", "days", "morning", "mornings", "evening", "night"}:
        return " ".join(WEEKDAYS)
    return None


def put_off(command: str) -> str:
    """The words of a request for later without those that lead to its time.

    Example: "turn it off in" -> "turn it off".
    """
    return re.sub(r"^(?:in|after)\s+|\s+(?:in|after|for|at)$", "", command.strip(), flags=re.I)
