"""What sentences declare, with the models that ship."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device import models
from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context, Home, Reading
from device.effects import Notebook
from device.models import SHIPPED
from device.skillset import reading
from device.teaching.declaratives import Declaratives
from device.teaching.needs import NEEDS, Need, Needs
from simulator.homefile import furnished, furnished_home, read_house

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def needs() -> Needs:
    """The shipped model."""
    encoder = reading(models.load("encoder"), SHIPPED)
    return Needs(Declaratives(models.load("declarative"), encoder))


def standing(
    room: str | None = "Living Room", *taught: Concept, home: Home | None = None
) -> Context:
    """The furnished house as it stands at first."""
    known = home or furnished_home()
    pieces = zip(known.devices, read_house().devices, strict=True)
    state = {
        device.id: {k: Reading(value=v, at=NOW) for k, v in furnished(piece).state.items()}
        for device, piece in pieces
    }
    return Context(home=known, state=state, room=room, now=NOW, notebook=Notebook(), taught=taught)


def lesson(name: str, need: str, *settings_: Setting, minutes: int = 0) -> Concept:
    """A sentence and what was taught for it."""
    return Concept(
        name=name,
        kind=Kind.DECLARATIVE,
        meaning=Meaning(settings=settings_, need=need),
        room="Living Room",
        at=NOW + timedelta(minutes=minutes),
    )


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("it is awfully gloomy in here", "more_light"),
        ("this lamp is blinding me", "less_light"),
        ("my hands are freezing", "warmer"),
        ("I'm sweating like crazy", "cooler"),
        ("the music is far too loud", "quieter"),
        ("I can barely hear the movie", "louder"),
        ("this room is so stuffy", "fresher_air"),
        ("I'm sweltering", "cooler"),
        ("it's so quiet that I miss half of the film", "louder"),
        ("the neighbours are staring through the window", "more_privacy"),
        ("there are crumbs all over the carpet", "cleaner"),
    ],
)
def test_a_sentence_that_says_how_it_is_declares_a_need(needs: Needs, text: str, need: str) -> None:
    found = needs.read(text, standing())

    assert found is not None
    assert found.need == need


@pytest.mark.parametrize(
    "text",
    [
        "turn on the reading lamp",
        "make it brighter in here",
        "unlock the front door",
        "close the curtains please",
        "how warm is it in the bedroom",
        "is it cold outside",
        "set a timer for ten minutes",
        "it was freezing yesterday",
        "what's the weather tomorrow",
        "add light bulbs to the shopping list",
        "thank you",
        "",
        "...",
    ],
)
def test_requests_questions_and_chatter_declare_none(needs: Needs, text: str) -> None:
    assert needs.read(text, standing()) is None


def test_the_room_that_is_said_is_where_it_is_about(needs: Needs) -> None:
    found = needs.read("it's terribly gloomy in the lounge", standing("Kitchen"))

    assert found is not None
    assert found.area == "Living Room"
    first = needs.proposals(found, standing("Kitchen"))[0]
    assert first.settings[0].devices == ("Reading lamp",)


def test_any_text_at_all_is_read(needs: Needs) -> None:
    context = standing()

    @given(text=st.text(max_size=400))
    def read(text: str) -> None:
        found = needs.read(text, context)
        assert found is None or (found.need in NEEDS and 0 <= found.confidence <= 1)

    read()


def test_a_paraphrase_finds_what_was_taught(needs: Needs) -> None:
    taught = lesson("it's so gloomy here", "more_light")
    other = lesson("my feet are freezing", "warmer")
    context = standing("Living Room", taught, other)

    found = needs.read("this room is really dim", context)

    assert found is not None
    assert needs.known("this room is really dim", found, context) == taught


def test_another_need_finds_nothing_that_was_taught(needs: Needs) -> None:
    context = standing("Living Room", lesson("it's so gloomy here", "more_light"))

    assert needs.known("I'm boiling", Need(need="cooler", confidence=1.0), context) is None


def test_what_was_taught_is_done_while_it_changes_something(needs: Needs) -> None:
    taught = lesson(
        "it's so gloomy here",
        "more_light",
        Setting(capability="power", value="on", devices=("Reading lamp",)),
    )
    need = Need(need="more_light", confidence=1.0)

    now = needs.answer_now(taught, need, standing())

    assert now is not None
    meaning, is_taught = now
    assert is_taught
    assert meaning.settings == taught.meaning.settings


def test_a_lamp_that_is_on_already_is_no_answer_and_something_else_is_asked(needs: Needs) -> None:
    on = Setting(capability="power", value="on", devices=("Living Room/Ceiling light",))
    taught = lesson("it's so gloomy here", "more_light", on)
    need = Need(need="more_light", confidence=1.0)

    now = needs.answer_now(taught, need, standing())

    assert now is not None
    meaning, is_taught = now
    assert not is_taught
    assert on not in meaning.settings


def test_where_nothing_helps_there_is_an_honest_sentence(needs: Needs) -> None:
    context = standing("Kitchen")
    need = Need(need="warmer", confidence=1.0)

    assert needs.proposals(need, context) == ()
    assert needs.answer_now(lesson("brr", "warmer"), need, context) is None
    assert needs.helpless(need, context) == "I have nothing in the kitchen that makes it warmer."


def test_an_answer_that_does_the_opposite_does_not_fit(needs: Needs) -> None:
    need = Need(need="quieter", confidence=1.0)
    context = replace(standing("Office"))

    assert not needs.fits(
        Meaning(settings=(Setting(capability="volume", value=90),)), need, context
    )
    assert needs.fits(Meaning(settings=(Setting(capability="volume", value=5),)), need, context)
    assert needs.fits(Meaning(devices=("Movie night",)), need, context)
