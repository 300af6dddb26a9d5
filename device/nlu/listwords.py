"""The values of lists, found in the words of a sentence wherever they stand.

A list of thousands of values costs no more to look through than a short one: values are found by
their first word.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from hassil.expression import Alternative, Expression, Group, RuleReference, Sentence, TextChunk
from hassil.intents import RangeFractionType, RangeSlotList, TextSlotList, TextSlotValue

from device.nlu.inflection import singular
from device.nlu.names import ARTICLES
from device.nlu.numbers import number
from device.nlu.words import plain

MOST_WAYS: Final = 40
"""Ways to say one value ("(green|sencha) tea" has two); more are not looked for."""

_MOST_VALUES = 40_000
"""Ways of a whole list."""
_LONGEST = 12
"""Words of a value."""
_LONGEST_NUMBER = 7
"""Words of a number."""
_BEGINNINGS = frozenset({"a", "an", "minus", "negative", "-", "point"})
"""Words that are no number and may begin one."""
_DEEPEST = 6
"""Rules within rules, in a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value in a sentence."""

    start: int
    """Its first word."""
    stop: int
    """Behind its last word."""
    value: Any
    context: Mapping[str, Any] = field(default_factory=dict)
    """What hassil would know after it, such as the kind of a device."""


class ListWords:
    """One list of values, by their words."""

    def __init__(self, values: TextSlotList, rules: Mapping[str, Sentence]) -> None:
        self._values: dict[tuple[str, ...], list[tuple[str, TextSlotValue]]] = {}
        self._lengths: dict[str, set[int]] = {}
        room = _MOST_VALUES
        for value in values.values:
            for text in ways(value.text_in, rules)[: max(0, room)]:
                room -= 1
                self._add(text, value)

    def _add(self, text: str, value: TextSlotValue) -> None:
        words = [singular(word) for word in plain(text).split()]
        if len(words) > 1 and words[0] in ARTICLES:
            words = words[1:]  # people say the article or leave it out
        if words and len(words) <= _LONGEST:
            known = self._values.setdefault(tuple(words), [])
            known.append((text, value))
            self._lengths.setdefault(words[0], set()).add(len(words))

    def find(self, words: Sequence[str]) -> Iterator[Found]:
        """All values that stand in a sentence, also where they overlap.

        Args:
            words: The sentence's, in lower case; each must be the value's own but for the ending
                of a plural or an owner.
        """
        singulars = [singular(word) for word in words]
        for start, first in enumerate(singulars):
            for length in self._lengths.get(first, ()):
                stop = start + length
                if stop > len(singulars):
                    continue
                for text, value in self._values.get(tuple(singulars[start:stop]), ()):
                    out = text if value.value_out is None else value.value_out
                    yield Found(start=start, stop=stop, value=out, context=value.context or {})


@lru_cache(maxsize=64)
def numbers(words: tuple[str, ...]) -> tuple[Found, ...]:
    """The numbers in a sentence, in digits or words, none within another.

    Several packs are asked about one sentence.
    """
    found: list[Found] = []
    start = 0
    while start < len(words):
        first = words[start]
        begins = first in _BEGINNINGS or number([first]) is not None
        longest = min(len(words), start + _LONGEST_NUMBER) if begins else start
        for stop in range(longest, start, -1):
            value = number(words[start:stop])
            if value is not None:
                found.append(Found(start=start, stop=stop, value=value))
                start = stop - 1
                break
        start += 1
    return tuple(found)


def in_range(values: RangeSlotList, found: Iterable[Found]) -> Iterator[Found]:
    """Those of the numbers that a list has, as it gives them."""
    parts = {RangeFractionType.HALVES: 2, RangeFractionType.TENTHS: 10}.get(values.fraction_type, 1)
    for one in found:
        steps = (one.value - values.start) * parts / values.step
        whole = values.start <= one.value < values.stop + 1 and abs(steps - round(steps)) < 1e-6
        if whole and (one.value <= values.stop or parts > 1):
            factor = 1 if values.multiplier is None else values.multiplier
            yield Found(start=one.start, stop=one.stop, value=one.value * factor)


def ways(item: Expression, rules: Mapping[str, Sentence], depth: int = 0) -> list[str]:
    """Ways to say a value, MOST_WAYS at most."""
    match item:
        case TextChunk():
            return [item.text]
        case RuleReference() if item.rule_name in rules and depth < _DEEPEST:
            return ways(rules[item.rule_name].expression, rules, depth + 1)
        case Alternative():
            return [way for part in item.items for way in ways(part, rules, depth)][:MOST_WAYS]
        case Group():
            found = [""]
            for part in item.items:
                ends = ways(part, rules, depth)
                found = [f"{head}{tail}" for head in found for tail in ends][:MOST_WAYS]
            return found
    return []
