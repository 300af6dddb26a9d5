"""The hypotheses that the re-ranker sets side by side: one skill's reading of a request each."""

from dataclasses import dataclass

from device.events import Slot
from device.routing.standing import STRANGER, Acquaintance

MOST_RIVALS = 10
"""Hypotheses that are ranked together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One skill that might answer, with the request as it understands it."""

    skill: str
    intent: str
    slots: tuple[Slot, ...] = ()
    builtin: bool = False
    """Whether it is a skill of the speaker's own."""
    confidence: float = 0.0
    """How sure the skill's own understanding is, 0 to 1: of a built-in skill the tagger's
    confidence times how well what the request covers fits it; of a pack how much of the words
    one of its sentences accounts for."""
    similarity: float = 0.0
    """Cosine of the request to the sentences of this intent, -1 to 1."""
    verbatim: bool = False
    """Whether one of its sentences matches the request whole."""
    named: bool = False
    """Whether the skill was called by its name."""
    kinds: float = 1.0
    """Of the kinds of devices that the skill needs, the share that the home has; 1 when it
    needs none."""
    here: float = 1.0
    """The same for the speaker's room."""
    acquaintance: Acquaintance = STRANGER
