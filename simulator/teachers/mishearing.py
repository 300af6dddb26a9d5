"""Recognition that errs: words that sound alike, words lost, words too many.

Substitutions are drawn among the words of the same vocabulary that sound nearest, by the edit
distance of their phonemes, where sounds of one class cost half.
"""

import math
import re
from collections.abc import Iterable
from functools import cache
from random import Random

from device.asr.lexicon import shared_lexicon
from device.asr.vocabulary import common_words
from simulator.fillings import spell

_VOWELS = frozenset(
    ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
)
_CLASSES = (
    _VOWELS,
    frozenset(["P", "T", "K", "B", "D", "G"]),
    frozenset(["F", "V", "TH", "DH", "S", "Z", "SH", "ZH", "CH", "JH", "HH"]),
    frozenset(["M", "N", "NG"]),
    frozenset(["L", "R", "W", "Y"]),
)
_NEAREST = 6
_SUBSTITUTED, _LOST = 0.7, 0.2
"""Shares among errors; the rest are words too many."""
_NOISE = ("a", "the", "uh", "and", "it", "to", "in", "of", "is")
_DIGITS = re.compile(r"\d+")


def as_spoken(text: str) -> str:
    """The words as recognition writes them: no marks, numbers in words."""
    text = _DIGITS.sub(
        lambda found: f" {spell(int(found[0]))} ", text.lower().replace("%", " percent ")
    )
    return " ".join(re.sub(r"[^a-z' ]", " ", text).split())


class Mishearing:
    """Hears words wrongly at some rate."""

    def __init__(self, rng: Random, *, rate: float, names: Iterable[str] = ()) -> None:
        """Take the words that can be heard.

        Args:
            rng: The only source of chance.
            rate: Share of words that are heard wrongly.
            names: What is said besides common words, such as names of the home.
        """
        self._rng = rng
        self._rate = rate
        own = {word for name in names for word in as_spoken(name).split()}
        self._words = tuple(sorted(own | _common()))

    def hear(self, text: str) -> str:
        """What is heard of a sentence."""
        heard: list[str] = []
        for word in as_spoken(text).split():
            if self._rng.random() >= self._rate:
                heard.append(word)
                continue
            chance = self._rng.random()
            if chance < _SUBSTITUTED:
                heard.append(self._like(word))
            elif chance >= _SUBSTITUTED + _LOST:
                heard += [word, self._rng.choice(_NOISE)]
        return " ".join(heard)

    def _like(self, word: str) -> str:
        """Another word that sounds like it; the nearer, the likelier."""
        sounds = _sounds(word)
        ranked = sorted(
            (_distance(sounds, _sounds(other)), other) for other in self._words if other != word
        )
        nearest = ranked[:_NEAREST]
        weights = [math.exp(-distance) for distance, _ in nearest]
        return self._rng.choices([other for _, other in nearest], weights=weights)[0]


@cache
def _common() -> frozenset[str]:
    words = frozenset().union(*common_words().values())
    return frozenset(w for w in words if " " not in w and _sounds(w))


@cache
def _sounds(word: str) -> tuple[str, ...]:
    ways = shared_lexicon().pronounce(word)
    return ways[0] if ways else ()


@cache
def _distance(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Edit distance of two rows of phonemes."""
    if abs(len(one) - len(other)) > len(one) / 2 + 1:
        return float(max(len(one), len(other)))
    before = [float(i) for i in range(len(other) + 1)]
    for i, a in enumerate(one, 1):
        now = [float(i)]
        for j, b in enumerate(other, 1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + _cost(a, b)))
        before = now
    return before[-1]


@cache
def _cost(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return 0.5 if any(one in c and other in c for c in _CLASSES) else 1.0
