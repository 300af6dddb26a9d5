"""Names that owners make up for settings, devices, groups and places.

What is kept for measuring is told by its letters (`simulator.homes.held`), so that a name that is
measured was never seen in training.
"""

from functools import cache
from pathlib import Path
from random import Random

import yaml

from export.tagger.texts import TEXTS
from export.teaching.texts import said
from simulator.homes import Split, held, invented
from simulator.homes import words as known_words

NAMES = Path(__file__).parent / "names.yaml"
_SHORT = 3
"""Letters of a word of the shared text that is long enough to be part of a name."""


@cache
def listed(name: str, split: Split | None = None) -> tuple[str, ...]:
    """A list of names.yaml.

    Args:
        name: Its key.
        split: "test" for what training never sees; None for the whole list.
    """
    table: dict[str, list[str]] = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    return tuple(w for w in table[name] if split is None or held(w) == (split == "test"))


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


def setting_name(rng: Random, split: Split) -> str:
    """What somebody calls a setting: "lagoon mode", "groovy", "like a cabin in the woods"."""
    style = rng.random()
    if style < 0.4:
        return f"{_modifier(rng, split)} {rng.choice(listed('heads'))}"
    if style < 0.55:
        return rng.choice(listed("adjectives", split))
    if style < 0.68:
        return rng.choice(listed("things", split))
    if style < 0.75:
        return f"like {rng.choice(listed('likes', split))}"
    if style < 0.8:
        return rng.choice(listed("modifiers", split))
    if style < 0.85:
        return invented(rng)
    if style < 0.93:
        who = rng.choice(known_words("people", split))
        owned = rng.choice(("'s", "'s", ""))
        return f"{who}{owned} {rng.choice(listed('heads'))}"
    return " ".join(rng.choice(any_words(split)) for _ in range(rng.choice((1, 2))))


def group_name(rng: Random, split: Split) -> str:
    """What somebody calls devices, with its article: "the lego station", "big bertha"."""
    style = rng.random()
    if style < 0.4:
        return f"the {_group_modifier(rng, split)} {rng.choice(listed('group_heads'))}"
    if style < 0.6:
        return rng.choice(listed("nicknames", split))
    if style < 0.72:
        article = rng.choice(("the ", ""))
        return f"{article}{invented(rng)}"
    if style < 0.84:
        who = rng.choice(known_words("people", split))
        return f"{who}'s {rng.choice(listed('group_heads'))}"
    if style < 0.93:
        modifier = rng.choice(listed("kind_modifiers", split))
        return f"the {modifier} {rng.choice(listed('kinds'))}"
    return f"the {rng.choice(any_words(split))} {rng.choice(listed('group_heads'))}"


def place_name(rng: Random, split: Split) -> str:
    """What somebody calls a place, with its article: "the hobbit hole", "tim's corner"."""
    style = rng.random()
    article = rng.choice(("the ", "the ", "the ", "my ", "our ", ""))
    if style < 0.5:
        return f"{article}{rng.choice(listed('places', split))}"
    if style < 0.65:
        who = rng.choice(known_words("people", split))
        return f"{who}'s {rng.choice(listed('place_heads'))}"
    if style < 0.8:
        return f"{article}{_group_modifier(rng, split)} {rng.choice(listed('place_heads'))}"
    if style < 0.9:
        return f"{article}{invented(rng)}{rng.choice((' room', ''))}"
    return f"{article}{rng.choice(any_words(split))} {rng.choice(listed('place_heads'))}"


def _modifier(rng: Random, split: Split) -> str:
    style = rng.random()
    if style < 0.6:
        return rng.choice(listed("modifiers", split))
    if style < 0.75:
        return rng.choice(any_words(split))
    if style < 0.85:
        return rng.choice(listed("adjectives", split))
    if style < 0.92:
        return rng.choice(known_words("rooms", split))
    return invented(rng)


def _group_modifier(rng: Random, split: Split) -> str:
    style = rng.random()
    if style < 0.65:
        return rng.choice(listed("group_modifiers", split))
    if style < 0.8:
        return rng.choice(listed("modifiers", split))
    return rng.choice(any_words(split) if style < 0.9 else known_words("rooms", split))
