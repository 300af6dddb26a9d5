"""Corrections: what the turn before did is taken back, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.context import Context
from device.events import Ask, DeviceCommand, OutcomeKind, Request, Turn, Value
from device.nlu.followups import corrected, whole
from device.routing import dialogue
from device.routing.agenda import lay_out
from tests.skills.rooms import CONTEXT, HOME, NOW, STATE, asked, asked_for, readings
from tests.skills.talks import ROUTER, turn

LIGHT, COFFEE, FAN = "kitchen/kitchen light", "kitchen/coffee machine", "kitchen/fan"
DOOR = "living room/front door"


def no(context: Context, **slots: Value) -> Request:
    """What "no, ..." with these slots asks for now."""
    return whole(asked_for("Correct", slots), context)


def sent(context: Context, request: Request) -> list[tuple[str, Value]]:
    return told(lay_out([request], context, ROUTER).commands)


def told(commands: tuple[DeviceCommand, ...]) -> list[tuple[str, Value]]:
    return [(c.device, c.value) for c in commands]


def test_a_correction_takes_the_last_turn_back_and_does_what_was_meant() -> None:
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"))

    assert sent(context, no(context, name="Coffee machine")) == [(LIGHT, "off"), (COFFEE, "on")]


def test_a_correction_of_a_value_sends_the_new_value_only() -> None:
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"))

    assert sent(context, no(context, brightness=30)) == [(LIGHT, 30)]


def test_a_step_is_taken_from_where_it_was_before_the_mistake() -> None:
    context = turn(CONTEXT, asked("HassLightSet", name="Ceiling light", brightness_step=10))
    context = turn(context, no(context, volume_step=-20))

    assert context.value("living room/ceiling light", "brightness") == 60


def test_what_is_to_be_off_instead_is_not_made_bright_first() -> None:
    context = turn(CONTEXT, asked("HassLightSet", name="Ceiling light", brightness=5))

    assert sent(context, no(context, state="off")) == [("living room/ceiling light", "off")]


def test_a_corrected_timer_takes_the_place_of_the_wrong_one_also_twice() -> None:
    context = turn(CONTEXT, asked("HassStartTimer", minutes=5))
    context = turn(context, no(context, minutes=10))
    context = turn(context, no(context, minutes=15))

    assert [t.duration_ms for t in context.notebook.timers] == [900_000]


def test_a_corrected_volume_counts_from_the_volume_before() -> None:
    context = turn(CONTEXT, asked("HassSetVolumeRelative", volume_step="up"))
    context = turn(context, no(context, volume_step="down"))

    assert context.volume == 40


def test_corrections_in_a_row_leave_only_the_last_and_an_undo_goes_back_one() -> None:
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"))
    context = turn(context, no(context, name="Coffee machine"))
    third = no(context, name="Bedroom/Lamp")

    assert sent(context, third) == [(COFFEE, "off"), ("bedroom/lamp", "on")]
    context = turn(context, third)
    assert sent(context, asked("Undo")) == [(COFFEE, "on"), ("bedroom/lamp", "off")]


def test_an_undo_brings_the_corrected_timer_back_and_ends_the_new_one() -> None:
    context = turn(CONTEXT, asked("HassStartTimer", minutes=5))
    context = turn(context, no(context, minutes=10))
    context = turn(context, asked("Undo"))

    assert [t.duration_ms for t in context.notebook.timers] == [300_000]


def test_of_several_items_in_one_breath_none_is_lost_to_a_correction() -> None:
    context = turn(
        CONTEXT,
        asked("HassShoppingListAddItem", item="milk"),
        asked("HassShoppingListAddItem", item="eggs"),
    )
    context = turn(context, no(context, item="butter"))

    assert context.notebook.lists["shopping"] == ("milk", "eggs", "butter")


def test_what_was_undone_is_not_taken_back_a_second_time_nor_is_what_was_before_it() -> None:
    context = turn(CONTEXT, asked("HassTurnOff", name="Fan"))
    context = turn(context, asked("HassTurnOn", name="Kitchen light"))
    context = turn(context, asked("Undo"))

    assert sent(context, no(context, name="Coffee machine")) == [(COFFEE, "on")]


@pytest.mark.parametrize("kind", [OutcomeKind.OFFLINE, OutcomeKind.NO_BROKER, OutcomeKind.REFUSED])
def test_after_a_turn_that_sent_nothing_the_one_before_it_is_left_alone(kind: OutcomeKind) -> None:
    unlocked = replace(CONTEXT, state=readings({**STATE, DOOR: {"lock": "unlocked"}}))
    context = turn(unlocked, asked("HassTurnOn", name="Front door"))
    context = turn(context, asked("HassTurnOn", name="Kitchen light"), failing={LIGHT: kind})

    assert sent(context, no(context, name="Coffee machine")) == [(COFFEE, "on")]


def test_a_device_that_did_not_answer_is_told_to_go_back_all_the_same() -> None:
    silent = {LIGHT: OutcomeKind.NO_ANSWER}
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"), failing=silent)

    assert sent(context, no(context, name="Coffee machine")) == [(LIGHT, "off"), (COFFEE, "on")]


def test_of_a_turn_that_was_half_done_only_that_half_is_taken_back() -> None:
    offline = {"living room/lamp": OutcomeKind.OFFLINE}
    request = asked("HassTurnOff", area="Living Room", domain="light")
    context = turn(CONTEXT, request, failing=offline)

    assert sent(context, no(context, name="Fan")) == [
        ("living room/ceiling light", "on"),
        (FAN, "off"),
    ]


def test_a_device_that_left_the_home_is_not_taken_back() -> None:
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"))
    devices = tuple(d for d in HOME.devices if d.id != LIGHT)
    context = replace(context, home=replace(HOME, devices=devices))

    assert sent(context, no(context, name="Coffee machine")) == [(COFFEE, "on")]


@pytest.mark.parametrize("wrong", [{"name": "Zelmo"}, {"area": "Moon"}])
def test_what_cannot_be_done_instead_takes_nothing_back(wrong: dict[str, Value]) -> None:
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"))

    assert sent(context, no(context, **wrong)) == []


def test_taking_back_a_lock_asks_before_it_unlocks() -> None:
    unlocked = replace(CONTEXT, state=readings({**STATE, DOOR: {"lock": "unlocked"}}))
    context = turn(unlocked, asked("HassTurnOn", name="Front door"))
    request = no(context, name="Blind")
    agenda = lay_out([request], context, ROUTER)

    assert agenda.commands == ()
    assert agenda.question is not None
    assert agenda.question.text == "Shall I unlock the front door and open the blind?"
    agreed = lay_out([request], context, ROUTER, agreed=agenda.proposed)
    assert told(agreed.commands) == [(DOOR, "unlocked"), ("bedroom/blind", 100)]


def test_taking_back_an_unlocked_door_locks_it_without_a_question() -> None:
    context = turn(CONTEXT, asked("HassTurnOff", name="Front door"))

    assert sent(context, no(context, name="Blind")) == [(DOOR, "locked"), ("bedroom/blind", 0)]


def test_a_correction_that_needed_an_answer_still_takes_the_wrong_turn_back() -> None:
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"))
    request = no(context, name="Lamp")
    agenda = lay_out([request], context, ROUTER)
    assert agenda.question is not None
    assert agenda.question.kind is Ask.CHOOSE
    opened = dialogue.Asked(question=agenda.question, requests=(request,))
    phase, _ = dialogue.step(dialogue.NoQuestion(), opened, 0)
    question = Turn(id="question", at=NOW, text="no, the lamp", requests=(request,))
    context = replace(context, turns=(*context.turns, question))

    _, effect = dialogue.step(phase, dialogue.Heard(text="the bedroom one"), 1)

    assert isinstance(effect, dialogue.Carry)
    (answered,) = effect.requests
    assert sent(context, answered) == [(LIGHT, "off"), ("bedroom/lamp", "on")]


def test_a_correction_of_what_was_only_asked_leaves_the_turn_before_alone() -> None:
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"))
    unlocking = asked("HassTurnOff", name="Front door")
    question = Turn(id="question", at=NOW, text="unlock the front door", requests=(unlocking,))
    context = replace(context, turns=(*context.turns, question))

    assert sent(context, no(context, name="Blind")) == [("bedroom/blind", 0)]


def test_of_several_requests_in_one_breath_only_the_last_is_taken_back() -> None:
    context = turn(
        CONTEXT,
        asked("HassTurnOn", name="Kitchen light"),
        asked("HassTurnOn", name="Coffee machine"),
    )

    assert sent(context, no(context, name="Bedroom/Lamp")) == [
        (COFFEE, "off"),
        ("bedroom/lamp", "on"),
    ]


def test_a_correction_goes_over_what_nobody_can_go_on_from() -> None:
    context = turn(CONTEXT, asked("HassTurnOn", name="Kitchen light"))
    for intent in ("HassRespond", "OutOfScope", "RepeatThat"):
        context = turn(context, asked(intent))

    assert sent(context, no(context, name="Coffee machine")) == [(LIGHT, "off"), (COFFEE, "on")]


def test_a_correction_within_a_sentence_leaves_the_last_turn_alone() -> None:
    context = turn(CONTEXT, asked("HassTurnOff", name="Fan"))
    before = [asked("HassTurnOn", name="Blind"), asked("HassTurnOn", name="Kitchen light")]
    fragment = asked("Correct", name="Coffee machine")
    made = whole(fragment, context, before)
    kept = corrected(fragment, made, context, before)
    agenda = lay_out([*kept, made], context, ROUTER)

    assert told(agenda.commands) == [("bedroom/blind", 100), (COFFEE, "on")]


_DEEDS = st.tuples(
    st.sampled_from(["HassTurnOn", "HassTurnOff", "HassToggle"]),
    st.sampled_from(["Kitchen light", "Coffee machine", "Fan", "TV", "Bedroom/Lamp"]),
)


@settings(max_examples=60, deadline=None)
@given(earlier=st.lists(_DEEDS, max_size=3), first=_DEEDS, names=st.lists(_DEEDS, max_size=4))
def test_however_often_it_is_corrected_only_the_last_one_is_done(
    earlier: list[tuple[str, str]], first: tuple[str, str], names: list[tuple[str, str]]
) -> None:
    start = CONTEXT
    for intent, name in earlier:
        start = turn(start, asked(intent, name=name))
    context = turn(start, asked(first[0], name=first[1]))
    for _, name in names:
        context = turn(context, no(context, name=name))
    last = names[-1][1] if names else first[1]
    plain = turn(start, asked(first[0], name=last))

    assert power(context) == power(plain)


def power(context: Context) -> dict[str, Value]:
    return {d: r["power"].value for d, r in context.state.items() if "power" in r}
