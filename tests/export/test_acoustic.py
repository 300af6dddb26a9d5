from collections.abc import Sequence
from itertools import chain, product
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.acoustic import AcousticModel, Form, acoustic_model, form, log_softmax
from device.asr.phonemes import LABELS
from device.audio.features import CLIP, FEATURES, whole
from device.errors import ModelError
from device.models import SHIPPED, load, read_manifest
from device.runtimes import RUNTIMES, Accelerator
from export.acoustic.augment import QUANTUM, hard_copy, shake
from export.acoustic.measure import collapse, distance, float_form, nearest, streamed
from export.acoustic.sentences import household_sentences, spelled
from export.acoustic.weights import Network, read, states_along
from export.quantize import WEIGHTS, require
from simulator.acoustics import Scene

Float32Array = npt.NDArray[np.float32]
MODEL = load("acoustic")
NETWORK = read(WEIGHTS / "acoustic.npz")


def speech_like(seed: int, seconds: float = 1.5) -> Float32Array:
    """Features of noise in bursts."""
    random = np.random.default_rng(seed)
    samples = int(16_000 * seconds)
    loudness = np.repeat(random.uniform(0, 1, samples // 1600 + 1) ** 2, 1600)[:samples]
    return whole((random.standard_normal(samples) * loudness * 3000).astype(np.int16))


def in_float(network: Network, features: Float32Array) -> Float32Array:
    return float_form(network)(features)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_shipped_model_says_in_int8_what_its_weights_say_in_float(runtime: str) -> None:
    try:
        model = load("acoustic", place=Accelerator(runtime=runtime))
    except ModelError:
        pytest.skip(f"{runtime} is not installed")
    features = speech_like(1, seconds=3.0)

    quick, real = streamed(acoustic_model(model), features), in_float(NETWORK, features)

    assert quick.shape == real.shape == (len(features), len(LABELS))
    assert np.mean(quick.argmax(axis=1) == real.argmax(axis=1)) > 0.9
    assert np.abs(np.exp(quick) - np.exp(real)).mean() < 0.01


def test_both_runtimes_stream_the_same_phonemes() -> None:
    heard = []
    for runtime in RUNTIMES:
        try:
            model = load("acoustic", place=Accelerator(runtime=runtime))
        except ModelError:
            pytest.skip(f"{runtime} is not installed")
        heard.append(streamed(acoustic_model(model), speech_like(2)))

    assert np.abs(np.exp(heard[0]) - np.exp(heard[1])).max() < 0.1


def test_states_go_round_unchanged() -> None:
    manifest = read_manifest(SHIPPED / "acoustic.json")

    assert len(manifest.inputs) == len(manifest.outputs) > 1
    for state, following in zip(manifest.inputs[1:], manifest.outputs[1:], strict=True):
        assert state.role == following.role == "state"
        assert (state.shape, state.scale, state.zero_point) == (
            following.shape,
            following.scale,
            following.zero_point,
        )


@given(steps=st.integers(0, 30), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_every_step_gets_one_answer_as_late_as_the_model_looks_ahead(steps: int, seed: int) -> None:
    stage, late = acoustic_model(MODEL), MODEL.manifest.settings["lookahead_steps"]
    features = speech_like(seed)[:steps]

    answers = [stage.feed(step) for step in features]
    last = stage.flush()

    assert [len(answer) for answer in answers] == [int(at >= late) for at in range(steps)]
    assert sum(map(len, answers)) + len(last) == steps
    for log_probs in [*chain.from_iterable(answers), *last]:
        assert np.exp(log_probs).sum() == pytest.approx(1.0, abs=1e-4)


def test_an_utterance_does_not_remember_the_one_before() -> None:
    stage = acoustic_model(MODEL)
    first = streamed(stage, speech_like(1))
    for step in speech_like(2):
        stage.feed(step)

    stage.reset()

    assert np.array_equal(streamed(stage, speech_like(1)), first)


def test_the_stage_takes_any_function_from_arrays_to_arrays() -> None:
    def counting(arrays: Sequence[npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        _features, state = arrays
        logits = np.full((1, len(LABELS)), -9.0, np.float32)
        logits[0, int(state[0])] = 9.0
        return [logits, state + 1]

    stage = AcousticModel(counting, Form(lookahead_steps=2, states=(np.zeros(1),)))

    said = streamed(stage, np.zeros((4, FEATURES), np.float32))

    assert said.argmax(axis=1).tolist() == [2, 3, 4, 5]


def test_a_model_for_other_phonemes_or_features_is_refused() -> None:
    manifest = read_manifest(SHIPPED / "acoustic.json")
    for change, complaint in (
        ({"labels": ("_", "AA")}, "2 labels"),
        ({"inputs": manifest.inputs[1:]}, "the features are"),
        ({"settings": {}}, "lookahead_steps"),
    ):
        with pytest.raises(ModelError, match=complaint):
            form(msgspec.structs.replace(manifest, **change))


def test_states_for_calibration_are_what_the_blocks_have_read() -> None:
    features = speech_like(4)[:20]

    states = states_along(NETWORK, features)

    hidden = NETWORK.enter(features)
    assert len(states) == len(NETWORK.blocks)
    assert states[0].shape == (20, NETWORK.kernel_steps - 1, NETWORK.channels)
    assert not states[0][0].any()
    assert np.allclose(states[0][7][-1], hidden[6])


def slow_distance(found: list[int], wanted: list[int]) -> int:
    """The textbook recursion, cell by cell."""
    table = [[i + j for j in range(len(wanted) + 1)] for i in range(len(found) + 1)]
    for i in range(1, len(found) + 1):
        for j in range(1, len(wanted) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (found[i - 1] != wanted[j - 1]),
            )
    return table[-1][-1]


symbols = st.lists(st.integers(1, 4), max_size=12)


@given(found=symbols, wanted=symbols)
def test_the_distance_is_that_of_the_textbook(found: list[int], wanted: list[int]) -> None:
    assert distance(found, wanted) == slow_distance(found, wanted)


WAYS = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=3)


@given(found=st.lists(st.integers(1, 4), max_size=8), words=st.lists(WAYS, max_size=3))
def test_words_may_be_heard_in_any_of_their_forms(
    found: list[int], words: list[list[list[int]]]
) -> None:
    every = [list(chain.from_iterable(ways)) for ways in product(*words)]

    assert nearest(found, words) == min(slow_distance(found, one) for one in every)


def test_repeats_are_joined_unless_a_blank_lies_between() -> None:
    scores = np.eye(len(LABELS), dtype=np.float32)[[0, 5, 5, 0, 5, 7, 7, 0]]

    assert collapse(scores) == (5, 5, 7)


@given(seed=st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_log_softmax_gives_probabilities_for_any_logits(seed: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 100, (5, 40)).astype(np.float32)

    assert np.exp(log_softmax(logits)).sum(axis=1) == pytest.approx(np.ones(5), abs=1e-4)


def test_a_hard_copy_repeats_with_its_seed_and_fits_int8() -> None:
    samples = (np.random.default_rng(0).standard_normal(16_000) * 2000).astype(np.int16)
    first, again, other = (
        hard_copy(samples, Scene(), others=[], random=np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other[: len(first)])
    assert np.abs(first * QUANTUM).max() <= CLIP + 1e-6


def test_shaken_features_keep_their_shape_and_range() -> None:
    features = speech_like(9)

    shaken = shake(features, np.random.default_rng(1))

    assert shaken.shape == features.shape
    assert np.abs(shaken).max() <= CLIP
    assert not np.array_equal(shaken, features)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Set it to 21.5 %", "set it to twenty one point five percent"),
        ("5 eggs & milk, please!", "five eggs and milk please"),
        ("Anna\u2019s lamp", "anna's lamp"),
    ],
)
def test_numbers_and_signs_are_spelled_out(text: str, words: str) -> None:
    assert spelled(text) == words


def test_household_sentences_repeat_with_their_seed(tmp_path: Path) -> None:
    for name, content in (
        ("slurp/lm.txt", "what time is it"),
        ("snips/train/seq.in", "play some jazz"),
        (
            "hwu64/folds.jsonl",
            '{"fold": 1, "text": "dim the lights", "intent": "", "entities": []}',
        ),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(content, encoding="utf-8")

    first, again, other = (
        household_sentences(60, text_folder=tmp_path, seed=seed) for seed in (1, 1, 2)
    )

    assert first == again != other
    assert len(first) == 60
    assert all(set(text) <= set("abcdefghijklmnopqrstuvwxyz' ") for text in first)
    assert len(set(first)) > 30


def test_a_gate_names_what_it_measured_and_what_it_wanted() -> None:
    require("accuracy", 0.9, at_least=0.9)
    with pytest.raises(ModelError, match=r"accuracy is 0.5, it must be at least 0.9"):
        require("accuracy", 0.5, at_least=0.9)
    with pytest.raises(ModelError, match="must be at most"):
        require("loss", float("nan"), at_most=1.0)
