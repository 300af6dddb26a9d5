"""The slots of a pack's intent in a sentence that none of its templates matches word for word.

A pack has some ten sentences for each intent; nobody trains a tagger on them. Values of lists,
numbers and the home's names are found in the words; an open slot takes what stands where the
nearest template has it (`device.nlu.alignment`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt
from hassil.intents import RangeSlotList, TextSlotList
from hassil.util import check_excluded_context, check_required_context

from device.context import Context, Home
from device.events import Slot
from device.nlu.alignment import INFINITE, Alignment, Piece, Said, align, prices
from device.nlu.cues import followed, introduced, settled
from device.nlu.listwords import Found, ListWords, in_range, numbers
from device.nlu.matching import match
from device.nlu.packintents import Filler, PackIntent, Place, Template, pack_intent
from device.nlu.recognized import slot_value
from device.nlu.templates import Sentences, lists_of
from device.nlu.wordgraph import STOP_WORDS, weight
from device.nlu.words import bare, tokenize

MOST_TRIED: Final = 8
"""Templates that a sentence is aligned to, the likeliest first."""

MOST_STEPS: Final = 10_000
"""Words of the sentence times words and slots of templates, after which no further is tried."""

PARAPHRASE: Final = 0.95
"""Confidence of a sentence with all its words accounted for that matches no template."""

OPEN: Final = 0.75
"""How much the words of an open slot tell, where all of the template's own words are said."""

ANCHORED: Final = 0.15
"""The same, below which an open slot is not believed."""

MOST_FOUND: Final = 200
"""Values of one list in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a sentence means, taken for one of an intent."""

    slots: tuple[Slot, ...] = ()
    confidence: float = 0.0
    """1 where a template matches word for word. Else PARAPHRASE times the share of content words
    that are accounted for, of the sentence's and of the template's together (Dice, 1945): words
    that are the template's or a list's value count whole, words in an open slot as much as the
    share of the template's own words that was said."""


def fill(sentences: Sentences, intent: str, text: str, context: Context) -> Filled:
    """Take a sentence for one of an intent.

    Args:
        sentences: The pack's, or those of many packs.
        intent: Its name; an unknown one gives no slots and confidence 0.
        text: The sentence.
        context: The home, whose names fill `{name}`, `{area}` and `{floor}`.

    Returns:
        The slots, at most one of each name. Every value is of words in the sentence, but for
        slots that the template's block sets. The work is bounded, whatever the templates are.
    """
    known = pack_intent(sentences, intent)
    if known is None or not text.strip():
        return Filled()
    reading = _Reading(known, text, context.home)
    if known.tame:
        found = match(sentences, text, context, intent=intent)
        if found is not None and known.open.any():
            # hassil gives an open slot all that follows, also "please" and "for me".
            shorter = match(sentences, reading.without_courtesies(), context, intent=intent)
            if shorter is not None and _names(shorter.slots) == _names(found.slots):
                found = shorter
        if found is not None:
            return Filled(slots=found.slots, confidence=1.0)
    return reading.filled()


def _names(slots: Iterable[Slot]) -> list[str]:
    return [slot.name for slot in slots]


class _HomeWords:
    """The names of the last home, by their words."""

    def __init__(self) -> None:
        self._lists: object = None
        self._words: dict[str, ListWords] = {}

    def __call__(self, home: Home, name: str) -> ListWords:
        lists = lists_of(home)
        if self._lists is not lists:
            self._lists, self._words = lists, {}
        if name not in self._words:
            known = lists.get(name)
            values = known if isinstance(known, TextSlotList) else TextSlotList(name, [])
            self._words[name] = ListWords(values, {})
        return self._words[name]


_home_words = _HomeWords()


