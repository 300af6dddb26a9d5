"""What was settled about skills as it stands in the store, for the speaker and commands beside it.

What cannot be read is forgotten, with one warning: nobody should fail to start for it.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from device.ports import Store
from device.settled import Settled, Use

logger = logging.getLogger(__name__)

SETTLED = "settled"
"""Where the store keeps what was settled."""
USES = "skill-uses"
"""Where the store keeps when packs answered."""
EDITED = "settled-edited"
"""Where the store counts how often somebody else changed it."""

MOST_USES = 400
"""Uses that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSettled:
    """What was settled, as it stands in the store."""

    encoder: str = ""
    settled: list[Settled]


def kept_settled(store: Store) -> tuple[Settled, ...]:
    """What was settled, as it is kept; for commands beside the running speaker.

    Raises:
        StoreError: The store cannot be read.
    """
    return tuple(settled_of(store.load(SETTLED)).settled)


def unsettle_kept(store: Store, gone: Collection[Settled]) -> None:
    """Take back what was settled, also in a speaker that runs with the same store.

    Raises:
        StoreError: The store cannot be changed.
    """
    kept = settled_of(store.load(SETTLED))
    left = [one for one in kept.settled if one not in gone]
    _keep(store, replace(kept, settled=left))


def forget_kept(store: Store, since: datetime | None, until: datetime | None) -> None:
    """Delete what was settled and used in a span of time; None leaves it open on that side.

    Raises:
        StoreError: The store cannot be changed.
    """
    content = store.load(SETTLED)
    kept = settled_of(content)
    left = [one for one in kept.settled if not within(one.at, since, until)]
    if content is not None and (len(left) < len(kept.settled) or not left):
        _keep(store, replace(kept, settled=left))
    content = store.load(USES)
    uses = uses_of(content)
    rest = [use for use in uses if not within(use.at, since, until)]
    if content is not None and (len(rest) < len(uses) or not rest):
        store.save(USES, msgspec.json.encode(rest))


def within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    """Whether a moment lies in a span of time."""
    return (since is None or at >= since) and (until is None or at < until)


def _keep(store: Store, kept: KeptSettled) -> None:
    """Keep it, and let a speaker that runs with the same store know."""
    store.save(SETTLED, msgspec.json.encode(kept))
    times = store.load(EDITED) or b"0"
    store.save(EDITED, str(int(times) + 1 if times.isdigit() else 1).encode())


def settled_of(content: bytes | None) -> KeptSettled:
    """What was settled as it was kept; what cannot be read is forgotten."""
    nothing = KeptSettled(settled=[])
    if content is None:
        return nothing
    try:
        kept = msgspec.json.decode(content, type=KeptSettled)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        logger.warning("what was settled about skills could not be read and is forgotten")
        return nothing
    return replace(kept, settled=[one for one in kept.settled if one.at.tzinfo is not None])


def uses_of(content: bytes | None) -> tuple[Use, ...]:
    """The uses as they were kept; what cannot be read is forgotten."""
    if content is None:
        return ()
    try:
        uses = msgspec.json.decode(content, type=list[Use])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        logger.warning("when skills were used could not be read and is forgotten")
        return ()
    return tuple(use for use in uses if use.at.tzinfo is not None)[-MOST_USES:]
