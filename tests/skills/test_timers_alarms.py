"""Timers, alarms and reminders: what is set, asked, told and cancelled."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Context
from device.effects import Notebook, Plan, WriteNotebook
from device.events import Ask, Request
from device.skills.alarms import Alarms
from device.skills.moments import moment_of
from device.skills.timers import Timers
from tests.skills.rooms import CONTEXT, NOW, ZONE, asked, asked_for

TIMERS, ALARMS = Timers(), Alarms()


def after(*requests: Request, context: Context = CONTEXT) -> tuple[Context, Plan]:
    """The context after these requests, and the last plan."""
    plan = Plan()
    for request in requests:
        skill = TIMERS if "Timer" in request.intent else ALARMS
        plan = skill.plan(request, context)
        for effect in plan.effects:
            assert isinstance(effect, WriteNotebook)
            context = replace(context, notebook=effect.notebook)
    return context, plan


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_a_timer_runs_for_what_was_said() -> None:
    context, plan = after(asked("HassStartTimer", hours=1, minutes=30))

    assert plan.reply == "Timer set for 1 hour and 30 minutes."
    assert plan.shows_timers
    (timer,) = context.notebook.timers
    assert timer.left_ms(CONTEXT.now_ms) == 5_400_000
    assert timer.left_ms(CONTEXT.now_ms + 1) == 5_399_999


def test_a_timer_with_a_name_is_found_by_it() -> None:
    context, _ = after(
        asked("HassStartTimer", minutes=10, name="pasta"), asked("HassStartTimer", minutes=5)
    )

    _, plan = after(asked("HassTimerStatus", name="Pasta"), context=context)

    assert plan.reply == "10 minutes left on your pasta timer."
    _, plan = after(asked("HassTimerStatus"), context=context)
    assert plan.reply == (
        "You have 2 timers: 10 minutes on the pasta timer and 5 minutes on the 5 minute timer."
    )


def test_which_of_several_timers_is_asked_about() -> None:
    context, _ = after(
        asked("HassStartTimer", minutes=10, name="pasta"), asked("HassStartTimer", minutes=5)
    )

    _, plan = after(asked("HassCancelTimer"), context=context)

    assert plan.question is not None
    assert plan.question.kind is Ask.CHOOSE
    assert plan.question.choices == ("pasta", "5 minute")
    context, plan = after(asked("HassCancelTimer", start_minutes=5), context=context)
    assert plan.reply == "The 5 minute timer is canceled."
    assert [t.name for t in context.notebook.timers] == ["pasta"]


def test_a_pause_takes_no_time() -> None:
    context, plan = after(asked("HassStartTimer", minutes=5), asked("HassPauseTimer"))
    assert plan.reply == "The 5 minute timer is paused with 5 minutes left."
    much_later = replace(context, now_ms=context.now_ms + 10**9)

    context, plan = after(asked("HassUnpauseTimer"), context=much_later)

    assert plan.reply == "The 5 minute timer goes on with 5 minutes left."
    (timer,) = context.notebook.timers
    assert timer.left_ms(context.now_ms + 1000) == 299_000


@pytest.mark.parametrize("seconds", [0, 360_001])
def test_a_timer_that_cannot_run_is_refused_with_the_range(seconds: int) -> None:
    context, plan = after(asked("HassStartTimer", seconds=seconds))

    assert plan.reply.startswith("A timer can run for 1 second to 100 hours, not for")
    assert context.notebook.timers == ()


def test_a_delayed_command_is_a_timer_that_does_not_ring() -> None:
    context, plan = after(
        asked("HassStartTimer", minutes=5, conversation_command="turn off the lamp")
    )

    assert plan.reply == "OK, in 5 minutes: turn off the lamp."
    assert context.notebook.timers[0].command == "turn off the lamp"


@pytest.mark.parametrize("words", ["turn off the lamp in", "in turn off the lamp"])
def test_a_delayed_command_loses_what_led_to_its_time(words: str) -> None:
    context, _ = after(asked("HassStartTimer", minutes=5, conversation_command=words))

    assert context.notebook.timers[0].command == "turn off the lamp"


def test_cancelling_while_it_rings_silences_it() -> None:
    ringing = replace(CONTEXT, notebook=Notebook(ringing=("Your 5 minute timer is done.",)))

    for request in (asked("HassCancelTimer"), asked("StopRinging")):
        context, plan = after(request, context=ringing)
        assert plan.reply == "OK."
        assert context.notebook.ringing == ()


def test_what_is_not_there_is_said() -> None:
    assert after(asked("HassCancelTimer"))[1].reply == "There are no timers."
    assert after(asked("StopRinging"))[1].reply == "Nothing is ringing."
    assert after(asked("CancelAlarm", time="07:00"))[1].reply == "There is no alarm like that."
    assert after(asked("AlarmStatus"))[1].reply == "There are no alarms."
    context, _ = after(asked("HassStartTimer", minutes=5))
    _, plan = after(asked("HassCancelTimer", name="egg"), context=context)
    assert plan.reply == "There is no egg timer. 5 minutes left on your 5 minute timer."


@pytest.mark.parametrize(
    ("request_", "moment"),
    [
        (asked("SetAlarm", time="07:00"), "2026-11-21T07:00"),
        (asked("SetAlarm", time="10:00"), "2026-11-20T22:00"),
        (asked("SetAlarm", time="19:00", meridiem="pm"), "2026-11-21T19:00"),
        (asked("SetAlarm", time="07:00", meridiem="am"), "2026-11-21T07:00"),
        (asked("SetAlarm", time="21:30"), "2026-11-21T21:30"),
        (asked("SetAlarm", time="00:00"), "2026-11-21T00:00"),
        (asked("SetAlarm", time="07:00", date="2026-11-24"), "2026-11-24T07:00"),
        (asked("SetAlarm", time="11:00", date="2026-11-20"), "2026-11-20T23:00"),
        (asked("SetAlarm", time="06:30", days="monday wednesday"), "2026-11-23T06:30"),
        (asked("SetAlarm", hours=8), "2026-11-21T05:30"),
        (asked("SetReminder", words="x", minutes=20), "2026-11-20T21:50"),
        (asked("SetReminder", words="x", time="03:00", date="2026-11-21"), "2026-11-21T15:00"),
        (asked("SetReminder", words="x", time="08:00", date="2026-11-21"), "2026-11-21T08:00"),
        (asked("SetReminder", words="x", time="12:00", date="2026-11-21"), "2026-11-21T12:00"),
    ],
)
def test_a_time_means_what_people_mean(request_: Request, moment: str) -> None:
    context, plan = after(request_)

    assert [a.at for a in context.notebook.alarms] == [at(moment)]
    assert plan.question is None


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (asked("SetAlarm", time="07:00"), "Alarm set for 7:00 AM tomorrow."),
        (asked("SetAlarm", time="22:15"), "Alarm set for 10:15 PM."),
        (
            asked("SetAlarm", time="06:30", days="monday tuesday wednesday thursday friday"),
            "Alarm set for 6:30 AM on weekdays.",
        ),
        (
            asked("SetReminder", words="take out the trash", time="07:00", date="2026-11-22"),
            "I'll remind you to take out the trash at 7:00 AM on Sunday.",
        ),
        (
            asked("SetAlarm", time="09:00", meridiem="am", date="2026-11-20"),
            "That time has passed.",
        ),
    ],
)
def test_what_was_set_is_told_back(request_: Request, reply: str) -> None:
    assert after(request_)[1].reply == reply


@given(
    minute=st.integers(0, 7 * 1440),
    hour=st.integers(0, 23),
    meridiem=st.booleans(),
    days=st.sets(st.sampled_from(["monday", "friday", "sunday"])),
)
def test_a_time_without_a_date_is_always_ahead_and_within_a_week(
    minute: int, hour: int, meridiem: bool, days: set[str]
) -> None:
    now = NOW + timedelta(minutes=minute)
    said = {"time": f"{hour:02}:15", "meridiem": "am" * meridiem, "days": " ".join(days)}
    request = asked_for("SetAlarm", {name: value for name, value in said.items() if value})

    found = moment_of(request, now, mornings=True)

    assert found is not None
    assert now < found <= now + timedelta(days=7 if days else 1)
    assert found.minute == 15
    assert (found.hour - hour) % (24 if meridiem or days else 12) == 0
    assert not days or f"{found:%A}".casefold() in days


def test_an_alarm_is_not_set_by_a_clock_that_was_never_set() -> None:
    context = replace(CONTEXT, now=datetime(1970, 1, 1, tzinfo=ZONE))

    _, plan = after(asked("SetAlarm", time="07:00"), context=context)

    assert plan.reply == "I don't know what time it is yet, so I can't do that."
    assert plan.effects == ()


def test_alarms_and_reminders_are_told_and_cancelled_apart() -> None:
    context, _ = after(
        asked("SetAlarm", time="07:00"),
        asked("SetReminder", words="call the doctor", time="09:00", date="2026-11-21"),
    )

    assert after(asked("AlarmStatus"), context=context)[1].reply == (
        "Your alarm is set for 7:00 AM tomorrow."
    )
    assert after(asked("ReminderStatus"), context=context)[1].reply == (
        "You have 1 reminder: 9:00 AM tomorrow: call the doctor."
    )
    context, plan = after(asked("CancelReminder", words="the doctor"), context=context)
    assert plan.reply == "The reminder for 9:00 AM tomorrow: call the doctor is canceled."
    assert [a.words for a in context.notebook.alarms] == [None]


def test_which_of_several_alarms_is_asked_about() -> None:
    context, _ = after(
        asked("SetAlarm", time="07:00"), asked("SetAlarm", time="08:00", meridiem="am")
    )

    _, plan = after(asked("CancelAlarm"), context=context)

    assert plan.question is not None
    assert plan.question.choices == ("07:00", "08:00")
    context, _ = after(asked("CancelAlarm", time="08:00"), context=context)
    assert [a.at.hour for a in context.notebook.alarms] == [7]
    context, plan = after(asked("CancelAllAlarms"), context=context)
    assert context.notebook.alarms == ()


def test_snooze_comes_again() -> None:
    ringing = replace(CONTEXT, notebook=Notebook(ringing=("It is 7:00 AM, here is your alarm.",)))

    context, plan = after(asked("SnoozeAlarm"), context=ringing)

    assert plan.reply == "OK, again at 9:39 PM."
    assert context.notebook.ringing == ()
    assert context.notebook.alarms[0].at == NOW + timedelta(minutes=9)
