"""Muting tells the way back; deleting is asked first and means what was said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Context, Microphone
from device.effects import ForgetTurns, TurnMicrophone
from device.events import Request
from device.routing import dialogue
from device.routing.agenda import lay_out
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.forgetting import span, told
from tests.skills.rooms import CONTEXT, asked, asked_for

ROUTER = Router(builtin_skills())


def hearing(*, on: bool, button: bool = False) -> Context:
    return replace(CONTEXT, microphone=Microphone(on=on, button=button))


def delete(**slots: str | int) -> Request:
    return asked_for("DeleteRecords", slots)


def test_stop_listening_switches_the_microphone_off_and_says_how_it_comes_back() -> None:
    for button, way in ((True, "press my button"), (False, "over MQTT")):
        agenda = lay_out([asked("MuteMicrophone")], hearing(on=True, button=button), ROUTER)

        assert agenda.microphone is False
        (step,) = agenda.steps
        assert step.plan.effects == (TurnMicrophone(on=False),)
        assert "My microphone is off now" in step.plan.reply
        assert way in step.plan.reply


@pytest.mark.parametrize("on", [True, False])
def test_what_is_so_already_is_not_switched(on: bool) -> None:
    intent = "UnmuteMicrophone" if on else "MuteMicrophone"

    agenda = lay_out([asked(intent)], hearing(on=on), ROUTER)

    assert agenda.microphone is None
    assert agenda.steps[0].plan.effects == ()


def test_a_recording_has_no_microphone_to_switch() -> None:
    agenda = lay_out([asked("MuteMicrophone")], CONTEXT, ROUTER)

    assert agenda.microphone is None
    assert agenda.steps[0].plan.reply == "There is no microphone to switch here."


def test_deleting_is_asked_first_and_done_after_a_yes() -> None:
    request = delete(hours=1)
    first = lay_out([request], CONTEXT, ROUTER)
    assert first.question is not None
    assert first.forgets == ()
    assert first.question.text.startswith("Shall I delete what you said in the last hour?")

    opened = dialogue.Asked(question=first.question, requests=(request,), proposed=first.proposed)
    phase, _ = dialogue.step(dialogue.NoQuestion(), opened, 0)
    _, effect = dialogue.step(phase, dialogue.Heard(text="yes delete it"), 10)
    assert isinstance(effect, dialogue.Carry)
    later = replace(CONTEXT, now=CONTEXT.now + timedelta(seconds=5))
    agenda = lay_out(effect.requests, later, ROUTER, agreed=effect.agreed)

    assert agenda.question is None
    assert agenda.forgets == (ForgetTurns(last_ms=3_600_000),)


def test_a_no_deletes_nothing() -> None:
    request = delete()
    first = lay_out([request], CONTEXT, ROUTER)
    assert first.question is not None
    opened = dialogue.Asked(question=first.question, requests=(request,), proposed=first.proposed)
    phase, _ = dialogue.step(dialogue.NoQuestion(), opened, 0)

    _, effect = dialogue.step(phase, dialogue.Heard(text="no"), 10)

    assert effect == dialogue.Carry(requests=(), reply="OK, I won't.")


def test_a_yes_to_one_span_agrees_to_no_other() -> None:
    agreed = lay_out([delete(hours=1)], CONTEXT, ROUTER).proposed

    for other in (delete(), delete(hours=2), delete(date=CONTEXT.now.date().isoformat())):
        agenda = lay_out([other], CONTEXT, ROUTER, agreed=agreed)
        assert agenda.question is not None
        assert agenda.forgets == ()


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ({}, "everything you have said"),
        ({"days_ago": 0}, "what you said today"),
        ({"days_ago": 1}, "what you said yesterday"),
        ({"hours": 1}, "what you said in the last hour"),
        ({"minutes": 20}, "what you said in the last 20 minutes"),
        ({"hours": 1, "minutes": 30}, "what you said in the last 1 hour and 30 minutes"),
    ],
)
def test_what_is_deleted_is_named(slots: dict[str, int], words: str) -> None:
    ago = slots.pop("days_ago", None)
    day = None if ago is None else CONTEXT.now.date() - timedelta(days=ago)
    request = delete(**slots) if day is None else delete(date=day.isoformat())

    question = lay_out([request], CONTEXT, ROUTER).question

    assert question is not None
    assert question.text == f"Shall I delete {words}? It cannot be brought back."


def test_a_day_to_come_and_a_day_that_is_none_are_said() -> None:
    tomorrow = (CONTEXT.now.date() + timedelta(days=1)).isoformat()
    for request in (delete(date=tomorrow), delete(date="someday")):
        agenda = lay_out([request], CONTEXT, ROUTER)
        assert agenda.question is None
        assert agenda.forgets == ()
        assert "day" in agenda.steps[0].plan.reply


@given(
    wanted=st.one_of(
        st.just(ForgetTurns()),
        st.dates(date(2000, 1, 1), date(2090, 1, 1)).map(
            lambda day: ForgetTurns(date=day.isoformat())
        ),
        st.integers(1, 10**12).map(lambda ms: ForgetTurns(last_ms=ms)),
    )
)
def test_every_span_has_words_and_an_order(wanted: ForgetTurns) -> None:
    since, until = span(wanted, CONTEXT.now)

    assert told(wanted, CONTEXT.now)
    assert (since is None) == (wanted == ForgetTurns())
    if since is not None and until is not None:
        assert until - since == timedelta(days=1)
        assert since.tzinfo is CONTEXT.now.tzinfo
