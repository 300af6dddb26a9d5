"""What a request lacks: words that the speaker does not understand."""

from dataclasses import dataclass
from enum import StrEnum

from device.events import Request


class Lacks(StrEnum):
    """What the words that are not understood stand for."""

    SETTING = "setting"
    """How something should be: "study mode"."""
    DEVICES = "devices"
    """A device or several: "the reading corner"."""
    PLACE = "place"
    """A room: "the den"."""
    NEED = "need"
    """Nothing but how it is: "it's too dark in here"."""


class Verdict(StrEnum):
    """What is the matter with a request."""

    CLEAR = "clear"
    """Nothing: it goes on as it is."""
    GAP = "gap"
    """Words in it are not understood, and can be taught."""
    MISHEARD = "misheard"
    """It was heard wrongly, or mumbled: it should be said again."""
    GIVEN_UP = "given_up"
    """Whoever said it broke off: "set the lights to, umm, never mind"."""
    BEYOND = "beyond"
    """It is outside of what the speaker can do; no lesson would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Words that are not understood."""

    words: str
    """As they were said, without article: "study mode"; of a need the whole sentence."""
    lacks: Lacks
    request: Request
    """The request that they stand in."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is the matter with one request."""

    verdict: Verdict
    gap: Gap | None = None
    """Set with Verdict.GAP."""
    confidence: float
    """Of the verdict, calibrated, 0 to 1."""
