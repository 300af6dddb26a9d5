"""Requests for a time of day."""

from dataclasses import replace
from datetime import timedelta, timezone

import msgspec
import pytest

from device.context import Context
from device.effects import Notebook
from device.events import Value
from device.routing import dialogue
from device.routing.agenda import lay_out
from device.routing.reply import reply_to
from device.skills.notebook import due, restore, save
from tests.skills.rooms import CONTEXT, NOW, NOW_MS, asked, asked_for
from tests.skills.talks import ROUTER, said, turn

FAN_OFF = "turn off the fan"


def reply(context: Context, **slots: str) -> tuple[Notebook | None, str]:
    request = asked_for("ScheduleCommand", {"conversation_command": FAN_OFF, **slots})
    agenda = lay_out([request], context, ROUTER)
    return agenda.notebook, reply_to(agenda, (), context).text


def test_a_request_for_a_time_of_day_waits_until_the_clock_shows_it() -> None:
    book, answer = reply(CONTEXT, time="07:00")

    assert book is not None
    (timer,) = book.timers
    assert timer.command == FAN_OFF
    assert NOW + timedelta(milliseconds=timer.remaining_ms) == NOW.replace(
        day=NOW.day + 1, hour=7, minute=0
    )
    assert answer == "OK, at 7:00 AM tomorrow: turn off the fan."


def test_the_half_of_the_day_that_was_said_counts() -> None:
    book, answer = reply(CONTEXT, time="22:15", meridiem="pm")

    assert book is not None
    assert book.timers[0].remaining_ms == 45 * 60_000
    assert answer == "OK, at 10:15 PM: turn off the fan."


def test_a_time_that_has_passed_and_a_day_too_far_ahead_are_refused_in_one_sentence() -> None:
    assert reply(CONTEXT, time="07:00", date="2026-11-20", meridiem="am")[1] == (
        "That time has passed."
    )
    assert reply(CONTEXT, time="07:00", date="2027-11-20")[1].startswith("I can wait")
    assert reply(CONTEXT)[0] is None


def test_the_command_comes_when_the_clock_on_the_wall_shows_its_time() -> None:
    book, _ = reply(CONTEXT, time="07:00")
    assert book is not None
    night_ms = round(timedelta(hours=9, minutes=30) / timedelta(milliseconds=1))
    winter = NOW.replace(tzinfo=timezone(timedelta(hours=0)))  # the clocks went back an hour
    early = winter + timedelta(hours=8, minutes=30)
    seven = winter + timedelta(hours=9, minutes=30)

    asleep = due(book, early, NOW_MS + night_ms)
    assert (asleep.commands, len(asleep.notebook.timers)) == ((), 1)
    woken = due(asleep.notebook, seven, NOW_MS + night_ms + 3_600_000)
    assert [t.command for t in woken.commands] == [FAN_OFF]


