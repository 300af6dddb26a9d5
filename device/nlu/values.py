"""What the words of a slot mean: percentages, speeds, changes, colours.

Each function takes tokens in lower case and gives slot values as JSON carries them, or
nothing where the words mean nothing of the kind.
"""

from collections.abc import Sequence

from device.events import Value
from device.nlu.numbers import Number, number, whole

COLORS = frozenset(
    {"aqua", "aquamarine", "azure", "beige", "black", "blue", "brown", "chocolate", "coral"}
    | {"crimson", "cyan", "fuchsia", "gold", "gray", "green", "grey", "indigo", "ivory", "khaki"}
    | {"lavender", "lime", "magenta", "maroon", "navy", "olive", "orange", "orchid", "pink"}
    | {"plum", "purple", "red", "salmon", "sienna", "silver", "tan", "teal", "tomato"}
    | {"turquoise", "violet", "white", "yellow", "skyblue", "lightblue", "darkblue", "lightgreen"}
    | {"darkgreen", "darkred", "lightyellow", "hotpink", "deeppink", "royalblue", "steelblue"}
    | {"forestgreen", "seagreen", "springgreen", "midnightblue", "limegreen", "darkorange"}
    | {"orangered", "lightpink", "darkviolet", "lightgray", "darkgray", "limegreen", "snow"}
    | {"goldenrod", "peru", "linen", "wheat", "mintcream", "thistle", "slategray", "dodgerblue"}
)
"""CSS colour names, without blanks."""

KELVINS = {
    ("candle", "light"): 1900,
    ("candlelight",): 1900,
    ("warm", "white"): 2700,
    ("soft", "white"): 2700,
    ("warm",): 2700,
    ("neutral", "white"): 3500,
    ("natural", "white"): 3500,
    ("neutral",): 3500,
    ("natural",): 3500,
    ("cool", "white"): 4000,
    ("cold", "white"): 4000,
    ("cool",): 4000,
    ("cold",): 4000,
    ("daylight",): 6500,
    ("day", "light"): 6500,
}
"""White tones by name, in kelvin, as Home Assistant's sentences have them."""

_LEVELS = {
    "half": 50,
    "halfway": 50,
    "halfways": 50,
    "full": 100,
    "fully": 100,
    "completely": 100,
    "max": 100,
    "maximum": 100,
    "highest": 100,
    "brightest": 100,
    "min": 1,
    "minimum": 1,
    "lowest": 1,
    "darkest": 1,
}
_SPEEDS = {"low": 33, "slow": 33, "lowest": 33, "minimum": 33, "min": 33, "medium": 66}
_SPEEDS |= {"high": 100, "fast": 100, "full": 100, "max": 100, "maximum": 100, "highest": 100}
_UP = frozenset(
    {"up", "higher", "increase", "raise", "brighter", "lighter", "brighten", "warmer", "hotter"}
    | {
        "louder",
        "faster",
        "more",
        "boost",
        "hear",
        "stronger",
        "harder",
        "quiet",
        "silent",
        "cold",
        "chilly",
        "freezing",
        "cool",
    }
    | {"frosty", "heat"}
)
_DOWN = frozenset(
    {"down", "lower", "decrease", "reduce", "dimmer", "darker", "dim", "less", "colder"}
    | {
        "cooler",
        "quieter",
        "softer",
        "slower",
        "drop",
        "off",
        "gentler",
        "weaker",
        "loud",
        "hot",
        "warm",
        "stuffy",
    }
    | {"boiling", "sweating", "roasting"}
)
_UNITLESS = frozenset({"percent", "%", "degrees", "degree", "°", "°c", "°f", "c", "f", "celsius"})
_UNITLESS |= {"fahrenheit", "k", "kelvin", "speed", "brightness", "the", "by", "to", "of", "way"}
_UNITLESS |= {"per", "cent"}
_LESS = frozenset(
    {"down", "lower", "decrease", "reduce", "drop", "dim", "less", "shorten", "off", "darker"}
    | {"dimmer", "colder", "cooler", "quieter", "softer", "slower", "cut", "knock", "minus"}
)
"""Words beside a change that make it one downwards, wherever they stand in the request."""

_TOO = {"dim": 1, "dark": 1, "slow": 1, "low": 1, "quiet": 1, "silent": 1, "cold": 1}
_TOO |= {"bright": -1, "fast": -1, "high": -1, "loud": -1, "hot": -1, "warm": -1}
"""What is complained about, and the direction that mends it."""


def amount(words: Sequence[str]) -> Number | None:
    """A number with its unit left out: "21 degrees", "fifty percent", "2700 k"."""
    return number([w for w in words if w not in _UNITLESS])


def level(words: Sequence[str]) -> Number | None:
    """A percentage: "50 percent", "a quarter", "halfway", "maximum"; "a third" is 33."""
    kept = [w for w in words if w not in _UNITLESS and w != "all"]
    named = next((_LEVELS[w] for w in kept if w in _LEVELS and len(kept) <= 2), None)
    if named is not None and number(kept) in (None, 0.5):
        return named
    value = number(kept)
    if value is None:
        return (0 if {"down", "closed", "shut"} & set(words) else 100) if "way" in words else None
    said = {"percent", "%", "cent"} & set(words)
    return round(value * 100) if 0 < value < 1 and not said else value


def amount_in(words: Sequence[str], *, levels: bool) -> Number | None:
    """The longest amount that stands somewhere in these words.

    Args:
        words: Tokens of which only some may say an amount.
        levels: Whether "half", "full" and the like are amounts.
    """
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            found = number(part)
            if found is not None and list(part) != ["one"]:
                return found
    if levels and "way" in words:
        return level(words)
    return next((_LEVELS[w] for w in words if levels and w in _LEVELS), None)


def speed(words: Sequence[str]) -> Number | None:
    """A fan's speed in percent: "high", "40 percent"."""
    named = next((_SPEEDS[w] for w in words if w in _SPEEDS), None)
    return named if named is not None else level(words)


def color(words: Sequence[str]) -> str | None:
    """A CSS colour name: "light blue" is "lightblue"."""
    joined = "".join(words).replace("grey", "gray")
    return joined if joined in COLORS else next((w for w in words if w in COLORS), None)


def kelvin(words: Sequence[str]) -> Number | None:
    """A colour temperature: "2700 kelvin", "warm white"."""
    return KELVINS.get(tuple(words)) or amount(words)


def step(pieces: Sequence[Sequence[str]], others: Sequence[str] = ()) -> Value | None:
    """A relative change: "up", "down", or a signed number.

    Args:
        pieces: All words that speak of the change, as ["brighten"], ["10", "percent"].
        others: The other words of the request; a number alone takes its direction from them.
    """
    words = [w for piece in pieces for w in piece]
    sign = -1 if any(w in _DOWN for w in words) else 1
    if "up" in words:
        sign = 1  # "warm up", where "it's warm" wants less
    if "too" in words or "too" in others:
        sign = next((_TOO[w] for w in (*words, *others) if w in _TOO), sign)
    counted = (
        number([w for w in p if w not in _UNITLESS and w not in _UP | _DOWN]) for p in pieces
    )
    found = next((n for n in counted if n is not None), None)
    if found is not None:
        pointed = any(w in _UP or w in _DOWN for w in words)
        return whole(found * (-1 if not pointed and _LESS & set(others) else sign))
    if any(w in _UP or w in _DOWN or w in _TOO for w in words):
        return "up" if sign > 0 else "down"
    return None
