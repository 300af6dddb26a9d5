"""The templates of one intent, compiled for aligning sentences to them.

Compiling takes a fraction of a millisecond for each template; it is done when an intent is first
asked for and kept as long as its sentences are.
"""

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

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
from device.nlu.wordgraph import Slotted, WordGraph, word_graph

MOST_TEMPLATES: Final = 1_000
"""Of one intent; sentences are not aligned to the others."""

MOST_READINGS: Final = 4_000
"""Readings of an intent's templates together, up to which hassil matches them: it may try all."""

_OPEN_READINGS = 8
"""How much an open slot counts: hassil tries to end it at each word."""
_DEEPEST = 20

Filler: TypeAlias = ListWords | RangeSlotList | str | None
"""What fills a slot: values, numbers, a list of the home by its name, or any words (None)."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template."""

    block: IntentData
    """Its block: fixed slots, and the context that it asks for."""
    graph: WordGraph
    fillers: Mapping[Slotted, Filler]
    stems: frozenset[str]
    """Of its words."""
    beside: Mapping[Slotted, frozenset[str]]
    """Words right before or behind each slot."""
    open: bool
    """Whether a slot of it takes any words."""


@dataclass(frozen=True, slots=True)
class PackIntent:
    """One intent."""

    templates: tuple[Template, ...]
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
    made: dict[int, ListWords] = {}
    templates: list[Template] = []
    readings = 0
    for block in found.data:
        rules = {**intents.expansion_rules, **block.expansion_rules}
        lists = {**intents.slot_lists, **block.slot_lists}
        for home in HOME_LISTS - block.slot_lists.keys():
            lists.pop(home, None)
        for sentence in block.sentences[: MOST_TEMPLATES - len(templates)]:
            graph = word_graph(sentence, rules)
            fillers = {slot: _filler(slot, lists, rules, made) for slot in graph.slots}
            templates.append(_template(block, graph, fillers))
        count = _Readings(rules, lists)
        readings += sum(min(count(s.expression), MOST_READINGS + 1) for s in block.sentences)
    return PackIntent(tuple(templates), tuple(intents.skip_words), readings <= MOST_READINGS)


def _template(block: IntentData, graph: WordGraph, fillers: Mapping[Slotted, Filler]) -> Template:
    beside: dict[Slotted, set[str]] = {slot: set() for slot in fillers}
    before: list[set[Slotted | str]] = [set() for _ in graph.edges]
    for node, out in enumerate(graph.edges):
        for edge in out:
            here = edge.slot or edge.word
            before[edge.to].add(here)
            for earlier in before[node]:
                if isinstance(earlier, Slotted) and isinstance(here, str):
                    beside[earlier].add(here)
                if isinstance(here, Slotted) and isinstance(earlier, str):
                    beside[here].add(earlier)
    return Template(
        block=block,
        graph=graph,
        fillers=fillers,
        stems=frozenset(edge.stem for out in graph.edges for edge in out if edge.stem),
        beside={slot: frozenset(words) for slot, words in beside.items()},
        open=None in fillers.values(),
    )


def _filler(
    slot: Slotted,
    lists: Mapping[str, SlotList],
    rules: Mapping[str, Sentence],
    made: dict[int, ListWords],
) -> Filler:
    known = lists.get(slot.list)
    if known is None and slot.span is not None:
        first, last, step = slot.span
        return RangeSlotList(name=slot.list, start=first, stop=last, step=step)
    if known is None:
        return slot.list
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
            case ListReference():
                return self._list(item.list_name, depth)
            case RuleReference() if item.rule_name in self._rules:
                if item.rule_name not in self._counted:
                    body = self._rules[item.rule_name].expression
                    self._counted[item.rule_name] = self(body, depth + 1)
                return self._counted[item.rule_name]
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
