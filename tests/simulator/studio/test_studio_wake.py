"""A studio whose sound streams through the wake word first."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from device.edges.recordings import write_wav
from simulator.voices import Voice, engines, speak
from tests.simulator.studio.visits import Studio, served

pytestmark = pytest.mark.skipif("flite" not in engines(), reason="flite is not installed")
VOICE = Voice(engine="flite", name="rms")
WAKE = "okay nabu"


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with served(wake="okay_nabu") as studio:
        yield studio


def recording(folder: Path, *texts: str) -> bytes:
    """These texts said one after another, a rest behind each that is no wake word."""
    rest = np.zeros(16_000, np.int16)
    sound = rest
    for text in texts:
        sound = np.concatenate([sound, speak(text, VOICE), rest[: 0 if text == WAKE else None]])
    file = folder / "said.wav"
    write_wav(file, sound.astype("<i2").tobytes(), rate_hz=16_000)
    return file.read_bytes()


def test_each_request_behind_a_wake_word_is_a_turn_with_its_own_messages(
    studio: Studio, tmp_path: Path
) -> None:
    said = (WAKE, "turn on the fan", WAKE, "turn on the coffee maker")
    with studio.visit() as visit:
        visit.upload("two.wav", recording(tmp_path, *said))
        first, second = visit.until("turn"), visit.until("turn")
        sound = visit.until("sound", turn=second["id"])

    assert [turn["record"]["wake"]["model"] for turn in (first, second)] == ["okay_nabu"] * 2
    topics = [{one["topic"] for one in turn["bus"] if one["out"]} for turn in (first, second)]
    assert "zigbee2mqtt/Living Room/Fan/set" in topics[0]
    assert "zigbee2mqtt/Living Room/Fan/set" not in topics[1]
    assert "cmnd/kitchen_coffee_maker/POWER" in topics[1]
    assert len(sound["speech"]) == 2
    assert max(score for _, score in sound["wake"]["scores"]) > sound["wake"]["cutoff"]


def test_without_the_wake_word_the_sound_is_shown_and_nothing_is_done(
    studio: Studio, tmp_path: Path
) -> None:
    with studio.visit() as visit:
        visit.upload("none.wav", recording(tmp_path, "turn on the printer"))
        turn = visit.until("turn")
        sound = visit.until("sound")

    assert turn["record"]["error"] == "The wake word was not heard."
    assert not turn["bus"]
    assert sound["turn"] == turn["id"]
    assert sound["speech"] == []
    assert max(score for _, score in sound["wake"]["scores"]) < sound["wake"]["cutoff"]
