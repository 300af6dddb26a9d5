"""`python -m export teaching --only declarative`: what a sentence declares, and what is liked.

It learns from own templates, from the shared text, from requests in pretend homes, and from what a
large encoder makes of sentences with other words (`python -m export needs_teacher`). How sure it
must be is set on the validation parts of the shared text; it is measured on sentences that were
written apart, of which training learns none, nor any that says nearly the same.
"""

import logging

import numpy as np

from device.models import SHIPPED, TrainingSet, read_manifest
from device.nlu.crf import softmax
from device.nlu.embedding import Floats
from device.teaching.declaratives import NONE, PREFERENCE, of_needs
from export.quantize import Label, require
from export.tagger import calibration_error, temperature
from export.teaching import Asked, texts
from export.teaching.declarative.rows import (
    LABELS,
    MARKS,
    TOPICS,
    apart,
    own,
    requests,
    rows,
    shared,
    varied,
)
from export.teaching.declarative.teacher import learned as learned_from
from export.teaching.sizes import Ints

LOG = logging.getLogger(__name__)
NAME = "declarative"
EPOCHS = 8
FALSE_NEEDS = 2e-3
"""Share of ordinary requests that may be taken for a need; some of HWU64 are needs."""
FALSE_PREFERENCES = 2e-3
"""Share of them that may be taken for a preference."""
LEAST_SURE = 0.45
TEACHER = TrainingSet(name="all-MiniLM-L6-v2, its labels of own sentences", licence="Apache-2.0")


def make(asked: Asked) -> None:
    """Make the model.

    Raises:
        ModelError: The int8 model is not good enough; nothing is written.
    """
    import keras

    from export.teaching.declarative.network import hidden, network
    from export.teaching.training import converted, trained

    taught = learned_from()
    foreign = [*shared("train", asked.texts), *requests(4_000, 5, "train")]
    learned = rows(varied([*own("train", 1), *taught, *foreign], 2))
    ordinary = rows(shared("dev", asked.texts))
    tuning = rows([*own("tuning", 3, scale=0.15), *shared("dev", asked.texts, every=6)])
    held, fresh = rows(apart("strangers")), rows(apart("visitors"))
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
        weights=(1.0, 0.4, 0.2),
        batch=128,
        vary=hidden,
    )
    settings: dict[str, object] = {
        "topics": list(TOPICS),
        "marks": list(MARKS),
        "table_sha256": read_manifest(SHIPPED / "encoder.json").settings["table_sha256"],
    }
    floats = model.predict(list(held.inputs), batch_size=512, verbose=0)[0]
    with converted(model, learned, _label(asked, settings)) as made:
        tuned, found, asked_for, visited = (
            made.run(part.inputs)[0] for part in (tuning, held, ordinary, fresh)
        )
        warmth = temperature(tuned, tuning.truths[0])
        strange = softmax(asked_for, warmth)
        settings |= {
            "temperature": warmth,
            "sure": _threshold(_needs(strange), FALSE_NEEDS),
            "sure_of_preference": _threshold(_preferences(strange), FALSE_PREFERENCES),
            "alike": 0.3,
        }
        metrics = _measured(softmax(found, warmth), held.truths[0], strange, settings)
        visitors = _found(softmax(visited, warmth), fresh.truths[0], settings)
        metrics |= {f"visitors_{name}": value for name, value in visitors.items()}
        metrics["right_float"] = float((floats.argmax(-1) == held.truths[0]).mean())
        LOG.info("%s %s", metrics, settings)
        require("needs found", metrics["needs_right"], at_least=0.7)
        lost = metrics["right_float"] - metrics["right"]
        require("sentences lost by int8", lost, at_most=0.02)
        made.write(_label(asked, settings, metrics), asked.folder)


def _label(
    asked: Asked, settings: dict[str, object], metrics: dict[str, float] | None = None
) -> Label:
    return Label(
        name=NAME,
        inputs=("words", "mask", "vector"),
        command=asked.command,
        training_sets=(texts.OWN, *texts.SETS, TEACHER),
        labels=LABELS,
        settings=settings,
        metrics={k: round(v, 4) for k, v in (metrics or {}).items()},
    )


def _measured(
    sure: Floats, truth: Ints, strange: Floats, settings: dict[str, object]
) -> dict[str, float]:
    """Figures of the int8 model on sentences written apart, and on ordinary requests."""
    least, likes = float(str(settings["sure"])), float(str(settings["sure_of_preference"]))
    return {
        **_found(sure, truth, settings),
        "false_needs_per_1000": float(1e3 * (_needs(strange) >= least).mean()),
        "false_preferences_per_1000": float(1e3 * (_preferences(strange) >= likes).mean()),
        "ece": calibration_error(sure, truth),
    }


def _found(sure: Floats, truth: Ints, settings: dict[str, object]) -> dict[str, float]:
    """What is found of sentences that were written apart."""
    least, likes = float(str(settings["sure"])), float(str(settings["sure_of_preference"]))
    right = sure.argmax(-1) == truth
    needs = truth < LABELS.index(PREFERENCE)
    none = truth == LABELS.index(NONE)
    said = truth == LABELS.index(PREFERENCE)
    return {
        "right": float(right.mean()),
        "needs_right": float(right[needs].mean()),
        "needs_right_and_sure": float((right & (_needs(sure) >= least))[needs].mean()),
        "needs_wrong_and_sure": float((~right & (_needs(sure) >= least))[needs].mean()),
        "none_taken_for_needs": float((_needs(sure) >= least)[none].mean()),
        "preferences_right_and_sure": float((_preferences(sure) >= likes)[said].mean()),
    }


def _threshold(sure: Floats, share: float) -> float:
    """The confidence that at most this share of them reaches, at least LEAST_SURE."""
    most = int(share * len(sure))
    return round(max(LEAST_SURE, float(np.sort(sure)[len(sure) - most - 1]) + 1e-4), 4)


def _needs(sure: Floats) -> Floats:
    """How sure the model is of a need, 0 where it takes a sentence for something else."""
    return of_needs(sure, LABELS.index(PREFERENCE))


def _preferences(sure: Floats) -> Floats:
    """How sure it is of a preference, likewise."""
    return np.where(sure.argmax(-1) == LABELS.index(PREFERENCE), sure.max(-1), np.float32(0))
