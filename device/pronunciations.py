"""What the owner's voice taught about names: kept, and known to recognition at once."""

import logging

from device.asr.lexicon import Lexicon
from device.asr.saying import learned, taught_words
from device.asr.taught import KEPT, NOTHING_TAUGHT, Taught, load_taught, teach, unteach
from device.effects import ForgetPronunciation, LearnPronunciation
from device.errors import StoreError
from device.names import Names
from device.ports import Store

logger = logging.getLogger(__name__)


def kept_ways(store: Store) -> Taught:
    """What was taught before; what cannot be read is set aside, and a new record begun."""
    try:
        return load_taught(store)
    except StoreError as exc:
        logger.warning("%s; it is set aside as %s-unreadable", exc, KEPT)
        store.save(f"{KEPT}-unreadable", store.load(KEPT) or b"")
        store.save(KEPT, b"{}")
        return NOTHING_TAUGHT


class Pronunciations:
    """Learns and forgets how names are said."""

    def __init__(self, store: Store, names: Names | None) -> None:
        """Begin with what was kept.

        Args:
            store: Survives a restart.
            names: Makes recognition's graph; None where only typed requests come.
        """
        self._store = store
        self._names = names

    def carry_out(self, wanted: LearnPronunciation | ForgetPronunciation) -> str | None:
        """Do what was asked for.

        Returns:
            What to say in place of the planned reply; None where it went as planned.

        Raises:
            StoreError: It could not be kept; what was known before still is.
            TeachingError: It was not this name that was said.
        """
        before = load_taught(self._store)
        if isinstance(wanted, ForgetPronunciation):
            after = unteach(self._store, taught_words(wanted.name))
            told = f"I had not learned how you say {wanted.name}."
        else:
            recordings = [sounds.log_probs for sounds in wanted.sounds]
            ways = learned(wanted.name, recordings, Lexicon(before))
            after = before
            for word, way in ways.items():
                after = teach(self._store, word, way)
            told = f"That is how I hear {wanted.name} already."
        if after == before:
            return told
        if self._names is not None:
            self._names.taught(after)
        return None
