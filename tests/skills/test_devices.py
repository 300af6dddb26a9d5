"""Skills for devices: what each request sends, says or asks."""

from dataclasses import replace

import pytest

from device.context import Context
from device.events import Ask, DeviceCommand, Request, Turn, Value
from device.routing.agenda import Agenda, lay_out
from device.routing.reply import reply_to
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.undo import before
from tests.skills.rooms import CONTEXT, HOME, STATE, asked, done, readings, standing_in

LIGHTS = [d.id for d in HOME.devices if d.kind == "light" and d.capability("brightness")]
ROUTER = Router(builtin_skills())


def turn(*requests: Request, context: Context = CONTEXT) -> tuple[Agenda, str]:
    """Carry out requests in a home where every device obeys."""
    agenda = lay_out(requests, context, ROUTER)
    return agenda, reply_to(agenda, done(*agenda.commands), context).text


def sent(agenda: Agenda) -> list[tuple[str, str, Value]]:
    return [(c.device, c.capability, c.value) for c in agenda.commands]


@pytest.mark.parametrize(
    ("request_", "skill", "commands"),
    [
        (
            asked("HassTurnOn", name="Kitchen light"),
            "lights",
            [("kitchen/kitchen light", "power", "on")],
        ),
        (asked("HassToggle", name="Fan"), "fans", [("kitchen/fan", "power", "off")]),
        (
            asked("HassTurnOn", name="Coffee machine"),
            "switches",
            [("kitchen/coffee machine", "power", "on")],
        ),
        (asked("HassTurnOn", name="Blind"), "covers", [("bedroom/blind", "position", 100)]),
        (asked("HassTurnOff", name="Blind"), "covers", [("bedroom/blind", "position", 0)]),
        (
            asked("HassSetPosition", name="Blind", position=30),
            "covers",
            [("bedroom/blind", "position", 30)],
        ),
        (
            asked("HassSetPosition", name="Blind", position_step="up"),
            "covers",
            [("bedroom/blind", "position", 80)],
        ),
        (
            asked("HassStopMoving", name="Garage door"),
            "covers",
            [("garage/garage door", "position", "stop")],
        ),
        (
            asked("HassTurnOn", name="Front door"),
            "locks",
            [("living room/front door", "lock", "locked")],
        ),
        (
            asked("HassLightSet", name="Ceiling light", brightness=50, color="red"),
            "lights",
            [
                ("living room/ceiling light", "brightness", 50),
                ("living room/ceiling light", "color", "red"),
            ],
        ),
        (
            asked("HassLightSet", name="Ceiling light", temperature=4000),
            "lights",
            [("living room/ceiling light", "color_temperature", 4000)],
        ),
        (
            asked("HassLightSet", name="Ceiling light", brightness=0),
            "lights",
            [("living room/ceiling light", "power", "off")],
        ),
        (
            asked("HassLightSet", name="Ceiling light", brightness_step="up"),
            "lights",
            [("living room/ceiling light", "brightness", 100)],
        ),
        (
            asked("HassLightSet", name="Ceiling light", brightness_step=-90),
            "lights",
            [("living room/ceiling light", "brightness", 1)],
        ),
        (
            asked("HassLightSet", name="Kitchen light", brightness_step="up"),
            "lights",
            [("kitchen/kitchen light", "brightness", 20)],
        ),
        (
            asked("HassFanSetSpeed", name="Fan", percentage=80),
            "fans",
            [("kitchen/fan", "fan_speed", 80)],
        ),
        (
            asked("HassFanSetSpeed", name="Fan", percentage_step="down"),
            "fans",
            [("kitchen/fan", "fan_speed", 25)],
        ),
        (
            asked("HassClimateSetTemperature", area="Bedroom", temperature=21.5),
            "climate",
            [("bedroom/bedroom thermostat", "target_temperature", 21.5)],
        ),
        (
            asked("HassClimateSetTemperature", name="Bedroom thermostat", temperature_step="up"),
            "climate",
            [("bedroom/bedroom thermostat", "target_temperature", 20)],
        ),
        (
            asked("ClimateSetMode", name="Bedroom thermostat", mode="auto"),
            "climate",
            [("bedroom/bedroom thermostat", "mode", "auto")],
        ),
        (
            asked("HassTurnOff", name="Bedroom thermostat"),
            "climate",
            [("bedroom/bedroom thermostat", "mode", "off")],
        ),
        (asked("HassMediaPause", name="TV"), "media", [("living room/tv", "media", "paused")]),
        (
            asked("HassMediaSearchAndPlay", name="TV"),
            "media",
            [("living room/tv", "media", "playing")],
        ),
        (
            asked("HassSetVolume", name="TV", volume_level=20),
            "media",
            [("living room/tv", "volume", 20)],
        ),
        (asked("HassVacuumStart"), "vacuums", [("living room/vacuum", "vacuum", "cleaning")]),
        (
            asked("HassVacuumReturnToBase", name="Vacuum"),
            "vacuums",
            [("living room/vacuum", "vacuum", "docked")],
        ),
        (
            asked("HassTurnOn", name="Movie night"),
            "scenes",
            [("living room/movie night", "scene", "activated")],
        ),
        (
            asked("HassTurnOff", area="Kitchen"),
            "house",
            [
                ("kitchen/kitchen light", "power", "off"),
                ("kitchen/fan", "power", "off"),
                ("kitchen/coffee machine", "power", "off"),
            ],
        ),
        (
            asked("HassTurnOff", area="Living Room", domain="light"),
            "lights",
            [("living room/ceiling light", "power", "off"), ("living room/lamp", "power", "off")],
        ),
    ],
)
def test_a_request_goes_to_the_skill_that_fits_and_sends(
    request_: Request, skill: str, commands: list[tuple[str, str, Value]]
) -> None:
    agenda, reply = turn(request_)

    assert sent(agenda) == commands
    assert [route.skill for route in agenda.routes] == [skill]
    assert reply
    assert agenda.question is None


