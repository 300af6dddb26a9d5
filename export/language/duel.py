"""The hash against plain sorted arrays and kenlm: memory, and queries per second."""

import gc
import importlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from device.asr.ngram import Ngrams
from device.asr.pairhash import Ints, PairHash
from device.asr.samples import Sentence
from export.language.make import Made
from export.language.plain import SortedPairs, write_arpa

_TIMES = 7
_CANDIDATES = 40
BATCH = 1_000
"""Queries at once, about what a beam search asks in a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Figures of one way to keep the model."""

    name: str
    bytes: int
    said_ns: float
    """Time for a word of held-out text after the words before it."""
    tried_ns: float | None
    """Time for a word that a decoder tries; most were never seen there."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Buckets that are read for a query, on the mean."""

    found: float
    missed: float


def duel(made: Made, texts: Sequence[Sentence]) -> list[Rival]:
    """Measure each way to keep the same model, one thread."""
    numbers = made.numbers(texts)
    rivals: list[Rival] = []
    makers: dict[str, Any] = {"hash": PairHash.build, "sorted 32-bit keys": SortedPairs.build}
    for name, make in makers.items():
        model = Ngrams.build(made.counted, make)
        contexts, words = said_queries(model, numbers, len(made.words) - 1)
        tried = np.random.default_rng(3).integers(0, model.words, (len(words), _CANDIDATES))
        rivals.append(
            Rival(
                name=name,
                bytes=model.bytes,
                said_ns=_fastest(model, contexts, words),
                tried_ns=_fastest(model, np.repeat(contexts, _CANDIDATES), tried.ravel()),
            )
        )
    if (rival := _kenlm(made, texts)) is not None:
        rivals.append(rival)
    return rivals


def looks(made: Made, texts: Sequence[Sentence]) -> Looks:
    """How many buckets are read, for pairs of the model and for pairs that a decoder tries."""
    pairs = made.counted.pairs
    table, _ = PairHash.build(*pairs.T, shape=(len(made.words), len(made.words)))
    before = np.array([word for sentence in made.numbers(texts) for word in sentence])
    tried = np.random.default_rng(4).integers(0, len(made.words), len(before))
    missed = table.find(before, tried) < 0
    return Looks(
        float(table.looks(*pairs.T).mean()),
        float(table.looks(before[missed], tried[missed]).mean()),
    )


def said_queries(
    model: Ngrams, sentences: Sequence[Sequence[int]], boundary: int
) -> tuple[Ints, Ints]:
    """Contexts and words of some text, in random order."""
    found: list[tuple[Ints, Ints]] = []
    contexts = np.full(len(sentences), model.after(boundary))
    lengths = np.array([len(sentence) for sentence in sentences])
    for at in range(int(lengths.max()) + 1):
        rows = np.flatnonzero(lengths >= at)
        words = np.array([[*sentences[row], boundary][at] for row in rows])
        found.append((contexts[rows], words))
        contexts[rows] = model.costs(contexts[rows], words)[1]
    all_contexts, all_words = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.random.default_rng(2).permutation(len(all_words))
    return all_contexts[order], all_words[order]


def _fastest(model: Ngrams, contexts: Ints, words: Ints) -> float:
    """Nanoseconds of computing for a query, in batches."""
    count = min(len(words) // BATCH, 60) * BATCH

    def run() -> None:
        for start in range(0, count, BATCH):
            model.costs(contexts[start : start + BATCH], words[start : start + BATCH])

    return _best(run) / count


def _best(run: Callable[[], object]) -> float:
    """Nanoseconds of computing, the least of some times; other processes disturb the rest."""
    times: list[int] = []
    for _ in range(_TIMES):
        gc.collect()
        started = time.process_time_ns()
        run()
        times.append(time.process_time_ns() - started)
    return float(min(times))


def _kenlm(made: Made, texts: Sequence[Sentence]) -> Rival | None:
    """The same model in kenlm's probing hash; None where kenlm is not installed."""
    try:
        kenlm: Any = importlib.import_module("kenlm")
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.arpa"
        write_arpa(path, made.counted, list(made.words), len(made.words) - 1)
        before = _resident()
        model = kenlm.Model(str(path))
        grown = _resident() - before
    known = set(made.words)
    lines = [" ".join(w if w in known else "{other}" for w in text) for text in texts]
    words = sum(len(text) + 1 for text in texts)
    spent = _best(lambda: [model.score(line) for line in lines])
    return Rival(name="kenlm", bytes=grown, said_ns=spent / words, tried_ns=None)


def _resident() -> int:
    """Memory of this process, in bytes."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4_096
