"""What people usually have done, when and with which devices: kept so that less need be said.

Only deeds, devices, times and persons are kept, no words; "delete what I said" deletes them too.
"""

import logging
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

    @property
    def seen(self) -> tuple[Habit, ...]:
        """Everything noted, oldest first."""
        return self._seen

    def note(self, turn: Turn, context: Context) -> None:
        """Take note of what devices did in a turn.

        Args:
            turn: One that ended.
            context: The home after it.
        """
        done = {o.command.device for o in turn.outcomes if o.kind is OutcomeKind.DONE}
        new = []
        for request in turn.requests:
            doing = deed(request)
            covered = targets(request, context).devices if doing is not None else ()
            devices = frozenset(d.id for d in covered) & done
            if doing is not None and devices:
                new.append(Habit(deed=doing, devices=devices, at=turn.at, person=turn.person))
        if new:
            self._seen = (*self._seen, *new)[-MOST:]
            self._save()

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Forget a span of time; None leaves it open on that side."""
        kept = tuple(
            habit
            for habit in self._seen
            if (since is not None and habit.at < since) or (until is not None and habit.at >= until)
        )
        if kept != self._seen:
            self._seen = kept
            self._save()

    def clear(self) -> None:
        """Begin anew; what is kept stays until something is noted."""
        self._seen = ()

    def _save(self) -> None:
        if not self._keep:
            return
        rows: _Kept = [(h.deed, sorted(h.devices), h.at, h.person) for h in self._seen]
        try:
            self._store.save(HABITS, msgspec.json.encode(rows))
        except StoreError as exc:
            logger.warning("%s", exc)


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
