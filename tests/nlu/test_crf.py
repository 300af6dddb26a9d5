from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from device.nlu.crf import FORBIDDEN, bio_transitions, softmax, viterbi

LABELS = ("O", "B-name", "I-name", "B-area", "I-area")
small = st.floats(-5, 5, width=32)


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    words, labels = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    return (
        draw(arrays(np.float32, (words, labels), elements=small)),
        draw(arrays(np.float32, (labels, labels), elements=small)),
        draw(arrays(np.float32, (labels,), elements=small)),
    )


@given(problem=problems())
def test_the_best_path_is_as_good_as_the_best_of_all_paths(
    problem: tuple[np.ndarray, np.ndarray, np.ndarray],  # type: ignore[type-arg]
) -> None:
    scores, transitions, start = problem

    def total(path: tuple[int, ...]) -> float:
        sum_ = float(start[path[0]]) + sum(float(scores[i, p]) for i, p in enumerate(path))
        return sum_ + sum(float(transitions[a, b]) for a, b in pairwise(path))

    found = tuple(viterbi(scores, transitions, start).tolist())
    best = max(total(p) for p in product(range(scores.shape[1]), repeat=len(scores)))

    assert abs(total(found) - best) < 1e-3


@given(scores=arrays(np.float32, st.tuples(st.integers(1, 12), st.just(5)), elements=small))
def test_slots_never_go_on_without_beginning(scores: np.ndarray) -> None:  # type: ignore[type-arg]
    path = [LABELS[i] for i in viterbi(scores, *bio_transitions(LABELS))]

    for before, label in zip(["O", *path], path, strict=False):
        assert not label.startswith("I-") or before[2:] == label[2:]


def test_transitions_forbid_and_nothing_more() -> None:
    transitions, start = bio_transitions(LABELS)

    assert transitions[LABELS.index("O"), LABELS.index("I-name")] == FORBIDDEN
    assert transitions[LABELS.index("B-name"), LABELS.index("I-name")] == 0
    assert transitions[LABELS.index("I-area"), LABELS.index("I-name")] == FORBIDDEN
    assert start[LABELS.index("I-area")] == FORBIDDEN
    assert not transitions[:, LABELS.index("B-name")].any()


def test_no_words_have_no_labels() -> None:
    assert viterbi(np.zeros((0, 3), np.float32), np.zeros((3, 3), np.float32)).shape == (0,)


@given(scores=arrays(np.float32, (4,), elements=small), t=st.floats(0.2, 5))
def test_probabilities_sum_to_one(scores: np.ndarray, t: float) -> None:  # type: ignore[type-arg]
    assert np.isclose(softmax(scores, t).sum(), 1.0, atol=1e-4)
