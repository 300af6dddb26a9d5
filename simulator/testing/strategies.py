"""What Hypothesis draws for tests of skills and devices; docs/testing.md has a worked example.

homes    homes with rooms and devices, small ones first
sayings  one sentence, with what is right at every stage of its turn
talks    a stretch of a day: sentences that go on from one another
speech   how a sentence is heard, from close by in a quiet room to across a noisy one
faults   a device that goes wrong

What fails shrinks to few rooms, few devices, few short sentences and little noise.
"""

from collections.abc import Sequence
from functools import lru_cache

from device.home.homefile import HomeFile
from simulator.faults import Fault
from simulator.households.days import Saying, day
from simulator.households.house import MOST_DEVICES, MOST_ROOMS, random_house
from simulator.rooms.heard import Heard
from simulator.rooms.noises import NOISES
from simulator.rooms.room import RoomSound
from simulator.scenario.written import Misbehaviour
from simulator.voices import engines

try:
    from hypothesis import reject
    from hypothesis import strategies as st
except ImportError as exc:
    raise ImportError(
        "simulator.testing.strategies needs Hypothesis: pip install hypothesis"
    ) from exc

VOICES = {
    "flite": ("slt", "rms", "awb", "kal16"),
    "espeak-ng": ("espeak en-us", "espeak en-gb+f2", "espeak en-us+m3"),
    "festival": ("festival",),
}
"""Speech program -> voices that are drawn where it is installed, the clearest first."""
ROOMS = (
    None,
    RoomSound(size_m=(3.0, 2.5, 2.4), rt60_s=0.25),
    RoomSound(size_m=(5.0, 4.0, 2.5), rt60_s=0.4),
    RoomSound(size_m=(8.0, 6.0, 3.0), rt60_s=0.8),
)
"""Where somebody speaks: from no room at all to a large one that echoes."""
NEAREST_M, FARTHEST_M = 0.5, 4.0
QUIETEST_DB, LOUDEST_DB = 30, 0
"""Speech above noise."""
_SEEDS = st.integers(0, 2**32 - 1)
_DAYS = st.integers(0, 6)


@st.composite
def homes(
    draw: st.DrawFn,
    *,
    rooms: tuple[int, int] = (1, 6),
    devices: tuple[int, int] = (1, 30),
) -> HomeFile:
    """Homes that somebody could have, whose names collide and confuse.

    Args:
        draw: Hypothesis gives it.
        rooms: Fewest and most, 1 to 14.
        devices: Fewest and most, up to 150; each room has one at least, and with more rooms
            than devices there are as many devices as rooms.

    Raises:
        ValueError: There are no such homes.
    """
    for what, (fewest, most), limit in (
        ("rooms", rooms, MOST_ROOMS),
        ("devices", devices, MOST_DEVICES),
    ):
        if not 1 <= fewest <= most <= limit:
            raise ValueError(f"{what} are two numbers from 1 to {limit}, got {fewest} and {most}")
    some = draw(st.integers(*rooms))
    fewest = max(some, devices[0])
    return random_house(
        rooms=some,
        devices=draw(st.integers(fewest, max(fewest, devices[1]))),
        seed=draw(_SEEDS),
    )


@st.composite
def sayings(draw: st.DrawFn, home: HomeFile) -> Saying:
    """One sentence that people in a home say, and what it means without any before it.

    `saying.truth` holds requests, moves and questions; it is true where the speaker stands in
    `saying.room`.
    """
    whole = _day(draw(_SEEDS), home, draw(_DAYS))
    alone = [saying for saying in whole if stands_alone(saying)]
    if not alone:
        reject()
    return draw(st.sampled_from(sorted(alone, key=lambda s: (len(s.truth.requests), len(s.text)))))


@st.composite
def talks(draw: st.DrawFn, home: HomeFile, *, most: int = 6) -> tuple[Saying, ...]:
    """Some sentences of one day, as they are said one after the other.

    A yes follows its question, and "turn it off again" what it goes on from. All are heard in
    the same room.

    Args:
        draw: Hypothesis gives it.
        home: Where.
        most: How many at most, 1 or more.
    """
    whole = _day(draw(_SEEDS), home, draw(_DAYS))
    starts = [number for number, saying in enumerate(whole) if stands_alone(saying)]
    if not starts:
        reject()
    start = draw(st.sampled_from(starts))
    return whole[start : start + draw(st.integers(1, most))]


@st.composite
def speech(draw: st.DrawFn, texts: st.SearchStrategy[str] | Sequence[str]) -> Heard:
    """How somebody is heard who says one of these texts; `simulator.rooms.performance` plays it.

    Args:
        draw: Hypothesis gives it.
        texts: What is said.

    Raises:
        ValueError: No speech program is installed.
    """
    voices = [voice for engine in engines() for voice in VOICES[engine]]
    if not voices:
        raise ValueError("no speech program found: install flite, espeak-ng or festival")
    far = draw(st.integers(0, 10)) / 10
    noise = draw(st.sampled_from((None, *sorted(NOISES))))
    above_db = QUIETEST_DB if noise is None else draw(_down(QUIETEST_DB, LOUDEST_DB))
    return Heard(
        text=draw(texts if isinstance(texts, st.SearchStrategy) else st.sampled_from(texts)),
        voice=draw(st.sampled_from(voices)),
        speed=draw(st.sampled_from((1.0, 0.9, 1.1, 0.8, 1.2))),
        room=draw(st.sampled_from(ROOMS)),
        distance_m=NEAREST_M + far * (FARTHEST_M - NEAREST_M),
        noise=noise,
        snr_db=float(above_db),
    )


@st.composite
def faults(draw: st.DrawFn, home: HomeFile) -> Misbehaviour:
    """One device of a home that goes wrong in some way, from not at all to coming and going.

    `house.misbehave(fault.device, fault.fault, pace_ms=fault.pace_ms)` lets it.
    """
    return Misbehaviour(
        device=draw(st.sampled_from([device.topic_name for device in home.devices])),
        fault=draw(st.sampled_from(Fault)),
        pace_ms=draw(st.integers(1, 3_000)),
    )


def stands_alone(saying: Saying) -> bool:
    """Whether it means what it means without what was said before it."""
    truth = saying.truth
    return bool(truth.requests) and not (truth.moves and not all(r.slots for r in truth.requests))


def _down(most: int, least: int) -> st.SearchStrategy[int]:
    """Whole numbers that shrink to the largest."""
    return st.integers(0, most - least).map(lambda less: most - less)


@lru_cache(maxsize=64)
def _day(seed: int, home: HomeFile, number: int) -> tuple[Saying, ...]:
    return tuple(day(seed, home, number=number))
