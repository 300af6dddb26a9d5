"""What plots are made of: requests of random people, heard across rooms and typed in houses."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

from device.events import Turn
from device.home.homefile import HomeFile
from simulator.estate import as_toml
from simulator.homefile import read_house
from simulator.households.days import Saying, day, speaker_room
from simulator.households.house import random_house
from simulator.rooms.heard import Heard
from simulator.rooms.performance import performed
from simulator.rooms.room import RoomSound
from simulator.session import Scene, Session

SNRS_DB: tuple[float | None, ...] = (None, 20.0, 15.0, 10.0, 5.0)
"""How far the noise lies below the speech; None is a quiet room."""
DISTANCES_M = (0.5, 1.0, 2.0, 4.0)
NOISES = ("kitchen", "music", "rain", "tv")
VOICES = ("slt", "rms", "espeak en-gb+f2", "awb", "espeak en-us+m3", "kal16")
ROOM = RoomSound(size_m=(6.5, 5.0, 2.6), rt60_s=0.4)
PHRASES, HOUSES, SAYINGS = 12, 12, 25
NOTHING = "nothing"
"""Where no request was understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """How many requests were done as they were meant, by noise and distance."""

    snrs_db: Sequence[float | None]
    distances_m: Sequence[float]
    phrases: int
    """How many were said at each place of the grid."""
    right: Sequence[Sequence[int]]
    """Of those so many, a row for each distance, a column for each ratio."""


@dataclass(slots=True, kw_only=True)
class Measured:
    """All that is drawn."""

    grid: Grid
    ms: dict[str, list[float]] = field(default_factory=dict)
    """Milliseconds of every stage of spoken requests, one for each turn."""
    intents: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often what was meant was understood as what."""


def measure(
    seed: int = 1,
    *,
    snrs_db: Sequence[float | None] = SNRS_DB,
    distances_m: Sequence[float] = DISTANCES_M,
    phrases: int = PHRASES,
    houses: int = HOUSES,
    sayings: int = SAYINGS,
    tell: Callable[[float], None] = lambda share: None,
) -> Measured:
    """Let people speak and type, and count what was understood.

    The same seed gives the same counts; milliseconds are those of this machine. The defaults
    take one to two minutes of a current core.

    Args:
        seed: Of everything.
        snrs_db: How far the noise lies below the speech, None for a quiet room.
        distances_m: From mouth to microphone.
        phrases: Spoken requests at each place of the grid, 1 or more.
        houses: Random houses in which requests are typed.
        sayings: Typed requests in each of them, at most.
        tell: Called with the share that is done, 0 to 1.

    Raises:
        AudioError: No speech program is installed.
    """
    if phrases < 1:
        raise ValueError(f"phrases must be 1 or more, got {phrases}")
    places = [(m, db) for m in distances_m for db in snrs_db]
    spoken = len(places) / (len(places) + houses / 3)
    ms: dict[str, list[float]] = {}
    right = _spoken(seed, phrases, places, ms, lambda share: tell(spoken * share))
    width = len(snrs_db)
    grid = Grid(
        snrs_db=snrs_db,
        distances_m=distances_m,
        phrases=phrases,
        right=[right[row * width : (row + 1) * width] for row in range(len(distances_m))],
    )
    measured = Measured(grid=grid, ms=ms)
    for number in range(houses):
        measured.intents += _typed(seed * 1_000 + number, sayings)
        tell(spoken + (1 - spoken) * (number + 1) / houses)
    return measured


def _spoken(
    seed: int,
    phrases: int,
    places: Sequence[tuple[float, float | None]],
    ms: dict[str, list[float]],
    tell: Callable[[float], None],
) -> list[int]:
    """How many requests in the furnished house are done as meant, at each place of the grid."""
    house, found = read_house(), list[int]()
    room = speaker_room(seed, house)
    said = list(islice(_sayings(seed, house), phrases))
    with Session(Scene(room=room), hears=True, still=True) as session:
        for distance_m, snr_db in places:
            right = 0
            for number, saying in enumerate(said):
                heard = _heard(saying, number, distance_m, snr_db)
                session.start_afresh()
                pcm = performed(heard, seed * 1_000 + number).astype("<i2").tobytes()
                turns = session.hear(iter([pcm]))
                right += _done(session, turns, saying)
                for turn in turns:
                    for stage, spent in turn.ms.items():
                        ms.setdefault(stage, []).append(spent)
            found.append(right)
            tell(len(found) / len(places))
    return found


def _sayings(seed: int, house: HomeFile) -> Iterator[Saying]:
    """Requests of many days that can be said aloud, each of another kind than the one before."""
    last = ""
    for number in count():
        for saying in day(seed, house, number=number):
            kind = saying.truth.requests[0].intent if saying.truth.requests else ""
            if _alone(saying) and kind != last:
                yield saying
                last = kind


def _heard(saying: Saying, number: int, distance_m: float, snr_db: float | None) -> Heard:
    """How a request is said; voice and kind of noise change from one to the next."""
    noise = None if snr_db is None else NOISES[number % len(NOISES)]
    return Heard(
        text=saying.text,
        voice=VOICES[number % len(VOICES)],
        room=ROOM,
        distance_m=distance_m,
        noise=noise,
        snr_db=snr_db or 0.0,
    )


def _alone(saying: Saying) -> bool:
    """Whether it moves something, means it without what was said before, and is all words."""
    truth = saying.truth
    words = saying.text.replace(" ", "").replace("'", "")
    named = all("name" in one.slots for one in truth.requests)
    return bool(truth.requests and truth.moves) and named and words.isalpha()


def _done(session: Session, turns: Sequence[Turn], saying: Saying) -> bool:
    """Whether what was meant was commanded, and nothing else."""
    home = session.speaker.home.home
    labels = {device.id: home.label(device) for device in home.devices}
    found = {
        (labels[o.command.device], o.command.capability, o.command.value)
        for turn in turns
        for o in turn.outcomes
    }
    return found == {(m.label, m.capability, m.value) for m in saying.truth.moves}


def _typed(seed: int, most: int) -> Counter[tuple[str, str]]:
    """What was meant and what was understood in a random house."""
    house = random_house(seed)
    found: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home.toml"
        path.write_text(as_toml(house), encoding="utf-8")
        with Session(Scene(home=path, room=speaker_room(seed, house)), still=True) as session:
            for saying in day(seed, house)[:most]:
                turns = session.say(saying.text)
                understood = [r.intent for turn in turns for r in turn.requests]
                for number, wanted in enumerate(saying.truth.requests):
                    got = understood[number] if number < len(understood) else NOTHING
                    found[wanted.intent, got] += 1
    return found
