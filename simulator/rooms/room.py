"""A room as sound knows it, and places in it."""

import math
from dataclasses import dataclass

import numpy as np

Place = tuple[float, float, float]
"""Metres from a lower corner: along, across, up."""

OFF_WALLS_M = 0.3
"""How near to a wall somebody or something stands at most, metres."""
_ON_TABLE_M = (0.7, 1.2)
_MOUTH_M = (1.1, 1.75)
_SABINE = 0.161
"""Sabine's constant, seconds per metre."""
_TRIES = 400
_SIDES_M, _DECAYS_S = (1.0, 30.0), (0.05, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSound:
    """A room with flat walls: a shoe box."""

    size_m: Place = (5.0, 4.0, 2.5)
    """Length, width and height, metres, 1 to 30 each."""
    rt60_s: float = 0.4
    """How long a sound takes to fall by 60 dB, seconds, 0.05 to 3."""
    speaker_m: Place | None = None
    """Where the speaker stands; None for a table by a wall."""
    noise_m: Place | None = None
    """Where the television, the sink or the radio is; None for anywhere."""

    def __post_init__(self) -> None:
        if not all(_SIDES_M[0] <= side <= _SIDES_M[1] for side in self.size_m):
            raise ValueError(f"a room measures 1 to 30 m each way, got {self.size}")
        if not _DECAYS_S[0] <= self.rt60_s <= _DECAYS_S[1]:
            raise ValueError(f"rt60_s must lie between 0.05 and 3, got {self.rt60_s:g}")
        if self.absorption > 1.0:
            least_s = math.ceil(100 * self.rt60_s * self.absorption) / 100
            raise ValueError(
                f"sound cannot fade within {self.rt60_s:g} s in a room of "
                f"{self.size}; the least is {least_s:g}"
            )
        for name, place in (("speaker_m", self.speaker_m), ("noise_m", self.noise_m)):
            if place is not None:
                self.check(name, place)

    @property
    def size(self) -> str:
        """Its size in words."""
        return _written(self.size_m)

    @property
    def volume_m3(self) -> float:
        """Its volume, cubic metres."""
        return math.prod(self.size_m)

    @property
    def absorption(self) -> float:
        """Share of the energy that a wall swallows (Sabine, 1900)."""
        length, width, height = self.size_m
        surface_m2 = 2 * (length * width + width * height + height * length)
        return _SABINE * self.volume_m3 / (surface_m2 * self.rt60_s)

    def check(self, name: str, place: Place) -> None:
        """Make sure that a place is in the room.

        Raises:
            ValueError: It is not.
        """
        if not all(0.0 < at < side for at, side in zip(place, self.size_m, strict=True)):
            raise ValueError(f"{name} is not in the room: {_written(place)} in one of {self.size}")

    def speaker(self, random: np.random.Generator) -> Place:
        """Where the speaker stands: the place given, or on something by a wall."""
        if self.speaker_m is not None:
            return self.speaker_m
        length, width, height = self.size_m
        along = random.uniform(*_within(length))
        low, _ = _within(width)
        up = random.uniform(*_ON_TABLE_M)
        return (float(along), low, float(min(up, 0.6 * height)))

    def anywhere(self, random: np.random.Generator) -> Place:
        """A place off the walls."""
        along, across, up = (float(random.uniform(*_within(side))) for side in self.size_m)
        return (along, across, up)

    def away_from(
        self, place: Place, distance_m: float, random: np.random.Generator
    ) -> Place | None:
        """A place for somebody's mouth, so far from another place; None where there is none."""
        most_up_m = self.size_m[2] - 0.1
        for _ in range(_TRIES):
            up = min(random.uniform(*_MOUTH_M), most_up_m)
            rise = np.clip(up - place[2], -0.9 * distance_m, 0.9 * distance_m)
            flat = math.sqrt(distance_m**2 - rise**2)
            turn = random.uniform(0.0, 2 * math.pi)
            found = (
                float(place[0] + flat * math.cos(turn)),
                float(place[1] + flat * math.sin(turn)),
                float(place[2] + rise),
            )
            if all(0.05 <= at <= side - 0.05 for at, side in zip(found, self.size_m, strict=True)):
                return found
        return None


def _within(side_m: float) -> tuple[float, float]:
    off = min(OFF_WALLS_M, side_m / 4)
    return off, side_m - off


def _written(place: Place) -> str:
    return " x ".join(f"{side:g}" for side in place) + " m"
