"""Looks whether the owner's skill packs have changed, beside the core."""

import logging
from threading import Thread

from device.edges.packfolder import Known, PackFolder

logger = logging.getLogger(__name__)


class PackWatch:
    """Fills `device.ports.Packs`.

    The first look is at once, so that a speaker begins with its packs.
    """

    def __init__(self, folder: PackFolder, *, beside: bool) -> None:
        """Look at the folder.

        Args:
            folder: Holds the packs.
            beside: Whether further looks are left to a thread: reading packs takes a while.
        """
        self._folder = folder
        self._beside = beside
        self._told: Known | None = None
        self._seen: Known = folder.packs()
        self._thread: Thread | None = None

    def changed(self) -> Known | None:
        """All packs; None where they are those of the last time."""
        if self._told is None:
            pass
        elif not self._beside:
            self._look()
        elif self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._look, name="skill packs", daemon=True)
            self._thread.start()
        seen = self._seen
        if seen == self._told:
            return None
        self._told = seen
        return seen

    def _look(self) -> None:
        try:
            self._seen = self._folder.packs()
        except Exception:  # A thread has nobody else who would hear of it.
            logger.exception("a bug; the skill packs stay as they are")
