"""`python -m export tagger` trains, quantizes, checks and writes the tagger."""

import argparse
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from device.models import TrainingSet
from device.nlu.crf import bio_transitions, softmax, viterbi
from device.nlu.embedding import Floats, load_table, save_table
from device.nlu.gazetteer import FLAGS
from device.nlu.windows import windows
from device.nlu.words import shape
from export.quantize import SHIPPED, WEIGHTS, Label, quantized, require, run_shipped, write_model
from export.tagger.texts import TEXTS, Example, examples, outsiders

LOG = logging.getLogger(__name__)
NAME = "tagger"
COMMAND = "python -m export tagger"
SETS = (
    TrainingSet(name="Inglenook's own sentences and pretend homes", licence="Apache-2.0"),
    TrainingSet(name="CLINC150, training part (out of scope)", licence="CC BY 3.0"),
    TrainingSet(name="SNIPS, training part (out of scope)", licence="CC0"),
)


def main(argv: list[str]) -> None:
    """Make the tagger.

    Raises:
        ModelError: The int8 model is not as good as the float one; nothing is written.
    """
    from export.tagger.train import DEVICE_WORDS, Labels, train

    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--rows", type=int, default=90_000, help="generated sentences")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    asked = parser.parse_args(argv)
    rows = examples(asked.rows, 1, "train") + outsiders("train", asked.texts)
    outside = outsiders("test", asked.texts)
    held = examples(2_400, 2, "test") + outside[0:600]
    tuning = examples(1_600, 3, "test") + outside[600:1_000]
    made = train(rows, held + tuning, epochs=asked.epochs)
    labels: Labels = made.labels
    float_slots, float_intents = made.logits(held, DEVICE_WORDS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table = np.concatenate(
            [np.asarray(made.vectors.rows)[1:], np.asarray(made.vectors.gram_rows)]
        )
        sha = save_table(
            folder / f"{NAME}.npz", made.lexicon.known, table, int(made.vectors.gram_rows.shape[0])
        )
        inputs = _inputs(folder, sha, held, DEVICE_WORDS)
        samples = _inputs(folder, sha, rows[:: max(1, len(rows) // 400)], DEVICE_WORDS)
        tflite = quantized(made.device_model(), [[a[i] for a in samples] for i in range(400)])
        settings: dict[str, Any] = {
            "table": f"{NAME}.npz",
            "table_sha256": sha,
            "intents": list(labels.intents),
            "flags": list(FLAGS),
        }
        label = Label(
            name=NAME,
            inputs=("words", "flags", "mask"),
            command=COMMAND,
            training_sets=SETS,
            labels=labels.slots,
            settings=settings,
        )
        write_model(tflite, label, folder=folder)
        slots, intents = (a[:, 0] for a in run_shipped(folder, NAME, inputs))
        tuned = run_shipped(folder, NAME, _inputs(folder, sha, tuning, DEVICE_WORDS))
        settings["temperature"] = temperature(tuned[1][:, 0], _truth(tuning, labels.intents))
        metrics = {
            **figures(held, float_slots, float_intents, labels.slots, labels.intents, "float"),
            **figures(held, slots, intents, labels.slots, labels.intents, "int8"),
            "ece_int8": calibration_error(
                softmax(intents, settings["temperature"]), _truth(held, labels.intents)
            ),
        }
        LOG.info("%s", metrics)
        require("intent accuracy of the int8 tagger", metrics["intent_int8"], at_least=0.9)
        for what in ("intent", "slot_f1", "sentence"):
            lost = metrics[f"{what}_float"] - metrics[f"{what}_int8"]
            require(f"{what} lost by int8", lost, at_most=0.015)
        shipped = Label(
            name=NAME,
            inputs=label.inputs,
            command=COMMAND,
            training_sets=SETS,
            labels=labels.slots,
            settings=settings,
            metrics={k: round(v, 4) for k, v in metrics.items()},
        )
        write_model(tflite, shipped, folder=asked.folder)
        (asked.folder / f"{NAME}.npz").write_bytes((folder / f"{NAME}.npz").read_bytes())
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    kept = {w.path: np.asarray(w).astype(np.float16) for w in made.model.weights}
    np.savez_compressed(
        WEIGHTS / f"{NAME}.npz", **{k.replace("/", "."): v for k, v in kept.items()}
    )


def _inputs(folder: Path, sha: str, rows: Sequence[Example], length: int) -> list[Floats]:
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


def _truth(rows: Sequence[Example], intents: Sequence[str]) -> np.ndarray[Any, Any]:
    return np.array([intents.index(r.intent) for r in rows])


def figures(
    rows: Sequence[Example],
    slots: Floats,
    intents: Floats,
    slot_labels: Sequence[str],
    intent_labels: Sequence[str],
    name: str,
) -> dict[str, float]:
    """Intent accuracy, slot F1 and the share of sentences that are wholly right."""
    transitions, start = bio_transitions(slot_labels)
    right = found = wanted = whole = correct = 0
    for row, scores, guess in zip(rows, slots, intents, strict=True):
        n = min(len(row.tokens), len(scores))
        path = [slot_labels[i] for i in viterbi(scores[:n], transitions, start)]
        here, there = spans(path), spans(row.labels[:n])
        same_intent = intent_labels[int(guess.argmax())] == row.intent
        right += len(here & there)
        found += len(here)
        wanted += len(there)
        correct += same_intent
        whole += same_intent and here == there
    return {
        f"intent_{name}": correct / len(rows),
        f"slot_f1_{name}": 2 * right / max(1, found + wanted),
        f"sentence_{name}": whole / len(rows),
    }


def spans(labels: Sequence[str]) -> set[tuple[int, int, str]]:
    """Slots as (first token, token after, name)."""
    found: set[tuple[int, int, str]] = set()
    begun: tuple[int, str] | None = None
    for i, label in enumerate((*labels, "O")):
        if begun and not label.startswith("I-"):
            found.add((begun[0], i, begun[1]))
            begun = None
        if label.startswith("B-"):
            begun = (i, label[2:])
    return found


def temperature(logits: Floats, truth: np.ndarray[Any, Any]) -> float:
    """The temperature that makes the right answers most likely (Guo et al., 2017)."""
    best = min(
        np.geomspace(0.3, 5.0, 60),
        key=lambda t: -np.log(softmax(logits, t)[np.arange(len(truth)), truth] + 1e-9).mean(),
    )
    return round(float(best), 4)


def calibration_error(probabilities: Floats, truth: np.ndarray[Any, Any], bins: int = 15) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal bins."""
    sure, guess = probabilities.max(-1), probabilities.argmax(-1)
    at = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(sure[at == b].mean() - (guess[at == b] == truth[at == b]).mean()) * (at == b).mean()
        for b in range(bins)
        if (at == b).any()
    ]
    return float(sum(gaps))
