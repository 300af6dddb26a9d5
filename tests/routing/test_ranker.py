"""The re-ranker as it ships: what more evidence does, what the order does, what context does."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.errors import ModelError
from device.events import Request, Slot
from device.models import load
from device.routing.features import EVIDENCE, GROUPS, OWN, WIDTH, Floats, rows
from device.routing.ranker import Ranker, probabilities
from device.routing.rivals import MOST_RIVALS, Rival
from device.routing.standing import Acquaintance
from tests.skills.rooms import CONTEXT, asked

MODEL = load("ranker")
RANKER = Ranker(MODEL.run, MODEL.manifest)
ELEPHANT = asked("OutOfScope")

shares = st.floats(0, 1, width=16)
counts = st.integers(1, MOST_RIVALS)
seeds = st.integers(0, 2**32 - 1)


def rivals_of(seed: int, count: int) -> list[Rival]:
    """Anything that rivals can be, often at the ends of what they can be."""
    rng = Random(seed)

    def share() -> float:
        return rng.choice((0.0, 1.0, rng.random(), rng.random(), rng.random()))

    return [
        Rival(
            skill=f"skill{i}",
            intent="X",
            slots=tuple(
                Slot(name="x", value="x", text="x", confidence=share())
                for _ in range(rng.randint(0, 3))
            ),
            builtin=rng.random() < 0.3,
            confidence=share(),
            similarity=rng.choice((share(), -share())),
            verbatim=rng.random() < 0.2,
            named=rng.random() < 0.1,
            kinds=share(),
            here=share(),
            active=share(),
            acquaintance=Acquaintance(
                enabled=rng.random() < 0.5,
                uses=rng.randint(0, 150),
                uses_now=rng.randint(0, 50),
                uses_here=rng.randint(0, 50),
                last_ago_min=rng.choice((None, 5_000 * share())),
                chosen=share(),
                refused=share(),
            ),
        )
        for i in range(count)
    ]


lists = st.builds(rivals_of, seeds, counts)
requests = st.builds(
    lambda intent, confidence: asked(intent, confidence=confidence),
    st.sampled_from(["OutOfScope", "HassTurnOn", "SetAlarm"]),
    shares,
)


def logs(rivals: Sequence[Rival], request: Request) -> Floats:
    """Raw scores, as the model gives them."""
    features, mask = rows(rivals, request, CONTEXT)
    scores = MODEL.run([features[None], mask[None]])[0].reshape(-1)
    return np.append(scores[: len(rivals)], scores[-1])


def know(rival: Rival, **changes: float) -> Rival:
    return replace(rival, acquaintance=replace(rival.acquaintance, **changes))  # type: ignore[arg-type]


MORE: dict[str, Callable[[Rival, float], Rival]] = {
    "similarity": lambda r, by: replace(r, similarity=r.similarity + by * (1 - r.similarity)),
    "confidence": lambda r, by: replace(r, confidence=r.confidence + by * (1 - r.confidence)),
    "verbatim": lambda r, by: replace(r, verbatim=True),
    "named": lambda r, by: replace(r, named=True),
    "kinds": lambda r, by: replace(r, kinds=r.kinds + by * (1 - r.kinds)),
    "here": lambda r, by: replace(r, here=r.here + by * (1 - r.here)),
    "enabled": lambda r, by: know(r, enabled=True),
    "uses": lambda r, by: know(r, uses=r.acquaintance.uses + round(60 * by)),
    "uses now": lambda r, by: know(r, uses_now=r.acquaintance.uses_now + round(60 * by)),
    "uses here": lambda r, by: know(r, uses_here=r.acquaintance.uses_here + round(60 * by)),
    "chosen": lambda r, by: know(
        r, chosen=r.acquaintance.chosen + by * (1 - r.acquaintance.chosen)
    ),
    "less refused": lambda r, by: know(r, refused=r.acquaintance.refused * (1 - by)),
}


@pytest.mark.parametrize("what", MORE)
@settings(max_examples=60, deadline=None)
@given(rivals=lists, request_=requests, by=shares, place=seeds)
def test_more_evidence_never_lowers_a_rival_against_any_other_or_none(
    what: str, rivals: list[Rival], request_: Request, by: float, place: int
) -> None:
    i = place % len(rivals)
    more = [*rivals[:i], MORE[what](rivals[i], by), *rivals[i + 1 :]]

    before, after = logs(rivals, request_), logs(more, request_)

    assert np.all((after[i] - after) - (before[i] - before) >= 0)


@settings(max_examples=100, deadline=None)
@given(rivals=lists, request_=requests, seed=seeds)
def test_the_order_of_the_rivals_changes_nothing(
    rivals: list[Rival], request_: Request, seed: int
) -> None:
    order = Random(seed).sample(range(len(rivals)), len(rivals))

    found = RANKER.rank(rivals, request_, CONTEXT)
    turned = RANKER.rank([rivals[i] for i in order], request_, CONTEXT)

    assert turned.tolist() == [*(found[i] for i in order), found[-1]]


@settings(max_examples=100, deadline=None)
@given(rivals=lists, request_=requests)
def test_probabilities_are_one_together(rivals: list[Rival], request_: Request) -> None:
    found = RANKER.rank(rivals, request_, CONTEXT)

    assert found.shape == (len(rivals) + 1,)
    assert (found >= 0).all()
    assert float(found.sum()) == pytest.approx(1.0, abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(seed=seeds, request_=requests)
def test_two_that_are_equal_are_equally_probable(seed: int, request_: Request) -> None:
    (rival,) = rivals_of(seed, 1)
    found = RANKER.rank([rival, replace(rival, skill="other")], request_, CONTEXT)

    assert found[0] == found[1]


@settings(max_examples=60, deadline=None)
@given(rivals=lists, request_=requests)
def test_features_stay_within_what_the_model_can_express(
    rivals: list[Rival], request_: Request
) -> None:
    features, mask = rows(rivals, request_, CONTEXT)

    assert features.shape == (MOST_RIVALS, WIDTH)
    assert np.abs(features).max() <= 1.0
    assert mask[:, 0].tolist() == [1.0] * len(rivals) + [0.0] * (MOST_RIVALS - len(rivals))
    assert not features[len(rivals) :].any()


def test_every_feature_belongs_to_one_group_and_evidence_comes_first() -> None:
    assert sorted(c for group in GROUPS.values() for c in group) == list(range(WIDTH))
    assert max(GROUPS["refused"]) == OWN - 1
    assert max(GROUPS["match"]) == EVIDENCE - 1


def test_without_rivals_it_is_none_of_them_and_too_many_are_refused() -> None:
    assert RANKER.rank([], ELEPHANT, CONTEXT).tolist() == [1.0]
    with pytest.raises(ValueError, match="at most 10 rivals"):
        RANKER.rank([Rival(skill="a", intent="A")] * 11, ELEPHANT, CONTEXT)


def test_a_model_that_was_trained_on_other_features_is_refused() -> None:
    fields = {f: getattr(MODEL.manifest, f) for f in MODEL.manifest.__struct_fields__}
    other = {**MODEL.manifest.settings, "features": {"match": 3}}
    manifest = MODEL.manifest.__class__(**fields | {"settings": other})

    with pytest.raises(ModelError, match="other features"):
        Ranker(MODEL.run, manifest)


@given(scores=st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=11), data=st.data())
def test_the_softmax_is_the_same_in_any_order(scores: list[float], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(scores))))
    values = np.array(scores, np.float32)

    found = probabilities(values, 1.3)

    assert probabilities(values[order], 1.3).tolist() == found[order].tolist()
    assert float(found.sum()) == pytest.approx(1.0, abs=1e-4)


# What five packs that all make an elephant sound have in common.
ZOO = Rival(skill="zoo", intent="Sound", confidence=0.8, similarity=0.85)
SAFARI = replace(ZOO, skill="safari")
USED = Acquaintance(uses=12, uses_now=5, uses_here=8, last_ago_min=600.0)


def best(rivals: Sequence[Rival], request: Request = ELEPHANT) -> str:
    found = RANKER.rank(rivals, request, CONTEXT)
    return [*(rival.skill for rival in rivals), "none"][int(found.argmax())]


def test_of_two_that_serve_the_same_the_one_that_is_enabled_used_chosen_or_not_refused_wins() -> (
    None
):
    others = [replace(ZOO, skill=name) for name in ("circus", "farm", "jungle")]
    for known in (
        Acquaintance(enabled=True),
        USED,
        Acquaintance(chosen=0.9),
    ):
        assert best([*others, ZOO, replace(SAFARI, acquaintance=known)]) == "safari"
    refused = Acquaintance(refused=0.95)
    assert best([replace(ZOO, acquaintance=refused), SAFARI]) == "safari"


def test_a_choice_outweighs_that_another_is_enabled_and_a_name_outweighs_habit() -> None:
    zoo = replace(ZOO, acquaintance=Acquaintance(enabled=True))
    assert best([zoo, replace(SAFARI, acquaintance=Acquaintance(chosen=1.0))]) == "safari"
    used = replace(ZOO, acquaintance=replace(USED, enabled=True))
    assert best([used, replace(SAFARI, named=True)]) == "safari"


def test_what_resembles_no_skill_is_none_of_them() -> None:
    far = [replace(rival, similarity=0.05, confidence=0.0) for rival in (ZOO, SAFARI)]

    assert best(far) == "none"


def test_what_the_speaker_reads_surely_stays_with_its_own_skill() -> None:
    timers = Rival(
        skill="timers", intent="HassStartTimer", builtin=True, confidence=0.99, similarity=0.8,
        acquaintance=Acquaintance(enabled=True),
    )  # fmt: skip
    near = replace(ZOO, similarity=0.6, confidence=0.3)

    assert best([near, timers], asked("HassStartTimer", confidence=0.99)) == "timers"
