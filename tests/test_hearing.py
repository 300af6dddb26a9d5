"""Recordings through the whole chain: what is heard does what the same words typed would do."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from device.edges.recordings import read_whole
from device.errors import AudioError
from device.events import RATE_HZ, OutcomeKind, Turn
from simulator.session import Session

ROOT = Path(__file__).parent.parent
SOUNDS = ROOT / "simulator" / "sounds"
WAKES = ROOT / "tests" / "sounds"
BLOCK_BYTES = 2 * RATE_HZ // 10

SPOKEN = {
    "timer.kal16.ogg": "set a timer for 5 minutes",
    "temperature.rms.ogg": "what is the temperature in the bedroom",
    "blinds.espeak-en-us-m3.ogg": "close the bedroom blinds",
    "light_and_fan.espeak-en-us-f3.ogg": "turn on the kitchen light and the fan",
    "light_and_thermostat.slt.ogg": (
        "turn on the kitchen light and set the bedroom thermostat to 21 degrees"
    ),
}
"""Recordings and the same requests typed."""


@pytest.fixture(scope="module")
def shared() -> Iterator[Session]:
    with Session(hears=True) as session:
        yield session


@pytest.fixture
def session(shared: Session) -> Session:
    shared.start_afresh()
    return shared


def blocks(pcm: bytes, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    return (pcm[at : at + size] for at in range(0, len(pcm), size))


def meaning(turn: Turn) -> list[tuple[str, dict[str, object]]]:
    return [(r.intent, {slot.name: slot.value for slot in r.slots}) for r in turn.requests]


@pytest.mark.parametrize("recording", SPOKEN)
def test_a_recording_does_what_the_same_words_typed_do(session: Session, recording: str) -> None:
    (heard,) = session.hear(blocks(read_whole(SOUNDS / recording)))
    session.start_afresh()
    (typed,) = session.say(SPOKEN[recording])

    assert meaning(heard) == meaning(typed)
    assert heard.reply == typed.reply
    assert [o.command for o in heard.outcomes] == [o.command for o in typed.outcomes]
    assert all(o.kind is OutcomeKind.DONE for o in heard.outcomes)


def test_what_is_heard_does_not_depend_on_how_the_sound_was_cut(session: Session) -> None:
    pcm = read_whole(SOUNDS / "timer.kal16.ogg")

    texts = []
    for size in (2 * 37, BLOCK_BYTES, len(pcm)):
        session.start_afresh()
        (turn,) = session.hear(blocks(pcm, size))
        texts.append([(h.text, h.score) for h in turn.hypotheses])

    assert texts[0] == texts[1] == texts[2]


@pytest.mark.parametrize("level", [0, 3])
def test_silence_is_one_sentence_and_the_next_recording_works(session: Session, level: int) -> None:
    hiss = np.random.default_rng(0).normal(0, level, 2 * RATE_HZ).astype("<i2").tobytes()

    (silent,) = session.hear(blocks(hiss))
    (after,) = session.hear(blocks(read_whole(SOUNDS / "timer.kal16.ogg")))

    assert silent.error == "Nothing was said."
    assert silent.reply.text
    assert after.timers


def test_a_minute_of_talk_is_cut_short_and_said_so(session: Session) -> None:
    talk = read_whole(SOUNDS / "light_and_thermostat.slt.ogg")
    minute = (talk * (60 * 2 * RATE_HZ // len(talk) + 1))[: 60 * 2 * RATE_HZ]

    turns = session.hear(blocks(minute))
    (after,) = session.say("turn on the fan")

    assert len(turns) == 1
    assert turns[0].error is not None
    assert "15 seconds" in turns[0].error
    assert [o.kind for o in after.outcomes] == [OutcomeKind.DONE]


def test_nobody_is_heard_before_the_wake_word_and_everybody_after_it() -> None:
    wake = read_whole(WAKES / "okay_nabu.slt.flac")
    request = read_whole(SOUNDS / "timer.kal16.ogg")
    pause = bytes(2 * RATE_HZ)

    with Session(hears=True, wake="okay_nabu") as session:
        unwoken = session.hear(blocks(pause + request + pause))
        woken = session.hear(blocks(pause + wake + request + pause))

    assert unwoken == []
    (turn,) = woken
    assert turn.wake is not None
    assert turn.wake.model == "okay_nabu"
    assert turn.timers == ({"name": None, "seconds": 300},)


def damaged_behind(pcm: bytes) -> Iterator[bytes]:
    yield from blocks(pcm)
    raise AudioError("damaged")


def test_where_a_recording_breaks_off_what_ended_before_counts_and_nothing_goes_on_after() -> None:
    wake = read_whole(WAKES / "okay_nabu.slt.flac")
    request = read_whole(SOUNDS / "timer.kal16.ogg")
    pause = bytes(2 * RATE_HZ)

    with Session(hears=True, wake="okay_nabu") as session:
        heard = session.heard(damaged_behind(pause + wake + request + pause + wake))
        turn = next(heard)
        with pytest.raises(AudioError):
            next(heard)
        after = session.hear(blocks(request + pause))

    assert turn.timers == ({"name": None, "seconds": 300},)
    assert after == []
