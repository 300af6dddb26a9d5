"""Copies of the training speech as features and phoneme labels, kept on disk and mapped.

Each copy has other speeds, rooms and noise; an epoch reads one copy. Making a copy takes a
minute or two on two cores, so later ones are made while the first are trained on.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from device.asr.acoustic import log_softmax
from device.asr.lexicon import Lexicon
from device.asr.phonemes import indices
from device.audio.features import FEATURES, whole
from export.acoustic.augment import QUANTUM, hard_copy, shake
from export.acoustic.speech import TRAINING_SETS, Recording, recordings, synthetic
from export.acoustic.variants import Way, as_said
from export.acoustic.weights import forward, read
from simulator.acoustics import Scene, from_pcm

SYNTHETIC_SENTENCES = 6_000
SEED = 20261121
SHARE = {"librispeech": 1.0, "kathleen": 0.6, "ljspeech": 1.0, "wake": 0.3, "synthetic": 0.5}
"""Part of each set that one epoch reads: many talkers count more than many words."""
FIRST_SCENE = Scene(room=0.3, noise=0.5, snr_db=(18.0, 7.0))
SCENE = Scene()
ROWS = 1
ROW_STEPS = 656
"""Steps of a row: 20 seconds, enough for the longest sentence."""
_OPEN_ROWS = 60
_SHARDS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Sentences one after the other, as a microphone hears them, in rows of one length."""

    features: npt.NDArray[np.float32]
    """Shape (ROWS, ROW_STEPS, FEATURES), zero behind the last sentence of a row."""
    places: npt.NDArray[np.int64]
    """Where each sentence begins when all rows are laid end to end."""
    targets: npt.NDArray[np.int64]
    """Phonemes of each sentence, shape (sentences, most), zero behind the last."""
    steps: npt.NDArray[np.int64]
    """Steps of each sentence."""
    counts: npt.NDArray[np.int64]
    """Phonemes of each sentence."""


def forms(text: str, lexicon: Lexicon) -> tuple[tuple[Way, ...], ...]:
    """For each word its forms as phoneme numbers, the most usual one first."""
    words = (lexicon.pronounce(word) for word in text.split())
    return tuple(tuple(indices(way) for way in ways) for ways in words if ways)


def transcribe(text: str, lexicon: Lexicon) -> tuple[int, ...]:
    """Phoneme numbers of a sentence, each word in its most usual form."""
    return tuple(number for ways in forms(text, lexicon) for number in ways[0])


class Speech:
    """All training recordings, mapped from one file that is made at first use.

    Attributes:
        phonemes: What is said in each recording, as phoneme numbers.
    """

    def __init__(self, *, shared: Path, cache: Path) -> None:
        self._path = cache / "speech.npy"
        if not self._path.exists():
            self._write(shared, cache)
        self._samples = np.load(self._path, mmap_mode="r")
        self._index = json.loads(self._path.with_suffix(".json").read_text(encoding="utf-8"))
        self.starts: list[int] = self._index["starts"]
        self.sources: list[str] = self._index["sources"]
        self.phonemes: list[list[int]] = self._index["phonemes"]

    def __len__(self) -> int:
        return len(self.sources)

    def samples(self, at: int) -> npt.NDArray[np.int16]:
        """Sound of one recording."""
        return np.asarray(self._samples[self.starts[at] : self.starts[at + 1]])

    def align(self, weights: Path) -> None:
        """Let trained weights tell which form of each word people used; done once.

        Synthetic voices read from dictionaries, so theirs stay as they are.
        """
        if self._index["aligned"]:
            return
        network, lexicon = read(weights), Lexicon()
        for at, source in enumerate(self.sources):
            if source != "synthetic":
                words = forms(self._index["texts"][at], lexicon)
                scores = log_softmax(forward(network, whole(self.samples(at))))
                self.phonemes[at] = list(as_said(scores, words) or self.phonemes[at])
        self._keep({**self._index, "phonemes": self.phonemes, "aligned": True})

    def _keep(self, index: dict[str, Any]) -> None:
        self._path.with_suffix(".json").write_text(json.dumps(index), encoding="utf-8")

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
            "texts": [one.text for one in found],
            "phonemes": [transcribe(one.text, lexicon) for one in found],
            "aligned": False,
        }
        np.save(self._path, np.concatenate([one.samples for one in found]))
        self._keep(index)


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
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        features=np.concatenate(features),
        steps=np.array([len(one) for one in features]),
        recordings=np.array(order),
    )
    part.rename(path)
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
    """One copy of the training features, laid into rows."""

    def __init__(self, path: Path, phonemes: Sequence[Sequence[int]]) -> None:
        """Read it.

        Args:
            path: The file.
            phonemes: What is said in each of all recordings.
        """
        with np.load(path) as file:
            self._features, self._steps = file["features"], file["steps"]
            self._phonemes = [phonemes[at] for at in file["recordings"].tolist()]
        self._counts = np.array([len(one) for one in self._phonemes])
        self._starts = np.cumsum([0, *self._steps])

    def rows(self, random: np.random.Generator, *, lookahead: int) -> Iterator[Rows]:
        """Every sentence once, in random order, one after the other in rows of one length.

        Sentences too short for their phonemes, or longer than a row, are left out.

        Args:
            random: Source of chance.
            lookahead: Steps that must follow the last sentence of a row.
        """
        room = ROW_STEPS - lookahead
        fits = (self._counts * 1.05 < self._steps) & (self._counts > 0) & (self._steps <= room)
        members = np.flatnonzero(fits)
        random.shuffle(members)
        rows = packed(members, self._steps, room)
        for at in range(0, len(rows) - ROWS + 1, ROWS):
            yield self._laid(rows[at : at + ROWS], random)

    def _laid(self, rows: list[list[int]], random: np.random.Generator) -> Rows:
        features = np.zeros((ROWS, ROW_STEPS, FEATURES), np.float32)
        members = [at for row in rows for at in row]
        targets = np.zeros((len(members), int(self._counts[members].max())), np.int64)
        places: list[int] = []
        for number, row in enumerate(rows):
            start = 0
            for at in row:
                steps = self._features[self._starts[at] : self._starts[at + 1]]
                targets[len(places), : self._counts[at]] = self._phonemes[at]
                features[number, start : start + len(steps)] = shake(
                    steps * np.float32(QUANTUM), random
                )
                places.append(number * ROW_STEPS + start)
                start += len(steps)
        return Rows(
            features=features,
            places=np.array(places),
            targets=targets,
            steps=self._steps[members].astype(np.int64),
            counts=self._counts[members].astype(np.int64),
        )


def packed(
    members: npt.NDArray[np.int64], steps: npt.NDArray[np.int64], room: int
) -> list[list[int]]:
    """Lay sentences into rows, each into the first open row with room (first fit).

    Args:
        members: The sentences, in the order in which they are laid.
        steps: Length of every sentence.
        room: Length of a row; no member is longer.

    Returns:
        The members of each row.
    """
    rows: list[list[int]] = []
    open_rows: list[tuple[int, int]] = []
    for member in members.tolist():
        length = int(steps[member])
        for place, (row, left) in enumerate(open_rows):
            if length <= left:
                rows[row].append(member)
                open_rows[place] = row, left - length
                break
        else:
            rows.append([member])
            open_rows = [*open_rows[-_OPEN_ROWS + 1 :], (len(rows) - 1, room - length)]
    return rows
