"""Copies of the training speech as features and phoneme labels, kept on disk and mapped.

Each copy has other speeds, rooms and noise; an epoch reads one copy. Making a copy takes a
minute or two on two cores, so later ones are made while the first are trained on.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from device.asr.lexicon import Lexicon
from device.asr.phonemes import indices
from device.audio.features import FEATURES
from export.acoustic.augment import QUANTUM, hard_copy, shake
from export.acoustic.speech import TRAINING_SETS, Recording, recordings, synthetic
from simulator.acoustics import Scene, from_pcm

SYNTHETIC_SENTENCES = 6_000
SEED = 20261121
SHARE = {"librispeech": 1.0, "kathleen": 0.6, "ljspeech": 1.0, "synthetic": 0.5}
"""Part of each set that one epoch reads: many talkers count more than many words."""
FIRST_SCENE = Scene(room=0.3, noise=0.5, snr_db=(18.0, 7.0))
SCENE = Scene()
LENGTHS = (104, 128, 160, 208, 336, 480, 560, 656)
"""Steps of the batches; few, because each is compiled once."""
BATCH_STEPS = 2_600
_SHARDS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Sentences of similar length."""

    features: npt.NDArray[np.float32]
    """Shape (sentences, one of LENGTHS, FEATURES), zero behind each sentence."""
    targets: npt.NDArray[np.int32]
    """Shape (sentences, 2 + most phonemes): phonemes and steps of each, then its phonemes."""


def transcribe(text: str, lexicon: Lexicon) -> tuple[int, ...]:
    """Phoneme numbers of a sentence, each word in its most usual form."""
    ways = (lexicon.pronounce(word) for word in text.split())
    return tuple(number for way in ways if way for number in indices(way[0]))


class Speech:
    """All training recordings, mapped from one file that is made at first use."""

    def __init__(self, *, shared: Path, cache: Path) -> None:
        self._path = cache / "speech.npy"
        if not self._path.exists():
            self._write(shared, cache)
        self._samples = np.load(self._path, mmap_mode="r")
        index = json.loads(self._path.with_suffix(".json").read_text(encoding="utf-8"))
        self.starts: list[int] = index["starts"]
        self.sources: list[str] = index["sources"]
        self.phonemes: list[list[int]] = index["phonemes"]

    def __len__(self) -> int:
        return len(self.sources)

    def samples(self, at: int) -> npt.NDArray[np.int16]:
        """Sound of one recording."""
        return np.asarray(self._samples[self.starts[at] : self.starts[at + 1]])

    def _write(self, shared: Path, cache: Path) -> None:
        found: list[Recording] = []
        for name in TRAINING_SETS:
            found += recordings(shared / "speech", name, "train")
        found += synthetic(
            SYNTHETIC_SENTENCES,
            text_folder=shared / "text",
            cache=cache / "synthetic",
            seed=SEED,
        )
        lexicon = Lexicon()
        starts = np.cumsum([0, *(len(one.samples) for one in found)]).tolist()
        index = {
            "starts": starts,
            "sources": [one.source for one in found],
            "phonemes": [transcribe(one.text, lexicon) for one in found],
        }
        np.save(self._path, np.concatenate([one.samples for one in found]))
        self._path.with_suffix(".json").write_text(json.dumps(index), encoding="utf-8")


def most_phonemes(length: int) -> int:
    """Width of the targets of a batch: the fastest talkers say a phoneme in 2.4 steps."""
    return int(length * 0.42)


def copy_path(cache: Path, number: int) -> Path:
    """File of one copy of the training features."""
    return cache / f"copy-{number}.npz"


def make_copy(number: int, *, shared: Path, cache: Path, workers: int) -> Path:
    """Write one copy of the training speech as features; nothing to do when it is there.

    Args:
        number: The copy, from 0; the same number gives the same copy.
        shared: Folder of the data sets.
        cache: Where copies are kept.
        workers: Processes to use.
    """
    path = copy_path(cache, number)
    if path.exists():
        return path
    speech = Speech(shared=shared, cache=cache)
    random = np.random.default_rng([SEED, number])
    wanted = [at for at, name in enumerate(speech.sources) if random.random() < SHARE[name]]
    parts = [wanted[shard::_SHARDS] for shard in range(_SHARDS)]
    with ProcessPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(_copy_part, part, [SEED, number, shard], shared, cache)
            for shard, part in enumerate(parts)
        ]
        features = [array for job in jobs for array in job.result()]
    order = [at for part in parts for at in part]
    phonemes = [speech.phonemes[at] for at in order]
    whole = path.with_suffix(".part.npz")
    np.savez(
        whole,
        features=np.concatenate(features),
        steps=np.array([len(one) for one in features]),
        phonemes=np.concatenate([np.array(one, np.int8) for one in phonemes]),
        counts=np.array([len(one) for one in phonemes]),
    )
    whole.rename(path)
    return path


@lru_cache(maxsize=1)
def _speech(shared: Path, cache: Path) -> Speech:
    return Speech(shared=shared, cache=cache)


def _copy_part(
    wanted: list[int], seed: list[int], shared: Path, cache: Path
) -> list[npt.NDArray[np.int8]]:
    speech, random = _speech(shared, cache), np.random.default_rng(seed)
    scene = FIRST_SCENE if seed[1] == 0 else SCENE
    people = [at for at, name in enumerate(speech.sources) if name != "synthetic"]
    others = [from_pcm(speech.samples(at)) for at in random.choice(people, 24, replace=False)]
    return [hard_copy(speech.samples(at), scene, others=others, random=random) for at in wanted]


class Copy:
    """One copy of the training features, cut into batches."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as file:
            self._features = file["features"]
            self._steps, self._counts = file["steps"], file["counts"]
            self._phonemes = file["phonemes"]
        self._starts = np.cumsum([0, *self._steps])
        self._label_starts = np.cumsum([0, *self._counts])

    def batches(self, random: np.random.Generator, *, lookahead: int) -> Iterator[Batch]:
        """Every sentence once, in batches of one length each, in random order.

        Sentences too short for their phonemes, or longer than the longest batch, are left out.

        Args:
            random: Source of chance.
            lookahead: Steps of zeros that must follow each sentence.
        """
        room = np.searchsorted(LENGTHS, self._steps + lookahead)
        widths = np.array([*map(most_phonemes, LENGTHS), 0])[room]
        fits = (self._counts * 1.05 < self._steps) & (self._counts > 0) & (self._counts <= widths)
        groups: list[npt.NDArray[np.int64]] = []
        for number, length in enumerate(LENGTHS):
            members = np.flatnonzero((room == number) & fits)
            random.shuffle(members)
            size = BATCH_STEPS // length
            groups += [members[at : at + size] for at in range(0, len(members) - size + 1, size)]
        for at in random.permutation(len(groups)):
            yield self._batch(groups[at], LENGTHS[room[groups[at][0]]], random)

    def _batch(
        self, members: npt.NDArray[np.int64], length: int, random: np.random.Generator
    ) -> Batch:
        features = np.zeros((len(members), length, FEATURES), np.float32)
        targets = np.zeros((len(members), 2 + most_phonemes(length)), np.int32)
        for row, at in enumerate(members):
            steps = self._features[self._starts[at] : self._starts[at + 1]] * np.float32(QUANTUM)
            phonemes = self._phonemes[self._label_starts[at] : self._label_starts[at + 1]]
            features[row, : len(steps)] = shake(steps, random)
            targets[row, :2] = len(phonemes), len(steps)
            targets[row, 2 : 2 + len(phonemes)] = phonemes
        return Batch(features=features, targets=targets)
