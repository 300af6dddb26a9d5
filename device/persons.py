"""Who speaks: who usually does, until somebody says another name.

There is no telling voices apart: whoever says "this is Anna" is taken for her in this
speaker's room, until another name is said or nothing is for a while. It is kept nowhere.
"""

from collections.abc import Iterable

from device.concepts import Concept
from device.config import SpeakerConfig

FORGOTTEN_MS = 600_000
"""Silence after which it is again who usually speaks, milliseconds."""


class Persons:
    """Knows who speaks."""

    def __init__(self, config: SpeakerConfig) -> None:
        """Begin with who usually speaks to this speaker."""
        self._usual = config.person
        self._known = config.persons
        self._said: str | None = None
        self._until_ms: int | None = None
        """When what was said ends; None where nothing was said."""

    def at(self, now_ms: int) -> str | None:
        """Who speaks at this time; None where nobody knows."""
        return self._usual if self._until_ms is None or now_ms >= self._until_ms else self._said

    def is_now(self, person: str | None, now_ms: int) -> None:
        """Somebody said who speaks; None is anybody."""
        self._said, self._until_ms = person, now_ms + FORGOTTEN_MS

    def spoke(self, now_ms: int) -> None:
        """Somebody said something: it is still the same person."""
        if self._until_ms is not None and now_ms < self._until_ms:
            self._until_ms = now_ms + FORGOTTEN_MS

    def forget(self) -> None:
        """Go back to who usually speaks."""
        self._said, self._until_ms = None, None

    def names(self, taught: Iterable[Concept]) -> tuple[str, ...]:
        """Everybody who is known by name: of the config, said just now, or who taught something."""
        found = (self._usual, *self._known, self._said, *(c.person for c in taught))
        return tuple(dict.fromkeys(name for name in found if name))
