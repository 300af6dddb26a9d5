"""What the doctor found, thing by thing."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a finding bears on the speaker."""

    GOOD = "good"
    LIMITED = "limited"
    """Something does not work, the rest does."""
    BROKEN = "broken"
    """The speaker cannot run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    health: Health
    text: str
    """What was found, in one sentence."""
    mend: str = ""
    """The command or setting that mends it."""
