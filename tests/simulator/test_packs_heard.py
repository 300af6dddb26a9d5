"""A sentence of a pack that was installed a moment ago is heard, with the models that ship."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr

from device.edges.packfolder import PackFolder
from device.events import RATE_HZ, Reply, Source
from device.speech.voice import Voice
from simulator.session import Scene, Session
from tests.skills.packs import simple

SENTENCE = "make the elephant trumpet loudly"


def spoken(text: str) -> Iterator[bytes]:
    """A recording of espeak-ng, with silence around it."""
    sounds = Voice(voice="en-us", words_per_minute=150).feed(Reply(text=text))
    own = np.concatenate([np.frombuffer(sound.pcm, dtype="<i2") for sound in sounds])
    heard = soxr.resample(own.astype(np.float32) / 2, sounds[0].rate_hz, RATE_HZ)
    quiet = np.zeros(RATE_HZ // 2)
    pcm = np.concatenate([quiet, heard, quiet]).astype("<i2").tobytes()
    return (pcm[at : at + 3_200] for at in range(0, len(pcm), 3_200))


def test_recognition_knows_a_pack_that_was_installed_while_the_speaker_ran(tmp_path: Path) -> None:
    skills = tmp_path / "skills"

    with Session(Scene(skills=skills), hears=True) as session:
        before = session.hear(spoken(SENTENCE))[-1]
        PackFolder(skills).install(simple(tmp_path / "source", "zoo", SENTENCE))
        session.wait(3_000)
        after = session.hear(spoken(SENTENCE))[-1]

    assert before.text != SENTENCE
    assert after.text == SENTENCE
    assert [(one.intent, one.source) for one in after.requests] == [("Zoo", Source.SENTENCE)]
    assert after.hypotheses[0].score > before.hypotheses[0].score
