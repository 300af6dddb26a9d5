"""Benchmarks of understanding: scoring, joined and varied sentences, folds."""

import json
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import ModelError
from export.benchmarks import main
from export.benchmarks.augment import (
    COMMA,
    JOINERS,
    Mixer,
    Values,
    joined,
    kind,
    requests,
    runs,
    swapped,
)
from export.benchmarks.batches import batched
from export.benchmarks.reading import labels_of
from export.benchmarks.report import between
from export.benchmarks.scoring import Figures, Reading, entities, figures
from export.benchmarks.sentences import (
    Sentence,
    normalized,
    read_columns,
    read_slurp,
    sentence,
    spanned,
)
from export.benchmarks.sets import GROUPS, benchmark, folded
from export.tagger.texts import TEXTS

LABELS = ["O", "B-city", "I-city", "B-day", "I-day"]
any_labels = st.lists(st.sampled_from(LABELS), min_size=1, max_size=12)


def well_formed(labels: list[str]) -> tuple[str, ...]:
    """The labels with every I- that continues nothing turned into the B- that it means."""
    made: list[str] = []
    for label in labels:
        continues = made and made[-1][2:] == label[2:] and label[0] == "I"
        made.append(label if label[0] != "I" or continues else f"B-{label[2:]}")
    return tuple(made)


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    labels = well_formed(draw(any_labels))
    words = st.sampled_from(["go", "to", "new", "york", "and", "monday", "8"])
    tokens = draw(st.lists(words, min_size=len(labels), max_size=len(labels)))
    return sentence(tokens, labels, [draw(st.sampled_from(["fly", "ride", "walk"]))])


def test_entities_by_hand_as_conlleval_counts_them() -> None:
    assert entities(["O", "B-city", "I-city", "B-city", "O", "B-day"]) == {
        (1, 3, "city"),
        (3, 4, "city"),
        (5, 6, "day"),
    }
    assert entities(["I-city", "I-city", "O"]) == {(0, 2, "city")}, "an I- may begin a slot"
    assert entities(["B-city", "I-day", "I-day"]) == {(0, 1, "city"), (1, 3, "day")}
    assert entities([]) == set()


def test_figures_by_hand() -> None:
    truth = Reading(("B-city", "I-city", "O", "B-day"), frozenset({"fly"}))
    pairs = [
        (truth, truth),
        (truth, Reading(("B-city", "O", "O", "B-day"), frozenset({"fly"}))),
        (truth, Reading(truth.labels, frozenset({"fly", "ride"}))),
        (Reading(("O",), frozenset({"walk"})), Reading(("B-day",), frozenset({"walk"}))),
    ]

    assert figures(pairs) == Figures(intent=0.75, slot_f1=2 * 5 / (6 + 7), sentence=0.25)


@given(any_labels)
def test_entities_cover_exactly_the_labelled_tokens_and_never_overlap(labels: list[str]) -> None:
    found = sorted(entities(labels))

    covered = [at for start, stop, _ in found for at in range(start, stop)]
    assert covered == [at for at, label in enumerate(labels) if label != "O"]
    assert entities(well_formed(labels)) == set(found)


@given(st.lists(st.tuples(any_labels, any_labels), min_size=1, max_size=6), st.randoms())
def test_order_of_sentences_does_not_change_the_figures(
    rows: list[tuple[list[str], list[str]]], rng: Random
) -> None:
    asked = frozenset({"fly"})
    pairs = [(Reading(tuple(a), asked), Reading(tuple(b), asked)) for a, b in rows]

    assert figures(rng.sample(pairs, len(pairs))) == figures(pairs)
    assert figures([(a, a) for a, _ in pairs]).sentence == 1.0
    assert 0.0 <= figures(pairs).slot_f1 <= 1.0


@given(any_labels)
def test_a_sentence_cut_at_its_slots_is_still_whole(labels: list[str]) -> None:
    made = well_formed(labels)
    cut = runs(made)

    assert [at for start, stop, _ in cut for at in range(start, stop)] == list(range(len(made)))
    assert {(a, b, name) for a, b, name in cut if name} == entities(made)


