"""Names that nobody has taught are heard inside sentences that are known, and only there."""

from functools import cache

import pytest
from hassil.intents import Intents
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.decoder import Decoder
from device.asr.graph import Graph
from device.asr.homegrammar import HomeGrammar
from device.asr.language import likeliest, load_general
from device.asr.lexicon import shared_lexicon
from device.asr.trees import Pronouncer
from device.asr.vocabulary import name_words
from device.context import Device, Home
from device.nlu.templates import NO_SENTENCES, Sentences
from tests.asr.spoken import labels_of, log_probs

HOME = Home(devices=(Device(id="1", name="Reading lamp", room=None, kind="light"),))
RARE = ("harvest", "orchestra", "night", "knight")
"""Words besides those that names are usually made of."""
PRONOUNCER = Pronouncer(shared_lexicon().pronounce)
DISTINCT = sorted({PRONOUNCER.sounds(word): word for word in reversed(name_words())}.values())


@cache
def graph() -> Graph:
    sentences = ["set [the] {name} to ({unknown}|{brightness} percent|{color})"]
    table = {
        "language": "en",
        "intents": {"Set": {"data": [{"sentences": sentences}]}},
        "lists": {
            "unknown": {"wildcard": True},
            "brightness": {"range": {"from": 0, "to": 100}},
            "color": {"values": ["red", "blue"]},
        },
    }
    own = Sentences(intents=Intents.from_dict(table), files=())
    pronounce = shared_lexicon().pronounce
    return HomeGrammar(NO_SENTENCES, own, pronounce=pronounce, words=RARE).graph(HOME)


def heard(text: str) -> str:
    decoder = Decoder(graph())
    decoder.feed(log_probs(labels_of(text.split())))
    best = decoder.finish(1)
    return " ".join(decoder.texts(best[0])) if best else ""


@settings(max_examples=15)
@given(words=st.lists(st.sampled_from(DISTINCT), min_size=1, max_size=3))
def test_a_few_usual_words_in_the_place_of_a_value_are_heard_as_they_sound(
    words: list[str],
) -> None:
    text = f"set the reading lamp to {' '.join(words)}"

    found = heard(text)

    assert found.startswith("set the reading lamp to ")
    assert _sounds(found) & _sounds(text)


def _sounds(text: str) -> set[tuple[int, ...]]:
    """Every way to say a whole text, as sounds in a row."""
    ways: set[tuple[int, ...]] = {()}
    for word in text.split():
        ways = {before + way for before in ways for way in PRONOUNCER.sounds(word)}
    return ways


@pytest.mark.parametrize("name", ["orchestra", "harvest orchestra", "harvest night"])
def test_words_of_the_language_model_make_names_too(name: str) -> None:
    assert heard(f"set the reading lamp to {name}") == f"set the reading lamp to {name}"


def test_of_two_words_that_are_said_alike_the_likelier_one_is_written() -> None:
    assert "night" in graph().words
    assert "knight" not in graph().words


@pytest.mark.parametrize("value", ["red", "blue", "16 percent", "60 percent"])
def test_a_known_value_is_never_taken_for_a_name(value: str) -> None:
    said = {"16": "sixteen", "60": "sixty"}
    text = " ".join(said.get(word, word) for word in value.split())

    assert heard(f"set the reading lamp to {text}") == f"set the reading lamp to {value}"


def test_the_likeliest_words_of_the_shipped_model_can_all_be_said() -> None:
    words = likeliest(load_general(), 300)

    assert len(words) == 300
    assert all(PRONOUNCER.sounds(word) for word in words)
    assert {"light", "music", "playlist"} <= set(words)
