"""What somebody says that he likes, and what it does in the requests that follow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device import models
from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context
from device.effects import Notebook
from device.events import Request, Slot, Source, Value
from device.models import SHIPPED
from device.skillset import reading
from device.teaching import likings
from device.teaching.declaratives import Declaratives
from device.teaching.preferences import Preferences, corrected, kept, offered, told
from simulator.homefile import furnished_home

MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def preferences() -> Preferences:
    """The shipped model."""
    encoder = reading(models.load("encoder"), SHIPPED)
    return Preferences(Declaratives(models.load("declarative"), encoder))


def at(now: datetime, *taught: Concept, person: str | None = None) -> Context:
    """The furnished house at some time."""
    return Context(
        home=furnished_home(),
        room="Living Room",
        person=person,
        now=now,
        notebook=Notebook(),
        taught=taught,
    )


def liking(
    *,
    likes: tuple[tuple[str, str], ...] = (),
    setting: Setting | None = None,
    when: str = "",
    person: str | None = None,
    minutes: int = 0,
) -> Concept:
    """A preference that is kept."""
    settings = () if setting is None else (setting,)
    return Concept(
        name=f"{likes}{setting}{when}",
        kind=Kind.PREFERENCE,
        meaning=Meaning(settings=settings, likes=likes, when=when),
        person=person,
        at=MORNING + timedelta(minutes=minutes),
    )


def degrees(value: Value, **more: str) -> Concept:
    """A temperature that somebody likes."""
    setting = Setting(capability="target_temperature", value=value)
    return liking(setting=setting, when=more.get("when", ""), person=more.get("person"))


def asked(text: str, intent: str, **slots: Value) -> Request:
    """A request."""
    found = tuple(Slot(name=name, value=value, text=str(value)) for name, value in slots.items())
    return Request(text=text, span=(), domain="", intent=intent, slots=found, confidence=1.0)


@pytest.mark.parametrize(
    ("text", "likes"),
    [
        ("I really love reggae", ("music", "reggae")),
        ("I'm a huge Bulls fan", ("team", "Bulls")),
        ("my favorite food is lasagna", ("food", "lasagna")),
    ],
)
def test_what_is_said_in_passing_is_offered_in_words(
    preferences: Preferences, text: str, likes: tuple[str, str]
) -> None:
    found = preferences.read(text, at(MORNING))

    assert found is not None
    assert found.concept.meaning.likes == (likes,)
    assert found.offer == f"Shall I remember that you like {likes[1]}?"


def test_a_value_is_said_with_the_question_and_mended_by_the_answer(
    preferences: Preferences,
) -> None:
    found = preferences.read("I prefer the house at 19 degrees at night", at(MORNING))

    assert found is not None
    assert found.offer == "Shall I remember that you like 19 degrees at night?"
    mended = corrected(
        found.concept.meaning,
        Meaning(settings=(Setting(capability="target_temperature", value=18),)),
    )
    assert mended.when == "night"
    assert offered(mended) == "Shall I remember that you like 18 degrees at night?"


@pytest.mark.parametrize(
    ("text", "value", "when"),
    [
        ("I like the lights low in the evening, around 25", 25, "evening"),
        ("I like the bedroom cool at night, 17 degrees", 17, "night"),
        ("I like the bedroom cool, say 17 degrees", 17, ""),
    ],
)
def test_a_number_goes_before_the_words_around_it_and_the_time_is_what_was_said(
    preferences: Preferences, text: str, value: int, when: str
) -> None:
    found = preferences.read(text, at(MORNING))

    assert found is not None
    assert [s.value for s in found.concept.meaning.settings] == [value]
    assert found.when == when


@pytest.mark.parametrize("answer", ["banana", "my mother", "pizza", "turn off the tv"])
def test_what_means_nothing_near_a_brightness_is_none(
    preferences: Preferences, answer: str
) -> None:
    assert preferences.answered("light", "evening", answer, None, at(MORNING)) is None
    told_ = preferences.answered("light", "evening", "very bright", None, at(MORNING))
    assert told_ is not None
    assert told_.meaning.settings[0].value == 100


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("set the floor lamp to my favorite color", "color"),
        ("make the bedroom the temperature I like, please", "temperature"),
        ("set the lights the way I like them", "light"),
    ],
)
def test_a_liking_that_nobody_told_is_asked_for_and_nothing_is_set(text: str, about: str) -> None:
    (found,) = likings.with_likings((asked(text, "HassLightSet"),), at(MORNING), lambda _: ())

    assert (found.intent, found.slot("about")) == ("WhatLiked", about)


@pytest.mark.parametrize("text", ["my favorite color is teal", "play my favorite song"])
def test_telling_and_music_are_left_as_they_are(text: str) -> None:
    one = asked(text, "OutOfScope")

    assert likings.with_likings((one,), at(MORNING), lambda _: ()) == (one,)


def test_the_value_that_somebody_likes_is_named_in_many_ways() -> None:
    context = at(MORNING, degrees(21))

    for words in ("the temperature I like", "my usual temperature", "my preferred temperature"):
        said = likings.spoken_for(f"set the bedroom to {words}", context)
        assert said == "set the bedroom to 21 degrees"


def test_a_value_for_a_room_is_for_its_devices(preferences: Preferences) -> None:
    found = preferences.read("I prefer the bedroom at 17 degrees", at(MORNING))

    assert found is not None
    assert found.concept.meaning.settings == (
        Setting(capability="target_temperature", value=17, devices=("Bedroom thermostat",)),
    )


@pytest.mark.parametrize(
    "text",
    ["do you like jazz", "play some reggae", "turn on the fan", "set the light to green", "", "?"],
)
def test_requests_and_questions_are_no_preference(preferences: Preferences, text: str) -> None:
    assert preferences.read(text, at(MORNING)) is None


def test_what_is_known_is_not_asked_again(preferences: Preferences) -> None:
    found = preferences.read("I really love reggae", at(MORNING))
    assert found is not None

    assert kept(found.concept, at(NIGHT, found.concept))
    assert not kept(found.concept, at(NIGHT))


def test_any_text_is_read_and_what_is_offered_can_be_said(preferences: Preferences) -> None:
    context = at(MORNING)

    @given(text=st.text(max_size=300))
    def read(text: str) -> None:
        found = preferences.read(text, context)
        if found is not None:
            assert told(found.concept.meaning) in found.offer

    read()


def test_the_favorite_color_stands_for_itself_in_the_next_request() -> None:
    teal = liking(setting=Setting(capability="color", value="teal"))

    said = likings.spoken_for("set the floor lamp to my favourite colour", at(MORNING, teal))

    assert said == "set the floor lamp to teal"


def test_a_team_is_told_by_its_name() -> None:
    rovers = liking(likes=(("team", "Rovers"),))

    assert likings.spoken_for("did my team win", at(MORNING, rovers)) == "did Rovers win"


def test_a_sentence_of_a_pack_stays_and_gets_the_liking_as_a_slot() -> None:
    game = replace(asked("did my team win", "GameResult"), source=Source.SENTENCE)
    context = at(MORNING, liking(likes=(("team", "Rovers"),)))

    (found,) = likings.with_likings((game,), context, lambda text: ())

    assert found.text == "did my team win"
    assert found.slot("team") == "Rovers"


def test_words_stay_where_nobody_told() -> None:
    text = "set the heating the way i like it"

    assert likings.spoken_for(text, at(MORNING)) == text


def test_the_way_somebody_likes_it_is_the_value_for_this_time_of_day() -> None:
    context = at(NIGHT, degrees(17, when="night"), degrees(21))

    said = likings.spoken_for("set the heating the way i like it", context)

    assert said == "set the heating to 17 degrees"


def test_a_value_left_open_is_filled_and_one_that_was_said_stays() -> None:
    context = at(MORNING, degrees(20.5))
    open_ = asked("set the thermostat", "HassClimateSetTemperature")
    said = asked("set it to 23", "HassClimateSetTemperature", temperature=23)

    assert likings.filled(open_, context).slot("temperature") == 20.5
    assert likings.filled(said, context) == said


def test_the_own_preference_goes_before_the_home_s() -> None:
    context = at(MORNING, degrees(19, person="Anna"), degrees(23), person="Anna")

    assert likings.value("temperature", context) == 19
    assert likings.value("temperature", at(MORNING, degrees(23), person="Ben")) == 23


def test_nobody_s_preference_serves_another_person() -> None:
    context = at(MORNING, degrees(19, person="Anna"), person="Ben")

    assert likings.value("temperature", context) is None


def test_what_holds_at_night_does_not_hold_in_the_morning() -> None:
    assert likings.value("temperature", at(MORNING, degrees(17, when="night"))) is None


@given(st.integers(0, 23))
def test_every_hour_is_a_part_of_the_day(hour: int) -> None:
    found = likings.part_of_day(MORNING.replace(hour=hour))

    assert found in ("morning", "afternoon", "evening", "night")


@given(st.text(max_size=80), st.sampled_from(["Rovers", "a\\1b", "x (y)"]))
def test_whatever_is_liked_can_be_put_into_any_request(text: str, liked: str) -> None:
    context = at(MORNING, liking(likes=(("team", liked),)))

    said = likings.spoken_for(f"{text} my team", context)

    assert said.endswith(liked)
