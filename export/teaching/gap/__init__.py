"""The model of gaps: which words of a request are not understood.

`python -m export teaching --only gap` draws sentences, lets the shipped understanding read them
in pretend homes, trains, and writes `device/models/gap.*`. Templates and names that it is
measured on are never in training.
"""

import logging
from typing import Any

import numpy as np

from device.models import read_manifest
from device.nlu.crf import softmax
from device.teaching.evidence import FEATURES
from device.teaching.gaps import LABELS, VERDICTS, thresholds
from export.quantize import SHIPPED, Label, require
from export.tagger import calibration_error, temperature
from export.teaching import Asked
from export.teaching.gap.draw import drawn
from export.teaching.gap.figures import GAP, Judged, figures, fitted, mistaken
from export.teaching.sizes import Rows
from export.teaching.texts import OWN, SETS

LOG = logging.getLogger(__name__)
NAME = "gap"
SENTENCES = 64_000
EPOCHS = 9
WIDTH = 96
HIDDEN = 0.1
"""Share of the rows in which what understanding made of the request is hidden, so that the model
can do without where that errs."""


def make(asked: Asked) -> None:
    """Make the model.

    Raises:
        ModelError: It does not pass its gates; it is not written.
    """
    # Only now, so that what draws sentences never meets tensorflow.
    from export.teaching.training import converted, trained, words_model

    learned = drawn(SENTENCES, 1, "train").rows
    tuning, held = drawn(2_500, 2, "test"), drawn(2_500, 3, "test")
    ordinary = drawn(20_000, 0, "ordinary")
    model = words_model(
        vectors=learned.inputs[0].shape[-1],
        flags=len(FEATURES),
        labels=len(LABELS),
        classes=len(VERDICTS),
        width=WIDTH,
        seed=17,
    )
    trained(
        model,
        learned,
        tuning.rows,
        name=NAME,
        epochs=asked.passes(EPOCHS),
        resume=asked.restored,
        vary=_hidden,
    )
    settings: dict[str, Any] = {
        "features": list(FEATURES),
        "verdicts": [str(v) for v in VERDICTS],
        **_table(),
    }
    with converted(model, learned, _label(settings, {}, asked.command)) as made:
        told = made.run(tuning.rows.inputs)[1]
        warmth = settings["temperature"] = temperature(told, tuning.rows.truths[1])
        others = softmax(made.run(ordinary.rows.inputs)[1], warmth)
        settings["thresholds"] = fitted(
            Judged(softmax(told, warmth), tuning), Judged(others, ordinary)
        )
        least = thresholds(settings)
        found = made.run(held.rows.inputs)
        floats = [np.asarray(a) for a in model.predict(list(held.rows.inputs), verbose=0)]
        judged = Judged(softmax(found[1], warmth), held)
        metrics = {
            **figures(judged, found[0], least, "int8"),
            **figures(Judged(softmax(floats[1], warmth), held), floats[0], least, "float"),
            "ece_int8": calibration_error(judged.sure, held.rows.truths[1]),
            "offers_per_1000_int8": 1000.0
            * float((Judged(others, ordinary).said(least) == GAP).mean()),
            **mistaken(judged, least),
        }
        LOG.info("%s", metrics)
        require("span F1 of the int8 gaps", metrics["span_f1_int8"], at_least=0.65)
        require("false offers per 1,000", metrics["offers_per_1000_int8"], at_most=5.0)
        for what in ("span_f1", "verdict"):
            lost = metrics[f"{what}_float"] - metrics[f"{what}_int8"]
            require(f"{what} lost by int8", lost, at_most=0.02)
        require("bytes of the gaps", len(made.tflite), at_most=250_000)
        made.write(_label(settings, metrics, asked.command), asked.folder)


def _hidden(rows: Rows, rng: np.random.Generator) -> Rows:
    features = rows.inputs[1].copy()
    chosen = np.flatnonzero(rng.random(len(features)) < HIDDEN)
    first = FEATURES.index("slot_read")
    kept = FEATURES.index("heard_confidence")
    for column in range(first, len(FEATURES)):
        if column != kept and FEATURES[column] not in ("spoken", "score"):
            features[chosen, :, column] = 0.0
    return Rows((rows.inputs[0], features, rows.inputs[2]), rows.truths)


def _table() -> dict[str, Any]:
    settings = read_manifest(SHIPPED / "tagger.json").settings
    return {name: settings[name] for name in ("table", "table_sha256")}


def _label(settings: dict[str, Any], metrics: dict[str, float], command: str) -> Label:
    return Label(
        name=NAME,
        inputs=("words", "flags", "mask"),
        command=command,
        training_sets=(OWN, *SETS),
        labels=LABELS,
        settings=settings,
        metrics={k: round(float(v), 4) for k, v in metrics.items()},
    )
