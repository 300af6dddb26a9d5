"""What was taught, kept over restarts.

It is written whole before anything is done with it: a power cut leaves the lesson or nothing.
Deleting records ("delete what I said") leaves it: it was agreed to, and has sentences of its
own to be forgotten by.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from device.concepts import Concept, learned
from device.ports import Store

logger = logging.getLogger(__name__)

CONCEPTS = "concepts"
"""Where the store keeps what was taught."""


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
        self.concepts: tuple[Concept, ...] = _kept(store)
        """Oldest first; a new tuple whenever it changes."""

    def learn(self, concept: Concept) -> None:
        """Keep a concept, in place of one of the same person, kind and name.

        Raises:
            StoreError: It could not be kept; nothing has changed.
        """
        self._keep(learned(self.concepts, concept))

    def forget(self, gone: Collection[Concept]) -> None:
        """Forget concepts.

        Raises:
            StoreError: They could not be forgotten; nothing has changed.
        """
        self._keep(tuple(c for c in self.concepts if c not in gone))

    def clear(self) -> None:
        """Begin anew; what is kept stays until something is learned."""
        self.concepts = ()

    def _keep(self, concepts: tuple[Concept, ...]) -> None:
        self._store.save(CONCEPTS, msgspec.json.encode(_Kept(concepts=list(concepts))))
        self.concepts = concepts


def _kept(store: Store) -> tuple[Concept, ...]:
    content = store.load(CONCEPTS)
    if content is None:
        return ()
    try:
        concepts = msgspec.json.decode(content, type=_Kept).concepts
    except (msgspec.MsgspecError, UnicodeDecodeError):
        logger.warning("what was taught cannot be read; it is set aside as %s-unreadable", CONCEPTS)
        store.save(f"{CONCEPTS}-unreadable", content)
        return ()
    return tuple(c for c in concepts if c.at.tzinfo is not None)
