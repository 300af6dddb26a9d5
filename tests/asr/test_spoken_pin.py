"""A PIN can be heard where the owner set one, digit by digit and in pairs."""

import pytest

from device.asr.decoder import Decoder
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import Lexicon
from device.asr.taught import NOTHING_TAUGHT
from device.edges.store import SqliteStore
from device.events import Hypothesis
from device.nlu.digits import readings, words_of
from device.nlu.templates import NO_SENTENCES, answer_sentences
from device.routing.pin import Attempt, Pin, Said
from simulator.homefile import furnished_home
from tests.asr.spoken import labels_of, log_probs

GRAPH = HomeGrammar(
    NO_SENTENCES,
    NO_SENTENCES,
    pronounce=Lexicon(NOTHING_TAUGHT).pronounce,
    answers=answer_sentences(pin=True),
).graph(furnished_home())


def heard(text: str) -> str:
    decoder = Decoder(GRAPH)
    decoder.feed(log_probs(labels_of(text.split())))
    best = decoder.finish(1)
    return " ".join(decoder.texts(best[0])) if best else ""


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("eight three five two", "8352"),
        ("twelve thirty four", "1234"),
        ("oh nine seven six one", "09761"),
        ("the pin is one two three four five six", "123456"),
        ("nineteen eighty four", "1984"),
    ],
)
def test_a_spoken_pin_is_heard_and_right(text: str, pin: str) -> None:
    one = Pin(pin, SqliteStore(None), now_ms=0)

    _, answer = one.hide((Hypothesis(text=heard(text), score=1.0),), awaited=True)

    assert answer is not None
    assert one.attempt(answer, now_ms=0) == Attempt(said=Said.RIGHT)


@pytest.mark.parametrize("text", ["yes", "no", "cancel"])
def test_the_other_answers_are_still_heard(text: str) -> None:
    assert heard(text) == text
    assert readings(words_of(heard(text))) == ()
