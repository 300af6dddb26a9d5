"""Weights of recognition are moved only where more is right, and written where they stand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from device.asr.settings import Costs, Search
from export.tune import SETTINGS, STEPS, Tuner, Weights, ascend, shipped, written
from tests.asr.spoken import labels_of, log_probs


def multiples(step: float) -> st.SearchStrategy[float]:
    return st.integers(0, 40).map(lambda count: round(count * step, 3))


values = st.fixed_dictionaries({name: multiples(step) for name, step in STEPS.items()})


class Peak(Tuner):
    """As if most were right with these weights and fewer the farther away."""

    def __init__(self, best: Weights) -> None:
        self._best = best

    def right(self, weights: Weights) -> int:
        steps = [abs(weights[name] - self._best[name]) / STEPS[name] for name in STEPS]
        return 1_000 - round(sum(steps))


@given(start=values, best=values)
def test_the_weights_climb_to_where_most_is_right(start: Weights, best: Weights) -> None:
    way = list(ascend(Peak(best), start))

    counts = [count for _, count in way]
    assert way[0][0] == start
    assert counts == sorted(set(counts)), "every move is an improvement"
    assert all(np.isclose(way[-1][0][name], best[name]) for name in STEPS)


@given(weights=values)
def test_settings_are_written_where_they_stand(weights: Weights) -> None:
    source = SETTINGS.read_text(encoding="utf-8")
    space: dict[str, object] = {"__name__": "device.asr.settings"}

    exec(compile(written(source, weights), "settings", "exec"), space)

    made = {**vars_of(space["Search"]), **vars_of(space["Costs"])}
    was = {**vars_of(Search), **vars_of(Costs)}
    assert made == {**was, **weights}
    assert written(written(source, weights), shipped()) == written(source, shipped())


def vars_of(kind: object) -> dict[str, float]:
    assert callable(kind)
    made = kind()
    return {name: getattr(made, name) for name in made.__dataclass_fields__}


def test_a_sentence_of_ideal_sound_counts_as_right_and_another_does_not() -> None:
    from device.context import Home
    from export.recognition import domains
    from export.tune import Lesson

    garage = domains.domains()[0]
    grammar = domains.parsed(garage)
    text = next(domains.texts(garage, seed=1))
    said = log_probs(labels_of(text.split()))
    one, other = (
        Lesson(text=wanted, log_probs=said, grammar=grammar, home=Home())
        for wanted in (text, "something else")
    )

    assert Tuner([one, one, other]).right(shipped()) == 2
