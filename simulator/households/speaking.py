"""A sentence for what somebody wants, out of the built-in templates, that means only that.

The templates are walked at random until a sentence says neither less nor more than it should,
and no other name of the home is to be found in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from hassil.expression import Expression, ListReference
from hassil.intents import IntentData, RangeSlotList

from device.context import Home
from device.events import Value
from device.home.homefile import Furnishing, HomeFile
from simulator.fillings import Filler, number
from simulator.homes import words
from simulator.households.deeds import Deed
from simulator.households.names import Names
from simulator.sentences import Phrase, Piece, Sampler, Source, dressed, sources

TRIES = 80
"""How many walks until a sentence is given up."""
_NOT_MEANT = ("fahrenheit", " f ", "°f", "º f", " too ", " as well ")
"""Other units; and what makes a sentence go on from the one before."""
_GLUED = re.compile(r"[a-z](?:percent|degrees?|celsius|%|°)")
"""A number in words with its unit glued to it, which nobody writes."""
_DRESSED = 0.4
_SWITCHES = frozenset({"turn", "switch", "power", "put"})
_VERBS = frozenset(
    {"turn", "switch", "set", "open", "close", "lock", "dim", "change", "make", "start", "pause"}
    | {"activate", "shut", "run", "put", "raise", "lower"}
)
_GROUP = ("lights", "lighting")
MINUTES = (1, 2, 3, 5, 10, 15, 20, 25, 30, 45)


@dataclass(frozen=True, slots=True)
class Called:
    """How a device is named in a sentence."""

    name: str
    area: str = ""
    """The room that is said with it; "" for none."""


class Speech:
    """How people in one house speak to a speaker in one room."""

    def __init__(self, house: HomeFile, room: str | None, rng: Random) -> None:
        self.names = Names(house)
        self._house = house
        self._room = room
        self._rng = rng

    def called(self, device: Furnishing) -> list[Called]:
        """The ways to name it that mean it and nothing else."""
        found: list[Called] = []
        for name in (device.name, *device.aliases):
            here = device.room == self._room and self.names.in_room(device, name)
            if self.names.alone(device, name) or here:
                found.append(Called(name))
            elif self.names.in_room(device, name):
                found.append(Called(name, str(device.room)))
        return found

    def about(self, deed: Deed, device: Furnishing, called: Called, value: Value) -> Phrase | None:
        """A sentence that has this done with a device; None where none was found."""
        labels = sorted(filter(None, ("name", "area" if called.area else "", deed.slot)))
        blocks = [s for s in sources()[deed.intent] if device.kind in _kinds(s.block)]
        return self._found(blocks, labels, called, deed.slot, value)

    def together(self, intent: str, room: str) -> Phrase | None:
        """A sentence that turns all lights of a room on or off."""
        blocks = [s for s in sources()[intent] if s.block.slots == {"domain": "light"}]
        return self._found(blocks, ["area", "domain"], Called("", room), must=_GROUP)

    def again(self, intent: str) -> Phrase | None:
        """A sentence that says only "it"."""
        blocks = [s for s in sources()[intent] if not s.block.slots]
        return self._found(blocks, ["scope"], Called(""), must=("it",))

    def plain(self, intent: str, labels: Sequence[str], text: str = "") -> Phrase | None:
        """A sentence of an intent with a room, a list's item or a length of time in it."""
        called = Called("", text if "area" in labels else "")
        return self._found(sources()[intent], sorted(labels), called, text=text)

    def _found(
        self,
        blocks: Sequence[Source],
        labels: Sequence[str],
        called: Called,
        slot: str = "",
        value: Value = "",
        *,
        must: Sequence[str] = (),
        text: str = "",
    ) -> Phrase | None:
        if not blocks:
            return None
        teller = _Teller(self._rng, called, slot, value, text)
        weights = [len(s.block.sentences) for s in blocks]
        for _ in range(TRIES):
            phrase = teller.told(self._rng.choices(blocks, weights=weights)[0])
            if phrase is None or sorted(p.label for p in phrase.pieces if p.label) != labels:
                continue
            if must and not _plainly(phrase, must):
                continue
            if self._means_only(phrase):
                return phrase
        return None

    def dressed(self, phrase: Phrase) -> Phrase:
        """The same with politeness and reasons around it, where it then still means only that."""
        if self._rng.random() > _DRESSED:
            return phrase
        longer = dressed(phrase, self._rng)
        return longer if self._means_only(longer) else phrase

    def _means_only(self, phrase: Phrase) -> bool:
        if any(word in f" {phrase.text} " for word in _NOT_MEANT) or _GLUED.search(phrase.text):
            return False
        said = phrase.words()
        return self.names.clear([word for word, _ in said], _spans(phrase, said))


