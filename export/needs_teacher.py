"""`python -m export needs_teacher`: sentences that the model of needs learns from besides its own."""

from export.teaching.declarative.teacher import make as main

__all__ = ["main"]
