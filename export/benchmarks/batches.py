"""Sentences of about the same length together, so that little of a batch is padding."""

from collections.abc import Sequence
from random import Random

from export.benchmarks.sentences import Sentence

LENGTHS = (6, 8, 10, 12, 14, 16, 20, 24, 30, 36, 48, 60)
"""Sentences are padded to the next of these, or to the longest length."""


def batched(
    rows: Sequence[Sentence], size: int, longest: int, rng: Random
) -> list[tuple[int, list[Sentence]]]:
    """Batches in random order.

    What does not fill a batch goes to the next longer ones, and a few sentences come twice to
    fill the last.

    Args:
        rows: Sentences; those of more than `longest` tokens are left out.
        size: Sentences of each batch.
        longest: Tokens of the longest batch.
        rng: Where chance comes from.

    Returns:
        The length to pad to, and the sentences, of each batch.
    """
    left = [row for row in rng.sample(rows, len(rows)) if len(row.tokens) <= longest]
    batches: list[tuple[int, list[Sentence]]] = []
    if left:
        left += rng.choices(left, k=-len(left) % size)
    for length in (*(length for length in LENGTHS if length < longest), longest):
        short = [row for row in left if len(row.tokens) <= length]
        left = [row for row in left if len(row.tokens) > length]
        full = len(short) // size * size
        batches += [(length, short[at : at + size]) for at in range(0, full, size)]
        left += short[full:]
    rng.shuffle(batches)
    return batches
