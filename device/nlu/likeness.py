"""How far two sentences have the same words, without a look at any template."""

from collections.abc import Iterable
from functools import lru_cache

from device.nlu.fewshot import PARAPHRASE
from device.nlu.inflection import stem
from device.nlu.wordgraph import weight

MOST_SAMPLES = 12
"""Samples that a sentence is compared with."""


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
    said, whole = _words(text)
    best = 0.0
    for _, sample in zip(range(MOST_SAMPLES), samples, strict=False):
        words, all_of_it = _words(sample)
        both = sum(price for word, price in words.items() if word in said)
        best = max(best, 2.0 * both / max(whole + all_of_it, 1e-6))
    return PARAPHRASE * min(1.0, best)


@lru_cache(maxsize=4_000)
def _words(text: str) -> tuple[dict[str, float], float]:
    """The stems of a sentence with what each weighs, and what they weigh together."""
    words = {word.strip(".,;:!?'"): 0.0 for word in text.lower().split()}
    prices = {stem(word): weight(word) for word in words if word}
    return prices, sum(prices.values())
