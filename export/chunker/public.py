"""Coordination in sentences of public sets: one value of a slot gives its place to several.

As in "Parsing coordination for spoken language understanding" (Agarwal et al., SLT 2018). Songs,
artists, towns, dates, times and dishes of SNIPS (CC0) and HWU64 (CC BY 4.0) bring domains and
words that the speaker's own sentences do not have. Training reads the training part of SNIPS and
folds 1 to 8 of HWU64; "test" reads the validation part and fold 9, with values of which
training keeps off.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from export.tagger.texts import TEXTS
from simulator.coordination import Compound, joined, single, tokens_of
from simulator.homes import Split, held

_SNIPS = {
    **dict.fromkeys(("artist", "track", "album", "genre", "playlist", "entity_name"), "songs"),
    **dict.fromkeys(("city", "state", "country", "poi", "geographic_poi"), "places"),
    **dict.fromkeys(("served_dish", "cuisine"), "items"),
    "timeRange": "times",
}
_HWU = {
    **dict.fromkeys(("artist_name", "song_name", "music_genre", "radio_name"), "songs"),
    **dict.fromkeys(("podcast_name", "audiobook_name", "game_name", "movie_name"), "songs"),
    **dict.fromkeys(("food_type", "ingredient", "drink_type"), "items"),
    **dict.fromkeys(("time", "date", "timeofday"), "times"),
    "place_name": "places",
    "device_type": "devices",
    "house_place": "rooms",
}
"""Slots whose values people coordinate, and their domain."""

_JOINTS = frozenset({"and", "or", "then", ",", ".", "plus"})
_TRAIN_FOLDS = range(1, 9)
_HELD_FOLD = 9


@dataclass(frozen=True, slots=True)
class Frame:
    """A sentence with a gap."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    slot: str
    domain: str
    topics: frozenset[str]
    """Domains of all values of the sentence."""


@dataclass(frozen=True, slots=True)
class Public:
    """Sentences with gaps, and what fills them."""

    frames: Mapping[str, Sequence[Frame]]
    """By domain."""
    values: Mapping[str, Sequence[tuple[str, ...]]]
    """By slot, each a value's tokens."""
    whole: Sequence[Compound]
    """Sentences that ask for one thing, "and" only inside their values."""

    def compound(self, rng: Random, domain: str) -> Compound | None:
        """A sentence of this domain with two to six values; None where the draw is too long."""
        frame = rng.choice(self.frames[domain])
        drawn = rng.choices(self.values[frame.slot], k=rng.choice((2, 2, 2, 3, 3, 4, 4, 5, 6)))
        different = list(dict.fromkeys(drawn))
        if len(different) < 2:
            return None
        made = joined(rng, frame.before, different, frame.after, domain=frame.domain)
        return made and replace(made, topics=frame.topics)


@cache
def public(split: Split, texts: Path = TEXTS) -> Public:
    """What the public sets hold.

    Args:
        split: "test" for sentences and values that training never sees.
        texts: Folder with `snips` and `hwu64`.
    """
    frames: dict[str, list[Frame]] = defaultdict(list)
    values: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    whole: list[Compound] = []
    sentences = _sentences(split, texts)
    more = _sentences("train", texts) if split == "test" else ()
    for words, found in (*sentences, *more):
        for start, stop, slot, domain in found:
            value = words[start:stop]
            if domain and _fits(value) and held(" ".join(value)) == (split == "test"):
                values[slot].add(value)
    known: set[Frame] = set()
    if split == "test":  # HWU64 has the same sentence more than once
        known = {frame for some in public("train", texts).frames.values() for frame in some}
    for words, found in sentences:
        topics = frozenset(domain for *_, domain in found if domain)
        inside = {i for start, stop, *_ in found for i in range(start, stop)}
        if not _JOINTS & {word for i, word in enumerate(words) if i not in inside}:
            whole.append(replace(single(" ".join(words)), topics=topics))
        for start, stop, slot, domain in found:
            outside = (*words[:start], *words[stop:])
            once = sum(other[2] == slot for other in found) == 1
            frame = Frame(words[:start], words[stop:], slot, domain, topics)
            plain = once and len(outside) > 1 and not _JOINTS & set(outside)
            if domain and plain and frame not in known:
                frames[domain].append(frame)
    enough = {slot: sorted(v) for slot, v in values.items() if len(v) > 3}
    fitting = {d: [x for x in f if x.slot in enough] for d, f in frames.items()}
    return Public({d: kept for d, kept in fitting.items() if kept}, enough, whole)


def alone(rng: Random, split: Split, texts: Path = TEXTS) -> Compound:
    """A sentence of the sets as it is, which asks for one thing."""
    return rng.choice(public(split, texts).whole)


def coordinated(rng: Random, split: Split, texts: Path = TEXTS) -> Compound:
    """A sentence of a random domain with several values in the place of one."""
    source = public(split, texts)
    domains = sorted(source.frames)
    while True:
        found = source.compound(rng, rng.choice(domains))
        if found is not None:
            return found


def _fits(value: tuple[str, ...]) -> bool:
    return len(value) < 6 and not _JOINTS & set(value) and all(map(str.isascii, value))


Labelled = tuple[tuple[str, ...], list[tuple[int, int, str, str]]]
"""Tokens; start, stop, slot and domain ("" for none) of each value."""


@cache
def _sentences(split: Split, texts: Path) -> tuple[Labelled, ...]:
    return (*_snips(split, texts), *_hwu(split, texts))


def _snips(split: Split, texts: Path) -> Iterator[Labelled]:
    folder = texts / "snips" / ("train" if split == "train" else "valid")
    sentences = (folder / "seq.in").read_text(encoding="utf-8").splitlines()
    tags = (folder / "seq.out").read_text(encoding="utf-8").splitlines()
    for sentence, row in zip(sentences, tags, strict=True):
        words, labels = sentence.split(), row.split()
        if tokens_of(sentence) != tuple(words):
            continue
        starts = [i for i, label in enumerate(labels) if label.startswith("B-")]
        found = []
        for start in starts:
            slot = labels[start][2:]
            stop = start + 1
            while stop < len(labels) and labels[stop] == f"I-{slot}":
                stop += 1
            found.append((start, stop, slot, _SNIPS.get(slot, "")))
        yield tuple(words), found


def _hwu(split: Split, texts: Path) -> Iterator[Labelled]:
    lines = (texts / "hwu64" / "folds.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        wanted = row["fold"] in _TRAIN_FOLDS if split == "train" else row["fold"] == _HELD_FOLD
        if not wanted:
            continue
        text, found = row["text"], []
        for entity in row["entities"]:
            start = len(tokens_of(text[: entity["start"]]))
            stop = start + len(tokens_of(entity["value"]))
            slot = entity["entity"]
            found.append((start, stop, f"hwu {slot}", _HWU.get(slot, "")))
        words = tokens_of(text)
        if all(stop <= len(words) for _, stop, _, _ in found):
            yield words, found
