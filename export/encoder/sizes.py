"""Sizes of the encoder, and how it reads a sentence."""

from device.nlu.words import shape, tokenize

SIZE = 64
"""Values of a word's vector."""
BUCKETS = 4_096
"""Rows for character n-grams."""
ROWS = 18_000
"""Words with a row of their own."""
WIDTH = 128
LAYERS = 3
OUT = 128
"""Values of a sentence's vector."""
LENGTH = 24
"""Words that are read."""


def words_of(text: str) -> tuple[str, ...]:
    """A sentence as keys of the word table, as the device reads it."""
    return tuple(shape(t.text) for t in tokenize(text) if not t.mark)[:LENGTH]
