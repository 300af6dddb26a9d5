"""Whole lessons of pretend owners with a real speaker, its real models and a real broker."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

import pytest

from simulator.session import Scene, Session
from simulator.teachers.drawing import draw
from simulator.teachers.judging import meant
from simulator.teachers.lessons import Lesson, hold, prepare
from simulator.teachers.manners import REFUSERS, Manner
from simulator.teachers.mishearing import Mishearing
from simulator.teachers.wishes import Topic

ROOM = "Living Room"
TOPICS = (Topic.VALUE, Topic.DEVICES, Topic.PLACE, Topic.NICKNAME, Topic.VALUES)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    at = datetime(2026, 11, 20, 20, 30).astimezone()
    with Session(Scene(room=ROOM, at=at), still=True) as session:
        yield session


def lesson(session: Session, topic: Topic, manner: Manner, seed: int, *, rate: float = 0) -> Lesson:
    """Who is drawn by a seed, in a house as it was furnished."""
    session.start_afresh()
    rng = Random(seed)
    home = session.speaker.home.home
    wish = None
    while wish is None:
        wish = draw(rng, home, topic, room=ROOM, share="shown")
    prepare(session, wish)
    hearing = Mishearing(rng, rate=rate) if rate else None
    return hold(session, rng, wish, manner, share="shown", hearing=hearing)


def test_plain_owners_mostly_end_with_what_they_mean(session: Session) -> None:
    held = [lesson(session, topic, Manner.PLAIN, seed) for seed, topic in enumerate(TOPICS * 2)]
    texts = "\n\n".join(one.text() for one in held)
    assert sum(one.right for one in held) > len(held) / 2, texts
    assert all(one.turns >= 2 for one in held if one.right), texts


@pytest.mark.parametrize("manner", list(Manner))
def test_nothing_is_learned_without_a_yes_and_every_lesson_ends(
    session: Session, manner: Manner
) -> None:
    held = [
        lesson(session, topic, manner, 100 + seed, rate=0.1) for seed, topic in enumerate(TOPICS)
    ]
    for one in held:
        assert one.ended, one.text()
        assert one.agreed or not one.stored, one.text()


@pytest.mark.parametrize("manner", sorted(REFUSERS))
def test_from_who_refuses_nothing_is_learned(session: Session, manner: Manner) -> None:
    for seed, topic in enumerate(TOPICS):
        one = lesson(session, topic, manner, 200 + seed)
        assert not one.stored, one.text()


def test_what_is_right_is_exactly_what_was_meant(session: Session) -> None:
    held = [lesson(session, Topic.VALUE, Manner.PLAIN, 300 + seed) for seed in range(4)]
    right = [one for one in held if one.right]
    assert right, "\n\n".join(one.text() for one in held)
    for one in right:
        assert meant(one.wish, one.stored[0])
        for other in right:
            if other.wish.parts != one.wish.parts:
                assert not meant(other.wish, one.stored[0])
