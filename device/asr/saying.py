"""How the words of a name are said, told from somebody who says the whole name.

The likeliest sounds of the whole name are cut where its words meet: so that the pieces are as
near as can be to what each word was thought to sound like (Levenshtein, 1966, by dynamic
programming). Words of the dictionary are left as they are beside words that are not in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
import numpy.typing as npt

from device.asr.lexicon import HISSING, Lexicon, Pronunciation
from device.asr.ownway import apart, own_ways
from device.asr.phonemes import LABELS
from device.asr.spelling import spoken
from device.asr.trees import Pronouncer
from device.asr.trees import Sounds as Numbers
from device.errors import TeachingError

Float32Array = npt.NDArray[np.float32]

_MOST_GUESSES = 12
"""Ways to say a whole name that are weighed."""
_MOST_TIMES = 2.0
"""How much longer or shorter than thought a name may be, counted in sounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A written word of a name."""

    word: str | None
    """The word of the lexicon; None where it is said as several words, or not at all."""
    ways: tuple[Numbers, ...]


def learned(
    name: str, recordings: Sequence[Float32Array], lexicon: Lexicon
) -> Mapping[str, Pronunciation]:
    """How somebody says the words of a name.

    Args:
        name: One word or several, as written.
        recordings: Log probabilities of somebody who says the name and nothing else, each of
            shape (steps, labels), as `device.asr.acoustic` gives them.
        lexicon: How words are thought to be said so far.

    Returns:
        The words, in lower case, that are said in another way than the lexicon's first, each
        with that way; none where everything is known.

    Raises:
        TeachingError: It cannot have been this name, or nobody can tell how it is written.
    """
    parts = _parts(name, lexicon)
    guesses = list(islice(product(*(part.ways for part in parts)), _MOST_GUESSES))
    if not parts or not guesses:
        raise TeachingError(f"I cannot tell which sounds {name} is made of")
    whole = [sum(guess, ()) for guess in guesses]
    best = own_ways(recordings, whole, most=1)[0].sounds
    nearest = min(range(len(whole)), key=lambda at: apart(best, whole[at]))
    if not 1 / _MOST_TIMES <= len(best) / len(whole[nearest]) <= _MOST_TIMES:
        raise TeachingError(f"that did not sound like {name}")
    found: dict[str, Pronunciation] = {}
    for part, piece in zip(parts, cut(best, guesses[nearest]), strict=True):
        if part.word is not None and piece:
            word, way = _stem(part.word, tuple(LABELS[sound] for sound in piece))
            if way and lexicon.pronounce(word)[:1] != (way,):
                found[word] = way
    odd = {word: way for word, way in found.items() if not lexicon.holds(word)}
    alone = len(parts) == 1 or all(lexicon.holds(part.word or "") for part in parts)
    return found if alone else odd


def taught_words(name: str) -> tuple[str, ...]:
    """The words of a name that may have been taught, and what they are derived from."""
    words = [way[0] for token in name.split() for way in spoken(token) if len(way) == 1]
    return tuple(dict.fromkeys((*words, *(_owner(word) or word for word in words))))


def cut(sounds: Numbers, parts: Sequence[Numbers]) -> tuple[Numbers, ...]:
    """Cut sounds into pieces that are as near as can be to these parts, in order.

    Example: sounds 1 2 3 9 5 6 and the parts 1 2 3 and 4 5 6 -> 1 2 3 and 9 5 6
    """
    best: dict[int, tuple[int, tuple[Numbers, ...]]] = {0: (0, ())}
    for part in parts:
        best = {
            end: min(
                (cost + apart(sounds[start:end], part), (*pieces, sounds[start:end]))
                for start, (cost, pieces) in best.items()
                if start <= end
            )
            for end in range(len(sounds) + 1)
        }
    return best[len(sounds)][1]


def _parts(name: str, lexicon: Lexicon) -> list[_Part]:
    pronouncer = Pronouncer(lexicon.pronounce)
    found = []
    for token in name.split():
        said, ways = spoken(token), pronouncer.sounds(token)
        if ways:
            word = said[0][0] if len(said) == 1 and len(said[0]) == 1 else None
            found.append(_Part(word=word, ways=ways))
    return found


def _owner(word: str) -> str | None:
    """The word that a possessive is made of; None where it is none."""
    stem = word.removesuffix("'s")
    return stem if stem and len(stem) < len(word) else None


def _stem(word: str, way: Pronunciation) -> tuple[str, Pronunciation]:
    """The word without a possessive s, in writing and in sound."""
    owner = _owner(word)
    if owner is None or way[-1] not in ("S", "Z"):
        return word, way
    stem = way[:-1]
    if way[-2:] == ("IH", "Z") and len(way) > 2 and way[-3] in HISSING:
        stem = way[:-2]
    return owner, stem
