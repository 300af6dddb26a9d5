"""The slots of a pack's intent in a sentence that none of its templates matches word for word.

A pack has some ten sentences for each intent; nobody trains a tagger on them. Values of lists,
numbers and the home's names are found in the words; an open slot takes what stands where the
nearest template has it (`device.nlu.alignment`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hassil.intents import RangeSlotList, TextSlotList
from hassil.util import check_excluded_context, check_required_context

from device.context import Context, Home
from device.events import Slot
from device.nlu.alignment import INFINITE, Alignment, Piece, Said, align, least
from device.nlu.listwords import Found, ListWords, in_range, numbers
from device.nlu.packintents import Filler, PackIntent, Template, pack_intent
from device.nlu.templates import Sentences, lists_of, match, slot_value
from device.nlu.wordgraph import STOP_WORDS, Slotted, weight
from device.nlu.words import bare, tokenize

MOST_TRIED: Final = 12
"""Templates that a sentence is aligned to, the likeliest first."""

PARAPHRASE: Final = 0.95
"""Confidence of a sentence with all its words accounted for that matches no template."""

ANCHORED: Final = 0.2
"""Share of a template's own words that must be said for its open slots to be believed."""


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
    found = match(sentences, text, context, intent=intent) if known.tame else None
    if found is not None:
        return Filled(slots=found.slots, confidence=1.0)
    return _Reading(known, text, context.home).filled()


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
        self._found: dict[int | str, tuple[Found, ...]] = {}
        self._slots: dict[str, Slot] = {}
        self._credit: dict[int, float] = {}
        """How far each word is accounted for, 0 to 1; what is not in it is free."""

    def filled(self) -> Filled:
        """The slots by the nearest template."""
        best = self._nearest()
        if best is None:
            return Filled()
        template, way = best
        whole = self._whole(template, way)
        share = 1.0 if whole else _share(way)
        for piece in way.pieces:
            self._take(piece, share)
        self._take_rest(template)
        if not self._credit:
            return Filled()
        for name, fixed in template.block.slots.items():
            value = slot_value(fixed)
            if value is not None and name not in self._slots:
                self._slots[name] = Slot(name=name, value=value, text=str(value))
        confidence = 1.0 if whole else PARAPHRASE * self._dice(way)
        return Filled(slots=tuple(self._slots.values()), confidence=confidence)

    def _nearest(self) -> tuple[Template, Alignment] | None:
        """The template with the cheapest alignment; of several the first."""
        waiting = sorted(
            (least(one.stems, self._covered(one), self._said, opens=one.open), at)
            for at, one in enumerate(self._known.templates)
        )
        best: tuple[Template, Alignment] | None = None
        for floor, at in waiting[:MOST_TRIED]:
            limit = INFINITE if best is None else best[1].cost
            if floor >= limit:
                break
            template = self._known.templates[at]
            values = {slot: self._values(template, slot) for slot in template.fillers}
            way = align(template.graph, self._said, values, limit)
            if way is not None:
                best = template, way
        return best

    def _find(self, filler: Filler) -> tuple[Found, ...]:
        """What the sentence has of one list, wherever it stands."""
        if filler is None:
            return ()
        key = filler if isinstance(filler, str) else id(filler)
        if key not in self._found:
            if isinstance(filler, RangeSlotList):
                self._found[key] = tuple(in_range(filler, self._numbers))
            else:
                words = _home_words(self._home, filler) if isinstance(filler, str) else filler
                self._found[key] = tuple(words.find(self._said.words))
        return self._found[key]

    def _covered(self, template: Template) -> set[int]:
        """Words that belong to a value of one of its lists."""
        return {
            at
            for filler in template.fillers.values()
            for one in self._find(filler)
            for at in range(one.start, one.stop)
        }

    def _values(self, template: Template, slot: Slotted) -> Mapping[int, list[Found]] | None:
        """What may fill a slot, by the word where it begins; None where anything may."""
        filler = template.fillers[slot]
        if filler is None:
            return None
        found: dict[int, list[Found]] = {}
        for one in self._find(filler):
            if _allowed(template, one):
                found.setdefault(one.start, []).append(one)
        return found

    def _whole(self, template: Template, way: Alignment) -> bool:
        """Whether the template says the sentence, word for word."""
        covered = sum(piece.stop - piece.start for piece in way.pieces)
        same = all(
            piece.edge.slot is not None or piece.edge.word == self._said.words[piece.start]
            for piece in way.pieces
        )
        every = covered == len(self._said.words) == len(self._tokens)
        return template.graph.exact and every and same and not way.missing

    def _take(self, piece: Piece, share: float) -> None:
        """Account for one piece of the way."""
        slot, found = piece.edge.slot, piece.found
        if slot is not None and found is None and share < ANCHORED:
            return  # nothing near tells that these are the words meant
        sure = share if slot is not None and found is None else 1.0
        self._credit |= dict.fromkeys(range(piece.start, piece.stop), sure)
        if slot is not None:
            self._put(slot, piece.start, piece.stop, found, sure)

    def _put(self, slot: Slotted, start: int, stop: int, found: Found | None, sure: float) -> None:
        said = self._spelled(start, stop)
        value = slot_value(said if found is None else found.value)
        if slot.name and value is not None and slot.name not in self._slots:
            self._slots[slot.name] = Slot(name=slot.name, value=value, text=said, confidence=sure)

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
        rest = sorted(self._rest(nearest), key=lambda one: one[0])
        for _, slot, one in rest:
            place = range(one.start, one.stop)
            if slot.name and slot.name not in self._slots and self._credit.keys().isdisjoint(place):
                self._credit |= dict.fromkeys(place, 1.0)
                self._put(slot, one.start, one.stop, one, 1.0)

    def _rest(self, nearest: Template) -> Iterator[tuple[tuple[int, ...], Slotted, Found]]:
        for template in (nearest, *(t for t in self._known.templates if t is not nearest)):
            for slot, filler in template.fillers.items():
                for one in self._find(filler):
                    around = {*self._said.words[max(0, one.start - 1) : one.start]}
                    around |= {*self._said.words[one.stop : one.stop + 1]}
                    cued = not around.isdisjoint(template.beside[slot])
                    told = cued or template is nearest or not isinstance(filler, RangeSlotList)
                    if told and _allowed(template, one):
                        order = (not cued, template is not nearest, one.start - one.stop, one.start)
                        yield order, slot, one

    def _dice(self, way: Alignment) -> float:
        """Share of content words accounted for, of the sentence and the template together."""
        said = self._said
        content = [at for at in range(len(said.words)) if said.content(at) or _value_at(way, at)]
        content = content or [*range(len(said.words))]
        known = sum(self._credit.get(at, 0.0) for at in content)
        own = [p.edge.word for p in way.pieces if p.edge.slot is None]
        filled = sum(
            p.edge.slot is not None and p.edge.slot.name in self._slots for p in way.pieces
        )
        has = sum(word not in STOP_WORDS for word in own) + filled
        lacks = sum(word not in STOP_WORDS for word in way.missing) + way.empty
        return (known + has) / (len(content) + has + lacks)


def _value_at(way: Alignment, at: int) -> bool:
    return any(p.start <= at < p.stop and p.found is not None for p in way.pieces)


def _share(way: Alignment) -> float:
    """How much of a template's own words was said, 0 to 1."""
    own = sum(weight(piece.edge.word) for piece in way.pieces if piece.edge.slot is None)
    lacks = sum(map(weight, way.missing))
    return own / (own + lacks) if own else 0.0


def _allowed(template: Template, found: Found) -> bool:
    """Whether the template's block takes this value, as hassil has it."""
    requires, excludes = template.block.requires_context, template.block.excludes_context
    return bool(
        (not requires or check_required_context(requires, found.context, allow_missing_keys=True))
        and (not excludes or check_excluded_context(excludes, found.context))
    )
