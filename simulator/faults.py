"""How devices of the pretend house misbehave."""

from enum import StrEnum

from device.errors import HomeError
from simulator.things import Raw

GARBAGE = (b'{"state":', b"\xff\xfe\x00", b"[" * 2_000, b'{"state":{"state":[]}}')
"""What nobody can read."""


class Fault(StrEnum):
    """How a device can misbehave."""

    NONE = "none"
    SLOW = "slow"
    """It takes `pace_ms` to do anything."""
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
    REFUSES = "refuses"
    """It does not do what it is told, and says so where its dialect can."""
    FLAPPING = "flapping"
    """It is unplugged and plugged in again, every `pace_ms`."""


MUTE = frozenset({Fault.OFFLINE, Fault.SILENT, Fault.DEAF})
"""Faults that keep a device from reporting."""
PACE_MS = 500
"""How slow a slow device is where nothing else is said."""

_OTHER = {"ON": "OFF", "LOCK": "UNLOCK", "locked": "unlocked", "on": "off", "LOCKED": "UNLOCKED"}
_OTHER |= {other: word for word, other in _OTHER.items()}

_CYCLES = {"FanSpeed": 4, "step": 11}
"""Keys that count few steps, and how many."""
_STILL = frozenset({"Direction", "moving"})
"""Keys that say how something moves: a wrong device stands somewhere else, at rest."""


def fault_called(text: str) -> tuple[Fault, int]:
    """A fault as a person writes it: "slow", or "slow 800" with its pace in milliseconds.

    Raises:
        HomeError: It is neither.
    """
    word, _, pace = text.strip().partition(" ")
    if word not in set(Fault):
        raise HomeError(f"a fault is one of {', '.join(Fault)}, found {word[:40]!r}")
    if pace and not (pace.isascii() and pace.isdigit() and 0 < int(pace[:9]) <= 600_000):
        raise HomeError(f"the pace of a fault is 1 to 600000 ms, found {pace[:40]!r}")
    return Fault(word), int(pace) if pace else PACE_MS


def distorted(before: Raw, after: Raw) -> Raw:
    """Another state than the one that was asked for."""
    wrong = dict(after)
    changed = [key for key in after if before.get(key) != after[key]] or list(after)
    for key in changed:
        value = after[key]
        if key in _STILL:
            continue
        if isinstance(value, str) and value in _OTHER:
            wrong[key] = _OTHER[value]
        elif key in _CYCLES and isinstance(value, int):
            wrong[key] = (value + 1) % _CYCLES[key]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            wrong[key] = value - 7 if value >= 7 else value + 7
        else:
            wrong[key] = before.get(key, value)
    return wrong
