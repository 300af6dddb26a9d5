"""Timers, alarms and lists fall due when they should and survive restarts and wrong clocks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.effects import Alarm, Notebook, Timer, WriteNotebook
from device.errors import StoreError
from device.skills.notebook import (
    LATE_MS,
    Due,
    clock_jumped,
    due,
    lists_json,
    restore,
    save,
    timers_json,
)
from device.skills.timers import Timers
from tests.skills.rooms import CONTEXT, NOW, NOW_MS, ZONE, asked_for

BOOT_1970 = datetime(1970, 1, 1, 0, 0, 20, tzinfo=UTC)
FIVE = Timer(id=1, name=None, duration_ms=300_000, remaining_ms=300_000, as_of_ms=NOW_MS)
SEVEN = Alarm(id=2, at=datetime(2026, 11, 21, 7, 0, tzinfo=ZONE))
BOOK = Notebook(
    lists=MappingProxyType({"shopping": ("milk",)}), timers=(FIVE,), alarms=(SEVEN,), next_id=3
)


def later(ms: int) -> Due:
    return due(BOOK, NOW + timedelta(milliseconds=ms), NOW_MS + ms)


def test_a_timer_rings_when_it_is_over_and_not_before() -> None:
    assert later(299_999) == Due(notebook=BOOK)

    over = later(300_000)

    assert over.events == ("Your 5 minute timer is done.",)
    assert over.notebook.ringing == over.events
    assert over.notebook.timers == ()
    assert over.notebook.lists == BOOK.lists


def test_an_alarm_follows_the_wall_clock_and_a_timer_does_not() -> None:
    morning = due(BOOK, SEVEN.at, NOW_MS + 1)

    assert morning.events == ("It is 7:00 AM, here is your alarm.",)
    assert morning.notebook.timers == (FIVE,)
    assert morning.notebook.alarms == ()


def test_a_reminder_says_its_words_and_a_delayed_command_is_carried_out() -> None:
    reminder = replace(SEVEN, words="take out the trash")
    delayed = replace(FIVE, command="turn off the lamp")
    book = Notebook(timers=(delayed,), alarms=(reminder,))

    told = due(book, SEVEN.at, NOW_MS + 300_000)

    assert told.events == ("Reminder: Take out the trash.",)
    assert told.commands == (delayed,)
    assert told.notebook.ringing == told.events


def test_a_paused_timer_never_ends() -> None:
    book = Notebook(timers=(replace(FIVE, paused=True),))

    assert due(book, NOW, NOW_MS + 10**9).notebook is book


def test_a_repeating_alarm_comes_again_on_its_next_day() -> None:
    weekdays = replace(SEVEN, at=datetime(2026, 11, 20, 7, 0, tzinfo=ZONE), repeats=(0, 1, 2, 3, 4))
    friday = datetime(2026, 11, 20, 7, 0, tzinfo=ZONE)

    rang = due(Notebook(alarms=(weekdays,)), friday, 0)

    assert len(rang.events) == 1
    assert rang.notebook.alarms[0].at == datetime(2026, 11, 23, 7, 0, tzinfo=ZONE)
    assert due(rang.notebook, friday + timedelta(days=2), 0).events == ()


@given(
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda d: tuple(sorted(d))),
    years=st.integers(0, 20_000),
    minutes=st.integers(0, 1439),
)
def test_the_next_time_of_a_repeating_alarm_is_after_now_on_its_day_and_soon(
    days: tuple[int, ...], years: int, minutes: int
) -> None:
    alarm = replace(SEVEN, repeats=days)
    now = SEVEN.at + timedelta(days=years, minutes=minutes)

    (again,) = due(Notebook(alarms=(alarm,)), now, 0).notebook.alarms

    assert now < again.at <= now + timedelta(days=7)
    assert again.at.weekday() in days
    assert (again.at.hour, again.at.minute) == (7, 0)


@pytest.mark.parametrize(
    ("late", "event"),
    [
        (timedelta(minutes=59), "It is 7:00 AM, here is your alarm."),
        (timedelta(hours=2), "You missed the alarm for 7:00 AM."),
        (timedelta(days=1, hours=2), "You missed the alarm for 7:00 AM yesterday."),
    ],
)
def test_an_alarm_missed_while_off_rings_within_the_hour_and_is_told_later(
    late: timedelta, event: str
) -> None:
    told = due(BOOK, SEVEN.at + late, NOW_MS)

    assert told.events == (event,)
    assert bool(told.notebook.ringing) is event.startswith("It is")
    assert told.notebook.alarms == ()


def test_no_alarm_comes_while_the_clock_was_never_set() -> None:
    ancient = replace(SEVEN, at=datetime(1970, 1, 1, tzinfo=UTC))

    assert due(Notebook(alarms=(ancient,)), BOOT_1970, 0).events == ()


def test_a_restart_takes_the_time_that_passed_from_two_believable_clocks() -> None:
    content = save(BOOK, NOW, NOW_MS + 60_000)

    again = restore(content, NOW + timedelta(minutes=2), 7)

    assert timers_json(again, 7) == ({"name": None, "seconds": 120},)
    assert again.lists == {"shopping": ("milk",)}
    assert again.alarms == (SEVEN,)
    assert again.next_id == 3


@pytest.mark.parametrize(
    ("saved_at", "now"),
    [
        (NOW, BOOT_1970),
        (BOOT_1970, NOW),
        (BOOT_1970, BOOT_1970 + timedelta(minutes=1)),
        (NOW, NOW - timedelta(hours=3)),
    ],
)
def test_a_clock_that_is_wrong_at_boot_takes_nothing_from_a_timer(
    saved_at: datetime, now: datetime
) -> None:
    again = restore(save(BOOK, saved_at, NOW_MS), now, 99)

    assert timers_json(again, 99) == ({"name": None, "seconds": 300},)


def test_a_paused_timer_stays_as_it_is_through_a_restart() -> None:
    paused = Notebook(timers=(replace(FIVE, paused=True),))

    again = restore(save(paused, NOW, NOW_MS), NOW + timedelta(minutes=2), 7)

    assert timers_json(again, 7_000_000) == ({"name": None, "seconds": 300},)


def test_a_timer_that_ended_long_before_the_restart_is_told_not_rung() -> None:
    again = restore(save(BOOK, NOW, NOW_MS), NOW + timedelta(hours=3), 0)

    told = due(again, NOW + timedelta(hours=3), 0)

    assert told.events == (
        "Your 5 minute timer was done 2 hours and 55 minutes ago, while I was off.",
    )
    assert told.notebook.ringing == ()


def test_a_delayed_command_that_is_hours_late_is_not_carried_out() -> None:
    book = Notebook(timers=(replace(FIVE, command="turn on the oven"),))

    told = due(book, NOW, NOW_MS + 300_000 + LATE_MS + 1)

    assert told.commands == ()
    assert told.events == ("I was off 1 hour ago, so I did not do this: turn on the oven.",)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"version": 1}', b'{"version": "1"}']
)
def test_a_notebook_that_cannot_be_read_is_one_clear_sentence(content: bytes) -> None:
    with pytest.raises(StoreError, match="the saved lists and timers cannot be read"):
        restore(content, NOW, 0)


def test_a_notebook_of_another_version_is_one_clear_sentence() -> None:
    content = save(BOOK, NOW, NOW_MS).replace(b'"version":1', b'"version":7')

    with pytest.raises(StoreError, match="have version 7, this is version 1"):
        restore(content, NOW, 0)


def test_a_jump_of_the_wall_clock_is_noticed_and_drift_is_not() -> None:
    before = (NOW, 1000)

    assert not clock_jumped(before, (NOW + timedelta(seconds=10), 11_500))
    assert clock_jumped(before, (NOW + timedelta(hours=1), 2000))
    assert clock_jumped(before, (NOW - timedelta(seconds=5), 1000))


def test_seconds_are_counted_up_so_that_a_new_timer_shows_what_was_asked() -> None:
    assert timers_json(BOOK, NOW_MS + 1) == ({"name": None, "seconds": 300},)
    assert timers_json(BOOK, NOW_MS + 1000) == ({"name": None, "seconds": 299},)
    assert timers_json(BOOK, NOW_MS + 10**9) == ({"name": None, "seconds": 0},)
    assert lists_json(BOOK) == {"shopping": ("milk",)}


class Counting(RuleBasedStateMachine):
    """Timers against a plain model, while hours pass, power fails and clocks are set.

    The model knows what was left of each timer and counts real time that the speaker was on,
    and off as far as its clock could be believed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.skill = Timers()
        self.book = Notebook()
        self.now, self.now_ms = NOW, 5_000
        self.saved = save(self.book, self.now, self.now_ms)
        self.left: dict[int, int] = {}
        self.paused: set[int] = set()
        self.rang: list[int] = []

    def keep(self, book: Notebook) -> None:
        self.book = book
        self.saved = save(book, self.now, self.now_ms)

    def ask(self, intent: str, **slots: int) -> bool:
        context = replace(CONTEXT, notebook=self.book, now=self.now, now_ms=self.now_ms)
        plan = self.skill.plan(asked_for(intent, slots), context)
        for effect in plan.effects:
            assert isinstance(effect, WriteNotebook)
            self.keep(effect.notebook)
        return bool(plan.effects)

    # Two at most: changing and pausing need a timer that is alone.
    @precondition(lambda self: len(self.left) < 2)
    @rule(seconds=st.integers(1, 7200))
    def start(self, seconds: int) -> None:
        before = {t.id for t in self.book.timers}
        if self.ask("HassStartTimer", seconds=seconds):
            (new,) = {t.id for t in self.book.timers} - before
            self.left[new] = 1000 * seconds

    @precondition(lambda self: len(self.left) == 1)
    @rule(intent=st.sampled_from(["HassPauseTimer", "HassUnpauseTimer"]))
    def pause_or_go_on(self, intent: str) -> None:
        (timer,) = self.left
        if self.ask(intent):
            self.paused = {timer} if intent == "HassPauseTimer" else set()

    @precondition(lambda self: len(self.left) == 1)
    @rule(seconds=st.integers(1, 600), more=st.booleans())
    def change(self, seconds: int, more: bool) -> None:
        (timer,) = self.left
        by = 1000 * seconds if more else -1000 * seconds
        intent = "HassIncreaseTimer" if more else "HassDecreaseTimer"
        changed = self.ask(intent, seconds=seconds)
        assert changed is (self.left[timer] + by > 0)
        if changed:
            self.left[timer] += by

    @rule()
    def cancel_all(self) -> None:
        self.ask("HassCancelAllTimers")
        self.left, self.paused = {}, set()

    @rule(ms=st.sampled_from([0, 1, 999, 60_000]) | st.integers(0, 4_000_000))
    def time_passes(self, ms: int) -> None:
        self.pass_time(ms)
        self.now += timedelta(milliseconds=ms)
        self.now_ms += ms
        self.ring()

    @rule(to=st.sampled_from([BOOT_1970, NOW, NOW + timedelta(days=400), NOW - timedelta(days=9)]))
    def the_wall_clock_is_set(self, to: datetime) -> None:
        """Only what is on the wall changes; the speaker notices and saves anew."""
        self.now = to
        self.saved = save(self.book, self.now, self.now_ms)
        self.ring()

    @rule(off_ms=st.integers(0, 5_000_000), clock=st.sampled_from(["right", "1970", "behind"]))
    def power_fails(self, off_ms: int, clock: str) -> None:
        self.saved = save(self.book, self.now, self.now_ms)
        was = self.now
        if clock == "right":
            self.now += timedelta(milliseconds=off_ms)
        else:
            self.now = BOOT_1970 if clock == "1970" else self.now - timedelta(minutes=5)
        self.now_ms = 7
        self.book = restore(self.saved, self.now, self.now_ms)
        believable = was.year > 2024 and self.now.year > 2024 and clock == "right"
        self.pass_time(off_ms if believable else 0)
        self.ring()

    def pass_time(self, ms: int) -> None:
        for timer in self.left:
            if timer not in self.paused:
                self.left[timer] -= ms

    def ring(self) -> None:
        over = {t for t, left in self.left.items() if left <= 0}
        found = due(self.book, self.now, self.now_ms)
        assert len(found.events) == len(over)
        late = sum(self.left[t] < -LATE_MS for t in over)
        assert len(found.notebook.ringing) - len(self.book.ringing) == len(over) - late
        self.left = {t: left for t, left in self.left.items() if left > 0}
        self.paused &= set(self.left)
        self.keep(found.notebook)

    @invariant()
    def every_timer_has_left_what_it_should(self) -> None:
        assert {t.id: t.left_ms(self.now_ms) for t in self.book.timers} == self.left
        assert {t.id for t in self.book.timers if t.paused} == self.paused

    @invariant()
    def what_is_saved_is_what_is_known(self) -> None:
        again = restore(self.saved, self.now, self.now_ms)
        assert timers_json(again, self.now_ms) == timers_json(self.book, self.now_ms)
        assert again.ringing == self.book.ringing


TestCounting = Counting.TestCase
TestCounting.settings = settings(max_examples=60, stateful_step_count=25)
