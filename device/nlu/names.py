"""How alike two names are, by spelling and by sound.

What was typed has slips, what was heard has words that sound the same. A name counts when it
is like enough and no other is nearly as like.
"""

import re
from functools import lru_cache

from rapidfuzz.distance.OSA import distance as edits

from device.nlu.numbers import number
from device.nlu.words import plain

ARTICLES = frozenset({"the", "my", "our", "a", "an", "your", "that", "this"})
_SOUNDS = (
    (r"^kn|^gn", "n"),
    (r"^wr", "r"),
    (r"^wh", "w"),
    (r"ph", "f"),
    (r"ck|q", "k"),
    (r"sch|sh|tch|ch|j|ge(?=$|r)|dge", "x"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"x", "ks"),
    (r"z", "s"),
    (r"gh(?=$|t)", ""),
)


@lru_cache(maxsize=4_000)
def key(word: str) -> str:
    """How a word sounds, roughly: consonants, in the manner of Metaphone (Philips, 1990)."""
    sound = re.sub(r"[^a-z0-9]", "", word.lower())
    for pattern, instead in _SOUNDS:
        sound = re.sub(pattern, instead, sound)
    head = "a" if sound[:1] in "aeiouy" and sound else sound[:1]
    rest = re.sub(r"[aeiouy]", "", sound[1:])
    return re.sub(r"(.)\1+", r"\1", head + rest)


@lru_cache(maxsize=4_000)
def stems(name: str) -> tuple[str, ...]:
    """Words of a name without articles and plural endings."""
    words = [w for w in plain(name).split() if w not in ARTICLES]
    return tuple(_singular(w) for w in words)


@lru_cache(maxsize=4_000)
def _counts(words: tuple[str, ...]) -> tuple[int | float, ...]:
    """Numbers in a name: "lamp 1" and "lamp two" are different lamps."""
    found = [number([word]) for word in words]
    return tuple(n for n in found if n is not None)


def _singular(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


@lru_cache(maxsize=20_000)
def likeness(said: str, name: str) -> float:
    """How alike a name and what was said are, 0 to 1; 1 for the same words.

    The same words in another order or number are 0.97, the same sounds 0.93; otherwise edits
    count (a swap of neighbours is one, as in Damerau, 1964), on the spelling or on the sound,
    whichever is kinder.
    """
    if plain(said) == plain(name):
        return 1.0
    one, other = stems(said), stems(name)
    if not one or not other:
        return 0.0
    if one == other:
        return 0.98
    if sorted(one) == sorted(other):
        return 0.97
    if _counts(one) != _counts(other):
        return 0.0
    a, b = " ".join(one), " ".join(other)
    if a.replace(" ", "") == b.replace(" ", ""):
        return 0.96
    sounds = "".join(map(key, one)), "".join(map(key, other))
    if sounds[0] == sounds[1] and len(sounds[0]) > 1 and a[0] == b[0]:
        return 0.93
    spelling = 1.0 - edits(a, b) / max(len(a), len(b))
    sound = 1.0 - edits(*sounds) / max(1, *map(len, sounds))
    return max(0.0, min(0.92, max(spelling, 0.5 * spelling + 0.45 * sound)))
