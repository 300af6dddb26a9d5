"""Counting errors, choosing who speaks, and writing the page."""

from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.asr.lexicon import shared_lexicon
from device.asr.trees import Pronouncer
from device.events import RATE_HZ
from export.recognition.duel import Duel, Score
from export.recognition.endings import Endings, row
from export.recognition.figures import Errors, calibration, distance, reliability, word_errors
from export.recognition.hardships import CLEAN, FAR, ROOMS, Hardship, heard_in
from export.recognition.phrases import FEWEST_READINGS, between_pauses, cut, others, slots
from export.recognition.report import replaced
from export.recognition.spoken import QUIET_BEFORE, Saying
from export.recognition.strangers import (
    HELD_OUT_ACCENTS,
    HELD_OUT_VARIANTS,
    far_room,
    room,
    stranger,
)
from simulator import voices
from simulator.acoustics import from_pcm, speech_level

ROWS = st.lists(st.sampled_from("abc"), max_size=6)


def edits(found: list[str], wanted: list[str]) -> int:
    """The definition, without any table."""
    if not found or not wanted:
        return len(found) + len(wanted)
    return min(
        edits(found[1:], wanted) + 1,
        edits(found, wanted[1:]) + 1,
        edits(found[1:], wanted[1:]) + (found[0] != wanted[0]),
    )


@given(found=ROWS, wanted=ROWS)
def test_errors_are_the_fewest_edits(found: list[str], wanted: list[str]) -> None:
    assert distance(found, wanted) == edits(found, wanted)


def test_numbers_are_right_however_they_are_written() -> None:
    assert word_errors("set it to 21%", "set it to twenty one percent") == Errors(wrong=0, said=6)
    assert word_errors("set it", "set it to 21") == Errors(wrong=3, said=5)
    assert word_errors("", "go on") == Errors(wrong=2, said=2)


def test_errors_and_scores_add_up() -> None:
    parts = [Errors(wrong=1, said=4), Errors(wrong=2, said=2)]
    score = Score(sentences=2, right=1, words=parts[0], computing_s=1.0, sound_s=10.0)

    assert sum(parts, Errors()).rate == 0.5
    assert (score + score).cells == "50.0% | 25.0% | 0.100"
    assert (Duel(ours=score) + Duel(ours=score)).ours == score + score
    assert Score().cells == "- | - | -"


PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@given(pairs=PAIRS)
def test_every_confidence_is_in_one_bin(pairs: list[tuple[float, bool]]) -> None:
    bins = reliability(pairs)

    assert sum(count for _, _, count in bins) == len(pairs)
    assert [sure for sure, _, _ in bins] == sorted(sure for sure, _, _ in bins)
    assert 0 <= calibration(pairs) <= 1


def test_honest_confidences_have_no_calibration_error() -> None:
    honest = [(0.75, at % 4 != 0) for at in range(200)]

    assert calibration([(1.0, True)] * 10 + [(0.0, False)] * 10) == 0
    assert calibration(honest) < 0.02
    assert calibration([(1.0, False)] * 10) == 1


def test_no_voice_that_measures_is_a_voice_that_trains() -> None:
    random = np.random.default_rng(0)
    trained = {(one.engine, part) for one in (voices.choose(random) for _ in range(800))
               for part in one.name.split("+")}  # fmt: skip
    measured = {(one.engine, part) for one in (stranger(random) for _ in range(800))
                for part in one.name.split("+")}  # fmt: skip
    held_out = {part.lower() for part in (*HELD_OUT_ACCENTS, *HELD_OUT_VARIANTS)}

    assert len(trained) > 10
    assert {part for _, part in measured} == {*HELD_OUT_ACCENTS, *HELD_OUT_VARIANTS}
    assert not trained & measured
    assert not held_out & {part.lower() for engine, part in trained if engine == "espeak-ng"}


@pytest.mark.skipif("espeak-ng" not in voices.engines(), reason="espeak-ng is not installed")
def test_every_held_out_voice_can_speak_and_is_a_voice_of_its_own() -> None:
    said = {
        name: voices.speak("lamp", voices.Voice(engine="espeak-ng", name=name)).tobytes()
        for name in (f"{HELD_OUT_ACCENTS[0]}+{variant}" for variant in HELD_OUT_VARIANTS)
    }
    plain = voices.speak("lamp", voices.Voice(engine="espeak-ng", name=HELD_OUT_ACCENTS[0]))

    # espeak-ng speaks on in its plain voice where it does not know the throat.
    assert plain.tobytes() not in said.values()
    assert len(set(said.values())) > 0.9 * len(said)


def tone(seconds: float) -> Saying:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return Saying(text="tone", samples=(8_000 * np.sin(700 * time_s)).astype(np.int16))


pyroomacoustics = pytest.importorskip("pyroomacoustics", reason="a development extra")


