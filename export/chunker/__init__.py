"""`python -m export chunker` trains, quantizes, checks and writes the chunker."""

import argparse
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from device.models import TrainingSet
from device.nlu.crf import viterbi
from device.nlu.embedding import Floats, load_table, save_table
from device.nlu.gazetteer import FLAGS
from device.nlu.windows import windows
from device.nlu.words import shape
from export.chunker.texts import Row, compounds, foreign
from export.quantize import SHIPPED, WEIGHTS, Label, quantized, require, run_shipped, write_model
from simulator.compounds import LABELS

LOG = logging.getLogger(__name__)
NAME = "chunker"
COMMAND = "python -m export chunker"
SETS = (
    TrainingSet(name="Inglenook's own sentences and pretend homes", licence="Apache-2.0"),
    TrainingSet(name="CLINC150, training part (single requests)", licence="CC BY 3.0"),
    TrainingSet(name="SNIPS, training part (single requests)", licence="CC0"),
)


def main(argv: list[str]) -> None:
    """Make the chunker.

    Raises:
        ModelError: The int8 model is not as good as the float one; nothing is written.
    """
    from export.chunker.train import WORDS, train

    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--rows", type=int, default=60_000, help="generated sentences")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    asked = parser.parse_args(argv)
    rows = compounds(asked.rows, 11, "train") + foreign("train", 5)
    held = compounds(3_000, 12, "test") + foreign("test", 10)
    made = train(rows, held, epochs=asked.epochs)
    transitions = np.asarray(made.crf.transitions)
    start = np.asarray(made.crf.start)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table = np.concatenate(
            [np.asarray(made.vectors.rows)[1:], np.asarray(made.vectors.gram_rows)]
        )
        buckets = int(made.vectors.gram_rows.shape[0])
        sha = save_table(folder / f"{NAME}.npz", made.lexicon.known, table, buckets)
        samples = _inputs(folder, sha, rows[:: max(1, len(rows) // 400)], WORDS)
        tflite = quantized(made.device_model(), [[a[i] for a in samples] for i in range(400)])
        settings: dict[str, Any] = {
            "table": f"{NAME}.npz",
            "table_sha256": sha,
            "flags": list(FLAGS),
            "transitions": np.round(transitions.astype(float), 4).tolist(),
            "start": np.round(start.astype(float), 4).tolist(),
        }
        common: dict[str, Any] = {
            "name": NAME,
            "inputs": ("words", "flags", "mask"),
            "command": COMMAND,
            "training_sets": SETS,
            "labels": LABELS,
            "settings": settings,
        }
        write_model(tflite, Label(**common), folder=folder)
        scores = run_shipped(folder, NAME, _inputs(folder, sha, held, WORDS))[0][:, 0]
        metrics = {
            **figures(held, made.scores(held), transitions, start, "float"),
            **figures(held, scores, transitions, start, "int8"),
        }
        LOG.info("%s", metrics)
        require("exact match of the int8 chunker", metrics["exact_int8"], at_least=0.85)
        lost = metrics["exact_float"] - metrics["exact_int8"]
        require("exact match lost by int8", lost, at_most=0.015)
        rounded = {k: round(v, 4) for k, v in metrics.items()}
        write_model(tflite, Label(**common, metrics=rounded), folder=asked.folder)
        (asked.folder / f"{NAME}.npz").write_bytes((folder / f"{NAME}.npz").read_bytes())
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    kept = {w.path: np.asarray(w).astype(np.float16) for w in made.model.weights}
    np.savez_compressed(
        WEIGHTS / f"{NAME}.npz", **{k.replace("/", "."): v for k, v in kept.items()}
    )


def _inputs(folder: Path, sha: str, rows: Sequence[Row], length: int) -> list[Floats]:
    """Model inputs as the device computes them, the first axis counts the sentences."""
    table = load_table(folder, f"{NAME}.npz", sha)
    made = [
        windows(
            np.stack([table.vector(shape(t)) for t in row.tokens[:length]]),
            row.flags[:length],
            length,
        )[0]
        for row in rows
    ]
    return [np.stack([m[i] for m in made]) for i in range(3)]


def figures(
    rows: Sequence[Row], scores: Floats, transitions: Floats, start: Floats, name: str
) -> dict[str, float]:
    """Share of sentences whose labels are all right, overall and by number of things asked."""
    right: dict[str, list[bool]] = {}
    for row, found in zip(rows, scores, strict=True):
        n = min(len(row.tokens), len(found))
        path = [LABELS[i] for i in viterbi(found[:n], transitions, start)]
        exact = path == list(row.labels[:n])
        count = str(min(row.count, 4))
        for group in ("exact", f"{row.kind}", f"exact_{count}"):
            right.setdefault(group, []).append(exact)
    return {f"{g}_{name}": float(np.mean(v)) for g, v in sorted(right.items())}
