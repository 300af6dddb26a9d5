"""Which form of each word was said."""

from itertools import chain, groupby, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from export.acoustic.variants import as_said

LABELS = 4
WAYS = st.lists(
    st.lists(st.integers(1, LABELS - 1), min_size=1, max_size=2).map(tuple),
    min_size=1,
    max_size=2,
    unique=True,
)


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(label for label, _ in groupby(path) if label)


@settings(max_examples=60, deadline=None)
@given(st.lists(WAYS, min_size=1, max_size=3), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_the_forms_are_those_of_the_likeliest_path_among_all_paths(
    words: list[list[tuple[int, ...]]], steps: int, seed: int
) -> None:
    log_probs = np.log(np.random.default_rng(seed).dirichlet(np.ones(LABELS), steps))
    log_probs = log_probs.astype(np.float32)
    allowed = {tuple(chain.from_iterable(forms)) for forms in product(*words)}
    best: dict[tuple[int, ...], float] = {}
    for path in product(range(LABELS), repeat=steps):
        said = collapsed(path)
        if said in allowed:
            score = float(sum(log_probs[step, label] for step, label in enumerate(path)))
            best[said] = max(score, best.get(said, -np.inf))
    found = as_said(log_probs, words)
    if not best:
        assert found is None
    else:
        assert found in best
        assert abs(best[found] - max(best.values())) < 1e-4


def test_a_word_said_in_its_second_form_gets_that_form() -> None:
    log_probs = np.log(np.full((6, LABELS), 0.02, np.float32))
    for step, label in enumerate((1, 0, 3, 3, 0, 2)):
        log_probs[step, label] = np.log(0.94)
    assert as_said(log_probs, [[(1,)], [(2,), (3,)], [(2,), (1,)]]) == (1, 3, 2)


def test_a_sentence_without_words_has_no_sounds() -> None:
    assert as_said(np.zeros((3, LABELS), np.float32), []) == ()
