"""Fragments: what they become with the request before them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Context
from device.effects import Notebook
from device.events import Request, Turn
from device.nlu.followups import stopping, whole
from device.nlu.intents import INTENTS
from tests.skills.rooms import CONTEXT, NOW, asked, standing_in


def after(*requests: Request, seconds: float = 5, context: Context = CONTEXT) -> Context:
    """The context after a turn with these requests."""
    at = NOW - timedelta(seconds=seconds)
    return replace(context, turns=(Turn(id="1", at=at, text="", requests=requests),))


def slots(request: Request) -> dict[str, object]:
    return {s.name: s.value for s in request.slots}


@pytest.mark.parametrize(
    ("last", "fragment", "intent", "wanted"),
    [
        (
            asked("HassTurnOff", area="Kitchen", domain="light"),
            asked("Continue", area="Bedroom"),
            "HassTurnOff",
            {"area": "Bedroom", "domain": "light"},
        ),
        (
            asked("HassTurnOn", name="Kitchen light"),
            asked("Continue", area="Bedroom"),
            "HassTurnOn",
            {"area": "Bedroom", "domain": "light"},
        ),
        (
            asked("HassTurnOn", name="Kitchen light"),
            asked("Continue", name="Fan"),
            "HassTurnOn",
            {"name": "Fan"},
        ),
        (
            asked("HassLightSet", name="Kitchen light", brightness=40),
            asked("Continue", name="Ceiling light"),
            "HassLightSet",
            {"name": "Ceiling light", "brightness": 40},
        ),
        (
            asked("HassTurnOn", name="Kitchen light"),
            asked("Continue", scope="it", brightness=50),
            "HassLightSet",
            {"brightness": 50},
        ),
        (
            asked("HassTurnOn", name="Blind"),
            asked("Continue", brightness=50),
            "HassSetPosition",
            {"name": "Blind", "position": 50},
        ),
        (
            asked("HassClimateSetTemperature", name="Bedroom thermostat", temperature=19),
            asked("Correct", brightness=21),
            "HassClimateSetTemperature",
            {"name": "Bedroom thermostat", "temperature": 21},
        ),
        (
            asked("HassShoppingListAddItem", item="milk"),
            asked("Continue", item="eggs"),
            "HassShoppingListAddItem",
            {"item": "eggs"},
        ),
        (
            asked("HassStartTimer", name="pasta", minutes=5),
            asked("Correct", minutes=10),
            "HassStartTimer",
            {"name": "pasta", "minutes": 10},
        ),
        (
            asked("HassTurnOn", name="Kitchen light"),
            asked("Correct", state="off"),
            "HassTurnOff",
            {"name": "Kitchen light"},
        ),
        (
            asked("HassGetWeather"),
            asked("Continue", date="2026-11-21"),
            "HassGetWeather",
            {"date": "2026-11-21"},
        ),
        (
            asked("HassSetPosition", name="Blind", position=40),
            asked("Continue", volume_step="up"),
            "HassSetPosition",
            {"name": "Blind", "position_step": "up"},
        ),
    ],
)
def test_a_fragment_puts_its_own_words_in_the_place_of_the_old_ones(
    last: Request, fragment: Request, intent: str, wanted: dict[str, object]
) -> None:
    made = whole(fragment, after(last))

    assert made.intent == intent
    assert slots(made) == wanted
    assert made.corrects == ("1" if fragment.intent == "Correct" else "")


def test_the_other_lamp_keeps_the_kind_and_drops_the_name() -> None:
    made = whole(asked("Correct", scope="other"), after(asked("HassTurnOn", name="Kitchen light")))

    assert (made.intent, slots(made), made.scope) == ("HassTurnOn", {"domain": "light"}, "other")


def test_what_was_left_out_before_can_be_asked_for_next() -> None:
    all_but = replace(asked("HassTurnOff", scope="all", domain="light"), excepted=("Kitchen",))

    assert whole(asked("Continue", area="Kitchen"), after(all_but)).excepted == ()
    assert whole(asked("Continue", state="on"), after(all_but)).excepted == ("Kitchen",)


def test_a_fragment_goes_on_from_the_same_sentence_before_it_goes_on_from_the_last_turn() -> None:
    context = after(asked("HassTurnOff", name="Fan"))
    made = whole(
        asked("Continue", scope="it", brightness=30),
        context,
        [asked("HassTurnOn", name="Kitchen light")],
    )

    assert slots(made) == {"brightness": 30}
    assert made.meant == ("kitchen/kitchen light",)


@pytest.mark.parametrize("context", [CONTEXT, after(asked("HassTurnOn", name="Fan"), seconds=7200)])
def test_a_fragment_that_nothing_came_before_means_what_it_means_alone(context: Context) -> None:
    assert whole(asked("Continue", volume_step="up"), context).intent == "HassSetVolumeRelative"
    assert whole(asked("Continue", area="Bedroom"), context).intent == "Continue"


def test_a_clock_that_jumped_back_makes_the_last_turn_old() -> None:
    context = after(asked("HassTurnOn", name="Fan"), seconds=-90)

    assert whole(asked("Continue", area="Bedroom"), context).intent == "Continue"


@pytest.mark.parametrize(
    ("name", "intent"),
    [
        ("Blind", "HassStopMoving"),
        ("TV", "HassMediaPause"),
        ("Vacuum", "HassTurnOff"),
        ("Coffee machine", "HassTurnOff"),
    ],
)
def test_stop_it_stops_what_was_set_going_last(name: str, intent: str) -> None:
    made = stopping(asked("StopRinging"), after(asked("HassTurnOn", name=name)))

    assert (made.intent, made.slots, len(made.meant)) == (intent, (), 1)


def test_stop_it_is_about_what_rings_and_about_no_lock() -> None:
    stop = asked("StopRinging")
    ringing = replace(
        after(asked("HassTurnOn", name="Fan")), notebook=Notebook(ringing=("It is 7:00 AM.",))
    )

    assert stopping(stop, ringing) is stop
    assert stopping(stop, after(asked("HassTurnOn", name="Front door"))) is stop
    assert stopping(stop, after(asked("HassGetCurrentTime"))) is stop
    assert stopping(stop, after(asked("HassTurnOn", name="Fan"), seconds=7200)) is stop


def test_louder_of_the_speaker_itself_is_no_talk_of_players() -> None:
    made = whole(
        asked("Continue", volume_step="up"), after(asked("HassSetVolumeRelative", volume_step="up"))
    )

    assert (made.intent, made.meant) == ("HassSetVolumeRelative", ())


_SLOTS = {
    "name": st.sampled_from(["Kitchen light", "Fan", "Zelmo", "Blind"]),
    "area": st.sampled_from(["Kitchen", "Bedroom", "Moon"]),
    "domain": st.sampled_from(["light", "fan", "cover"]),
    "brightness": st.integers(0, 150),
    "temperature": st.integers(-5, 9000),
    "item": st.text(min_size=1, max_size=8),
    "state": st.sampled_from(["on", "off", "open"]),
    "minutes": st.integers(0, 100),
    "volume_step": st.sampled_from(["up", "down"]),
}
_FRAGMENTS = st.builds(
    lambda intent, scope, values: asked(intent, scope=scope, **values),
    st.sampled_from(["Continue", "Correct"]),
    st.sampled_from(["", "it", "other", "here"]),
    st.fixed_dictionaries({}, optional=_SLOTS),
)
_REQUESTS = st.builds(
    lambda intent, values: asked(
        intent, **{k: v for k, v in values.items() if k in INTENTS[intent].slots}
    ),
    st.sampled_from(sorted(set(INTENTS) - {"Continue", "Correct"})),
    st.fixed_dictionaries({}, optional=_SLOTS),
)


@given(last=_REQUESTS, fragment=_FRAGMENTS)
def test_whatever_is_said_the_result_carries_only_slots_of_its_intent(
    last: Request, fragment: Request
) -> None:
    made = whole(fragment, after(last, context=standing_in("Kitchen")))

    if made.intent not in ("Continue", "Correct"):
        assert {s.name for s in made.slots} <= INTENTS[made.intent].slots | {
            s.name for s in fragment.slots
        }
        assert len({s.name for s in made.slots}) == len(made.slots)
    assert made.span == fragment.span
