"""Names that owners make up for settings, devices, groups and places.

What is kept for measuring is told by its letters, so that a name that is measured was never seen in
training.
"""

from functools import cache
from pathlib import Path
from random import Random
from zlib import crc32

import yaml

from device.context import Home
from device.nlu import values, vocabulary
from export.tagger.texts import TEXTS
from export.teaching.texts import said
from simulator.homes import Split, held, invented, lexicon
from simulator.homes import words as known_words

NAMES = Path(__file__).parent / "names.yaml"
MEASURED = 8
"""Per cent of the listed names and of the templates that training never sees."""
_SHORT = 3
"""Letters of a word of the shared text that is long enough to be part of a name."""


@cache
def listed(name: str, split: Split | None = None) -> tuple[str, ...]:
    """A list of names.yaml.

    Args:
        name: Its key.
        split: "test" for what training never sees, where the list has any of it; None for the
            whole list.
    """
    table: dict[str, list[str]] = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    whole = tuple(table[name])
    kept = tuple(w for w in whole if split is None or measured(w) == (split == "test"))
    return kept or whole


def measured(text: str) -> bool:
    """Whether a name or template is kept for measuring, by its letters."""
    return crc32(text.encode()) % 100 < MEASURED


@cache
def any_words(split: Split) -> tuple[str, ...]:
    """Words of the shared text, whatever they mean: people call things anything."""
    counts: dict[str, int] = {}
    for row in said("train", TEXTS):
        for word in row.text.split():
            if word.isalpha() and len(word) > _SHORT:
                counts[word] = counts.get(word, 0) + 1
    often = sorted(counts, key=lambda w: -counts[w])[:60]
    return tuple(
        sorted(
            w
            for w, n in counts.items()
            if n > 1 and w not in often and held(w) == (split == "test")
        )
    )


@cache
def nouns(split: Split) -> tuple[str, ...]:
    """Words that follow an article in the shared text, but for kinds of devices and rooms."""
    counts: dict[str, int] = {}
    for row in said("train", TEXTS):
        words = row.text.split()
        for before, word, after in zip(words, words[1:], [*words[2:], "in"], strict=False):
            if before in ("the", "a", "my") and after in _ENDS and word.isalpha():
                counts[word] = counts.get(word, 0) + 1
    switched = {w for name in _SWITCHED for thing in lexicon()[name] for w in thing.split()}
    switched |= {*listed("ordinary_rooms"), *vocabulary.DOMAINS, *vocabulary.COVER_CLASSES}
    return tuple(
        sorted(
            w
            for w, n in counts.items()
            if n > 1 and vocabulary.singular([w]) not in switched and w not in switched
            if held(w) == (split == "test")
        )
    )


_ENDS = frozenset(str.split("in on at of for to and is was from with please"))
_SWITCHED = ("lights", "switches", "covers", "climates", "fans", "locks", "players", "sensors")


def setting_name(rng: Random, split: Split, home: Home, *, headed: bool = False) -> str:
    """What somebody calls a setting: "lagoon mode", "groovy", "like a cabin in the woods".

    Args:
        rng: The only source of chance.
        split: "test" for names that training never sees.
        home: Words of its names may be part of the name.
        headed: Whether the name alone must tell that it is no device.
    """
    style = rng.random()
    if rng.random() < 0.12:
        return _long(rng, split, home)
    if not headed and rng.random() < 0.18:
        return _unheaded(rng, split, home)
    if style < (0.72 if headed else 0.36):
        return f"{_modifier(rng, split, home)} {rng.choice(listed('heads'))}"
    if headed or style < 0.48:
        return rng.choice(listed(rng.choice(("things", "things", "particles", "days")), split))
    if style < 0.68:
        return rng.choice(listed("adjectives", split))
    if style < 0.75:
        return f"like {rng.choice(listed('likes', split))}"
    if style < 0.8:
        return rng.choice(listed("modifiers", split))
    if style < 0.85:
        return invented(rng)
    who = rng.choice(known_words("people", split))
    if style < 0.92:
        owned = rng.choice(("'s", "'s", ""))
        return f"{who}{owned} {rng.choice(listed('heads'))}"
    if style < 0.94:
        return rng.choice((f"how {who} likes it", f"as {who} likes it", f"{who}'s favorite"))
    return " ".join(rng.choice(any_words(split)) for _ in range(rng.choice((1, 2))))


def _long(rng: Random, split: Split, home: Home) -> str:
    """A name of several words: "bread and butter evening", "queen of the sea"."""
    one, other = (_modifier(rng, split, home) for _ in range(2))
    thing = rng.choice(listed("animals", split))
    return rng.choice(
        (
            f"{one} {other} {rng.choice(listed('heads'))}",
            f"{one} and {other}",
            f"{one} and {other} {rng.choice(listed('heads'))}",
            f"{thing} of the {rng.choice(nouns(split))}",
            f"{rng.choice(listed('adjectives', split))} {thing} {rng.choice(listed('heads'))}",
            f"{thing} in the {rng.choice(nouns(split))}",
            f"{one} at {rng.choice(('night', 'home', 'noon', 'dawn', 'sea'))}",
        )
    )


