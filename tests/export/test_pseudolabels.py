"""Pseudo-labels and what the arms want of scores, against naive re-implementations."""

from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from device.nlu.embedding import Floats
from export.routing.adam import Adam, sigmoid
from export.routing.corpus import UNKNOWN
from export.routing.losses import away_from, distilled, towards_targets
from export.routing.pseudolabels import Firsts, Streaks
from export.routing.reranker import FEATURES, Reranker
from export.routing.shortlister import Shortlister
from export.routing.training import Declined, Schedule, Trained, tune

SCORES = st.integers(-3, 3)


@st.composite
def trainings(draw: st.DrawFn) -> tuple[list[list[list[int]]], list[int], int, int]:
    """Scores of some requests in each epoch, their labels, and p and r."""
    epochs, requests, skills = draw(st.integers(1, 9)), draw(st.integers(1, 3)), 4
    table = st.lists(st.lists(SCORES, min_size=skills, max_size=skills),
                     min_size=requests, max_size=requests)  # fmt: skip
    scores = draw(st.lists(table, min_size=epochs, max_size=epochs))
    labels = draw(st.lists(st.integers(0, skills - 1), min_size=requests, max_size=requests))
    return scores, labels, draw(st.integers(1, 3)), draw(st.integers(1, 5))


def naive(history: list[list[int]], label: int, most: int, epochs: int) -> set[int]:
    """The rule of the paper for one request, word for word."""
    able = []
    for skill in range(len(history[0])):
        above = [row[skill] > row[label] for row in history]
        windows = [above[i : i + epochs] for i in range(len(above) - epochs + 1)]
        if any(all(window) for window in windows):
            able.append(skill)
    return set(sorted(able, key=lambda skill: (-history[-1][skill], skill))[:most])


@given(training=trainings())
def test_a_skill_above_the_label_in_r_epochs_on_end_becomes_a_label(
    training: tuple[list[list[list[int]]], list[int], int, int],
) -> None:
    scores, labels, most, epochs = training
    streaks = Streaks(np.array(labels), 4, most=most, epochs=epochs)

    for epoch in scores:
        for row in reversed(range(len(labels))):
            streaks.see(np.array([row]), np.array([epoch[row]], np.float32))
    found = streaks.labels()

    for row, label in enumerate(labels):
        history = [epoch[row] for epoch in scores]
        assert set(np.flatnonzero(found[row])) == naive(history, label, most, epochs)
        assert not found[row, label]


def test_three_epochs_above_the_label_one_below_and_three_above_are_not_four_on_end() -> None:
    streaks = Streaks(np.array([0]), 2)
    for above in (True, True, True, False, True, True, True):
        streaks.see(np.array([0]), np.array([[0.0, 1.0 if above else -1.0]], np.float32))

    before = streaks.labels().copy()
    streaks.see(np.array([0]), np.array([[0.0, 1.0]], np.float32))

    assert not before.any()
    assert streaks.labels().tolist() == [[False, True]]


@given(
    firsts=st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=9),
    epochs=st.integers(1, 4),
)
def test_a_request_without_a_label_gets_the_skill_that_stayed_first_and_sure(
    firsts: list[tuple[int, bool]], epochs: int
) -> None:
    watch = Firsts(1, sure=0.5, epochs=epochs)
    for first, sure in firsts:
        row = np.full(3, 0.1, np.float32)
        row[first] = 0.8 if sure else 0.4
        watch.see(row[None])

    last = firsts[-epochs:]
    stayed = len(last) == epochs and len(set(last)) == 1 and last[0][1]
    assert watch.labels().tolist() == [last[0][0] if stayed else -1]


@given(
    scores=st.lists(
        st.lists(st.floats(-6, 6, width=32), min_size=5, max_size=5), min_size=1, max_size=4
    ),
    declined=st.integers(0, 4),
)
def test_only_the_declined_choice_is_pushed_and_the_surer_the_harder(
    scores: list[list[float]], declined: int
) -> None:
    some = np.array(scores, np.float32)
    push = away_from(some, np.full(len(some), declined), 1.0)

    others = np.arange(5) != declined
    after = some - push
    assert (push[:, others] == 0).all()
    assert (push[:, declined] > 0).all()
    assert (after[:, others] == some[:, others]).all()
    harder = away_from(some + 1.0, np.full(len(some), declined), 1.0)
    assert (harder[:, declined] > push[:, declined]).all()


