"""`python -m export tagger` trains, quantizes, checks and writes the tagger."""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from device.models import TrainingSet
from device.nlu.crf import bio_transitions, softmax, viterbi
from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS
from export.quantize import SHIPPED, Label, require
from export.tagger.candidate import candidate
from export.tagger.texts import TEXTS, Example, examples, outsiders

LOG = logging.getLogger(__name__)
NAME = "tagger"
COMMAND = "python -m export tagger"
SETS = (
    TrainingSet(name="Inglenook's own sentences and pretend homes", licence="Apache-2.0"),
    TrainingSet(name="home-assistant-intents, English sentence templates", licence="CC BY 4.0"),
    TrainingSet(name="CLINC150, training part (out of scope)", licence="CC BY 3.0"),
    TrainingSet(name="SNIPS, training part (out of scope)", licence="CC0"),
)


def main(argv: list[str]) -> None:
    """Make the tagger.

    Raises:
        ModelError: The int8 model is not as good as the float one; nothing is written.
    """
    from export.tagger.train import DEVICE_WORDS, train

    asked = _arguments(argv)
    command = " ".join([COMMAND, *argv])
    rows = examples(asked.rows, asked.seed, "train") + outsiders("train", asked.texts)
    outside = outsiders("test", asked.texts)
    held = examples(2_400, 2, "test") + outside[0:600]
    tuning = examples(1_600, 3, "test") + outside[600:1_000]
    made = train(rows, held + tuning, epochs=asked.epochs, rate=asked.rate, resume=asked.resume)
    slots, intents = made.labels.slots, made.labels.intents
    with candidate(made, NAME, rows, DEVICE_WORDS) as model:
        settings = {**model.settings, "intents": list(intents), "flags": list(FLAGS)}
        model.write(_label(slots, settings, {}, command), model.folder)
        tuned = model.run(tuning)[1]
        settings["temperature"] = temperature(tuned, _truth(tuning, intents))
        scores = model.run(held)
        sure = softmax(scores[1], settings["temperature"])
        metrics = {
            **figures(held, *made.logits(held, DEVICE_WORDS), slots, intents, "float"),
            **figures(held, scores[0], scores[1], slots, intents, "int8"),
            "ece_int8": calibration_error(sure, _truth(held, intents)),
        }
        LOG.info("%s", metrics)
        require("intent accuracy of the int8 tagger", metrics["intent_int8"], at_least=0.9)
        for what in ("intent", "slot_f1", "sentence"):
            lost = metrics[f"{what}_float"] - metrics[f"{what}_int8"]
            require(f"{what} lost by int8", lost, at_most=0.015)
        model.write(_label(slots, settings, metrics, command), asked.folder)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--rows", type=int, default=90_000, help="generated sentences")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="highest learning rate")
    parser.add_argument("--resume", action="store_true", help="go on from the shipped model")
    parser.add_argument("--seed", type=int, default=1, help="of the training sentences")
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    return parser.parse_args(argv)


def _label(
    slots: Sequence[str], settings: dict[str, Any], metrics: dict[str, float], command: str
) -> Label:
    return Label(
        name=NAME,
        inputs=("words", "flags", "mask"),
        command=command,
        training_sets=SETS,
        labels=slots,
        settings=settings,
        metrics={k: round(v, 4) for k, v in metrics.items()},
    )


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
