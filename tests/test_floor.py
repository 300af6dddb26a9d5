"""Who has the floor: whatever happens in whatever order, the speaker never hears itself."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device import floor as f
from device.events import Ask

asks = st.sampled_from(list(Ask))


def after(*events: tuple[f.Event, int]) -> f.Floor:
    """Where the talk stands after events, each at its time in milliseconds."""
    floor = f.Floor()
    for event, at_ms in events:
        floor = f.step(floor, event, at_ms)
    return floor


def test_the_ears_open_when_the_question_has_been_said() -> None:
    question = (f.Plays(length_ms=2_000, asks=Ask.CONFIRM), 10)

    assert after(question, (f.Tick(), 2_000)).phase == f.Asking(asks=Ask.CONFIRM)
    opened = after(question, (f.Tick(), 2_010 + f.ECHO_MS))
    assert isinstance(opened.phase, f.Listening)
    assert opened.phase.asks is Ask.CONFIRM
    assert not opened.free


def test_a_question_without_a_loudspeaker_opens_the_ears_at_once() -> None:
    opened = after((f.Plays(length_ms=0, asks=Ask.CHOOSE), 10), (f.Tick(), 10))

    assert isinstance(opened.phase, f.Listening)


def test_the_wake_word_in_the_midst_of_a_question_takes_the_floor_at_once() -> None:
    question = (f.Plays(length_ms=2_000, asks=Ask.CONFIRM), 10)

    woken = after(question, (f.Woken(), 500))

    assert not woken.loud(500)
    assert isinstance(woken.phase, f.Listening)
    assert woken.phase.asks is None
    assert f.step(woken, f.Tick(), 2_500) == woken


def test_what_nobody_understands_is_asked_for_once_more_and_never_twice() -> None:
    again = f.Plays(length_ms=0, asks=Ask.REPEAT)
    asked: list[tuple[f.Event, int]] = [(again, 0), (f.Tick(), 0), (f.Closed(), 5_000)]

    once = after(*asked, (again, 5_000))
    fresh = after(*asked, (f.Woken(), 9_000), (f.Closed(), 10_000), (again, 10_000))

    assert once.free
    assert fresh.phase == f.Asking(asks=Ask.REPEAT)


class Talk(RuleBasedStateMachine):
    """Somebody talks with a speaker that plays, asks, is woken and is stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = f.Floor()
        self.now_ms = 0
        self.silent_at_ms = 0
        self.since_ms = 0

    def happen(self, event: f.Event) -> None:
        before = self.floor
        self.floor = f.step(before, event, self.now_ms)
        if isinstance(self.floor.phase, f.Listening) and before.phase != self.floor.phase:
            self.since_ms = self.now_ms
            assert self.now_ms >= self.silent_at_ms, "it hears itself"
            assert isinstance(event, f.Woken) or isinstance(before.phase, f.Asking)

    @rule(length_ms=st.integers(0, 5_000), question=st.none() | asks)
    def the_speaker_says_something(self, length_ms: int, question: Ask | None) -> None:
        repeated = self.floor.phase == f.Free(asked=Ask.REPEAT) and question is Ask.REPEAT
        self.silent_at_ms = max(self.silent_at_ms, self.now_ms + length_ms)
        self.happen(f.Plays(length_ms=length_ms, asks=question))
        if question is not None:
            assert isinstance(self.floor.phase, f.Free if repeated else f.Asking)

    @rule()
    def the_wake_word_is_said(self) -> None:
        self.silent_at_ms = self.now_ms
        self.happen(f.Woken())
        assert isinstance(self.floor.phase, f.Listening)

    @rule()
    def stop_is_said(self) -> None:
        self.silent_at_ms = self.now_ms
        self.happen(f.Stopped())
        assert self.floor == f.Floor()

    @precondition(lambda self: isinstance(self.floor.phase, f.Listening))
    @rule()
    def the_request_is_over(self) -> None:
        self.happen(f.Closed())
        assert self.floor.free

    @rule(ms=st.sampled_from([0, 20, 200, 3_000, f.MOST_MS]))
    def time_passes(self, ms: int) -> None:
        self.now_ms += ms
        self.happen(f.Tick())
        if self.now_ms >= self.silent_at_ms + f.ECHO_MS:
            assert not isinstance(self.floor.phase, f.Asking), "a question never opens the ears"

    @invariant()
    def no_window_stays_open(self) -> None:
        if isinstance(self.floor.phase, f.Listening):
            assert self.floor.phase.until_ms <= self.since_ms + f.MOST_MS
        assert self.floor.free == isinstance(self.floor.phase, f.Free)
        if self.now_ms < self.silent_at_ms:
            assert self.floor.loud(self.now_ms)


TestTalk = Talk.TestCase
