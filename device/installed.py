"""Keeps routing and understanding up with the skill packs, while the speaker runs."""

import logging

from device.nlu.templates import Sentences
from device.nlu.understanding import Understanding
from device.ports import Packs
from device.routing.router import Router
from device.skills.pack import Pack, Standing
from device.skills.packreading import sentences_of

logger = logging.getLogger(__name__)

LOOK_EVERY_MS = 2_000
"""How long a change of the packs may go unnoticed, milliseconds."""


class Installed:
    """The packs as they were last looked at."""

    def __init__(self, packs: Packs, *, router: Router, understanding: Understanding) -> None:
        """Nothing is known of the packs yet.

        Args:
            packs: The packs as the owner has them.
            router: Is told of all of them.
            understanding: Knows the sentences of those that are enabled.
        """
        self._packs = packs
        self._router = router
        self._understanding = understanding
        self._look_ms = 0
        self._chosen: tuple[tuple[Pack, Sentences], ...] = ()

    def look(self, now_ms: int) -> tuple[Sentences, ...] | None:
        """See whether packs came, went or changed, when it is time to.

        Args:
            now_ms: Monotonic milliseconds.

        Returns:
            The sentences of all enabled packs, for recognition; None where nothing changed.
        """
        if now_ms < self._look_ms:
            return None
        self._look_ms = now_ms + LOOK_EVERY_MS
        packs = self._packs.changed()
        if packs is None:
            return None
        chosen = [p for p, standing in packs if standing is Standing.ENABLED and not p.builtin]
        known = {id(pack): (pack, one) for pack, one in self._chosen}
        self._chosen = tuple(known.get(id(pack)) or (pack, sentences_of(pack)) for pack in chosen)
        sentences = tuple(one for _, one in self._chosen)
        self._understanding.know(sentences)
        self._router.take(packs)
        count = sum(not pack.builtin for pack, _ in packs)
        logger.info("%d skill packs, %d of them enabled", count, len(chosen))
        return sentences
