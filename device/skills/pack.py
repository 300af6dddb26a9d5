"""A skill pack: a folder that says what a skill is called, what people say to it and who answers.

    zoo/skill.toml              name, description, version, who answers
    zoo/sentences/en/*.yaml     Home Assistant's custom-sentences YAML

The built-in skills are packs of the same form (`device/skills/packs`).
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Hermes:
    """A program on the bus answers."""

    topic: str | None = None
    """Where its requests are told; None is `hermes/intent/INTENT`, as Rhasspy has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """Code in the pack answers, inside the speaker."""

    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Extends:
    """A skill of the speaker's own answers; the pack only adds sentences to it."""

    skill: str


Answers = Hermes | Python | Extends


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence that people say to a skill, with its lists filled in."""

    intent: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A skill pack, read and checked."""

    id: str
    """Name of its folder; what records and commands call the skill."""
    name: str
    """What people call it: "Zoo sounds"."""
    description: str
    version: str
    answers: Answers
    files: tuple[Path, ...]
    """Its sentence files; `device.skills.packreading.sentences_of` has them parsed."""
    examples: tuple[Example, ...]
    """Sentences of each of its intents, ten and more of each where its templates give them."""
    aliases: tuple[str, ...] = ()
    """Other names that people call it by."""
    kinds: frozenset[str] = frozenset()
    """Kinds of devices without which it has nothing to do; empty when it needs none."""
    filled: frozenset[str] = frozenset()
    """Those of its intents that have slots."""
    folder: Path = Path()
    """Where it lies."""
    digest: str = ""
    """SHA-256 of its files: as long as it stays, nothing in the pack has changed."""
    builtin: bool = False
    """Whether it comes with the speaker; its id is then the name of the skill that it extends,
    or of its folder where several extend one."""

    @property
    def intents(self) -> tuple[str, ...]:
        """What can be asked of it, in its own words."""
        return tuple(dict.fromkeys(example.intent for example in self.examples))

    def samples(self, intent: str) -> tuple[str, ...]:
        """The sentences of one intent."""
        return tuple(example.text for example in self.examples if example.intent == intent)


class Standing(StrEnum):
    """How the owner stands to a pack."""

    ENABLED = "enabled"
    """Chosen by the owner: recognition knows its sentences, and it goes before equals."""
    AVAILABLE = "available"
    """There, and found by what is said, but nobody chose it."""
    DISABLED = "disabled"
    """Never asked."""
