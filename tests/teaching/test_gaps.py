"""What is not understood is found, what is understood is left alone; with the shipped models."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context
from device.effects import Notebook
from device.errors import ModelError
from device.events import Hypothesis, Request, Slot, Word
from device.models import SHIPPED, Array, Manifest, Model, load
from device.nlu.embedding import WordTable, load_table
from device.nlu.names import ARTICLES
from device.nlu.understanding import Understanding
from device.nlu.words import plain, tokenize
from device.teaching.evidence import FEATURES, Witness
from device.teaching.gap import Diagnosis, Lacks, Verdict
from device.teaching.gaps import Gaps
from simulator.homefile import furnished_home
from simulator.homes import random_home

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
HOME = furnished_home()
CONTEXT = Context(home=HOME, room="Living Room", now=NOW, notebook=Notebook())


@cache
def table() -> WordTable:
    settings = load("gap").manifest.settings
    return load_table(SHIPPED, settings["table"], settings["table_sha256"])


@cache
def gaps() -> Gaps:
    return Gaps(load("gap"), table())


@cache
def understanding() -> Understanding:
    return Understanding(
        tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
    )


def diagnosed(
    text: str, context: Context = CONTEXT, confidences: Sequence[float] = ()
) -> list[Diagnosis]:
    words = tuple(
        Word(text=w, start_ms=0, end_ms=0, confidence=c)
        for w, c in zip(text.split(), confidences, strict=False)
    )
    score = float(np.mean(confidences)) if confidences else 1.0
    heard = Hypothesis(text=text, score=score, words=words)
    asked = understanding().understand([heard], context).requests
    return [gaps().diagnose(request, context, heard) for request in asked]


def gap_of(text: str, context: Context = CONTEXT) -> tuple[str, Lacks] | None:
    found = [d.gap for d in diagnosed(text, context) if d.gap is not None]
    return (found[0].words, found[0].lacks) if found else None


def taught(*names: str) -> Context:
    meaning = Meaning(settings=(Setting(capability="brightness", value=30),))
    concepts = tuple(Concept(name=n, kind=Kind.ENTITY, meaning=meaning, at=NOW) for n in names)
    return replace(CONTEXT, taught=concepts)


@pytest.mark.parametrize(
    ("text", "words", "lacks"),
    [
        ("set the kitchen light to otter mode", "otter mode", Lacks.SETTING),
        ("put the bedroom lights in jellyfish mode please", "jellyfish mode", Lacks.SETTING),
        ("make the bedroom cozy", "cozy", Lacks.SETTING),
        ("turn off the tinkering corner", "tinkering corner", Lacks.DEVICES),
        ("dim the lights in the wigwam", "wigwam", Lacks.PLACE),
        ("open the shutters in the den of iniquity", "den of iniquity", Lacks.PLACE),
        ("set the star lamp to whale song", "whale song", Lacks.SETTING),
    ],
)
def test_the_words_that_are_not_understood_are_found(text: str, words: str, lacks: Lacks) -> None:
    assert gap_of(text) == (words, lacks)


@pytest.mark.parametrize(
    "text",
    [
        "turn on the kitchen light",
        "set the living room light to 40 percent",
        "set the office light to blue",
        "set the ceiling light in the office to warm white",
        "dim the bedroom lights",
        "turn on movie night",
        "add milk to the shopping list",
        "set a timer for ten minutes",
        "what's the weather tomorrow",
    ],
)
def test_what_is_understood_is_no_gap(text: str) -> None:
    assert [d.verdict for d in diagnosed(text)] == [Verdict.CLEAR]


@pytest.mark.parametrize(
    "text",
    [
        "order a large pizza with mushrooms",
        "book a table for two at the italian restaurant",
        "who is the president of brazil",
        "call my sister and tell her that i am late",
    ],
)
def test_what_no_device_does_gets_no_lesson(text: str) -> None:
    assert {d.verdict for d in diagnosed(text)} <= {Verdict.BEYOND, Verdict.CLEAR}


@pytest.mark.parametrize(
    "text",
    [
        "turn the fan to uh oh forget about it",
        "put the bedroom lights on hmm no leave it",
        "make the kitchen er i changed my mind",
    ],
)
def test_who_breaks_off_gets_no_lesson(text: str) -> None:
    assert {d.verdict for d in diagnosed(text)} == {Verdict.GIVEN_UP}


@pytest.mark.parametrize("text", ["mm uh the hmm", "bla la the um to", "er mm hm"])
def test_mumbling_gets_no_lesson(text: str) -> None:
    found = diagnosed(text, confidences=[0.2] * len(text.split()))

    assert found
    assert not [d for d in found if d.gap is not None]


def test_nothing_at_all_should_be_said_again() -> None:
    nothing = Request(text="...", span=((0, 1),), domain="", intent="", slots=(), confidence=0.0)
    silence = replace(nothing, text="")

    assert gaps().diagnose(silence, CONTEXT).verdict is Verdict.MISHEARD
    assert gaps().diagnose(nothing, CONTEXT).gap is None


def test_what_was_taught_is_no_gap_any_more_and_other_words_still_are() -> None:
    asked = "set the kitchen light to otter mode"

    assert gap_of(asked) is not None
    assert gap_of(asked, taught("otter mode")) is None
    assert gap_of(asked, taught("badger mode")) == ("otter mode", Lacks.SETTING)


def test_the_request_that_has_a_gap_is_told_from_the_one_beside_it() -> None:
    found = diagnosed("turn on the fan and set the kitchen light to otter mode")

    assert [d.gap and d.gap.words for d in found] == [None, "otter mode"]


def test_a_request_far_longer_than_the_model_is_read_whole() -> None:
    request = Request(
        text="please " * 300 + "set the kitchen light to otter mode",
        span=((0, 307),),
        domain="light",
        intent="HassLightSet",
        slots=(Slot(name="name", value="Kitchen light", text="kitchen light"),),
        confidence=0.9,
    )

    assert gaps().diagnose(request, CONTEXT).confidence > 0.0


WORDS = st.sampled_from(
    str.split(
        "set turn on off the my to in please kitchen light lights blue 40 percent otter mode cozy "
        "corner wibble , um never mind bedroom movie night den's like a cave 5-minute ... \u00e9"
    )
)
TEXTS = st.one_of(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), st.text(max_size=60))


class Guessing(Model):
    """A model that answers anything at all: what it says must do no harm."""

    def __init__(self, seed: int) -> None:
        self.manifest: Manifest = load("gap").manifest
        self._random = np.random.default_rng(seed)

    def run(self, arrays: Sequence[Array]) -> list[Array]:
        shapes = [tensor.shape for tensor in self.manifest.outputs]
        return [self._random.normal(0, 6, shape).astype(np.float32) for shape in shapes]


@given(text=TEXTS, spoken=st.booleans(), seed=st.integers(0, 3), guess=st.integers(0, 99))
def test_a_gap_is_a_stretch_of_the_request_and_never_only_what_is_known(
    text: str, spoken: bool, seed: int, guess: int
) -> None:
    home = HOME if seed == 0 else random_home(Random(seed))
    context = replace(CONTEXT, home=home, taught=taught("otter mode").taught)
    heard = Hypothesis(text=text, score=1.0)
    known = {plain(n) for d in home.devices for n in (d.name, *d.aliases)}
    known |= {plain(n) for r in home.rooms for n in (r.name, *r.aliases)}
    finder = gaps() if guess < 20 else Gaps(Guessing(guess), table())

    for request in understanding().understand([heard], context).requests:
        found = finder.diagnose(request, context, heard if spoken else None)

        assert 0.0 <= found.confidence <= 1.0
        assert (found.verdict is Verdict.GAP) == (found.gap is not None)
        if found.gap is not None:
            said = [t.text for t in tokenize(request.text) if not t.mark]
            words = [t.text for t in tokenize(found.gap.words) if not t.mark]
            assert words
            assert any(said[i : i + len(words)] == words for i in range(len(said)))
            assert words[0] not in ARTICLES
            assert "otter mode" not in " ".join(words)
            assert plain(found.gap.words) not in known | {"40 percent", "blue"}


@given(text=TEXTS, confidence=st.floats(0, 1), seed=st.integers(0, 2))
def test_evidence_is_between_nothing_and_certainty(text: str, confidence: float, seed: int) -> None:
    home = HOME if seed == 0 else random_home(Random(seed))
    context = replace(CONTEXT, home=home)
    words = tuple(Word(text=w, start_ms=0, end_ms=1, confidence=confidence) for w in text.split())
    heard = Hypothesis(text=text, score=confidence, words=words)

    for request in understanding().understand([heard], context).requests:
        seen = Witness(table()).evidence(request, context, heard)

        assert seen.features.shape == (len(seen.tokens), len(FEATURES))
        assert seen.known.shape == seen.taught.shape == (len(seen.tokens),)
        assert (seen.features >= 0.0).all()
        assert (seen.features <= 1.0).all()


def test_evidence_tells_names_values_and_how_surely_a_word_was_heard() -> None:
    text = "set the kitchen light to 40 percent"
    words = tuple(
        Word(text=w, start_ms=0, end_ms=1, confidence=c / 10) for c, w in enumerate(text.split())
    )
    heard = Hypothesis(text=text, score=0.5, words=words)
    request = understanding().understand([heard], CONTEXT).requests[0]

    seen = Witness(table()).evidence(request, CONTEXT, heard)

    at = FEATURES.index
    assert seen.features[:, at("heard_confidence")].tolist() == pytest.approx(
        [c / 10 for c in range(7)]
    )
    assert seen.known.tolist() == [False, False, True, True, False, True, True]
    assert seen.features[2:4, at("slot_name")].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("what", ["features", "verdicts"])
def test_a_model_that_was_made_for_another_version_is_refused(what: str) -> None:
    other = Guessing(0)
    settings = {**other.manifest.settings, what: ["something else"]}
    other.manifest = structs.replace(other.manifest, settings=settings)

    with pytest.raises(ModelError, match=f"other {what}"):
        Gaps(other, table())


def test_int8_loses_little_and_strangers_are_seldom_asked() -> None:
    manifest = load("gap").manifest
    metrics = manifest.metrics

    assert metrics["span_f1_float"] - metrics["span_f1_int8"] < 0.02
    assert metrics["ece_int8"] < 0.05
    assert metrics["offers_per_1000_int8"] <= 5.0
    assert (SHIPPED / manifest.file).stat().st_size < 250_000
