"""What becomes of requests as skills are added is counted by hand."""

from pathlib import Path

import numpy as np
import pytest

from device.events import Candidate, Request, Route
from device.skills.pack import Example, Hermes, Pack
from export.chunker.report import BEGIN, END
from export.ranker.texts import Reading
from export.routing.answers import Answer, Stocked, asked_of, figures, likeness
from export.routing.growth import resident_bytes


def request(text: str) -> Request:
    return Request(
        text=text, span=((0, 1),), domain="", intent="OutOfScope", slots=(), confidence=0.5
    )


def answer(
    need: str,
    *candidates: tuple[str, float],
    skill: str | None,
    tied: tuple[str, ...] = (),
    own: str | None = None,
    listed: tuple[str, ...] = (),
) -> Answer:
    """A request that was routed; `own` names the speaker's own skill that truly serves it."""
    mine = Candidate(skill=own, score=0.9) if own else None
    asked = Reading(text=need, need=need, request=request(need), own=mine, right=own is not None)
    ranked = tuple(Candidate(skill=s, score=p, pack=s != own) for s, p in candidates)
    route = Route(request=asked.request, skill=skill, candidates=ranked, tied=tied)
    return Answer(asked=asked, route=route, listed=listed, find_ms=1.0, route_ms=2.0)


INSIDE = [
    answer("zoo", ("zoo", 0.9), ("farm", 0.05), skill="zoo", listed=("zoo", "farm")),
    answer("farm", ("zoo", 0.5), ("farm", 0.45), skill=None, tied=("zoo", "farm"),
           listed=("zoo", "farm")),
    answer("light", ("lights", 0.8), ("zoo", 0.1), skill="lights", own="lights", listed=("zoo",)),
    answer("bus", ("zoo", 0.2), skill=None, listed=("zoo",)),
]  # fmt: skip
OUTSIDE = [
    answer("", ("zoo", 0.1), skill=None),
    answer("", ("zoo", 0.7), skill="zoo"),
]


def test_figures_by_hand() -> None:
    found = figures(3, INSIDE, OUTSIDE, [], 2.0)

    assert found.listed == {1: 0.25, 3: 0.5, 10: 0.5}
    assert found.top1 == 0.5
    assert found.asks == 0.25
    # Three of four are right, with the question; for three of four somebody was asked.
    assert found.f1 == pytest.approx(2 * 3 / (3 + 4))
    assert found.refused == 0.5
    assert found.wrongly_refused == 0.25
    # Sums of scores: 0.95, 0.95, 0.9, 0.2 against 0.1 and 0.7.
    assert found.auroc == pytest.approx(7 / 8)
    assert found.followed is None
    assert found.find_ms == (1.0, 1.0)


def test_a_skill_that_does_not_serve_is_never_right() -> None:
    wrong = answer("zoo", ("farm", 0.9), skill="farm")

    assert not wrong.right
    assert wrong.somebody
    assert not wrong.serves(None)


def skill(need: str, *samples: str) -> Stocked:
    examples = tuple(Example(intent=need, text=text) for text in samples)
    pack = Pack(id=need, name=need, description="", version="1", answers=Hermes(), files=(),
                examples=examples)  # fmt: skip
    return Stocked(pack, (f"asked of {need}",))


def test_likeness_is_the_cosine_to_the_nearest_other_skill() -> None:
    vectors = {"a": [1.0, 0.0], "b": [0.6, 0.8], "c": [0.0, 1.0]}
    skills = [skill("one", "a"), skill("two", "b"), skill("three", "c", "c")]

    nearest = likeness(skills, lambda text: np.array(vectors[text], np.float32))

    assert nearest.tolist() == pytest.approx([0.6, 0.8, 0.8])
    assert asked_of(skills[:2]) == [("asked of one", "one"), ("asked of two", "two")]
    assert resident_bytes() > 1_000_000


def test_the_page_has_a_column_for_each_size_and_a_plot(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from export.routing.growthpage import PAGE, PLOT, write_growth

    (tmp_path / PAGE).write_text(f"Before.\n{BEGIN}\n{END}\nAfter.\n", "utf-8")
    sizes = [figures(n, INSIDE, OUTSIDE, INSIDE if n > 99 else [], 2.0) for n in (10, 100)]

    write_growth(sizes, np.array([0.5, 0.6, 0.7], np.float32), tmp_path)

    text = (tmp_path / PAGE).read_text("utf-8")
    assert "| skills | 10 | 100 |" in text
    assert "| - | 50.0 % |" in text
    assert "is 0.60 in the median" in text
    assert (tmp_path / PLOT).read_bytes().startswith(b"<?xml")
