"""How far two sentences have the same words, without a look at any template."""

import re
from collections.abc import Iterable
from functools import lru_cache

from device.nlu.fewshot import PARAPHRASE
from device.nlu.inflection import stem
from device.nlu.wordgraph import STOP_COST, STOP_WORDS

MOST_SAMPLES = 10
"""Samples that a sentence is compared with."""

_WORD = re.compile(r"[\w']*\w")


def likeness(samples: Iterable[str], text: str) -> float:
    """How well the nearest of some samples accounts for the words of a sentence.

    The measure of `device.nlu.fewshot.fill`, as far as it can be known without templates: of the
    sentence's words and the sample's together the share that both have (Dice, 1945), words
    that tell little counting little.

    Args:
        samples: Sentences; the first MOST_SAMPLES count.
        text: The sentence.

    Returns:
        0 to PARAPHRASE.
    """
    content, small = _words(text)
    whole = len(content) + STOP_COST * len(small)
    best = 0.0
    for _, sample in zip(range(MOST_SAMPLES), samples, strict=False):
        its_content, its_small = _words(sample)
        both = len(content & its_content) + STOP_COST * len(small & its_small)
        all_of_it = whole + len(its_content) + STOP_COST * len(its_small)
        best = max(best, 2.0 * both / max(all_of_it, 1e-6))
    return PARAPHRASE * min(1.0, best)


@lru_cache(maxsize=4_000)
def _words(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of a sentence's words, those that tell something and those that tell little."""
    words = frozenset(_WORD.findall(text.lower()))
    return frozenset(map(stem, words - STOP_WORDS)), words & STOP_WORDS