class _Reading:
    """One sentence, read as one intent."""

    def __init__(self, known: PackIntent, text: str, home: Home) -> None:
        self._known = known
        self._home = home
        self._raw = text.split()
        self._tokens = [token for token in tokenize(text) if not token.mark]
        words = [token.text.strip("'") or token.text for token in self._tokens]
        self._said = Said.of(words, known.skip_words)
        self._numbers = numbers(self._said.words)
        self._found: dict[int, tuple[Found, ...]] = {}
        self._slots: dict[str, Slot] = {}
        self._where: dict[str, range] = {}
        """The words of each slot that has a value of a list, or a number."""
        self._credit: dict[int, float] = {}
        """How far each word is accounted for, 0 to 1; what is not in it is free."""

    def without_courtesies(self) -> str:
        """The sentence up to what people say after any request."""
        carrier = self._said.carrier
        kept = next((at for at in range(len(carrier) - 1, -1, -1) if not carrier[at]), -1)
        if kept < 0 or len(carrier) < len(self._tokens):
            return " ".join(self._raw)
        return " ".join(self._raw[: self._tokens[kept].word + 1])

    def filled(self) -> Filled:
        """The slots by the nearest template."""
        best = self._nearest()
        if best is None:
            return Filled()
        template, way = best
        whole = self._whole(template, way)
        sure = 1.0 if whole else OPEN * _share(way)
        for piece in settled(template, way, self._said):
            self._take(template, piece, sure)
        self._take_rest(template)
        if not self._credit:
            return Filled()
        confidence = 1.0 if whole else PARAPHRASE * self._dice(way)
        for name, fixed in template.block.slots.items():
            value = slot_value(fixed)
            if value is not None and name not in self._slots:
                self._slots[name] = Slot(name=name, value=value, text=str(value))
        return Filled(slots=tuple(self._slots.values()), confidence=confidence)

    def _nearest(self) -> tuple[Template, Alignment] | None:
        """The template with the cheapest alignment; of several the first."""
        floors = self._floors()
        best: tuple[Template, Alignment] | None = None
        steps = 0
        for at in np.argsort(floors, kind="stable")[:MOST_TRIED]:
            limit = INFINITE if best is None else best[1].cost
            template = self._known.templates[at]
            steps += template.graph.size * len(self._said.words)
            if floors[at] >= limit or (best is not None and steps > MOST_STEPS):
                break
            values = [self._values(place) for place in template.places]
            way = align(template.graph, self._said, values, limit)
            if way is not None:
                best = template, way
        return best

    def _floors(self) -> npt.NDArray[np.float64]:
        """What aligning to each template costs at least: words that it has no place for."""
        known = self._known
        has = np.zeros((len(self._said.words), len(known.templates)), np.bool_)
        for at, stem in enumerate(self._said.stems):
            if stem in known.saying:
                has[at] |= known.saying[stem]
        for filler, rows in known.filled_by:
            for one in self._find(filler):
                has[one.start : one.stop] |= rows
        left_out, opened = (np.array(costs)[:, None] for costs in prices(self._said))
        cheapest = np.where(known.open, np.minimum(left_out, opened), left_out)
        floors: npt.NDArray[np.float64] = np.where(has, 0.0, cheapest).sum(axis=0)
        return floors

    def _find(self, filler: Filler) -> tuple[Found, ...]:
        """What the sentence has of one list, wherever it stands."""
        if filler is None:
            return ()
        if id(filler) not in self._found:
            if isinstance(filler, RangeSlotList):
                found = in_range(filler, self._numbers)
            else:
                words = _home_words(self._home, filler) if isinstance(filler, str) else filler
                found = words.find(self._said.words)
            self._found[id(filler)] = tuple(islice(found, MOST_FOUND))
        return self._found[id(filler)]

    def _values(self, place: Place) -> Mapping[int, Sequence[Found]] | None:
        """What may fill a slot, by the word where it begins; None where anything may."""
        if place.filler is None:
            return None
        found: dict[int, list[Found]] = {}
        for one in self._find(place.filler):
            if _allowed(place, one):
                found.setdefault(one.start, []).append(one)
        return found

    def _whole(self, template: Template, way: Alignment) -> bool:
        """Whether the template says the sentence, word for word."""
        covered = sum(piece.stop - piece.start for piece in way.pieces)
        same = all(
            piece.edge.slot >= 0 or piece.edge.word == self._said.words[piece.start]
            for piece in way.pieces
        )
        every = covered == len(self._said.words) == len(self._tokens)
        return template.graph.exact and every and same and not way.missing

    def _take(self, template: Template, piece: Piece, sure: float) -> None:
        """Account for one piece of the way; `sure` is how sure its open slots are."""
        if piece.edge.slot < 0 or piece.found is not None:
            sure = 1.0
        elif sure < ANCHORED:
            return  # nothing near tells that these are the words meant
        self._credit |= dict.fromkeys(range(piece.start, piece.stop), sure)
        if piece.edge.slot >= 0:
            slot = template.places[piece.edge.slot].slot
            self._put(slot, piece.start, piece.stop, piece.found, sure)

    def _put(self, slot: str, start: int, stop: int, found: Found | None, sure: float) -> None:
        said = self._spelled(start, stop)
        value = slot_value(said if found is None else found.value)
        if slot and value is not None and slot not in self._slots:
            self._slots[slot] = Slot(name=slot, value=value, text=said, confidence=sure)
            if found is not None:
                self._where[slot] = range(start, stop)

    def _spelled(self, start: int, stop: int) -> str:
        """Words of the sentence as they are written in it, without marks."""
        first, last = self._tokens[start], self._tokens[stop - 1]
        begun = start > 0 and self._tokens[start - 1].word == first.word
        goes_on = stop < len(self._tokens) and self._tokens[stop].word == last.word
        if begun or goes_on:
            return " ".join(token.text for token in self._tokens[start:stop])
        return " ".join(bare(word) for word in self._raw[first.word : last.word + 1])

    def _take_rest(self, nearest: Template) -> None:
        """Values that stand elsewhere than the template has them, the likeliest first."""
        own = {(place.slot, id(place.filler)) for place in nearest.places}
        rest: list[tuple[tuple[int, ...], str, Found]] = []
        for place in self._known.places:
            stranger = (place.slot, id(place.filler)) not in own
            for one in self._find(place.filler):
                cued = introduced(place, self._said, one.start)
                cued |= followed(place, self._said, one.stop)
                told = cued or not stranger or not isinstance(place.filler, RangeSlotList)
                if told and _allowed(place, one):
                    order = (not cued, stranger, one.start - one.stop, one.start)
                    rest.append((order, place.slot, one))
        for _, slot, one in sorted(rest, key=lambda each: each[0]):
            where = range(one.start, one.stop)
            self._give_way(slot, where)
            if slot and slot not in self._slots and self._credit.keys().isdisjoint(where):
                self._credit |= dict.fromkeys(where, 1.0)
                self._put(slot, one.start, one.stop, one, 1.0)

    def _give_way(self, slot: str, where: range) -> None:
        """Let go of values that are only a part of this longer one: "ant" of "ant bee"."""
        parts = {s: own for s, own in self._where.items() if {*own} < {*where}}
        within = {at for own in parts.values() for at in own}
        if (slot in self._slots and slot not in parts) or not parts:
            return
        if self._credit.keys() & {*where} <= within < {*where}:
            for part in parts:
                del self._slots[part], self._where[part]
            self._credit = {at: sure for at, sure in self._credit.items() if at not in within}

    def _dice(self, way: Alignment) -> float:
        """Share of content words accounted for, of the sentence and the template together."""
        said = self._said
        content = [at for at in range(len(said.words)) if said.content(at) or _value_at(way, at)]
        content = content or [*range(len(said.words))]
        known = sum(self._credit.get(at, 0.0) for at in content)
        own = [piece.edge.word for piece in way.pieces if piece.edge.slot < 0]
        has = sum(word not in STOP_WORDS for word in own) + len(self._slots)
        lacks = sum(word not in STOP_WORDS for word in way.missing) + way.empty
        return (known + has) / (len(content) + has + lacks)


def _value_at(way: Alignment, at: int) -> bool:
    return any(p.start <= at < p.stop and p.found is not None for p in way.pieces)


def _share(way: Alignment) -> float:
    """How much of a template's own words was said, 0 to 1."""
    own = sum(weight(piece.edge.word) for piece in way.pieces if piece.edge.slot < 0)
    lacks = sum(map(weight, way.missing))
    return own / (own + lacks) if own else 0.0


def _allowed(place: Place, found: Found) -> bool:
    """Whether the block takes this value there, as hassil has it."""
    requires, excludes = place.block.requires_context, place.block.excludes_context
    return bool(
        (not requires or check_required_context(requires, found.context, allow_missing_keys=True))
        and (not excludes or check_excluded_context(excludes, found.context))
    )
