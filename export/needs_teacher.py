"""`python -m export needs_teacher`: sentences that the model of needs learns from, too."""

from export.teaching.declarative.teacher import make as main

__all__ = ["main"]
