"""Training and test sentences for the chunker."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS
from device.nlu.words import Token
from export.chunker.public import alone, coordinated
from export.tagger.texts import TEXTS, examples, houses, outsiders
from simulator.compounds import Compounder
from simulator.homes import Split


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence with its chunk labels."""

    tokens: tuple[str, ...]
    labels: tuple[str, ...]
    flags: Floats
    """Shape (tokens, flags)."""
    kind: str
    """What the compound is, as `simulator.compounds.Compound.kind`."""
    count: int
    """How many things it asks for."""
    domains: frozenset[str]
    """Of what is coordinated, some of `simulator.coordination.DOMAINS`."""
    topics: frozenset[str] = frozenset()
    """Those of them that the sentence speaks of, coordinated or not, as far as known."""


def compounds(count: int, seed: int, split: Split) -> list[Row]:
    """Labelled sentences, most of which ask for several things.

    Args:
        count: How many.
        seed: The same seed gives the same sentences.
        split: "test" for names and words that training never sees.
    """
    rng = Random(seed)
    places = houses(rng, split)
    makers = [Compounder(rng, house.home, split) for house in places]
    made: list[Row] = []
    while len(made) < count:
        at = rng.randrange(len(places))
        one = makers[at].compound()
        flags = places[at].gazetteer.flags(_as_tokens(one.tokens))
        if rng.random() < 0.06:
            flags = np.zeros_like(flags)
        made.append(
            Row(one.tokens, one.labels, flags, one.kind, one.count, one.domains, one.topics)
        )
    return made


def public(count: int, seed: int, split: Split, texts: Path = TEXTS) -> list[Row]:
    """Sentences of public sets with several values in the place of one, and some with one.

    Args:
        count: How many.
        seed: The same seed gives the same sentences.
        split: "test" for sentences and values that training never sees.
        texts: Folder with `snips` and `hwu64`.
    """
    rng = Random(seed)
    made: list[Row] = []
    for _ in range(count):
        one = alone(rng, split, texts) if rng.random() < 0.2 else coordinated(rng, split, texts)
        flags = np.zeros((len(one.tokens), len(FLAGS)), np.float32)
        made.append(
            Row(one.tokens, one.labels, flags, one.kind, one.count, one.domains, one.topics)
        )
    return made


def mixture(count: int, seed: int, split: Split, texts: Path = TEXTS) -> list[Row]:
    """Sentences of the project's own and, one in five, of public sets.

    Args:
        count: How many.
        seed: The same seed gives the same sentences.
        split: "test" for sentences and values that training never sees.
        texts: Folder with `snips` and `hwu64`.
    """
    others = count // 5
    return compounds(count - others, seed, split) + public(others, seed, split, texts)


def foreign(split: Split, share: int, texts: Path = TEXTS) -> list[Row]:
    """Requests to other assistants, which ask for one thing; one of `share` of them."""
    return [
        Row(e.tokens, ("O",) * len(e.tokens), e.flags, "single", 1, frozenset())
        for e in outsiders(split, texts)[::share]
    ]


def single_requests(count: int, seed: int, split: Split) -> list[Row]:
    """Requests for one thing, as wide as the tagger hears them, so that they stay whole.

    Published templates and paraphrases hold words that look like a second request: "across the
    kitchen", "each and every", "two hours and ten minutes", "in five minutes" before a command.

    Args:
        count: How many.
        seed: The same seed gives the same sentences.
        split: "test" for names and words that training never sees.
    """
    return [
        Row(e.tokens, ("O",) * len(e.tokens), e.flags, "single", 1, frozenset())
        for e in examples(count, seed, split, published=0.6)
    ]


def _as_tokens(texts: Sequence[str]) -> list[Token]:
    return [Token(text=text, word=i) for i, text in enumerate(texts)]