def test_lights_without_a_room_are_those_where_the_speaker_stands() -> None:
    agenda, reply = turn(asked("HassTurnOn", domain="light"), context=standing_in("Kitchen"))

    assert sent(agenda) == [("kitchen/kitchen light", "power", "on")]
    assert reply == "The kitchen light is on."


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (
            asked("HassTurnOn", name="flux capacitor"),
            "I know no device called flux capacitor.",
        ),
        (asked("HassTurnOn", area="attic", domain="light"), "I know no room called attic."),
        (asked("HassTurnOn", floor="cellar", domain="light"), "I know no floor called cellar."),
        (
            asked("HassFanSetSpeed", area="Bedroom", percentage=50),
            "There is no fan in the bedroom.",
        ),
        (
            asked("HassLightSet", name="Kitchen light", brightness=150),
            "The kitchen light can be set to 0 to 100 %, not to 150.",
        ),
        (
            asked("HassClimateSetTemperature", name="Bedroom thermostat", temperature=45),
            "The bedroom thermostat can be set to 7 to 30 degrees, not to 45.",
        ),
        (
            asked("HassLightSet", name="Kitchen light", color="red"),
            "The kitchen light can't change color.",
        ),
        (
            asked("ClimateSetMode", name="Bedroom thermostat", mode="dry"),
            "The bedroom thermostat can be set to off, heat or auto, not to dry.",
        ),
        (
            asked("HassClimateGetTemperature", name="Bedroom thermostat"),
            "The bedroom thermostat reports 18.5 degrees and is set to 19 degrees.",
        ),
        (
            asked("HassClimateGetTemperature"),
            "It is 18.5 degrees in the bedroom and 21.2 degrees in the kitchen.",
        ),
        (asked("HassTurnOff", name="Movie night"), "Movie night can't be turned off."),
    ],
)
def test_what_cannot_be_done_is_one_clear_sentence(request_: Request, reply: str) -> None:
    agenda, said = turn(request_)

    assert said == reply
    assert agenda.commands == ()
    assert agenda.question is None


def test_a_value_out_of_range_is_kept_as_it_was_said() -> None:
    agenda, _ = turn(asked("HassLightSet", name="Kitchen light", brightness=150))

    assert agenda.routes[0].request.slot("brightness") == 150


def test_of_a_group_the_able_obey_and_the_others_are_named() -> None:
    agenda, reply = turn(asked("HassLightSet", area="Living Room", color="red"))

    assert sent(agenda) == [("living room/ceiling light", "color", "red")]
    assert reply == "The ceiling light is red. The living room lamp can't change color."


def test_a_name_that_fits_two_devices_is_asked_about() -> None:
    agenda, reply = turn(asked("HassTurnOn", name="Lamp"))

    assert reply == "Which one, the living room lamp or the bedroom lamp?"
    assert agenda.question is not None
    assert agenda.question.kind is Ask.CHOOSE
    assert agenda.question.choices == ("Living Room/Lamp", "Bedroom/Lamp")
    assert agenda.commands == ()


