"""All examples of one training, written to one file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from export.wake.scenes import Example, example_of_noise, example_with, example_without
from export.wake.sounds import (
    CUTOFF_READERS,
    Int16Array,
    other_speech,
    own_recordings,
    synthetic_near_misses,
    synthetic_phrases,
    trimmed,
)
from simulator.acoustics import Sound, from_pcm

SEED = 1
_AROUND = 60
_SHARES = {"phrase": 0.35, "near": 0.2, "noise": 0.04}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is learned from, and how much of it."""

    phrase: str
    recordings: Path | None
    """People who say the phrase."""
    speech: Path
    """Folder of the speech sets."""
    cache: Path
    utterances: int
    """Synthetic utterances of the phrase, and as many near misses."""
    examples: int
    """Three-second scenes made of all of them."""


def write_examples(plan: Plan, path: Path) -> int:
    """Make the examples of a plan.

    Returns:
        How many recordings of people who say the phrase are in them.
    """
    phrases, real = _phrases(plan)
    near = synthetic_near_misses(
        plan.phrase, plan.utterances, stranger=False, seed=SEED + 1, cache=plan.cache
    )
    random = np.random.default_rng(SEED)
    speech = _speech(plan, round(plan.examples * (1 - sum(_SHARES.values()))), random)
    around = [from_pcm(one) for one in speech[:: max(1, len(speech) // _AROUND)]]
    rows = list(_rows(plan, phrases, near, speech, around, random))
    np.savez(
        path,
        features=np.stack([row.features for row in rows]),
        first=np.array([row.first for row in rows], np.int32),
        last=np.array([row.last for row in rows], np.int32),
    )
    return real


def _phrases(plan: Plan) -> tuple[list[Int16Array], int]:
    """The phrase, half of it said by people where there are any."""
    people: list[Int16Array] = []
    if plan.recordings is not None:
        said = own_recordings(plan.recordings, plan.phrase, "train")
        people = [trimmed(one.samples) for one in said]
    made = synthetic_phrases(
        plan.phrase, plan.utterances, stranger=False, seed=SEED, cache=plan.cache
    )
    if not people:
        return made, 0
    again = [people[n % len(people)] for n in range(len(made))]
    return [*made, *again, *again], len(people)


def _speech(plan: Plan, count: int, random: np.random.Generator) -> list[Int16Array]:
    """Some of all that is said, every reader and set in its share."""
    all_of_it = [
        one.samples
        for one in other_speech(
            plan.speech, plan.phrase, split="train", take=lambda r: r.speaker not in CUTOFF_READERS
        )
    ]
    lengths = np.array([len(one) for one in all_of_it], float)
    chosen = random.choice(len(all_of_it), count, p=lengths / lengths.sum())
    return [all_of_it[at] for at in chosen]


def _rows(
    plan: Plan,
    phrases: list[Int16Array],
    near: list[Int16Array],
    speech: list[Int16Array],
    around: list[Sound],
    random: np.random.Generator,
) -> Iterator[Example]:
    for _ in range(round(plan.examples * _SHARES["phrase"])):
        phrase = phrases[int(random.integers(len(phrases)))]
        yield example_with(phrase, around=around, random=random)
    for _ in range(round(plan.examples * _SHARES["near"])):
        one = near[int(random.integers(len(near)))]
        yield example_without(one, around=around, random=random)
    for one in speech:
        yield example_without(one, around=around, random=random)
    for _ in range(round(plan.examples * _SHARES["noise"])):
        yield example_of_noise(around=around, random=random)
