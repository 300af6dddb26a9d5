"""Wake words missed, and false alarms in hours of other speech, through the speaker's stages."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import soundfile

from device.config import Config, WakeConfig
from device.errors import ModelError
from device.events import RATE_HZ, Wake
from device.hearing import Hearing
from device.models import SHIPPED
from device.nlu.templates import NO_SENTENCES
from device.speaker import hearing
from device.wake.microwakeword import built_in, find, read_description
from export.recognition.parts import Options, Part, Task, table
from export.recognition.spoken import Int16Array, framed, said

_QUIET = RATE_HZ
_SYNTHETIC = 40
_BLOCK = RATE_HZ // 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wakes:
    """What one model made of everything."""

    phrase: str
    real: bool
    """Whether people said the phrase; else synthetic strangers did."""
    said: int
    missed: int
    alarms: int
    hours: float
    """Other speech."""


def models(options: Options) -> list[str]:
    """Wake models that the speaker can find, and those named besides."""
    ours = [str(path) for path in sorted(SHIPPED.glob("*.json")) if _is_wake_model(path)]
    return [*built_in(), *ours, *options.wake_models]


def looks(options: Options) -> list[tuple[str, bool]]:
    """Every model, believed at once and with the second look of the acoustic model."""
    return [(name, check) for name in models(options) for check in (False, True)]


def tasks(options: Options) -> list[Task]:
    """One for each model and look."""
    return [partial(measured, name, check, options) for name, check in looks(options)]


def measured(name: str, check: bool, options: Options) -> Wakes:
    """Misses on the phrase, alarms on everything else."""
    phrase = letters(read_description(find(name)).wake_word)
    config = msgspec.structs.replace(Config(), wake=WakeConfig(model=name, check=check))
    _, ears = hearing(config, NO_SENTENCES, wake=True)
    spoken = list(clips(options.speech, phrase))
    real = bool(spoken)
    if not real:
        spoken = [one.samples for one in said([phrase] * _SYNTHETIC, seed=10)]
    random = np.random.default_rng(12)
    missed = sum(not alarms(ears, one, random) for one in spoken)
    false_alarms, samples = 0, 0
    for one in others(options.speech, phrase):
        samples += len(one)
        false_alarms += alarms(ears, one, random)
    return Wakes(
        phrase=phrase,
        real=real,
        said=len(spoken),
        missed=missed,
        alarms=false_alarms,
        hours=samples / RATE_HZ / 3600,
    )


def letters(text: str) -> str:
    """A phrase in lower case, its words parted by single spaces."""
    return " ".join(text.lower().replace("_", " ").split())


def clips(speech: Path, phrase: str) -> Iterator[Int16Array]:
    """Recordings of the dev split in which people say the phrase."""
    for text, samples in _dev(speech / "wake"):
        if letters(text) == phrase:
            yield samples


def others(speech: Path, phrase: str) -> Iterator[Int16Array]:
    """Recordings of the dev split in which people say something else."""
    for name in ("librispeech", "wake"):
        for text, samples in _dev(speech / name):
            if phrase not in letters(text):
                yield samples


def alarms(ears: Hearing, samples: Int16Array, random: np.random.Generator) -> int:
    """How often the wake word is heard in a recording with a little quiet around it."""
    pcm = framed(samples, random, before=_QUIET, behind=_QUIET).astype("<i2")
    ears.reset()
    blocks = (pcm[at : at + _BLOCK].tobytes() for at in range(0, len(pcm), _BLOCK))
    return sum(isinstance(found, Wake) for block in blocks for found in ears.feed(block))


def _dev(folder: Path) -> Iterator[tuple[str, Int16Array]]:
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    for entry in map(json.loads, lines):
        if entry["split"] == "dev":
            yield entry["text"], soundfile.read(folder / entry["file"], dtype="int16")[0]


def _is_wake_model(path: Path) -> bool:
    try:
        read_description(path)
    except ModelError:
        return False
    return True


def page(options: Options, results: Sequence[Wakes]) -> str:
    """The table."""
    rows = [
        f"{Path(name).stem} | {'two' if check else 'one'} | {one.phrase} "
        f"| {'people' if one.real else 'synthetic strangers'} | {one.said} "
        f"| {one.missed / one.said:.1%} | {one.alarms / one.hours:.1f} ({one.alarms})"
        for (name, check), one in zip(looks(options), results, strict=True)
    ]
    hours = max(one.hours for one in results)
    return f"""## Wake words

Every model that the speaker finds, at its own threshold, through the speaker's own stages: with
one look believed at once, with two checked by the acoustic model (`wake.check`). The
phrase is said by people of the dev split where it is there, by synthetic strangers otherwise. Other
speech: {hours:.2f} hours of the dev speakers' reading and of other wake words.

{table("model | looks | phrase | said by | times | missed | false alarms an hour (all)", rows)}"""


PART = Part(name="wake", tasks=tasks, page=page)
