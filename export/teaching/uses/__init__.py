"""The model of uses: what somebody wants with a taught name.

`python -m export teaching --only uses` draws sentences with a stand-in in the name's place,
trains, and writes `device/models/uses.*`. The templates that it is measured on are never in
training.
"""

import logging
from typing import Any

import numpy as np

from device.models import read_manifest
from device.nlu.crf import softmax
from device.nlu.embedding import Floats
from device.nlu.uses import FEATURES, LABELS, WISHES, Wish
from export.quantize import SHIPPED, Label, require
from export.tagger import calibration_error, temperature
from export.teaching import Asked
from export.teaching.sizes import Rows
from export.teaching.texts import OWN, SETS
from export.teaching.uses.draw import drawn

LOG = logging.getLogger(__name__)
NAME = "uses"
SENTENCES = 24_000
EPOCHS = 8
WIDTH = 48


def make(asked: Asked) -> None:
    """Make the model.

    Raises:
        ModelError: It does not pass its gates; it is not written.
    """
    # Only now, so that what draws sentences never meets tensorflow.
    from export.teaching.training import converted, trained, words_model

    learned = drawn(SENTENCES, 1, "train").rows
    tuning, held = drawn(2_000, 2, "test").rows, drawn(3_000, 3, "test").rows
    model = words_model(
        vectors=learned.inputs[0].shape[-1],
        flags=len(FEATURES),
        labels=len(LABELS),
        classes=len(WISHES),
        width=WIDTH,
        seed=29,
    )
    trained(model, learned, tuning, name=NAME, epochs=asked.passes(EPOCHS), resume=asked.restored)
    settings: dict[str, Any] = {
        "features": list(FEATURES),
        "wishes": [str(wish) for wish in WISHES],
        **_table(),
    }
    with converted(model, learned, _label(settings, {}, asked.command)) as made:
        warmth = settings["temperature"] = temperature(made.run(tuning.inputs)[1], tuning.truths[1])
        found = made.run(held.inputs)
        floats = [np.asarray(a) for a in model.predict(list(held.inputs), verbose=0)]
        metrics = {
            **figures(held, found[0], found[1], "int8"),
            **figures(held, floats[0], floats[1], "float"),
            "ece_int8": calibration_error(softmax(found[1], warmth), held.truths[1]),
        }
        LOG.info("%s", metrics)
        require("wishes of the int8 uses", metrics["wish_int8"], at_least=0.85)
        for what in ("wish", "lasting"):
            lost = metrics[f"{what}_float"] - metrics[f"{what}_int8"]
            require(f"{what} lost by int8", lost, at_most=0.02)
        require("bytes of the uses", len(made.tflite), at_most=150_000)
        made.write(_label(settings, metrics, asked.command), asked.folder)


def figures(rows: Rows, scores: Floats, told: Floats, name: str) -> dict[str, float]:
    """Shares of right wishes, all and each, and of rows whose words are all labelled right."""
    right = told.argmax(-1) == rows.truths[1]
    known = rows.truths[0] >= 0
    words = (scores.argmax(-1) == rows.truths[0]) | ~known
    found = {f"wish_{name}": float(right.mean()), f"lasting_{name}": float(words.all(-1).mean())}
    for number, wish in enumerate(Wish):
        found[f"wish_{wish}_{name}"] = float(right[rows.truths[1] == number].mean())
    return found


def _table() -> dict[str, str]:
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
        metrics={k: round(v, 4) for k, v in metrics.items()},
    )
