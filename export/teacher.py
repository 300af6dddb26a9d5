"""`python -m export teacher`: the vectors that the utterance encoder learns from."""

from export.encoder.teacher import make as main

__all__ = ["main"]
