"""How the speaker says what words mean; `device.skills.meanings` fills it."""

from typing import Protocol

from device.concepts import Meaning
from device.context import Home


class Wording(Protocol):
    """Phrases in the middle of a sentence."""

    def worded(self, meaning: Meaning, home: Home) -> str:
        """What a meaning sets or names: "brightness 50 %", "the desk lamp and the TV"."""
        ...

    def deeds(self, meaning: Meaning, home: Home) -> str:
        """What is done for a meaning, after "Shall I": "turn on the ceiling light"."""
        ...

    def capability_word(self, capability: str) -> str:
        """What a capability is called: "colour" for color."""
        ...

    def with_article(self, words: str) -> str:
        """A name of a device or a place: "the reading corner"."""
        ...
