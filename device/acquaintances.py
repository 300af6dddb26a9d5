"""How the owner and the skills get on: what was chosen and refused, and which skill answered.

    begun   a turn begins: what the owner said about skills in it counts at once
    ended   a turn is over: who answered, who declined, what was cancelled at once
    look    somebody edited it beside the running speaker (`inglenook skills forget`)

It goes with the records: "delete what I said" deletes what was settled in that time, and with
`records.keep_days = 0` nothing outlives the running speaker. What the owner settled does not
grow old by itself; uses do.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import numpy as np
import numpy.typing as npt

from device.context import Context
from device.errors import StoreError
from device.events import Route, Turn
from device.nlu.words import plain
from device.ports import Store
from device.routing.experience import small
from device.settled import Settled, Use, Verdict
from device.settledstore import (
    EDITED,
    MOST_USES,
    SETTLED,
    USES,
    KeptSettled,
    forget_kept,
    settled_of,
    uses_of,
    within,
)

logger = logging.getLogger(__name__)

MOST_SETTLED = 500
"""Requests settled by the owner that are kept; the oldest gives way."""
MOST_DECLINED = 200
"""Requests that skills turned down themselves; the same."""
CANCEL_MS = 8_000
"""How long after an answer a cancel is about it, milliseconds."""

CANCELS = frozenset({"HassNevermind", "Undo", "StopRinging", "HassMediaPause"})
"""Intents of "never mind", "undo" and a bare "stop"."""

LOOK_EVERY_MS = 2_000

Encode = Callable[[str], npt.NDArray[np.float32]]
"""From words to a unit vector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """The request that a pack answered in the last turn."""

    words: str
    skill: str
    at_ms: int


