"""Sound goes in, sentences come out: the shipped acoustic model, real words, synthetic talkers."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hassil.intents import Intents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from device.asr.acoustic import AcousticModel, Form, acoustic_model
from device.asr.freewords import FreeWords, free_words
from device.asr.graph import Graph
from device.asr.homegrammar import HomeGrammar
from device.asr.language import load_general
from device.asr.lexicon import shared_lexicon
from device.asr.phonemes import LABELS
from device.asr.recognizer import MOST_STEPS, Recognizer
from device.asr.settings import Trust
from device.context import Device, Home, Room
from device.events import FRAME_BYTES, AudioFrame
from device.models import load
from device.nlu.templates import NO_SENTENCES, Sentences, builtin_sentences, load_sentences
from simulator.voices import Voice, engines, speak


def device(name: str, room: str, kind: str) -> Device:
    return Device(id=name, name=name, room=room, kind=kind)


HOME = Home(
    rooms=(Room(name="Kitchen"), Room(name="Bedroom")),
    devices=(
        device("Kitchen light", "Kitchen", "light"),
        device("Fan", "Kitchen", "fan"),
        device("Bedroom thermostat", "Bedroom", "climate"),
    ),
)
GRAMMAR = HomeGrammar(builtin_sentences(), pronounce=shared_lexicon().pronounce)


@cache
def recognizer() -> Recognizer:
    return Recognizer(acoustic_model(load("acoustic")), GRAMMAR.graph(HOME))


@cache
def said(text: str, voice: Voice) -> bytes:
    quiet = np.zeros(4_000, np.int16)
    sound = np.concatenate([quiet, speak(text, voice), quiet])
    return bytes(sound.astype("<i2").tobytes())


RMS = Voice(engine="flite", name="rms")
needs_flite = pytest.mark.skipif("flite" not in engines(), reason="flite is not installed")


@needs_flite
def test_a_spoken_request_is_heard() -> None:
    recognizer().feed(said("set a timer for five minutes", RMS))

    best, *others = recognizer().finish()

    assert best.text in ("set a timer for 5 minutes", "set the timer for 5 minutes")
    assert [word.text for word in best.words] == best.text.split()
    assert all(best.score >= other.score for other in others)
    assert 0.0 < best.score <= 1.0
    assert all(0.0 <= word.confidence <= 1.0 for word in best.words)
    length_ms = len(said("set a timer for five minutes", RMS)) // 32
    assert all(0 <= word.start_ms <= word.end_ms <= length_ms + 90 for word in best.words)


@needs_flite
def test_things_on_a_list_are_heard_with_each_word_in_its_time() -> None:
    recognizer().feed(said("add paper towels and orange juice to my shopping list", RMS))

    best = recognizer().finish()[0]

    assert best.text.startswith("add paper tow")
    assert best.text.endswith("and orange juice to my shopping list")
    assert [word.text for word in best.words] == best.text.split()
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(best.words))


@needs_flite
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(cuts=st.lists(st.integers(0, 40_000), max_size=5).map(sorted))
def test_it_does_not_matter_how_the_sound_is_cut(cuts: list[int]) -> None:
    sound = said("turn on the kitchen light", RMS)
    edges = [0, *(2 * min(cut, len(sound) // 2) for cut in cuts), len(sound)]
    hears = recognizer()

    hears.feed(sound)
    whole = hears.finish()
    for first, last in pairwise(edges):
        hears.feed(sound[first:last])

    assert hears.finish() == whole


@needs_flite
def test_frames_are_heard_like_bytes_and_partial_results_grow() -> None:
    sound = said("turn on the kitchen light", RMS)
    sound += bytes(-len(sound) % FRAME_BYTES)
    hears = recognizer()
    hears.feed(sound)
    whole = hears.finish()
    seen: list[str] = []

    for at in range(0, len(sound), FRAME_BYTES):
        hears.feed(AudioFrame(pcm=sound[at : at + FRAME_BYTES], start_ms=at // 32))
        if hears.partial() not in seen:
            seen.append(hears.partial())

    assert hears.finish() == whole
    assert "turn on the" in seen


@needs_flite
def test_a_name_made_up_a_second_ago_is_heard() -> None:
    lamp = Device(id="z", name="Zogbert's lamp", room=None, kind="light")
    changed = Home(rooms=HOME.rooms, devices=(*HOME.devices, lamp))
    hears = Recognizer(acoustic_model(load("acoustic")), GRAMMAR.graph(HOME))

    hears.use(GRAMMAR.graph(changed))
    hears.feed(said("turn on zogbert's lamp", RMS))

    assert "zogbert's lamp" in hears.finish()[0].text


@needs_flite
def test_the_owners_own_sentences_are_heard(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("sentences") / "counter.yaml"
    file.write_text(
        """
language: en
intents:
  Order:
    data:
      - sentences: ["[i would like] (a|one) {size} {drink} [with <milk>] [to go]"]
lists:
  size: {values: [small, medium, {in: "(large|big)", out: big}]}
  drink: {values: [espresso, latte, mocha, coffee]}
expansion_rules:
  milk: "(oat|soy|whole) milk"
