"""All steps from speech to the shipped acoustic model."""

import argparse
import json
import logging
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from device.asr.phonemes import LABELS
from device.audio.features import FEATURES, RATE_HZ, STEP_MS
from device.errors import ModelError
from device.models import TrainingSet
from export.acoustic import gates
from export.acoustic.dataset import make_copy
from export.acoustic.weights import read
from export.quantize import ROOT, SHIPPED, WEIGHTS, Label, write_model

LOG = logging.getLogger(__name__)
CACHE = ROOT / "export" / ".cache" / "acoustic"
SHARED = ROOT.parent / "shared" / "data"
NAME = "acoustic"
TRAINING_SETS = (
    TrainingSet(
        name="Mini LibriSpeech train-clean-5 without four dev speakers", licence="CC BY 4.0"
    ),
    TrainingSet(name="dataset-voice-cathy (kathleen)", licence="CC0"),
    TrainingSet(name="LJ Speech 1.1, 385 sentences", licence="public domain"),
    TrainingSet(
        name="synthetic speech (flite, espeak-ng) of sentences from home-assistant-intents "
        "(CC BY 4.0), SLURP, HWU64 (CC BY 4.0), Snips (CC0) and own templates",
        licence="CC BY 4.0",
    ),
)


def make(argv: list[str]) -> None:
    """Train, convert, check, and write the model where the speaker finds it.

    Raises:
        ModelError: A gate is not passed; what was shipped before stays.
    """
    options = _options(argv)
    stored = WEIGHTS / f"{NAME}.npz"
    weights = stored
    if not options.no_training:
        # Only now: tensorflow takes seconds to import.
        from export.acoustic.train import Schedule, train

        schedule = Schedule(epochs=options.epochs, seconds=options.seconds)
        weights = train(
            schedule,
            shared=options.shared,
            cache=options.cache,
            start_from=stored if options.go_on else None,
        )
    weights = options.weights or weights
    ship(weights, shared=options.shared, cache=options.cache)
    if weights != stored:
        WEIGHTS.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(weights, stored)


def ship(weights: Path, *, shared: Path, cache: Path) -> None:
    """Convert weights and write the model, if it passes its gates.

    Raises:
        ModelError: It does not; nothing is written.
    """
    copy = make_copy(0, shared=shared, cache=cache, workers=2)
    with tempfile.TemporaryDirectory() as scratch:
        tflite = Path(scratch) / "converted.tflite"
        _child("export.acoustic.convert", weights, copy, tflite)
        label = _label(weights, {})
        manifest = write_model(tflite.read_bytes(), label, folder=Path(scratch))
        figures: dict[str, float] = json.loads(
            _child("export.acoustic.gates", scratch, weights, shared / "speech")
        )
        LOG.info("acoustic: %s", figures)
        gates.check(manifest, figures)
        write_model(tflite.read_bytes(), _label(weights, figures), folder=SHIPPED)


def _label(weights: Path, figures: dict[str, float]) -> Label:
    network = read(weights)
    blocks = range(len(network.blocks))
    return Label(
        name=NAME,
        inputs=["features", *(f"state_{number}" for number in blocks)],
        state_inputs=frozenset(f"state_{number}" for number in blocks),
        state_outputs=frozenset(number + 1 for number in blocks),
        command="python -m export acoustic",
        training_sets=TRAINING_SETS,
        metrics=figures,
        labels=LABELS,
        settings={
            "lookahead_steps": network.lookahead,
            "step_ms": STEP_MS,
            "features": FEATURES,
            "rate_hz": RATE_HZ,
        },
    )


def _child(module: str, *arguments: object) -> str:
    """Run a module in a process of its own, on tensorflow and without a GPU."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""},
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise ModelError(f"{module} failed: {lines[-1]}")
    return done.stdout


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m export acoustic", description=make.__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the data sets")
    parser.add_argument("--cache", type=Path, default=CACHE, help="for features and checkpoints")
    parser.add_argument("--epochs", type=int, default=18)
    parser.add_argument(
        "--seconds", type=float, default=math.inf, help="end the training after this time"
    )
    parser.add_argument("--weights", type=Path, help="ship these weights instead")
    parser.add_argument("--continue", dest="go_on", action="store_true")
    parser.add_argument("--no-training", action="store_true")
    return parser.parse_args(argv)
