"""What people usually have done, when and with which devices: kept so that less need be said.

Only deeds, devices, times and persons are kept, no words; "delete what I said" deletes them too.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from device.context import Context, Habit
from device.errors import StoreError
from device.events import OutcomeKind, Turn
from device.nlu.deeds import deed
from device.nlu.targets import targets
from device.ports import Store

logger = logging.getLogger(__name__)

HABITS = "habits"
"""Where the store keeps them."""

MOST = 300
"""How many are kept; older ones are forgotten."""

_Kept = list[tuple[str, list[str], datetime, str | None]]


class Habits:
    """Takes note of what was done."""

    def __init__(self, store: Store, *, keep: bool) -> None:
        """Begin with what was kept.

        Args:
            store: Where they are kept.
            keep: Whether they outlive the running speaker; as the owner keeps records at all.
        """
        self._store = store
        self._keep = keep
        self._seen: tuple[Habit, ...] = _read(store.load(HABITS)) if keep else ()
        if not keep:
            self._try(lambda: self._forget_kept(None, None))

    @property
    def seen(self) -> tuple[Habit, ...]:
        """Everything noted, oldest first."""
        return self._seen

    def note(self, turn: Turn, context: Context) -> None:
        """Take note of what devices did in a turn; what it corrects was no habit.

        Args:
            turn: One that ended.
            context: The home after it.
        """
        done = {o.command.device for o in turn.outcomes if o.kind is OutcomeKind.DONE}
        wrong = {request.corrects for request in turn.requests if request.corrects}
        mistaken = [t for t in context.turns if t.id in wrong]
        kept = tuple(h for h in self._seen if not any(_of(h, t) for t in mistaken))
        new = []
        for request in turn.requests:
            doing = deed(request)
            covered = targets(request, context).devices if doing is not None else ()
            devices = frozenset(d.id for d in covered) & done
            if doing is not None and devices:
                new.append(Habit(deed=doing, devices=devices, at=turn.at, person=turn.person))
        if not new and len(kept) == len(self._seen):
            return
        self._seen = (*kept, *new)[-MOST:]
        if self._keep:
            self._try(lambda: self._store.save(HABITS, _encode(self._seen)))

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Forget a span of time; None leaves it open on that side.

        Raises:
            StoreError: It could not be deleted from what is kept.
        """
        self._seen = _without(self._seen, since, until)
        self._forget_kept(since, until)

    def clear(self) -> None:
        """Begin anew; what is kept stays until something is noted."""
        self._seen = ()

    def _forget_kept(self, since: datetime | None, until: datetime | None) -> None:
        """The same in the store, which may hold what this run does not know."""
        content = self._store.load(HABITS)
        rest = _encode(_without(_read(content), since, until))
        if content is not None and rest != content:
            self._store.save(HABITS, rest)

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except StoreError as exc:
            logger.warning("%s", exc)


def _of(habit: Habit, turn: Turn) -> bool:
    """Whether a habit was noted in this turn."""
    moved = {outcome.command.device for outcome in turn.outcomes}
    return (habit.at, habit.person) == (turn.at, turn.person) and habit.devices <= moved


def _without(
    habits: Sequence[Habit], since: datetime | None, until: datetime | None
) -> tuple[Habit, ...]:
    """Those outside a span of time."""
    return tuple(
        habit
        for habit in habits
        if (since is not None and habit.at < since) or (until is not None and habit.at >= until)
    )


def _encode(habits: Sequence[Habit]) -> bytes:
    rows: _Kept = [(h.deed, sorted(h.devices), h.at, h.person) for h in habits]
    return msgspec.json.encode(rows)


def _read(kept: bytes | None) -> tuple[Habit, ...]:
    """Habits as they were kept; those that cannot be read are forgotten."""
    if kept is None:
        return ()
    try:
        rows = msgspec.json.decode(kept, type=_Kept)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        logger.warning("what was usual could not be read and is forgotten")
        return ()
    return tuple(
        Habit(deed=doing, devices=frozenset(devices), at=at, person=person)
        for doing, devices, at, person in rows[-MOST:]
        if at.tzinfo is not None
    )