def test_fine_tuning_lowers_what_was_declined_and_leaves_other_requests_where_they_were() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((60, 8)).astype(np.float32)
    nobody = np.full((60, 2), UNKNOWN)
    labels = np.zeros((60, 5), np.float32)
    labels[np.arange(60), rng.integers(0, 5, 60)] = 1.0
    schedule = Schedule(epochs=1, rate=0.0, fine_epochs=30, fine_rate=0.003, negative=1.0)
    others = np.arange(10, 60)
    after: list[Floats] = []
    for declining in (False, True):
        model = Shortlister(8, np.full(5, 0.2, np.float32), 1)
        declined = Declined(
            inputs=lambda rows: (vectors[rows], nobody[rows]), columns=np.full(10, 2)
        )
        tune(
            model,
            lambda rows: (vectors[others][rows], nobody[rows]),
            labels[others],
            schedule,
            seed=1,
            declined=declined if declining else None,
        )
        after.append(sigmoid(model.scores(vectors, nobody)))

    without, told = after
    assert told[:10, 2].mean() < 0.5 * without[:10, 2].mean()
    assert abs(told[10:] - without[10:]).mean() < abs(told[:10, 2] - without[:10, 2]).mean()


@given(trust=st.floats(0, 1), earlier=st.floats(0, 1, width=32))
def test_distillation_lies_between_the_label_and_the_earlier_epochs(
    trust: float, earlier: float
) -> None:
    mixed = distilled(np.array([[1.0]], np.float32), np.array([[earlier]], np.float32), trust)

    assert earlier - 1e-6 <= float(mixed[0, 0]) <= 1.0 + 1e-6
    assert abs(float(mixed[0, 0]) - ((1 - trust) + trust * earlier)) < 1e-5


def cross_entropy(scores: Floats, targets: npt.NDArray[Any]) -> float:
    sure = sigmoid(scores)
    return float(-(targets * np.log(sure) + (1 - targets) * np.log(1 - sure)).sum() / len(scores))


def test_the_way_back_through_the_shortlister_is_the_slope_of_its_loss() -> None:
    rng = np.random.default_rng(0)
    model = Shortlister(6, np.full(9, 0.1, np.float32), 1)
    chosen = np.array([[0, 3, -1], [1, 2, 4], [-1, -1, -1], [8, -1, -1], [5, 6, 7]])
    inputs = (rng.standard_normal((5, 6)), chosen)
    _assert_slopes(model, inputs, rng.random((5, 9)), rng)


def test_the_way_back_through_the_reranker_is_the_slope_of_its_loss() -> None:
    rng = np.random.default_rng(0)
    given: npt.NDArray[Any] = rng.standard_normal((6, 4, len(FEATURES)))
    _assert_slopes(Reranker(given, 1), (given,), rng.random((6, 4)), rng)


def _assert_slopes(
    model: Trained, inputs: tuple[Any, ...], targets: npt.NDArray[Any], rng: np.random.Generator
) -> None:
    for name in model.weights:
        model.weights[name] = model.weights[name].astype(np.float64)
    scores, passed = model.forward(*inputs)
    slopes = model.gradients(passed, towards_targets(scores, targets))
    tiny = 1e-5
    for name, weight in model.weights.items():
        for _ in range(4):
            at = tuple(int(rng.integers(0, size)) for size in weight.shape)
            kept, losses = weight[at], []
            for step in (tiny, -tiny):
                weight[at] = kept + step
                moved, _ = model.forward(*inputs)
                losses.append(cross_entropy(moved, targets))
            weight[at] = kept
            slope = (losses[0] - losses[1]) / (2 * tiny)
            assert abs(slope - float(slopes[name][at])) < 1e-4, name


def test_the_reranker_does_not_mind_the_order_of_the_list() -> None:
    given = np.random.default_rng(2).standard_normal((3, 10, len(FEATURES))).astype(np.float32)
    model = Reranker(given, 1)
    order = np.random.default_rng(3).permutation(10)

    assert np.allclose(model.scores(given)[:, order], model.scores(given[:, order]), atol=1e-5)


def test_adam_finds_the_bottom_of_a_bowl() -> None:
    weights = {"at": np.array([3.0, -2.0], np.float32)}
    adam = Adam(weights)
    for _ in range(400):
        adam.step({"at": 2 * (weights["at"] - 1.0)}, 0.05)

    assert np.allclose(weights["at"], 1.0, atol=0.05)
