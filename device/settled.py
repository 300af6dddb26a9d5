"""What was settled between the owner and the skills: who answers what, and who does not.

Kept by `device.acquaintances`, weighed by `device.routing.experience`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a skill and a request."""

    CHOSEN = "chosen"
    """Somebody said that this skill is to answer it."""
    REFUSED = "refused"
    """Somebody said that it is not: "not that one"."""
    CANCELLED = "cancelled"
    """Somebody cancelled at once what it answered."""
    DECLINED = "declined"
    """The skill said itself that it does not know this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One request about which one skill is settled."""

    words: str
    """What was said, in lower case and without marks."""
    vector: bytes
    """The same as the utterance encoder reads it, int8."""
    skill: str
    """Name of a skill of the speaker's own, or id of a pack."""
    verdict: Verdict
    at: datetime
    """When it was settled, by the home's clock; with time zone."""
    person: str | None = None
    """By whom, where persons are known."""
    room: str | None = None
    """Where the speaker stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One time that a skill answered what a pack might have answered."""

    skill: str
    at: datetime
    """By the home's clock; with time zone."""
    person: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A skill that the speaker has and that is not switched off."""

    id: str
    """Its name in records and commands."""
    name: str
    """What people call it."""
    aliases: tuple[str, ...] = ()
    """Other names that people call it by."""
    builtin: bool = False
    enabled: bool = True
    """Whether the owner chose it."""