class Acquaintances:
    """Takes note, keeps and forgets."""

    def __init__(self, store: Store, encode: Encode, *, encoder: str, keep: bool) -> None:
        """Begin with what was kept.

        Args:
            store: Where it is kept.
            encode: The utterance encoder.
            encoder: What tells this encoder from others; vectors of another are made anew.
            keep: Whether anything outlives the running speaker; as the owner keeps records.
        """
        self._store = store
        self._encode = encode
        self._encoder = encoder
        self._keep = keep
        self._edited: bytes | None = None
        self._next_look_ms = 0
        self._answered: _Answered | None = None
        self.settled: tuple[Settled, ...] = ()
        """What was settled, oldest first; a new tuple whenever it changes."""
        self.uses: tuple[Use, ...] = ()
        """When packs answered, likewise."""
        if keep:
            self._read()
        else:
            self._try(lambda: forget_kept(store, None, None))

    # What happens -----------------------------------------------------------------------------

    def begun(self, routes: Sequence[Route], context: Context) -> None:
        """A turn begins: keep what the owner said about skills in it."""
        for route in routes:
            for skill in route.request.refused:
                self._settle(route.request.text, skill, Verdict.REFUSED, context)
            if route.decided and route.skill is not None:
                self._settle(route.request.text, route.skill, Verdict.CHOSEN, context)

    def ended(self, turn: Turn, context: Context) -> None:
        """A turn is over.

        Args:
            turn: What happened.
            context: The time, the room and the person.
        """
        self._cancelled_by(turn, context)
        self._answered = None
        for route in turn.routes:
            words = route.request.text
            for skill in route.declined:
                self._settle(words, skill, Verdict.DECLINED, context)
            if route.skill is None:
                continue
            if route.request.refused:
                self._settle(words, route.skill, Verdict.CHOSEN, context)
            if any(candidate.pack for candidate in route.candidates):
                self._use(route.skill, context)
            if route.pack:
                self._answered = _Answered(words=words, skill=route.skill, at_ms=context.now_ms)

    def hushed(self, context: Context) -> None:
        """Somebody said stop in the midst of what was being said."""
        last, self._answered = self._answered, None
        if last is not None and context.now_ms - last.at_ms <= CANCEL_MS:
            self._settle(last.words, last.skill, Verdict.CANCELLED, context)

    def look(self, now_ms: int) -> None:
        """Read again what somebody else has changed."""
        if not self._keep or now_ms < self._next_look_ms:
            return
        self._next_look_ms = now_ms + LOOK_EVERY_MS
        self._try(self._reread)

    # What is forgotten ------------------------------------------------------------------------

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Forget a span of time; None leaves it open on that side.

        Raises:
            StoreError: It could not be deleted from what is kept.
        """
        self.settled = tuple(s for s in self.settled if not within(s.at, since, until))
        self.uses = tuple(u for u in self.uses if not within(u.at, since, until))
        self._answered = None
        forget_kept(self._store, since, until)

    def outdate(self, old: datetime) -> None:
        """Forget uses that are older; what was settled stays."""
        kept = tuple(use for use in self.uses if use.at >= old)
        if len(kept) < len(self.uses):
            self.uses = kept
            self._save_uses()

    def unsettle(self, gone: Collection[Settled]) -> None:
        """Take back what was settled."""
        self._try(self._reread)
        kept = tuple(one for one in self.settled if one not in gone)
        if len(kept) < len(self.settled):
            self.settled = kept
            self._save_settled()

    def clear(self) -> None:
        """Begin anew; what is kept stays until something is settled or used."""
        self.settled, self.uses, self._answered = (), (), None

    # Inside -----------------------------------------------------------------------------------

    def _cancelled_by(self, turn: Turn, context: Context) -> None:
        if len(turn.requests) == 1:
            (request,) = turn.requests
            if request.intent in CANCELS and not request.slots and not request.scope:
                self.hushed(context)

    def _settle(self, text: str, skill: str, verdict: Verdict, context: Context) -> None:
        """Keep a verdict in the place of an earlier one on the same words by the same person."""
        self._try(self._reread)
        words = plain(text)
        found = [s for s in self.settled if (s.words, s.skill) == (words, skill)]
        mine = [s for s in found if s.person in (None, context.person) or context.person is None]
        if mine and mine[-1].verdict is verdict and mine[-1] is found[-1]:
            return
        one = Settled(
            words=words,
            vector=small(self._encode(words)),
            skill=skill,
            verdict=verdict,
            at=context.now,
            person=context.person,
            room=context.room,
        )
        self.settled = _bounded((*(s for s in self.settled if s not in mine), one))
        self._save_settled()

    def _use(self, skill: str, context: Context) -> None:
        use = Use(skill=skill, at=context.now, person=context.person, room=context.room)
        self.uses = (*self.uses, use)[-MOST_USES:]
        self._save_uses()

    def _read(self) -> None:
        """Take what is kept.

        Raises:
            StoreError: The store cannot be read.
        """
        self._edited = self._store.load(EDITED)
        self.settled = self._current(settled_of(self._store.load(SETTLED)))
        self.uses = uses_of(self._store.load(USES))

    def _reread(self) -> None:
        if self._keep and self._store.load(EDITED) != self._edited:
            self._read()

    def _current(self, kept: "KeptSettled") -> tuple[Settled, ...]:
        """With vectors of the encoder that is in use now."""
        if kept.encoder == self._encoder:
            return tuple(kept.settled)
        return tuple(replace(s, vector=small(self._encode(s.words))) for s in kept.settled)

    def _save_settled(self) -> None:
        if self._keep:
            kept = KeptSettled(encoder=self._encoder, settled=list(self.settled))
            self._try(lambda: self._store.save(SETTLED, msgspec.json.encode(kept)))

    def _save_uses(self) -> None:
        if self._keep:
            self._try(lambda: self._store.save(USES, msgspec.json.encode(self.uses)))

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except StoreError as exc:
            logger.warning("%s", exc)


def _bounded(settled: Sequence[Settled]) -> tuple[Settled, ...]:
    """Without the oldest of too many; what skills declined never pushes out what owners said."""
    room = {True: MOST_DECLINED, False: MOST_SETTLED}
    kept: list[Settled] = []
    for one in reversed(settled):
        declined = one.verdict is Verdict.DECLINED
        if room[declined]:
            room[declined] -= 1
            kept.append(one)
    return tuple(reversed(kept))
