"""Weights of recognition are moved only where more is right, and written where they stand."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.belief import fit, shares
from device.asr.phonemes import LABELS
from device.asr.settings import Costs, Search, Trust
from export.trust import Example, Examples, fitted, surprise
from export.tune import SETTINGS, STEPS, Tuner, Weights, ascend, shipped, whole_home, written
from tests.asr.spoken import labels_of, log_probs


def multiples(step: float) -> st.SearchStrategy[float]:
    return st.integers(0, 40).map(lambda count: round(count * step, 3))


values = st.fixed_dictionaries({name: multiples(step) for name, step in STEPS.items()})


class Peak(Tuner):
    """As if most were right with these weights and fewer the farther away."""

    def __init__(self, best: Weights) -> None:
        self._best = best

    def points(self, weights: Weights) -> int:
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


def test_a_sentence_of_ideal_sound_is_a_point_and_each_wrong_word_is_one_less() -> None:
    from device.context import Home
    from export.recognition import domains
    from export.tune import Lesson

    garage = domains.domains()[0]
    grammar = domains.parsed(garage)
    text = next(domains.texts(garage, seed=1))
    said = log_probs(labels_of(text.split()))
    one, other = (
        Lesson(text=wanted, log_probs=said, grammar=grammar, home=Home())
        for wanted in (text, f"something {text} else")
    )

    assert Tuner([one, one, other]).points(shipped()) == 2 - 2


def some_examples(trust: Trust, count: int, seed: int) -> tuple[Example, ...]:
    """Examples that are right as often as a trust says of sentences."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        beliefs, lost = (0.0, -float(random.exponential(4.0))), float(random.uniform(0, 2))
        share = float(shares(beliefs, trust.rival_scale)[0])
        sure = share * fit(lost, middle=trust.middle, slope=trust.slope)
        right = bool(random.random() < sure)
        found.append(Example(beliefs=beliefs, among=(True, False), lost=lost, right=right))
    return tuple(found)


@settings(max_examples=5)
@given(middle=st.floats(0.6, 1.4), slope=st.floats(3.0, 10.0), scale=st.floats(0.2, 1.0))
def test_confidences_are_fitted_to_what_was_right(
    middle: float, slope: float, scale: float
) -> None:
    true = Trust(middle=middle, slope=slope, rival_scale=scale)
    some = some_examples(true, 1_500, seed=1)

    found = fitted(Examples(sentences=some, words=some))

    def off(trust: Trust) -> float:
        return surprise(some, trust.rival_scale, middle=trust.middle, slope=trust.slope)

    assert off(found) <= off(true) + 1e-3, "no other trust is less surprised"
    assert abs(found.middle - middle) < 0.25


def test_a_sound_is_right_in_its_own_grammar_and_loses_much_in_a_home_that_cannot_say_it() -> None:
    from device.context import Home
    from export.recognition import domains
    from export.tune import Lesson

    garage, lab = (one for one in domains.domains() if one.name in {"garage", "lab"})
    lessons = []
    for domain in (garage, lab):
        text = next(domains.texts(domain, seed=1))
        sound = np.log(0.9 * np.exp(log_probs(labels_of(text.split()))) + 0.1 / len(LABELS))
        grammar = domains.parsed(domain)
        lessons.append(Lesson(text=text, log_probs=sound, grammar=grammar, home=Home()))

    found = Tuner(lessons).examples(shipped(), whole_home(0.5))

    *own, foreign = found.sentences
    assert [one.right for one in (*own, foreign)] == [True, True, False]
    assert foreign.lost > 5 * max(one.lost for one in own)
    assert sum(one.right for one in found.words) >= len(lessons[0].text.split())
