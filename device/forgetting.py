"""How long records of turns are kept, and what is deleted on request."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from device.acquaintances import Acquaintances
from device.config import RecordsConfig
from device.context import Home
from device.doubts import Doubts
from device.effects import ForgetTurns
from device.errors import StoreError
from device.events import Turn
from device.habits import Habits
from device.history import History
from device.ports import Clock, Store, Tape
from device.records import encode, kept_record
from device.skills.forgetting import span
from device.skills.notebook import believed

logger = logging.getLogger(__name__)

PURGE_EVERY_MS = 86_400_000
"""How often records that are too old are deleted, milliseconds."""


class Forgetting:
    """Keeps records of turns, deletes those too old by itself and others when asked to."""

    def __init__(
        self,
        config: RecordsConfig,
        store: Store,
        clock: Clock,
        habits: Habits,
        history: History,
        doubts: Doubts | None = None,
        acquaintances: Acquaintances | None = None,
        tape: Tape | None = None,
    ) -> None:
        self._config = config
        self._tape = tape
        self._acquaintances = acquaintances
        self._history = history
        self._doubts = doubts
        self._habits = habits
        self._store = store
        self._clock = clock
        self._next_ms = clock.monotonic_ms()

    def keep(self, turn: Turn, home: Home) -> None:
        """Keep the record of a turn, where records are kept at all."""
        if self._config.keep_days <= 0:
            return
        try:
            self._store.append_turn(turn.id, turn.at, encode(kept_record(turn, home)))
        except StoreError as exc:
            logger.warning("%s", exc)

    def look(self) -> None:
        """Delete what is too old, at the start and daily, once the clock can be believed."""
        now, now_ms = self._clock.now(), self._clock.monotonic_ms()
        if now_ms < self._next_ms or not believed(now):
            return
        self._next_ms = now_ms + PURGE_EVERY_MS
        try:
            old = now - timedelta(days=self._config.keep_days)
            self._habits.forget(None, old)
            self._history.forget(None, old)
            if self._acquaintances is not None:
                self._acquaintances.outdate(old)
            if self._tape is not None:
                self._tape.forget(None, old)
            self._store.forget_turns(None, old)
        except StoreError as exc:
            logger.warning("%s", exc)

    def forget(self, wanted: Sequence[ForgetTurns]) -> None:
        """Delete what was asked for.

        Raises:
            StoreError: It could not be deleted.
        """
        for one in wanted:
            since, until = span(one, self._clock.now())
            self._habits.forget(since, until)
            self._history.forget(since, until)
            if self._doubts is not None:
                self._doubts.forget(since, until)
            if self._acquaintances is not None:
                self._acquaintances.forget(since, until)
            if self._tape is not None:
                self._tape.forget(since, until)
            self._store.forget_turns(since, until)
