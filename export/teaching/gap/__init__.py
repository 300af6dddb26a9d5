"""The model of gaps: which words of a request are not understood.

`python -m export teaching --only gap` draws sentences, lets the shipped understanding read them
in pretend homes, trains, and writes `device/models/gap.*`. Templates and names that it is
measured on are never in training.
"""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np

from device.models import read_manifest
from device.nlu.crf import bio_transitions, softmax, viterbi
from device.nlu.embedding import Floats
from device.teaching.evidence import FEATURES
from device.teaching.gap import Verdict
from device.teaching.gaps import LABELS, VERDICTS
from export.quantize import SHIPPED, Label, require
from export.tagger import calibration_error, spans, temperature
from export.teaching import Asked
from export.teaching.gap.draw import Drawn, drawn
from export.teaching.sizes import Rows
from export.teaching.texts import OWN, SETS

LOG = logging.getLogger(__name__)
NAME = "gap"
SENTENCES = 40_000
EPOCHS = 10
WIDTH = 64
MOST_OFFERS = 4.0
"""False offers per 1,000 ordinary requests that the threshold allows while it is fitted."""
MOST_HELD_UP = 6.0
"""Likewise, requests that are wrongly asked again or taken for given up."""
HIDDEN = 0.1
"""Share of the rows in which what understanding made of the request is hidden, so that the model
can do without where that errs."""
_GAP = VERDICTS.index(Verdict.GAP)


def make(asked: Asked) -> None:
    """Make the model.

    Raises:
        ModelError: It does not pass its gates; it is not written.
    """
    # Only now, so that what draws sentences never meets tensorflow.
    from export.teaching.training import converted, trained, words_model

    learned = drawn(SENTENCES, 1, "train").rows
    tuning, held = drawn(2_500, 2, "test"), drawn(2_500, 3, "test")
    ordinary = drawn(1_000, 0, "ordinary")
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
        least = _thresholds(softmax(told, warmth), tuning.rows.truths[1], others)
        settings["thresholds"] = {str(VERDICTS[i]): value for i, value in least.items()}
        found = made.run(held.rows.inputs)
        floats = [np.asarray(a) for a in model.predict(list(held.rows.inputs), verbose=0)]
        sure = softmax(found[1], warmth)
        metrics = {
            **figures(held, found[0], sure, least, "int8"),
            **figures(held, floats[0], softmax(floats[1], warmth), least, "float"),
            "ece_int8": calibration_error(sure, held.rows.truths[1]),
            "offers_per_1000_int8": 1000.0 * float((others[:, _GAP] >= least[_GAP]).mean()),
            **_mistaken(sure, held.rows.truths[1], least),
        }
        LOG.info("%s", metrics)
        require("span F1 of the int8 gaps", metrics["span_f1_int8"], at_least=0.4)
        require("false offers per 1,000", metrics["offers_per_1000_int8"], at_most=8.0)
        for what in ("span_f1", "verdict"):
            lost = metrics[f"{what}_float"] - metrics[f"{what}_int8"]
            require(f"{what} lost by int8", lost, at_most=0.02)
        require("bytes of the gaps", len(made.tflite), at_most=250_000)
        made.write(_label(settings, metrics, asked.command), asked.folder)


def figures(
    rows: Drawn, scores: Floats, sure: Floats, least: Mapping[int, float], name: str
) -> dict[str, float]:
    """Precision, recall and F1 of spans with what they lack, and the share of right verdicts."""
    right = found = wanted = verdicts = words = 0
    for i, truth in enumerate(rows.rows.truths[1]):
        labels = [LABELS[n] for n in rows.rows.truths[0][i] if n >= 0]
        there = spans(labels)
        verdict = _verdict(sure[i], least)
        here = _decoded(scores[i, : len(labels)]) if verdict == _GAP else set()
        right += len(here & there)
        words += len({s[:2] for s in here} & {s[:2] for s in there})
        found += len(here)
        wanted += len(there)
        verdicts += int(verdict == truth)
    return {
        f"span_f1_{name}": 2 * right / max(1, found + wanted),
        f"words_f1_{name}": 2 * words / max(1, found + wanted),
        f"span_precision_{name}": right / max(1, found),
        f"span_recall_{name}": right / max(1, wanted),
        f"verdict_{name}": verdicts / len(rows.rows),
    }


def _verdict(sure: Floats, least: Mapping[int, float]) -> int:
    """As `device.teaching.gaps` decides."""
    if sure[_GAP] >= least[_GAP]:
        return _GAP
    return max(
        (i for i in range(len(VERDICTS)) if i != _GAP and sure[i] >= least.get(i, 0.0)),
        key=lambda i: float(sure[i]),
    )


def _mistaken(
    sure: Floats, truths: np.ndarray[Any, Any], least: Mapping[int, float]
) -> dict[str, float]:
    """Of each verdict on our own sentences, the share that is held up by each threshold."""
    return {
        f"{VERDICTS[truth]}_taken_for_{VERDICTS[i]}": float((sure[truths == truth, i] >= at).mean())
        for truth in range(len(VERDICTS))
        for i, at in least.items()
        if i != truth
    }


def _decoded(scores: Floats) -> set[tuple[int, int, str]]:
    return spans([LABELS[n] for n in viterbi(scores, *bio_transitions(LABELS))])


def _thresholds(sure: Floats, truths: np.ndarray[Any, Any], strangers: Floats) -> dict[int, float]:
    """The lowest confidence of each verdict that holds a request up.

    Args:
        sure: Confidences on our own sentences.
        truths: What they are.
        strangers: Confidences on strangers' ordinary requests.
    """
    served = sure[np.isin(truths, [VERDICTS.index(v) for v in (Verdict.CLEAR, Verdict.BEYOND)])]
    found = {_GAP: _rare(strangers[:, _GAP], MOST_OFFERS)}
    for verdict in (Verdict.MISHEARD, Verdict.GIVEN_UP):
        at = VERDICTS.index(verdict)
        found[at] = _rare(served[:, at], MOST_HELD_UP)
    return found


def _rare(sure: Floats, per_1000: float) -> float:
    lowest = float(np.quantile(sure, 1.0 - per_1000 / 1000.0))
    return round(min(max(lowest, 0.5), 0.97), 4)


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
