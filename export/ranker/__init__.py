"""`python -m export ranker` makes the re-ranker; `evaluate ranker` measures it.

It learns from simulated owners (`simulator.owners`) in pretend homes full of skill packs, and
ranks the rivals for a request list-wise.
"""

import argparse
import logging
import tempfile
from pathlib import Path

import numpy as np

from device.models import TrainingSet
from device.nlu.crf import softmax
from device.routing.features import GROUPS
from export.quantize import SHIPPED, Label, quantized, require, run_shipped, write_model
from export.ranker.lists import MISSED, drawn
from export.ranker.report import evaluate as evaluate
from export.tagger import calibration_error, temperature

LOG = logging.getLogger(__name__)
NAME = "ranker"
COMMAND = "python -m export ranker"
SETS = (
    TrainingSet(name="CLINC150, training part", licence="CC BY 3.0"),
    TrainingSet(name="HWU64, folds 1 to 8", licence="CC BY 4.0"),
    TrainingSet(name="SNIPS, training part", licence="CC0"),
    TrainingSet(name="Inglenook's own sentences and simulated owners", licence="Apache-2.0"),
)
HELD_HOMES = 40
"""Pretend homes with needs that training never sees, for the gates and the temperature."""
CALIBRATING = 500
"""Situations that the quantizer looks at."""


def main(argv: list[str]) -> None:
    """Make the model.

    Raises:
        ModelError: The int8 model is not as good as the float one; nothing is written.
    """
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--homes", type=int, default=250, help="pretend homes")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    asked = parser.parse_args(argv)
    learned = drawn("train", homes=asked.homes, seed=1)
    held = drawn("dev", homes=HELD_HOMES, seed=2)
    held = held.only(held.truth != MISSED)
    # Only now, so that tensorflow takes no memory while lists are drawn.
    from export.ranker.train import there_only, train

    made = train(learned, epochs=asked.epochs)
    command = " ".join([COMMAND, *argv])
    samples = [[learned.features[i][None], learned.masks[i][None]] for i in range(CALIBRATING)]
    tflite = quantized(made.device_model(), samples)
    settings: dict[str, object] = {"features": {n: len(c) for n, c in GROUPS.items()}}

    def label(metrics: dict[str, float]) -> Label:
        return Label(
            name=NAME,
            inputs=("features", "mask"),
            command=command,
            training_sets=SETS,
            settings=settings,
            metrics={k: round(v, 4) for k, v in metrics.items()},
        )

    with tempfile.TemporaryDirectory() as scratch:
        write_model(tflite, label({}), folder=Path(scratch))
        inputs = [held.features[:, None], held.masks[:, None]]
        found = run_shipped(Path(scratch), NAME, inputs)[0].reshape(len(held.truth), -1)
    scores = there_only(found, held)
    tuned = np.arange(len(held.truth)) % 2 == 0
    warmth = settings["temperature"] = temperature(scores[tuned], held.truth[tuned])
    sure = softmax(scores[~tuned], warmth)
    floats = made.scores(held)
    metrics = {
        "right_float": float((floats.argmax(-1) == held.truth).mean()),
        "right_int8": float((scores.argmax(-1) == held.truth).mean()),
        "ece_int8": calibration_error(sure, held.truth[~tuned]),
    }
    LOG.info("%s", metrics)
    lost = metrics["right_float"] - metrics["right_int8"]
    require("requests lost by int8", lost, at_most=0.015)
    require("requests that the int8 re-ranker sends right", metrics["right_int8"], at_least=0.7)
    require("calibration error of the int8 re-ranker", metrics["ece_int8"], at_most=0.05)
    require("bytes of the re-ranker", len(tflite), at_most=60_000)
    write_model(tflite, label(metrics), folder=asked.folder)
    made.keep()
