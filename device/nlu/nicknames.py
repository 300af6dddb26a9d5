"""Taught names for devices, groups and rooms: names like any other of the home.

A name for one device whose own name is unique, or for a room, is an alias of it. Any other
name for devices is a group in the eyes of whoever looks up names; `device.nlu.targets` puts the
devices themselves in its place, so that nothing is ever sent to the name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from device.concepts import Concept
from device.context import Context, Device, Home, Room
from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS
from device.nlu.names import ARTICLES
from device.nlu.tagger import Span
from device.nlu.words import Token, plain

_THINGS = frozenset({"name", "area", "floor", "domain", "device_class", "denied"})

MIXED = "group"
"""The kind of a group of devices of several kinds."""


def named_home(home: Home, concepts: Iterable[Concept]) -> Home:
    """The home with everything by the names that were taught for it.

    Args:
        home: The home.
        concepts: What was taught to who speaks; of two that are called alike the first counts.
    """
    rooms = {room.name.casefold(): room for room in home.rooms}
    devices = {device.id: device for device in home.devices}
    groups: list[Device] = []
    for name, concept in _names(concepts).items():
        area = (concept.meaning.area or "").casefold()
        if area in rooms:
            room: Room = rooms[area]
            rooms[area] = replace(room, aliases=(*room.aliases, name))
        meant = members(concept, home)
        alone = len(meant) == 1 and home.label(meant[0]) == meant[0].name
        if alone:
            device = devices[meant[0].id]
            devices[device.id] = replace(device, aliases=(*device.aliases, name))
        elif meant:
            groups.append(_group(name, meant))
    return Home(rooms=tuple(rooms.values()), devices=(*devices.values(), *groups))


class Nicknames:
    """The taught names of things and rooms, ready to be found whole."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Index the names."""
        self._labels = {
            tuple(name.split()): "area" if concept.meaning.area is not None else "name"
            for name, concept in _names(concepts).items()
        }
        self._longest = max(map(len, self._labels), default=0)

    def whole(self, spans: Sequence[Span], tokens: Sequence[Token]) -> tuple[Span, ...]:
        """Tagged words in which no taught name is marked in part, and no room is overlooked.

        The tagger knows other words: of "the lions den" it may take the lions for a room, and
        "mission control" for nothing at all.
        """
        if not self._labels:
            return tuple(spans)
        found = tuple(spans)
        for start, stop, label in self._places([token.text for token in tokens]):
            found = _covering(found, start, stop, label)
            placed = any(s.label in ("area", "floor") or _within(s, start, stop) for s in found)
            if label == "area" and not placed:
                found = (*found, Span(label=label, start=start, stop=stop, confidence=1.0))
        return tuple(sorted(found, key=lambda s: s.start))

    def _places(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Where names stand, the longest that starts first."""
        at = 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                label = self._labels.get(tuple(words[at : at + length]))
                if label is not None:
                    yield at, at + length, label
                    at += length - 1
                    break
            at += 1


def _within(span: Span, start: int, stop: int) -> bool:
    """Whether words are marked already, as whatever."""
    return span.start < stop and start < span.stop


def _covering(spans: tuple[Span, ...], start: int, stop: int, label: str) -> tuple[Span, ...]:
    """The spans with one for a name in the place of those that mark a part of it."""
    parts = [s for s in spans if _within(s, start, stop)]
    if not parts or any(s.label not in _THINGS for s in parts):
        return spans
    if len(parts) == 1 and (parts[0].start, parts[0].stop) == (start, stop):
        return spans
    sure = max(part.confidence for part in parts)
    named = Span(label=label, start=start, stop=stop, confidence=sure)
    before = [replace(s, stop=start) for s in parts if s.start < start]
    after = [replace(s, start=stop) for s in parts if s.stop > stop]
    others = [s for s in spans if s not in parts]
    return tuple(sorted([*others, *before, named, *after], key=lambda s: s.start))


def whole_names(spans: tuple[Span, ...], flags: Floats) -> tuple[Span, ...]:
    """Tagged words in which no room or device is marked in part.

    All of "aft cabin", not just "aft"; all of "fan light", not just "fan".

    Args:
        spans: As they were tagged.
        flags: Of the tokens, shape (tokens, len(FLAGS)).
    """
    for label in ("area", "name"):
        for start, stop in _flagged(label, flags):
            parts = [s for s in spans if _within(s, start, stop)]
            inside = all(start <= s.start and s.stop <= stop for s in parts)
            if {s.label for s in parts} == {label} and (label == "area" or inside):
                spans = _covering(spans, start, stop, label)
    return spans


def _flagged(label: str, flags: Floats) -> Iterator[tuple[int, int]]:
    """Where the home's names of one kind stand."""
    begins, inside = (flags[:, FLAGS.index(f"{label}_{part}")] for part in ("begin", "in"))
    for start in map(int, begins.nonzero()[0]):
        stop = start + 1
        while stop < len(inside) and inside[stop] and not begins[stop]:
            stop += 1
        yield start, stop


def members(concept: Concept, home: Home) -> tuple[Device, ...]:
    """The devices that a concept is a name for, those that are there, in the home's order."""
    wanted = {label.casefold() for label in concept.meaning.devices}
    return tuple(d for d in home.devices if home.label(d).casefold() in wanted) if wanted else ()


def bearers(name: str, context: Context) -> tuple[Device, ...]:
    """The devices for which somebody taught this name."""
    if not context.taught:
        return ()
    concept = _names(context.concepts).get(_key(name))
    return () if concept is None else members(concept, context.home)


def _names(concepts: Iterable[Concept]) -> dict[str, Concept]:
    """Names for things, without article; what sets something is no name."""
    found: dict[str, Concept] = {}
    for concept in concepts:
        meaning = concept.meaning
        if (meaning.devices or meaning.area) and not meaning.settings:
            found.setdefault(_key(concept.name), concept)
    return found


def _key(name: str) -> str:
    words = plain(name).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


def _group(name: str, meant: tuple[Device, ...]) -> Device:
    kinds, rooms = {d.kind for d in meant}, {d.room for d in meant}
    return Device(
        id=f"taught/{name}",
        name=name,
        room=rooms.pop() if len(rooms) == 1 else None,
        kind=kinds.pop() if len(kinds) == 1 else MIXED,
        members=tuple(d.id for d in meant),
    )
