"""Names and values of tagged words, without any model."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Device, Home, Room
from device.models import Array
from device.nlu.gazetteer import FLAGS, Gazetteer
from device.nlu.resolve import resolve
from device.nlu.tagger import Span, Tagging
from device.nlu.windows import run_words, starts
from device.nlu.words import tokenize
from simulator.homefile import furnished_home
from tests.nlu.houses import seen_from

HOME = furnished_home()


def slots_of(
    intent: str, marked: str, domain: str | None = None
) -> tuple[dict[str, Any], str, str]:
    """Slots, domain and scope of "turn on the [kitchen]area [lights]domain"."""
    words: list[str] = []
    spans: list[Span] = []
    for part in marked.replace("[", "\n[").split("\n"):
        inside, _, rest = part.partition("]") if part.startswith("[") else ("", "", part)
        label, _, after = rest.partition(" ") if inside else ("", "", rest)
        if inside:
            start = len(tokenize(" ".join(words)))
            words += inside[1:].split()
            stop = len(tokenize(" ".join(words)))
            spans.append(Span(label=label, start=start, stop=stop, confidence=0.9))
        words += after.split()
    text = " ".join(words)
    tagging = Tagging(intent=intent, domain=domain, confidence=0.9, spans=tuple(spans))
    interpretation, slots, found = resolve(tagging, text, tokenize(text), seen_from("Office", HOME))
    assert interpretation.domain == found
    return {s.name: s.value for s in slots}, found, interpretation.scope


@pytest.mark.parametrize(
    ("intent", "marked", "slots", "domain"),
    [
        ("HassTurnOn", "turn on the [kitchen]area [light]domain",
         {"name": "Kitchen light"}, "light"),
        ("HassTurnOn", "turn on the [kitchen]area [lights]domain",
         {"area": "Kitchen", "domain": "light"}, "light"),
        ("HassTurnOn", "turn on the [lounge]area [lights]domain",
         {"area": "Living Room", "domain": "light"}, "light"),
        ("HassTurnOn", "turn on the [office ceiling light]name",
         {"name": "Ceiling light", "area": "Office"}, "light"),
        ("HassTurnOn", "turn on the [bedroom lamps]name",
         {"area": "Bedroom", "domain": "light"}, "light"),
        ("HassTurnOn", "turn on [bed side lamp]name", {"name": "Bedside lamp"}, "light"),
        ("HassTurnOn", "turn on [hugo]name", {"name": "hugo"}, "homeassistant"),
        ("HassTurnOn", "turn on the [upstairs]area [lights]domain",
         {"floor": "Upstairs", "domain": "light"}, "light"),
        ("HassSetPosition", "[office blinds]name to [a quarter]position",
         {"name": "Office blinds", "position": 25}, "cover"),
        ("HassLightSet", "[kitchen]area to [half]brightness",
         {"area": "Kitchen", "domain": "light", "brightness": 50}, "light"),
        ("HassLightSet", "[brighten]brightness_step [desk lamp]name by [10]brightness_step percent",
         {"name": "Desk lamp", "brightness_step": 10}, "light"),
        ("HassClimateSetTemperature", "turn [up]temperature_step to [21.5]temperature",
         {"temperature": 21.5}, "climate"),
        ("HassVacuumCleanArea", "send the [vacuum]domain to the [kitchen]area",
         {"name": "Vacuum", "area": "Kitchen"}, "vacuum"),
        ("SetReminder", "[tomorrow evening]date at [7]time to [call Ben]words",
         {"date": "2026-11-21", "time": "19:00", "meridiem": "pm", "words": "call Ben"},
         "reminder"),
        ("HassListAddItem", "add [milk]item to the [grocery]name list", {"item": "milk"},
         "shopping_list"),
        ("HassListAddItem", "add [call Ben]item to my [to do]name list",
         {"item": "call Ben", "name": "to-do"}, "todo"),
        ("HassStartTimer", "[an hour and a half]duration for the [Pizza]name",
         {"hours": 1, "minutes": 30, "name": "pizza"}, "timer"),
        ("HassIncreaseTimer", "add [5 minutes]duration to the [1 hour]start_duration timer",
         {"minutes": 5, "start_hours": 1}, "timer"),
    ],
)  # fmt: skip
def test_tagged_words_become_slots(
    intent: str, marked: str, slots: dict[str, Any], domain: str
) -> None:
    found, found_domain, _ = slots_of(intent, marked)

    assert found == slots
    assert found_domain == domain


def test_doors_are_locked_as_locks_and_opened_as_covers() -> None:
    assert slots_of("HassTurnOn", "lock the [door]device_class", "lock")[0] == {"domain": "lock"}
    assert slots_of("HassTurnOn", "open the [door]device_class", "cover")[0] == {
        "domain": "cover", "device_class": "door",
    }  # fmt: skip
    assert slots_of("HassGetState", "is the [door]device_class [locked]state")[0] == {
        "state": "locked", "domain": "lock",
    }  # fmt: skip


def test_a_door_that_is_not_there_is_named_and_nothing_else() -> None:
    found, _, _ = slots_of("HassTurnOff", "unlock the [back door]domain", "lock")

    assert found == {"name": "back door"}


def test_a_text_that_was_cut_in_two_is_one() -> None:
    found, _, _ = slots_of("SetReminder", "remind me to [buy milk and]words [call mom]words")

    assert found == {"words": "buy milk and call mom"}


def test_quantities_are_no_slots() -> None:
    found, _, scope = slots_of("HassTurnOff", "turn off [all]scope the [lights]domain")

    assert found == {"domain": "light"}
    assert scope == "all"


def test_the_speakers_room_breaks_ties_but_is_no_slot() -> None:
    found, _, _ = slots_of("HassTurnOn", "turn on the [ceiling light]name")

    assert found == {"name": "Ceiling light"}


def test_flags_tell_names_kinds_and_rooms() -> None:
    home = Home(
        rooms=(Room(name="Den", floor="Upper Floor"),),
        devices=(Device(id="1", name="Den lamp", room="Den", kind="light", aliases=("hugo",)),),
    )
    tokens = tokenize("turn on the den lamp and hugo in the den upper floor shopping")

    found = Gazetteer(home, ["shopping"]).flags(tokens)

    told = [{FLAGS[i] for i in np.flatnonzero(row)} for row in found]
    assert told[3] == {"name_begin", "name_in", "area_begin", "area_in", "light"}
    assert told[4] == {"name_in", "light"}
    assert told[6] == {"name_begin", "name_in", "light"}
    assert told[9] == {"area_begin", "area_in"}
    assert told[10:12] == [{"floor_begin", "floor_in"}, {"floor_in"}]
    assert told[12] == {"list_begin", "list_in"}
    assert not any(told[i] for i in (0, 1, 2, 5, 7, 8))


def test_slips_are_mended_only_where_a_name_is_meant() -> None:
    names = Gazetteer(HOME)

    def mended(text: str) -> str:
        return " ".join(t.text for t in names.mended(tokenize(text), {"turn", "off", "night"}))

    assert mended("turn off the kitchn lite") == "turn off the kitchen light"
    assert mended("turn off the night xyz") == "turn off the night xyz"


@given(count=st.integers(1, 200), length=st.integers(2, 44))
def test_windows_cover_every_word(count: int, length: int) -> None:
    begun = starts(count, length)

    covered = {i for at in begun for i in range(at, min(at + length, count))}
    assert covered == set(range(count))
    assert begun == sorted(set(begun))


@given(count=st.integers(1, 90))
def test_long_sentences_get_the_scores_of_their_own_words(count: int) -> None:
    vectors = np.arange(count, dtype=np.float32)[:, None]

    def run(arrays: Sequence[Array]) -> list[Array]:
        return [arrays[0].copy(), np.ones((1, 3), np.float32)]

    scores, further = run_words(run, vectors, np.zeros((count, 1), np.float32), 16)

    assert scores[:, 0].tolist() == list(range(count))
    assert further[0].tolist() == [1.0, 1.0, 1.0]
