"""What the speaker remembers: recent turns, their records, habits, the history of the home."""

from collections import deque
from datetime import datetime

from device.acquaintances import Acquaintances
from device.config import RecordsConfig
from device.context import Context, Past
from device.doubts import Doubts
from device.events import Turn
from device.forgetting import Forgetting
from device.habits import Habits
from device.history import History
from device.home.homestate import HomeState
from device.ports import Ports
from device.settled import Settled, Use
from device.skills.notebook import believed

RECENT_TURNS = 20
"""Turns that the context carries."""


class Memory:
    """Remembers, for as long as the owner set."""

    def __init__(
        self, config: RecordsConfig, ports: Ports, acquaintances: Acquaintances | None = None
    ) -> None:
        """Go on with what was kept.

        Args:
            config: How long things are remembered.
            ports: The world.
            acquaintances: How the owner and the skills get on; None where packs never come.
        """
        keep = config.keep_days > 0
        self.habits = Habits(ports.store, keep=keep)
        """What is usually done when."""
        self._history = History(ports.store, keep=keep)
        self.doubts = Doubts(ports.store, keep=keep)
        """Which guesses were right."""
        self.acquaintances = acquaintances
        """How the owner and the skills get on; None where packs never come."""
        self.forgetting = Forgetting(
            config,
            ports.store,
            ports.clock,
            self.habits,
            self._history,
            self.doubts,
            acquaintances,
            ports.tape,
        )
        """Deletes records, by itself and when asked to."""
        self._recent: deque[Turn] = deque(maxlen=RECENT_TURNS)

    @property
    def recent(self) -> tuple[Turn, ...]:
        """The last turns, oldest first."""
        return tuple(self._recent)

    @property
    def past(self) -> Past:
        """The last changes of everything in the home; a snapshot."""
        return self._history.past

    @property
    def settled(self) -> tuple[Settled, ...]:
        """What was settled about skills, oldest first."""
        return () if self.acquaintances is None else self.acquaintances.settled

    @property
    def uses(self) -> tuple[Use, ...]:
        """When skills answered, oldest first."""
        return () if self.acquaintances is None else self.acquaintances.uses

    def note(self, home: HomeState, now: datetime, now_ms: int) -> None:
        """Keep what changed in the home, once the clock can be believed."""
        changed = home.changed()
        self._history.note(changed if believed(now) else (), now_ms)

    def keep(self, turn: Turn, context: Context) -> None:
        """Keep a turn that has ended.

        Args:
            turn: What happened.
            context: The home after it.
        """
        self._recent.append(turn)
        self.habits.note(turn, context)
        self.doubts.ended(turn)
        if self.acquaintances is not None:
            self.acquaintances.ended(turn, context)
        self.forgetting.keep(turn, context.home)

    def look(self, now_ms: int) -> None:
        """Write down what is due, and delete what is too old."""
        self._history.look(now_ms)
        self.forgetting.look()
        if self.acquaintances is not None:
            self.acquaintances.look(now_ms)

    def hushed(self, context: Context) -> None:
        """Somebody said stop in the midst of what was being said."""
        if self.acquaintances is not None:
            self.acquaintances.hushed(context)

    def clear(self) -> None:
        """Begin anew with what was learned; what is kept stays until something is noted."""
        self.habits.clear()
        if self.acquaintances is not None:
            self.acquaintances.clear()

    def drop_talk(self) -> None:
        """Forget the recent turns."""
        self._recent.clear()

    def save(self) -> None:
        """Write down what waits to be written."""
        self._history.save()
