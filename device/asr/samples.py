"""Sentences that may be said here, drawn at random from the templates.

The language model counts them. The home's names stay classes (`device.asr.language`), so that
the same sentences serve whatever the home is called; open parts hold household words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from hassil.expression import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.expression import Sequence as Row
from hassil.intents import IntentData, Intents, RangeSlotList, TextSlotList

from device.asr.spelling import as_said, written
from device.asr.symbols import AREA, FLOOR, ITEM, NAME, of_kind
from device.asr.vocabulary import open_words
from device.nlu.templates import Sentences

Sentence = tuple[str, ...]

MOST = 15_000
"""Draws at most."""

_DEEPEST = 20
"""Rules within rules; what is deeper is left out."""
_ANY_KIND = 0.1
_POLITE = 0.15
_COORDINATED = 0.06
_ITEMS = frozenset({"shopping_list_item", "todo_list_item"})
_CLASSES: Mapping[str, str] = {"area": AREA, "floor": FLOOR}
_TOKEN = re.compile(r"\{\w+\}|[^\s{}]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*'?|'[a-z]+")


def said(text: str) -> Sentence:
    """A text as the words that are spoken, in ASCII letters; classes stay.

    Example: "Set {light} to 21%!" -> ("set", "{light}", "to", "twenty", "one", "percent")
    """
    found: list[str] = []
    for token in _TOKEN.findall(text.lower().replace("\u2019", "'").replace("-", " ")):
        if token.startswith("{"):
            found.append(token)
        else:
            found += [word for part in as_said(token) for word in _WORD.findall(part)]
    return tuple(found)


def samples(sentences: Sentences, *, count: int = 4_000, seed: int = 1) -> list[Sentence]:
    """Sentences as words and classes.

    Args:
        sentences: Templates.
        count: How many at least; each template is drawn once, or as many as MOST allows.
        seed: The same seed draws the same.
    """
    walker = _Walker(sentences.intents, np.random.default_rng(seed))
    return [words for text in walker.texts(count) if (words := said(text))]


class _Walker:
    """Walks templates at random."""

    def __init__(self, intents: Intents, random: np.random.Generator) -> None:
        self._intents = intents
        self._chances: list[float] = []
        self._random = random
        self._open = open_words()
        self._decks: dict[int, list[int]] = {}

    def _chance(self) -> float:
        if not self._chances:
            self._chances = self._random.random(4_096).tolist()
        return self._chances.pop()

    def texts(self, count: int) -> Iterator[str]:
        """Texts of all blocks; those of larger blocks are drawn less often each."""
        blocks = [block for intent in self._intents.intents.values() for block in intent.data]
        shares = np.sqrt([float(len(block.sentences)) for block in blocks])
        polite = self._intents.skip_words
        for block, share in zip(blocks, shares / shares.sum(), strict=True):
            templates = block.sentences
            draws = max(len(templates), round(count * share))
            for at in range(min(draws, round(MOST * share) or 1)):
                text = self._walk(templates[at % len(templates)].expression, block, 0)
                kind = polite and self._chance() < _POLITE
                yield f"{self._any(polite)} {text}" if kind else text

    def _any(self, choices: Sequence[str]) -> str:
        return choices[int(self._chance() * len(choices))]

    def _walk(self, item: Expression, block: IntentData, depth: int) -> str:
        if isinstance(item, TextChunk):
            return str(item.text)
        if isinstance(item, Alternative):
            chosen = item.items[int(self._chance() * len(item.items))]
            return self._walk(chosen, block, depth)
        if isinstance(item, Permutation):
            parts = [self._walk(part, block, depth) for part in item.items]
            return " ".join(parts[at] for at in self._random.permutation(len(parts)))
        if isinstance(item, Row):
            return "".join([self._walk(part, block, depth) for part in item.items])
        if isinstance(item, RuleReference):
            name = item.rule_name
            rule = block.expansion_rules.get(name) or self._intents.expansion_rules.get(name)
            known = rule is not None and depth < _DEEPEST
            return self._walk(rule.expression, block, depth + 1) if known else ""
        if isinstance(item, ListReference):
            return self._value(item, block, depth)
        raise TypeError(f"hassil gave an unknown expression {item!r}")

    def _value(self, item: ListReference, block: IntentData, depth: int) -> str:
        name = item.list_name
        if name == "name":
            first = self._name(block)
            return f"{first} and the {NAME}" if self._chance() < _COORDINATED else first
        if name in _CLASSES:
            return _CLASSES[name]
        values = block.slot_lists.get(name) or self._intents.slot_lists.get(name)
        if isinstance(values, TextSlotList) and values.values:
            # Like cards, so that each value of a long list is drawn and none goes with another.
            deck = self._decks.setdefault(id(values), [])
            if not deck:
                deck += self._random.permutation(len(values.values)).tolist()
            return self._walk(values.values[deck.pop()].text_in, block, depth)
        span = item.get_inline_range() if values is None else None
        if span is not None:
            values = RangeSlotList(name=name, start=span[0], stop=span[1], step=span[2])
        if isinstance(values, RangeSlotList):
            steps = (values.stop - values.start) // values.step + 1
            return written(values.start + int(self._chance() * steps) * values.step)
        if name in _ITEMS and self._chance() < 0.5:
            return ITEM
        words = self._open.get(name, self._open[""])
        return " ".join(self._any(words) for _ in range(1 + int(self._chance() * 2.5)))

    def _name(self, block: IntentData) -> str:
        kinds = (block.requires_context or {}).get("domain")
        if kinds is None or self._chance() < _ANY_KIND:
            return NAME
        return of_kind(kinds if isinstance(kinds, str) else self._any(list(kinds)))
