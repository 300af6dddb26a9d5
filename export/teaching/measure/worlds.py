"""The homes in which owners teach: the furnished house, and random ones."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from device.concepts import Concept
from device.edges.store import SqliteStore
from device.lessons import Lessons
from simulator.estate import as_toml, estate
from simulator.session import Scene, Session

AT = datetime(2026, 11, 20, 20, 30)
DEVICES, ROOMS = 36, 7
"""Of a random home."""


@dataclass(frozen=True, slots=True)
class World:
    """A home, and where the speaker stands in it."""

    seed: int | None
    """Of a random home; None for the furnished house."""
    room: str


FURNISHED = tuple(
    World(None, room)
    for room in ("Living Room", "Bedroom", "Office", "Living Room", "Bathroom", "Hallway")
)


def worlds(random: int) -> tuple[World, ...]:
    """The furnished house seen from several rooms, and so many random homes."""
    strange = (
        World(seed, estate(DEVICES, ROOMS, seed=seed).rooms[0].name)
        for seed in range(501, 501 + random)
    )
    return (*FURNISHED, *strange)


@contextmanager
def speaker_in(world: World, taught: Sequence[Concept] = ()) -> Iterator[Session]:
    """A speaker in a home, that was taught something before."""
    with tempfile.TemporaryDirectory() as folder:
        home = None
        if world.seed is not None:
            home = Path(folder) / "home.toml"
            home.write_text(as_toml(estate(DEVICES, ROOMS, seed=world.seed)), encoding="utf-8")
        store = Path(folder) / "store.sqlite"
        kept = SqliteStore(store)
        for concept in taught:
            Lessons(kept).learn(concept)
        kept.close()
        with Session(Scene(home=home, room=world.room, at=AT, store=store)) as session:
            yield session
