"""The wake word on real models and synthetic speech, in whichever runtimes are installed."""

import functools
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from device.audio.framer import Framer
from device.edges.recordings import read_whole
from device.errors import ModelError
from device.events import FRAME_MS, FRAME_SAMPLES, RATE_HZ, AudioFrame, Wake
from device.runtimes import RUNTIMES, Accelerator, runtime
from device.speech import espeak
from device.stage import each
from device.wake.features import MicroFeatures
from device.wake.microwakeword import FEATURES, WakeModel, built_in, load_microwakeword
from device.wake.wakeword import WakeWord

Samples = npt.NDArray[np.int16]
PHRASES = ["alexa", "hey_jarvis", "hey_mycroft", "okay_nabu"]
SOUNDS = Path(__file__).parent.parent / "sounds"
VOICES = ["en-us", "en-gb", "en-us+m3", "en-us+m7", "en-us+f3"]
OTHER_SPEECH = [
    "turn on the kitchen light and set the bedroom thermostat to 21 degrees",
    "okay then, we will see you tomorrow at noon",
    "a new book about the history of navigation",
    "add bananas, peanut butter and paper towels to my shopping list",
    "he may have gone to the market",
]


def silence(ms: int) -> Samples:
    return np.zeros(RATE_HZ * ms // 1000, np.int16)


def spoken(text: str, *, voice: str = "en-us", words_per_minute: int = 140) -> Samples:
    pcm, rate_hz = espeak.synthesize(text, voice=voice, words_per_minute=words_per_minute)
    heard: Samples = soxr.resample(np.frombuffer(pcm, "<i2"), rate_hz, RATE_HZ)
    return heard


def frames_of(*sounds: Samples) -> list[AudioFrame]:
    framer = Framer()
    return [*framer.feed(np.concatenate(sounds).astype("<i2").tobytes()), *framer.finish()]


@functools.cache
def model(name: str) -> WakeModel:
    return load_microwakeword(name)


def installed_runtimes() -> list[str]:
    found = []
    for name in RUNTIMES:
        try:
            found.append(runtime(name))
        except ModelError:
            continue
    assert found
    return found


def calm(score: float, stride: int = 3, window: int = 1) -> WakeModel:
    """A model that always gives the same score."""
    return WakeModel(
        name="calm",
        phrase="calm",
        cutoff=0.5,
        window=window,
        stride=stride,
        run=lambda _: score,
        forget=lambda: None,
    )


@pytest.mark.parametrize("name", PHRASES)
def test_every_built_in_model_wakes_on_its_phrase_and_on_no_other(name: str) -> None:
    woken: dict[str, int] = {}
    for phrase in PHRASES:
        recordings = sorted(SOUNDS.glob(f"{phrase}.*.flac"))
        assert len(recordings) == 4
        heard = [Framer().feed(read_whole(path)) for path in recordings]
        woken[phrase] = sum(len(each(WakeWord(model(name)), frames)) for frames in heard)

    assert woken.pop(name) >= 3
    assert set(woken.values()) == {0}


@pytest.mark.parametrize("voice", VOICES)
def test_okay_nabu_wakes_once_near_the_end_of_the_phrase(voice: str) -> None:
    phrase = spoken("okay nahboo", voice=voice)
    end_ms = 1_000 + len(phrase) // 16

    wakes = each(WakeWord(model("okay_nabu")), frames_of(silence(1_000), phrase, silence(3_000)))

    (wake,) = wakes
    assert wake.model == "okay_nabu"
    assert model("okay_nabu").cutoff < wake.score <= 1
    assert end_ms - 500 < wake.start_ms < end_ms + 500


def test_other_speech_wakes_nobody() -> None:
    wake_word = WakeWord(model("okay_nabu"))

    for text in OTHER_SPEECH:
        for voice in VOICES:
            assert each(wake_word, frames_of(spoken(text, voice=voice), silence(300))) == []


@pytest.mark.parametrize("name", installed_runtimes())
def test_the_runtimes_agree(name: str) -> None:
    frames = frames_of(silence(500), spoken("okay nahboo"), silence(800))
    windows = np.stack(each(MicroFeatures(), frames))
    windows = windows[: len(windows) // 3 * 3].reshape(-1, 3, FEATURES)
    here = load_microwakeword("okay_nabu", place=Accelerator(runtime=name))
    model("okay_nabu").forget()
    here.forget()

    ours = [model("okay_nabu").run(step) for step in windows]
    theirs = [here.run(step) for step in windows]

    assert max(ours) > 0.8
    assert theirs == pytest.approx(ours, abs=0.1)


def test_after_a_reset_the_model_has_forgotten_everything() -> None:
    wake_word = WakeWord(model("okay_nabu"))
    phrase = frames_of(silence(500), spoken("okay nahboo"), silence(600))
    half = phrase[: 1_000 // FRAME_MS]

    first = each(wake_word, phrase)
    wake_word.reset()
    each(wake_word, half)
    wake_word.reset()
    rest = each(wake_word, phrase[1_200 // FRAME_MS :])
    wake_word.reset()

    assert len(first) == 1
    assert rest == []
    assert each(wake_word, phrase) == first


@given(refractory_ms=st.integers(0, 2_000), window=st.integers(1, 8), stride=st.integers(1, 5))
def test_detections_keep_their_distance_and_wait_for_a_full_window(
    refractory_ms: int, window: int, stride: int
) -> None:
    frames = frames_of(silence(4_000))
    wake_word = WakeWord(calm(0.9, stride=stride, window=window), refractory_ms=refractory_ms)

    wakes = each(wake_word, frames)

    at = [wake.start_ms for wake in wakes]
    assert at
    assert at[0] + FRAME_MS >= window * stride * 10
    apart_ms = max(refractory_ms, window * stride * 10 - FRAME_MS)
    assert all(b - a >= apart_ms for a, b in pairwise(at))


@given(score=st.floats(0, 1), threshold=st.floats(0.01, 0.99))
def test_only_a_score_above_the_threshold_wakes(score: float, threshold: float) -> None:
    wakes = each(WakeWord(calm(score), threshold=threshold), frames_of(silence(200)))

    assert bool(wakes) == (score > threshold)


def test_the_score_is_the_mean_over_the_window() -> None:
    scores = iter([0.0, 0.9, 0.9, 0.9, 0.9, 1.0, *[0.0] * 100])
    spiky = WakeModel(
        name="spiky",
        phrase="",
        cutoff=0.6,
        window=4,
        stride=1,
        run=lambda _: next(scores),
        forget=lambda: None,
    )

    wakes = each(WakeWord(spiky), frames_of(silence(300)))

    assert [type(wake) for wake in wakes] == [Wake]
    assert wakes[0].score == pytest.approx((0.0 + 0.9 + 0.9 + 0.9) / 4)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0])
def test_a_threshold_out_of_range_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match=f"got {threshold}"):
        WakeWord(calm(0.5), threshold=threshold)


def test_a_model_forgets_what_it_heard() -> None:
    windows = np.stack(each(MicroFeatures(), frames_of(silence(500), spoken("okay nahboo"))))
    steps = windows[: len(windows) // 3 * 3].reshape(-1, 3, FEATURES)
    new, used = load_microwakeword("okay_nabu"), load_microwakeword("okay_nabu")
    fresh = [new.run(step) for step in steps]

    for step in steps[:-3]:
        used.run(step)
    used.forget()

    assert [used.run(step) for step in steps] == fresh


def test_features_do_not_depend_on_what_was_heard_before_a_reset() -> None:
    features = MicroFeatures()
    frames = frames_of(spoken("hello there"))
    first = each(features, frames)
    features.reset()

    again = each(features, frames)

    assert len(first) > 20
    assert np.array_equal(np.stack(first), np.stack(again))
    assert np.stack(first).shape[1] == FEATURES
    assert len(first) == pytest.approx(len(frames) * FRAME_SAMPLES / 160, abs=3)


def broken_model(folder: Path, **changes: object) -> Path:
    """A copy of a built-in model with parts of its description changed."""
    source = built_in()["okay_nabu"]
    description = json.loads(source.read_text(encoding="utf-8"))
    micro = changes.pop("micro", {})
    assert isinstance(micro, dict)
    description["micro"].update(micro)
    description.update(changes)
    (folder / "okay_nabu.tflite").write_bytes(source.with_suffix(".tflite").read_bytes())
    path = folder / "mine.json"
    path.write_text(json.dumps(description), encoding="utf-8")
    return path


def test_a_model_of_ones_own_is_loaded_by_its_path(tmp_path: Path) -> None:
    path = broken_model(tmp_path, wake_word="Okay Nook", micro={"probability_cutoff": 0.5})

    found = load_microwakeword(str(path))

    assert (found.name, found.phrase, found.cutoff) == ("mine", "Okay Nook", 0.5)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"version": 1}, "version 1; wanted type 'micro', version 2"),
        ({"type": "hey"}, "type 'hey'"),
        ({"micro": {"feature_step_size": 20}}, "features every 20 ms"),
        ({"micro": {"probability_cutoff": 7}}, "probability_cutoff"),
        ({"micro": {"sliding_window_size": 0}}, "sliding_window_size"),
        ({"model": "gone.tflite"}, "gone.tflite is missing"),
    ],
)
def test_a_wrong_description_is_one_clear_sentence(
    tmp_path: Path, changes: dict[str, object], complaint: str
) -> None:
    path = broken_model(tmp_path, **changes)

    with pytest.raises(ModelError, match=complaint) as caught:
        load_microwakeword(str(path))

    assert "\n" not in str(caught.value)


def test_a_name_that_is_neither_file_nor_built_in_lists_what_there_is() -> None:
    with pytest.raises(ModelError, match=r"wake model hey_you .*alexa, hey_jarvis"):
        load_microwakeword("hey_you")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"type": "micro"}', "\x00\xff"])
def test_a_file_that_describes_no_model_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(ModelError, match="does not describe a microWakeWord model"):
        load_microwakeword(str(path))


def test_a_damaged_model_file_is_refused(tmp_path: Path) -> None:
    path = broken_model(tmp_path)
    (tmp_path / "okay_nabu.tflite").write_bytes(b"not a model at all")

    with pytest.raises(ModelError, match="cannot be run"):
        load_microwakeword(str(path))