@given(st.lists(sentences(), min_size=1, max_size=4), st.randoms())
def test_a_joined_sentence_gives_its_parts_back_where_its_labels_say(
    rows: list[Sentence], rng: Random
) -> None:
    whole = joined(rows, rng)

    cut = requests(whole.labels)
    assert [(whole.tokens[a:b], whole.labels[a:b]) for a, b in cut] == [
        (row.tokens, row.labels) for row in rows
    ]
    assert whole.intents == frozenset().union(*(row.intents for row in rows))
    assert whole.labels == well_formed(list(whole.labels))
    assert whole.labels.count("B-join") == len(rows) - 1
    ends, starts = [stop for _, stop in cut[:-1]], [start for start, _ in cut[1:]]
    between_them = [whole.tokens[a:b] for a, b in zip(ends, starts, strict=True)]
    assert between_them[:-1] == [COMMA] * max(0, len(rows) - 2)
    assert all(last in JOINERS for last in between_them[-1:])


@given(st.lists(st.sampled_from([*LABELS, "B-join", "I-join"]), max_size=12))
def test_requests_are_all_that_is_no_join_in_order(labels: list[str]) -> None:
    made = well_formed(labels)
    cut = requests(made)

    inside = [at for start, stop in cut for at in range(start, stop)]
    assert inside == [at for at, label in enumerate(made) if label[2:] != "join"]
    assert all(made[stop][2:] == "join" for _, stop in cut[:-1])


@given(sentences(), st.lists(sentences(), min_size=1, max_size=5), st.randoms())
def test_swapped_values_are_values_of_the_same_slot_and_labels_stay_well_formed(
    row: Sentence, others: list[Sentence], rng: Random
) -> None:
    made = swapped(row, Values(others), rng, share=1.0)

    held: dict[str, set[tuple[str, ...]]] = {}
    for other in others:
        for start, stop, name in entities(other.labels):
            held.setdefault(kind(name), set()).add(other.tokens[start:stop])
    assert made.labels == well_formed(list(made.labels))
    assert made.intents == row.intents
    assert [name for *_, name in runs(made.labels)] == [name for *_, name in runs(row.labels)]
    for (a, b, name), (c, d, _) in zip(runs(made.labels), runs(row.labels), strict=True):
        if name and kind(name) in held:
            assert made.tokens[a:b] in held[kind(name)]
        else:
            assert made.tokens[a:b] == row.tokens[c:d]


def test_slots_of_one_kind_and_titles_of_all_sorts_lend_each_other_their_values() -> None:
    rows = [
        sentence(["to", "oslo"], ["O", "B-toloc.city_name"], ["fly"]),
        sentence(["from", "new", "york"], ["O", "B-fromloc.city_name", "I-fromloc.city_name"], "f"),
        sentence(["play", "help"], ["O", "B-track"], ["play"]),
        sentence(["rate", "dune"], ["O", "B-book"], ["rate"]),
    ]

    def said(row: Sentence, *alike: str) -> set[tuple[str, ...]]:
        values = Values(rows, alike)
        return {swapped(row, values, Random(seed), share=1.0).tokens for seed in range(40)}

    assert said(rows[0]) == {("to", "oslo"), ("to", "new", "york")}
    assert said(rows[2]) == {("play", "help")}
    assert said(rows[2], "track", "book") == {("play", "help"), ("play", "dune")}
    assert said(rows[0], "track", "book") == said(rows[0])


def test_mixed_sentences_have_different_intents_in_their_order_and_all_of_them_as_often() -> None:
    rows = [sentence([name], ["O"], [name]) for name in ["b"] * 50 + ["a", "c"]]
    rows.append(sentence(["never"], ["O"], ["a", "b"]))
    rng = Random(3)
    made = [Mixer(rows, (1, 1, 1)).sentence(rng) for _ in range(600)]

    asked = [[t for t in row.tokens if t in "abc"] for row in made]
    assert all(a == sorted(set(a)) for a in asked)
    assert {len(a) for a in asked} == {1, 2, 3}
    assert not any("never" in row.tokens for row in made)
    often = Counter(name for a in asked for name in a)
    assert max(often.values()) < 1.2 * min(often.values())


