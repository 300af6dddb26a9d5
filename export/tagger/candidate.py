"""A trained language model on its way to the speaker: table and int8 graph, not yet shipped."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from device.nlu.embedding import Floats, load_table, save_table
from device.nlu.windows import windows
from device.nlu.words import shape
from export.quantize import WEIGHTS, Label, quantized, run_shipped, write_model

CALIBRATING = 400
"""Sentences that the quantizer looks at."""


class Row(Protocol):
    """A sentence as a model reads it."""

    @property
    def tokens(self) -> tuple[str, ...]: ...

    @property
    def flags(self) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model in a folder of its own."""

    name: str
    folder: Path
    sha256: str
    """Of the word table."""
    length: int
    """Tokens that the graph takes."""
    tflite: bytes

    @property
    def settings(self) -> dict[str, Any]:
        """What the manifest says about the word table."""
        return {"table": f"{self.name}.npz", "table_sha256": self.sha256}

    def run(self, rows: Sequence[Row]) -> list[Floats]:
        """Outputs for sentences, in the runtime that ships; the first axis counts them."""
        inputs = inputs_of(self, rows)
        return [a[:, 0] for a in run_shipped(self.folder, self.name, inputs)]

    def write(self, label: Label, folder: Path) -> None:
        """Write graph, manifest and table into a folder."""
        write_model(self.tflite, label, folder=folder)
        if folder != self.folder:
            table = f"{self.name}.npz"
            (folder / table).write_bytes((self.folder / table).read_bytes())


@contextmanager
def candidate(
    made: Any,  # noqa: ANN401
    name: str,
    rows: Sequence[Row],
    length: int,
    *,
    weights: Path | None = WEIGHTS,
) -> Iterator[Candidate]:
    """Save the float weights, then table and int8 graph in a temporary folder.

    Args:
        made: A `Trained` model, of the tagger or the chunker.
        name: File name without ending.
        rows: Training sentences, some of which calibrate the quantizer.
        length: Tokens that the graph takes.
        weights: Where the float weights are kept for going on with the training; None for nowhere.
    """
    if weights is not None:
        keep(name, made.model.weights, weights)
    rows_table = np.asarray(made.vectors.rows)[1:]
    grams = np.asarray(made.vectors.gram_rows)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table = np.concatenate([rows_table, grams])
        sha = save_table(folder / f"{name}.npz", made.lexicon.known, table, len(grams))
        blank = Candidate(name, folder, sha, length, b"")
        chosen = rows[:: max(1, len(rows) // CALIBRATING)][:CALIBRATING]
        samples = inputs_of(blank, chosen)
        tflite = quantized(
            made.device_model(), [[a[i] for a in samples] for i in range(len(chosen))]
        )
        yield Candidate(name, folder, sha, length, tflite)


def inputs_of(model: Candidate, rows: Sequence[Row]) -> list[Floats]:
    """Inputs as the device computes them, the first axis counts the sentences."""
    table = load_table(model.folder, f"{model.name}.npz", model.sha256)
    made = [
        windows(
            np.stack([table.vector(shape(t)) for t in row.tokens[: model.length]]),
            row.flags[: model.length],
            model.length,
        )[0]
        for row in rows
    ]
    return [np.stack([m[i] for m in made]) for i in range(3)]


def keep(name: str, weights: Sequence[Any], folder: Path) -> None:
    """Write the float weights in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {w.path.replace("/", "."): np.asarray(w).astype(np.float16) for w in weights}
    np.savez_compressed(folder / f"{name}.npz", **kept)
