"""The model that reads answers in lessons: which words say what of which devices.

It learns from answers of its own making (`drawn`), and from what people say to assistants.
Whole lines of the texts, and names and words, are kept aside to measure it with.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from device.models import SHIPPED, TrainingSet, read_manifest
from device.nlu.crf import bio_transitions, viterbi
from device.nlu.embedding import Floats
from device.teaching.answerwords import ANSWER_FLAGS
from export.quantize import Label, require
from export.tagger import spans
from export.tagger.sizes import SIZE
from export.teaching import Asked
from export.teaching.concept.rows import examples, labels_of
from export.teaching.sizes import Ints
from export.teaching.texts import OWN, SETS

LOG = logging.getLogger(__name__)
NAME = "concept"
READ_ALOUD = (
    TrainingSet(name="Mini LibriSpeech, training text", licence="CC BY 4.0"),
    TrainingSet(name="dataset-voice-cathy, prompts", licence="CC0"),
)
LEARNED = 44_000
"""Answers to learn from."""
CALIBRATING = 1_500
"""Answers where nothing is learned and the quantizer only looks at them."""
RESUMED = 30_000
"""Others, with which the training goes on."""
EPOCHS = 6
WIDTH = 80
KERNELS = (5, 5, 5, 5)


def make(asked: Asked) -> None:
    """Make the model.

    Raises:
        ModelError: The int8 model is not as good as the float one; nothing is written.
    """
    import keras

    from export.teaching.concept.arrays import arrays
    from export.teaching.training import (
        converted,
        trained,
        words_inputs,
        words_network,
    )

    count = (RESUMED if asked.restored else LEARNED) if asked.training else CALIBRATING
    drawn = examples(count, 5 if asked.restored else 1, "train", asked.texts)
    labels = read_manifest(SHIPPED / "concept.json").labels if asked.restored else labels_of(drawn)
    learned = arrays(drawn, labels)
    tuning = arrays(examples(2_000, 2, "test", asked.texts, homes=100), labels)
    held = arrays(examples(3_000, 3, "test", asked.texts, homes=100), labels)
    LOG.info("%d rows, %d labels", len(learned), len(labels))
    keras.utils.set_random_seed(7)
    into = words_inputs(vectors=SIZE, flags=len(ANSWER_FLAGS))
    model = keras.Model(
        into, words_network(into, labels=len(labels), classes=0, width=WIDTH, kernels=KERNELS)
    )
    trained(
        model,
        learned,
        tuning,
        name=NAME,
        epochs=asked.passes(EPOCHS),
        resume=asked.restored,
        rate=1e-3 if asked.restored else 3e-3,
    )
    tagger = read_manifest(SHIPPED / "tagger.json")
    settings: dict[str, object] = {
        "flags": list(ANSWER_FLAGS),
        **{name: tagger.settings[name] for name in ("table", "table_sha256")},
    }
    label = Label(
        name=NAME,
        inputs=("words", "flags", "mask"),
        command=asked.command,
        training_sets=(OWN, *SETS, *READ_ALOUD),
        labels=labels,
        settings=settings,
    )
    with converted(model, learned, label) as made:
        floats = model.predict(list(held.inputs), batch_size=512, verbose=0)
        integers = made.run(held.inputs)[0]
        metrics = {
            **_figures(np.asarray(floats), held.truths[0], labels, "float"),
            **_figures(integers, held.truths[0], labels, "int8"),
        }
        LOG.info("%s", metrics)
        for what in ("words", "whole"):
            lost = metrics[f"{what}_float"] - metrics[f"{what}_int8"]
            require(f"{what} lost by int8", lost, at_most=0.015)
        require("words of the int8 model", metrics["words_int8"], at_least=0.85)
        finished = replace(label, metrics={k: round(v, 4) for k, v in metrics.items()})
        made.write(finished, asked.folder)


def _figures(scores: Floats, truths: Ints, labels: Sequence[str], name: str) -> dict[str, float]:
    """F1 of the marked words, share of answers in which all marks are right."""
    transitions, start = bio_transitions(labels)
    right = found = wanted = whole = 0
    for row, truth in zip(scores, truths, strict=True):
        n = int((truth >= 0).sum())
        here = spans([labels[i] for i in viterbi(row[:n], transitions, start)])
        there = spans([labels[i] for i in truth[:n]])
        right += len(here & there)
        found += len(here)
        wanted += len(there)
        whole += here == there
    return {
        f"words_{name}": 2 * right / max(1, found + wanted),
        f"whole_{name}": whole / len(truths),
    }
