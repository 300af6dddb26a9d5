"""What the wake stage makes of sound is what microWakeWord's own program makes of it."""

import functools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from device.audio.framer import Framer
from device.errors import ModelError
from device.runtimes import RUNTIMES, Accelerator, runtime
from device.stage import each
from device.wake.features import MicroFeatures
from device.wake.microwakeword import (
    FEATURES,
    built_in,
    find,
    load_microwakeword,
    read_description,
)

SOUNDS = Path(__file__).parent.parent / "sounds"
WAKE_SET = Path(__file__).parents[3] / "shared" / "data" / "speech" / "wake"
LARGEST = 26.0
"""The largest feature that the input of these models can express."""
QUANTUM = LARGEST / 255
THEIR_PROGRAM = """
import sys
import numpy as np
import soundfile
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures
model = MicroWakeWord.from_config(sys.argv[1])
model._probabilities = type(model._probabilities)(maxlen=1)
model.sliding_window_size = 1
out = {}
for path in sys.argv[3:]:
    model.reset()
    sound = soundfile.read(path, dtype="int16")[0].astype("<i2").tobytes()
    windows = list(MicroWakeWordFeatures().process_streaming(sound))
    out[path + ":features"] = np.concatenate(windows)[:, 0]
    scores = [model.process_streaming_prob(window) for window in windows]
    out[path + ":scores"] = np.array(scores[model.stride - 1 :: model.stride])
np.savez(sys.argv[2], **out)
"""


def recordings() -> list[Path]:
    found = sorted(SOUNDS.glob("okay_nabu.*.flac")) + sorted(SOUNDS.glob("alexa.*.flac"))
    assert len(found) == 8
    return found


def people() -> list[Path]:
    if not WAKE_SET.is_dir():
        pytest.skip("needs the wake-word recordings, which only developers have")
    lines = (WAKE_SET / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [WAKE_SET / json.loads(line)["file"] for line in lines[::150]]


def theirs(name: str, files: list[Path], folder: Path) -> dict[str, npt.NDArray[np.float64]]:
    """Features and probabilities as pymicro_wakeword has them, in a process of its own."""
    out = folder / "theirs.npz"
    subprocess.run(
        [sys.executable, "-c", THEIR_PROGRAM, str(built_in()[name]), str(out), *map(str, files)],
        check=True,
        capture_output=True,
    )
    with np.load(out) as file:
        return {key: file[key] for key in file.files}


def features(path: Path) -> npt.NDArray[np.float32]:
    sound = soundfile.read(path, dtype="int16")[0].astype("<i2").tobytes()
    framer = Framer()
    return np.stack(each(MicroFeatures(), [*framer.feed(sound), *framer.finish()]))


def installed() -> list[str]:
    found = []
    for name in RUNTIMES:
        try:
            found.append(runtime(name))
        except ModelError:
            continue
    assert found
    return found


@pytest.mark.parametrize("runs_in", installed())
@pytest.mark.parametrize("source", [recordings, people], ids=["synthetic", "people"])
def test_scores_are_those_of_pymicro_wakeword(
    source: Callable[[], list[Path]], runs_in: str, tmp_path: Path
) -> None:
    files = source()
    expected = theirs("okay_nabu", files, tmp_path)
    model = load_microwakeword("okay_nabu", place=Accelerator(runtime=runs_in))

    apart, highest = [], 0.0
    for path in files:
        ours = features(path)
        whole = expected[f"{path}:features"]
        # The last frame of ours is filled up with silence.
        np.testing.assert_array_equal(ours[: len(whole)], whole)
        assert whole.max() <= LARGEST
        model.forget()
        steps = whole[: len(whole) // model.stride * model.stride]
        scores = [
            model.run(step.astype(np.float32)) for step in steps.reshape(-1, model.stride, FEATURES)
        ]
        apart.append(np.abs(np.array(scores) - expected[f"{path}:scores"][: len(scores)]).max())
        highest = max(highest, *scores)

    assert len(apart) == len(files)
    assert max(apart) <= 0.08
    assert source is people or highest > 0.9


def phrase_in_steps() -> npt.NDArray[np.float32]:
    """Features of a recorded phrase as `okay_nabu` takes them, in whole steps of its scale."""
    windows = features(SOUNDS / "okay_nabu.rms.flac")
    steps = windows[: len(windows) // 3 * 3].reshape(-1, 3, FEATURES)
    rounded: npt.NDArray[np.float32] = np.rint(steps / QUANTUM).astype(np.float32)
    return rounded


@functools.cache
def scores_of(values: bytes) -> tuple[float, ...]:
    model = load_microwakeword("okay_nabu")
    steps = np.frombuffer(values, np.float32).reshape(-1, 3, FEATURES)
    return tuple(model.run(step * np.float32(QUANTUM)) for step in steps)


@settings(max_examples=10)
@given(over=st.integers(1, 10**6), under=st.integers(1, 10**6))
def test_features_out_of_range_are_read_as_the_nearest_that_can_be(over: int, under: int) -> None:
    steps = phrase_in_steps()
    edges = np.where(steps > 180, 255, steps)

    beyond = np.where(edges == 255, 255 + over, np.where(edges == 0, -under, edges))
    assert (beyond > 255).any()
    assert (beyond < 0).any()

    expected = scores_of(edges.astype(np.float32).tobytes())
    assert len(set(expected)) > 3
    assert scores_of(beyond.astype(np.float32).tobytes()) == expected


@settings(max_examples=10)
@given(shift=st.floats(-0.45, 0.45))
def test_features_are_rounded_to_the_nearest_step_not_cut_off(shift: float) -> None:
    steps = np.clip(phrase_in_steps(), 1, 254)

    expected = scores_of(steps.tobytes())
    assert max(expected) > 0.5
    assert scores_of((steps + shift).astype(np.float32).tobytes()) == expected


def test_every_built_in_model_is_found_by_its_name_and_can_be_run() -> None:
    names = list(built_in())

    assert {"okay_nabu", "alexa", "hey_jarvis", "hey_mycroft"} <= set(names)
    for name in names:
        model = load_microwakeword(name)
        assert model.phrase == read_description(find(name)).wake_word
        assert 0 <= model.run(np.zeros((model.stride, FEATURES), np.float32)) < model.cutoff


def test_a_model_without_a_phrase_is_refused(tmp_path: Path) -> None:
    described = json.loads(built_in()["alexa"].read_text(encoding="utf-8"))
    path = tmp_path / "mute.json"
    path.write_text(json.dumps({**described, "wake_word": ""}), encoding="utf-8")

    with pytest.raises(ModelError, match="wake_word"):
        load_microwakeword(str(path))
