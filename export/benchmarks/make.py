"""Train one benchmark model, tune its threshold, quantize it and write it."""

import logging
from pathlib import Path
from random import Random

import numpy as np

from device.models import TrainingSet
from device.nlu.embedding import Floats
from export.benchmarks.measure import metrics
from export.benchmarks.network import Trained
from export.benchmarks.reading import Reader, read_all
from export.benchmarks.sentences import OUT_OF_SCOPE
from export.benchmarks.sets import Benchmark
from export.benchmarks.train import Recipe, train
from export.quantize import Label
from export.tagger.candidate import candidate

LOG = logging.getLogger(__name__)

LICENCES = {
    "snips": (("SNIPS", "CC0"),),
    "mixsnips": (("SNIPS", "CC0"),),
    "atis": (("ATIS", "research use"),),
    "mixatis": (("ATIS", "research use"),),
    "clinc150": (("CLINC150", "CC BY 3.0"),),
    "hwu64": (("HWU64", "CC BY 4.0"),),
    "slurp": (("HWU64", "CC BY 4.0"), ("SLURP, development part", "CC BY 4.0")),
}


def make(wanted: Benchmark, recipe: Recipe, folder: Path, command: str) -> None:
    """Write `NAME.tflite`, its manifest with the figures of the float model, and `NAME.npz`.

    Args:
        wanted: Its sentences.
        recipe: How it is trained.
        folder: Where to write.
        command: What the manifest says made it.
    """
    held = [*wanted.dev, *wanted.test]
    made = train(wanted.epoch, held, wanted.labels, recipe, length=wanted.length)
    transitions, start = (np.asarray(w) for w in (made.crf.transitions, made.crf.start))
    unsure = _tuned(made, wanted, transitions, start)
    reader = Reader(wanted.labels, transitions, start, unsure=unsure)
    if wanted.dev:
        found = metrics(wanted.name, wanted.dev, read_all(reader, wanted.dev, made.scores))
        LOG.info("%s, development part, float: %s", wanted.name, found)
    found = metrics(wanted.name, wanted.test, read_all(reader, wanted.test, made.scores))
    settings = {
        "intents": list(wanted.labels.intents),
        "transitions": transitions.astype(float).round(4).tolist(),
        "start": start.astype(float).round(4).tolist(),
        "unsure": unsure,
    }
    with candidate(
        made, wanted.name, wanted.epoch(Random(1)), wanted.length, weights=None
    ) as model:
        label = Label(
            name=wanted.name,
            inputs=("words", "flags", "mask"),
            command=command,
            training_sets=[
                TrainingSet(name=name, licence=licence)
                for name, licence in LICENCES[wanted.name.partition("-")[0]]
            ],
            labels=wanted.labels.slots,
            settings={**model.settings, **settings},
            metrics={f"{key}_float": round(value, 5) for key, value in found.items()},
        )
        model.write(label, folder)


def _tuned(made: Trained, wanted: Benchmark, transitions: Floats, start: Floats) -> float:
    """The least probability of `Reader` that does best on the development part.

    Where some sentences are out of scope, the one with the best mean of accuracy in scope and
    recall out of it; 0 where there is nothing to tune on.
    """
    outside = frozenset([OUT_OF_SCOPE])
    if not wanted.dev or OUT_OF_SCOPE not in wanted.labels.intents:
        return 0.0
    scores = made.scores(wanted.dev)[1]

    def worth(unsure: float) -> float:
        reader = Reader(wanted.labels, transitions, start, unsure=unsure)
        right: dict[bool, list[bool]] = {}
        for row, found in zip(wanted.dev, scores, strict=True):
            same = reader.intents(found) == row.intents
            right.setdefault(row.intents == outside, []).append(same)
        return float(np.mean([np.mean(part) for part in right.values()]))

    return max((float(u) for u in np.arange(0.0, 0.96, 0.05)), key=worth)
