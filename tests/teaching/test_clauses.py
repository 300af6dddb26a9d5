"""Which values of an answer go with which devices; no model, only what it could mark."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from device.events import Value
from device.nlu.crf import bio_transitions
from device.nlu.numbers import spelled
from device.nlu.tagger import Span, marked
from device.nlu.words import Token
from device.teaching.clauses import CLAUSE, Clause, clauses
from device.teaching.saidvalues import AMOUNT, change_of, value_of

LABELS = (
    "amount",
    "power",
    "color",
    "target",
    "area",
    "clause",
    "denied",
    "concept",
    "now",
    "also",
)


def marks(text: str) -> tuple[list[Token], list[Span]]:
    """ "lamp:target at twenty:amount" as tokens and spans."""
    tokens, spans = [], []
    for at, part in enumerate(text.split()):
        word, _, label = part.partition(":")
        tokens.append(Token(text=word, word=at))
        if label:
            spans.append(Span(label=label, start=at, stop=at + 1, confidence=1.0))
    return tokens, spans


def pairs(text: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    found = clauses(*marks(text))
    return [(c.targets, tuple(" ".join(v.words) for v in c.values)) for c in found]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("fifty:amount and blue:color", [((), ("fifty", "blue"))]),
        (
            "lamp:target at twenty:amount and:clause the tv:target off:power",
            [(("lamp",), ("twenty",)), (("tv",), ("off",))],
        ),
        (
            "lamp:target twenty:amount tv:target off:power",
            [(("lamp",), ("twenty",)), (("tv",), ("off",))],
        ),
        (
            "off:power the tv:target twenty:amount the lamp:target",
            [(("tv",), ("off",)), (("lamp",), ("twenty",))],
        ),
        ("the lamp:target and the fan:target off:power", [(("lamp", "fan"), ("off",))]),
        ("off:power the lamp:target and the fan:target", [(("lamp", "fan"), ("off",))]),
        (
            "twenty:amount on the lamp:target the fan:target off:power",
            [(("lamp",), ("twenty",)), (("fan",), ("off",))],
        ),
        (
            "the lamp:target twenty:amount and blue:color ,:clause tv:target off:power",
            [(("lamp",), ("twenty", "blue")), (("tv",), ("off",))],
        ),
        ("the lamp:target ,:clause the fan:target off:power", [(("lamp", "fan"), ("off",))]),
        ("the lamp:target and:clause the fan:target", [(("lamp", "fan"), ())]),
    ],
)
def test_values_go_with_their_devices(
    said: str, found: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> None:
    assert pairs(said) == found


@st.composite
def any_marks(draw: st.DrawFn) -> tuple[list[Token], list[Span]]:
    count = draw(st.integers(0, 14))
    tokens = [Token(text=f"w{at}", word=at) for at in range(count)]
    spans, at = [], 0
    while at < count:
        length = draw(st.integers(1, 3))
        label = draw(st.sampled_from(("", *LABELS)))
        if label:
            stop = min(at + length, count)
            spans.append(Span(label=label, start=at, stop=stop, confidence=1.0))
        at += length
    return tokens, spans


@given(any_marks())
def test_every_value_and_device_is_in_exactly_one_clause(
    given_marks: tuple[list[Token], list[Span]],
) -> None:
    tokens, spans = given_marks

    found = clauses(tokens, spans)

    def all_of(*labels: str) -> Counter[str]:
        return Counter(
            " ".join(t.text for t in tokens[s.start : s.stop]) for s in spans if s.label in labels
        )

    assert Counter(t for c in found for t in c.targets) == all_of("target")
    said = Counter(" ".join(v.words) for c in found for v in c.values)
    assert said == all_of("amount", "power", "color")
    assert Counter(d for c in found for d in c.denied) == all_of("denied")
    assert all(isinstance(c, Clause) for c in found)
    assert any(s.label == CLAUSE for s in spans) or len(found) <= max(1, len(spans))


BIO = ("O", "B-amount", "I-amount", "B-target", "I-target", "B-clause", "I-clause")


@given(
    scores=arrays(
        np.float32,
        st.tuples(st.integers(0, 20), st.just(len(BIO))),
        elements=st.floats(-9, 9, width=32),
    )
)
def test_spans_stand_in_order_and_never_overlap(scores: np.ndarray) -> None:  # type: ignore[type-arg]
    transitions, start = bio_transitions(BIO)

    found = marked(scores, BIO, transitions, start)

    edges = [edge for span in found for edge in (span.start, span.stop)]
    assert edges == sorted(edges)
    assert all(0 <= s.start < s.stop <= len(scores) for s in found)
    assert all(0 <= s.confidence <= 1 for s in found)


@pytest.mark.parametrize(
    ("label", "words", "value"),
    [
        (AMOUNT, "fifty percent", 50),
        (AMOUNT, "two thirds", 67),
        (AMOUNT, "half", 50),
        ("brightness", "bright as possible", 100),
        ("brightness", "dim as possible", 1),
        (AMOUNT, "all the way up", 100),
        ("position", "all the way down", 0),
        ("position", "half closed", 50),
        ("position", "fully closed", 0),
        ("position", "wide open", 100),
        ("position", "30 percent", 30),
        ("fan_speed", "low", 33),
        ("fan_speed", "fast as possible", 100),
        ("color", "light blue", "lightblue"),
        ("color", "reddish", "red"),
        ("color_temperature", "2700 kelvin", 2700),
        ("color_temperature", "warm white", 2700),
        ("target_temperature", "twenty and a half degrees", 20.5),
        ("power", "off", "off"),
        ("lock", "locked", "locked"),
        ("media", "paused", "paused"),
        ("mode", "heating", "heat"),
        (AMOUNT, "something", None),
        ("color", "gloomy", None),
    ],
)
def test_words_are_read_as_values(label: str, words: str, value: Value | None) -> None:
    assert value_of(label, words.split()) == value


@given(st.integers(0, 100))
def test_a_percentage_is_the_same_in_digits_and_in_words(percent: int) -> None:
    assert value_of(AMOUNT, [*spelled(percent).split(), "percent"]) == percent
    assert value_of(AMOUNT, [str(percent), "%"]) == percent


@pytest.mark.parametrize(
    ("words", "of", "up"),
    [
        ("brighter", "brightness", True),
        ("a bit dimmer", "brightness", False),
        ("less bright", "brightness", False),
        ("warmer", "warmth", True),
        ("a little cooler", "warmth", False),
        ("louder", "volume", True),
        ("down", "", False),
        ("20 percent more", "", True),
    ],
)
def test_words_are_read_as_changes(words: str, of: str, up: bool) -> None:
    found = change_of(words.split())

    assert found is not None
    assert found.of == of
    assert (found.size if found.size is not None else found.share) > 0 if up else True
    assert up or (found.size if found.size is not None else found.share) < 0


def test_a_bit_is_less_than_a_lot() -> None:
    little, plain, much = (change_of(t.split()) for t in ("a bit warmer", "warmer", "a lot warmer"))

    assert little is not None
    assert plain is not None
    assert much is not None
    assert 0 < little.share < plain.share < much.share


def test_what_changes_nothing_is_no_change() -> None:
    assert change_of(["purple"]) is None