def test_rooms_begin_with_the_direct_sound_and_fade() -> None:
    random = np.random.default_rng(3)
    one, other = room(random), room(random)

    assert one[0] == other[0] == far_room()[0] == 1
    assert one.tobytes() != other.tobytes()
    assert np.square(one[1600:3200]).sum() < np.square(one[:1600]).sum()


def test_a_hardship_is_the_same_every_time_and_changes_no_length() -> None:
    sayings = [tone(0.5), tone(0.7)]
    first, again = (heard_in(sayings, FAR, Path("nowhere"), seed=1) for _ in range(2))

    assert heard_in(sayings, CLEAN, Path("nowhere"), seed=1)[0].samples.tobytes() == (
        sayings[0].samples.tobytes()
    )
    for one, more, dry in zip(first, again, sayings, strict=True):
        assert one.samples.tobytes() == more.samples.tobytes() != dry.samples.tobytes()
        assert len(one.samples) == len(dry.samples)


def test_noise_lies_as_far_below_the_speech_as_the_hardship_says(shared_speech: Path) -> None:
    sayings = [tone(2.0)]
    hardship = Hardship(name="10 dB", snr_db=10.0)

    (noisy,) = heard_in(sayings, hardship, shared_speech, seed=1)

    noise = from_pcm(noisy.samples) - from_pcm(sayings[0].samples)
    level = speech_level(from_pcm(sayings[0].samples))
    assert 20 * np.log10(level / np.sqrt(np.mean(noise**2))) == pytest.approx(10, abs=0.3)
    assert ROOMS


@pytest.fixture
def shared_speech() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data" / "speech"
    if not (folder / "kitchen_noise").is_dir():
        pytest.skip("the kitchen sounds of ../shared/data are not here")
    return folder


WAITS = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.1, 0.4]), st.floats(0.1, 0.5)), max_size=9)


@given(waits=WAITS)
def test_phrases_are_cut_at_pauses_and_nowhere_else(waits: list[tuple[float, float]]) -> None:
    spans, now = list[tuple[str, float, float]](), 0.0
    for number, (pause, length) in enumerate(waits):
        spans.append((str(number), now + pause, now + pause + length))
        now += pause + length

    parts = list(between_pauses(spans))

    assert [span for part in parts for span in part] == spans
    for part in parts:
        assert all(b[1] - a[2] < 0.101 for a, b in pairwise(part))
    for before, behind in pairwise(parts):
        assert behind[0][1] - before[-1][2] > 0.099


def test_a_cut_phrase_knows_where_its_words_end() -> None:
    spans = [("a", 1.0, 1.2), ("b", 1.2, 1.5), ("c", 1.5, 2.0), ("later", 3.0, 3.2)]
    recording = Saying(text="a b c later", samples=np.zeros(4 * RATE_HZ, np.int16))
    marked = recording.samples.copy()
    marked[2 * RATE_HZ - 50 : 2 * RATE_HZ] = 9_000

    ((phrase, end),) = cut(
        Saying(text=recording.text, samples=marked), spans, np.random.default_rng(0)
    )

    assert phrase.text == "a b c"
    assert abs(end - QUIET_BEFORE - round(1.15 * RATE_HZ)) <= 1
    assert phrase.samples[end - 25] > 8_000
    assert abs(phrase.samples[end + 25]) < 100


def test_slots_offer_the_word_and_others_that_sound_different() -> None:
    pronouncer = Pronouncer(shared_lexicon().pronounce)
    corpus = ["right", "write", "light", "night", "kitchen", "tree", "boat", "cat", "dog", "sun",
              "moon", "star", "rain", "snow", "wind", "extraordinary"]  # fmt: skip

    found = slots(["right"] * 4, corpus, pronouncer, Random(1))

    for slot in found:
        assert "right" in slot
        assert "write" not in slot
        assert len(slot) == others(4) + 1 == 11
        assert "extraordinary" not in slot


@pytest.mark.parametrize("count", range(3, 9))
def test_a_grammar_of_slots_has_readings_enough(count: int) -> None:
    assert FEWEST_READINGS <= (others(count) + 1) ** count <= 3 * 10**8


def test_requests_that_end_early_are_counted_apart() -> None:
    endings = Endings(delays_ms=(-200, 400, 600), endless=1)

    assert row(endings) == "4 | 500 | 590 | 1 | 1"


TEXT = st.text(alphabet="ab\n ", max_size=20)


@given(before=TEXT, old=TEXT, behind=TEXT, new=TEXT)
def test_a_section_is_exchanged_and_nothing_else(
    before: str, old: str, behind: str, new: str
) -> None:
    page = f"{before}<!-- x -->{old}<!-- end of x -->{behind}"

    changed = replaced(page, "x", new)

    assert changed == f"{before}<!-- x -->\n{new}\n<!-- end of x -->{behind}"
    assert replaced(changed, "x", new) == changed


def test_a_section_that_is_not_there_yet_is_added() -> None:
    assert replaced("# Page\n", "x", "new") == ("# Page\n\n<!-- x -->\nnew\n<!-- end of x -->\n")
