"""What is usual: noted, kept, bounded, forgotten with what was said."""

from dataclasses import replace
from datetime import timedelta

from device.edges.store import SqliteStore
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
