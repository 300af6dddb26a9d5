"""From asleep through the wake word to one whole request, and asleep again."""

import functools
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.audio.endpoint import Patience
from device.audio.vad import Detector, silero
from device.events import (
    FRAME_BYTES,
    FRAME_MS,
    AudioFrame,
    EndReason,
    SpeechStarted,
    Utterance,
    Wake,
)
from device.stage import each
from device.wake.attention import LOOK_BACK_MS, Attention, Noticed
from device.wake.wakeword import WakeWord
from tests.wake.test_wakeword import Samples, frames_of, model, silence, spoken

COMMAND = "turn on the kitchen light and the fan"


@functools.cache
def real_detector() -> Detector:
    return silero()


def attention() -> Attention:
    real_detector().reset()
    return Attention(WakeWord(model("okay_nabu")), real_detector())


def requests(noticed: list[Noticed]) -> list[Utterance]:
    return [item for item in noticed if isinstance(item, Utterance)]


def trimmed(sound: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(sound.astype(int)) > 300)
    return sound[loud[0] : loud[-1] + 1]


@pytest.mark.parametrize("voice", ["en-us", "en-gb", "en-us+m3"])
@pytest.mark.parametrize("pause_ms", [60, 300, 1_500])
def test_a_request_after_the_wake_word_is_heard_whole(voice: str, pause_ms: int) -> None:
    phrase = trimmed(spoken("okay nahboo", voice=voice))
    command = trimmed(spoken(COMMAND, voice=voice))
    frames = frames_of(silence(1_000), phrase, silence(pause_ms), command, silence(1_500))

    noticed = each(attention(), frames)

    assert isinstance(noticed[0], Wake)
    (request,) = requests(noticed)
    assert request.reason is EndReason.SILENCE
    begin_ms = 1_000 + len(phrase) // 16 + pause_ms
    end_ms = begin_ms + len(command) // 16
    assert request.start_ms <= begin_ms + 60
    assert end_ms + 400 <= request.start_ms + len(request.pcm) // 32 <= end_ms + 900


def test_a_wake_word_with_nothing_behind_it_is_a_request_without_sound() -> None:
    frames = frames_of(silence(1_000), spoken("okay nahboo"), silence(6_000))

    noticed = each(attention(), frames)

    wake, request = noticed
    assert isinstance(wake, Wake)
    assert isinstance(request, Utterance)
    assert request.pcm == b""


def test_speech_without_the_wake_word_is_ignored() -> None:
    listening = attention()

    assert each(listening, frames_of(spoken(COMMAND), silence(1_000))) == []
    assert listening.finish() == []
    assert not listening.awake


def test_two_requests_each_need_the_wake_word_and_a_question_needs_none() -> None:
    asked = [spoken("okay nahboo"), silence(400), spoken(COMMAND), silence(1_500)]
    listening = attention()

    noticed = each(listening, frames_of(*asked, spoken(COMMAND), silence(1_500), *asked))
    assert len(requests(noticed)) == 2

    listening.attend()
    answer = each(listening, frames_of(silence(500), spoken("yes please"), silence(1_500)))
    assert isinstance(answer[0], SpeechStarted)
    assert len(requests(answer)) == 1


class Marked:
    """Wake word and detector that read what they should say from the frame itself."""

    def feed(self, item: AudioFrame, /) -> list[Wake]:
        woken = item.pcm.startswith(b"wake")
        return [Wake(model="marked", start_ms=item.start_ms, score=1.0)] if woken else []

    def __call__(self, audio: bytes, /) -> float:
        return float(b"talk" in audio)

    def reset(self) -> None:
        """It remembers nothing."""


class Attentive(RuleBasedStateMachine):
    """Whatever is said when: sound leaves only between a wake and the end of its request."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = Patience(silence_ms=200, patience_ms=1_000, longest_ms=2_000)
        self.stage = Attention(Marked(), Marked(), self.patience)
        self.now_ms = 0
        self.awake_ms = 0
        self.handed: list[AudioFrame] = []

    def hear(self, mark: bytes, frames: int) -> None:
        for _ in range(frames):
            was_awake = self.stage.awake
            frame = AudioFrame(pcm=mark.ljust(FRAME_BYTES, b"\0"), start_ms=self.now_ms)
            self.now_ms += FRAME_MS
            self.check(self.stage.feed(frame), was_awake, frame)

    def check(self, noticed: list[Noticed], was_awake: bool, frame: AudioFrame) -> None:
        if not was_awake and frame.pcm.startswith(b"wake"):
            assert noticed[0] == Wake(model="marked", start_ms=frame.start_ms, score=1.0)
            self.awake_ms = 0
        elif not was_awake:
            assert noticed == []
        if self.stage.awake:
            self.awake_ms += FRAME_MS
        for item in noticed:
            match item:
                case AudioFrame():
                    self.handed.append(item)
                case Utterance(pcm=pcm):
                    assert item is noticed[-1]
                    assert not self.stage.awake
                    assert pcm == b"".join(each.pcm for each in self.handed)
                    gaps = {b.start_ms - a.start_ms for a, b in pairwise(self.handed)}
                    assert gaps <= {FRAME_MS}
                    self.handed = []

    @rule(frames=st.integers(1, 40))
    def somebody_talks(self, frames: int) -> None:
        self.hear(b"talk", frames)

    @rule(frames=st.integers(1, 40))
    def nobody_talks(self, frames: int) -> None:
        self.hear(b"", frames)

    @rule()
    def the_wake_word_is_said(self) -> None:
        was_awake = self.stage.awake
        self.hear(b"wake", 1)
        assert self.stage.awake or was_awake

    @rule()
    def the_speaker_asks(self) -> None:
        self.stage.attend()
        self.handed = []
        self.awake_ms = 0
        assert self.stage.awake

    @precondition(lambda self: self.stage.awake)
    @rule()
    def the_stream_ends(self) -> None:
        frame = AudioFrame(pcm=bytes(FRAME_BYTES), start_ms=self.now_ms)
        noticed = self.stage.finish()
        assert isinstance(noticed[-1], Utterance)
        self.check(noticed, True, frame)

    @invariant()
    def nobody_is_listened_to_for_ever(self) -> None:
        # Looking back, lead-in, patience, then the longest request.
        assert self.awake_ms <= LOOK_BACK_MS + 1_000 + 2_000 + 500
        assert self.stage.awake or not self.handed


TestAttentive = Attentive.TestCase
TestAttentive.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
