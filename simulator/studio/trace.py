"""What a sound was made of, stage by stage, for the eye.

The record of a turn keeps words, never sound. What was recorded here goes once more through
the device's own stages: the search for the request in the sound, the features, the acoustic
model and, where there is one, the wake word.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from device import models
from device.asr.acoustic import AcousticModel, acoustic_model
from device.asr.phonemes import BLANK, LABELS
from device.audio.features import CLIP, HOPS, MELS, STEP_MS, whole
from device.audio.framer import Framer
from device.config import Config, WakeConfig
from device.events import FRAME_MS, RATE_HZ, AudioFrame, Utterance
from device.speaker import attention
from device.wake.features import MicroFeatures
from device.wake.microwakeword import WakeModel, load_microwakeword
from simulator.session import QUIET

LONGEST_MS = 30_000
"""Sound that is looked at; the rest of a longer recording is left out."""
HOP_MS = STEP_MS // HOPS

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phoneme:
    """One sound of speech on the likeliest path."""

    label: str
    """ARPAbet."""
    start_ms: int
    """Milliseconds since the recording began."""
    end_ms: int
    probability: float
    """Mean over its steps, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeScores:
    """How sure the wake word was, over time."""

    model: str
    cutoff: float
    """Mean probability above which it counts as said."""
    scores: tuple[tuple[int, float], ...]
    """Milliseconds since the recording began, mean probability of the model's window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One recording, as the stages heard it."""

    pcm: bytes
    """Little-endian int16 mono PCM at 16 kHz."""
    mel: npt.NDArray[np.uint8]
    """Log-mel features, 0 to 255, shape (windows of 10 ms, MELS), low band first."""
    speech: tuple[tuple[int, int], ...]
    """Where requests were found: begin and end, milliseconds since the recording began; what is
    before or behind it is silence."""
    phonemes: tuple[Phoneme, ...]
    wake: WakeScores | None

    def json(self) -> dict[str, Any]:
        """For the page; sound and picture in base64."""
        return {
            "pcm": b64encode(self.pcm).decode(),
            "ms": len(self.pcm) // 2 * 1000 // RATE_HZ,
            "mel": b64encode(self.mel.tobytes()).decode(),
            "mels": MELS,
            "hop_ms": HOP_MS,
            "speech": [list(part) for part in self.speech],
            "phonemes": [
                [one.label, one.start_ms, one.end_ms, round(one.probability, 3)]
                for one in self.phonemes
            ],
            "wake": None
            if self.wake is None
            else {
                "model": self.wake.model,
                "cutoff": self.wake.cutoff,
                "scores": [[at_ms, round(score, 3)] for at_ms, score in self.wake.scores],
            },
        }


class Tracer:
    """Looks at recordings; belongs to one thread."""

    def __init__(self, wake: str | None = None) -> None:
        """Load the models.

        Args:
            wake: Wake model that sound streams through first; None where there is none.

        Raises:
            ModelError: One is missing, damaged or does not fit.
        """
        acoustic = models.load("acoustic")
        self._acoustic = acoustic_model(acoustic)
        self._wake = None if wake is None else load_microwakeword(wake)
        config = Config() if wake is None else Config(wake=WakeConfig(model=wake))
        self._attention = attention(config, None if wake is None else acoustic)

    def look(self, pcm: bytes) -> Trace:
        """Take a recording apart.

        Args:
            pcm: Little-endian int16 mono PCM at 16 kHz, any even number of bytes.
        """
        pcm = pcm[: 2 * RATE_HZ * LONGEST_MS // 1000]
        samples = np.frombuffer(pcm, "<i2").astype(np.int16)
        # As a session lets it be heard: without a wake word there is a little silence around it.
        around = QUIET if self._wake is None else b""
        framer = Framer()
        frames = [*framer.feed(around + pcm + around), *framer.finish()]
        utterances = self._utterances(frames)
        lead_ms = _length_ms(around)
        features = whole(samples).reshape(-1, MELS)
        return Trace(
            pcm=pcm,
            mel=np.rint((features + CLIP) * (255 / (2 * CLIP))).astype(np.uint8),
            speech=tuple(
                (u.start_ms - lead_ms, u.start_ms + _length_ms(u.pcm) - lead_ms) for u in utterances
            ),
            phonemes=tuple(
                phoneme
                for utterance in utterances
                for phoneme in best_path(
                    _rows(self._acoustic, utterance.pcm), utterance.start_ms - lead_ms
                )
            ),
            wake=None if self._wake is None else wake_scores(self._wake, frames),
        )

    def _utterances(self, frames: Sequence[AudioFrame]) -> list[Utterance]:
        """The requests in the sound; without a wake word all of it is one."""
        ears = self._attention
        ears.reset()
        if self._wake is None:
            ears.attend()
        found = [item for frame in frames for item in ears.feed(frame)] + ears.finish()
        return [item for item in found if isinstance(item, Utterance) and item.pcm]


def best_path(rows: Float32Array, start_ms: int = 0) -> list[Phoneme]:
    """The likeliest sound of each step, without blanks, repetitions joined.

    Args:
        rows: Log probabilities, shape (steps, len(LABELS)), a step every STEP_MS.
        start_ms: Where the first step begins.

    Example: rows whose best are `_ K K _ AE` give K from step 1 to 3 and AE from step 4 to 5.
    """
    best = rows.argmax(axis=1) if len(rows) else np.zeros(0, np.int64)
    found: list[Phoneme] = []
    step = 0
    for label, steps in groupby(best.tolist()):
        count = len(list(steps))
        if label != BLANK:
            probability = float(np.exp(rows[step : step + count, label]).mean())
            found.append(
                Phoneme(
                    label=LABELS[label],
                    start_ms=start_ms + step * STEP_MS,
                    end_ms=start_ms + (step + count) * STEP_MS,
                    probability=probability,
                )
            )
        step += count
    return found


def wake_scores(model: WakeModel, frames: Sequence[AudioFrame]) -> WakeScores:
    """The mean probability over the model's window, each time that it is run."""
    model.forget()
    features = MicroFeatures()
    windows: list[Float32Array] = []
    latest: list[float] = []
    scores: list[tuple[int, float]] = []
    for frame in frames:
        for window in features.feed(frame):
            windows.append(window)
            if len(windows) == model.stride:
                latest = [*latest, model.run(np.stack(windows))][-model.window :]
                windows = []
                scores.append((frame.start_ms + FRAME_MS, sum(latest) / model.window))
    return WakeScores(model=model.name, cutoff=model.cutoff, scores=tuple(scores))


def _rows(acoustic: AcousticModel, pcm: bytes) -> Float32Array:
    """What the acoustic model says to the sound of one request, shape (steps, len(LABELS))."""
    acoustic.reset()
    steps = whole(np.frombuffer(pcm, "<i2").astype(np.int16))
    rows = [row for step in steps for row in acoustic.feed(step)] + acoustic.flush()
    return np.stack(rows) if rows else np.zeros((0, len(LABELS)), np.float32)


def _length_ms(pcm: bytes) -> int:
    return len(pcm) // 2 * 1000 // RATE_HZ
