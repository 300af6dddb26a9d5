"""From asleep through the wake word to one whole request, and asleep again."""

import functools
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.asr.acoustic import acoustic_model
from device.asr.lexicon import shared_lexicon
from device.asr.phrasecheck import WAKE_LOSS, PhraseCheck, ways
from device.asr.trees import Pronouncer
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
from device.models import load
from device.stage import each
from device.wake.attention import DOUBT_MS, KEPT_MS, LOOK_BACK_MS, Attention, Noticed
from device.wake.wakeword import WakeWord
from tests.wake.test_wakeword import Samples, frames_of, model, silence, spoken

COMMAND = "turn on the kitchen light and the fan"


@functools.cache
def real_detector() -> Detector:
    return silero()


@functools.cache
def real_check() -> PhraseCheck:
    known = {"okay nabu": ways("okay nabu", Pronouncer(shared_lexicon().pronounce).sounds)}
    return PhraseCheck(acoustic_model(load("acoustic")), known, most_loss=WAKE_LOSS)


def attention(*, checked: bool = True) -> Attention:
    real_detector().reset()
    check = real_check() if checked else None
    return Attention(WakeWord(model("okay_nabu")), real_detector(), check=check)


def requests(noticed: list[Noticed]) -> list[Utterance]:
    return [item for item in noticed if isinstance(item, Utterance)]


def trimmed(sound: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(sound.astype(int)) > 300)
    return sound[loud[0] : loud[-1] + 1]


@pytest.mark.parametrize(
    ("voice", "pause_ms", "checked"),
    [
        ("en-us", 0, True),
        ("en-us", 300, True),
        ("en-gb", 60, True),
        ("en-us+m3", 1_500, True),
        ("en-us", 60, False),
        ("en-us+m3", 300, False),
    ],
)
def test_a_request_after_the_wake_word_is_heard_whole(
    voice: str, pause_ms: int, checked: bool
) -> None:
    phrase = trimmed(spoken("okay nahboo", voice=voice))
    command = trimmed(spoken(COMMAND, voice=voice))
    frames = frames_of(silence(1_000), phrase, silence(pause_ms), command, silence(1_500))

    noticed = each(attention(checked=checked), frames)

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
    asked = [silence(500), spoken("okay nahboo"), silence(400), spoken(COMMAND), silence(1_500)]
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
        woken = item.pcm.startswith((b"wake", b"fool", b"soon"))
        return [Wake(model="marked", start_ms=item.start_ms, score=1.0)] if woken else []

    def __call__(self, audio: bytes, /) -> float:
        return float(b"talk" in audio)

    def reset(self) -> None:
        """It remembers nothing."""


@dataclass(frozen=True)
class End:
    """A phrase ended."""

    end_ms: int


class MarkedCheck:
    """A check that finds the phrase in "wake", and the end of that of "soon" in "late"."""

    def __init__(self) -> None:
        self.heard: list[AudioFrame] = []

    def feed(self, item: AudioFrame, /) -> list[End]:
        self.heard.append(item)
        ends = item.pcm.startswith((b"wake", b"late"))
        return [End(item.start_ms + FRAME_MS)] if ends else []

    def reset(self) -> None:
        self.heard.clear()