class _Teller(Sampler):
    """Walks templates and says this device, this room and this value in them."""

    def __init__(self, rng: Random, called: Called, slot: str, value: Value, text: str) -> None:
        super().__init__(rng, _Sayings(rng, called, text))
        self._slot = slot
        self._meant = value
        self._rng = rng

    def told(self, source: Source) -> Phrase | None:
        """A sentence of this block; None where it cannot say the value."""
        try:
            return self.phrase(source)
        except _Unsayable:
            return None

    def _walk(self, item: Expression, block: IntentData) -> list[Piece]:
        if not isinstance(item, ListReference) or item.slot_name != self._slot:
            return super()._walk(item, block)
        listed = block.slot_lists.get(item.list_name) or self._intents.slot_lists.get(
            item.list_name
        )
        if isinstance(listed, RangeSlotList) and isinstance(self._meant, int):
            return [Piece(number(self._rng, self._meant), self._slot)]
        if isinstance(self._meant, str):
            return [Piece(self._meant, self._slot)]
        raise _Unsayable


class _Unsayable(Exception):  # noqa: N818 - no error: another sentence is tried
    """A list that has no such value."""


class _Sayings(Filler):
    """Fills gaps with what is meant."""

    def __init__(self, rng: Random, called: Called, text: str) -> None:
        super().__init__(rng=rng, home=Home(), split="test")
        self._called = called
        self._text = text

    def device(self, kinds: frozenset[str]) -> str:
        return _said(self._called.name)

    def area(self) -> str:
        return _said(self._called.area)

    def item(self) -> str:
        return _said(self._text)

    def duration(self, *, adjective: bool = False) -> str:
        return _said(self._text.removesuffix("s") if adjective else self._text)


def _plainly(phrase: Phrase, must: Sequence[str]) -> bool:
    """Whether it is an order in which a stretch that means something is one of these words."""
    first = phrase.text.split()[0]
    return first in _SWITCHES and any(p.text.strip() in must for p in phrase.pieces if p.label)


def _said(text: str) -> str:
    """Text for a gap; where there is none, the gap must not be there."""
    if not text:
        raise _Unsayable
    return text.lower()


def _kinds(block: IntentData) -> tuple[str, ...]:
    """Kinds of devices that a block's {name} may be."""
    found = block.requires_context.get("domain", ())
    return (found,) if isinstance(found, str) else tuple(found or ())


def _spans(phrase: Phrase, said: Sequence[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """Where names and rooms that are meant stand; side by side they are one."""
    start: int | None = None
    for at, (_, owner) in enumerate([*said, ("", -1)]):
        inside = owner >= 0 and phrase.pieces[owner].label in ("name", "area", "item")
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            yield start, at
            start = None


def joined(first: Phrase, second: Phrase) -> Phrase | None:
    """Two sentences as one; None where one of them does not begin with what is to be done."""
    if not {first.text.split()[0], second.text.split()[0]} <= _VERBS:
        return None
    pieces = (*first.pieces, Piece(" and "), *second.pieces)
    return replace(first, pieces=pieces)


def some_item(rng: Random) -> str:
    """Something to buy, of the words that no model has learned."""
    plain = [item for item in words("items", "test") if item.replace(" ", "").isalpha()]
    return rng.choice(plain)


def some_time(rng: Random) -> tuple[str, int]:
    """A length of time, and its minutes."""
    minutes = rng.choice(MINUTES)
    return f"{number(rng, minutes)} minute{'s' if minutes != 1 else ''}", minutes
