"""What somebody says in a lesson."""

from dataclasses import dataclass
from enum import StrEnum

from device.concepts import Meaning


class Scope(StrEnum):
    """What an answer does to the question that was asked."""

    DEFINES = "defines"
    """It says what the words mean."""
    YES = "yes"
    NO = "no"
    """No to the question itself; with a meaning a correction: "no, 40"."""
    VAGUE = "vague"
    """It is about the question and gives nothing that can be done: "I like it cosy"."""
    UNSURE = "unsure"
    """Whoever was asked does not know."""
    CANCEL = "cancel"
    """The lesson is not wanted any more."""
    ELSEWHERE = "elsewhere"
    """It is about something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it was read."""

    scope: Scope
    meaning: Meaning | None = None
    """What it defines, in this home's terms; references to other concepts and to how things
    stand now are already replaced by what they mean."""
    problem: str = ""
    """One sentence where it defines something that cannot be: "I know no device called ..."."""
    confidence: float
    """0 to 1."""
