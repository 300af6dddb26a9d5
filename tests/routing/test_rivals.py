"""Devices that the situation tells, or between which it does not decide, up to the command."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Context, Room
from device.events import Ask, Request
from device.nlu.intents import INTENTS
from device.routing import dialogue
from device.routing.agenda import Agenda, lay_out
from device.skills.safety import risky
from tests.skills.rooms import CONTEXT, HOME, asked, device, standing_in
from tests.skills.talks import ROUTER

LAMPS = ("bedroom/lamp", "living room/lamp")
LIGHTS = tuple(d for d in HOME.devices if d.kind == "light")


def between(*ids: str, intent: str = "HassTurnOn", scope: str = "it") -> Request:
    labels = tuple(HOME.label(d) for d in HOME.devices if d.id in ids)
    return replace(asked(intent, scope=scope), rivals=labels)


def answered(request: Request, answer: str, *new: Request) -> dialogue.Effect:
    agenda = lay_out([request], CONTEXT, ROUTER)
    assert agenda.question is not None
    assert agenda.question.kind is Ask.CHOOSE
    opened = dialogue.Asked(question=agenda.question, requests=(request,))
    phase, _ = dialogue.step(dialogue.NoQuestion(), opened, 0)
    return dialogue.step(phase, dialogue.Heard(text=answer, requests=new), 1)[1]


def sent(effect: dialogue.Effect) -> list[str]:
    assert isinstance(effect, dialogue.Carry)
    return [c.device for c in lay_out(effect.requests, CONTEXT, ROUTER).commands]


@given(st.lists(st.sampled_from(LIGHTS), min_size=2, max_size=3, unique=True), st.data())
def test_the_one_that_was_chosen_is_the_one_that_is_told(
    pool: list[object], data: st.DataObject
) -> None:
    request = between(*(d.id for d in LIGHTS if d in pool))
    chosen = data.draw(st.sampled_from(request.rivals))
    effect = answered(request, f"the {chosen.replace('/', ' ').lower()}")

    assert sent(effect) == [d.id for d in LIGHTS if HOME.label(d) == chosen]


def test_namesakes_are_told_apart_by_their_rooms_wherever_the_speaker_stands() -> None:
    request = between(*LAMPS)
    (waiting,) = [lay_out([request], standing_in("Bedroom"), ROUTER)]
    assert waiting.question is not None

    assert waiting.question.text == "Which one, the living room lamp or the bedroom lamp?"
    assert sent(answered(request, "living room")) == ["living room/lamp"]
    assert sent(answered(request, "both")) == ["living room/lamp", "bedroom/lamp"]


def test_neither_does_nothing_and_a_new_request_is_done_instead() -> None:
    new = asked("HassTurnOff", name="Fan")

    assert sent(answered(between(*LAMPS), "neither")) == []
    assert sent(answered(between(*LAMPS), "turn off the fan", new)) == ["kitchen/fan"]


def test_a_fragment_that_goes_on_from_nothing_ends_no_question() -> None:
    fragment = asked("Continue", area="Garage")

    assert isinstance(answered(between(*LAMPS), "garage", fragment), dialogue.AskAgain)


def test_players_between_which_the_situation_does_not_decide_are_asked_about_too() -> None:
    radio = device("Radio", "Kitchen", "media_player", "media volume")
    context = replace(CONTEXT, home=replace(HOME, devices=(*HOME.devices, radio)))
    request = replace(
        asked("HassSetVolumeRelative", scope="other", volume_step="up"), rivals=("TV", "Radio")
    )
    agenda = lay_out([request], context, ROUTER)

    assert agenda.question is not None
    assert agenda.question.text == "Which one, the TV or the radio?"


def meant(context: Context, *ids: str, intent: str = "HassTurnOff") -> Agenda:
    return lay_out([replace(asked(intent, scope="it"), meant=ids)], context, ROUTER)


def test_all_of_one_room_or_floor_that_is_meant_is_done_at_once() -> None:
    assert len(meant(CONTEXT, "living room/lamp", "living room/ceiling light").commands) == 2
    assert len(meant(CONTEXT, "living room/lamp", "kitchen/fan").commands) == 2


def test_several_rooms_that_are_meant_are_asked_first_where_no_floor_is_told() -> None:
    flat = replace(HOME, rooms=tuple(Room(name=r.name) for r in HOME.rooms))
    bungalow = replace(HOME, rooms=tuple(replace(r, floor="Ground Floor") for r in HOME.rooms))
    for home in (HOME, flat, bungalow):
        agenda = meant(replace(CONTEXT, home=home), "kitchen/fan", *LAMPS)

        assert agenda.commands == ()
        assert agenda.question is not None
        assert agenda.question.kind is Ask.CONFIRM


@pytest.mark.parametrize("intent", ["HassTurnOn", "HassTurnOff"])
@pytest.mark.parametrize("scope", ["it", "other", "implied"])
def test_it_without_anything_that_it_means_is_asked_about_and_not_the_whole_room(
    intent: str, scope: str
) -> None:
    agenda = lay_out([asked(intent, scope=scope)], standing_in("Living Room"), ROUTER)

    assert agenda.question is not None
    assert (agenda.question.kind, agenda.question.slot) == (Ask.MISSING, "name")


def test_it_with_a_kind_that_several_have_is_asked_about() -> None:
    agenda = lay_out(
        [asked("HassLightSet", scope="it", brightness=5)], standing_in("Living Room"), ROUTER
    )

    assert agenda.question is not None
    assert agenda.question.choices == ("Ceiling light", "Living Room/Lamp")


def test_a_device_that_was_meant_and_left_is_not_replaced_by_others() -> None:
    agenda = meant(standing_in("Living Room"), "gone")

    assert agenda.commands == ()
    assert agenda.question is None


@given(
    intent=st.sampled_from(sorted(INTENTS)),
    ids=st.lists(st.sampled_from([d.id for d in HOME.devices]), max_size=4, unique=True),
    scope=st.sampled_from(["", "it", "other", "implied"]),
)
def test_nothing_that_the_situation_tells_moves_what_guards_the_home_without_a_yes(
    intent: str, ids: list[str], scope: str
) -> None:
    request = replace(asked(intent, scope=scope), meant=tuple(ids))
    agenda = lay_out([request], CONTEXT, ROUTER)

    assert not any(risky(command, CONTEXT) for command in agenda.commands)
    rooms = {d.room for d in HOME.devices if d.id in {c.device for c in agenda.commands}}
    floors = {r.floor for r in HOME.rooms if r.name in rooms}
    assert len(floors) < 2
