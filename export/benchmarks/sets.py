"""Which sentences each benchmark model learns from and is measured on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from export.benchmarks.augment import Mixer, Values, swapped
from export.benchmarks.reading import Labels, labels_of
from export.benchmarks.sentences import (
    Sentence,
    normalized,
    read_clinc150,
    read_columns,
    read_hwu64,
    read_slurp,
)

FOLDS = 10
GROUPS: dict[str, tuple[str, ...]] = {
    "snips": ("snips",),
    "atis": ("atis",),
    "mixsnips": ("mixsnips",),
    "mixatis": ("mixatis",),
    "clinc150": ("clinc150",),
    "slurp": ("slurp",),
    "hwu64": tuple(f"hwu64-{fold}" for fold in range(1, FOLDS + 1)),
}
"""Sets, and the models that each needs."""
VARIED = 0.5
"""Share of the training sentences in which values are swapped, anew in each pass."""
TITLES = frozenset({"album", "entity_name", "movie_name", "object_name", "playlist", "track"})
"""Slots of SNIPS that hold titles of all sorts and lend them to each other."""
MIXED = 6_000
"""Sentences of one pass that are made as those of the Mix sets, beside the single ones."""
COUNTS = (2, 1, 1)
"""Shares of one, two and three requests in them."""

Epoch = Callable[[Random], list[Sentence]]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One model's sentences."""

    name: str
    epoch: Epoch
    """The sentences of one pass over the training text, varied."""
    dev: Sequence[Sentence]
    """What is tuned on; empty where a set has nothing to spare."""
    test: Sequence[Sentence]
    """What is measured and nothing else."""
    labels: Labels
    """Of the training text."""
    length: int
    """Tokens that the graph takes."""


def benchmark(name: str, texts: Path) -> Benchmark:
    """The sentences of one model.

    Args:
        name: One of the models in `GROUPS`.
        texts: Folder of the public text sets.

    Raises:
        ModelError: A set is missing.
    """
    match name.partition("-"):
        case ["snips" | "atis", "", ""]:
            parts = (read_columns(texts / name / part) for part in ("train", "valid", "test"))
            return _single(name, *parts)
        case ["mixsnips" | "mixatis", "", ""]:
            return _mixed(name, texts)
        case ["clinc150", "", ""]:
            path = texts / "clinc150" / "data_full.json"
            parts = (read_clinc150(path, p, f"oos_{p}") for p in ("train", "val", "test"))
            return _single(name, *parts)
        case ["slurp", "", ""]:
            folder = texts / "slurp"
            home = [row for _, row in read_hwu64(texts / "hwu64" / "folds.jsonl")]
            test = read_slurp(folder / "test.jsonl")
            train = without([*home, *read_slurp(folder / "devel.jsonl")], test)
            return _single(name, train, [], test)
        case ["hwu64", "-", fold]:
            train, test = folded(read_hwu64(texts / "hwu64" / "folds.jsonl"), int(fold))
            return _single(name, train, [], test)
    raise ValueError(f"no model {name!r}")


def without(rows: Sequence[Sentence], test: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that are not in `test`, whatever their marks and spaces."""
    measured = {normalized(row.tokens) for row in test}
    return [row for row in rows if normalized(row.tokens) not in measured]


def folded(
    rows: Sequence[tuple[int, Sentence]], fold: int
) -> tuple[list[Sentence], list[Sentence]]:
    """Training and test sentences of one fold; no test sentence is in the training part."""
    test = [row for number, row in rows if number == fold]
    return without([row for number, row in rows if number != fold], test), test


def _single(
    name: str, train: list[Sentence], dev: Sequence[Sentence], test: Sequence[Sentence]
) -> Benchmark:
    values = Values(train, TITLES)

    def epoch(rng: Random) -> list[Sentence]:
        return [swapped(r, values, rng) if rng.random() < VARIED else r for r in train]

    length = _length(train)
    return Benchmark(name, epoch, dev, test, labels_of(train), length)


def _mixed(name: str, texts: Path) -> Benchmark:
    """A Mix set: single sentences of the plain set's training part, and fresh joins of them.

    MixATIS's own training part is made of the same single sentences.
    """
    plain = read_columns(texts / name.removeprefix("mix") / "train")
    singles = [row for row in plain if len(row.intents) == 1]
    mixer, values = Mixer(singles, COUNTS), Values(singles, TITLES)

    def epoch(rng: Random) -> list[Sentence]:
        rows = [*singles, *(mixer.sentence(rng) for _ in range(MIXED))]
        return [swapped(r, values, rng) if rng.random() < VARIED else r for r in rows]

    folder = texts / name
    dev, test = (read_columns(folder / part) for part in ("dev", "test"))
    return Benchmark(name, epoch, dev, test, labels_of(singles, joins=True), _length(dev))


def _length(rows: Sequence[Sentence]) -> int:
    """The longest sentence, and some room for longer values."""
    return max(len(row.tokens) for row in rows) + 2
