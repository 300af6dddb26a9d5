"""Lessons in the store: whole or not at all, bounded, and seen by whoever else has the store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from device.concepts import Concept, Kind, Meaning, Setting, holding
from device.edges.store import SqliteStore
from device.errors import StoreError, TeachingError
from device.lessons import CONCEPTS, LOOK_EVERY_MS, MOST_CONCEPTS, MOST_SETTINGS, Lessons, check

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def concept(name: str, value: int = 40, person: str | None = None) -> Concept:
    return Concept(
        name=name,
        kind=Kind.ENTITY,
        meaning=Meaning(settings=(Setting(capability="brightness", value=value),)),
        person=person,
        at=AT,
    )


class Failing(SqliteStore):
    """A disk that is full when it is told so."""

    full = False

    def save(self, key: str, content: bytes) -> None:
        if self.full:
            raise StoreError("the disk is full")
        super().save(key, content)


@pytest.fixture
def store() -> Iterator[Failing]:
    found = Failing(None)
    yield found
    found.close()


def test_what_could_not_be_written_was_not_learned_and_not_forgotten(store: Failing) -> None:
    lessons = Lessons(store)
    lessons.learn(concept("soup hour"))
    store.full = True

    with pytest.raises(StoreError):
        lessons.learn(concept("tea hour"))
    with pytest.raises(StoreError):
        lessons.forget(lessons.concepts)

    assert lessons.concepts == Lessons(store).concepts == (concept("soup hour"),)


def test_what_cannot_be_read_is_set_aside_and_the_next_lesson_is_kept(store: Failing) -> None:
    store.save(CONCEPTS, b"\xff{damaged")
    lessons = Lessons(store)
    lessons.learn(concept("soup hour"))

    assert store.load(f"{CONCEPTS}-unreadable") == b"\xff{damaged"
    assert Lessons(store).concepts == (concept("soup hour"),)


def test_too_many_and_too_long_are_refused_and_nothing_is_lost(store: Failing) -> None:
    lessons = Lessons(store)
    lessons.learn_all(concept(f"mood {n}") for n in range(MOST_CONCEPTS))

    with pytest.raises(TeachingError, match=str(MOST_CONCEPTS)):
        lessons.learn(concept("one more"))
    lessons.learn(concept("mood 3", 90))

    assert len(lessons.concepts) == MOST_CONCEPTS


@pytest.mark.parametrize(
    "wrong",
    [
        concept(""),
        concept("   "),
        concept("x" * 500),
        concept("bell\x07"),
        concept("two\nlines"),
        concept("soup", person=" "),
        replace(concept("soup"), meaning=Meaning()),
        replace(concept("soup"), at=datetime(2026, 11, 20)),
        replace(concept("soup"), meaning=Meaning(devices=("Lamp",) * (MOST_SETTINGS + 1))),
    ],
)
def test_what_is_no_lesson_is_refused(wrong: Concept, store: Failing) -> None:
    with pytest.raises(TeachingError):
        check(wrong)
    lessons = Lessons(store)
    with pytest.raises(TeachingError):
        lessons.learn_all((concept("soup"), wrong))
    assert lessons.concepts == ()


NAMES = st.sampled_from(["soup", "tea", "nap"])
PEOPLE = st.sampled_from([None, "Anna", "Ben"])


class Household(RuleBasedStateMachine):
    """A speaker that learns and forgets, a command beside it, restarts; against a plain dict."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "kept.sqlite"
        self.store = SqliteStore(self.path)
        self.lessons = Lessons(self.store)
        self.model: dict[tuple[str | None, str], Concept] = {}
        self.now_ms = 0

    def learned(self, one: Concept) -> None:
        self.model.pop((one.person, one.name), None)
        self.model[(one.person, one.name)] = one

    @rule(name=NAMES, value=st.integers(1, 100), person=PEOPLE)
    def learn(self, name: str, value: int, person: str | None) -> None:
        self.lessons.learn(concept(name, value, person))
        self.learned(concept(name, value, person))

    @rule(name=NAMES, person=PEOPLE)
    def forget(self, name: str, person: str | None) -> None:
        self.lessons.look(self.now_ms + LOOK_EVERY_MS)
        self.now_ms += LOOK_EVERY_MS
        gone = [c for c in self.lessons.concepts if (c.person, c.name) == (person, name)]
        self.lessons.forget(gone)
        self.model.pop((person, name), None)

    @rule(name=NAMES, value=st.integers(1, 100), person=PEOPLE, drops=st.booleans())
    def edit_beside_it(self, name: str, value: int, person: str | None, drops: bool) -> None:
        other = SqliteStore(self.path)
        beside = Lessons(other)
        if drops:
            beside.forget(beside.concepts)
            self.model.clear()
        beside.learn(concept(name, value, person))
        other.close()
        self.learned(concept(name, value, person))

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = SqliteStore(self.path)
        self.lessons, self.now_ms = Lessons(self.store), 0

    @invariant()
    def what_is_known_is_what_was_learned_and_not_forgotten(self) -> None:
        self.now_ms += LOOK_EVERY_MS
        self.lessons.look(self.now_ms)
        assert self.lessons.concepts == tuple(self.model.values())

    @invariant()
    def nobody_has_another_persons(self) -> None:
        for person in (None, "Anna", "Ben"):
            held = holding(self.lessons.concepts, person)
            assert {c.person for c in held} <= {None, person}
            assert len({c.name for c in held}) == len(held)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


def test_nothing_is_lost_and_nothing_comes_back_whoever_writes() -> None:
    run_state_machine_as_test(Household, settings=settings(max_examples=25, stateful_step_count=15))


def test_it_is_looked_for_now_and_then_and_not_all_the_time(store: Failing) -> None:
    lessons = Lessons(store)
    lessons.look(0)
    Lessons(store).learn(concept("soup"))

    lessons.look(LOOK_EVERY_MS - 1)
    assert not lessons.concepts
    lessons.look(LOOK_EVERY_MS)
    assert [c.name for c in lessons.concepts] == ["soup"]
    lessons.learn(replace(concept("tea"), at=AT + timedelta(hours=1)))
    assert [c.name for c in Lessons(store).concepts] == ["soup", "tea"]
