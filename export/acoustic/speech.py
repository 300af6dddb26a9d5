"""The speech that the acoustic model learns from: recordings of people, and synthetic voices."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from export.acoustic.sentences import household_sentences, spelled
from simulator import voices

LOG = logging.getLogger(__name__)
Int16Array = npt.NDArray[np.int16]

TRAINING_SETS = ("librispeech", "kathleen", "ljspeech", "wake")
DEV_SET = "librispeech"
JOINED = {"heychatterbox": "hey chatterbox", "snowboy": "snow boy"}
"""Words of the wake clips that are two words to a dictionary."""
SHARD = 500
"""Synthetic sentences in one cached file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A sentence as somebody said it."""

    samples: Int16Array
    """Mono sound at 16 kHz."""

    text: str
    """Lower-case words, numbers spelled out."""

    source: str
    """The set that it comes from."""


def recordings(folder: Path, name: str, split: str) -> Iterator[Recording]:
    """Read one split of a speech set with a `manifest.jsonl`.

    Args:
        folder: The folder of all speech sets.
        name: The set.
        split: train or dev.

    Yields:
        Every sentence that can be read, in the order of the manifest.
    """
    lines = (folder / name / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    for entry in map(json.loads, lines):
        if entry["split"] == split:
            try:
                samples, _ = soundfile.read(folder / name / entry["file"], dtype="int16")
            except soundfile.LibsndfileError as exc:
                LOG.warning("left out %s/%s: %s", name, entry["file"], exc)
                continue
            text = JOINED.get(entry["text"], entry["text"])
            yield Recording(samples=samples, text=spelled(text), source=name)


def synthetic(count: int, *, text_folder: Path, cache: Path, seed: int) -> Iterator[Recording]:
    """Let synthetic voices read household sentences; what was made once is kept in `cache`.

    Args:
        count: How many sentences; rounded down to whole shards.
        text_folder: Where the text sets lie.
        cache: Folder for the shards.
        seed: The same seed gives the same sentences in the same voices.

    Yields:
        One recording for each sentence.
    """
    cache.mkdir(parents=True, exist_ok=True)
    sentences = household_sentences(count, text_folder=text_folder, seed=seed)
    shards = [sentences[at : at + SHARD] for at in range(0, count - SHARD + 1, SHARD)]
    paths = [cache / f"synthetic-{seed}-{number}.npz" for number in range(len(shards))]
    with ProcessPoolExecutor(2) as pool:
        jobs = enumerate(zip(shards, paths, strict=True))
        missing = [(texts, path, seed + 1 + n) for n, (texts, path) in jobs if not path.exists()]
        list(pool.map(partial(_speak_shard), *zip(*missing, strict=True)) if missing else [])
    for texts, path in zip(shards, paths, strict=True):
        with np.load(path) as shard:
            sounds = np.split(shard["samples"], np.cumsum(shard["lengths"])[:-1])
        for text, samples in zip(texts, sounds, strict=True):
            yield Recording(samples=samples, text=text, source="synthetic")


def _speak_shard(texts: list[str], path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    sounds = [voices.speak(text, voices.choose(random)) for text in texts]
    whole = path.with_suffix(".part.npz")
    lengths = np.array([len(sound) for sound in sounds])
    np.savez(whole, samples=np.concatenate(sounds), lengths=lengths)
    whole.rename(path)
