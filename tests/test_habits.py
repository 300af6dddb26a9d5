"""What is usual: noted, kept, bounded, forgotten with what was said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from device.edges.store import SqliteStore
from device.errors import StoreError
from device.events import DeviceCommand, Outcome, OutcomeKind, Turn
from device.habits import HABITS, MOST, Habits
from tests.skills.rooms import CONTEXT, NOW, asked, done

FAN = "kitchen/fan"
FAN_ON = DeviceCommand(device=FAN, capability="power", value="on")


def fan_on(days_ago: int = 0, **changes: object) -> Turn:
    turn = Turn(
        id=f"t{days_ago}",
        at=NOW - timedelta(days=days_ago),
        text="turn on the fan",
        requests=(asked("HassTurnOn", name="Fan"),),
        outcomes=done(FAN_ON),
        person="anna",
    )
    return replace(turn, **changes)  # type: ignore[arg-type]


def test_what_devices_did_outlives_the_running_speaker() -> None:
    store = SqliteStore(None)
    Habits(store, keep=True).note(fan_on(), CONTEXT)
    (again,) = Habits(store, keep=True).seen

    assert (again.deed, again.devices, again.person) == ("on", frozenset({FAN}), "anna")
    assert again.at == NOW


def test_no_word_that_was_said_is_kept() -> None:
    store = SqliteStore(None)
    Habits(store, keep=True).note(fan_on(), CONTEXT)

    assert b"turn on the fan" not in (store.load(HABITS) or b"")


def test_where_no_records_are_kept_nothing_is_written() -> None:
    store = SqliteStore(None)
    habits = Habits(store, keep=False)
    habits.note(fan_on(), CONTEXT)

    assert len(habits.seen) == 1
    assert store.load(HABITS) is None


def test_what_a_device_did_not_do_is_no_habit() -> None:
    habits = Habits(SqliteStore(None), keep=True)
    habits.note(fan_on(outcomes=(Outcome(command=FAN_ON, kind=OutcomeKind.NO_ANSWER),)), CONTEXT)
    habits.note(fan_on(requests=(asked("Undo"),)), CONTEXT)

    assert habits.seen == ()


def test_old_habits_make_room_for_new_ones() -> None:
    habits = Habits(SqliteStore(None), keep=True)
    for day in range(MOST + 20, 0, -1):
        habits.note(fan_on(day), CONTEXT)

    assert len(habits.seen) == MOST
    assert habits.seen[-1].at == NOW - timedelta(days=1)


def test_a_day_that_is_forgotten_takes_its_habits_with_it() -> None:
    store = SqliteStore(None)
    habits = Habits(store, keep=True)
    for day in (3, 2, 1):
        habits.note(fan_on(day), CONTEXT)
    habits.forget(NOW - timedelta(days=2, hours=1), NOW - timedelta(days=2) + timedelta(hours=1))

    assert [h.at for h in Habits(store, keep=True).seen] == [
        NOW - timedelta(days=3),
        NOW - timedelta(days=1),
    ]
    habits.forget(None, None)
    assert Habits(store, keep=True).seen == ()


def test_what_cannot_be_read_is_forgotten_and_the_speaker_goes_on() -> None:
    for content in (b"\xff", b"{}", b'[["on"]]', b'[["on", ["a"], "2026-01-01T00:00:00", null]]'):
        store = SqliteStore(None)
        store.save(HABITS, content)

        assert Habits(store, keep=True).seen == ()


class Failing(SqliteStore):
    """A store that cannot be written to."""

    def save(self, key: str, content: bytes) -> None:
        raise StoreError("the disk is full")


def test_a_store_that_fails_stops_no_turn_and_what_cannot_be_deleted_is_not_said_to_be() -> None:
    store = Failing(None)
    SqliteStore.save(store, HABITS, b'[["on",["kitchen/fan"],"2026-11-20T21:30:00+01:00",null]]')
    habits = Habits(store, keep=True)
    habits.note(fan_on(), CONTEXT)

    assert len(habits.seen) == 2
    with pytest.raises(StoreError, match="disk is full"):
        habits.forget(None, None)


def test_where_records_were_switched_off_what_was_kept_before_is_deleted() -> None:
    store = SqliteStore(None)
    Habits(store, keep=True).note(fan_on(), CONTEXT)
    Habits(store, keep=False)

    assert Habits(store, keep=True).seen == ()


def test_what_was_said_is_deleted_also_by_a_speaker_that_began_anew() -> None:
    store = SqliteStore(None)
    habits = Habits(store, keep=True)
    habits.note(fan_on(), CONTEXT)
    habits.clear()
    habits.forget(None, None)

    assert Habits(store, keep=True).seen == ()


def test_a_mistake_that_was_corrected_is_no_habit() -> None:
    habits = Habits(SqliteStore(None), keep=True)
    wrong, before = fan_on(), fan_on(1)
    for turn in (before, wrong):
        habits.note(turn, CONTEXT)
    light = DeviceCommand(device="kitchen/kitchen light", capability="power", value="on")
    correction = replace(
        wrong,
        id="correction",
        requests=(replace(asked("HassTurnOn", name="Kitchen light"), corrects=wrong.id),),
        outcomes=done(light),
    )
    habits.note(correction, replace(CONTEXT, turns=(before, wrong, correction)))

    assert [(h.at, h.devices) for h in habits.seen] == [
        (before.at, frozenset({FAN})),
        (correction.at, frozenset({light.device})),
    ]
