"""What the words of a value mean: "thirty percent", "as bright as possible", "a bit dimmer"."""

from collections.abc import Sequence
from dataclasses import dataclass

from device.events import Value
from device.nlu import values
from device.nlu.numbers import Number, number
from device.nlu.vocabulary import MODES, STATES

AMOUNT = "amount"
"""Label of a number that does not say what it is a number of."""
STEP = "step"
"""Label of a change: "brighter"."""

STEPS = {
    "brightness": 20,
    "position": 20,
    "fan_speed": 25,
    "volume": 10,
    "color_temperature": 500,
    "target_temperature": 1,
}
"""How far a change goes that says no number, as the skills have it, in the capability's unit."""

_MOST = frozenset({"bright", "loud", "fast", "high", "strong", "open", "warm", "hot", "up"})
_LEAST = frozenset({"dim", "dark", "low", "quiet", "slow", "soft", "cold", "closed", "down"})
_OF_WORDS = {
    "brightness": ("bright", "brighter", "dim", "dimmer", "dark", "darker", "light", "lighter"),
    "volume": ("loud", "louder", "quiet", "quieter", "soft", "softer"),
    "fan_speed": ("fast", "faster", "slow", "slower"),
    "warmth": ("warm", "warmer", "cool", "cooler", "cold", "colder", "hot", "hotter"),
}
_LITTLE = frozenset({"bit", "little", "slightly", "touch", "notch", "tad", "somewhat"})
_MUCH = frozenset({"lot", "much", "way", "far"})
_SWITCH = {"on": "on", "off": "off", "out": "off", "of": "off"}
_LOCKS = {"locked": "locked", "lock": "locked", "unlocked": "unlocked", "unlock": "unlocked"}
_MEDIA = {"playing": "playing", "play": "playing", "paused": "paused", "pause": "paused"}
_OPEN = frozenset({"open", "opened", "raise", "raised", "up"})
_SHUT = frozenset({"closed", "close", "shut", "down", "lower", "lowered", "drawn", "draw"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value relative to another."""

    of: str
    """The capability; "warmth" of a lamp or a heating; "" where the words do not say."""
    size: float | None
    """In the capability's unit, with its sign; None where no number was said."""
    share: float
    """Of the usual size, with its sign: 0.5 for "a bit warmer"."""


def value_of(label: str, words: Sequence[str]) -> Value | None:
    """The value that words say under a label of the model; None where they say none.

    Args:
        label: A capability, or AMOUNT.
        words: Tokens in lower case.
    """
    if label == "power":
        return next((_SWITCH[w] for w in words if w in _SWITCH), None)
    if label == "lock":
        return next((_LOCKS[w] for w in words if w in _LOCKS), None)
    if label == "media":
        return next((_MEDIA[w] for w in words if w in _MEDIA), None)
    if label == "color":
        return values.color(words) or next(filter(None, map(_hue, words)), None)
    if label == "color_temperature":
        return values.kelvin(words)
    if label == "target_temperature":
        return values.amount(words)
    if label == "mode":
        said = " ".join(words)
        return MODES.get(said, STATES.get(said, said))
    if label == "fan_speed":
        extreme = _extreme(words)
        return values.speed(words) if extreme is None else extreme
    return _percentage(words, opens=label == "position")


def _hue(word: str) -> str | None:
    """The colour of a word made of one: "reddish", "bluish", "orangey"."""
    for ending in ("ish", "ey", "y"):
        stem = word.removesuffix(ending)
        if stem != word:
            forms = (stem, f"{stem}e", stem[:-1])
            return next((form for form in forms if form in values.COLORS), None)
    return None


def _percentage(words: Sequence[str], *, opens: bool) -> Number | None:
    """Brightness, position, volume and bare amounts."""
    shut = opens and bool(_SHUT & {*words})
    extreme = _extreme(words)
    if extreme is not None:
        return 0 if shut or (opens and extreme == 1) else extreme
    counted = values.level([w for w in words if not opens or w not in _OPEN | _SHUT])
    if shut and counted in (None, 1, 100):  # "completely down"
        return 0
    if counted is not None:
        return 100 - counted if shut and {"closed", "shut"} & {*words} else counted
    return 100 if opens and _OPEN & {*words} else None


def _extreme(words: Sequence[str]) -> Number | None:
    """As much or as little as there is: "as dim as possible", "all the way up", "full blast"."""
    said = {*words}
    if number([w for w in words if w not in ("percent", "%")]) is not None:
        return None
    if "as" in said or {"possible", "gets", "goes", "can"} & said or {"all", "way"} <= said:
        if _LEAST & said:
            return 1
        return 100 if _MOST & said else None
    return 100 if {"blast", "full", "fully"} & said and len(said) <= 2 else None


def change_of(words: Sequence[str]) -> Change | None:
    """The change that words say: "a bit warmer", "ten percent dimmer"; None where they say none."""
    direction = values.step([list(words)])
    said = {*words}
    if direction is None or (direction == "up" and "less" in said):
        direction = "down" if "less" in said else direction
    if direction is None:
        return None
    of = next((name for name, of_name in _OF_WORDS.items() if said & {*of_name}), "")
    if isinstance(direction, str):
        share = 0.5 if said & _LITTLE else 1.5 if said & _MUCH else 1.0
        up = direction == "up"
        if of == "warmth":
            up = bool(said & {"warm", "warmer", "hot", "hotter"}) != ("less" in said)
        return Change(of=of, size=None, share=share if up else -share)
    return Change(of=of, size=float(direction), share=1.0 if direction > 0 else -1.0)