@pytest.mark.parametrize(
    ("request_", "slot"),
    [
        (asked("HassLightSet", name="Kitchen light"), "brightness"),
        (asked("HassClimateSetTemperature", area="Bedroom"), "temperature"),
        (asked("HassFanSetSpeed", name="Fan"), "percentage"),
        (asked("HassSetPosition", name="Blind"), "position"),
        (asked("HassStartTimer"), "duration"),
        (asked("SetAlarm"), "time"),
        (asked("SetReminder", time="07:00"), "words"),
        (asked("HassShoppingListAddItem"), "item"),
        (asked("HassSetVolume"), "volume_level"),
    ],
)
def test_a_missing_value_is_asked_for(request_: Request, slot: str) -> None:
    agenda, _ = turn(request_)

    assert agenda.question is not None
    assert (agenda.question.kind, agenda.question.slot) == (Ask.MISSING, slot)
    assert agenda.question.request == request_


def test_two_requests_get_one_joint_reply() -> None:
    agenda, reply = turn(
        asked("HassTurnOn", name="Kitchen light"),
        asked("HassClimateSetTemperature", name="Bedroom thermostat", temperature=21),
    )

    assert sent(agenda) == [
        ("kitchen/kitchen light", "power", "on"),
        ("bedroom/bedroom thermostat", "target_temperature", 21),
    ]
    assert reply == "The kitchen light is on, and the bedroom thermostat is set to 21 degrees."


def test_a_step_from_an_unknown_value_is_not_guessed() -> None:
    unknown = {k: v for k, v in STATE.items() if k != "living room/ceiling light"}
    context = replace(CONTEXT, state=readings(unknown))

    agenda, reply = turn(
        asked("HassLightSet", name="Ceiling light", brightness_step="up"), context=context
    )

    assert agenda.commands == ()
    assert reply == "The ceiling light has not told its brightness yet."


def test_brighter_lights_are_those_that_are_on() -> None:
    home = replace(CONTEXT, room="Living Room")
    agenda, _ = turn(
        asked("HassLightSet", floor="Ground Floor", brightness_step="up"), context=home
    )

    assert sent(agenda) == [
        ("living room/ceiling light", "brightness", 100),
        ("living room/lamp", "brightness", 50),
    ]


def test_many_different_changes_are_asked_about_in_few_words() -> None:
    lights: dict[str, dict[str, Value]] = {
        d: {"power": "on", "brightness": 10 * n} for n, d in enumerate(LIGHTS, 1)
    }
    context = replace(CONTEXT, state=readings({**STATE, **lights}))

    _, reply = turn(asked("HassLightSet", scope="all", brightness_step="up"), context=context)

    assert reply == "Shall I change the kitchen light, the ceiling light and the living room lamp?"


def test_a_muted_player_comes_back_as_loud_as_it_was() -> None:
    mute, unmute = (asked(f"HassMediaPlayer{word}", name="TV") for word in ("Mute", "Unmute"))
    agenda, _ = turn(mute)
    record = Turn(id="1", at=CONTEXT.now, text="", before=before(agenda.commands, CONTEXT))
    silent = {**STATE, "living room/tv": {"volume": 0}}
    muted = replace(CONTEXT, state=readings(silent), turns=(record,))

    assert sent(agenda) == [("living room/tv", "volume", 0)]
    assert sent(turn(unmute, context=muted)[0]) == [("living room/tv", "volume", 30)]
    assert turn(unmute)[1] == "The TV can be heard already."
    forgotten = replace(muted, turns=())
    assert turn(unmute, context=forgotten)[1] == "The TV has no volume to go back to; say a number."


def test_no_command_leaves_what_a_device_can_be_set_to() -> None:
    requests = [
        asked(intent, name=HOME.label(d))
        for intent in ("HassTurnOn", "HassTurnOff", "HassToggle")
        for d in HOME.devices
    ]
    commands: list[DeviceCommand] = []
    for request in requests:
        agenda = lay_out([request], CONTEXT, ROUTER)
        proposed = [c for c in agenda.proposed if isinstance(c, DeviceCommand)]
        commands += agenda.commands or proposed

    assert len(commands) > 30
    for command in commands:
        device = HOME.device(command.device)
        assert device is not None
        capability = device.capability(command.capability)
        assert capability is not None
        assert capability.settable
