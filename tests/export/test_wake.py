"""Training a wake word: what is said, the scenes, the file that comes out, its figures."""

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.lexicon import shared_lexicon
from device.audio.framer import Framer
from device.errors import ModelError
from device.events import RATE_HZ
from device.runtimes import RUNTIMES, Accelerator, runtime
from device.stage import each
from device.wake.microwakeword import FEATURES, WakeModel, load_microwakeword, read_description
from device.wake.wakeword import REFRACTORY_MS, WakeWord
from export import wake
from export.__main__ import main
from export.wake import sounds
from export.wake.examples import Plan, write_examples
from export.wake.make import describe
from export.wake.measure import CUTOFFS, Figures, Heard, alarms, choose_cutoff, hear, scores
from export.wake.network import CHANNELS, KERNELS, STEPS, WINDOWS, Block, Network, forward, write
from export.wake.phrases import near_misses, sounding_alike, spellings, words_of
from export.wake.scenes import LONGEST, QUANTUM, example_with, example_without
from simulator import voices

ROOT = Path(__file__).parents[2]
SOUNDS = ROOT / "tests" / "sounds"


def said(name: str) -> npt.NDArray[np.int16]:
    found: npt.NDArray[np.int16] = soundfile.read(SOUNDS / f"{name}.flac", dtype="int16")[0]
    return found


def installed() -> list[str]:
    found = []
    for name in RUNTIMES:
        try:
            found.append(runtime(name))
        except ModelError:
            continue
    assert found
    return found


@pytest.mark.parametrize("text", ["hey nook", "Hey, Nook!", "  HEY   nook "])
def test_a_phrase_is_its_words_however_it_is_written(text: str) -> None:
    assert words_of(text) == ("hey", "nook")


@pytest.mark.parametrize("text", ["", "?!", "1 2", "a b c d e f g"])
def test_a_phrase_without_words_or_with_too_many_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="1 to 6 words"):
        words_of(text)


def test_a_phrase_is_said_in_several_tones() -> None:
    assert spellings("hey nook") == ["hey nook", "hey nook.", "hey nook!", "hey nook?", "hey, nook"]
    assert {words_of(text) for text in spellings("smart mirror")} == {("smart", "mirror")}


def test_words_that_sound_alike_differ_in_a_sound() -> None:
    near = sounding_alike("nook")

    assert {"look", "book", "cook", "took", "nick"} <= set(near)
    assert "nook" not in near
    own = set(shared_lexicon().pronounce("hey"))
    assert "may" in sounding_alike("hey")
    assert not [w for w in sounding_alike("hey") if own & set(shared_lexicon().pronounce(w))]


@given(seed=st.integers(0, 1_000), phrase=st.sampled_from(["hey nook", "smart mirror", "athena"]))
@settings(max_examples=15)
def test_a_near_miss_never_has_the_phrase_in_it(seed: int, phrase: str) -> None:
    own = " ".join(" ".join(shared_lexicon().pronounce(w)[0]) for w in phrase.split())

    for text in islice(near_misses(phrase, np.random.default_rng(seed)), 20):
        assert words_of(text)
        heard = " ".join(" ".join(shared_lexicon().pronounce(w)[0]) for w in text.split())
        assert own not in heard


def test_voices_of_training_and_of_measuring_are_never_the_same() -> None:
    if not set(voices.engines()) & {"flite", "espeak-ng"}:
        pytest.skip("no speech program is installed")
    random = np.random.default_rng(1)

    learned = {sounds.talker(random, stranger=False).name for _ in range(300)}
    strange = {sounds.talker(random, stranger=True).name for _ in range(60)}

    assert len(learned) > 3
    assert len(strange) > 1
    assert not learned & strange


