"""Figures of the benchmark models, float and int8, on their test sentences."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from device.models import Manifest, load, read_manifest
from device.nlu.embedding import Floats, load_table
from device.nlu.windows import windows
from device.nlu.words import shape
from export.benchmarks.reading import Labels, Reader, read_all, truth
from export.benchmarks.scoring import Reading, figures
from export.benchmarks.sentences import OUT_OF_SCOPE, Sentence
from export.benchmarks.sets import Benchmark
from export.tagger.candidate import Candidate

TIMED = 300
"""Test sentences that are timed, one after the other."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One model."""

    before: dict[str, float]
    """As `metrics` gives it, of the float model."""
    int8: dict[str, float]
    """The same of the int8 model, in the runtime that ships."""
    megabytes: float
    """Graph, word table, and manifest with what was learned beside the graph."""
    ms: tuple[float, float]
    """Milliseconds of a sentence, p50 and p95: look-up, model, decoding, every pass of them."""


def metrics(name: str, rows: Sequence[Sentence], readings: Sequence[Reading]) -> dict[str, float]:
    """What is reported of a set, shares between 0 and 1.

    Args:
        name: The model; CLINC150 and SLURP have figures of their own.
        rows: Sentences.
        readings: What was understood.
    """
    pairs = [(truth(row), reading) for row, reading in zip(rows, readings, strict=True)]
    found = figures(pairs)
    made = {"intent": found.intent, "slot_f1": found.slot_f1, "sentence": found.sentence}
    outside = frozenset([OUT_OF_SCOPE])
    if name == "clinc150":
        known = [t.intents == g.intents for t, g in pairs if t.intents != outside]
        never = [g.intents == outside for t, g in pairs if t.intents == outside]
        made |= {"in_scope": float(np.mean(known)), "oos_recall": float(np.mean(never))}
    if name == "slurp":
        halves = [[(_halves(t), _halves(g)) for t, g in pairs]]
        made["scenario"] = float(np.mean([t[0] == g[0] for t, g in halves[0]]))
        made["action"] = float(np.mean([t[1] == g[1] for t, g in halves[0]]))
    return made


def _halves(reading: Reading) -> tuple[str, str]:
    """Scenario and action of an intent of SLURP: "audio_volume_up" is "audio", "volume_up"."""
    scenario, _, action = min(reading.intents).partition("_")
    return scenario, action


def reader_of(manifest: Manifest) -> Reader:
    """The decoder that belongs to a model."""
    told = manifest.settings
    labels = Labels(manifest.labels, tuple(told["intents"]))
    transitions, start = (np.array(told[key], np.float32) for key in ("transitions", "start"))
    return Reader(labels, transitions, start, unsure=told["unsure"])


def measure(wanted: Benchmark, folder: Path) -> Measured:
    """Run one model over its test sentences.

    Args:
        wanted: Its sentences.
        folder: Where the model lies.

    Raises:
        ModelError: It is missing or damaged.
    """
    name = wanted.name
    manifest = read_manifest(folder / f"{name}.json")
    table = manifest.settings["table_sha256"]
    length = manifest.inputs[0].shape[1]
    model = Candidate(name, folder, table, length, b"")
    readings = read_all(reader_of(manifest), wanted.test, model.run)
    files = [folder / f"{name}.{ending}" for ending in ("tflite", "npz", "json")]
    return Measured(
        before={k.removesuffix("_float"): v for k, v in manifest.metrics.items()},
        int8=metrics(name, wanted.test, readings),
        megabytes=sum(path.stat().st_size for path in files) / 1e6,
        ms=_ms(wanted.test[:TIMED], manifest, folder),
    )


def _ms(rows: Sequence[Sentence], manifest: Manifest, folder: Path) -> tuple[float, float]:
    model = load(manifest.name, folder=folder)
    reader = reader_of(manifest)
    table = load_table(folder, manifest.settings["table"], manifest.settings["table_sha256"])
    length = manifest.inputs[0].shape[1]

    def scores(sentences: Sequence[Sentence]) -> list[Floats]:
        outputs = []
        for row in sentences:
            vectors = np.stack([table.vector(shape(t)) for t in row.tokens[:length]])
            outputs.append(model.run(windows(vectors, row.flags[:length], length)[0]))
        return [np.concatenate(same) for same in zip(*outputs, strict=True)]

    took = []
    for row in rows:
        started = time.perf_counter()
        read_all(reader, [row], scores)
        took.append(1e3 * (time.perf_counter() - started))
    p50, p95 = np.percentile(took, [50, 95])
    return float(p50), float(p95)
