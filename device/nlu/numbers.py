"""Numbers as people say and type them, and back into words.

number(["twenty", "one", "and", "a", "half"])   -> 21.5
number(["1,000"])                               -> 1000
spelled(105)                                    -> "one hundred and five"
"""

import re
from collections.abc import Sequence

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: i for i, word in enumerate(_ONES)} | {"oh": 0, "nought": 0, "nil": 0}
_LARGE = {word: 10 * i for i, word in enumerate(_TENS) if word} | {"fourty": 40}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_FRACTIONS = {
    "half": 0.5,
    "halves": 0.5,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 0.25,
    "quarters": 0.25,
}
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fifth": 5,
    "eighth": 8,
    "ninth": 9,
    "twelfth": 12,
    "twentieth": 20,
    "thirtieth": 30,
}
_DIGITS = re.compile(r"^[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$|^[-+]?\.\d+$")
_RATIO = re.compile(r"^(\d{1,4})/(\d{1,4})$")
_SIGNS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4"}
_ORDINAL = re.compile(r"^(\d{1,4})(?:st|nd|rd|th)$")

Number = int | float


def whole(value: float) -> Number:
    """The same number, without a decimal point where it is whole."""
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def number(words: Sequence[str]) -> Number | None:
    """The number that these words say, all of them; None where they say none.

    Args:
        words: Tokens in lower case, as `device.nlu.words.tokenize` gives them.
    """
    words = [part for w in words if w not in (",", ".") for part in _spread(w)]
    if not words:
        return None
    sign = 1.0
    if words[0] in ("minus", "negative", "-") and len(words) > 1:
        sign, words = -1.0, words[1:]
    value = _mixed(words)
    return None if value is None else whole(sign * value)


def ordinal(word: str) -> int | None:
    """The number of an ordinal: "third" and "3rd" are 3."""
    found = _ORDINAL.match(word)
    if found:
        return int(found[1])
    if word in _ORDINALS:
        return _ORDINALS[word]
    stem = word.removesuffix("th")
    return _SMALL.get(stem) if stem != word else None


def spelled(value: int) -> str:
    """A whole number below a million in words."""
    if value < 0:
        return f"minus {spelled(-value)}"
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")
    scale, name = (1_000, "thousand") if value >= 1_000 else (100, "hundred")
    count, rest = divmod(value, scale)
    link = " and " if rest < 100 else " "
    return f"{spelled(count)} {name}" + (link + spelled(rest) if rest else "")


def _spread(word: str) -> list[str]:
    """A word with its fraction sign apart: "1½" is "1" and "1/2"."""
    ratio = _SIGNS.get(word[-1:])
    return [word] if ratio is None else [*filter(None, (word[:-1],)), ratio]


def _mixed(words: Sequence[str]) -> float | None:
    """A number with a fraction behind it: "two and a half", "three quarters", "1 1/2"."""
    for cut in range(len(words), -1, -1):
        head, tail = words[:cut], words[cut:]
        part = _fraction(tail)
        if part is None:
            continue
        if not head:
            return part if tail else None
        base = _plain(head)
        if base is not None:
            counted = len(tail) == 1 and tail[0] in _FRACTIONS  # "three quarters"
            return base * part if counted else base + part
    return None


def _fraction(words: Sequence[str]) -> float | None:
    """What stands behind a number: "half", "and a half", "and three quarters"; 0 for nothing."""
    if not words:
        return 0.0
    rest = list(words)
    if rest[0] == "and" and len(rest) > 1:
        rest = rest[1:]
        if rest[0] not in ("a", "one", "half") and not _RATIO.match(rest[0]) and len(rest) < 2:
            return None
    count = 1.0
    if len(rest) == 2 and rest[0] in ("a", "an") and _RATIO.match(rest[1]):
        rest = rest[1:]
    if len(rest) > 1:
        counted = 1.0 if rest[0] in ("a", "an") else _plain(rest[:-1])
        if counted is None or rest[-1] not in _FRACTIONS:
            return None
        count = counted
    found = _RATIO.match(rest[-1])
    if found and len(rest) == 1:
        return int(found[1]) / int(found[2]) if int(found[2]) else None
    part = _FRACTIONS.get(rest[-1])
    return None if part is None else count * part


def _plain(words: Sequence[str]) -> float | None:
    """A number without a fraction, with digits or decimals: "21.5", "two point five"."""
    if len(words) == 1 and _DIGITS.match(words[0]):
        return float(words[0].replace(",", ""))
    if "point" in words:
        at = list(words).index("point")
        digits = [_digit(w) for w in words[at + 1 :]]
        base = _integer(words[:at]) if at else 0
        if base is None or not digits or any(d is None for d in digits):
            return None
        return float(f"{base}.{''.join(str(d) for d in digits)}")
    value = _integer(words)
    return None if value is None else float(value)


def _completes(word: str, last: str) -> bool:
    """Whether a word can follow a ten: "twenty" and "one"."""
    return last == "ten" and 0 < _SMALL[word] < 10


def _digit(word: str) -> str | None:
    if word.isdecimal():
        return word
    value = _SMALL.get(word)
    return str(value) if value is not None and value < 10 else None


def _integer(words: Sequence[str]) -> int | None:
    """A number without decimals: "one hundred and five", "2 thousand", "a hundred"."""
    total = group = 0
    last = None
    for i, word in enumerate(words):
        if word == "and" and last in ("scale",) and i + 1 < len(words):
            continue
        if word in ("a", "an") and i == 0 and len(words) > 1 and words[1] in _SCALES:
            group, last = 1, "one"
        elif word in _SMALL and (last in (None, "scale") or _completes(word, last)):
            group, last = group + _SMALL[word], "one"
        elif word in _LARGE and last in (None, "scale"):
            group, last = group + _LARGE[word], "ten"
        elif word.isdecimal() and len(word) < 10 and last in (None, "scale"):
            group, last = group + int(word), "one"
        elif word in _SCALES and (last is not None or i == 0):
            scale = _SCALES[word]
            if scale == 100:
                group = max(group, 1) * 100
            else:
                total, group = total + max(group, 1) * scale, 0
            last = "scale"
        else:
            return None
    return total + group if last is not None else None
