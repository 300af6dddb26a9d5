"""Begin and end of a request: worked examples, and whatever else can happen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.audio.endpoint import Over, Patience, Phase, Speaking, Waiting, step
from device.events import FRAME_MS, EndReason

SPEECH, SILENCE = 0.9, 0.05


def run(sound: list[tuple[float, int]], patience: Patience) -> list[Phase]:
    """The phases after each frame of sound given as (speech probability, milliseconds)."""
    phases: list[Phase] = [Waiting()]
    for speech, length_ms in sound:
        for _ in range(length_ms // FRAME_MS):
            phases.append(step(phases[-1], speech, patience))
    return phases


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


class Listening(RuleBasedStateMachine):
    """Whatever is heard, no promise about waiting is broken."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = Patience(
            onset_ms=60, silence_ms=200, patience_ms=400, longest_ms=1_000, speech_threshold=0.6
        )
        self.phase: Phase = Waiting()
        self.history: list[float] = []
        self.began_at = 0

    def hear(self, speech: float) -> None:
        before = self.phase
        self.history.append(speech)
        self.phase = step(before, speech, self.patience)
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
                quiet = all(s < self.patience.silence_threshold for s in self.history[-10:])
                assert quiet == (reason is EndReason.SILENCE)
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

    @invariant()
    def nothing_lasts_longer_than_it_may(self) -> None:
        match self.phase:
            case Waiting(voiced_ms=voiced_ms):
                assert voiced_ms < 60
            case Speaking(spoken_ms=spoken_ms, silent_ms=silent_ms):
                assert spoken_ms < 1_000
                assert silent_ms < 200


TestListening = Listening.TestCase
