"""How many ways there are to read a text by a template, counted without walking them.

hassil follows every way at once, so that "[a] [a] [a] ..." takes it a year with a few dozen
a's. Here ways that have come to the same place are one with a number on it: the count of all
that hassil would follow takes a moment, whatever it comes to. Letters and digits alone are
compared, so that a text never counts as unreadable which hassil can read.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.intents import RangeSlotList, SlotList, TextSlotList

from device.nlu.anyorder import AnyOrder

MOST_WAYS = 3_000
"""Ways to read one text by one template that are followed; a sentence that people say has a few
dozen."""

_MOST_STEPS = 30_000
"""Steps of counting, after which there is no end to be expected."""

_NUMBER_WORDS = tuple(
    str.split(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy "
        "eighty ninety hundred thousand million and point minus half a oh"
    )
)

Ways = dict[tuple[int, bool], int]
"""Place in the text, and whether open text goes on there -> how many ways lead to it."""


_Plain = dict[int, Counter[str]]


class TooManyWaysError(Exception):
    """There are more ways than anybody would follow."""


@lru_cache(maxsize=50_000)
def letters(text: str) -> str:
    """What is compared: letters and digits, without case and accents."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(filter(str.isalnum, folded))


class Values:
    """The values of lists as they are compared, each list looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[TextSlotList, _Plain, tuple[Expression, ...]]] = {}

    def __call__(self, listed: TextSlotList) -> tuple[_Plain, tuple[Expression, ...]]:
        """Length -> letters of that length -> how many values say them; and the templates."""
        found = self._known.get(id(listed))
        if found is None:
            plain: _Plain = {}
            templates: list[Expression] = []
            for value in listed.values:
                if not isinstance(value.text_in, TextChunk):
                    templates.append(value.text_in)
                elif value.text_in.text.strip():
                    said = letters(value.text_in.text)
                    plain.setdefault(len(said), Counter())[said] += 1
            found = self._known[id(listed)] = (listed, plain, tuple(templates))
        return found[1], found[2]


class Readings:
    """Counts readings by templates that share rules and lists."""

    def __init__(
        self, rules: Mapping[str, Sentence], lists: Mapping[str, SlotList], values: "Values"
    ) -> None:
        """Take what templates refer to, and the values of lists as they were looked at before."""
        self._rules = rules
        self._lists = lists
        self._values = values
        self._text = ""
        self._steps = 0
        self._total = 0

    def count(self, template: Expression, text: str) -> int:
        """How many ways are followed until the whole text is read.

        Args:
            template: Its rules and lists exist.
            text: Any text.

        Returns:
            At least 1 where the template may match, 0 where it cannot.

        Raises:
            TooManyWaysError: They are more than `MOST_WAYS`.
        """
        self._text = letters(text)
        self._steps = self._total = 0
        try:
            after = self._after(template, {(0, False): 1})
        except RecursionError as exc:
            raise TooManyWaysError from exc
        read = any(at == len(self._text) or goes_on for at, goes_on in after)
        return max(self._total, 1) if read else 0

    def _after(self, found: Expression, ways: Ways) -> Ways:
        """Where the ways are once an expression was read."""
        if not ways:
            return ways
        self._steps += len(ways)
        if self._steps > _MOST_STEPS:
            raise TooManyWaysError
        match found:
            case TextChunk():
                return self._counted(self._said(letters(found.text), ways))
            case Alternative(items=items):
                return self._counted(_together(self._after(item, ways) for item in items))
            case Permutation():
                return self._in_any_order(found, ways)
            case Group(items=items):
                for item in items:
                    ways = self._after(item, ways)
                return ways
            case RuleReference(rule_name=name):
                return self._after(self._rules[name].expression, ways)
            case ListReference():
                return self._counted(self._listed(found, ways))
        raise TypeError(f"hassil gave an unknown expression {found!r}")

    def _counted(self, ways: Ways) -> Ways:
        self._total += sum(ways.values())
        if self._total > MOST_WAYS:
            raise TooManyWaysError
        return ways

    def _said(self, wanted: str, ways: Ways) -> Ways:
        """Ways on which `wanted` comes next; open text goes on until it comes."""
        if not wanted:
            return ways
        after: Ways = {}
        for (at, goes_on), number in ways.items():
            first = self._text.find(wanted, at) if goes_on else at
            while first >= 0 and self._text.startswith(wanted, first):
                place = (first + len(wanted), False)
                after[place] = after.get(place, 0) + number
                first = self._text.find(wanted, first + 1) if goes_on else -1
        return after

    def _in_any_order(self, found: Permutation, ways: Ways) -> Ways:
        """Every part once, in any order, without those that say nothing."""
        parts = found.said if isinstance(found, AnyOrder) else found.items
        optional = found.optional if isinstance(found, AnyOrder) else [False] * len(parts)
        ended: list[Ways] = []
        begun: dict[frozenset[int], Ways] = {frozenset(range(len(parts))): ways}
        while begun:
            further: dict[frozenset[int], list[Ways]] = {}
            for left, here in begun.items():
                if all(optional[part] for part in left):
                    ended.append(here)
                for part in left:
                    after = self._after(parts[part], here)
                    if after:
                        further.setdefault(left - {part}, []).append(after)
            begun = {left: self._counted(_together(all_)) for left, all_ in further.items()}
        return _together(ended)

    def _listed(self, reference: ListReference, ways: Ways) -> Ways:
        listed = self._lists.get(reference.list_name)
        if isinstance(listed, TextSlotList):
            return self._valued(listed, ways)
        if listed is None or isinstance(listed, RangeSlotList):
            foreign = listed is not None and listed.words_language not in (None, "en")
            if not foreign:
                return self._numbered(ways)
        # It may be all marks, of which there is nothing here to compare.
        return _together({(at, True): n} for (at, _), n in ways.items())

    def _valued(self, listed: TextSlotList, ways: Ways) -> Ways:
        plain, templates = self._values(listed)
        after = [self._after(template, ways) for template in templates]
        for (at, goes_on), number in ways.items():
            for first in range(at, len(self._text)) if goes_on else (at,):
                for length, values in plain.items():
                    times = values.get(self._text[first : first + length], 0)
                    if times:
                        after.append({(first + length, False): number * times})
        return _together(after)

    def _numbered(self, ways: Ways) -> Ways:
        """Ways past a number, in digits or in words."""
        text, after = self._text, []
        for (at, goes_on), number in ways.items():
            for first in range(at, len(text)) if goes_on else (at,):
                end = first
                while end < len(text) and text[end].isdigit():
                    end += 1
                    after.append({(end, False): number})
                new, ends = {first}, set[int]()
                while new := {
                    one + len(word) for one in new for word in _NUMBER_WORDS
                    if text.startswith(word, one)
                } - ends:  # fmt: skip
                    ends |= new
                after += [{(one, False): number} for one in ends]
        return _together(after)


def _together(all_: Iterable[Ways]) -> Ways:
    """Ways that lead to one place, added up."""
    found: Ways = {}
    for ways in all_:
        for place, number in ways.items():
            found[place] = found.get(place, 0) + number
    return found
