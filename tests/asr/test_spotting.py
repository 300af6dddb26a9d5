"""Phrases told by the acoustic model: the search against a plain one, and real recordings."""

from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.asr import spotting
from device.asr.acoustic import acoustic_model
from device.asr.lexicon import shared_lexicon
from device.asr.phonemes import BLANK, LABELS
from device.asr.phrasecheck import STOP_LOSS, STOP_WORDS, WAKE_LOSS, PhraseCheck, Said, ways
from device.asr.prior import corrections
from device.asr.spotting import Sighting, Spotter
from device.asr.trees import Pronouncer
from device.audio.framer import Framer
from device.edges.recordings import read_whole
from device.models import load
from device.stage import each

SOUNDS = Path(__file__).parent.parent / "sounds"
PHRASES = ("alexa", "hey_jarvis", "hey_mycroft", "okay_nabu")
Float32Array = npt.NDArray[np.float32]


def plain_loss(rows: Float32Array, way: tuple[int, ...]) -> float:
    """The least loss of a phrase that ends with the last row, by trying every alignment."""
    scores = rows + corrections(0.3)
    scores[:, BLANK] -= 2.0
    scores -= scores.max(axis=1, keepdims=True)
    best = np.inf
    for start in range(len(rows)):
        for labels in product({BLANK, *way}, repeat=len(rows) - start):
            if labels[0] != way[0] or labels[-1] != way[-1]:
                continue
            kept = [a for a, b in zip(labels, (-1, *labels[:-1]), strict=True) if a != b]
            if tuple(label for label in kept if label != BLANK) == way:
                total = sum(scores[start + at, label] for at, label in enumerate(labels))
                best = min(best, -total / len(way))
    return float(best)


@given(
    seed=st.integers(0, 1_000),
    length=st.integers(1, 5),
    way=st.lists(st.sampled_from([3, 3, 7, 11]), min_size=1, max_size=3).map(tuple),
)
def test_the_search_finds_what_trying_everything_finds(
    seed: int, length: int, way: tuple[int, ...]
) -> None:
    random = np.random.default_rng(seed)
    rows = np.log(random.dirichlet(np.full(len(LABELS), 0.2), length) + 1e-6).astype(np.float32)
    sightings = each(Spotter({"it": [way]}), list(rows))
    wanted = [plain_loss(rows[: at + 1], way) for at in range(length)]

    found = {one.end_step: one.loss for one in sightings}
    for end, loss in enumerate(wanted, start=1):
        assert found.get(end, np.inf) == pytest.approx(loss, abs=1e-3)


def certain(labels: list[int]) -> list[Float32Array]:
    """Rows in which one label each is nearly certain."""
    rows = np.full((len(labels), len(LABELS)), np.log(1e-4), np.float32)
    rows[np.arange(len(labels)), labels] = np.log(0.99)
    return list(rows)


def test_a_phrase_is_found_where_it_is() -> None:
    rows = certain([0, 5, 5, 0, 9, 9, 9, 0, 0])

    best = min(each(Spotter({"five nine": [(5, 9)]}), rows), key=lambda one: one.loss)

    wanted = Sighting(phrase="five nine", start_step=best.start_step, end_step=5, loss=0.0)
    assert best == wanted
    assert best.start_step in (1, 2)


def test_equal_sounds_in_a_row_need_a_gap() -> None:
    spotter = Spotter({"it": [(5, 5)]})

    held = min(one.loss for one in each(spotter, certain([0, 5, 5, 5, 0])))
    spotter.reset()
    twice = min(one.loss for one in each(spotter, certain([0, 5, 0, 5, 0])))

    assert twice == 0.0
    assert held > 1.0


def test_what_takes_longer_than_a_breath_is_not_one_phrase() -> None:
    slow = certain([5, *[0] * spotting.LONGEST_STEPS, 9])

    assert min(one.loss for one in each(Spotter({"it": [(5, 9)]}), slow)) > 1.0


def test_nothing_to_look_out_for_is_refused() -> None:
    with pytest.raises(ValueError, match="hush"):
        Spotter({"hush": [()]})


def sayings(phrase: str) -> tuple[tuple[int, ...], ...]:
    return ways(phrase, Pronouncer(shared_lexicon().pronounce).sounds)


def test_file_names_and_words_are_phrases() -> None:
    assert sayings("hey_jarvis") == sayings("Hey Jarvis") != ()
    assert sayings("?") == ()


@pytest.fixture(scope="module")
def checks() -> dict[str, PhraseCheck]:
    model = load("acoustic")
    return {
        phrase: PhraseCheck(acoustic_model(model), {phrase: sayings(phrase)}, most_loss=WAKE_LOSS)
        for phrase in PHRASES
    }


def test_a_wake_phrase_is_told_from_others(checks: dict[str, PhraseCheck]) -> None:
    missed, confused, late_ms = [], [], []
    for said, voice in product(PHRASES, ("awb", "kal16", "rms", "slt")):
        pcm = read_whole(SOUNDS / f"{said}.{voice}.flac")
        loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2").astype(int)) > 300)
        frames = Framer().feed(bytes(16_000) + pcm + bytes(16_000))
        for phrase, check in checks.items():
            check.reset()
            found: list[Said] = each(check, frames)
            if phrase != said:
                confused += [(said, voice, phrase)] * bool(found)
            elif found:
                late_ms.append(found[0].end_ms - 500 - int(loud[-1]) // 16)
            else:
                missed.append((said, voice))

    assert len(missed) <= 1, missed
    assert len(confused) <= 4, confused
    assert np.abs(late_ms).max() <= 250
    assert abs(np.median(late_ms)) <= 100


def test_words_that_interrupt_are_heard_and_other_speech_does_not_interrupt() -> None:
    known = {phrase: sayings(phrase) for phrase in STOP_WORDS}
    check = PhraseCheck(acoustic_model(load("acoustic")), known, most_loss=STOP_LOSS)
    pause = bytes(16_000)
    other = read_whole(SOUNDS.parent.parent / "simulator" / "sounds" / "temperature.rms.ogg")

    assert each(check, Framer().feed(pause + other + pause)) == []
    for phrase, voice in product(STOP_WORDS, ("slt", "rms")):
        check.reset()
        pcm = read_whole(SOUNDS / f"{phrase.replace(' ', '_')}.{voice}.flac")
        assert [one.phrase for one in each(check, Framer().feed(pcm))] == [phrase]
