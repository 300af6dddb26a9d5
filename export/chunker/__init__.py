"""`python -m export chunker` trains, quantizes, checks and writes the chunker.

`python -m export evaluate chunker` measures what each part of it is worth.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from device.models import TrainingSet, read_manifest
from device.nlu.crf import viterbi
from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS
from export.chunker.report import evaluate
from export.chunker.texts import Row, compounds, foreign, mixture, public, single_requests
from export.quantize import SHIPPED, Label, require
from export.tagger.candidate import candidate
from export.tagger.texts import TEXTS
from simulator.coordination import LABELS

LOG = logging.getLogger(__name__)
NAME = "chunker"
COMMAND = "python -m export chunker"
__all__ = ["COMMAND", "NAME", "SETS", "VECTOR_SETS", "evaluate", "figures", "main"]
SETS = (
    TrainingSet(name="Inglenook's own sentences and pretend homes", licence="Apache-2.0"),
    TrainingSet(name="home-assistant-intents, English sentence templates", licence="CC BY 4.0"),
    TrainingSet(name="CLINC150, training part (single requests)", licence="CC BY 3.0"),
    TrainingSet(name="SNIPS, training part", licence="CC0"),
    TrainingSet(name="HWU64, folds 1 to 8", licence="CC BY 4.0"),
)
VECTOR_SETS = (
    TrainingSet(name="SLURP, text for language models (word vectors)", licence="CC BY 4.0"),
    TrainingSet(name="Mini LibriSpeech, sentences (word vectors)", licence="CC BY 4.0"),
    TrainingSet(name="kathleen, sentences (word vectors)", licence="CC0"),
    TrainingSet(name="LJ Speech, sentences (word vectors)", licence="public domain"),
)
"""What only the word vectors are learned from with which a training from the start begins."""


def main(argv: list[str]) -> None:
    """Make the chunker.

    Raises:
        ModelError: The int8 model is not as good as the float one; nothing is written.
    """
    from export.chunker.train import WORDS, Recipe, train

    asked = _arguments(argv)
    command = " ".join([COMMAND, *argv])
    rows = mixture(asked.rows, 10 + asked.seed, "train", asked.texts)
    rows += foreign("train", 5, asked.texts)
    rows += single_requests(asked.rows // 5, 60 + asked.seed, "train")
    held = compounds(3_000, 12, "test") + foreign("test", 10, asked.texts)
    held += public(600, 12, "test", asked.texts)
    recipe = Recipe(epochs=asked.epochs, rate=asked.rate, resume=asked.resume)
    made = train(rows, held, recipe)
    sets = training_sets(resume=asked.resume)
    transitions, start = np.asarray(made.crf.transitions), np.asarray(made.crf.start)
    with candidate(made, NAME, rows, WORDS) as model:
        settings = {
            **model.settings,
            "flags": list(FLAGS),
            "transitions": np.round(transitions.astype(float), 4).tolist(),
            "start": np.round(start.astype(float), 4).tolist(),
        }
        model.write(_label(settings, {}, command, sets), model.folder)
        metrics = {
            **figures(held, made.scores(held), transitions, start, "float"),
            **figures(held, model.run(held)[0], transitions, start, "int8"),
        }
        LOG.info("%s", metrics)
        require("exact match of the int8 chunker", metrics["exact_int8"], at_least=0.75)
        lost = metrics["exact_float"] - metrics["exact_int8"]
        require("exact match lost by int8", lost, at_most=0.015)
        model.write(_label(settings, metrics, command, sets), asked.folder)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--rows", type=int, default=80_000, help="generated sentences")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--resume", action="store_true", help="go on from the shipped model")
    parser.add_argument("--seed", type=int, default=1, help="of the training sentences")
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    return parser.parse_args(argv)


def training_sets(*, resume: bool) -> tuple[TrainingSet, ...]:
    """What a model is made from; one that is resumed keeps what the shipped one was made from."""
    if not resume:
        return (*SETS, *VECTOR_SETS)
    before = read_manifest(SHIPPED / f"{NAME}.json").training_sets
    return (*SETS, *(one for one in before if one.name not in {s.name for s in SETS}))


def _label(
    settings: dict[str, Any],
    metrics: dict[str, float],
    command: str,
    sets: tuple[TrainingSet, ...],
) -> Label:
    return Label(
        name=NAME,
        inputs=("words", "flags", "mask"),
        command=command,
        training_sets=sets,
        labels=LABELS,
        settings=settings,
        metrics={k: round(v, 4) for k, v in metrics.items()},
    )


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