class Attentive(RuleBasedStateMachine):
    """Whatever is said when: sound leaves only between a wake and the end of its request."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = Patience(silence_ms=200, patience_ms=1_000, longest_ms=2_000)
        self.marked_check = MarkedCheck()
        self.stage = Attention(Marked(), Marked(), self.patience, check=self.marked_check)
        self.now_ms = 0
        self.awake_ms = 0
        self.doubt_until_ms = -1
        self.phrase_end_ms = 0
        self.handed: list[AudioFrame] = []

    def hear(self, mark: bytes, frames: int) -> None:
        for _ in range(frames):
            was_awake = self.stage.awake
            frame = AudioFrame(pcm=mark.ljust(FRAME_BYTES, b"\0"), start_ms=self.now_ms)
            self.now_ms += FRAME_MS
            self.check(self.stage.feed(frame), was_awake, frame)

    def check(self, noticed: list[Noticed], was_awake: bool, frame: AudioFrame) -> None:
        doubting = not was_awake and frame.start_ms <= self.doubt_until_ms
        if not was_awake:
            # What the check heard lies in the last seconds: it may hold an earlier "late" too.
            confirmed = frame.pcm.startswith(b"wake") or (
                doubting and frame.pcm.startswith(b"late")
            )
            confirmed |= any(isinstance(item, Wake) for item in noticed)
            assert bool(noticed) == confirmed
            if confirmed:
                assert isinstance(noticed[0], Wake)
                assert self.stage.awake
                assert self.marked_check.heard[-1] == frame
                assert len(self.marked_check.heard) <= (KEPT_MS + DOUBT_MS) // FRAME_MS + 1
                ended = frame.pcm.startswith((b"wake", b"late"))
                self.phrase_end_ms = frame.start_ms + FRAME_MS if ended else 0
                self.awake_ms = 0
                self.doubt_until_ms = -1
            elif not doubting and frame.pcm.startswith((b"fool", b"soon")):
                self.doubt_until_ms = frame.start_ms + DOUBT_MS
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
                    assert all(frame.start_ms >= self.phrase_end_ms for frame in self.handed)
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

    @rule(mark=st.sampled_from([b"fool", b"soon"]))
    def the_wake_model_fires(self, mark: bytes) -> None:
        self.hear(mark, 1)

    @rule(silent_frames=st.integers(0, DOUBT_MS // FRAME_MS + 2))
    def the_phrase_comes_to_its_end_later(self, silent_frames: int) -> None:
        self.hear(b"soon", 1)
        self.hear(b"", silent_frames)
        self.hear(b"late", 1)

    @rule()
    def the_speaker_asks(self) -> None:
        self.stage.attend()
        self.handed = []
        self.awake_ms = 0
        self.doubt_until_ms = -1
        self.phrase_end_ms = 0
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


def test_a_detection_without_the_phrase_wakes_nobody_and_the_next_one_may() -> None:
    stage = Attention(Marked(), Marked(), check=MarkedCheck())
    fooled = [b"fool", *[b""] * (DOUBT_MS // FRAME_MS + 1)]

    found = each(stage, marked([*fooled, *fooled, b"talk", b"wake", b"talk"]))

    assert [item.start_ms for item in found if isinstance(item, Wake)] == [
        (2 * len(fooled) + 1) * FRAME_MS
    ]


@pytest.mark.parametrize("talked", [0, 16])
def test_a_phrase_of_long_before_a_detection_is_not_where_its_request_begins(talked: int) -> None:
    stage = Attention(
        Marked(),
        Marked(),
        Patience(silence_ms=200, patience_ms=1_000),
        check=MarkedCheck(),
    )
    before = [b"late", *[b"talk"] * talked, *[b""] * 51]

    found = each(stage, marked([*before, b"soon"]))

    assert [type(item) for item in found] == [Wake]
    assert stage.awake


def test_what_follows_the_phrase_in_one_breath_is_heard_and_the_phrase_is_not() -> None:
    stage = Attention(Marked(), Marked(), check=MarkedCheck())
    frames = marked([b"", *[b"late"], *[b"talk"] * 12, b"soon", *[b"talk"] * 30, *[b""] * 60])

    heard = [item for item in each(stage, frames) if isinstance(item, AudioFrame)]

    assert heard[0].start_ms == 2 * FRAME_MS
    assert heard[0].pcm.startswith(b"talk")


def test_a_question_waits_as_long_as_it_is_told_to_and_the_next_request_as_usual() -> None:
    stage = Attention(Marked(), Marked(), Patience(patience_ms=1_000), check=MarkedCheck())

    stage.attend(8_000)
    answer = each(stage, marked([b""] * 500))
    stage.attend()
    request = each(stage, marked([b""] * 500))

    assert [item.start_ms for item in answer if isinstance(item, Utterance)] == [8_000]
    assert [item.start_ms for item in request if isinstance(item, Utterance)] == [1_000]


def marked(marks: list[bytes]) -> list[AudioFrame]:
    """Frames that carry these marks."""
    return [
        AudioFrame(pcm=mark.ljust(FRAME_BYTES, b"\0"), start_ms=at * FRAME_MS)
        for at, mark in enumerate(marks)
    ]
