"""Lists, clock, volume, talk and undo."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.context import Context
from device.effects import Alarm, Notebook, Timer
from device.events import DeviceCommand, Outcome, OutcomeKind, Reply, Request
from device.routing.agenda import lay_out
from device.routing.reply import reply_to
from device.skills.undo import before
from tests.skills.rooms import CONTEXT, NOW, STATE, asked, asked_for, device, readings
from tests.skills.talks import ROUTER, said, turn


def test_items_of_one_turn_all_land_on_the_list() -> None:
    context = turn(
        CONTEXT, *(asked("HassShoppingListAddItem", item=i) for i in ("milk", "eggs", "bread"))
    )

    assert context.notebook.lists == {"shopping": ("milk", "eggs", "bread")}
    assert said(context) == "Added milk, eggs and bread to the shopping list."


@pytest.mark.parametrize(
    ("request_", "reply", "left"),
    [
        (
            asked("HassShoppingListAddItem", item="Milk"),
            "Milk is already on the shopping list.",
            ("milk", "eggs"),
        ),
        (
            asked("HassShoppingListCompleteItem", item="egg"),
            "Crossed eggs off the shopping list.",
            ("milk",),
        ),
        (
            asked("HassListRemoveItem", item="the milk", name="groceries"),
            "Removed milk from the shopping list.",
            ("eggs",),
        ),
        (
            asked("HassShoppingListCompleteItem", item="rice"),
            "There is no rice on the shopping list.",
            ("milk", "eggs"),
        ),
        (
            asked("ListItems", name="my shopping list"),
            "On the shopping list: milk and eggs.",
            ("milk", "eggs"),
        ),
        (
            asked("ListHasItem", item="eggs", name="shopping"),
            "Yes, eggs is on the shopping list.",
            ("milk", "eggs"),
        ),
        (
            asked("ListHasItem", item="rice", name="shopping"),
            "No, there is no rice.",
            ("milk", "eggs"),
        ),
        (
            asked("ListHasItem", item="eggs"),
            "Yes, eggs is on the shopping list.",
            ("milk", "eggs"),
        ),
        (
            asked("HassListRemoveItem", item="eggs"),
            "Removed eggs from the shopping list.",
            ("milk",),
        ),
        (asked("ClearList", name="shopping"), "I cleared the shopping list, 2 items.", ()),
        (asked("ListItems"), "The to-do list is empty.", ("milk", "eggs")),
        (asked("ListItems", name="camping"), "There is no camping list.", ("milk", "eggs")),
    ],
)
def test_a_list_is_kept_and_told(request_: Request, reply: str, left: tuple[str, ...]) -> None:
    book = Notebook(lists=MappingProxyType({"shopping": ("milk", "eggs")}))

    context = turn(replace(CONTEXT, notebook=book), request_)

    assert said(context) == reply
    assert context.notebook.lists["shopping"] == left
    agenda = lay_out([request_], replace(CONTEXT, notebook=book), ROUTER)
    assert agenda.shows_lists


def test_other_lists_are_made_by_adding_to_them() -> None:
    context = turn(CONTEXT, asked("HassListAddItem", item="tent", name="camping list"))
    context = turn(context, asked("HassListAddItem", item="call mum"))

    assert context.notebook.lists == {"camping": ("tent",), "to-do": ("call mum",)}


items = st.sampled_from(["milk", "eggs", "peanut butter", "tomatoes", "glass", "Öl"])


@given(added=st.lists(items, max_size=8), removed=st.lists(items, max_size=4))
def test_a_list_holds_what_was_added_and_not_removed_once_each(
    added: list[str], removed: list[str]
) -> None:
    context = turn(CONTEXT, *(asked("HassListAddItem", item=item) for item in added))

    context = turn(context, *(asked("HassListRemoveItem", item=item) for item in removed))

    left = [item for item in dict.fromkeys(added) if item not in removed]
    assert list(context.notebook.lists.get("to-do", ())) == left


def test_time_and_date_are_told() -> None:
    assert said(turn(CONTEXT, asked("HassGetCurrentTime"))) == "It is 9:30 PM."
    assert said(turn(CONTEXT, asked("HassGetCurrentDate"))) == "Today is Friday, November 20, 2026."
    christmas = asked("HassGetCurrentDate", date="2026-12-25")
    assert said(turn(CONTEXT, christmas)) == "That is Friday, December 25, 2026."
    unset = replace(CONTEXT, now=datetime(1970, 1, 1, tzinfo=NOW.tzinfo))
    assert said(turn(unset, asked("HassGetCurrentTime"))) == "I don't know what time it is yet."


@pytest.mark.parametrize(
    ("request_", "volume", "reply"),
    [
        (asked("HassSetVolume", volume_level=30), 30, "My volume is 30 %."),
        (asked("HassSetVolumeRelative", volume_step="up"), 60, "My volume is 60 %."),
        (asked("HassSetVolumeRelative", volume_step=-70), 0, "My volume is 0 %."),
        (asked("GetVolume"), 50, "My volume is 50 %."),
        (
            asked("HassSetVolume", volume_level=130),
            50,
            "My volume can be set to 0 to 100 %, not to 130.",
        ),
    ],
)
def test_the_speaker_has_its_own_volume(request_: Request, volume: int, reply: str) -> None:
    context = turn(CONTEXT, request_)

    assert context.volume == volume
    assert said(context) == reply


def test_the_weather_is_what_the_sensors_outside_report() -> None:
    sensor = device("Outdoor sensor", "Kitchen", "sensor", "temperature humidity")
    home = replace(CONTEXT.home, devices=(*CONTEXT.home.devices, sensor))
    state = {**STATE, sensor.id: {"temperature": 7.4, "humidity": 80}}
    outside = replace(CONTEXT, home=home, state=readings(state))

    assert said(turn(outside, asked("HassGetWeather"))) == (
        "It is 7.4 degrees and 80 % humidity outside."
    )
    assert said(turn(outside, asked("HassGetWeather", date="2026-11-21"))) == (
        "I know no forecast. It is 7.4 degrees and 80 % humidity outside now."
    )
    assert said(turn(CONTEXT, asked("HassGetWeather"))) == (
        "No sensor outside has told anything, and I know no forecast."
    )


def test_the_last_reply_is_said_again() -> None:
    context = turn(turn(CONTEXT, asked("HassGetCurrentTime")), asked("RepeatThat"))

    assert said(context) == "It is 9:30 PM."
    assert said(turn(context, asked("RepeatThat"))) == "It is 9:30 PM."
    assert said(turn(CONTEXT, asked("RepeatThat"))) == "I have not said anything yet."


def test_what_the_speaker_can_do_follows_from_the_home() -> None:
    whole = said(turn(CONTEXT, asked("WhatCanYouDo")))
    bare = said(
        turn(replace(CONTEXT, home=replace(CONTEXT.home, devices=())), asked("WhatCanYouDo"))
    )

    assert "lights" in whole
    assert "thermostats" in whole
    assert "lights" not in bare
    assert "timers" in bare


def test_never_mind_silences_what_rings() -> None:
    ringing = replace(CONTEXT, notebook=Notebook(ringing=("Your timer is done.",)))

    assert turn(ringing, asked("HassNevermind")).notebook.ringing == ()


def test_undo_puts_devices_back() -> None:
    context = turn(CONTEXT, asked("HassLightSet", area="Living Room", brightness=5))
    context = turn(context, asked("Undo"))

    assert context.value("living room/ceiling light", "brightness") == 80
    assert context.value("living room/lamp", "brightness") == 30
    assert said(context) == "The ceiling light is at 80 %. The living room lamp is at 30 %."


def test_undo_of_a_brightness_that_turned_a_light_on_turns_it_off() -> None:
    context = turn(CONTEXT, asked("HassLightSet", name="Kitchen light", brightness=5))

    agenda = lay_out([asked("Undo")], context, ROUTER)

    assert [(c.capability, c.value) for c in agenda.commands] == [("power", "off")]


def test_undo_of_locking_asks_before_it_unlocks() -> None:
    unlocked = {**STATE, "living room/front door": {"lock": "unlocked"}}
    context = turn(
        replace(CONTEXT, state=readings(unlocked)), asked("HassTurnOn", name="Front door")
    )

    agenda = lay_out([asked("Undo")], context, ROUTER)

    assert agenda.commands == ()
    assert agenda.question is not None
    assert agenda.question.text == "Shall I unlock the front door?"


def test_undoing_again_goes_further_back_and_then_ends() -> None:
    context = turn(CONTEXT, asked("HassListAddItem", item="milk"))
    context = turn(context, asked("HassSetVolume", volume_level=10))
    context = turn(context, asked("HassGetCurrentTime"))

    context = turn(context, asked("Undo"))
    assert (context.volume, dict(context.notebook.lists)) == (50, {"to-do": ("milk",)})
    context = turn(context, asked("Undo"))
    assert (context.volume, dict(context.notebook.lists)) == (50, {})
    context = turn(context, asked("Undo"))
    assert said(context) == "There is nothing to undo."


def test_undo_leaves_alone_what_happened_meanwhile() -> None:
    context = turn(CONTEXT, asked("HassStartTimer", minutes=5), asked("HassStartTimer", minutes=9))
    context = turn(context, asked("HassCancelAllTimers"))
    meanwhile = Notebook(ringing=("It is 7:00 AM, here is your alarm.",), next_id=9)

    context = turn(replace(context, notebook=meanwhile), asked("Undo"))

    assert [t.duration_ms for t in context.notebook.timers] == [300_000, 540_000]
    assert context.notebook.ringing == meanwhile.ringing
    assert context.notebook.next_id == 9


def test_an_unknown_old_value_is_not_guessed() -> None:
    context = turn(replace(CONTEXT, state={}), asked("HassTurnOn", name="Kitchen light"))

    assert said(turn(context, asked("Undo"))) == "I don't know how it was before."


def test_a_scene_cannot_be_taken_back() -> None:
    command = DeviceCommand(device="living room/movie night", capability="scene", value="activated")
    activated = {**STATE, "living room/movie night": {"scene": "activated"}}

    assert before([command], replace(CONTEXT, state=readings(activated))) == ()


changes = st.lists(
    st.sampled_from(
        [
            ("HassListAddItem", {"item": "milk"}),
            ("HassListAddItem", {"item": "eggs"}),
            ("HassListRemoveItem", {"item": "milk"}),
            ("ClearList", {}),
            ("HassStartTimer", {"minutes": 5}),
            ("HassStartTimer", {"minutes": 7}),
            ("HassPauseTimer", {"start_minutes": 5}),
            ("HassCancelAllTimers", {}),
            ("SetAlarm", {"time": "07:00"}),
            ("CancelAllAlarms", {}),
            ("HassSetVolumeRelative", {"volume_step": "up"}),
            ("HassTurnOn", {"name": "Kitchen light"}),
            ("HassTurnOff", {"name": "Fan"}),
            ("HassFanSetSpeed", {"name": "Fan", "percentage": 10}),
        ]
    ),
    max_size=7,
)


def kept(context: Context) -> object:
    """All that undo is to bring back: lists, timers, alarms, volume, power."""
    book = context.notebook
    power = {d: r["power"].value for d, r in context.state.items() if "power" in r}
    timers: set[Timer] = set(book.timers)
    alarms: set[Alarm] = set(book.alarms)
    return {k: set(v) for k, v in book.lists.items()}, timers, alarms, context.volume, power


@settings(max_examples=50)
@given(asked_changes=changes)
def test_undoing_every_change_leads_back_to_the_beginning(
    asked_changes: list[tuple[str, dict[str, str | int]]],
) -> None:
    context = CONTEXT
    for intent, slots in asked_changes:
        context = turn(context, asked_for(intent, dict(slots)))

    for _ in asked_changes:
        context = turn(context, asked("Undo"))

    assert kept(context) == kept(CONTEXT)
    assert said(turn(context, asked("Undo"))) == "There is nothing to undo."


def test_what_was_never_sent_is_not_undone() -> None:
    context = turn(turn(CONTEXT, asked("HassTurnOff", name="Fan")), asked("HassVacuumStart"))
    last = context.turns[-1]
    gone = tuple(replace(o, kind=OutcomeKind.NO_BROKER) for o in last.outcomes)
    context = replace(context, turns=(*context.turns[:-1], replace(last, outcomes=gone)))

    agenda = lay_out([asked("Undo")], context, ROUTER)

    assert [(c.device, c.value) for c in agenda.commands] == [("kitchen/fan", "on")]


def test_a_device_that_did_not_answer_the_undo_is_named() -> None:
    context = turn(CONTEXT, asked("HassTurnOff", name="Fan"))
    agenda = lay_out([asked("Undo")], context, ROUTER)

    silent = [Outcome(command=c, kind=OutcomeKind.NO_ANSWER) for c in agenda.commands]

    assert reply_to(agenda, silent, context) == Reply(text="The fan did not answer.")
