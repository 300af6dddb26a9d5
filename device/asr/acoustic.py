"""Stage from feature steps to phoneme probabilities, 30 ms at a time.

The model looks ahead: it answers for a step LOOKAHEAD steps later. The stage holds back what
the model says before the first answer, and `flush` asks for the last ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from device.asr.phonemes import LABELS
from device.audio.features import FEATURES
from device.errors import ModelError
from device.models import Manifest, Model

Float32Array = npt.NDArray[np.float32]
Run = Callable[[Sequence[npt.NDArray[Any]]], Sequence[npt.NDArray[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the stage needs to know about its model."""

    lookahead_steps: int
    """Steps by which the answer comes later than the sound."""

    states: tuple[npt.NDArray[Any], ...]
    """States at the start of an utterance, one for each input after the first."""


def form(manifest: Manifest) -> Form:
    """Read the form of an acoustic model from its manifest.

    Raises:
        ModelError: It is not an acoustic model for these features and phonemes.
    """
    if manifest.labels != LABELS:
        raise ModelError(
            f"model {manifest.name} tells {len(manifest.labels)} labels apart, wanted the "
            f"{len(LABELS)} of device.asr.phonemes"
        )
    if manifest.inputs[0].shape != (1, FEATURES):
        raise ModelError(
            f"model {manifest.name} reads {manifest.inputs[0].shape}, the features are "
            f"(1, {FEATURES})"
        )
    lookahead_steps = manifest.settings.get("lookahead_steps")
    if not isinstance(lookahead_steps, int) or lookahead_steps < 0:
        raise ModelError(
            f"model {manifest.name}: settings.lookahead_steps must be a number of steps, "
            f"found {lookahead_steps!r}"
        )
    states = manifest.inputs[1:]
    for state, following in zip(states, manifest.outputs[1:], strict=True):
        if (state.shape, state.dtype) != (following.shape, following.dtype):
            raise ModelError(f"model {manifest.name}: state {state.name} cannot be handed back")
    zeros = tuple(np.full(t.shape, t.zero_point, np.dtype(t.dtype)) for t in states)
    return Form(lookahead_steps=lookahead_steps, states=zeros)


def log_softmax(logits: Float32Array) -> Float32Array:
    """Natural logarithms of the probabilities behind logits, along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs: Float32Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return log_probs


class AcousticModel:
    """Stage from feature steps to log probabilities of the LABELS."""

    def __init__(self, run: Run, form: Form) -> None:
        self._run = run
        self._form = form
        self._states = form.states
        self._fed = 0

    def feed(self, step: Float32Array, /) -> list[Float32Array]:
        """Take the features of 30 ms.

        Args:
            step: Shape (FEATURES,).

        Returns:
            Log probabilities of shape (len(LABELS),) for the step LOOKAHEAD steps ago; nothing
            while there is none.
        """
        logits, *states = self._run([step.reshape(1, FEATURES), *self._states])
        self._states = tuple(states)
        self._fed += 1
        if self._fed <= self._form.lookahead_steps:
            return []
        return [log_softmax(np.asarray(logits, np.float32).reshape(len(LABELS)))]

    def flush(self) -> list[Float32Array]:
        """End the utterance: the answers for its last steps, then start over."""
        silence = np.zeros(FEATURES, np.float32)
        steps = self._form.lookahead_steps if self._fed else 0
        last = [out for _ in range(steps) for out in self.feed(silence)]
        self.reset()
        return last

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._states = self._form.states
        self._fed = 0


def acoustic_model(model: Model) -> AcousticModel:
    """The stage around a loaded model.

    Raises:
        ModelError: It is not an acoustic model for these features and phonemes.
    """
    return AcousticModel(model.run, form(model.manifest))
