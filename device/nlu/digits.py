"""Digits said one by one or in pairs: "one two three four", "twelve thirty four", "1234".

A PIN is read so. "Twenty four" may be 24 or 20 4, so there may be several readings.
"""

import re
from collections.abc import Sequence

_ONES = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "nil": "0", "one": "1", "two": "2",
    "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6",
    "seventy": "7", "eighty": "8", "ninety": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_WORD = re.compile(r"\d+|[a-z']+")

MOST_READINGS = 8
"""Readings of one row of digits that are looked at, the likeliest first."""

LONGEST = 24
"""Words of a row of digits that are looked at; nobody says a longer PIN."""


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words and rows of figures: "It's 12-34!" -> ("it's", "12", "34")."""
    return tuple(_WORD.findall(text.casefold().replace("\u2019", "'")))


def says_digits(word: str) -> bool:
    """Whether a word can be a part of a row of digits."""
    return word.isdecimal() or any(word in t for t in (_ONES, _TEENS, _TENS, _TIMES))


def readings(words: Sequence[str]) -> tuple[str, ...]:
    """The rows of digits that these words can be, all of them; none where they are none.

    Example: ("twelve", "thirty", "four") -> ("1234", "12304").
    """
    if not words or len(words) > LONGEST:
        return ()
    open_ends = [("", 0)]
    done: dict[str, None] = {}
    while open_ends and len(done) < MOST_READINGS:
        said, at = open_ends.pop()
        if at == len(words):
            done[said] = None
            continue
        # The last is looked at first: "twenty four" is more likely 24 than 20 4.
        open_ends += [(said + digits, at + size) for digits, size in reversed(_next(words, at))]
    return tuple(done)


def _next(words: Sequence[str], at: int) -> list[tuple[str, int]]:
    """The digits that can come next, each with the number of words that say them."""
    word = words[at]
    after = words[at + 1] if at + 1 < len(words) else ""
    if word.isdecimal() and word.isascii():
        return [(word, 1)]
    if word in _ONES:
        return [(_ONES[word], 1)]
    if word in _TEENS:
        return [(_TEENS[word], 1)]
    if word in _TIMES:
        one = _ONES.get(after) or (after if len(after) == 1 and after.isdecimal() else "")
        return [(one * _TIMES[word], 2)] if one else []
    if word in _TENS:
        plain = [(_TENS[word] + "0", 1)]
        joined = [(_TENS[word] + _ONES[after], 2)] if _ONES.get(after, "0") != "0" else []
        return joined + plain
    return []
