"""Lessons: what is not understood, what it means, and what is agreed to (docs/teaching.md)."""
