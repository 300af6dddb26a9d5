"""The hypotheses that the re-ranker sets side by side: one skill's reading of a request each."""

from collections.abc import Collection
from dataclasses import dataclass

from device.context import Context
from device.events import Slot
from device.routing.standing import STRANGER, Acquaintance

MOST_RIVALS = 10
"""Hypotheses that are ranked together."""

_ACTIVE = frozenset({"on", "playing", "cleaning", "mowing", "open", "unlocked"})
"""What a device reports while it is at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One skill that might answer, with the request as it understands it."""

    skill: str
    intent: str
    slots: tuple[Slot, ...] = ()
    builtin: bool = False
    """Whether it is a skill of the speaker's own."""
    confidence: float = 0.0
    """How sure the skill's own understanding is, 0 to 1: of a built-in skill the tagger's
    confidence times how well what the request covers fits it; of a pack how much of the words
    one of its sentences accounts for."""
    read: bool = True
    """Whether the skill has read the request; else its slots are not known yet, and its
    confidence is how far the words of its nearest sample are those of the request."""
    similarity: float = 0.0
    """Cosine of the request to the sentences of this intent, -1 to 1."""
    verbatim: bool = False
    """Whether one of its sentences matches the request whole."""
    named: bool = False
    """Whether the skill was called by its name."""
    kinds: float = 1.0
    """Of the kinds of devices that the skill needs, the share that the home has; 1 when it
    needs none."""
    here: float = 1.0
    """The same for the speaker's room."""
    active: float = 0.0
    """The same for those of which one is on or playing; 0 when it needs none."""
    acquaintance: Acquaintance = STRANGER


def there(needs: Collection[str], context: Context) -> tuple[float, float, float]:
    """What the home has of what a skill needs.

    Args:
        needs: Kinds of devices.
        context: The home, how it stands, the speaker's room.

    Returns:
        `kinds`, `here` and `active` of its rivals, each 0 to 1.
    """
    if not needs:
        return 1.0, 1.0, 0.0
    devices = [d for d in context.home.devices if d.kind in needs]
    found = {d.kind for d in devices}
    near = {d.kind for d in devices if d.room == context.room}
    active = {d.kind for d in devices if _at_work(d.id, context)}
    whole = len(frozenset(needs))
    return len(found) / whole, len(near) / whole, len(active) / whole


def _at_work(device: str, context: Context) -> bool:
    """Whether the device reports that it is on, playing or open."""
    return any(reading.value in _ACTIVE for reading in context.state.get(device, {}).values())
