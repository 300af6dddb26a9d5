"""Situations as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from device.models import SHIPPED, read_manifest
from device.nlu.candidates import Breadth, Candidate, candidates, open_ended
from device.nlu.embedding import Floats, WordTable, load_table
from device.nlu.mentions import mentions
from device.nlu.situation import rows
from simulator.homes import Split
from simulator.situations import Situation, situation


@dataclass(frozen=True, slots=True)
class Arrays:
    """What a model is trained on and measured with."""

    features: Floats
    """Shape (situations, candidates, features)."""
    masks: Floats
    """Shape (situations, candidates, 1)."""
    truth: np.ndarray[tuple[int], np.dtype[np.int64]]
    """Which candidate is meant."""
    kinds: tuple[str, ...]
    """The kind of each situation."""


def situations(count: int, seed: int, split: Split) -> list[Situation]:
    """Situations in which the words leave something open.

    Args:
        count: How many.
        seed: The same seed gives the same situations.
        split: "test" for names that training never sees.
    """
    rng = Random(seed)
    found: list[Situation] = []
    while len(found) < count:
        drawn = situation(rng, split)
        if open_ended(drawn.request, mentions(drawn.context), drawn.context):
            found.append(drawn)
    return found


def arrays(drawn: Sequence[Situation]) -> Arrays:
    """The features of each situation; one whose devices are no candidate is left out."""
    table = tagger_table()
    features, masks, truth, kinds = [], [], [], []
    for one in drawn:
        spoken_of = mentions(one.context)
        found = candidates(one.request, one.context, spoken_of)
        right = [i for i, candidate in enumerate(found) if meant(one, candidate)]
        if not right:
            continue
        x, mask = rows(one.request, found, one.context, spoken_of, table)
        features.append(x)
        masks.append(mask)
        truth.append(right[0])
        kinds.append(one.kind)
    return Arrays(np.stack(features), np.stack(masks), np.array(truth), tuple(kinds))


def meant(one: Situation, candidate: Candidate) -> bool:
    """Whether a candidate is what the person has in mind."""
    if one.meant:
        return candidate.ids == one.meant
    return candidate.breadth is (Breadth.OWN if one.own else Breadth.NOTHING)


def tagger_table() -> WordTable:
    """The word vectors that the shipped tagger reads with."""
    settings = read_manifest(SHIPPED / "tagger.json").settings
    return load_table(SHIPPED, settings["table"], settings["table_sha256"])
