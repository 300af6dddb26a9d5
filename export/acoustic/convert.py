"""From trained weights to an int8 `.tflite` file; the only part that needs tensorflow.

python -m export.acoustic.convert WEIGHTS.npz COPY.npz OUT.tflite
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from export.acoustic.augment import QUANTUM
from export.acoustic.weights import Network, forward, read, states_along
from export.quantize import quantized, require

SENTENCES = 120
STEPS_OF_SENTENCE = 5
SEED = 20261121
PARITY_STEPS = 60
PARITY_LIMIT = 2e-3


def calibration(network: Network, copy: Path) -> Iterator[list[npt.NDArray[Any]]]:
    """Steps of training sentences with the states that the model has there.

    Yields:
        Features and states in the order of the streaming form's inputs.
    """
    random = np.random.default_rng(SEED)
    with np.load(copy) as file:
        features, lengths = file["features"], file["steps"]
    starts = np.cumsum([0, *lengths])
    for at in random.choice(len(lengths), SENTENCES, replace=False):
        sentence = features[starts[at] : starts[at + 1]] * np.float32(QUANTUM)
        states = states_along(network, sentence)
        for step in random.integers(len(sentence), size=STEPS_OF_SENTENCE):
            yield [sentence[step][None], *(state[step][None] for state in states)]


def step_by_step(
    model: Any,  # noqa: ANN401
    network: Network,
    features: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Logits of a sentence from the streaming form, its states handed back each step."""
    states = [np.zeros(state.shape, np.float32) for state in model.inputs[1:]]
    found = []
    for step in np.pad(features, ((0, network.lookahead), (0, 0))):
        logits, *states = (np.asarray(out) for out in model([step[None], *states]))
        found.append(logits[0])
    return np.stack(found[network.lookahead :])


def check_forms_agree(
    model: Any,  # noqa: ANN401
    network: Network,
    copy: Path,
) -> None:
    """Refuse a streaming form that says other things than the form for whole sentences.

    Raises:
        ModelError: They differ by more than rounding.
    """
    with np.load(copy) as file:
        sentence = file["features"][:PARITY_STEPS] * np.float32(QUANTUM)
    apart = np.abs(step_by_step(model, network, sentence) - forward(network, sentence)).max()
    require("acoustic, whole against streamed logits", float(apart), at_most=PARITY_LIMIT)


def main(weights: Path, copy: Path, out: Path) -> None:
    """Convert; keras has to run on tensorflow for this."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    from export.acoustic.stream import streaming_form

    network = read(weights)
    model = streaming_form(network)
    check_forms_agree(model, network, copy)
    out.write_bytes(quantized(model, calibration(network, copy)))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
