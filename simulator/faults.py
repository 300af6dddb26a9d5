"""How devices of the pretend house misbehave."""

from enum import StrEnum

from simulator.things import Raw

GARBAGE = (b'{"state":', b"\xff\xfe\x00", b"[" * 2_000, b'{"state":{"state":[]}}')
"""What nobody can read."""


class Fault(StrEnum):
    """How a device can misbehave."""

    NONE = "none"
    SLOW = "slow"
    """It takes `slow_ms` to do anything."""
    SILENT = "silent"
    """It does nothing and says nothing."""
    DEAF = "deaf"
    """It obeys, and never says so."""
    TERSE = "terse"
    """It says nothing when nothing changed."""
    WRONG = "wrong"
    """It does something else than it is told."""
    MALFORMED = "malformed"
    """It answers with what nobody can read."""
    OFFLINE = "offline"
    """It is unplugged, and its dialect says so."""


MUTE = frozenset({Fault.OFFLINE, Fault.SILENT, Fault.DEAF})
"""Faults that keep a device from reporting."""


def distorted(before: Raw, after: Raw) -> Raw:
    """Another state than the one that was asked for."""
    other = {"ON": "OFF", "OFF": "ON", "LOCK": "UNLOCK", "UNLOCK": "LOCK"}
    other |= {"locked": "unlocked", "unlocked": "locked", "on": "off", "off": "on"}
    wrong = dict(after)
    changed = [key for key in after if before.get(key) != after[key]] or list(after)
    for key in changed:
        value = after[key]
        if isinstance(value, str) and value in other:
            wrong[key] = other[value]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            wrong[key] = value - 7 if value >= 7 else value + 7
    return wrong
