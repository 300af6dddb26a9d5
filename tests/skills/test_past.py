"""Questions about before are answered from what was reported, and nothing is made up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from device.context import Change, Context, Past
from device.events import Request, Value
from device.nlu.matching import match
from device.nlu.templates import verbatim_sentences
from device.skills.past import Past as PastSkill
from tests.skills.rooms import CONTEXT, NOW, asked

DOOR, LIGHT, HEAT = "living room/front door", "kitchen/kitchen light", "bedroom/bedroom thermostat"


def past(device: str, capability: str, *told: tuple[Value, int, bool]) -> Past:
    """Values with minutes ago and whether they changed then."""
    return {
        (device, capability): tuple(
            Change(
                device=device,
                capability=capability,
                value=value,
                at=NOW - timedelta(minutes=ago),
                sure=sure,
            )
            for value, ago, sure in told
        )
    }


def knowing(*pasts: Past) -> Context:
    return replace(CONTEXT, past={k: v for one in pasts for k, v in one.items()})


LIVED = knowing(
    past(DOOR, "lock", ("locked", 900, False), ("unlocked", 190, True), ("locked", 180, True)),
    past(LIGHT, "power", ("on", 600, True), ("off", 90, True)),
    past(HEAT, "temperature", (17, 900, False), (18, 400, True), (18.5, 20, True)),
)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (
            asked("LastChange", name="Front door", state="open"),
            "The front door was last unlocked at 6:20 PM.",
        ),
        (
            asked("LastChange", name="Front door", state="changed"),
            "The front door last changed at 6:30 PM: locked.",
        ),
        (
            asked("HowLong", name="Front door", state="locked"),
            "The front door has been locked for 3 hours, since 6:30 PM.",
        ),
        (
            asked("HowLong", name="Kitchen light", state="off"),
            "The kitchen light has been off for 1 hour and 30 minutes, since 8:00 PM.",
        ),
        (asked("HowLong", name="Kitchen light", state="on"), "The kitchen light is off, not on."),
        (
            asked("LastChange", name="Garage door", state="open"),
            "As far as I remember, the garage door has not been opened.",
        ),
        (
            asked("HowLong", name="Garage door", state="closed"),
            "The garage door is closed, longer than I remember.",
        ),
        (
            asked("PastValue", area="Bedroom", attribute="temperature", period="hour"),
            "At 8:30 PM, the bedroom thermostat reported 18 degrees.",
        ),
        (
            asked("PastValue", area="Bedroom", period="morning"),
            "At 8:00 AM, the bedroom thermostat reported 17 degrees.",
        ),
        (
            asked("PastValue", area="Bedroom", period="night"),
            "I don't remember the temperature at 3:00 AM.",
        ),
        (asked("LastChange", name="moon", state="open"), "I know no device called moon."),
    ],
)
def test_a_question_about_before_is_answered(request_: Request, said: str) -> None:
    assert PastSkill().plan(request_, LIVED).reply == said


def test_what_was_found_so_is_not_said_to_have_changed_then() -> None:
    found = knowing(past(DOOR, "lock", ("unlocked", 300, False), ("locked", 200, False)))

    last = PastSkill().plan(asked("LastChange", name="Front door", state="open"), found)
    long = PastSkill().plan(asked("HowLong", name="Front door", state="locked"), found)

    assert last.reply == "As far as I remember, the front door has not been unlocked."
    assert long.reply == "The front door has been locked for at least 3 hours and 20 minutes."


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("when was the front door last opened", "LastChange", ["Front door", "open"]),
        ("When did somebody last unlock the front door?", "LastChange", ["unlocked", "Front door"]),
        ("how long has the kitchen light been on", "HowLong", ["Kitchen light", "on"]),
        ("since when is the front door locked", "HowLong", ["Front door", "locked"]),
        ("what was the temperature this morning", "PastValue", ["temperature", "morning"]),
        (
            "what was the humidity in the kitchen an hour ago",
            "PastValue",
            ["humidity", "Kitchen", "hour"],
        ),
        ("how warm was it in the bedroom last night", "PastValue", ["Bedroom", "night"]),
    ],
)
def test_the_sentences_are_understood(text: str, intent: str, slots: Sequence[str]) -> None:
    found = match(verbatim_sentences(), text, CONTEXT)

    assert found is not None
    assert found.intent == intent
    assert [slot.value for slot in found.slots] == slots
