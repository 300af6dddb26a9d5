"""The round of questions about what somebody likes."""

from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.concepts import Concept, Kind, Meaning
from device.teaching.round import (
    Agreeing,
    Asking,
    Asks,
    Elsewhere,
    Ends,
    Heard,
    Learns,
    Listens,
    NoRound,
    Phase,
    Reply,
    Starts,
    Tick,
    Topic,
    step,
)

PATIENCE_MS = 1_000
TOPICS = tuple(Topic(about=about, text=f"{about}?") for about in ("light", "color", "music"))


def liked(what: str) -> Concept:
    """A preference."""
    return Concept(
        name=what,
        kind=Kind.PREFERENCE,
        meaning=Meaning(likes=(("music", what),)),
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def started(count: int = 3) -> Phase:
    """A round that has just begun."""
    starts = Starts(topics=TOPICS[:count], person=None, patience_ms=PATIENCE_MS)
    phase, effect = step(NoRound(), starts, 0)
    assert effect == Asks()
    return phase


def test_all_that_was_answered_is_learned_after_one_yes() -> None:
    phase = started()
    for answer in (
        Heard(reply=Reply.GIVES, concept=liked("jazz")),
        Heard(reply=Reply.SKIPS),
        Heard(reply=Reply.GIVES, concept=liked("blues")),
    ):
        phase, _ = step(phase, answer, 10)
    assert isinstance(phase, Agreeing)

    phase, effect = step(phase, Heard(reply=Reply.YES), 20)

    assert phase == NoRound()
    assert effect == Learns(concepts=(liked("jazz"), liked("blues")))


def test_a_no_keeps_nothing() -> None:
    phase, _ = step(started(1), Heard(reply=Reply.GIVES, concept=liked("jazz")), 10)

    phase, effect = step(phase, Heard(reply=Reply.NO), 20)

    assert phase == NoRound()
    assert isinstance(effect, Ends)


def test_stopping_says_back_what_was_told_so_far() -> None:
    phase, _ = step(started(), Heard(reply=Reply.GIVES, concept=liked("jazz")), 10)

    phase, _ = step(phase, Heard(reply=Reply.STOPS), 20)

    assert isinstance(phase, Agreeing)
    assert phase.told == (liked("jazz"),)


def test_what_is_not_understood_is_asked_once_more_and_then_skipped() -> None:
    phase, _ = step(started(), Heard(reply=Reply.UNCLEAR), 10)
    assert isinstance(phase, Asking)
    assert phase.topics == TOPICS

    phase, _ = step(phase, Heard(reply=Reply.UNCLEAR), 20)

    assert isinstance(phase, Asking)
    assert phase.topics == TOPICS[1:]


def test_a_round_without_questions_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to ask"):
        step(NoRound(), Starts(topics=(), person=None, patience_ms=1), 0)


class Round(RuleBasedStateMachine):
    """Rounds at random: only what was told, said back and agreed to is learned."""

    def __init__(self) -> None:
        super().__init__()
        self.phase: Phase = NoRound()
        self.now_ms = 0
        self.promised_ms = 0
        self.told: list[Concept] = []

    def heard(self, event: Heard) -> None:
        before = self.phase
        over = isinstance(before, NoRound) or self.now_ms >= before.until_ms
        self.phase, effect = step(before, event, self.now_ms)
        if over:
            assert effect == Elsewhere()
        if isinstance(effect, Learns):
            assert event.reply is Reply.YES
            assert isinstance(before, Agreeing)
            assert list(effect.concepts) == self.told
        if isinstance(effect, Asks):
            self.promised_ms = self.now_ms + PATIENCE_MS
        if isinstance(self.phase, NoRound):
            self.told = []

    @rule(count=st.integers(1, 3))
    def starts(self, count: int) -> None:
        starts = Starts(topics=TOPICS[:count], person=None, patience_ms=PATIENCE_MS)
        self.phase, effect = step(self.phase, starts, self.now_ms)
        assert effect == Asks()
        self.told, self.promised_ms = [], self.now_ms + PATIENCE_MS

    @rule(what=st.text(min_size=1, max_size=3))
    def answers(self, what: str) -> None:
        asking = isinstance(self.phase, Asking) and self.now_ms < self.phase.until_ms
        if asking:
            self.told.append(liked(what))
        self.heard(Heard(reply=Reply.GIVES, concept=liked(what)))

    @rule(reply=st.sampled_from([r for r in Reply if r is not Reply.GIVES]))
    def replies(self, reply: Reply) -> None:
        self.heard(Heard(reply=reply))

    @precondition(lambda self: not isinstance(self.phase, NoRound))
    @rule()
    def listens(self) -> None:
        self.phase, _ = step(self.phase, Listens(patience_ms=PATIENCE_MS), self.now_ms)
        self.promised_ms = self.now_ms + PATIENCE_MS

    @rule(ms=st.integers(0, 2 * PATIENCE_MS))
    def waits(self, ms: int) -> None:
        self.now_ms += ms
        self.phase, effect = step(self.phase, Tick(), self.now_ms)
        assert effect is None

    @invariant()
    def nothing_waits_longer_than_it_promised(self) -> None:
        if not isinstance(self.phase, NoRound):
            assert self.phase.until_ms <= self.promised_ms

    @invariant()
    def what_was_told_is_what_was_answered(self) -> None:
        if not isinstance(self.phase, NoRound):
            assert list(self.phase.told) == self.told


TestRound = Round.TestCase
