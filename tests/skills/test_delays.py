"""Requests for a time of day, and corrections of the last turn."""

from dataclasses import replace
from datetime import timedelta

from device.context import Context
from device.effects import Notebook, WriteNotebook
from device.events import DeviceCommand, Turn
from device.routing.agenda import lay_out, reply_to
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.undo import before
from tests.skills.rooms import CONTEXT, NOW, asked, asked_for, done

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


def turned_on(name: str, device_id: str) -> Turn:
    command = DeviceCommand(device=device_id, capability="power", value="on")
    return Turn(
        id="1",
        at=NOW,
        text="",
        requests=(asked("HassTurnOn", name=name),),
        outcomes=done(command),
        before=before([command], CONTEXT),
    )


def test_a_correction_takes_the_last_turn_back_and_does_what_was_meant() -> None:
    context = replace(CONTEXT, turns=(turned_on("Kitchen light", "kitchen/kitchen light"),))
    request = replace(asked("HassTurnOn", name="Coffee machine"), corrects=True)
    agenda = lay_out([request], context, ROUTER)

    assert [(c.device, c.value) for c in agenda.commands] == [
        ("kitchen/kitchen light", "off"),
        ("kitchen/coffee machine", "on"),
    ]


def test_a_correction_of_a_value_sends_the_new_value_only() -> None:
    context = replace(CONTEXT, turns=(turned_on("Kitchen light", "kitchen/kitchen light"),))
    request = replace(asked("HassLightSet", name="Kitchen light", brightness=30), corrects=True)
    agenda = lay_out([request], context, ROUTER)

    assert [(c.capability, c.value) for c in agenda.commands] == [("brightness", 30)]


def test_a_corrected_timer_takes_the_place_of_the_wrong_one() -> None:
    first = lay_out([asked("HassStartTimer", minutes=5)], CONTEXT, ROUTER)
    assert first.notebook is not None
    turn = Turn(
        id="1",
        at=NOW,
        text="",
        requests=(asked("HassStartTimer", minutes=5),),
        notebooks=(CONTEXT.notebook, first.notebook),
    )
    context = replace(CONTEXT, notebook=first.notebook, turns=(turn,))
    request = replace(asked("HassStartTimer", minutes=10), corrects=True)
    agenda = lay_out([request], context, ROUTER)

    assert agenda.notebook is not None
    assert [t.duration_ms for t in agenda.notebook.timers] == [600_000]
    assert all(isinstance(e, WriteNotebook) for s in agenda.steps for e in s.plan.effects)


def test_a_correction_after_a_question_has_nothing_to_take_back() -> None:
    turn = Turn(id="1", at=NOW, text="", requests=(asked("HassGetCurrentTime"),))
    request = replace(asked("HassTurnOn", name="Coffee machine"), corrects=True)
    agenda = lay_out([request], replace(CONTEXT, turns=(turn,)), ROUTER)

    assert [c.device for c in agenda.commands] == ["kitchen/coffee machine"]
