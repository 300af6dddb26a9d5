"""The templates of one intent, compiled for aligning sentences to them.

Compiling takes about a millisecond for each template; it is done when an intent is first asked
for and kept as long as its sentences are.
"""

import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
)
from hassil.intents import IntentData, RangeSlotList, SlotList, TextSlotList

from device.nlu.homelists import HOME_LISTS
from device.nlu.listwords import ListWords
from device.nlu.templates import Sentences
from device.nlu.wordgraph import Edge, Slotted, WordGraph, word_graph

MOST_EDGES: Final = 12_000
"""Words and slots of all templates of an intent; sentences are not aligned to further templates."""

MOST_EFFORT: Final = 100_000
"""Steps of compiling them, after which further templates are left out as well."""

MOST_READINGS: Final = 4_000
"""Readings of an intent's templates together, up to which hassil matches them: it may try all."""

_OPEN_READINGS = 8
"""How much an open slot counts: hassil tries to end it at each word."""
_DEEPEST = 20

Filler: TypeAlias = ListWords | RangeSlotList | str | None
"""What fills a slot: values, numbers, a list of the home by its name, or any words (None)."""

Key = TypeVar("Key")

Rows: TypeAlias = npt.NDArray[np.bool_]
"""Which templates of an intent, shape (templates,)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list stands in the templates of one block, for one slot."""

    slot: str
    filler: Filler
    block: IntentData
    """Its fixed slots, and the context that it asks for."""
    before: frozenset[str]
    """Words right before it."""
    behind: frozenset[str]
    """Words right behind it."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template."""

    graph: WordGraph
    block: IntentData
    places: tuple[Place, ...]
    """Of its slots, in the order of `WordGraph.slots`."""


@dataclass(frozen=True, slots=True)
class PackIntent:
    """One intent."""

    templates: tuple[Template, ...]
    places: tuple[Place, ...]
    """Of all templates."""
    saying: Mapping[str, Rows]
    """By the stem of a word, the templates that have it."""
    filled_by: tuple[tuple[Filler, Rows], ...]
    """Each list with the templates that have it."""
    open: Rows
    """The templates with a slot that takes any words."""
    skip_words: tuple[str, ...]
    tame: bool
    """Whether hassil can match it without trying more than MOST_READINGS."""


class _PackIntents:
    """Keeps what was compiled."""

    def __init__(self) -> None:
        self._kept: dict[int, dict[str, PackIntent | None]] = {}

    def __call__(self, sentences: Sentences, intent: str) -> PackIntent | None:
        """One intent of these sentences, or None where they have none of that name."""
        kept = self._kept.get(id(sentences))
        if kept is None:
            kept = self._kept[id(sentences)] = {}
            weakref.finalize(sentences, self._kept.pop, id(sentences), None)
        if intent not in kept:
            kept[intent] = _compiled(sentences, intent)
        return kept[intent]


pack_intent = _PackIntents()


def _compiled(sentences: Sentences, intent: str) -> PackIntent | None:
    intents = sentences.intents
    found = intents.intents.get(intent)
    if found is None:
        return None
    made: dict[object, Filler] = {}
    templates: list[Template] = []
    room, steps = MOST_EDGES, MOST_EFFORT
    readings = 0
    for block in found.data:
        rules = {**intents.expansion_rules, **block.expansion_rules}
        lists = {**intents.slot_lists, **block.slot_lists}
        for home in HOME_LISTS - block.slot_lists.keys():
            lists.pop(home, None)
        tried = _Readings(rules, lists)
        for sentence in block.sentences:
            if readings <= MOST_READINGS:
                readings += tried(sentence.expression)
            if room > 0 and steps > 0:
                graph = word_graph(sentence, rules)
                room, steps = room - graph.size, steps - graph.effort
                fillers = [_filler(slot, lists, rules, made) for slot in graph.slots]
                templates.append(_template(block, graph, fillers))
    count = len(templates)
    said = (
        (edge.stem, at) for at, t in enumerate(templates) for out in t.graph.edges for edge in out
    )
    known = {id(p.filler): p.filler for t in templates for p in t.places}
    places = [(id(place.filler), at) for at, t in enumerate(templates) for place in t.places]
    has = _rows(places, count)
    return PackIntent(
        templates=tuple(templates),
        places=_together(templates),
        saying=_rows(said, count),
        filled_by=tuple((known[key], rows) for key, rows in has.items()),
        open=has.get(id(None), np.zeros(count, np.bool_)),
        skip_words=tuple(intents.skip_words),
        tame=readings <= MOST_READINGS,
    )


