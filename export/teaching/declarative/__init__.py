"""`python -m export teaching --only declarative`: what a sentence declares, and what is liked."""

import logging

import keras
import numpy as np

from device.models import SHIPPED, read_manifest
from device.nlu.crf import softmax
from device.teaching.declaratives import NONE, PREFERENCE
from export.quantize import Label, require
from export.tagger import calibration_error, temperature
from export.teaching import Asked, texts
from export.teaching.declarative.rows import LABELS, MARKS, TOPICS, own, rows, shared, varied

LOG = logging.getLogger(__name__)
NAME = "declarative"
EPOCHS = 8


def make(asked: Asked) -> None:
    """Make the model.

    Raises:
        ModelError: The int8 model is not good enough; nothing is written.
    """
    from export.teaching.declarative.network import hidden, network
    from export.teaching.training import converted, trained

    learned = rows(varied([*own("train", 1), *shared("train", asked.texts)], 2))
    tuning = rows([*own("tuning", 3, scale=0.15), *shared("dev", asked.texts)[::4]])
    held = rows(own("test", 4, scale=0.2))
    ordinary = rows(shared("dev", asked.texts))
    LOG.info("%d rows, %d to tune by, %d held out", len(learned), len(tuning), len(held))
    keras.utils.set_random_seed(17)
    model = network(len(LABELS), len(TOPICS), len(MARKS))
    trained(
        model,
        learned,
        tuning,
        name=NAME,
        epochs=asked.passes(EPOCHS),
        resume=asked.restored,
        weights=(1.0, 0.5, 0.3),
        vary=hidden,
    )
    encoder = read_manifest(SHIPPED / "encoder.json").settings
    settings: dict[str, object] = {
        "topics": list(TOPICS),
        "marks": list(MARKS),
        "table_sha256": encoder["table_sha256"],
    }
    label = Label(
        name=NAME,
        inputs=("words", "mask", "vector"),
        command=asked.command,
        training_sets=(texts.OWN, *texts.SETS),
        labels=LABELS,
        settings=settings,
    )
    floats = model.predict(list(held.inputs), batch_size=512, verbose=0)[0]
    with converted(model, learned, label) as made:
        scores = made.run(held.inputs)[0]
        foreign = made.run(ordinary.inputs)[0]
        warmth = temperature(
            np.concatenate([scores, foreign]), np.concatenate([held.truths[0], ordinary.truths[0]])
        )
        sure, strange = softmax(scores, warmth), softmax(foreign, warmth)
        truth = held.truths[0]
        needs = truth < LABELS.index(PREFERENCE)
        nones = truth == LABELS.index(NONE)
        false = [f(strange) for f in (_needs, _preferences)]
        settings["temperature"] = warmth
        settings["sure"] = max(0.5, float(np.sort(false[0])[-max(1, len(strange) // 1000)]))
        settings["sure_of_preference"] = max(
            0.5, float(np.sort(false[1])[-max(1, len(strange) // 500)])
        )
        settings["alike"] = 0.6
        metrics = {
            "right_float": float((floats.argmax(-1) == truth).mean()),
            "right_int8": float((scores.argmax(-1) == truth).mean()),
            "needs_top1_int8": float((scores.argmax(-1) == truth)[needs].mean()),
            "needs_sure_int8": float(
                ((scores.argmax(-1) == truth) & (sure.max(-1) >= settings["sure"]))[needs].mean()
            ),
            "none_right_int8": float((scores.argmax(-1) == truth)[nones].mean()),
            "false_needs_per_1000_int8": float(1e3 * (false[0] >= settings["sure"]).mean()),
            "ece_int8": calibration_error(sure, truth),
        }
        LOG.info("%s", {**metrics, **settings})
        lost = metrics["right_float"] - metrics["right_int8"]
        require("sentences lost by int8", lost, at_most=0.015)
        made.write(
            Label(
                name=NAME,
                inputs=label.inputs,
                command=label.command,
                training_sets=label.training_sets,
                labels=LABELS,
                settings=settings,
                metrics={k: round(v, 4) for k, v in metrics.items()},
            ),
            asked.folder,
        )


def _needs(sure):  # type: ignore[no-untyped-def]
    """How sure the model is of a need, 0 where it takes a sentence for something else."""
    return np.where(sure.argmax(-1) < LABELS.index(PREFERENCE), sure.max(-1), 0.0)


def _preferences(sure):  # type: ignore[no-untyped-def]
    return np.where(sure.argmax(-1) == LABELS.index(PREFERENCE), sure.max(-1), 0.0)
