"""All requests that a catalogue is built from: public, of made-up skills, without labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from export.routing.needs import SAME
from export.routing.requests import Asked, loose_requests, outside_requests, public_requests
from simulator.packs import made_up, more_samples

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MADE_UP = 150
"""Made-up skills' needs beside the public ones."""
_MORE = 26
"""Sentences of each beside its samples and paraphrases, to learn from."""
_DEV_PARAPHRASES = 2
UNKNOWN = -1
"""The need of a request without a label, or out of scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Sentences in the order of their vectors."""

    texts: tuple[str, ...]
    needs: tuple[str, ...]
    need: Ints
    """Of each sentence; UNKNOWN for loose and outside ones."""
    part: npt.NDArray[Any]
    """ "train", "dev", "test", "loose", "outside dev" or "outside test" for each sentence."""
    merged: Bools
    """Which needs several sets have under different names."""

    def rows(self, part: str) -> Ints:
        """Numbers of the sentences of a part."""
        return np.flatnonzero(self.part == part)


def read_corpus(texts: Path, *, made_up_skills: int = MADE_UP) -> Corpus:
    """Everything that is asked.

    Raises:
        ModelError: A public set is missing.
    """
    public = public_requests(texts)
    asked = [*public, *_made_up(made_up_skills)]
    loose = loose_requests(texts, public)
    outside = outside_requests(texts, "dev"), outside_requests(texts, "test")
    return corpus_of(asked, loose, *outside)


def corpus_of(
    asked: Sequence[Asked],
    loose: Sequence[str] = (),
    outside_dev: Sequence[str] = (),
    outside_test: Sequence[str] = (),
) -> Corpus:
    """Put requests in one order."""
    needs = tuple(sorted({row.need for row in asked}))
    number = {need: i for i, need in enumerate(needs)}
    extra = (("loose", loose), ("outside dev", outside_dev), ("outside test", outside_test))
    others = [(part, text) for part, some in extra for text in some]
    return Corpus(
        texts=(*(row.text for row in asked), *(text for _, text in others)),
        needs=needs,
        need=np.array([number[row.need] for row in asked] + [UNKNOWN] * len(others)),
        part=np.array([row.part for row in asked] + [part for part, _ in others]),
        merged=np.array([need in SAME for need in needs]),
    )


def _made_up(count: int) -> list[Asked]:
    """Samples to learn from; paraphrases, in frames that no sample has, to tune and measure on."""
    found: list[Asked] = []
    for skill in made_up(count):
        need = f"made up:{skill.id}"
        samples = dict.fromkeys((*skill.samples, *more_samples(skill, _MORE, seed=1)))
        found += [Asked(text, need, "train") for text in samples]
        for i, text in enumerate(skill.paraphrases):
            found.append(Asked(text, need, "dev" if i < _DEV_PARAPHRASES else "test"))
    return found
