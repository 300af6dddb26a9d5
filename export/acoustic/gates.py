"""What a converted acoustic model must pass before it ships, in the runtime that ships.

    python -m export.acoustic.gates FOLDER WEIGHTS.npz SPEECH

prints the figures as JSON; `check` refuses them where they are too bad.
"""

import json
import sys
from pathlib import Path

from device.models import Manifest
from export.acoustic.measure import dev_sentences, error_rates, float_form, int8_form
from export.acoustic.weights import read
from export.quantize import require

STRIDE = 6
"""Every sixth sentence of the dev speakers is enough for the gates."""
NOISE_DB = 10.0
MOST_LOST = 0.01
"""Phoneme error rate that int8 may cost."""


def measure(folder: Path, weights: Path, speech: Path) -> dict[str, float]:
    """Phoneme error rates of the float and of the int8 model on the dev speakers."""
    forms = {"float": float_form(read(weights)), "int8": int8_form(folder)}
    figures: dict[str, float] = {}
    for snr_db, condition in ((None, "clean"), (NOISE_DB, f"{NOISE_DB:.0f}db")):
        sentences = list(dev_sentences(speech, snr_db, stride=STRIDE))
        for name, hear in forms.items():
            figures[f"per_{condition}_{name}"] = round(error_rates(hear, sentences).usual, 4)
    return figures


def check(manifest: Manifest, figures: dict[str, float]) -> None:
    """Refuse a model whose states cannot be handed back, or that int8 made worse.

    Raises:
        ModelError: One gate is not passed.
    """
    for state, following in zip(manifest.inputs[1:], manifest.outputs[1:], strict=True):
        apart = abs(state.scale - following.scale) + abs(state.zero_point - following.zero_point)
        require(f"acoustic, scales of {state.name} in and out, difference", apart, at_most=0.0)
    for condition in ("clean", f"{NOISE_DB:.0f}db"):
        lost = figures[f"per_{condition}_int8"] - figures[f"per_{condition}_float"]
        require(f"acoustic, phoneme errors lost to int8, {condition}", lost, at_most=MOST_LOST)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(*map(Path, sys.argv[1:4]))))
