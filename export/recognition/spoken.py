"""Sentences, and the sound of somebody saying them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import soundfile

from device.asr.automaton import WordAutomaton
from device.asr.net import FORK
from device.asr.spelling import spoken
from device.context import Device, Home, Room
from simulator.acoustics import add_noise, from_pcm, to_pcm
from simulator.homefile import furnished, read_house
from simulator.sentences import random_phrase, sources
from simulator.voices import choose, speak

Int16Array = npt.NDArray[np.int16]

_QUIET_BEFORE, _QUIET_AFTER = 4_000, 6_000
_FEWEST_WORDS, _MOST_WORDS = 3, 12
_NOISE_PIECES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A sentence as somebody said it."""

    text: str
    samples: Int16Array


def plain_words(text: str) -> tuple[str, ...]:
    """Words as they are said, so that "21" and "twenty one" are the same."""
    words: list[str] = []
    for written in text.lower().replace(",", " ").replace("?", " ").split():
        ways = spoken(written)
        words.extend(ways[0] if ways else (written,))
    return tuple(part for word in words for part in word.replace("-", " ").split())


@cache
def furnished_home() -> Home:
    """The house of the simulator, as the speaker knows it."""
    file = read_house()
    pieces = [(piece, furnished(piece)) for piece in file.devices]
    return Home(
        rooms=tuple(Room(name=r.name, floor=r.floor, aliases=r.aliases) for r in file.rooms),
        devices=tuple(
            Device(
                id=str(number),
                name=piece.name,
                room=piece.room,
                kind=whole.kind,
                device_class=whole.device_class,
                aliases=piece.aliases,
            )
            for number, (piece, whole) in enumerate(pieces)
        ),
    )


def household_texts(seed: int) -> Iterator[str]:
    """Requests that templates make for the furnished home, without end."""
    random = Random(seed)
    intents = list(sources())
    weights = [sum(len(s.block.sentences) for s in sources()[name]) ** 0.5 for name in intents]
    while True:
        (intent,) = random.choices(intents, weights)
        text = random_phrase(intent, random, furnished_home(), "test").text
        if _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS:
            yield " ".join(plain_words(text))


def walked_texts(automaton: WordAutomaton, seed: int) -> Iterator[str]:
    """Sentences of a grammar without loops, arc by arc at random, without end."""
    random = np.random.default_rng(seed)
    while True:
        state = 0
        words: list[str] = []
        while True:
            first, last = automaton.arc_first[state], automaton.arc_first[state + 1]
            ends = np.isfinite(automaton.final_cost[state])
            if ends and (first == last or random.random() < 0.5):
                break
            arc = int(random.integers(first, last))
            number = int(automaton.arc_word[arc]) - len(automaton.words)
            some = automaton.sets[number] if number >= 0 else None
            word = str(random.choice(some)) if some else automaton.words[automaton.arc_word[arc]]
            words.append(word.rstrip(FORK))
            state = int(automaton.arc_target[arc])
        if _FEWEST_WORDS <= len(words) <= _MOST_WORDS:
            yield " ".join(plain_words(" ".join(words)))


def said(texts: Iterator[str], count: int, seed: int) -> list[Saying]:
    """The first texts, each by another random voice, with a little quiet around."""
    random = np.random.default_rng(seed)
    quiet = np.zeros(_QUIET_BEFORE, np.int16), np.zeros(_QUIET_AFTER, np.int16)
    sayings = []
    for text, _ in zip(texts, range(count), strict=False):
        sound = np.concatenate([quiet[0], speak(text, choose(random)), quiet[1]])
        sayings.append(Saying(text=text, samples=sound))
    return sayings


def real(folder: Path, *, seconds: float, most: int) -> list[Saying]:
    """Sentences that people of the dev split read aloud, none longer than `seconds`."""
    lines = (folder / "librispeech" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [entry for entry in map(json.loads, lines) if entry["split"] == "dev"]
    short = [entry for entry in entries if entry["seconds"] <= seconds]
    kept = short[:: max(1, len(short) // most)][:most]
    return [
        Saying(
            text=" ".join(plain_words(entry["text"])),
            samples=soundfile.read(folder / "librispeech" / entry["file"], dtype="int16")[0],
        )
        for entry in kept
    ]


def noisy(sayings: Sequence[Saying], folder: Path, snr_db: float, seed: int) -> list[Saying]:
    """The same with recorded kitchen sounds under them (for measuring only)."""
    random = np.random.default_rng(seed)
    paths = sorted((folder / "kitchen_noise").glob("*.ogg"))
    changed = []
    for one in sayings:
        chosen = [paths[random.integers(len(paths))] for _ in range(_NOISE_PIECES)]
        noise = np.concatenate([soundfile.read(path, dtype="float32")[0] for path in chosen])
        sound = add_noise(from_pcm(one.samples), np.resize(noise, len(one.samples)), snr_db)
        changed.append(Saying(text=one.text, samples=to_pcm(sound)))
    return changed
