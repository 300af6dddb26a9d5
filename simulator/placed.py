"""A thing in its place in the pretend house: what it speaks, and how it is doing."""

from dataclasses import dataclass

from simulator.bridges import Bridge
from simulator.faults import PACE_MS, Fault
from simulator.things import Thing


@dataclass(slots=True)
class Placed:
    """One device of the house, and what it suffers from."""

    thing: Thing
    bridge: Bridge
    fault: Fault = Fault.NONE
    pace_ms: int = PACE_MS
    """How slow it is, or how long it is unplugged each time, where its fault says so."""
    spell: int = 0
    """Counts faults, so that a new one ends the flapping of the one before."""
    away: bool = False
    """Whether it is unplugged."""
    journey: int = 0
    """Counts commands, so that a new one ends the journey of the one before."""

    @property
    def late_ms(self) -> int:
        """How long it waits before it does anything, milliseconds."""
        return self.pace_ms if self.fault is Fault.SLOW else 0
