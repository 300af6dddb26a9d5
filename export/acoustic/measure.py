"""How well the acoustic model hears people it has never met: phoneme error rates.

The float figure is plain arithmetic over whole sentences (`weights.forward`); the int8 figure
is the shipped file, step by step, through the stage that the speaker uses.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from device.asr.acoustic import AcousticModel, acoustic_model, log_softmax
from device.asr.lexicon import Lexicon
from device.asr.phonemes import BLANK
from device.audio.features import RATE_HZ, STEP_SAMPLES, whole
from device.models import load
from export.acoustic.dataset import forms
from export.acoustic.speech import DEV_SET, Recording, recordings
from export.acoustic.variants import Way
from export.acoustic.weights import Network, forward
from simulator.acoustics import add_noise, from_pcm, to_pcm

Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]
Hear = Callable[[Float32Array], Float32Array]
"""From features (steps, FEATURES) to log probabilities or logits (steps, labels)."""

SNRS_DB: tuple[float | None, ...] = (None, 20.0, 10.0, 5.0)
"""Noise of the table; None is the recording as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A recording of the dev set, ready to be heard."""

    features: Float32Array
    words: tuple[tuple[Way, ...], ...]
    """For each word its forms in the dictionary, the usual one first."""

    @property
    def phonemes(self) -> tuple[int, ...]:
        """All words in their usual form."""
        return tuple(sound for ways in self.words for sound in ways[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Phoneme errors for each phoneme that was said."""

    usual: float
    """Each word has to be heard in its usual form."""
    nearest: float
    """Each word may be heard in any form that the dictionary has."""


def collapse(scores: Float32Array) -> tuple[int, ...]:
    """The likeliest phonemes: best label of each step, repeats joined, blanks dropped.

    Example: labels 0 5 5 0 5 7 -> (5, 5, 7)
    """
    best = scores.argmax(axis=-1)
    first = np.diff(best, prepend=-1) != 0
    return tuple(int(label) for label in best[first & (best != BLANK)])


def distance(found: Sequence[int], wanted: Sequence[int]) -> int:
    """Fewest insertions, deletions and substitutions between two sequences (Levenshtein, 1965)."""
    return nearest(found, [[wanted]])


def nearest(found: Sequence[int], words: Iterable[Iterable[Sequence[int]]]) -> int:
    """Fewest insertions, deletions and substitutions to any row of the words' forms.

    Example: found 1 2 4, words "1" or "3", then "2 5" or "2 4" -> 0
    """
    target, offsets = np.asarray(found), np.arange(len(found) + 1)

    def behind(row: Int64Array, form: Sequence[int]) -> Int64Array:
        for symbol in form:
            best = row + 1
            best[1:] = np.minimum(best[1:], row[:-1] + (target != symbol))
            # An insertion costs one for each place: the running minimum is taken off the slope.
            row = np.minimum.accumulate(best - offsets) + offsets
        return row

    row = offsets
    for ways in words:
        row = np.min([behind(row, way) for way in ways], axis=0)
    return int(row[-1])


def error_rates(hear: Hear, sentences: Sequence[Sentence]) -> Rates:
    """How far what is heard is from what was said."""
    usual = any_form = 0
    for one in sentences:
        found = collapse(hear(one.features))
        usual += distance(found, one.phonemes)
        any_form += nearest(found, one.words)
    said = sum(len(one.phonemes) for one in sentences)
    return Rates(usual=usual / said, nearest=any_form / said)


def streamed(stage: AcousticModel, features: Float32Array) -> Float32Array:
    """A whole sentence through the stage, step by step."""
    steps = [out for step in features for out in stage.feed(step)]
    return np.stack(steps + stage.flush())


def float_form(network: Network) -> Hear:
    """The float network as a function over sentences."""

    def hear(features: Float32Array) -> Float32Array:
        return log_softmax(forward(network, features))

    return hear


def int8_form(folder: Path, name: str = "acoustic") -> Hear:
    """The shipped model as a function over sentences."""
    return partial(streamed, acoustic_model(load(name, folder=folder)))


def kitchen(folder: Path) -> list[npt.NDArray[np.float32]]:
    """Kitchen sounds for mixing; for measuring only, never for training."""
    paths = sorted((folder / "kitchen_noise").glob("*.ogg"))
    return [soundfile.read(path, dtype="float32")[0] for path in paths]


def dev_sentences(speech: Path, snr_db: float | None, *, stride: int = 1) -> Iterator[Sentence]:
    """Sentences of speakers that are never trained on.

    Args:
        speech: The folder of all speech sets.
        snr_db: Level of kitchen noise under speech, or None for the recordings as they are.
        stride: Take every so-many-th sentence.
    """
    lexicon, random = Lexicon(), np.random.default_rng(7)
    noises = kitchen(speech) if snr_db is not None else []
    found: list[Recording] = list(recordings(speech, DEV_SET, "dev"))[::stride]
    for one in found:
        samples = one.samples
        if snr_db is not None:
            pieces = [noises[random.integers(len(noises))] for _ in range(8)]
            noise = np.resize(np.concatenate(pieces), len(samples))
            samples = to_pcm(add_noise(from_pcm(samples), noise, snr_db))
        yield Sentence(features=whole(samples), words=forms(one.text, lexicon))


def seconds_per_second(hear: Hear, sentences: Sequence[Sentence]) -> float:
    """Computing time for each second of sound, features not included."""
    began = time.perf_counter()
    for one in sentences:
        hear(one.features)
    sound_s = sum(len(one.features) for one in sentences) * STEP_SAMPLES / RATE_HZ
    return (time.perf_counter() - began) / sound_s
