"""Questions about the home are answered from what devices reported, and from nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Context, Device
from device.events import Request
from device.skills.states import States
from tests.skills.rooms import CONTEXT, HOME, STATE, asked, device, readings

SKILL = States()
MOTION = device("Kitchen motion", "Kitchen", "binary_sensor", "occupancy", "motion")


def answer(request: Request, context: Context = CONTEXT) -> str:
    plan = SKILL.plan(request, context)
    assert plan.commands == ()
    assert plan.effects == ()
    return SKILL.report(plan, (), request, context)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (asked("HassGetState", name="Kitchen light"), "The kitchen light is off."),
        (asked("HassGetState", name="Ceiling light"), "The ceiling light is on at 80 %."),
        (asked("HassGetState", name="Fan"), "The fan is on at 50 %."),
        (asked("HassGetState", name="Blind"), "The blind is 60 % open."),
        (
            asked("HassGetState", name="Bedroom thermostat"),
            "The bedroom thermostat is at 18.5 degrees and set to 19 degrees.",
        ),
        (asked("HassGetState", name="TV"), "The TV is playing."),
        (
            asked("HassGetState", name="Kitchen light", state="on"),
            "No, the kitchen light is off.",
        ),
        (
            asked("HassGetState", name="Front door", state="locked"),
            "Yes, the front door is locked.",
        ),
        (asked("HassGetState", name="Front door", state="open"), "No, the front door is locked."),
        (
            asked("HassGetState", name="Garage door", state="closed"),
            "Yes, the garage door is closed.",
        ),
        (asked("HassGetState", name="Blind", state="closed"), "No, the blind is 60 % open."),
        (
            asked("HassGetState", domain="light", state="on", scope="which"),
            "The ceiling light and the living room lamp are on.",
        ),
        (
            asked("HassGetState", domain="light", state="on", scope="any"),
            "Yes, the ceiling light and the living room lamp are on.",
        ),
        (
            asked("HassGetState", domain="light", state="on", scope="all"),
            "No, the kitchen light and the bedroom lamp are not on.",
        ),
        (
            asked("HassGetState", domain="light", state="on", scope="how_many"),
            "2 lights are on.",
        ),
        (
            asked("HassGetState", domain="light", area="Living Room", state="on", scope="all"),
            "Yes, all 2 lights are on.",
        ),
        (
            asked(
                "HassGetState", domain="light", area="Living Room", state="off", scope="how_many"
            ),
            "No lights are off.",
        ),
        (
            asked("HassGetState", domain="light", area="Living Room", state="off", scope="any"),
            "No, no light is off.",
        ),
        (
            asked("HassGetState", domain="cover", device_class="window", state="open", scope="any"),
            "Yes, the window is open.",
        ),
        (
            asked("HassGetState", domain="sensor", device_class="humidity", area="Kitchen"),
            "The climate sensor reports 45 %.",
        ),
        (
            asked("HassGetState", name="Ceiling light", attribute="brightness"),
            "The brightness of the ceiling light is 80 %.",
        ),
        (
            asked("HassGetState", name="Front door", attribute="battery"),
            "The front door has no battery.",
        ),
        (asked("HassGetState", name="Movie night"), "Movie night has not reported yet."),
        (asked("HassGetState", name="moon"), "I know no device called moon."),
        (
            asked("HassGetState", domain="light", area="Living Room"),
            "The ceiling light is on at 80 %. The living room lamp is on at 30 %.",
        ),
    ],
)
def test_a_question_is_answered(request_: Request, said: str) -> None:
    assert answer(request_) == said


@pytest.mark.parametrize(
    ("occupancy", "said"),
    [
        ("on", "Yes, somebody is in the kitchen."),
        ("off", "No, nobody is in the kitchen."),
        (None, "The kitchen motion has not reported yet."),
    ],
)
def test_a_motion_sensor_tells_whether_somebody_is_there(occupancy: str | None, said: str) -> None:
    state = {**STATE, **({} if occupancy is None else {MOTION.id: {"occupancy": occupancy}})}
    home = replace(HOME, devices=(*HOME.devices, MOTION))
    context = replace(CONTEXT, home=home, state=readings(state))
    somebody = asked(
        "HassGetState", domain="binary_sensor", device_class="occupancy", area="Kitchen"
    )

    assert answer(somebody, context) == said


def test_a_device_that_is_offline_and_never_told_is_called_offline() -> None:
    gone = tuple(replace(d, available=False) if d.name == "Fan" else d for d in HOME.devices)
    context = replace(CONTEXT, home=replace(HOME, devices=gone), state={})

    assert answer(asked("HassGetState", name="Fan", state="on"), context) == "The fan is offline."


lights = [d for d in HOME.devices if d.kind == "light"]


@given(
    powers=st.tuples(*[st.sampled_from(["on", "off", None]) for _ in lights]),
    scope=st.sampled_from(["any", "all", "which", "how_many"]),
)
def test_answers_agree_with_what_was_reported(powers: tuple[str | None, ...], scope: str) -> None:
    told = {d.id: {"power": p} for d, p in zip(lights, powers, strict=True) if p is not None}
    context = replace(CONTEXT, state=readings(told))

    said = answer(asked("HassGetState", domain="light", state="on", scope=scope), context)

    on, silent = powers.count("on"), powers.count(None)
    assert ("reported yet" in said) is (silent > 0)
    if silent == len(powers):
        return
    if scope == "how_many":
        assert said.startswith(f"{on} light" if on else "No lights")
    elif scope == "all":
        assert said.startswith("Yes") is (on == len(powers))
        assert said.startswith("No") is ("off" in powers)
    elif scope == "any":
        assert said.startswith("Yes") is (on > 0)
    names = {"kitchen light", "ceiling light", "living room lamp", "bedroom lamp"}
    if scope in ("any", "which") and on:
        first = said.split(".")[0]
        assert sum(name in first for name in names) == on


@pytest.mark.parametrize(
    ("device_class", "capability", "value", "said"),
    [
        ("moisture", "leak", "on", "The alarm box is reporting leak."),
        ("moisture", "leak", "off", "The alarm box is reporting no leak."),
        ("smoke", "smoke", "on", "The alarm box is reporting smoke."),
    ],
)
def test_what_was_detected_is_told_whatever_its_class_is_called(
    device_class: str, capability: str, value: str, said: str
) -> None:
    box = device("Alarm box", "Kitchen", "binary_sensor", capability, device_class)
    home = replace(HOME, devices=(*HOME.devices, box))
    state = readings({**STATE, box.id: {capability: value}})
    request = asked("HassGetState", domain="binary_sensor", device_class=device_class)

    assert answer(request, replace(CONTEXT, home=home, state=state)) == said


def test_another_part_of_the_same_thing_answers_for_it() -> None:
    window = replace(device("Hatch", "Kitchen", "binary_sensor", "contact", "window"), body="id 1")
    cell = replace(device("Hatch Battery", "Kitchen", "sensor", "battery", "battery"), body="id 1")
    stranger = replace(device("Box Battery", "Kitchen", "sensor", "battery"), body="id 2")
    state = readings({**STATE, cell.id: {"battery": 40}, stranger.id: {"battery": 9}})
    request = asked("HassGetState", name="Hatch", attribute="battery")

    def told(*devices: Device) -> str:
        home = replace(HOME, devices=(*HOME.devices, stranger, *devices))
        return answer(request, replace(CONTEXT, home=home, state=state))

    assert told(window, cell) == "The battery of the hatch is 40 %."
    assert told(window) == "The hatch has no battery."
    assert told(replace(window, body=""), cell) == "The hatch has no battery."
