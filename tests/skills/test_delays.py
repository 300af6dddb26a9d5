"""Requests for a time of day."""

from datetime import timedelta

from device.context import Context
from device.effects import Notebook
from device.routing.agenda import lay_out, reply_to
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from tests.skills.rooms import CONTEXT, NOW, asked_for

ROUTER = Router(builtin_skills())
FAN_OFF = "turn off the fan"


def reply(context: Context, **slots: str) -> tuple[Notebook | None, str]:
    request = asked_for("ScheduleCommand", {"conversation_command": FAN_OFF, **slots})
    agenda = lay_out([request], context, ROUTER)
    return agenda.notebook, reply_to(agenda, (), context, ROUTER).text


def test_a_request_for_a_time_of_day_waits_until_the_clock_shows_it() -> None:
    book, said = reply(CONTEXT, time="07:00")

    assert book is not None
    (timer,) = book.timers
    assert timer.command == FAN_OFF
    assert NOW + timedelta(milliseconds=timer.remaining_ms) == NOW.replace(
        day=NOW.day + 1, hour=7, minute=0
    )
    assert said == "OK, at 7:00 AM tomorrow: turn off the fan."


def test_the_half_of_the_day_that_was_said_counts() -> None:
    book, said = reply(CONTEXT, time="22:15", meridiem="pm")

    assert book is not None
    assert book.timers[0].remaining_ms == 45 * 60_000
    assert said == "OK, at 10:15 PM: turn off the fan."


def test_a_time_that_has_passed_and_a_day_too_far_ahead_are_refused_in_one_sentence() -> None:
    assert reply(CONTEXT, time="07:00", date="2026-11-20", meridiem="am")[1] == (
        "That time has passed."
    )
    assert reply(CONTEXT, time="07:00", date="2027-11-20")[1].startswith("I can wait")
    assert reply(CONTEXT)[0] is None
