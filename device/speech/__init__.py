"""Replies and signals become sound."""