def _rows(found: Iterable[tuple[Key, int]], count: int) -> dict[Key, Rows]:
    """By key, where it was found, as rows of ones and zeros."""
    rows: dict[Key, Rows] = {}
    for key, at in found:
        if key not in rows:
            rows[key] = np.zeros(count, np.bool_)
        rows[key][at] = True
    return rows


def _template(block: IntentData, graph: WordGraph, fillers: Sequence[Filler]) -> Template:
    before: list[set[str]] = [set() for _ in graph.slots]
    behind: list[set[str]] = [set() for _ in graph.slots]
    arriving: list[list[Edge]] = [[] for _ in graph.edges]
    for node, out in enumerate(graph.edges):
        for edge in out:
            arriving[edge.to].append(edge)
            for earlier in arriving[node]:
                if edge.slot >= 0:
                    before[edge.slot].add(earlier.word)
                if earlier.slot >= 0:
                    behind[earlier.slot].add(edge.word)
    places = tuple(
        Place(slot.name, filler, block, frozenset(before[at]), frozenset(behind[at]))
        for at, (slot, filler) in enumerate(zip(graph.slots, fillers, strict=True))
    )
    return Template(graph, block, places)


def _together(templates: Sequence[Template]) -> tuple[Place, ...]:
    """Places of one slot, list and block as one."""
    found: dict[tuple[str, int, int], Place] = {}
    for place in (place for template in templates for place in template.places):
        key = place.slot, id(place.filler), id(place.block)
        one = found.get(key, place)
        found[key] = replace(
            one, before=one.before | place.before, behind=one.behind | place.behind
        )
    return tuple(found.values())


def _filler(
    slot: Slotted,
    lists: Mapping[str, SlotList],
    rules: Mapping[str, Sentence],
    made: dict[object, Filler],
) -> Filler:
    """What fills a slot; the same object for the same list."""
    known = lists.get(slot.list)
    if known is None and slot.span is not None:
        first, last, step = slot.span
        inline = RangeSlotList(name=slot.list, start=first, stop=last, step=step)
        return made.setdefault(slot.span, inline)
    if known is None:
        return made.setdefault(slot.list, slot.list)
    if isinstance(known, TextSlotList):
        if id(known) not in made:
            made[id(known)] = ListWords(known, rules)
        return made[id(known)]
    return known if isinstance(known, RangeSlotList) else None


class _Readings:
    """Counts how many ways hassil may have to try for one expression."""

    def __init__(self, rules: Mapping[str, Sentence], lists: Mapping[str, SlotList]) -> None:
        self._rules = rules
        self._lists = lists
        self._counted: dict[str, int] = {}

    def __call__(self, item: Expression, depth: int = 0) -> int:
        """Their number; where it is more than MOST_READINGS, some number above that."""
        if depth > _DEEPEST:
            return MOST_READINGS + 1
        match item:
            case ListReference(list_name=name):
                if f"{{{name}}}" not in self._counted:
                    self._counted[f"{{{name}}}"] = self._list(name, depth)
                return self._counted[f"{{{name}}}"]
            case RuleReference(rule_name=name) if name in self._rules:
                if f"<{name}>" not in self._counted:
                    self._counted[f"<{name}>"] = self(self._rules[name].expression, depth + 1)
                return self._counted[f"<{name}>"]
            case Alternative():
                return self._sum(item.items, depth)
            case Permutation():
                return min(self._product(item.items, depth) ** 2, MOST_READINGS + 1)
            case Group():
                return self._product(item.items, depth)
        return 1

    def _sum(self, items: Sequence[Expression], depth: int) -> int:
        return min(sum(self(part, depth) for part in items), MOST_READINGS + 1)

    def _product(self, items: Sequence[Expression], depth: int) -> int:
        total = 1
        for part in items:
            total = min(total * max(1, self(part, depth)), MOST_READINGS + 1)
        return total

    def _list(self, name: str, depth: int) -> int:
        known = self._lists.get(name)
        if isinstance(known, TextSlotList):
            # Plain values are looked up; those with alternatives are tried one by one.
            tried = [v.text_in for v in known.values if isinstance(v.text_in, Group)]
            return max(1, self._sum(tried, depth + 1))
        return 1 if known is None or isinstance(known, RangeSlotList) else _OPEN_READINGS
