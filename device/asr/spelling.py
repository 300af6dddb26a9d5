"""How written words are said: digits, fractions, signs and ordinals, spelled out.

The recognizer's words keep the written form that sentences and homes use ("21", "7up",
"50%"); what is said for each of them comes from here, as plain words for the lexicon.
"""

import re
from functools import lru_cache

_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen",
)
_TENS = re.findall(r"\S+", "- - twenty thirty forty fifty sixty seventy eighty ninety")
_SIGNS = {
    "%": "percent",
    "°c": "degrees celsius",
    "°f": "degrees fahrenheit",
    "°": "degrees",
    "&": "and",
    "+": "plus",
    "@": "at",
    "=": "equals",
    "€": "euros",
    "£": "pounds",
    "$": "dollars",
    "½": "half",
    "#": "number",
}
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_LARGEST = 1_000_000
_PIECE = re.compile(
    r"-?\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?|'?[^\W\d_]+(?:['.-][^\W\d_]+)*|°[cf]?|\S", re.IGNORECASE
)
_NUMBER = re.compile(r"(-?)(\d+)(?:([.,:])(\d+))?(st|nd|rd|th)?", re.IGNORECASE)

Saying = tuple[str, ...]


def integer(number: int) -> tuple[Saying, ...]:
    """The ways to say a whole number.

    Args:
        number: Below a million either way; larger ones are said digit by digit.

    Returns:
        Each way as words, most usual first.

    Example: 105 -> (("one", "hundred", "five"), ("one", "hundred", "and", "five"), ...)
    """
    if number < 0:
        return tuple(("minus", *way) for way in integer(-number))
    if number >= _LARGEST:
        return (tuple(_ONES[int(digit)] for digit in str(number)),)
    if number < 20:
        return ((_ONES[number],),)
    if number < 100:
        ten, one = divmod(number, 10)
        return ((_TENS[ten], _ONES[one]) if one else (_TENS[ten],),)
    if number < 1000:
        return _above(number, 100, "hundred")
    pairs: tuple[Saying, ...] = ()
    if number < 10_000 and number % 100 == 0 and number % 1000:
        pairs = ((*integer(number // 100)[0], "hundred"),)
    return _above(number, 1000, "thousand") + pairs


def _above(number: int, unit: int, name: str) -> tuple[Saying, ...]:
    """Say so many hundreds or thousands and the rest, with and without "and"."""
    count, rest = divmod(number, unit)
    heads = [(*way, name) for way in integer(count)[:1]]
    if count == 1:
        heads.append(("a", name))
    if not rest:
        return tuple(heads)
    joints: tuple[Saying, ...] = ((), ("and",)) if rest < 100 else ((),)
    return tuple(
        (*head, *joint, *tail) for head in heads for joint in joints for tail in integer(rest)[:2]
    )


def number(value: float) -> tuple[Saying, ...]:
    """The ways to say a number with at most a few decimals.

    Example: 20.5 -> (("twenty", "point", "five"), ("twenty", "and", "a", "half"))
    """
    text = written(value)
    whole, _, decimals = text.partition(".")
    ways = integer(int(whole)) if whole != "-0" else (("minus", "zero"),)
    if not decimals:
        return ways
    said = tuple(_ONES[int(digit)] for digit in decimals)
    pointed = tuple((*way, "point", *said) for way in ways)
    halves = ways if decimals == "5" else ()
    return pointed + tuple((*way, "and", "a", "half") for way in halves)


def written(value: float) -> str:
    """A number in digits, whole ones without a point.

    Example: 21.0 -> "21"
    """
    return str(int(value)) if float(value).is_integer() else f"{value:.10g}"


def spoken(token: str) -> tuple[Saying, ...]:
    """The ways to say one written word.

    Args:
        token: Text without spaces, in any case.

    Returns:
        Each way as words without digits or signs; empty when nothing in it can be said.

    Example: "50%" -> (("fifty", "percent"),)
    """
    ways: tuple[Saying, ...] = ((),)
    for piece in _PIECE.findall(token.lower().replace("\u2019", "'")):
        said = _piece(piece)
        if said:
            ways = tuple((*way, *more) for way in ways[:6] for more in said[:6])
    return tuple(dict.fromkeys(way for way in ways if way))


@lru_cache(maxsize=1_024)
def as_said(token: str) -> Saying:
    """The most usual way to say a written word, so that "21" and "twenty one" are the same.

    A word without a sound stands for itself.
    """
    ways = spoken(token)
    return ways[0] if ways else (token,)


def _piece(piece: str) -> tuple[Saying, ...]:
    if (
        any(letter.isalpha() for letter in piece)
        and not piece[0].isdigit()
        and piece[0] not in "-°"
    ):
        return ((piece,),)
    if piece in _SIGNS:
        return (tuple(_SIGNS[piece].split()),)
    found = _NUMBER.fullmatch(piece)
    if found is None:
        # Versions such as 1.2.3: number by number, with nothing said between them.
        parts = re.findall(r"\d+", piece)
        return (tuple(word for part in parts for word in integer(int(part))[0]),) if parts else ()
    minus, whole, joint, rest, ending = found.groups()
    if ending:
        return tuple(_ordinal(way) for way in integer(int(whole)))
    if joint == ":":
        return _clock(int(whole), rest)
    if rest is not None:
        return number(float(f"{minus}{whole}.{rest}"))
    if len(whole) > 1 and whole[0] == "0":
        return (tuple(_ONES[int(digit)] for digit in whole),)
    ways = integer(int(f"{minus}{whole}"))
    year = 1100 <= int(whole) < 2100 and int(whole) % 100 >= 10
    return ((*integer(int(whole[:2]))[0], *integer(int(whole[2:]))[0]), *ways) if year else ways


def _ordinal(way: Saying) -> Saying:
    last = way[-1]
    if last in _ORDINALS:
        return (*way[:-1], _ORDINALS[last])
    return (*way[:-1], last[:-1] + "ieth" if last.endswith("y") else last + "th")


def _clock(hour: int, minutes: str) -> tuple[Saying, ...]:
    """A time of day: 7:05 is said "seven oh five"."""
    said = integer(hour)[0]
    minute = int(minutes)
    if minute == 0:
        return ((*said, "o'clock"), said)
    return ((*said, "oh", *integer(minute)[0]) if minute < 10 else (*said, *integer(minute)[0]),)
