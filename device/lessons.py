"""What was taught, kept over restarts.

It is written whole before anything is done with it: a power cut leaves the lesson or nothing.
Deleting records ("delete what I said") leaves it, and so does `records.keep_days = 0`: it was
agreed to, and has sentences of its own to be forgotten by. A command beside the running speaker
(`inglenook lessons import`) writes the same; the speaker looks for that now and then, and before
it writes itself.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import msgspec

from device.concepts import Concept, learned
from device.errors import StoreError, TeachingError
from device.ports import Store

logger = logging.getLogger(__name__)

CONCEPTS = "concepts"
"""Where the store keeps what was taught."""

MOST_CONCEPTS = 500
"""Concepts that are kept, of everybody together."""
LONGEST_NAME = 120
"""Letters of a name; of a declarative it is a whole sentence."""
MOST_SETTINGS = 50
"""Values and devices of one concept."""

LOOK_EVERY_MS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    concepts: list[Concept]


class Lessons:
    """Keeps and forgets concepts."""

    def __init__(self, store: Store) -> None:
        """Begin with what was kept; what cannot be read is set aside, with one warning.

        Raises:
            StoreError: The store cannot be read.
        """
        self._store = store
        self._content = store.load(CONCEPTS)
        self._next_look_ms = 0
        self.concepts: tuple[Concept, ...] = self._read()
        """Oldest first; a new tuple whenever it changes."""

    def learn(self, concept: Concept) -> None:
        """Keep a concept, in place of one of the same person, kind and name.

        Raises:
            StoreError: It could not be kept; nothing has changed.
            TeachingError: It is no concept to be kept, or there are too many; likewise.
        """
        self.learn_all((concept,))

    def learn_all(self, concepts: Iterable[Concept]) -> None:
        """Keep several, all of them or none; errors as of `learn`."""
        self._reread()
        new = self.concepts
        for concept in concepts:
            check(concept)
            new = learned(new, concept)
        if len(new) > max(MOST_CONCEPTS, len(self.concepts)):
            raise TeachingError(f"I can keep {MOST_CONCEPTS} things, and that would be {len(new)}")
        self._keep(new)

    def forget(self, gone: Collection[Concept]) -> None:
        """Forget concepts.

        Raises:
            StoreError: They could not be forgotten; nothing has changed.
        """
        self._reread()
        self._keep(tuple(c for c in self.concepts if c not in gone))

    def look(self, now_ms: int) -> None:
        """Take what somebody else has changed beside the running speaker."""
        if now_ms >= self._next_look_ms:
            self._next_look_ms = now_ms + LOOK_EVERY_MS
            try:
                self._reread()
            except StoreError as exc:
                logger.warning("%s", exc)

    def clear(self) -> None:
        """Begin anew; what is kept stays until something is learned."""
        self._content, self.concepts = self._store.load(CONCEPTS), ()

    def _reread(self) -> None:
        content = self._store.load(CONCEPTS)
        if content != self._content:
            self._content = content
            self.concepts = self._read()

    def _keep(self, concepts: tuple[Concept, ...]) -> None:
        content = msgspec.json.encode(_Kept(concepts=list(concepts)))
        self._store.save(CONCEPTS, content)
        self._content, self.concepts = content, concepts

    def _read(self) -> tuple[Concept, ...]:
        if self._content is None:
            return ()
        try:
            concepts = msgspec.json.decode(self._content, type=_Kept).concepts
        except (msgspec.MsgspecError, UnicodeDecodeError):
            aside = f"{CONCEPTS}-unreadable"
            logger.warning("what was taught cannot be read; it is set aside as %s", aside)
            self._store.save(aside, self._content)
            return ()
        return tuple(c for c in concepts if c.at.tzinfo is not None)


def check(concept: Concept) -> None:
    """Refuse what is no concept to be kept.

    Raises:
        TeachingError: One sentence.
    """
    meaning = concept.meaning
    for what, name in (("a name", concept.name), ("a person's name", concept.person or "Anna")):
        if not name.strip() or not name.isprintable():
            raise TeachingError(f"{what} must be words, found {name[:20]!r}")
        if len(name) > LONGEST_NAME:
            raise TeachingError(
                f"{what} may have {LONGEST_NAME} letters, found {len(name)}: {name[:20]!r}..."
            )
    devices = sum(len(setting.devices) for setting in meaning.settings) + len(meaning.devices)
    if len(meaning.settings) + len(meaning.likes) + devices > MOST_SETTINGS:
        raise TeachingError(f"{concept.name!r} may have {MOST_SETTINGS} values and devices")
    if not (meaning.settings or meaning.devices or meaning.area or meaning.need or meaning.likes):
        raise TeachingError(f"{concept.name!r} means nothing")
    if concept.at.tzinfo is None:
        raise TeachingError(f"the time of {concept.name!r} must have a time zone")