def speech_set(folder: Path, rows: list[tuple[str, str, str]]) -> None:
    """A speech set of (text, speaker, split), every recording another tone."""
    folder.mkdir(parents=True)
    lines = []
    for n, (text, speaker, split) in enumerate(rows):
        samples = (3_000 * np.sin(np.arange(RATE_HZ) * 0.02 * (n + 2))).astype(np.int16)
        soundfile.write(folder / f"{n}.flac", samples, RATE_HZ)
        row = {"file": f"{n}.flac", "text": text, "speaker": speaker, "split": split}
        lines.append(json.dumps(row))
    (folder / "manifest.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_other_speech_is_of_one_split_and_never_the_phrase(tmp_path: Path) -> None:
    speech_set(
        tmp_path / "librispeech",
        [("good morning", "1", "train"), ("good night", "2", "dev"), ("hey nook", "3", "train")],
    )
    speech_set(tmp_path / "wake", [("hey_nook", "", "train"), ("athena", "", "train")])

    found = sounds.other_speech(tmp_path, "Hey Nook", split="train", take=lambda _: True)

    assert [one.text for one in found] == ["good morning", "athena"]


def test_kitchen_noise_is_never_read(tmp_path: Path) -> None:
    speech_set(tmp_path / "kitchen_noise", [("", "", "train")])
    speech_set(tmp_path / "ljspeech", [("well then", "", "train")])

    found = sounds.other_speech(tmp_path, "hey nook", split="train", take=lambda _: True)

    assert [one.text for one in found] == ["well then"]


def test_own_recordings_are_parted_into_those_to_learn_from_and_those_to_measure(
    tmp_path: Path,
) -> None:
    for n in range(10):
        soundfile.write(tmp_path / f"{n}.wav", np.full(800, n + 1, np.int16), 8_000)

    train = sounds.own_recordings(tmp_path, "hey nook", "train")
    dev = sounds.own_recordings(tmp_path, "hey nook", "dev")

    assert (len(train), len(dev)) == (8, 2)
    assert {len(one.samples) for one in train} == {1_600}


def test_a_folder_without_the_phrase_is_one_clear_sentence(tmp_path: Path) -> None:
    speech_set(tmp_path / "set", [("athena", "", "train")])

    with pytest.raises(ModelError, match="no recordings of 'hey nook'"):
        sounds.own_recordings(tmp_path / "set", "hey nook", "train")
    with pytest.raises(ModelError, match="is not a folder"):
        sounds.own_recordings(tmp_path / "gone", "hey nook", "train")


@given(before=st.integers(0, 8_000), behind=st.integers(0, 8_000))
@settings(max_examples=15)
def test_silence_around_a_word_is_cut_off(before: int, behind: int) -> None:
    word = (8_000 * np.sin(np.arange(4_000))).astype(np.int16)

    found = sounds.trimmed(np.pad(word, (before, behind)))

    assert len(word) - 320 <= len(found) <= len(word) + 320


@given(seed=st.integers(0, 10_000))
@settings(max_examples=8)
def test_the_phrase_may_be_noticed_near_its_end(seed: int) -> None:
    random = np.random.default_rng(seed)

    found = example_with(sounds.trimmed(said("okay_nabu.rms")), around=[], random=random)

    assert found.features.shape == (LONGEST, FEATURES)
    assert 0 <= found.first <= found.last < STEPS


def test_a_model_of_microwakeword_notices_the_phrase_where_an_example_says(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    model = load_microwakeword("okay_nabu")
    phrase = sounds.trimmed(said("okay_nabu.rms"))
    hits = []
    for _ in range(12):
        example = example_with(phrase, around=[], random=random)
        model.forget()
        steps = example.features.reshape(STEPS, WINDOWS, FEATURES) * np.float32(QUANTUM)
        found = np.array([model.run(step) for step in steps])
        if found.max() > 0.9:
            hits.append(example.first <= int(found.argmax()) <= example.last + WINDOWS)

    assert len(hits) >= 4
    assert sum(hits) >= 0.8 * len(hits)


def test_an_example_of_something_else_has_the_phrase_nowhere() -> None:
    found = example_without(said("alexa.rms"), around=[], random=np.random.default_rng(2))

    assert (found.first, found.last) == (STEPS, STEPS)
    assert found.features.any()


def some_network(seed: int = 7) -> Network:
    random = np.random.default_rng(seed)

    def draw(*shape: int, spread: float) -> npt.NDArray[np.float32]:
        return random.normal(0, spread, shape).astype(np.float32)

    return Network(
        first=draw(5, FEATURES, CHANNELS, spread=0.03),
        first_bias=draw(CHANNELS, spread=0.1),
        blocks=tuple(
            Block(
                over_time=draw(length, CHANNELS, spread=(1 / length) ** 0.5),
                over_channels=draw(CHANNELS, CHANNELS, spread=0.18),
                bias=draw(CHANNELS, spread=0.1),
            )
            for length in KERNELS
        ),
        last=draw(CHANNELS, 1, spread=0.4),
        last_bias=draw(1, spread=0.1),
    )


@given(cut=st.integers(1, 20))
@settings(max_examples=10)
def test_the_net_hears_no_sound_that_is_still_to_come(cut: int) -> None:
    features = np.random.default_rng(1).uniform(0, 20, (60, FEATURES)).astype(np.float32)

    whole = forward(some_network(), features)
    part = forward(some_network(), features[: WINDOWS * cut])

    assert len(whole) == 20
    assert part == pytest.approx(whole[:cut], abs=1e-6)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with made-up weights, converted as a trained one is."""
    folder = tmp_path_factory.mktemp("model")
    random = np.random.default_rng(4)
    examples = [
        example_without(said(f"{n}.slt"), around=[], random=random) for n in ("stop", "alexa")
    ]
    np.savez(folder / "examples.npz", features=np.stack([e.features for e in examples] * 25))
    write(some_network(), folder / "weights.npz")
    command = [sys.executable, "-m", "export.wake.convert"]
    files = [str(folder / name) for name in ("weights.npz", "examples.npz", "some_name.tflite")]
    subprocess.run([*command, *files], cwd=ROOT, check=True, capture_output=True)
    path = folder / "some_name.json"
    describe(path, "some name", cutoff=0.7)
    return path


@pytest.mark.parametrize("runs_in", installed())
def test_the_streaming_int8_file_says_what_the_float_net_says(written: Path, runs_in: str) -> None:
    model = load_microwakeword(str(written), place=Accelerator(runtime=runs_in))
    with np.load(written.parent / "examples.npz") as file:
        sound = file["features"][1].astype(np.float32) * np.float32(QUANTUM)

    expected = forward(some_network(), sound)
    found = [model.run(step) for step in sound.reshape(-1, WINDOWS, FEATURES)]

    assert np.ptp(expected) > 0.2
    assert np.abs(found - expected).mean() < 0.03
    assert np.abs(found - expected).max() < 0.12


def test_the_file_has_the_form_of_microwakewords_own(written: Path) -> None:
    from device.runtimes import interpreter
    from device.wake.microwakeword import built_in

    def looked_into(path: Path) -> tuple[set[str], list[object]]:
        made = interpreter(path, Accelerator(runtime=installed()[0]))
        operations = {one["op_name"] for one in made._get_ops_details()} - {"DELEGATE"}  # type: ignore[attr-defined]
        ends = [made.get_input_details()[0], made.get_output_details()[0]]
        return operations, [(e["dtype"], e["quantization"]) for e in ends]

    ours, ends = looked_into(written.with_suffix(".tflite"))
    theirs, their_ends = looked_into(built_in()["okay_nabu"].with_suffix(".tflite"))

    # So an ESP32 is sure to know each of them.
    assert ours <= theirs
    assert {"VAR_HANDLE", "ASSIGN_VARIABLE", "CALL_ONCE"} <= ours
    assert ends == their_ends


def test_pymicro_wakeword_runs_the_file_as_we_do(written: Path, tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np\n"
        "from pymicro_wakeword import MicroWakeWord\n"
        "model = MicroWakeWord.from_config(sys.argv[1])\n"
        "rows = np.load(sys.argv[2])\n"
        "scores = [model.process_streaming_prob(row[None, None]) for row in rows]\n"
        "np.save(sys.argv[3], scores[model.stride - 1 :: model.stride])\n"
    )
    with np.load(written.parent / "examples.npz") as file:
        rows = file["features"][0].astype(np.float32) * np.float32(QUANTUM)
    np.save(tmp_path / "rows.npy", rows)
    files = [str(written), str(tmp_path / "rows.npy"), str(tmp_path / "scores.npy")]
    subprocess.run([sys.executable, "-c", code, *files], check=True, capture_output=True)
    model = load_microwakeword(str(written))

    probabilities = [model.run(step) for step in rows.reshape(-1, WINDOWS, FEATURES)]
    means = np.convolve(probabilities, np.ones(model.window) / model.window, "valid")

    theirs = np.load(tmp_path / "scores.npy")[model.window - 1 :]
    assert len(theirs) == len(means) > 20
    assert np.abs(theirs - means).max() <= 0.05


def test_the_description_is_one_that_the_speaker_reads(written: Path) -> None:
    found = read_description(written)

    assert (found.wake_word, found.micro.probability_cutoff) == ("Some Name", 0.7)
    as_esphome_reads_it = json.loads(written.read_text(encoding="utf-8"))
    assert as_esphome_reads_it["micro"]["tensor_arena_size"] > 0
    assert as_esphome_reads_it["model"] == "some_name.tflite"


@given(
    levels=st.lists(st.sampled_from([0.0, 0.4, 0.6, 0.95]), min_size=1, max_size=200),
    cutoff=st.sampled_from(CUTOFFS),
)
def test_alarms_are_counted_as_the_speaker_wakes(levels: list[float], cutoff: float) -> None:
    probabilities = iter(levels + [0.0] * 10)
    model = WakeModel(
        name="told", phrase="", cutoff=cutoff, window=1, stride=3,
        run=lambda _: next(probabilities), forget=lambda: None,
    )  # fmt: skip
    frames = Framer().feed(bytes(2 * RATE_HZ * (30 * len(levels) + 40) // 1000))

    wakes = each(WakeWord(model, refractory_ms=REFRACTORY_MS), frames)

    assert abs(alarms(np.array(levels), cutoff, stride=3) - len(wakes)) <= 1
    assert (alarms(np.array(levels), cutoff, stride=3) > 0) == bool(wakes)


def test_a_model_is_measured_as_the_speaker_hears_it() -> None:
    model = load_microwakeword("okay_nabu")

    right = hear(model, [said(f"okay_nabu.{who}") for who in ("awb", "slt")], noisy=False, seed=1)
    wrong = hear(model, [said("alexa.awb"), said("stop.slt")], noisy=False, seed=1)

    assert right.woken(model.cutoff) == 1.0
    assert wrong.alarms(model.cutoff) == 0
    assert right.hours > 0
    assert len(scores(model, said("alexa.awb"))) > 5


def heard(*peaks: float, hours: float) -> Heard:
    rows = tuple(np.array([0.0, peak, 0.0]) for peak in peaks)
    return Heard(scores=rows, hours=hours, stride=3)


def test_the_cutoff_is_the_lowest_that_keeps_the_house_quiet() -> None:
    evening = heard(0.2, 0.55, 0.75, 0.92, hours=4.0)

    assert choose_cutoff([evening], alarms_per_hour=0.5) == 0.6
    assert choose_cutoff([evening], alarms_per_hour=0.25) == 0.8
    assert choose_cutoff([heard(0.999, hours=1.0)], alarms_per_hour=0.5) == CUTOFFS[-1]


def test_the_table_tells_misses_against_false_alarms() -> None:
    figures = Figures(
        phrase=heard(0.99, 0.45, hours=1.0),
        phrase_in_noise=heard(0.65, 0.1, hours=1.0),
        speech=heard(0.75, hours=2.0),
        speech_in_noise=heard(0.1, hours=2.0),
        near_misses=heard(0.65, 0.1, 0.1, 0.1, hours=1.0),
    )

    assert "| 0.6 (chosen) | 50.0% | 50.0% | 25.0% | 0.25 (1) |" in figures.table(0.6)
    assert "| 0.8 | 50.0% | 100.0% | 0.0% | 0.00 (0) |" in figures.table(0.6)


def test_examples_are_the_same_each_time_and_leave_out_the_readers_of_the_cutoff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not voices.engines():
        pytest.skip("no speech program is installed")
    kept = sorted(sounds.CUTOFF_READERS)[0]
    speech_set(
        tmp_path / "librispeech",
        [("one thing", "10", "train"), ("another", kept, "train"), ("strange", "11", "dev")],
    )
    speech_set(tmp_path / "people", [("hey nook", "", "train"), ("hey nook", "", "dev")])
    plan = Plan(
        phrase="hey nook", recordings=tmp_path / "people", speech=tmp_path,
        cache=tmp_path / "cache", utterances=4, examples=40,
    )  # fmt: skip

    people = [write_examples(plan, tmp_path / f"{n}.npz") for n in range(2)]

    assert people == [1, 1]
    with np.load(tmp_path / "0.npz") as first, np.load(tmp_path / "1.npz") as second:
        assert np.array_equal(first["features"], second["features"])
        assert (first["first"] < STEPS).sum() == 14
        assert len(first["first"]) == 40


def test_a_missing_folder_of_recordings_is_told_before_anything_is_spoken(tmp_path: Path) -> None:
    plan = Plan(
        phrase="hey nook", recordings=tmp_path / "nowhere", speech=tmp_path,
        cache=tmp_path / "cache", utterances=8, examples=40,
    )  # fmt: skip

    with pytest.raises(ModelError, match="nowhere is not a folder of recordings"):
        write_examples(plan, tmp_path / "examples.npz")

    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["hey nook", "--speech", "nowhere"], "other speech is needed"),
        (["?"], "1 to 6 words"),
        (["hey nook", "--rounds", "3"], "--rounds must be at least 100, got 3"),
        (["hey nook", "--alarms", "-3"], "--alarms must not be negative, got -3.0"),
    ],
)
def test_a_wrong_command_is_one_clear_sentence(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["wake", *options]) == 2

    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1
    assert wake.__doc__
