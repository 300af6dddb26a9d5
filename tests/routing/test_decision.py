"""Who answers, from how probable each rival is."""

from hypothesis import given
from hypothesis import strategies as st

from device.events import Candidate
from device.routing.decision import (
    CLEARLY,
    LIKELIER,
    MOST_CHOICES,
    SURE,
    THRESHOLD,
    Decision,
    decide,
)


def packs(**scores: float) -> list[Candidate]:
    """Packs with these probabilities, best first."""
    found = [Candidate(skill=name, score=score, pack=True) for name, score in scores.items()]
    return sorted(found, key=lambda c: -c.score)


def beside(own_probability: float, **scores: float) -> tuple[list[Candidate], Candidate]:
    """The same with a reading of the speaker's own among them."""
    own = Candidate(skill="lights", score=own_probability)
    return sorted([own, *packs(**scores)], key=lambda c: -c.score), own


def winner(decision: Decision) -> str | None:
    return None if decision.winner is None else decision.winner.skill


def test_the_likeliest_answers() -> None:
    assert winner(decide(packs(zoo=0.8, safari=0.1), None, 0.0)) == "zoo"


def test_two_that_are_level_are_asked_about_and_a_third_that_is_not_is_not_offered() -> None:
    decision = decide(packs(zoo=0.42, safari=0.4, farm=0.1), None, 0.0)

    assert decision == Decision(tied=("zoo", "safari"))


def test_five_that_are_level_offer_three() -> None:
    decision = decide(packs(a=0.19, b=0.19, c=0.18, d=0.18, e=0.18), None, 0.0)

    assert len(decision.tied) == MOST_CHOICES


def test_of_those_that_are_level_the_ones_that_the_owner_chose_go_first() -> None:
    level = packs(zoo=0.3, safari=0.29, farm=0.28)

    assert winner(decide(level, None, 0.0, enabled={"safari"})) == "safari"
    assert decide(level, None, 0.0, enabled={"safari", "farm"}).tied == ("safari", "farm")
    assert len(decide(level, None, 0.0, enabled=set()).tied) == 3
    likelier = packs(zoo=0.6, safari=0.3)
    assert winner(decide(likelier, None, 0.0, enabled={"safari"})) == "zoo"


def test_where_nobody_is_likely_nobody_answers() -> None:
    assert decide(packs(zoo=0.3, safari=0.1), None, 0.0) == Decision()
    assert decide(packs(zoo=0.4, safari=0.15), None, 0.0) == Decision()


def test_where_no_pack_is_likely_the_speakers_own_reading_still_counts() -> None:
    ranked, own = beside(0.1, zoo=0.2)

    assert winner(decide(ranked, own, THRESHOLD)) == "lights"
    assert decide(ranked, own, THRESHOLD - 0.01) == Decision()


def test_a_confident_reading_stays_unless_a_pack_is_clearly_likelier_or_has_the_sentence() -> None:
    ranked, own = beside(0.3, zoo=0.6)

    assert winner(decide(ranked, own, SURE)) == "lights"
    assert winner(decide(ranked, own, SURE, verbatim={"zoo"})) == "zoo"
    assert winner(decide(ranked, own, SURE - 0.01)) == "zoo"

    assert winner(decide(ranked, own, SURE, verbatim={"lights"})) == "lights"

    ranked, own = beside(0.1, zoo=0.1 + CLEARLY)
    assert winner(decide(ranked, own, SURE)) == "zoo"


def test_what_is_read_with_confidence_and_cannot_be_done_here_is_nobody_elses_either() -> None:
    assert decide(packs(zoo=CLEARLY - 0.01), None, SURE) == Decision()
    assert winner(decide(packs(zoo=CLEARLY), None, SURE)) == "zoo"
    assert winner(decide(packs(zoo=0.5), None, SURE, verbatim={"zoo"})) == "zoo"


def test_who_was_chosen_answers_however_unlikely() -> None:
    ranked, own = beside(0.9, zoo=0.01)

    assert winner(decide(ranked, own, 1.0, chosen="zoo")) == "zoo"
    assert winner(decide(ranked, own, 1.0, chosen="nobody")) == "lights"


@given(
    weights=st.lists(st.floats(0.001, 1.0), min_size=1, max_size=10),
    none=st.floats(0.0, 1.0),
    mine=st.integers(0, 12),
    sure=st.floats(0, 1),
    verbatim=st.sets(st.integers(0, 9)),
)
def test_a_decision_is_honest(
    weights: list[float], none: float, mine: int, sure: float, verbatim: set[int]
) -> None:
    whole = sum(weights) + none
    ranked = sorted(
        (
            Candidate(skill=str(i), score=weight / whole, pack=i != mine)
            for i, weight in enumerate(weights)
        ),
        key=lambda c: -c.score,
    )
    own = next((c for c in ranked if not c.pack), None)
    score = sure if own is not None else 0.0

    decision = decide(ranked, own, score, verbatim={str(i) for i in verbatim})

    exact = [c for c in ranked if c is not own and int(c.skill) in verbatim]
    if len(exact) == 1 and score < SURE:
        assert decision == Decision(winner=exact[0])
        return
    assert (decision.winner is None) or not decision.tied
    nobody = none / whole
    if decision.winner is None and not decision.tied:
        assert ranked[0].score < nobody + 1e-6
        assert score < THRESHOLD
    if decision.tied:
        by_name = {c.skill: c.score for c in ranked}
        best = max(by_name.values())
        assert 2 <= len(decision.tied) <= MOST_CHOICES
        assert all(best < LIKELIER * (best + by_name[skill]) for skill in decision.tied)
    if decision.winner is not None and decision.winner is not own:
        assert decision.winner is ranked[0]
        assert decision.winner.score >= nobody - 1e-6
