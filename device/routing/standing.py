"""What is known about the owner and a skill: the context of its ranking, besides the home."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """How an owner and a skill got on so far, as far as it bears on one request."""

    enabled: bool = False
    """Whether the owner chose the skill."""
    uses: int = 0
    """How often it answered, in the last 30 days."""
    uses_now: int = 0
    """The same, in the same part of the day (within two hours of this time)."""
    uses_here: int = 0
    """The same, asked by this person, where persons are known, in this room."""
    last_ago_min: float | None = None
    """Minutes since it last answered; None where it never did."""
    chosen: float = 0.0
    """Cosine of this request to the nearest one that the owner settled on this skill, 0 to 1."""
    refused: float = 0.0
    """Cosine of this request to the nearest one for which the owner or the skill itself turned
    this skill down, 0 to 1."""


STRANGER = Acquaintance()
"""Nothing is known."""
