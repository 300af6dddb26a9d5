"""How sound gets from places of a room to microphones in it: impulse responses.

Walls are followed by the image method (Allen and Berkley, 1979) of pyroomacoustics, with air that
swallows high notes. Where that library is missing, a made-up room of the same size and decay
stands in: as much reverberation as its walls would give at that distance, other reflections.
"""

from functools import lru_cache
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from simulator.acoustics import RATE_HZ, Sound, impulse_response
from simulator.rooms.room import Place, RoomSound

MOST_REFLECTIONS = 40
"""Reflections that are followed; what is left of a long decay is cut."""
STAND_IN = (
    "pyroomacoustics is not installed: rooms are made up, with the reverberation of their size "
    "but other reflections (pip install 'inglenook[sound]')"
)
_DEADEST = 0.95
_NEAREST_M = 0.02
_METRES_A_SAMPLE = 343.0 / RATE_HZ
_RINGS = 8
"""Samples that an impulse between two samples takes, to each side."""


def stands_in() -> str | None:
    """What to tell where the library is missing; None where it is there."""
    return None if find_spec("pyroomacoustics") else STAND_IN


@lru_cache(maxsize=128)
def responses(
    room: RoomSound | None, source: Place, microphones: tuple[Place, ...], stand_in_seed: int = 0
) -> tuple[Sound, ...]:
    """The way from one source to each microphone.

    Args:
        room: None is the open air.
        source: Where the sound comes from.
        microphones: Where it goes.
        stand_in_seed: Chance of the made-up room, where that stands in.

    Returns:
        For each microphone a response. All begin a few samples before the sound reaches the
        first; direct sound has the value 1 / distance in metres.
    """
    ways_m = [max(_NEAREST_M, float(np.linalg.norm(np.subtract(source, m)))) for m in microphones]
    if room is None:
        found = [_direct(way_m, ways_m[0]) for way_m in ways_m]
    elif stands_in() is None:
        found = shoebox(
            room.size_m,
            min(room.absorption, _DEADEST),
            source,
            microphones,
            reflections=MOST_REFLECTIONS,
            air=True,
        )
        travels = round(ways_m[0] / _METRES_A_SAMPLE)
        found = [one[travels:].copy() for one in found]
    else:
        found = [_made_up(room, way_m, stand_in_seed) for way_m in ways_m]
    for one in found:
        one.setflags(write=False)
    return tuple(found)


def shoebox(
    size_m: npt.ArrayLike,
    absorption: float,
    source: npt.ArrayLike,
    microphones: npt.ArrayLike,
    *,
    reflections: int,
    air: bool = False,
) -> list[Sound]:
    """What pyroomacoustics computes for one source in a room with equal walls.

    Args:
        size_m: Length, width, height.
        absorption: Share of the energy that each wall swallows.
        source: Where the sound comes from, metres.
        microphones: Where it goes.
        reflections: How many are followed at most.
        air: Whether the air swallows some.

    Returns:
        A response for each microphone, with the time that the sound travels in front.

    Raises:
        ImportError: The library is missing.
    """
    import pyroomacoustics

    # Sums in another order, on a machine with more cores, would be another sound.
    pyroomacoustics.constants.set("num_threads", 1)
    box = pyroomacoustics.ShoeBox(
        size_m,
        fs=RATE_HZ,
        materials=pyroomacoustics.Material(absorption),
        max_order=reflections,
        air_absorption=air,
    )
    box.add_source(source)
    box.add_microphone_array(np.array(microphones, dtype=np.float64).T)
    box.compute_rir()
    return [np.asarray(one[0], dtype=np.float32) for one in box.rir]


def _direct(way_m: float, first_m: float) -> Sound:
    """The open air: later for those farther away than the first, to a part of a sample."""
    late = _RINGS + (way_m - first_m) / _METRES_A_SAMPLE
    around = np.arange(max(0, round(late)) + _RINGS + 1) - late
    taps = np.sinc(around) * np.clip(np.cos(np.pi * around / 2 / (_RINGS + 1)), 0, None)
    response: Sound = (taps * (np.abs(around) <= _RINGS + 1) / way_m).astype(np.float32)
    return response


def _made_up(room: RoomSound, way_m: float, seed: int) -> Sound:
    """A response whose reverberation is as strong as Sabine's theory says at this distance."""
    reach_m = 0.057 * np.sqrt(room.volume_m3 / room.rt60_s)
    response = impulse_response(
        np.random.default_rng(seed), decay_s=room.rt60_s, direct_db=20 * np.log10(reach_m / way_m)
    )
    return response / np.float32(way_m)
