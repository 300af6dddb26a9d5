"""Nothing that must be agreed to is done without it, whichever skill plans it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Capability, Device
from device.effects import Plan
from device.events import Ask, DeviceCommand, Request
from device.routing.agenda import lay_out
from device.routing.router import Router
from device.rules import guarded
from device.skills.builtin import builtin_skills
from device.skills.safety import ask_first, risky
from tests.skills.rooms import CONTEXT, HOME, asked, device, standing_in

ROUTER = Router(builtin_skills())


@pytest.mark.parametrize(
    ("request_", "question"),
    [
        (asked("HassTurnOff", name="Front door"), "Shall I unlock the front door?"),
        (asked("HassToggle", name="Front door"), "Shall I unlock the front door?"),
        (asked("HassTurnOn", name="Garage door"), "Shall I open the garage door?"),
        (asked("HassTurnOff", name="Garage door"), "Shall I close the garage door?"),
        (
            asked("HassSetPosition", name="Garage door", position=40),
            "Shall I set the garage door to 40 % open?",
        ),
        (asked("HassTurnOff", name="Water valve"), "Shall I close the water valve?"),
        (asked("HassTurnOn", domain="light"), "Shall I turn on all 4 lights?"),
        (asked("HassTurnOff", domain="light", scope="all"), "Shall I turn off all 4 lights?"),
    ],
)
def test_it_is_asked_first(request_: Request, question: str) -> None:
    agenda = lay_out([request_], CONTEXT, ROUTER)

    assert agenda.question is not None
    assert agenda.question.kind is Ask.CONFIRM
    assert agenda.question.text == question
    assert agenda.commands == ()
    assert agenda.proposed


@pytest.mark.parametrize(
    "request_",
    [
        asked("HassTurnOn", name="Front door"),
        asked("HassStopMoving", name="Garage door"),
        asked("HassTurnOff", name="Blind"),
        asked("HassTurnOn", area="Living Room", domain="light"),
        asked("HassGetState", domain="light", scope="which", state="on"),
        asked("HassGetState", name="Front door", state="locked"),
    ],
)
def test_it_is_done_at_once(request_: Request) -> None:
    assert lay_out([request_], CONTEXT, ROUTER).question is None


def test_everything_in_the_house_is_asked_about_from_any_room() -> None:
    everything = asked("HassTurnOff", scope="all")

    agenda = lay_out([everything], standing_in("Kitchen"), ROUTER)

    assert agenda.question is not None
    assert agenda.question.kind is Ask.CONFIRM


def test_what_was_agreed_to_is_done() -> None:
    unlock = asked("HassTurnOff", name="Front door")
    proposed = lay_out([unlock], CONTEXT, ROUTER).proposed

    agenda = lay_out([unlock], CONTEXT, ROUTER, agreed=proposed)

    assert agenda.question is None
    assert agenda.commands == proposed
    assert [(c.device, c.value) for c in agenda.commands] == [
        ("living room/front door", "unlocked")
    ]


def test_a_yes_to_one_thing_is_no_yes_to_another() -> None:
    unlock = asked("HassTurnOff", name="Front door")
    garage = asked("HassTurnOn", name="Garage door")
    proposed = lay_out([unlock], CONTEXT, ROUTER).proposed

    agenda = lay_out([unlock, garage], CONTEXT, ROUTER, agreed=proposed)

    assert agenda.question is not None
    assert agenda.question.request == garage
    assert agenda.commands == ()


def test_a_question_holds_up_the_whole_turn() -> None:
    light, unlock = (
        asked("HassTurnOn", name="Kitchen light"),
        asked("HassTurnOff", name="Front door"),
    )

    agenda = lay_out([light, unlock], CONTEXT, ROUTER)

    assert agenda.commands == ()
    assert agenda.notebook is None
    assert [route.request for route in agenda.routes] == [unlock]


@pytest.mark.parametrize(
    ("thing", "is_guarded"),
    [
        (device("Door", None, "cover", "position", "garage"), True),
        (device("Drive", None, "cover", "position", "gate"), True),
        (device("Garage door", None, "cover", "position"), True),
        (device("Gate", None, "cover", "position"), True),
        (device("Gate opener", None, "switch", "power"), True),
        (device("Garage door opener", None, "switch", "power"), True),
        (device("Garage light", None, "light", "power"), False),
        (device("Garage heater", None, "switch", "power"), False),
        (device("Gate lamp", None, "light", "power"), False),
        (device("Garage blind", None, "cover", "position", "blind"), False),
        (device("Garage door", None, "cover", "position", "shutter"), True),
        (device("Garage-door (left)", None, "cover", "position"), True),
        (device("Garagedoor", None, "switch", "power"), True),
        (device("Door", "Garage", "cover", "position"), True),
        (device("Door", "Hall", "cover", "position"), False),
        (device("Garage shutter", None, "cover", "position", "shutter"), False),
        (replace(device("Roller", None, "cover", "position"), aliases=("garage door",)), True),
        (device("Open the garage", None, "button", "scene"), True),
        (device("Garage trigger", None, "script", "scene"), True),
        (device("Clean garage", None, "scene", "scene"), False),
        (device("Unlock front door", None, "button", "scene"), True),
        (device("Unlock", None, "scene", "scene"), True),
        (device("Open gate", None, "input_button", "scene"), True),
        (device("Disarm", None, "script", "scene"), True),
        (device("Front door lock", None, "switch", "power"), True),
        (device("Child lock", None, "switch", "power"), False),
        (device("House alarm", None, "alarm_control_panel", "power"), True),
        (device("Siren", None, "siren", "power"), True),
        (device("Main valve", None, "valve", "position"), True),
    ],
)
def test_garage_doors_gates_alarms_and_valves_are_known_by_class_or_name(
    thing: Device, is_guarded: bool
) -> None:
    assert guarded(thing) is is_guarded


commands = st.builds(
    DeviceCommand,
    device=st.sampled_from([d.id for d in HOME.devices] + ["gone"]),
    capability=st.sampled_from(["power", "lock", "position", "brightness"]),
    value=st.sampled_from(["on", "off", "locked", "unlocked", "stop", 0, 40, 100]),
)
requests = st.sampled_from(
    [asked("SomethingNew"), asked("Undo"), asked("HassTurnOn", name="Kitchen light")]
)


@given(request=requests, wanted=st.lists(st.tuples(commands, st.booleans()), max_size=4))
def test_no_plan_of_any_skill_does_a_risky_thing_that_was_not_agreed_to(
    request: Request, wanted: list[tuple[DeviceCommand, bool]]
) -> None:
    agreed = {command for command, yes in wanted if yes}
    planned = tuple(command for command, _ in wanted)

    plan = ask_first(request, Plan(commands=planned), CONTEXT, agreed=agreed)

    assert all(c in agreed for c in plan.commands if risky(c, CONTEXT))
    # What a pack makes of its own words is told by its commands alone: over floors it is asked.
    floors = {room.name: room.floor for room in HOME.rooms}
    devices = (HOME.device(command.device) for command in planned)
    reached = {floors.get(d.room) for d in devices if d is not None and d.room is not None}
    far = request.intent == "SomethingNew" and len(reached) > 1
    if all(c in agreed for c in planned if far or risky(c, CONTEXT)):
        assert plan.commands == planned
    else:
        assert plan.question is not None
        assert plan.commands == ()


@pytest.mark.parametrize(
    ("intent", "mode", "question"),
    [
        ("HassTurnOn", "armed_away", "Shall I set the alarm to armed away?"),
        ("HassTurnOff", "disarmed", "Shall I set the alarm to disarmed?"),
    ],
)
def test_an_alarm_is_armed_and_disarmed_only_after_a_yes(
    intent: str, mode: str, question: str
) -> None:
    modes = Capability(name="mode", options=("disarmed", "armed_home", "armed_away"))
    alarm = replace(device("Alarm", "Kitchen", "alarm_control_panel", ""), capabilities=(modes,))
    context = replace(CONTEXT, home=replace(HOME, devices=(*HOME.devices, alarm)))

    agenda = lay_out([asked(intent, name="Alarm")], context, ROUTER)

    assert agenda.question is not None
    assert agenda.question.text == question
    assert [c.value for c in agenda.proposed if isinstance(c, DeviceCommand)] == [mode]


def test_players_on_two_floors_are_not_all_started_without_a_question() -> None:
    radio = device("Radio", "Bedroom", "media_player", "media volume")
    context = replace(CONTEXT, home=replace(HOME, devices=(*HOME.devices, radio)))
    both = ("living room/tv", radio.id)

    for intent, slots in (
        ("HassMediaUnpause", {}),
        ("HassMediaSearchAndPlay", {"search_query": "jazz"}),
        ("HassSetVolume", {"volume_level": 90}),
    ):
        request = replace(asked(intent, **slots), meant=both)
        agenda = lay_out([request], context, ROUTER)
        assert agenda.commands == ()
        assert agenda.question is not None

    pausing = replace(asked("HassMediaPause"), meant=both)
    assert len(lay_out([pausing], context, ROUTER).commands) == 2
