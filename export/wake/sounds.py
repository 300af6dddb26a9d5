"""The speech that a wake word learns from and is measured with, parted by who speaks.

Synthetic voices and readers are each on one side only: those of training never are among the
strangers that a finished model is measured with. Kitchen noise is for evaluation elsewhere and is
not read here at all.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from device.errors import AudioError, ModelError
from device.events import RATE_HZ
from export.wake.phrases import near_misses, spellings, words_of
from simulator import voices
from simulator.voices import Voice

LOG = logging.getLogger(__name__)
Int16Array = npt.NDArray[np.int16]

READERS = ("librispeech", "kathleen", "ljspeech")
"""Speech sets without wake words."""
CUTOFF_READERS = frozenset({"3526", "7859", "3947", "1898"})
"""Speakers of librispeech's train split that no model learns from: the cutoff is chosen on them."""
SOUND_FILES = frozenset({".wav", ".flac", ".ogg", ".opus"})
_STRANGE_FLITE = frozenset({"kal16"})
_STRANGE_VARIANTS = ("+m3", "+m6", "+f2", "+f5")
_QUIET_DB = 32.0
_FRAME = RATE_HZ // 100


def is_stranger(voice: Voice) -> bool:
    """Whether a synthetic voice is kept for measuring."""
    if voice.engine == "espeak-ng":
        return voice.name.endswith(_STRANGE_VARIANTS)
    return voice.engine == "festival" or voice.name in _STRANGE_FLITE


def talker(random: np.random.Generator, *, stranger: bool) -> Voice:
    """A synthetic voice of one side."""
    while is_stranger(voice := voices.choose(random)) != stranger:
        pass
    return voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Somebody says something."""

    samples: Int16Array
    """Mono sound at RATE_HZ."""
    text: str
    """Lower case, words parted by single spaces."""
    speaker: str
    """Who speaks, where it is known."""


def synthetic_phrases(
    phrase: str, count: int, *, stranger: bool, seed: int, cache: Path
) -> list[Int16Array]:
    """The phrase in many voices, speeds and pitches; what was made once is kept in `cache`."""
    texts = spellings(phrase)
    random = np.random.default_rng(seed)
    wanted = [str(random.choice(texts)) for _ in range(count)]
    return _spoken(wanted, stranger=stranger, seed=seed, cache=cache)


def synthetic_near_misses(
    phrase: str, count: int, *, stranger: bool, seed: int, cache: Path
) -> list[Int16Array]:
    """What sounds like the phrase and is not, in many voices."""
    wanted = list(islice(near_misses(phrase, np.random.default_rng(seed)), count))
    return _spoken(wanted, stranger=stranger, seed=seed, cache=cache)


def _spoken(texts: Sequence[str], *, stranger: bool, seed: int, cache: Path) -> list[Int16Array]:
    """One recording for each text, without the silence around it."""
    path = cache / f"spoken-{_digest([*texts, str(stranger), str(seed)])}.npz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(seed + 1)
        sounds = [trimmed(voices.speak(t, talker(random, stranger=stranger))) for t in texts]
        part = path.with_suffix(".part.npz")
        lengths = np.array([len(sound) for sound in sounds])
        np.savez(part, samples=np.concatenate(sounds), lengths=lengths)
        part.rename(path)
    with np.load(path) as file:
        return np.split(file["samples"], np.cumsum(file["lengths"])[:-1])


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def trimmed(samples: Int16Array) -> Int16Array:
    """A recording from its first to its last 10 ms within `_QUIET_DB` of the loudest.

    Example: 0.5 s of silence, a word, 0.5 s of silence -> the word
    """
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return samples
    power = np.mean(frames.astype(np.float64) ** 2, axis=1)
    loud = np.flatnonzero(power > power.max() * 10 ** (-_QUIET_DB / 10))
    if not len(loud):
        return samples
    return samples[loud[0] * _FRAME : (loud[-1] + 1) * _FRAME]


def recordings(folder: Path, split: str) -> Iterator[Recording]:
    """One split of a speech set with a `manifest.jsonl`, in its order.

    Raises:
        ModelError: There is no such set.
    """
    try:
        lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise ModelError(f"speech set {folder} has no manifest.jsonl: {exc.strerror}") from exc
    for entry in map(json.loads, lines):
        if entry["split"] == split:
            try:
                samples = read(folder / entry["file"])
            except AudioError as exc:
                LOG.warning("left out: %s", exc)
                continue
            yield Recording(
                samples=samples,
                text=" ".join(entry["text"].lower().replace("_", " ").split()),
                speaker=str(entry.get("speaker", "")),
            )


def own_recordings(folder: Path, phrase: str, split: str) -> list[Recording]:
    """Recordings of the phrase that an owner gives.

    Args:
        folder: Either a set with a `manifest.jsonl`, of which the recordings of the phrase are
            taken, or any folder of sound files, which all hold the phrase. Of these every fifth
            is kept for measuring.
        phrase: The wake word.
        split: train, or dev for those to measure with.

    Raises:
        ModelError: There is none.
    """
    said = " ".join(words_of(phrase))
    if (folder / "manifest.jsonl").is_file():
        found = [one for one in recordings(folder, split) if one.text == said]
    elif folder.is_dir():
        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SOUND_FILES)
        kept = [p for n, p in enumerate(files) if (n % 5 == 0) == (split == "dev")]
        found = [Recording(samples=read(p), text=said, speaker="") for p in kept]
    else:
        raise ModelError(f"{folder} is not a folder of recordings")
    if not found and split == "train":
        raise ModelError(f"{folder} has no recordings of {said!r} to learn from")
    return found


def read(path: Path) -> Int16Array:
    """A sound file as mono sound at RATE_HZ.

    Raises:
        AudioError: It cannot be read.
    """
    try:
        sound, rate_hz = soundfile.read(path, dtype="int16", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as exc:
        raise AudioError(f"{path} cannot be read as sound: {exc}") from exc
    mono: Int16Array = sound[:, 0]
    return mono if rate_hz == RATE_HZ else soxr.resample(mono, rate_hz, RATE_HZ)


def other_speech(
    speech: Path, phrase: str, *, split: str, take: Callable[[Recording], bool]
) -> Iterator[Recording]:
    """What people say that has not the phrase in it, of every speech set that is there."""
    said = " ".join(words_of(phrase))
    for name in (*READERS, "wake"):
        if (speech / name / "manifest.jsonl").is_file():
            for one in recordings(speech / name, split):
                if said not in one.text and take(one):
                    yield one