"""
    )
    custom = load_sentences([file])
    alone = HomeGrammar(NO_SENTENCES, custom, pronounce=shared_lexicon().pronounce)
    hears = Recognizer(acoustic_model(load("acoustic")), alone.graph(Home()))

    hears.feed(said("a large mocha with soy milk", RMS))

    assert hears.finish()[0].text == "a large mocha with soy milk"


@cache
def words() -> FreeWords:
    return free_words(load_general(), HOME)


@cache
def alone() -> Graph:
    """What somebody can say who has nothing but a gate."""
    gate = Home(devices=(device("Gate", "Kitchen", "cover"),))
    file = {
        "language": "en",
        "intents": {"Move": {"data": [{"sentences": ["(open|close) {name}"]}]}},
    }
    sentences = Sentences(intents=Intents.from_dict(file), files=())
    return HomeGrammar(NO_SENTENCES, sentences, pronounce=shared_lexicon().pronounce).graph(gate)


def never() -> FreeWords:
    raise AssertionError("nobody needs free words for this")


@needs_flite
def test_speech_outside_the_graph_is_written_down_and_not_forced_into_it() -> None:
    hears = Recognizer(acoustic_model(load("acoustic")), alone(), free=words)
    hears.feed(said("set a timer for five minutes", RMS))

    best, *others = hears.finish()

    assert best.text == "set a timer for five minutes"
    assert [word.text for word in best.words] == best.text.split()
    assert all(other.score < best.score for other in others)
    assert all(other.score < 0.01 for other in others if other.text in ("open gate", "close gate"))


@needs_flite
def test_free_words_are_not_even_looked_for_where_the_graph_fits_well() -> None:
    hears = Recognizer(acoustic_model(load("acoustic")), GRAMMAR.graph(HOME), free=never)
    hears.feed(said("turn on the kitchen light", RMS))

    assert hears.finish()[0].text == "turn on the kitchen light"


@needs_flite
def test_an_open_question_is_answered_in_any_words_and_the_next_request_is_one_again() -> None:
    hears = Recognizer(acoustic_model(load("acoustic")), GRAMMAR.graph(HOME), free=words)

    hears.reset(openly=True)
    hears.feed(said("peanut butter", RMS))
    answer = hears.finish()
    hears.feed(said("turn on the kitchen light", RMS))

    assert answer[0].text == "peanut butter"
    assert hears.finish()[0].text == "turn on the kitchen light"


@needs_flite
def test_a_request_goes_before_free_words_that_say_the_same() -> None:
    hears = Recognizer(acoustic_model(load("acoustic")), GRAMMAR.graph(HOME), free=words)

    hears.reset(openly=True)
    hears.feed(said("set a timer for five minutes", RMS))
    texts = [hypothesis.text for hypothesis in hears.finish()]

    assert any("5 minutes" in text for text in texts)
    assert "set a timer for five minutes" not in texts


@needs_flite
def test_while_free_words_are_being_put_together_the_graph_is_all_there_is() -> None:
    foreign = said("set a timer for five minutes", RMS)
    without = Recognizer(acoustic_model(load("acoustic")), alone())
    unready = Recognizer(acoustic_model(load("acoustic")), alone(), free=lambda: None)

    for hears in (without, unready):
        hears.feed(foreign)

    assert unready.finish() == without.finish()


def test_of_an_endless_utterance_no_more_than_a_minute_is_kept() -> None:
    def babble(inputs: Sequence[np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
        return [np.zeros((1, len(LABELS)), np.float32)]

    mute = AcousticModel(babble, Form(lookahead_steps=0, states=()))
    hears = Recognizer(mute, alone(), free=never)
    for _ in range(7):
        hears.feed(bytes(2 * 16_000 * 10))
    hears.finish()

    assert len(hears.sounds().log_probs) == MOST_STEPS


@needs_flite
def test_a_word_is_believed_as_much_as_all_hypotheses_that_have_it() -> None:
    # With a slope of nothing every sound fits alike; what is left is the share of the hypotheses.
    sceptic = Recognizer(
        acoustic_model(load("acoustic")), GRAMMAR.graph(HOME), trust=Trust(word_slope=0.0)
    )
    sceptic.feed(said("turn on the kitchen light", RMS))

    best, *others = sceptic.finish()

    shared = {word.text for word in best.words}.intersection(
        *({word.text for word in other.words} for other in others)
    )
    own = [word.confidence for word in best.words if word.text not in shared]
    both = [word.confidence for word in best.words if word.text in shared]
    assert both, "some word is in all of them"
    assert own, "some word is not"
    assert both == pytest.approx([0.5] * len(both))
    assert max(own) < 0.5


def test_silence_is_not_heard_as_a_request() -> None:
    recognizer().feed(bytes(2 * 16_000))

    assert all(hypothesis.score < 0.3 for hypothesis in recognizer().finish())


def test_no_sound_gives_nothing() -> None:
    assert recognizer().finish() == ()


@needs_flite
def test_speech_that_nothing_here_can_say_gets_a_low_score() -> None:
    text = "the early history of geology is a slow gathering of scattered facts"
    recognizer().feed(said(text, RMS))
    foreign = max((h.score for h in recognizer().finish()), default=0.0)
    recognizer().feed(said("turn on the kitchen light", RMS))
    ours = recognizer().finish()[0].score

    assert foreign < 0.3
    assert foreign < ours
