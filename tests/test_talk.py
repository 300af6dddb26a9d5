"""A spoken talk: questions, interruptions and what falls due meanwhile, through real models."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from device.edges.recordings import read_whole
from device.events import RATE_HZ, Ask, Turn
from device.floor import ANSWER_MS
from device.ports import SoundBlock
from simulator.session import Session

ROOT = Path(__file__).parent.parent
SOUNDS = ROOT / "tests" / "sounds"
SECOND = bytes(2 * RATE_HZ)
BLOCK_BYTES = 2 * RATE_HZ // 10
TONE_MS = 600
"""Signals are shorter, replies longer."""


class Listener:
    """A loudspeaker that remembers what it was told, for as long as nothing stops it."""

    def __init__(self) -> None:
        self.played_ms: list[int] = []
        self.stopped = 0

    def play(self, pcm: bytes, *, rate_hz: int) -> None:
        self.played_ms.append(1000 * len(pcm) // 2 // rate_hz)

    def stop(self) -> None:
        self.stopped += 1

    def close(self) -> None:
        """Nothing to give back."""


class Talk:
    """A session, and what came out of its loudspeaker."""

    def __init__(self, session: Session, loudspeaker: Listener) -> None:
        self.session = session
        self.loudspeaker = loudspeaker

    def hear(self, *sounds: bytes) -> list[Turn]:
        turns: list[Turn] = []
        pcm = b"".join(sounds)
        for at in range(0, len(pcm), BLOCK_BYTES):
            block = SoundBlock(pcm=pcm[at : at + BLOCK_BYTES])
            turns += self.session.speaker.take(block)
        return self.session.finish(turns)

    def ask(self) -> None:
        """Let the speaker ask something, and say it to its end."""
        (turn,) = self.session.say("unlock the front door")
        assert turn.reply.asks is Ask.CONFIRM
        assert not self.hear(SECOND), "the ears are not open while the question is being said"
        self.session.wait(sum(self.loudspeaker.played_ms) + 1_000)
        self.loudspeaker.played_ms.clear()


@pytest.fixture(scope="module")
def session() -> Iterator[tuple[Session, Listener]]:
    loudspeaker = Listener()
    with Session(hears=True, wake="okay_nabu", loudspeaker=loudspeaker) as session:
        yield session, loudspeaker


@pytest.fixture
def talk(session: tuple[Session, Listener]) -> Talk:
    shared, loudspeaker = session
    shared.start_afresh()
    shared.wait(60_000)
    loudspeaker.played_ms.clear()
    loudspeaker.stopped = 0
    return Talk(shared, loudspeaker)


def sound(name: str) -> bytes:
    return read_whole(SOUNDS / f"{name}.slt.flac")


def test_an_answer_needs_no_wake_word(talk: Talk) -> None:
    talk.ask()

    (turn,) = talk.hear(SECOND, sound("cancel"), SECOND)

    assert turn.wake is None
    assert turn.hypotheses[0].text == "cancel"
    assert not turn.outcomes


@pytest.mark.parametrize("level", [0, 600])
def test_a_window_that_nobody_speaks_into_closes_in_peace(talk: Talk, level: int) -> None:
    talk.ask()
    noise = np.random.default_rng(1).normal(0, level, RATE_HZ * (ANSWER_MS // 1000 + 2))

    turns = talk.hear(noise.astype("<i2").tobytes())
    unwoken = talk.hear(sound("cancel"), SECOND)

    assert turns == unwoken == []
    assert talk.loudspeaker.played_ms == []
    (late,) = talk.session.say("turn on the fan")
    assert late.outcomes


def test_what_falls_due_waits_until_the_window_is_closed(talk: Talk) -> None:
    talk.session.say("set a timer for 1 minute")
    talk.session.say("turn off the fan in 1 minute")
    talk.session.wait(45_000)
    talk.loudspeaker.played_ms.clear()
    talk.ask()

    during = talk.session.wait(20_000) + talk.hear(SECOND * 2)

    assert during == []
    assert talk.loudspeaker.played_ms == []
    after = talk.hear(SECOND * (ANSWER_MS // 1000))
    assert any(turn.events for turn in after)
    assert any(turn.text == "turn off the fan" for turn in after)
    assert talk.loudspeaker.played_ms


def test_stop_ends_what_rings_without_the_wake_word(talk: Talk) -> None:
    talk.session.say("set a timer for 1 minute")
    talk.session.wait(61_000)
    assert talk.session.speaker.context.notebook.ringing

    (turn,) = talk.hear(sound("stop"), SECOND)

    assert turn.requests
    assert turn.requests[0].intent == "StopRinging"
    assert not talk.session.speaker.context.notebook.ringing


def test_a_stop_word_silences_a_reply_at_once_and_is_no_request(talk: Talk) -> None:
    talk.session.say("what can you do")

    turns = talk.hear(sound("cancel"))

    assert turns == []
    assert talk.loudspeaker.stopped == 1


def test_a_stop_word_that_the_reply_itself_says_stops_nothing(talk: Talk) -> None:
    (reply,) = talk.session.say("what can you do")
    assert "stop" in reply.reply.text

    talk.hear(sound("stop"))

    assert talk.loudspeaker.stopped == 0


def test_the_wake_word_cuts_into_a_question_and_a_new_request_is_heard(talk: Talk) -> None:
    (turn,) = talk.session.say("unlock the front door")
    request = read_whole(ROOT / "simulator" / "sounds" / "timer.kal16.ogg")

    turns = talk.hear(sound("okay_nabu"), request, SECOND)

    assert talk.loudspeaker.stopped == 1
    assert turn.reply.asks is Ask.CONFIRM
    assert turns[0].wake is not None
    assert turns[0].timers
    assert len(turns) == 1
