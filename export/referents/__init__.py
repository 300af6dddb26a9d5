"""`python -m export referents` makes the model of references; `evaluate referents` measures it.

It learns from simulated people (`simulator.situations`) who say no more than the situation
needs, and ranks candidate devices list-wise.
"""

import argparse
import logging
import tempfile
from pathlib import Path

import numpy as np

from device.models import TrainingSet, read_manifest
from device.nlu.crf import softmax
from device.nlu.situation import GROUPS
from export.quantize import SHIPPED, Label, quantized, require, run_shipped, write_model
from export.referents.report import evaluate as evaluate
from export.referents.texts import arrays, situations
from export.tagger import calibration_error, temperature

LOG = logging.getLogger(__name__)
NAME = "referents"
COMMAND = "python -m export referents"
SETS = (TrainingSet(name="Inglenook's own situations in pretend homes", licence="Apache-2.0"),)
CALIBRATING = 400
"""Situations that the quantizer looks at."""


def main(argv: list[str]) -> None:
    """Make the model.

    Raises:
        ModelError: The int8 model is not as good as the float one; nothing is written.
    """
    from export.referents.train import train

    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--situations", type=int, default=60_000)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    asked = parser.parse_args(argv)
    learned = arrays(situations(asked.situations, 1, "train"))
    held = arrays(situations(4_000, 2, "test"))
    made = train(learned, epochs=asked.epochs)
    command = " ".join([COMMAND, *argv])
    samples = [[learned.features[i][None], learned.masks[i][None]] for i in range(CALIBRATING)]
    tflite = quantized(made.device_model(), samples)
    settings: dict[str, object] = {
        "features": {n: len(c) for n, c in GROUPS.items()},
        "table_sha256": read_manifest(SHIPPED / "tagger.json").settings["table_sha256"],
    }
    with tempfile.TemporaryDirectory() as scratch:
        label = Label(
            name=NAME,
            inputs=("features", "mask"),
            command=command,
            training_sets=SETS,
            settings=settings,
        )
        write_model(tflite, label, folder=Path(scratch))
        inputs = [held.features[:, None], held.masks[:, None]]
        scores = run_shipped(Path(scratch), NAME, inputs)[0].reshape(len(held.truth), -1)
    scores = np.where(held.masks[..., 0] > 0, scores, -1e4).astype(np.float32)
    warmth = temperature(scores, held.truth)
    floats = made.scores(held)
    metrics = {
        "right_float": float((floats.argmax(-1) == held.truth).mean()),
        "right_int8": float((scores.argmax(-1) == held.truth).mean()),
        "ece_int8": calibration_error(softmax(scores, warmth), held.truth),
    }
    LOG.info("%s", metrics)
    lost = metrics["right_float"] - metrics["right_int8"]
    require("situations lost by int8", lost, at_most=0.015)
    require("situations that the int8 model reads right", metrics["right_int8"], at_least=0.6)
    settings["temperature"] = warmth
    written = Label(
        name=NAME,
        inputs=("features", "mask"),
        command=command,
        training_sets=SETS,
        settings=settings,
        metrics={k: round(v, 4) for k, v in metrics.items()},
    )
    write_model(tflite, written, folder=asked.folder)
    made.keep()
