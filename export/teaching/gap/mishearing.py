"""Recognition's mistakes, made of text: words that sound alike, and sounds that are no words.

What a word is taken for is drawn among words of the shared text whose phonemes are near (edit
distance over ARPAbet phonemes, one character each, Levenshtein 1966).
"""

from collections import Counter
from functools import cache
from random import Random

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from device.asr.lexicon import shared_lexicon
from device.asr.phonemes import indices
from export.tagger.texts import TEXTS
from export.teaching.gap.names import any_words, listed
from export.teaching.texts import said
from simulator.homes import Split, invented

NEAR = 0.55
"""Likeness of the phonemes, 0 to 1, from which one word is heard as another."""
_MOST = 8


def misheard(
    rng: Random, words: tuple[str, ...], *, names: frozenset[str], share: float = 0.15
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Words as a recognizer could have heard them, with confidences.

    Args:
        rng: The only source of chance.
        words: What was said, in lower case.
        names: Words of which at least one is misheard, where any of them was said.
        share: Of the other words that are misheard.

    Returns:
        As many words as were said, and a confidence for each.
    """
    at = [i for i, word in enumerate(words) if word in names]
    sure_to = {rng.choice(at)} if at else set()
    found: list[str] = []
    sure: list[float] = []
    for i, word in enumerate(words):
        near = _near(word) if i in sure_to or rng.random() < share else ()
        found.append(rng.choice(near) if near else word)
        low = bool(near) and rng.random() < 0.75
        sure.append(round(rng.uniform(0.05, 0.6) if low else rng.uniform(0.5, 1.0), 3))
    return tuple(found), tuple(sure)


def mumbled(rng: Random, split: Split) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Sounds between the teeth, with confidences or, as typed, without."""
    style = rng.random()
    count = rng.randint(1, 7)
    if style < 0.4:
        words = [rng.choice(listed("mumbles")) for _ in range(count)]
    elif style < 0.7:
        pool = (*any_words(split), *listed("mumbles"))
        words = [rng.choice(pool) for _ in range(count + 1)]
    elif style < 0.85:
        words = [invented(rng) for _ in range(max(2, count))]
    else:
        start = rng.choice(("turn on", "set the", "turn", "put the", "the lights", "make", "set"))
        words = [*start.split(), *(rng.choice(listed("mumbles")) for _ in range(count))]
    sure = tuple(round(rng.uniform(0.02, 0.5), 3) for _ in words)
    return tuple(words), sure if rng.random() < 0.7 else ()


@cache
def _sounds() -> dict[str, str]:
    """Common words of the shared text and their phonemes."""
    counts = Counter(w for row in said("train", TEXTS) for w in row.text.split() if w.isalpha())
    return {word: spoken(word) for word, n in counts.most_common(6_000) if n > 2}


@cache
def spoken(word: str) -> str:
    """The phonemes of a word, one character each."""
    ways = shared_lexicon().pronounce(word)
    return "".join(chr(65 + sound) for sound in indices(ways[0])) if ways else ""


@cache
def _near(word: str) -> tuple[str, ...]:
    """Words that sound like this one and are not written nearly alike."""
    sound = spoken(word) if word.isalpha() else ""
    if len(sound) < 2:
        return ()
    pool = _sounds()
    found = process.extract(
        sound, pool, scorer=Levenshtein.normalized_similarity, score_cutoff=NEAR, limit=_MOST + 1
    )
    return tuple(other for _, _, other in found if other != word)[:_MOST]
