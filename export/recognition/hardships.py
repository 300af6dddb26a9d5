"""The conditions that everything is heard in: as it is, in a room, with kitchen noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile

from device.errors import AudioError
from export.recognition.spoken import Saying
from export.recognition.strangers import far_room, room
from simulator.acoustics import Sound, add_noise, from_pcm, reverberate, to_pcm

_ROOMS = 8
_PIECES = 4
"""Kitchen sounds of 5 s, one behind the other, under each sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardship:
    """What lies between a mouth and the recognizer."""

    name: str
    room: str = ""
    """"" for none, "some" for one of several living rooms, "far" for a large one."""
    snr_db: float | None = None
    """Kitchen noise under the speech."""


CLEAN = Hardship(name="clean")
NOISES = tuple(Hardship(name=f"{db} dB", snr_db=db) for db in (20, 10, 5))
CLOSE = tuple(Hardship(name=f"close, {db} dB", snr_db=db) for db in (24, 12, 6))
FAR = Hardship(name="far room", room="far")
ROOMS = (
    Hardship(name="room", room="some"),
    *(Hardship(name=f"room, {db} dB", room="some", snr_db=db) for db in (24, 12, 6)),
)


def heard_in(
    sayings: Sequence[Saying], hardship: Hardship, speech: Path, seed: int
) -> list[Saying]:
    """The same sentences under a hardship; the same seed gives the same sound.

    Raises:
        AudioError: The kitchen sounds are not there.
    """
    random = np.random.default_rng(seed)
    found: list[Saying] = []
    for one in sayings:
        sound = from_pcm(one.samples)
        if hardship.room == "far":
            sound = reverberate(sound, far_room())
        elif hardship.room:
            sound = reverberate(sound, _rooms()[random.integers(_ROOMS)])
        if hardship.snr_db is not None:
            sound = add_noise(sound, kitchen(speech, len(sound), random), hardship.snr_db)
        found.append(Saying(text=one.text, samples=to_pcm(sound)))
    return found


def kitchen(speech: Path, samples: int, random: np.random.Generator) -> Sound:
    """Recorded kitchen sound of some length; for measuring only, never for training.

    Raises:
        AudioError: There is none.
    """
    paths = sorted((speech / "kitchen_noise").glob("*.ogg"))
    if not paths:
        raise AudioError(f"no kitchen sounds in {speech / 'kitchen_noise'}; see --speech")
    chosen = [paths[random.integers(len(paths))] for _ in range(_PIECES)]
    pieces = [soundfile.read(path, dtype="float32")[0] for path in chosen]
    noise: Sound = np.resize(np.concatenate(pieces), samples)
    return noise


@lru_cache(maxsize=1)
def _rooms() -> tuple[Sound, ...]:
    random = np.random.default_rng(11)
    return tuple(room(random) for _ in range(_ROOMS))
