"""The answers that the model of definitions learns from mean what they say."""

from random import Random

import pytest

from device.nlu.tagger import Span
from device.nlu.words import Token, tokenize
from device.teaching.answer import Scope
from device.teaching.answerwords import content
from device.teaching.clauses import ALSO, clauses
from device.teaching.definitions import Reader
from export.tagger import spans as bio_spans
from export.tagger.texts import TEXTS
from export.teaching.concept.grammar import Piece, expand, filled, lines, texts
from export.teaching.concept.rows import Example, examples, words_of
from export.teaching.texts import key

EXAMPLES = (
    "study mode",
    "umm, never mind",
    "too dark in here",
    "dark in here",
    "I can't see anything",
    "I can't see a thing",
    "I usually study at night",
    "setting the light to 50% brightness",
    "Warriors",
    "I like it warm in the morning",
    "Did I get that right",
)

shared = pytest.mark.skipif(not TEXTS.is_dir(), reason="the shared text is not there")


@pytest.fixture(scope="module")
def drawn() -> list[Example]:
    return examples(500, 77, "train", TEXTS, homes=25)


@shared
def test_what_is_labelled_is_what_is_meant(drawn: list[Example]) -> None:
    """Read from perfect marks; what differs is doubtful to people as well."""
    clear = [e for e in drawn if e.drawn.meaning is not None]

    right = [e for e in clear if _as_read(e) == e.drawn.meaning.json()]  # type: ignore[union-attr]

    assert len(clear) > 150
    assert len(right) / len(clear) > 0.95


def _as_read(row: Example) -> dict[str, object] | None:
    at, said = row.drawn.scene, row.drawn
    tokens = [Token(text=text, word=i) for i, text in enumerate(row.tokens)]
    marks = [
        Span(label=label, start=a, stop=b, confidence=1.0)
        for a, b, label in sorted(bio_spans(row.labels))
    ]
    instead = said.scope is Scope.NO and not any(m.label == ALSO for m in marks)
    reader = Reader(at.gap, at.context, at.about, said.proposed)
    meaning, _ = reader.read(clauses(tokens, marks), instead=instead)
    return None if meaning is None else meaning.json()


@shared
def test_the_words_are_those_that_the_speaker_reads(drawn: list[Example]) -> None:
    same = [e for e in drawn if [t.text for t in content(tokenize(e.text))] == [*e.tokens]]

    assert len(same) / len(drawn) > 0.98


@shared
@pytest.mark.parametrize("example", EXAMPLES)
def test_no_example_of_the_issue_is_an_answer(example: str, drawn: list[Example]) -> None:
    letters = key(example)

    assert not [e.text for e in drawn if letters in key(e.text)]
    assert not [e for e in drawn if letters in key(e.drawn.scene.gap.words)]


@shared
def test_the_same_seed_draws_the_same(drawn: list[Example]) -> None:
    again = examples(20, 77, "train", TEXTS, homes=25)

    assert [e.text for e in again] == [e.text for e in drawn[:20]]
    assert {e.drawn.scope for e in drawn} == {*Scope}


def test_whole_lines_are_kept_from_training() -> None:
    table = texts("definitions")
    checked = 0
    for found in table.values():
        if isinstance(found, list) and len(found) > 20:
            learned, kept = {*lines(found, "train")}, {*lines(found, "test")}
            assert learned | kept == {*found}
            assert kept
            assert not learned & kept
            checked += 1
    assert checked > 3


def test_choices_are_made_and_places_filled() -> None:
    rng = Random(1)

    made = {expand("(set|put) it [please] to {v}", rng) for _ in range(60)}
    pieces = filled("put it to {v} now", {"v": [Piece("fifty", "amount")]})
    tokens, labels = words_of(pieces)

    assert made == {f"{a} it{b} to {{v}}" for a in ("set", "put") for b in ("", " please")}
    assert tokens == ["put", "it", "to", "fifty", "now"]
    assert labels == ["O", "O", "O", "B-amount", "O"]