def test_where_the_clock_skips_an_hour_the_command_comes_an_hour_sooner() -> None:
    book, _ = reply(CONTEXT, time="07:00")
    assert book is not None
    passed = timedelta(hours=8, minutes=30)
    summer = NOW.replace(tzinfo=timezone(timedelta(hours=2))) + passed + timedelta(hours=1)

    (timer,) = due(book, summer, NOW_MS + passed // timedelta(milliseconds=1)).commands
    assert timer.command == FAN_OFF


def test_a_clock_that_was_never_set_moves_no_command() -> None:
    book, _ = reply(CONTEXT, time="07:00")
    assert book is not None

    assert due(book, NOW.replace(year=1970), NOW_MS).notebook is book


def test_a_command_for_a_time_survives_a_restart_with_the_clock_unset() -> None:
    book, _ = reply(CONTEXT, time="07:00")
    assert book is not None
    unset = NOW.replace(year=1970)
    again = restore(save(book, NOW, NOW_MS), unset, 5)
    morning = NOW.replace(day=NOW.day + 1, hour=7, minute=0)

    assert due(again, morning - timedelta(minutes=5), 60_000).commands == ()
    assert [t.command for t in due(again, morning, 60_000).commands] == [FAN_OFF]


def test_a_paused_and_resumed_command_counts_down_like_any_timer() -> None:
    book, _ = reply(CONTEXT, time="22:00")
    context = replace(CONTEXT, notebook=book or CONTEXT.notebook)
    for intent in ("HassPauseTimer", "HassUnpauseTimer"):
        later_ms = context.now_ms + 600_000
        context = replace(context, now=context.now + timedelta(minutes=10), now_ms=later_ms)
        agenda = lay_out([asked_for(intent, {})], context, ROUTER)
        context = replace(context, notebook=agenda.notebook or context.notebook)

    (timer,) = due(context.notebook, context.now, context.now_ms).notebook.timers
    assert timer.left_ms(context.now_ms) == 20 * 60_000


@pytest.mark.parametrize(
    ("intent", "slots"),
    [("HassStartTimer", {"minutes": 10}), ("ScheduleCommand", {"time": "22:00"})],
)
def test_what_the_words_leave_open_is_kept_with_the_command_and_told(
    intent: str, slots: dict[str, Value]
) -> None:
    asked_later = asked_for(intent, {"conversation_command": "turn it off", **slots})
    off = replace(asked("HassTurnOff", scope="it"), meant=("kitchen/fan",))
    request = replace(asked_later, later=(off,))
    agenda = lay_out([request], CONTEXT, ROUTER)

    assert agenda.notebook is not None
    again = restore(save(agenda.notebook, NOW, NOW_MS), NOW, NOW_MS)
    assert [t.requests for t in again.timers] == [(off,)]
    assert reply_to(agenda, (), CONTEXT).text.endswith("turn it off, meaning the fan.")


def test_two_commands_for_the_same_moment_are_both_carried_out() -> None:
    book, _ = reply(CONTEXT, time="22:00")
    assert book is not None
    request = asked("ScheduleCommand", conversation_command="turn on the TV", time="22:00")
    second = lay_out([request], replace(CONTEXT, notebook=book), ROUTER)
    assert second.notebook is not None
    found = due(second.notebook, NOW + timedelta(minutes=30), NOW_MS + 30 * 60_000)

    assert [t.command for t in found.commands] == [FAN_OFF, "turn on the TV"]
    assert found.notebook.ringing == ()


def test_a_notebook_of_an_older_version_without_requests_can_still_be_read() -> None:
    book, _ = reply(CONTEXT, time="22:00")
    assert book is not None
    kept = msgspec.json.decode(save(book, NOW, NOW_MS))
    for timer in kept["timers"]:
        del timer["requests"], timer["at"]
    (timer,) = restore(msgspec.json.encode(kept), NOW, NOW_MS).timers

    assert (timer.command, timer.requests, timer.at) == (FAN_OFF, (), None)


def test_of_several_commands_the_one_whose_words_are_said_is_canceled() -> None:
    context = CONTEXT
    for command in (FAN_OFF, "turn on the TV"):
        context = turn(
            context, asked("ScheduleCommand", conversation_command=command, time="22:00")
        )
    cancel = asked("HassCancelTimer")
    agenda = lay_out([cancel], context, ROUTER)
    assert agenda.question is not None
    assert "the timer to turn off the fan with 30 minutes left" in agenda.question.text
    opened = dialogue.Asked(question=agenda.question, requests=(cancel,))
    phase, _ = dialogue.step(dialogue.NoQuestion(), opened, 0)

    _, effect = dialogue.step(phase, dialogue.Heard(text="the fan"), 1)

    assert isinstance(effect, dialogue.Carry)
    after = turn(context, *effect.requests)
    assert [t.command for t in after.notebook.timers] == ["turn on the TV"]
    assert said(after) == "The timer to turn off the fan is canceled."
