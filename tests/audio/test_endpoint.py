"""Begin and end of a request: worked examples, and whatever else can happen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.audio.endpoint import (
    BROKEN,
    STANDING_MS,
    SUNK,
    WHOLE,
    Evidence,
    Over,
    Patience,
    Phase,
    Progress,
    Speaking,
    Waiting,
    quiet_needed_ms,
    step,
)
from device.events import FRAME_MS, EndReason

SPEECH, SILENCE = 0.9, 0.05
FINISHED = Progress(finished=0.97, standing_ms=0)
BROKEN_OFF = Progress(finished=0.02, standing_ms=0)
DOUBTFUL = Progress(finished=0.5, standing_ms=0)


def run(sound: list[tuple[float, int]], patience: Patience) -> list[Phase]:
    """The phases after each frame of sound given as (speech probability, milliseconds)."""
    return run_on([(Evidence(speech=speech), length_ms) for speech, length_ms in sound], patience)


def run_on(sound: list[tuple[Evidence, int]], patience: Patience) -> list[Phase]:
    """The phases after each frame of sound given as (evidence, milliseconds)."""
    phases: list[Phase] = [Waiting()]
    for evidence, length_ms in sound:
        for _ in range(length_ms // FRAME_MS):
            phases.append(step(phases[-1], evidence, patience))
    return phases


def ends_after_ms(evidence: Evidence, patience: Patience) -> int:
    """How long this evidence lasts after a second of speech before the request is over."""
    phases = run_on([(Evidence(speech=SPEECH), 1_000), (evidence, 10_000)], patience)
    return sum(isinstance(phase, Speaking) for phase in phases[51:]) * FRAME_MS + FRAME_MS


def test_a_request_ends_after_the_silence_and_not_at_a_pause() -> None:
    patience = Patience(silence_ms=600)

    phases = run(
        [(SILENCE, 400), (SPEECH, 800), (SILENCE, 580), (SPEECH, 200), (SILENCE, 600)], patience
    )

    assert isinstance(phases[-2], Speaking)
    assert phases[-1] == Over(spoken=True, reason=EndReason.SILENCE)


def test_nobody_speaks() -> None:
    phases = run([(SILENCE, 5_000)], Patience(patience_ms=5_000))

    assert isinstance(phases[-2], Waiting)
    assert phases[-1] == Over(spoken=False, reason=EndReason.SILENCE)


def test_a_word_that_begins_as_patience_runs_out_is_still_heard() -> None:
    phases = run([(SILENCE, 4_960), (SPEECH, 100)], Patience(patience_ms=5_000, onset_ms=100))

    assert isinstance(phases[-2], Waiting)
    assert isinstance(phases[-1], Speaking)


def test_somebody_speaks_without_end() -> None:
    phases = run([(SPEECH, 15_000)], Patience(longest_ms=15_000))

    assert isinstance(phases[-2], Speaking)
    assert phases[-1] == Over(spoken=True, reason=EndReason.TOO_LONG)


def test_a_click_is_no_beginning() -> None:
    clicks = [(SPEECH, 80), (SILENCE, 200)] * 5

    assert all(isinstance(phase, Waiting) for phase in run(clicks, Patience(onset_ms=100)))


def test_a_voice_that_wavers_around_the_threshold_is_not_chopped() -> None:
    patience = Patience(speech_threshold=0.5, silence_ms=200)

    wavering = run([(SPEECH, 200), (0.45, 2_000)], patience)
    silent = run([(SPEECH, 200), (0.34, 2_000)], patience)

    assert isinstance(wavering[-1], Speaking)
    assert silent[-1] == Over(spoken=True, reason=EndReason.SILENCE)


def test_a_recording_may_wait_for_its_own_end() -> None:
    patience = Patience(silence_ms=None, patience_ms=None)

    phases = run([(SILENCE, 30_000), (SPEECH, 500), (SILENCE, 3_000)], patience)

    assert isinstance(phases[1_500], Waiting)
    assert isinstance(phases[-1], Speaking)


@pytest.mark.parametrize(
    ("progress", "needed_ms"),
    [(FINISHED, 400), (None, 600), (DOUBTFUL, 600), (BROKEN_OFF, 1_200)],
)
def test_a_whole_sentence_waits_less_and_a_broken_one_more(
    progress: Progress | None, needed_ms: int
) -> None:
    silent = Evidence(speech=SILENCE, progress=progress)

    assert ends_after_ms(silent, Patience(silence_ms=600)) == needed_ms


def test_a_voice_in_the_background_does_not_keep_a_request_open() -> None:
    talk_elsewhere = Evidence(speech=SPEECH, sunk=True)

    assert ends_after_ms(talk_elsewhere, Patience(silence_ms=600)) == 700


def test_a_whole_sentence_that_nothing_is_added_to_is_over_in_any_noise() -> None:
    patience = Patience(silence_ms=600)
    standing = Progress(finished=0.97, standing_ms=STANDING_MS)
    going_on = Progress(finished=0.97, standing_ms=STANDING_MS - 30)
    broken = Progress(finished=0.02, standing_ms=5_000)

    assert ends_after_ms(Evidence(speech=SPEECH, progress=standing), patience) == FRAME_MS
    for progress in (going_on, broken):
        assert ends_after_ms(Evidence(speech=SPEECH, progress=progress), patience) > 9_000


@given(silence_ms=st.integers(200, 3_000), finished=st.floats(0, 1), more=st.floats(0, 1))
def test_the_more_finished_a_sentence_is_the_less_is_waited(
    silence_ms: int, finished: float, more: float
) -> None:
    low, high = sorted((finished, more))

    waits = [
        quiet_needed_ms(silence_ms, Progress(finished=share, standing_ms=0))
        for share in (low, high)
    ]

    assert BROKEN * silence_ms >= waits[0] >= waits[1] >= WHOLE * silence_ms


@pytest.mark.parametrize(
    "wrong",
    [{"speech_threshold": 0.0}, {"speech_threshold": 1.0}, {"silence_ms": 10}, {"longest_ms": -5}],
)
def test_a_setting_out_of_range_is_named_with_its_value(wrong: dict[str, float]) -> None:
    ((name, value),) = wrong.items()

    with pytest.raises(ValueError, match=f"{name}.*{value}"):
        Patience(**wrong)  # type: ignore[arg-type]


@given(threshold=st.floats(0.01, 0.99))
def test_silence_is_always_below_speech(threshold: float) -> None:
    patience = Patience(speech_threshold=threshold)

    assert 0 < patience.silence_threshold < threshold


def in_a_row(flags: list[bool]) -> int:
    """How many at the end are true without a gap."""
    return next((at for at, flag in enumerate(reversed(flags)) if not flag), len(flags))


class Listening(RuleBasedStateMachine):
    """Whatever is heard, no promise about waiting is broken."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = Patience(
            onset_ms=60, silence_ms=200, patience_ms=400, longest_ms=1_000, speech_threshold=0.6
        )
        self.phase: Phase = Waiting()
        self.history: list[float] = []
        self.sunk: list[bool] = []
        self.began_at = 0

    def hear(self, speech: float, *, sunk: bool = False, progress: Progress | None = None) -> None:
        before = self.phase
        self.history.append(speech)
        self.sunk.append(sunk or speech < self.patience.silence_threshold)
        evidence = Evidence(speech=speech, sunk=sunk, progress=progress)
        self.phase = step(before, evidence, self.patience)
        match before, self.phase:
            case Over(), after:
                assert after is before
            case Waiting(), Speaking():
                onset = self.history[-3:]
                assert len(onset) == 3
                assert onset[0] >= 0.6
                assert min(onset) >= self.patience.silence_threshold
                self.began_at = len(self.history) - 3
            case Waiting(), Over(spoken=spoken):
                assert not spoken
                assert len(self.history) * FRAME_MS >= 400
            case Speaking(), Over(spoken=spoken, reason=reason):
                assert spoken
                needed = quiet_needed_ms(200, progress)
                spoken_for = len(self.history) - self.began_at
                silent = in_a_row([s < self.patience.silence_threshold for s in self.history])
                soft = in_a_row(self.sunk)
                standing = progress is not None and progress.finished > 0.9
                standing &= progress is not None and progress.standing_ms >= STANDING_MS
                quiet = min(silent, spoken_for) * FRAME_MS >= needed
                quiet |= min(soft, spoken_for) * FRAME_MS >= SUNK * needed
                assert (quiet or standing) == (reason is EndReason.SILENCE)
                if reason is EndReason.TOO_LONG:
                    assert (len(self.history) - self.began_at) * FRAME_MS == 1_000

    @rule(frames=st.integers(1, 12))
    def somebody_speaks(self, frames: int) -> None:
        for _ in range(frames):
            self.hear(SPEECH)

    @rule(frames=st.integers(1, 12))
    def nobody_speaks(self, frames: int) -> None:
        for _ in range(frames):
            self.hear(SILENCE)

    @rule(speech=st.sampled_from([0.0, 0.44, 0.45, 0.46, 0.59, 0.6, 0.61, 1.0]) | st.floats(0, 1))
    def anything_is_heard(self, speech: float) -> None:
        self.hear(speech)

    @rule(frames=st.integers(1, 30), progress=st.sampled_from([FINISHED, BROKEN_OFF, DOUBTFUL]))
    def nobody_speaks_and_the_recognizer_knows(self, frames: int, progress: Progress) -> None:
        for _ in range(frames):
            self.hear(SILENCE, progress=progress)

    @rule(frames=st.integers(1, 15), progress=st.sampled_from([FINISHED, BROKEN_OFF, None]))
    def others_talk_in_the_background(self, frames: int, progress: Progress | None) -> None:
        for _ in range(frames):
            self.hear(SPEECH, sunk=True, progress=progress)

    @rule(standing_ms=st.sampled_from([0, STANDING_MS - 30, STANDING_MS]))
    def somebody_goes_on_after_a_whole_sentence(self, standing_ms: int) -> None:
        self.hear(SPEECH, progress=Progress(finished=0.97, standing_ms=standing_ms))

    @precondition(lambda self: isinstance(self.phase, Waiting))
    @rule()
    def nobody_comes(self) -> None:
        for _ in range(20):
            self.hear(SILENCE)
        assert self.phase == Over(spoken=False, reason=EndReason.SILENCE)

    @precondition(lambda self: isinstance(self.phase, Speaking))
    @rule()
    def the_speaker_falls_silent(self) -> None:
        for _ in range(10):
            self.hear(SILENCE)
        assert isinstance(self.phase, Over)
        assert self.phase.spoken

    @rule()
    def a_new_request_may_come(self) -> None:
        self.phase = Waiting()
        self.history.clear()
        self.sunk.clear()

    @invariant()
    def nothing_lasts_longer_than_it_may(self) -> None:
        match self.phase:
            case Waiting(voiced_ms=voiced_ms):
                assert voiced_ms < 60
            case Speaking(spoken_ms=spoken_ms, silent_ms=silent_ms, sunk_ms=sunk_ms):
                assert spoken_ms < 1_000
                assert silent_ms < BROKEN * 200
                assert silent_ms <= sunk_ms < SUNK * BROKEN * 200


TestListening = Listening.TestCase
