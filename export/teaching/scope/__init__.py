"""The model that tells what an answer in a lesson does: `python -m export teaching --only scope`.

It learns from the answers of `export.teaching.concept`, drawn in other shares, and is measured on
such kept aside, and on sentences that were written apart.
"""

import logging
from dataclasses import replace

import numpy as np

from device.models import SHIPPED, read_manifest
from device.nlu.crf import softmax
from device.nlu.embedding import Floats
from device.teaching.answer import Scope
from device.teaching.answerwords import ANSWER_FLAGS
from export.quantize import Label, require
from export.tagger import calibration_error, temperature
from export.teaching import Asked
from export.teaching.concept import READ_ALOUD
from export.teaching.scope.rows import answers, arrays, strangers
from export.teaching.sizes import Ints
from export.teaching.texts import OWN, SETS

LOG = logging.getLogger(__name__)
NAME = "scope"
SCOPES = tuple(Scope)
LEARNED = 80_000
"""Answers to learn from."""
RESUMED = 12_000
"""Others, with which the training goes on."""
CALIBRATING = 2_000
"""Answers where nothing is learned and the quantizer only looks at them."""
EPOCHS = 6
SURE_YES = 0.75
"""Least probability of a yes to an offer: of what is kept aside hardly anything else reaches it."""


def make(asked: Asked) -> None:
    """Make the model.

    Raises:
        ModelError: The int8 model is not good enough; nothing is written.
    """
    import keras

    from export.teaching.scope.network import hidden, network
    from export.teaching.training import converted, trained

    count = (RESUMED if asked.restored else LEARNED) if asked.training else CALIBRATING
    learned = arrays(answers(count, 5 if asked.restored else 1, "train", asked.texts), SCOPES)
    tuning = arrays(answers(3_000, 2, "test", asked.texts), SCOPES)
    held = arrays(answers(3_000, 3, "test", asked.texts), SCOPES)
    apart = arrays(strangers(), SCOPES)
    LOG.info("%d rows, %d to tune by", len(learned), len(tuning))
    keras.utils.set_random_seed(23)
    model = network(len(SCOPES), len(ANSWER_FLAGS))
    trained(
        model,
        learned,
        tuning,
        name=NAME,
        epochs=asked.passes(EPOCHS),
        resume=asked.restored,
        rate=1e-3 if asked.restored else 2e-3,
        vary=hidden,
    )
    settings: dict[str, object] = {
        "flags": list(ANSWER_FLAGS),
        "table_sha256": read_manifest(SHIPPED / "encoder.json").settings["table_sha256"],
    }
    label = Label(
        name=NAME,
        inputs=("words", "mask", "flags", "vector"),
        command=asked.command,
        training_sets=(OWN, *SETS, *READ_ALOUD),
        labels=tuple(map(str, SCOPES)),
        settings=settings,
    )
    with converted(model, learned, label) as made:
        scores, truth = made.run(tuning.inputs)[0], tuning.truths[0]
        told = truth >= 0
        warmth = temperature(scores[told], truth[told])
        metrics: dict[str, float] = {}
        for name, rows in (("aside", held), ("apart", apart)):
            floats = np.asarray(model.predict(list(rows.inputs), batch_size=512, verbose=0))
            for kind, found in (("float", floats), ("int8", made.run(rows.inputs)[0])):
                figures = _figures(softmax(found, warmth), rows.truths[0])
                metrics |= {f"{name}_{what}_{kind}": value for what, value in figures.items()}
        LOG.info("%s", metrics)
        for what in ("aside_scope", "apart_scope"):
            lost = metrics[f"{what}_float"] - metrics[f"{what}_int8"]
            require(f"{what} lost by int8", lost, at_most=0.015)
        require("scope accuracy aside", metrics["aside_scope_int8"], at_least=0.8)
        require("wrong yeses apart", metrics["apart_wrong_yes_int8"], at_most=0.0)
        settings |= {"temperature": warmth, "sure_yes": SURE_YES}
        kept = {k: round(v, 4) for k, v in metrics.items()}
        made.write(replace(label, settings=settings, metrics=kept), asked.folder)


def _figures(sure: Floats, truth: Ints) -> dict[str, float]:
    """Accuracy, how well confidences are told, and shares of yeses lost and wrong."""
    told = truth >= 0
    sure, truth = sure[told], truth[told]
    yes = SCOPES.index(Scope.YES)
    taken = sure[:, yes] >= SURE_YES
    return {
        "scope": float((sure.argmax(-1) == truth).mean()),
        "ece": calibration_error(sure, truth),
        "yes": float(taken[truth == yes].mean()),
        "wrong_yes": float(taken[truth != yes].mean()),
    }