def _unheaded(rng: Random, split: Split, home: Home) -> str:
    """A name that nothing in it tells to be one: "harbor lantern", "grandpa's snoring"."""
    if rng.random() < 0.6:
        return f"{_modifier(rng, split, home)} {rng.choice(nouns(split))}"
    who = rng.choice((*listed("people_at_home"), rng.choice(known_words("people", split))))
    being = rng.choice(("'s", "'s", " is", " are"))
    return f"{who}{being} {rng.choice(listed('doings', split))}"


def group_name(rng: Random, split: Split, home: Home, *, switched: bool = True) -> str:
    """What somebody calls devices, with its article: "the lego station", "big bertha".

    Args:
        rng: The only source of chance.
        split: "test" for names that training never sees.
        home: Words of its names may be part of the name.
        switched: Whether the request can only be meant for a device, so that any noun may be
            the name of one: "turn the pumpkin off", but not "open the letter".
    """
    style = rng.random() * (1.0 if switched else 0.79)
    if rng.random() < 0.07:
        where = rng.choice(("by", "near", "over", "under", "behind", "next to", "beside"))
        return f"the {rng.choice(listed('handfuls'))} {where} the {rng.choice(nouns(split))}"
    if rng.random() < 0.04:
        return f"{rng.choice(('my', 'our', 'my'))} {rng.choice(listed('group_heads'))}"
    if style < 0.28:
        return f"the {_group_modifier(rng, split, home)} {rng.choice(listed('group_heads'))}"
    if style < 0.43:
        return rng.choice(listed("nicknames", split))
    if style < 0.52:
        article = rng.choice(("the ", ""))
        return f"{article}{invented(rng)}"
    who = rng.choice(known_words("people", split))
    if style < 0.6:
        return f"{who}'s {rng.choice(listed('group_heads'))}"
    if style < 0.68:
        modifier = rng.choice(
            (rng.choice(listed("kind_modifiers", split)), _group_modifier(rng, split, home))
        )
        return f"the {modifier} {rng.choice(listed('kinds'))}"
    if style < 0.73:
        return who
    if style < 0.79:
        return f"{rng.choice(listed('titles'))} {rng.choice((who, *_any_two(rng, split)))}"
    noun = rng.choice(listed("animals", split) if rng.random() < 0.6 else nouns(split))
    if style < 0.91:
        return f"{rng.choice(('the ', 'the ', 'the ', 'my ', ''))}{noun}{rng.choice(('', 's'))}"
    if style < 0.96:
        return f"{rng.choice(('the ', 'my '))}{rng.choice(listed('adjectives', split))} {noun}"
    return f"the {rng.choice(listed('adjectives', split))} {rng.choice(('one', 'ones', 'guy'))}"


def place_name(rng: Random, split: Split, home: Home) -> str:
    """What somebody calls a place, with its article: "the hobbit hole", "tim's corner"."""
    style = rng.random()
    article = rng.choice(("the ", "the ", "the ", "my ", "our ", ""))
    if rng.random() < 0.05:
        heart = rng.choice((*listed("place_heads"), *listed("places", split)))
        return f"{article}{heart} of {rng.choice(('', 'the '))}{rng.choice(nouns(split))}"
    if style < 0.36:
        return f"{article}{rng.choice(listed('places', split))}"
    if style < 0.48:
        who = rng.choice(known_words("people", split))
        return f"{who}'s {rng.choice(listed('place_heads'))}"
    if style < 0.62:
        return f"{article}{_group_modifier(rng, split, home)} {rng.choice(listed('place_heads'))}"
    if style < 0.7:
        return f"{article}{invented(rng)}{rng.choice((' room', ''))}"
    if style < 0.84:
        return f"{rng.choice(('the ', 'the ', 'my ', 'our '))}{rng.choice(nouns(split))}"
    if style < 0.92:
        modifier = rng.choice((*_any_two(rng, split), *_colors(rng)))
        return f"{rng.choice(('the ', 'the ', 'our ', ''))}{modifier} room"
    return f"{article}{rng.choice(any_words(split))} {rng.choice(listed('place_heads'))}"


def _any_two(rng: Random, split: Split) -> tuple[str, str]:
    return rng.choice(any_words(split)), rng.choice(nouns(split))


def _colors(rng: Random) -> tuple[str, ...]:
    return (rng.choice(sorted(values.COLORS)),)


def _modifier(rng: Random, split: Split, home: Home) -> str:
    style = rng.random()
    if style < 0.44:
        return rng.choice(listed("modifiers", split))
    if style < 0.55:
        return rng.choice(listed(rng.choice(("days", "particles", "animals")), split))
    if style < 0.7:
        return rng.choice(any_words(split))
    if style < 0.78:
        return rng.choice(listed("adjectives", split))
    if style < 0.93:
        return _of_home(rng, home)
    return invented(rng)


def _group_modifier(rng: Random, split: Split, home: Home) -> str:
    style = rng.random()
    if style < 0.1:
        return rng.choice(listed("animals", split))
    if style < 0.6:
        return rng.choice(listed("group_modifiers", split))
    if style < 0.75:
        return rng.choice(listed("modifiers", split))
    return rng.choice(any_words(split)) if style < 0.88 else _of_home(rng, home)


def _of_home(rng: Random, home: Home) -> str:
    """A name of the home as part of another name: a setting for the office, in the office."""
    rooms = [n for room in home.rooms for n in (room.name, *room.aliases)]
    devices = [device.name for device in home.devices]
    return rng.choice(rooms if rng.random() < 0.75 or not devices else devices).lower()
