"""What a teacher is made of: each is filled by a class of this folder, or by a test."""

from collections.abc import Callable
from typing import Protocol

from device.concepts import Concept, Meaning
from device.context import Context, Device
from device.events import Hypothesis, Request
from device.teaching.answer import Answer
from device.teaching.gap import Diagnosis, Gap
from device.teaching.needs import Need
from device.teaching.preferences import Preference

Understand = Callable[[str, Context], tuple[Request, ...]]
"""A sentence in a context -> what it asks for."""


class Diagnoses(Protocol):
    """What finds words that are not understood: `device.teaching.gaps.Gaps`."""

    def diagnose(
        self, request: Request, context: Context, heard: Hypothesis | None = None
    ) -> Diagnosis:
        """What is the matter with a request."""
        ...


class Reads(Protocol):
    """What reads answers: `device.teaching.answers.Answers`."""

    def read(
        self, text: str, gap: Gap, context: Context, proposed: Meaning | None = None
    ) -> Answer:
        """An answer to the question of a lesson."""
        ...


class Wishes(Protocol):
    """What knows of needs: `device.teaching.needs.Needs`."""

    def read(self, text: str, context: Context) -> Need | None:
        """The need that a sentence declares."""
        ...

    def known(self, text: str, need: Need, context: Context) -> Concept | None:
        """What was taught for such a sentence."""
        ...

    def answer_now(
        self, concept: Concept, need: Need, context: Context
    ) -> tuple[Meaning, bool] | None:
        """What it comes to now, and whether that is what was taught; None: nothing helps."""
        ...

    def proposals(self, need: Need, context: Context) -> tuple[Meaning, ...]:
        """What would help now, best first."""
        ...

    def helpless(self, need: Need, context: Context) -> str:
        """One sentence where nothing would help."""
        ...

    def fits(self, meaning: Meaning, need: Need, context: Context) -> bool:
        """Whether an action does not work against a need."""
        ...

    def serves(self, device: Device, need: Need) -> bool:
        """Whether a device can do something for a need."""
        ...


class Likes(Protocol):
    """What knows of preferences: `device.teaching.preferences.Preferences`."""

    def read(self, text: str, context: Context) -> Preference | None:
        """What somebody likes, where a sentence says so."""
        ...
