"""Catalogues: labels that are never wrong, the same for the same seed; and their measures."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from export.routing.catalogue import MOST_NEEDS, MOST_SERVING, Catalogue, catalogue, loose
from export.routing.corpus import UNKNOWN, Corpus, corpus_of
from export.routing.grasp import Grasp, words_of
from export.routing.metrics import (
    auroc,
    best_threshold,
    calibration_error,
    counted,
    holding,
    listed,
    recall_at,
    top1,
)
from export.routing.needs import LEFT_OUT, SAME, need_of
from export.routing.report import Drawn, difference, gain
from export.routing.requests import Asked, Part, public_requests
from export.tagger.texts import TEXTS

NEEDS = 24
PARTS: tuple[tuple[Part, int], ...] = (("train", 60), ("dev", 3), ("test", 4))


def small_corpus() -> Corpus:
    """Sentences that say nothing but what they ask for; two needs stand in several sets."""
    named = ["set an alarm", "stop", *(f"need {i}" for i in range(NEEDS - 2))]
    rows = [
        Asked(f"{part} {n} please {need.replace(' ', '')}", need, part)
        for need in named
        for part, count in PARTS
        for n in range(count)
    ]
    return corpus_of(rows, ["who knows", "nobody"], ["out"], ["side"])


CORPUS = small_corpus()
VECTORS = np.random.default_rng(1).standard_normal((len(CORPUS.texts), 8)).astype(np.float32)


def drawn(shared: float = 0.5, seed: int = 1) -> Catalogue:
    return catalogue(CORPUS, VECTORS, shared=shared, seed=seed)


@settings(max_examples=12, deadline=None)
@given(shared=st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.0]), seed=st.integers(0, 99))
def test_every_label_is_right_and_every_need_is_served(shared: float, seed: int) -> None:
    made = drawn(shared, seed)
    serving = made.serves.sum(axis=0)

    assert (serving >= 1).all()
    assert (serving <= MOST_SERVING).all()
    assert (made.serves.sum(axis=1) >= 1).all()
    assert (made.serves.sum(axis=1) <= MOST_NEEDS).all()
    for some in (made.train, made.dev, made.test):
        assert len(some)
        assert made.serves[some.label, some.need].all()
        assert (CORPUS.need[some.at] == some.need).all()
    assert (made.withheld.label == UNKNOWN).all()
    assert abs(made.shared(made.train) - shared) <= 1 / NEEDS
    assert (made.truth(made.test).sum(axis=1) == serving[made.test.need]).all()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 99))
def test_no_sentence_is_in_two_places(seed: int) -> None:
    made = drawn(seed=seed)
    samples = {i for some in made.samples for i in some}
    places = [
        samples,
        *(set(some.at.tolist()) for some in (made.train, made.withheld, made.dev, made.test)),
    ]

    assert all(places)
    assert sum(map(len, places)) == len(set().union(*places))
    for row, some in zip(made.serves, made.samples, strict=True):
        assert set(CORPUS.need[list(some)]) == set(np.flatnonzero(row))


def test_the_same_seed_draws_the_same_catalogue_and_another_one_another() -> None:
    one, same, other = drawn(seed=4), drawn(seed=4), drawn(seed=5)

    assert (one.serves == same.serves).all()
    assert (one.train.label == same.train.label).all()
    assert (one.chosen == same.chosen).all()
    assert one.samples == same.samples
    assert one.serves.shape != other.serves.shape or (one.serves != other.serves).any()


def test_owners_use_the_skills_that_they_chose_more_often_than_chance() -> None:
    made = drawn(shared=1.0, seed=2)
    serving = made.truth(made.train)
    has = np.zeros_like(serving)
    for row, owner in enumerate(made.train.owner):
        mine = made.chosen[owner]
        has[row, mine[mine != UNKNOWN]] = True
    able = (serving & has).any(axis=1) & (serving & ~has).any(axis=1)
    used = has[np.arange(len(has)), made.train.label]
    by_chance = (serving & has).sum(axis=1) / serving.sum(axis=1)

    assert able.sum() > 50
    assert used[able].mean() > by_chance[able].mean() + 0.1


def test_requests_without_a_label_come_from_owners_and_ask_for_nobody_knows_what() -> None:
    some = loose(CORPUS, 7, 1)

    assert [CORPUS.texts[i] for i in sorted(some.at)] == ["who knows", "nobody"]
    assert (some.need == UNKNOWN).all()
    assert not drawn().truth(some).any()


def test_a_skill_grasps_what_its_samples_say_and_nothing_of_what_they_do_not() -> None:
    texts = ["make an elephant sound", "play some jazz", "make an elephant sound", "play a tiger"]
    grasp = Grasp(words_of(texts), [[0], [1]])

    sure, known = grasp.of(np.array([2, 3]), np.array([[0, 1], [1, 0]]))

    assert sure[0].tolist() == pytest.approx([1.0, 0.0], abs=1e-3)
    assert known[0].tolist() == pytest.approx([1.0, 0.0], abs=1e-3)
    assert 0 < known[1, 0] < 1
    assert known[1, 1] == 0


def test_no_intent_of_a_public_set_stands_in_two_needs() -> None:
    named = [intent for intents in SAME.values() for intent in intents]

    assert len(named) == len(set(named))
    assert not LEFT_OUT & set(named)
    assert need_of("clinc150", "alarm") == need_of("hwu64", "alarm_set") == "set an alarm"
    assert need_of("clinc150", "taxes") == "clinc150:taxes"
    assert need_of("clinc150", "smart_home") is None


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the public text sets are not here")
def test_the_table_of_needs_names_only_intents_that_the_sets_have() -> None:
    rows = public_requests(Path(TEXTS))

    assert {row.need for row in rows} >= set(SAME)
    train = {row.text for row in rows if row.part == "train"}
    assert not train & {row.text for row in rows if row.part != "train"}
    assert len({row.text for row in rows if row.part == "test"}) > 6_000


def test_f1_counts_all_skills_that_serve_and_at_least_the_best_one_is_predicted() -> None:
    sure = np.array([[0.9, 0.8, 0.1], [0.2, 0.1, 0.3], [0.6, 0.1, 0.1]], np.float32)
    truth = np.array([[True, True, False], [True, False, True], [False, True, False]])

    found = counted(sure, truth, 0.5)

    assert (found.right, found.found, found.wanted) == (3, 4, 5)
    assert found.f1 == pytest.approx(6 / 9)
    assert found.precision == pytest.approx(3 / 4)
    assert found.recall == pytest.approx(3 / 5)
    assert top1(sure, truth) == pytest.approx(2 / 3)
    assert counted(sure, truth, best_threshold(sure, truth)).f1 >= found.f1


def test_recall_and_usable_lists_by_hand() -> None:
    scores = np.array([[0.1, 0.9, 0.5, 0.2], [0.8, 0.1, 0.2, 0.3]], np.float32)
    truth = np.array([[True, True, False, False], [False, True, False, False]])

    lists = listed(scores, 2)

    assert lists.tolist() == [[1, 2], [0, 3]]
    assert recall_at(lists, truth) == pytest.approx(1 / 3)
    assert holding(lists, truth) == pytest.approx(1 / 2)


@given(rows=st.lists(st.lists(st.integers(0, 5), min_size=6, max_size=6), min_size=1, max_size=4),
       k=st.integers(1, 6))  # fmt: skip
def test_a_list_holds_the_best_in_order(rows: list[list[int]], k: int) -> None:
    scores = np.array(rows, np.float32)

    lists = listed(scores, k)

    for row, skills in zip(rows, lists, strict=True):
        assert len(set(skills.tolist())) == k
        assert [row[s] for s in skills] == sorted(row, reverse=True)[:k]


@given(inside=st.lists(st.integers(0, 4), min_size=1, max_size=8),
       outside=st.lists(st.integers(0, 4), min_size=1, max_size=8))  # fmt: skip
def test_auroc_is_the_share_of_pairs_in_the_right_order(
    inside: list[int], outside: list[int]
) -> None:
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in inside for b in outside]

    found = auroc(np.array(inside, np.float32), np.array(outside, np.float32))

    assert found == pytest.approx(np.mean(pairs))


def test_calibration_error_by_hand() -> None:
    sure = np.array([0.95, 0.95, 0.05, 0.05], np.float32)

    assert calibration_error(sure, np.array([True, True, False, False])) == pytest.approx(0.05)
    assert calibration_error(sure, np.array([True, False, True, False])) == pytest.approx(0.45)


def test_a_gain_is_paired_by_catalogue() -> None:
    found = difference([0.5, 0.7, 0.9], [0.4, 0.6, 0.8])
    loose_gap = difference([0.5, 0.6], [0.4, 0.7])

    assert found.mean == pytest.approx(0.1)
    assert found.sure
    assert found.low == pytest.approx(found.high)
    assert not loose_gap.sure
    rows = [
        Drawn(shared=0.6, seed=s, arms={"one label": {"re-ranker F1": 0.5 + s / 10},
                                        "pseudo-labels": {"re-ranker F1": 0.52 + s / 10}})
        for s in (1, 2)
    ]  # fmt: skip
    assert gain(rows, "pseudo-labels", "re-ranker").mean == pytest.approx(0.02)