@given(st.text("abc' -9", max_size=20), st.integers(0, 20), st.integers(1, 8))
def test_slots_given_as_characters_become_tokens_without_changing_the_cuts(
    text: str, start: int, size: int
) -> None:
    if not normalized([text]):
        return
    made = spanned(text, [(start, start + size, "x")], "i")

    assert made.tokens == spanned(text, [], "i").tokens
    assert "".join(made.tokens) == text.replace(" ", "")
    assert made.labels == well_formed(list(made.labels))
    inside = text[start : start + size].replace(" ", "")
    assert bool(entities(made.labels)) == bool(inside)


@given(st.lists(sentences(), max_size=40), st.integers(1, 7), st.integers(1, 12), st.randoms())
def test_batches_hold_every_sentence_that_fits_and_are_all_full(
    rows: list[Sentence], size: int, longest: int, rng: Random
) -> None:
    batches = batched(rows, size, longest, rng)

    fitting = [row for row in rows if len(row.tokens) <= longest]
    dealt = Counter(row for _, same in batches for row in same)
    assert Counter(fitting) <= dealt
    assert set(dealt) == set(fitting)
    assert sum(dealt.values()) < len(fitting) + size
    assert all(len(same) == size for _, same in batches)
    assert all(len(row.tokens) <= padded <= longest for padded, same in batches for row in same)


def test_annotations_of_slurp_become_slots(tmp_path: Path) -> None:
    row = {
        "annotation": "play [artist_name : The Beatles]'s songs at [time : ten]",
        "scenario": "play",
        "action": "music",
    }
    (tmp_path / "test.jsonl").write_text(json.dumps(row) + "\n")

    (made,) = read_slurp(tmp_path / "test.jsonl")

    assert made.tokens == ("play", "the", "beatles", "'s", "songs", "at", "ten")
    assert made.labels == ("O", "B-artist_name", "I-artist_name", "O", "O", "O", "B-time")
    assert made.intents == {"play_music"}


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["a b", "a, b", "c", "d"]))))
def test_a_fold_never_trains_on_what_it_is_measured_on(rows: list[tuple[int, str]]) -> None:
    made = [(fold, spanned(text, [], "i")) for fold, text in rows]

    train, test = folded(made, 1)

    assert len(test) == sum(fold == 1 for fold, _ in rows)
    measured = {normalized(row.tokens) for row in test}
    assert not measured & {normalized(row.tokens) for row in train}


def test_what_does_not_fit_together_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Sentence(("a", "b"), ("O",), frozenset())
    with pytest.raises(ModelError, match="missing"):
        read_columns(tmp_path)
    for name, text in (("seq.in", "a b\nc"), ("seq.out", "O O\nO"), ("label", "x")):
        (tmp_path / name).write_text(text)
    with pytest.raises(ModelError, match="does not hold"):
        read_columns(tmp_path)
    with pytest.raises(ModelError, match="unknown benchmark 'snip'"):
        main(["snip"])
    with pytest.raises(ValueError, match="no place for atis"):
        between("<!-- atis -->", "atis", "table")


def test_a_table_takes_the_place_between_its_marks() -> None:
    page = "a\n<!-- atis -->\nold\n<!-- end of atis -->\nb"

    assert between(page, "atis", "new") == "a\n<!-- atis -->\nnew\n<!-- end of atis -->\nb"
    assert between(between(page, "atis", "x"), "atis", "old") == page


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the public text sets are not here")
@pytest.mark.parametrize("name", [names[0] for names in GROUPS.values()])
def test_no_benchmark_trains_on_its_test_sentences(name: str) -> None:
    wanted = benchmark(name, TEXTS)
    rows = wanted.epoch(Random(1))

    assert len(rows) > 4_000
    assert len(wanted.test) > 600
    singles = [row for row in rows if len(requests(row.labels)) == 1]
    assert labels_of(singles).intents == wanted.labels.intents
    assert {slot for row in rows for slot in row.labels} <= set(wanted.labels.slots)
    if name in ("slurp", "hwu64-1"):
        measured = {normalized(row.tokens) for row in wanted.test}
        seen = [normalized(row.tokens) in measured for row in rows]
        assert np.mean(seen) < 0.02, "only where a swapped value happens to make one"
