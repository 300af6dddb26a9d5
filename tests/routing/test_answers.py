"""An answer is read only when all of it answers the question that was asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.effects import Question
from device.events import Ask, Request, Slot, Value
from device.nlu.numbers import spelled
from device.routing.answers import Answer, Filled, No, Yes, read
from device.routing.missing import completed, is_time, value_slots
from tests.skills.rooms import asked

UNLOCK = Question(
    kind=Ask.CONFIRM,
    text="Shall I unlock the front door?",
    request=asked("HassTurnOff", name="Front door"),
)
LAMPS = Question(
    kind=Ask.CHOOSE,
    text="Which one?",
    request=asked("HassTurnOn", name="Lamp"),
    slot="name",
    choices=("Living Room/Lamp", "Bedroom/Lamp", "Desk lamp"),
)
TIMERS = Question(
    kind=Ask.CHOOSE,
    text="Which one?",
    request=asked("HassCancelTimer"),
    slot="timer",
    choices=("pasta", "5 minute"),
)


def missing(slot: str, request: Request) -> Question:
    return Question(kind=Ask.MISSING, text="?", request=request, slot=slot)


@pytest.mark.parametrize(
    "text",
    [
        "yes", "Yes, please!", "yeah go ahead", "sure", "OK", "okay do it", "please do",
        "of course", "yes yes", "um yes", "yes, unlock it", "yes unlock the front door",
        "that's right", "go for it", "do it now please",
    ],
)  # fmt: skip
def test_these_agree(text: str) -> None:
    assert read(UNLOCK, text) == Yes()


@pytest.mark.parametrize(
    "text",
    [
        "no", "No thanks.", "nope", "don't", "please don't", "do not do it", "stop", "cancel",
        "never mind", "forget it", "leave it", "no no no", "not now", "rather not", "no wait",
        "i'd rather not", "no thank you",
    ],
)  # fmt: skip
def test_these_refuse(text: str) -> None:
    assert read(UNLOCK, text) == No()


@pytest.mark.parametrize(
    "text",
    [
        "", "what time is it", "turn on the lamp", "no yes", "yes no", "yes but not now",
        "yes lock the front door", "yes unlock the back door", "maybe", "unlock the front door",
        "thanks", "please", "it", "you are right but don't", "the front door", "is it unlocked",
        "yes and turn on the lamp", "don't unlock the front door", "I said yesterday",
        "the front door yes",
    ],
)  # fmt: skip
def test_these_neither_agree_nor_refuse(text: str) -> None:
    assert read(UNLOCK, text) is None


def lamp(room: str) -> Filled:
    return Filled(
        (
            (
                Slot(name="name", value="Lamp", text="Lamp"),
                Slot(name="area", value=room, text=room),
            ),
        )
    )


DESK = Filled(((Slot(name="name", value="Desk lamp", text="Desk lamp"),),))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("the bedroom one", lamp("Bedroom")),
        ("Bedroom", lamp("Bedroom")),
        ("the lamp in the living room please", lamp("Living Room")),
        ("the second one", lamp("Bedroom")),
        ("the first", lamp("Living Room")),
        ("the last one", DESK),
        ("I mean the desk lamp", DESK),
        ("the fourth one", None),
        ("the lamp", None),
        ("the kitchen one", None),
        ("turn on the bedroom light", None),
        ("yes", None),
        ("none of them", No()),
        ("no", No()),
    ],
)
def test_a_choice_is_found_by_its_words_or_its_place(text: str, answer: Answer | None) -> None:
    assert read(LAMPS, text) == answer


def test_both_means_one_request_for_each() -> None:
    found = read(LAMPS, "all of them")

    assert isinstance(found, Filled)
    assert len(found.options) == 3


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("the pasta timer", {"name": "pasta"}),
        ("the 5 minute one", {"start_minutes": 5}),
        ("the second one", {"start_minutes": 5}),
        ("five minutes please", {"start_minutes": 5}),
    ],
)
def test_a_timer_is_chosen_by_name_or_length(text: str, slots: dict[str, Value]) -> None:
    found = read(TIMERS, text)

    assert isinstance(found, Filled)
    assert [{s.name: s.value for s in option} for option in found.options] == [slots]


ALARMS = Question(
    kind=Ask.CHOOSE,
    text="Which one?",
    request=asked("CancelAlarm"),
    slot="time",
    choices=("07:00", "08:30", "20:30"),
)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("seven", "07:00"),
        ("the 7 am one", "07:00"),
        ("the one at half past eight in the morning", "08:30"),
        ("8:30 pm", "20:30"),
        ("the last one", "20:30"),
        ("8:30", None),
        ("nine", None),
    ],
)
def test_an_alarm_is_chosen_by_its_time(text: str, time: str | None) -> None:
    found = read(ALARMS, text)

    slots = (
        [[s.value for s in option] for option in found.options]
        if (isinstance(found, Filled))
        else None
    )
    assert slots == (None if time is None else [[time]])


@pytest.mark.parametrize(
    ("slot", "text", "slots"),
    [
        ("duration", "5 minutes", {"minutes": 5}),
        ("duration", "five minutes please", {"minutes": 5}),
        ("duration", "for an hour and twenty minutes", {"hours": 1, "minutes": 20}),
        ("duration", "half an hour", {"minutes": 30}),
        ("duration", "an hour and a half", {"hours": 1, "minutes": 30}),
        ("duration", "two and a half minutes", {"minutes": 2, "seconds": 30}),
        ("duration", "90 seconds", {"seconds": 90}),
        ("duration", "10min", {"minutes": 10}),
        ("duration", "1 hour 30 minutes and 5 seconds",
         {"hours": 1, "minutes": 30, "seconds": 5}),
        ("duration", "five", None),
        ("duration", "set a timer for 5 minutes", None),
        ("duration", "what time is it", None),
        ("brightness", "50 percent", {"brightness": 50}),
        ("brightness", "to twenty five", {"brightness": 25}),
        ("brightness", "a hundred", {"brightness": 100}),
        ("brightness", "50%", {"brightness": 50}),
        ("brightness", "turn on the lamp", None),
        ("temperature", "21.5 degrees", {"temperature": 21.5}),
        ("temperature", "twenty one point five", {"temperature": 21.5}),
        ("temperature", "one hundred and five", {"temperature": 105}),
        ("volume_step", "louder please", {"volume_step": "up"}),
        ("mode", "heat", {"mode": "heat"}),
        ("words", "to call mum", {"words": "call mum"}),
    ],
)  # fmt: skip
def test_a_missing_value_is_read(slot: str, text: str, slots: dict[str, Value] | None) -> None:
    found = read(missing(slot, asked("HassStartTimer")), text)

    if slots is None:
        assert found is None
    else:
        assert isinstance(found, Filled)
        assert [{s.name: s.value for s in option} for option in found.options] == [slots]


@given(hours=st.integers(1, 24), minutes=st.integers(1, 59))
def test_lengths_of_time_are_read_in_digits_and_words(hours: int, minutes: int) -> None:
    request = asked("HassStartTimer")

    digits = value_slots("duration", f"{hours} hours and {minutes} minutes", request)
    words = value_slots("duration", f"{spelled(hours)} hours {spelled(minutes)} minutes", request)

    assert {s.name: s.value for s in digits[0]} == {"hours": hours, "minutes": minutes}
    assert {s.name: s.value for s in words[0]} == {"hours": hours, "minutes": minutes}


@pytest.mark.parametrize(
    ("request_", "slot", "text", "sentence"),
    [
        (asked("SetAlarm"), "time", "seven thirty", "set an alarm for seven thirty"),
        (asked("SetAlarm"), "time", "at 7 tomorrow.", "set an alarm at 7 tomorrow"),
        (asked("SetAlarm"), "time", "in twenty minutes", "set an alarm in twenty minutes"),
        (asked("SetReminder", words="call mum"), "time", "8 pm", "remind me to call mum at 8 pm"),
        (asked("SetAlarm"), "time", "who are you", None),
        (asked("SetReminder", words="call mum", date="tomorrow"), "time", "8 pm",
         "remind me to call mum at 8 pm tomorrow"),
        (asked("SetReminder"), "words", "to call mum at 6.", "remind me to call mum at 6"),
        (asked("SetReminder", date="tomorrow"), "words", "call mum",
         "remind me to call mum tomorrow"),
        (asked("SetReminder", time="18:00"), "words", "call mum", None),
        (asked("HassTurnOn"), "name", "the kitchen light", "turn on the kitchen light"),
        (asked("HassShoppingListAddItem"), "item", "milk and eggs",
         "add milk and eggs to my shopping list"),
        (asked("HassListAddItem", name="camping list"), "item", "a tent",
         "add a tent to my camping list"),
        (asked("HassListRemoveItem"), "item", "milk", "remove milk from my to-do list"),
    ],
)  # fmt: skip
def test_what_needs_understanding_becomes_a_whole_sentence(
    request_: Request, slot: str, text: str, sentence: str | None
) -> None:
    assert completed(slot, text, request_) == sentence


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("at 8 pm", True),
        ("seven thirty tomorrow", True),
        ("in twenty minutes", True),
        ("on the third of december at noon", True),
        ("quarter past six", True),
        ("7:30 please", True),
        ("every monday at six", True),
        ("wake me at seven", False),
        ("please", False),
        ("what time is it", False),
        ("the bedroom one", False),
    ],
)
def test_a_bare_time_is_told_from_a_sentence(text: str, alone: bool) -> None:
    assert is_time(text) is alone
