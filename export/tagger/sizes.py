"""How large the word tables of tagger and chunker are, told without the network's tensorflow."""

SIZE = 40
"""Values of a word vector."""
BUCKETS = 6_000
"""Rows for character n-grams."""
