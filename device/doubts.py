"""When it was last asked whether a guess was right, and which guesses were.

It goes with the records: "delete what I said" deletes the sentences of that time, and with
`records.keep_days = 0` nothing outlives the running speaker.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

import msgspec

from device.errors import StoreError
from device.events import Turn
from device.nlu.words import plain
from device.ports import Store
from device.settledstore import within
from device.teaching.doubt import RIGHT, SETTLED

logger = logging.getLogger(__name__)

DOUBTS = "doubts"
"""Where the store keeps them."""

MOST_CERTAIN = 200
"""Sentences that are kept; the oldest gives way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Certain:
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    asked: datetime | None = None
    certain: tuple[_Certain, ...] = ()


class Doubts:
    """Takes note of questions and answers."""

    def __init__(self, store: Store, *, keep: bool) -> None:
        """Begin with what was kept; what cannot be read is forgotten.

        Args:
            store: Where it is kept.
            keep: Whether anything outlives the running speaker; as the owner keeps records.
        """
        self._store = store
        self._keep = keep
        self._kept = _read(store) if keep else _Kept()
        self._guess = ""
        """The sentence that the last turn asked about."""

    @property
    def asked(self) -> datetime | None:
        """When it was last asked."""
        return self._kept.asked

    @property
    def certain(self) -> frozenset[str]:
        """Sentences that are understood as they should be, in plain words."""
        return frozenset(one.words for one in self._kept.certain)

    def ended(self, turn: Turn) -> None:
        """A turn is over: it asked, or it was the answer."""
        guess, self._guess = self._guess, ""
        kept = self._kept
        if turn.outcomes and turn.reply.text.endswith(RIGHT):
            self._guess = plain(turn.text)
            self._save(_Kept(asked=turn.at, certain=kept.certain))
        elif guess and turn.reply.text == SETTLED:
            others = [one for one in kept.certain if one.words != guess]
            certain = (*others, _Certain(words=guess, at=turn.at))[-MOST_CERTAIN:]
            self._save(_Kept(asked=kept.asked, certain=certain))

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Forget the sentences of a span of time; None leaves it open on that side."""
        left = tuple(one for one in self._kept.certain if not within(one.at, since, until))
        self._guess = ""
        self._save(_Kept(asked=self._kept.asked, certain=left))

    def _save(self, kept: _Kept) -> None:
        if kept == self._kept:
            return
        self._kept = kept
        if self._keep:
            try:
                self._store.save(DOUBTS, msgspec.json.encode(kept))
            except StoreError as exc:
                logger.warning("%s", exc)


def _read(store: Store) -> _Kept:
    content = store.load(DOUBTS)
    if content is None:
        return _Kept()
    try:
        kept = msgspec.json.decode(content, type=_Kept)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        logger.warning("what was settled about guesses could not be read and is forgotten")
        return _Kept()
    aware = kept.asked is None or kept.asked.tzinfo is not None
    return kept if aware else _Kept(certain=kept.certain)
