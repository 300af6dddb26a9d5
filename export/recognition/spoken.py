"""Sentences, and the sound of somebody saying them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from device.asr.spelling import spoken
from export.recognition.strangers import stranger
from simulator.homefile import furnished_home
from simulator.sentences import random_phrase, sources
from simulator.voices import speak

Int16Array = npt.NDArray[np.int16]

QUIET_BEFORE, QUIET_BEHIND = 4_000, 6_000
"""Samples of quiet around every sentence."""
_HISS = 5.0
"""Spread of a quiet microphone's hiss, in steps of 16 bits."""
_FEWEST_WORDS, _MOST_WORDS = 3, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A sentence as somebody said it."""

    text: str
    samples: Int16Array
    """Mono sound at 16 kHz."""


def plain_words(text: str) -> tuple[str, ...]:
    """Words as they are said, so that "21" and "twenty one" are the same."""
    words: list[str] = []
    for written in text.lower().replace(",", " ").replace("?", " ").split():
        ways = spoken(written)
        words.extend(ways[0] if ways else (written,))
    return tuple(part for word in words for part in word.replace("-", " ").split())


def household_texts(seed: int) -> Iterator[str]:
    """Requests that the built-in templates make for the furnished home, without end."""
    random = Random(seed)
    intents = list(sources())
    weights = [sum(len(s.block.sentences) for s in sources()[name]) ** 0.5 for name in intents]
    while True:
        (intent,) = random.choices(intents, weights)
        text = random_phrase(intent, random, furnished_home(), "test").text
        if _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS:
            yield text


def said(texts: Sequence[str], seed: int) -> list[Saying]:
    """Each text by another synthetic voice that no training knows, a little quiet around."""
    random = np.random.default_rng(seed)
    sounds = [speak(" ".join(plain_words(text)), stranger(random)) for text in texts]
    return [
        Saying(text=text, samples=framed(sound, random))
        for text, sound in zip(texts, sounds, strict=True)
    ]


def framed(
    samples: Int16Array,
    random: np.random.Generator,
    *,
    before: int = QUIET_BEFORE,
    behind: int = QUIET_BEHIND,
) -> Int16Array:
    """Sound with some samples of quiet before and behind it, all of it through a quiet microphone.

    No microphone gives a row of zeros, and PocketSphinx fails on them.
    """
    sound = np.pad(samples, (before, behind))
    hiss = np.rint(random.normal(0.0, _HISS, len(sound)))
    heard: Int16Array = np.clip(sound + hiss, -32_768, 32_767).astype(np.int16)
    return heard
