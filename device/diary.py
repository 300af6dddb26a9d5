"""What the speaker keeps in mind for later: lists, timers, alarms, and what of it falls due."""

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from device.effects import Notebook, Timer
from device.errors import StoreError
from device.events import Turn
from device.ports import Clock, Ports, Store
from device.skills import notebook as notebooks

logger = logging.getLogger(__name__)

NOTEBOOK = "notebook"
"""Where the store keeps lists, timers, alarms and reminders."""


def kept_notebook(ports: Ports) -> Notebook:
    """What was kept; a notebook that cannot be read is left where it is and a new one begun."""
    kept = ports.store.load(NOTEBOOK)
    if kept is None:
        return Notebook()
    try:
        return notebooks.restore(kept, ports.clock.now(), ports.clock.monotonic_ms())
    except StoreError:
        ports.store.save(f"{NOTEBOOK}-unreadable", kept)
        return Notebook()


class Diary:
    """The notebook, kept whenever it changes, and what fell due in it but was not told yet."""

    def __init__(self, notebook: Notebook, clock: Clock, store: Store) -> None:
        """Begin with a notebook as it was kept."""
        self.notebook = notebook
        self._clock = clock
        self._store = store
        self._fallen: list[str] = []
        self._timer_fell = False
        self._scheduled: deque[Timer] = deque()
        self._clock_reading = (clock.now(), clock.monotonic_ms())

    @property
    def ringing(self) -> bool:
        """Whether something rings until it is stopped."""
        return bool(self.notebook.ringing)

    @property
    def fallen(self) -> tuple[str, ...]:
        """What fell due and was not told yet, one sentence each."""
        return tuple(self._fallen)

    def look(self) -> None:
        """Take out what has fallen due by now."""
        before, reading = self._clock_reading, (self._clock.now(), self._clock.monotonic_ms())
        self._clock_reading = reading
        found = notebooks.due(self.notebook, *reading)
        self._timer_fell |= len(found.notebook.timers) < len(self.notebook.timers)
        if found.notebook != self.notebook or notebooks.clock_jumped(before, reading):
            self.keep(found.notebook)
        self._fallen += found.events
        self._scheduled += found.commands

    def keep(self, notebook: Notebook) -> None:
        """Replace the notebook, also in the store."""
        self.notebook = notebook
        try:
            self._store.save(NOTEBOOK, notebooks.save(notebook, *self._clock_reading))
        except StoreError as exc:
            logger.warning("%s", exc)

    def scheduled(self) -> Iterator[Timer]:
        """Requests that fell due, each once, oldest first."""
        while self._scheduled:
            yield self._scheduled.popleft()

    def told(self, turn: Turn) -> Turn:
        """The turn with what fell due, and the timers that are left where one did."""
        turn = replace(turn, events=self.fallen)
        if self._timer_fell:
            now_ms = self._clock.monotonic_ms()
            turn = replace(turn, timers=notebooks.timers_json(self.notebook, now_ms))
        self._fallen.clear()
        self._timer_fell = False
        return turn

    def forget(self) -> None:
        """Begin a new notebook; the kept one stays until something changes."""
        self.notebook = Notebook()
        self._scheduled.clear()
        self._fallen.clear()
