"""Keeps the words of free speech up with the names of the home.

Putting them together takes seconds on a small machine: it happens beside the core where there
is somebody to do it, else when somebody first says what no sentence foresees.
"""

import logging
from collections.abc import Sequence
from functools import partial

from device.asr.freewords import FreeWords, free_words
from device.asr.language import General
from device.asr.taught import NOTHING_TAUGHT, Taught
from device.context import Home
from device.errors import InglenookError
from device.nlu.templates import NO_SENTENCES, Sentences
from device.ports import Background, Job

logger = logging.getLogger(__name__)


class Dictionary:
    """Has the words of the home as it was when there was time to put them together."""

    def __init__(
        self,
        general: General,
        custom: Sentences = NO_SENTENCES,
        taught: Taught = NOTHING_TAUGHT,
    ) -> None:
        """Nothing is known of the home yet.

        Args:
            general: The language model that ships.
            custom: The owner's sentences.
            taught: How the owner says words.
        """
        self._general = general
        self._custom = custom
        self._taught = taught
        self._packs: tuple[Sentences, ...] = ()
        self._names: tuple[str, ...] = ()
        self._home: tuple[Home, tuple[str, ...]] = (Home(), ())
        self._stale = True
        self._background: Background | None = None
        self._job: Job[FreeWords] | None = None
        self._words: FreeWords | None = None

    def know(self, home: Home, known: tuple[str, ...]) -> None:
        """The home is like this from now on; `known` are texts that may be said besides."""
        self._home, self._stale = (home, known), True

    def learned(self, names: tuple[str, ...]) -> None:
        """These names were taught to the speaker, and no others.

        Where nobody works beside the core they wait until the home changes: the sentences
        that they are used in are in the graph, and nobody should wait for more.
        """
        self._names, self._stale = names, self._stale or self._background is not None

    def taught(self, taught: Taught) -> None:
        """Say words as the owner says them."""
        self._taught, self._stale = taught, True

    def saying(self, packs: Sequence[Sentences]) -> None:
        """Know the sentences of these skill packs instead of others."""
        self._packs, self._stale = tuple(packs), True

    def work(self, background: Background | None) -> None:
        """There is time: put the words together beside the core, if that is wanted."""
        self._background = background
        if background is not None and self._stale and (self._job is None or self._job.done()):
            self._take()
            self._stale = False
            self._job = background.start(self._work())

    def words(self) -> FreeWords | None:
        """The newest words; None while they are put together for the first time."""
        self._take()
        if self._background is None and self._stale:
            self._words, self._stale = self._work()(), False
        return self._words

    def _take(self) -> None:
        if self._job is None or not self._job.done():
            return
        job, self._job = self._job, None
        try:
            self._words = job.result()
        except InglenookError as exc:
            logger.warning("%s", exc)

    def _work(self) -> partial[FreeWords]:
        home, known = self._home
        return partial(
            free_words,
            self._general,
            home,
            known,
            custom=self._custom,
            packs=self._packs,
            taught=self._taught,
            names=self._names,
        )
