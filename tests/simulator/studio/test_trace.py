"""What is shown of a sound is what the stages make of it."""

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.asr.phonemes import BLANK, LABELS
from device.audio.features import STEP_MS
from device.edges.recordings import read_whole
from simulator.studio.sources import SOUNDS
from simulator.studio.trace import LONGEST_MS, Tracer, best_path
from simulator.voices import Voice, engines, speak


def rows(best: list[int]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Log probabilities whose likeliest label of each step is given; it has one half."""
    found = np.full((len(best), len(LABELS)), np.log(0.5 / (len(LABELS) - 1)), np.float32)
    found[np.arange(len(best)), best] = np.log(0.5)
    return found


def test_blanks_are_left_out_and_repetitions_joined() -> None:
    k, ae = LABELS.index("K"), LABELS.index("AE")

    path = best_path(rows([BLANK, k, k, BLANK, ae]), start_ms=100)

    assert [(one.label, one.start_ms, one.end_ms) for one in path] == [
        ("K", 100 + STEP_MS, 100 + 3 * STEP_MS),
        ("AE", 100 + 4 * STEP_MS, 100 + 5 * STEP_MS),
    ]
    assert all(abs(one.probability - 0.5) < 1e-6 for one in path)


@given(best=st.lists(st.sampled_from([BLANK, 1, 2, 3]), max_size=40))
def test_the_path_covers_exactly_the_steps_that_are_no_blank(best: list[int]) -> None:
    path = best_path(rows(best))

    spoken = [STEP_MS * at for at, label in enumerate(best) if label != BLANK]
    assert [ms for one in path for ms in range(one.start_ms, one.end_ms, STEP_MS)] == spoken
    assert [one.label for one in path] == [LABELS[b] for b, _ in groupby(best) if b != BLANK]


@pytest.fixture(scope="module")
def tracer() -> Tracer:
    return Tracer()


def test_the_same_recording_looks_the_same_each_time(tracer: Tracer) -> None:
    pcm = read_whole(SOUNDS / "blinds.kal16.ogg")

    first, other, again = (tracer.look(one) for one in (pcm, pcm[: len(pcm) // 4 * 2], pcm))

    assert first.json() == again.json()
    assert other.phonemes != first.phonemes
    assert first.wake is None


@pytest.mark.parametrize("pcm", [b"", bytes(2), bytes(9_600), b"\x00\x40" * 5])
def test_next_to_no_sound_is_looked_at_too(tracer: Tracer, pcm: bytes) -> None:
    assert tracer.look(pcm).json()["pcm"] is not None


def test_of_a_very_long_recording_the_beginning_is_looked_at(tracer: Tracer) -> None:
    assert tracer.look(bytes(2 * 16 * (LONGEST_MS + 5_000))).json()["ms"] == LONGEST_MS


@pytest.mark.skipif("flite" not in engines(), reason="flite is not installed")
def test_the_score_of_the_wake_word_rises_above_its_mark_where_it_is_said(tmp_path: Path) -> None:
    voice = Voice(engine="flite", name="rms")
    word, request = speak("okay nabu", voice), speak("turn on the fan", voice)
    rest = np.zeros(8_000, np.int16)
    sound = np.concatenate([rest, rest, word, request, rest])

    trace = Tracer("okay_nabu").look(sound.astype("<i2").tobytes())

    assert trace.wake is not None
    loud = [ms for ms, score in trace.wake.scores if score > trace.wake.cutoff]
    assert loud
    assert 1_000 < loud[0] < 1_000 + len(word) // 16 + 500
    begin, _ = trace.speech[0]
    assert begin >= loud[0] - 500
    assert trace.phonemes[0].start_ms >= begin
