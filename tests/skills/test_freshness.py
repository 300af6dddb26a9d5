"""An answer says how old it is, where that matters."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Context, Reading
from device.events import Request, Value
from device.skills.climate import Climate
from device.skills.states import States
from tests.skills.rooms import CONTEXT, HOME, NOW, asked

HUMID = asked("HassGetState", domain="sensor", device_class="humidity", area="Kitchen")
WINDOW = asked("HassGetState", name="Window", state="open")
SENSOR = "kitchen/climate sensor"


def told(
    device_id: str,
    capability: str,
    value: Value,
    *,
    ago: timedelta = timedelta(),
    kept: bool = False,
    available: bool = True,
    watched: bool = False,
) -> Context:
    """The home where one device told one value so long ago."""
    devices = tuple(
        replace(d, available=available, watched=watched) if d.id == device_id else d
        for d in HOME.devices
    )
    reading = Reading(value=value, at=NOW - ago, kept=kept)
    state = {**CONTEXT.state, device_id: {capability: reading}}
    return replace(CONTEXT, home=replace(HOME, devices=devices), state=state)


def answer(request: Request, context: Context) -> str:
    return States().plan(request, context).reply


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=80), "The climate sensor reports 45 %."),
        (
            timedelta(hours=2, minutes=5),
            "The climate sensor reports 45 %. I last heard from it 2 hours ago.",
        ),
        (
            timedelta(days=3),
            "The climate sensor reports 45 %. I last heard from it 3 days ago.",
        ),
    ],
)
def test_a_measurement_grows_old_within_hours(ago: timedelta, said: str) -> None:
    assert answer(HUMID, told(SENSOR, "humidity", 45, ago=ago)) == said


def test_a_contact_that_is_watched_may_be_silent_for_days() -> None:
    window, days = "bedroom/window", timedelta(days=3)

    watched = answer(WINDOW, told(window, "contact", "closed", ago=days, watched=True))
    unwatched = answer(WINDOW, told(window, "contact", "closed", ago=days))

    assert watched == "No, the window is closed."
    assert unwatched == "No, the window is closed. I last heard from it 3 days ago."


def test_what_cannot_be_reached_is_told_as_it_was() -> None:
    gone = told(SENSOR, "humidity", 45, ago=timedelta(hours=2), available=False, watched=True)

    assert answer(HUMID, gone) == (
        "I can't reach the climate sensor; 2 hours ago it was at 45 % humidity."
    )


def test_what_the_broker_kept_of_a_device_that_is_there_is_told_plainly_for_a_while() -> None:
    an_hour, longer = timedelta(hours=1), timedelta(hours=2)

    soon = answer(HUMID, told(SENSOR, "humidity", 45, kept=True, watched=True, ago=an_hour))
    late = answer(HUMID, told(SENSOR, "humidity", 45, kept=True, watched=True, ago=longer))

    assert "don't know" not in soon
    assert "don't know when" in late


def test_the_age_of_what_the_broker_kept_is_not_made_up() -> None:
    kept = told("bedroom/window", "contact", "open", kept=True)

    assert answer(WINDOW, kept) == (
        "The window was open when it last reported; I don't know when that was."
    )


def test_the_temperature_of_a_room_has_an_age_too() -> None:
    old = told("kitchen/climate sensor", "temperature", 21, ago=timedelta(hours=2))
    request = asked("HassClimateGetTemperature", area="Kitchen")

    assert Climate().plan(request, old).reply == (
        "It is 21 degrees in the kitchen. I last heard from the climate sensor 2 hours ago."
    )


def test_of_several_only_those_in_doubt_are_named() -> None:
    old = told("bedroom/lamp", "power", "on", ago=timedelta(days=4))
    request = asked("HassGetState", domain="light", state="on", scope="how_many")

    assert answer(request, old) == (
        "3 lights are on. I last heard from the bedroom lamp 4 days ago."
    )


@given(
    hours=st.integers(0, 4) | st.integers(0, 200),
    kept=st.booleans(),
    available=st.booleans(),
    watched=st.booleans(),
)
def test_no_old_value_is_told_as_if_it_were_new(
    hours: int, kept: bool, available: bool, watched: bool
) -> None:
    context = told(
        SENSOR, "humidity", 45,
        ago=timedelta(hours=hours), kept=kept, available=available, watched=watched,
    )  # fmt: skip

    said = answer(HUMID, context)

    assert ("can't reach" in said) is not available
    if available:
        # Who is watched stands as the broker kept it, until silence says otherwise.
        assert ("I don't know when" in said) is (kept and (hours >= 2 or not watched))
        assert ("ago" in said) is (hours >= 2 and not kept)
