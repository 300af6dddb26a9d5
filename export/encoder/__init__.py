"""`python -m export encoder`: the sentence encoder, taught by a large one.

python -m export teacher              once: the large encoder's vectors of all training text
python -m export encoder              train, quantize, check and write
python -m export encoder --resume     train on from the weights in export/weights
python -m export evaluate encoder     few-shot and out-of-scope figures, docs/encoder.md
"""

import argparse
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from device.models import TrainingSet
from device.nlu.embedding import Floats, load_table, save_table
from export.encoder.fewshot import SAMPLES, accuracy
from export.encoder.sizes import LENGTH, words_of
from export.encoder.teacher import learned
from export.encoder.texts import labelled
from export.quantize import (
    SHIPPED,
    WEIGHTS,
    Label,
    quantized,
    require,
    run_shipped,
    write_model,
)
from export.tagger.candidate import keep
from export.tagger.texts import TEXTS

LOG = logging.getLogger(__name__)
NAME = "encoder"
COMMAND = "python -m export encoder"
SETS = (
    TrainingSet(name="all-MiniLM-L6-v2, its vectors of the texts below", licence="Apache-2.0"),
    TrainingSet(name="CLINC150, training part, seven of ten domains", licence="CC BY 3.0"),
    TrainingSet(name="HWU64, folds 1 to 8, 13 of 18 scenarios", licence="CC BY 4.0"),
    TrainingSet(name="SLURP, training text", licence="CC BY 4.0"),
    TrainingSet(name="SNIPS, training part, six of seven intents", licence="CC0"),
    TrainingSet(name="LibriSpeech, CMU Arctic and LJ Speech, texts", licence="CC BY 4.0; CC0"),
    TrainingSet(name="Inglenook's own sentences", licence="Apache-2.0"),
)
CALIBRATING = 400
"""Sentences that the quantizer looks at."""
CHECKED = 1_000
"""Sentences by which int8 is compared with float."""


def main(argv: list[str]) -> None:
    """Make the encoder.

    Raises:
        ModelError: The teacher was not asked, or int8 loses too much; nothing is written.
    """
    from export.encoder.train import train

    asked = _arguments(argv)
    taught, rows = learned(), labelled("train", asked.texts)
    made = train(taught, rows, epochs=asked.epochs, rate=asked.rate, resume=asked.resume)
    keep(NAME, made.model.weights, WEIGHTS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        grams = np.asarray(made.vectors.gram_rows)
        table = np.concatenate([np.asarray(made.vectors.rows)[1:], grams])
        sha = save_table(folder / f"{NAME}.npz", made.lexicon.known, table, len(grams))
        settings = {"table": f"{NAME}.npz", "table_sha256": sha}
        words, mask = inputs(taught.texts[:: len(taught.texts) // CALIBRATING], folder, sha)
        samples = [[words[i : i + 1], mask[i : i + 1]] for i in range(len(words))]
        tflite = quantized(made.device_model(), samples)
        write_model(tflite, _label(settings, {}, argv), folder=folder)

        def encode(texts: Sequence[str]) -> Floats:
            words, mask = inputs(texts, folder, sha)
            return unit(run_shipped(folder, NAME, [words[:, None], mask[:, None]])[0][:, 0])

        held = [row.text for row in labelled("dev", asked.texts)][:CHECKED]
        exact = unit(made.head.predict(list(inputs(held, folder, sha)), verbose=0))
        parity = float((exact * encode(held)).sum(axis=1).mean())
        metrics = {"cosine_float_int8": parity}
        for name in ("clinc", "hwu"):
            for count in SAMPLES:
                found, _ = accuracy(encode, name, count, part="dev", texts=asked.texts)
                metrics[f"{name}_held_out_{count}_samples_int8"] = found
        LOG.info("%s", metrics)
        require("cosine of int8 to float vectors", parity, at_least=0.98)
        write_model(tflite, _label(settings, metrics, argv), folder=asked.folder)
        (asked.folder / f"{NAME}.npz").write_bytes((folder / f"{NAME}.npz").read_bytes())


def evaluate(argv: list[str]) -> None:
    """Measure the shipped encoder."""
    from export.encoder.report import report

    report(argv)


def inputs(texts: Sequence[str], folder: Path, sha256: str) -> tuple[Floats, Floats]:
    """Word vectors, shape (texts, words, size), and masks, as the device computes them."""
    table = load_table(folder, f"{NAME}.npz", sha256)
    words = np.zeros((len(texts), LENGTH, table.size), np.float32)
    mask = np.zeros((len(texts), LENGTH, 1), np.float32)
    for i, text in enumerate(texts):
        for j, word in enumerate(words_of(text)):
            words[i, j], mask[i, j] = table.vector(word), 1.0
    return words, mask


def unit(vectors: Floats) -> Floats:
    """The same directions, of length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--resume", action="store_true", help="go on from the kept weights")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    return parser.parse_args(argv)


def _label(settings: dict[str, Any], metrics: dict[str, float], argv: list[str]) -> Label:
    return Label(
        name=NAME,
        inputs=("words", "mask"),
        command=" ".join([COMMAND, *argv]),
        training_sets=SETS,
        settings=settings,
        metrics={k: round(v, 4) for k, v in metrics.items()},
    )
