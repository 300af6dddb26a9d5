"""Looks whether the owner's skill packs have changed, beside the core."""

import logging
import time
from threading import Thread

from device.edges.packfolder import Known, PackFolder
from device.skills.pack import Standing
from device.skills.packreading import sentences_of

logger = logging.getLogger(__name__)

REST = 20
"""How much longer than a look the pause before the next one is at least: thousands of packs take
no more than a twentieth of a core."""


class PackWatch:
    """Fills `device.ports.Packs`.

    Reading many packs takes a while: beside the core a speaker begins without them.
    """

    def __init__(self, folder: PackFolder, *, beside: bool) -> None:
        """Look at the folder.

        Args:
            folder: Holds the packs.
            beside: Whether it is left to a thread; else each call looks by itself.
        """
        self._folder = folder
        self._beside = beside
        self._told: Known | None = None
        self._seen: Known | None = None
        self._thread: Thread | None = None
        self._rested = 0.0
        """When to look again, seconds of the monotonic clock."""

    def changed(self) -> Known | None:
        """All packs; None where they are those of the last time, or not read yet."""
        if not self._beside:
            self._look()
        elif not self._looking and time.monotonic() >= self._rested:
            self._thread = Thread(target=self._look, name="skill packs", daemon=True)
            self._thread.start()
        seen = self._seen
        if seen is None or seen == self._told:
            return None
        self._told = seen
        return seen

    @property
    def _looking(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _look(self) -> None:
        started = time.monotonic()
        try:
            packs = self._folder.packs()
            for pack, standing in packs:
                if standing is Standing.ENABLED and not pack.builtin:
                    # The core asks for these at once, and must not wait until they are parsed.
                    sentences_of(pack)
            self._seen = packs
        except Exception:  # A thread has nobody else who would hear of it.
            logger.exception("a bug; the skill packs stay as they are")
        ended = time.monotonic()
        self._rested = ended + REST * (ended - started)
