"""Replies claim only what devices reported, and several requests are answered in one breath."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.events import DeviceCommand, Outcome, OutcomeKind, Value
from device.skills.replies import NO_BROKER, compose, outcome_sentence
from tests.skills.rooms import CONTEXT, HOME, done


def sent(device: str, capability: str = "power", value: Value = "on") -> DeviceCommand:
    assert HOME.device(device) is not None
    return DeviceCommand(device=device, capability=capability, value=value)


def became(command: DeviceCommand, kind: OutcomeKind, reported: Value | None = None) -> Outcome:
    return Outcome(command=command, kind=kind, reported=reported)


LIGHT = sent("kitchen/kitchen light")
FAN = sent("kitchen/fan")
DOOR = sent("living room/front door", "lock", "locked")


def test_devices_in_the_same_state_share_a_sentence() -> None:
    said = outcome_sentence(done(LIGHT, FAN), CONTEXT)

    assert said == "The kitchen light and the fan are on."


def test_more_than_three_are_counted() -> None:
    lights = [d.id for d in HOME.devices if d.kind == "light"]

    said = outcome_sentence(done(*(sent(i) for i in lights)), CONTEXT)

    assert said == "4 lights are on."


def test_what_is_reported_is_told_not_what_was_wanted() -> None:
    wanted = sent("bedroom/bedroom thermostat", "target_temperature", 21.2)

    said = outcome_sentence([became(wanted, OutcomeKind.DONE, 21)], CONTEXT)

    assert said == "The bedroom thermostat is set to 21 degrees."


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([became(LIGHT, OutcomeKind.NO_ANSWER)], "The kitchen light did not answer."),
        ([became(LIGHT, OutcomeKind.OFFLINE)], "The kitchen light is offline."),
        ([became(LIGHT, OutcomeKind.REFUSED)], "The kitchen light can't do that."),
        ([became(LIGHT, OutcomeKind.NO_BROKER)], NO_BROKER),
        (
            [became(LIGHT, OutcomeKind.SENT)],
            "I told the kitchen light to turn on, but it does not report back.",
        ),
        (
            [became(LIGHT, OutcomeKind.SENT), became(FAN, OutcomeKind.SENT)],
            "I told the kitchen light and the fan to turn on, but they do not report back.",
        ),
        (
            [became(LIGHT, OutcomeKind.TOO_OFTEN)],
            "The kitchen light was told enough for one minute, so I left it alone.",
        ),
        (
            [became(DOOR, OutcomeKind.OTHER_VALUE, "unlocked")],
            "The front door reports that it is unlocked, not locked.",
        ),
        (
            [became(DOOR, OutcomeKind.OTHER_VALUE)],
            "The front door did not report that it is locked.",
        ),
        (
            [became(LIGHT, OutcomeKind.DONE, "on"), became(FAN, OutcomeKind.NO_ANSWER)],
            "The kitchen light is on, but the fan did not answer.",
        ),
        (
            [became(LIGHT, OutcomeKind.OFFLINE), became(FAN, OutcomeKind.OFFLINE)],
            "The kitchen light and the fan are offline.",
        ),
        (
            [became(LIGHT, OutcomeKind.DONE, "on"), became(FAN, OutcomeKind.NO_BROKER)],
            "The kitchen light is on, but "
            "the fan could not be reached, because the home's broker is gone.",
        ),
    ],
)
def test_what_was_not_done_is_said_plainly(outcomes: list[Outcome], said: str) -> None:
    assert outcome_sentence(outcomes, CONTEXT) == said


@given(
    kinds=st.lists(st.sampled_from(list(OutcomeKind)), min_size=1, max_size=16).filter(
        lambda kinds: set(kinds) != {OutcomeKind.NO_BROKER}
    )
)
def test_only_devices_that_reported_are_claimed(kinds: list[OutcomeKind]) -> None:
    devices = HOME.devices[: len(kinds)]
    outcomes = [
        became(
            DeviceCommand(device=d.id, capability="power", value="on"),
            kind,
            {OutcomeKind.DONE: "on", OutcomeKind.OTHER_VALUE: "off"}.get(kind),
        )
        for d, kind in zip(devices, kinds, strict=False)
    ]

    said = outcome_sentence(outcomes, CONTEXT)

    claims = [
        s for s in re.split(r"\. |, but ", said) if s.rstrip(".").endswith((" is on", " are on"))
    ]
    count = sum(kind is OutcomeKind.DONE for kind in kinds[: len(devices)])
    assert len(claims) == (count > 0)
    if count > 3:
        assert claims[0].startswith(f"{count} ")
    for kind, word in (
        (OutcomeKind.NO_ANSWER, "did not answer"),
        (OutcomeKind.OFFLINE, "offline"),
        (OutcomeKind.OTHER_VALUE, "off, not on"),
    ):
        assert (word in said) is (kind in kinds[: len(devices)])


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ([], ""),
        (["The lamp is on."], "The lamp is on."),
        (
            ["The kitchen light is on.", "The fan is on."],
            "The kitchen light and the fan are on.",
        ),
        (
            ["The kitchen light and the fan are on.", "The lamp is on."],
            "The kitchen light, the fan and the lamp are on.",
        ),
        (
            ["The kitchen light is on.", "The bedroom thermostat is set to 21.5 degrees."],
            "The kitchen light is on, and the bedroom thermostat is set to 21.5 degrees.",
        ),
        (["The lamp is on.", "It is 9:30 PM."], "The lamp is on. It is 9:30 PM."),
        (
            ["The kitchen light is on.", "The fan did not answer."],
            "The kitchen light is on, but the fan did not answer.",
        ),
        (
            ["The kitchen light is on.", "The fan is offline."],
            "The kitchen light is on, but the fan is offline.",
        ),
        (
            ["The fan is on.", "The kitchen light is on.", "The door reports that it is open."],
            "The fan and the kitchen light are on, but the door reports that it is open.",
        ),
        (
            ["The lamp is on, but the fan is offline.", "The TV did not answer."],
            "The lamp is on, but the fan is offline. The TV did not answer.",
        ),
        (
            ["Added milk to the shopping list.", "Added eggs to the shopping list."],
            "Added milk and eggs to the shopping list.",
        ),
        (
            ["Added mac and cheese to the shopping list.", "Removed eggs from the to-do list."],
            "Added mac and cheese to the shopping list, and removed eggs from the to-do list.",
        ),
        (
            ["The lamp is on. The fan did not answer.", "The blind is open."],
            "The lamp is on. The fan did not answer. The blind is open.",
        ),
        (
            ["The counter lights are on.", "The fan is on."],
            "The counter lights and the fan are on.",
        ),
        (["The counter lights are on."], "The counter lights are on."),
        (["OK.", "", "OK."], "OK."),
        (["6 lights are on.", "The fan is on."], "6 lights and the fan are on."),
        (["The salt and pepper lamp is on."], "The salt and pepper lamp is on."),
        (["Anna's lamp is on.", "The fan is on."], "Anna's lamp and the fan are on."),
    ],
)
def test_several_replies_become_one(replies: list[str], said: str) -> None:
    assert compose(replies) == said


names = st.sampled_from(["The lamp", "The fan", "The TV", "The blind", "Anna's lamp"])
states = st.sampled_from(["on", "off", "at 40 %", "set to 21.5 degrees"])


@given(pairs=st.lists(st.tuples(names, states), max_size=6, unique=True))
def test_no_device_and_no_state_is_lost_or_swapped(pairs: list[tuple[str, str]]) -> None:
    said = compose([f"{name} is {state}." for name, state in pairs])

    statements = (
        said.replace(".5", "\0").replace(", and the", ". the").replace(", and Anna", ". Anna")
    )
    found = set()
    for statement in [s for s in statements.split(". ") if s]:
        who, state = statement.rstrip(".").replace(" are ", " is ").split(" is ")
        for name in who.replace(" and ", ", ").split(", "):
            found.add((name[:1].upper() + name[1:], state.replace("\0", ".5")))
    assert found == set(pairs)
