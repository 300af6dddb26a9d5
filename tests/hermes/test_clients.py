"""Other people's programs hear what is asked, answer what only they can, and never do more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.session import Scene, Session
from tests.hermes.guests import CONFIG, Guest, guest_of
from tests.simulator.bus import BROKERS

SENTENCES = """
language: en
intents:
  GetTime:
    data:
      - sentences: ["what does the cuckoo clock say [in {city}]"]
  OrderPizza:
    data:
      - sentences: ["order [a] {size} pizza"]
lists:
  city:
    values: [paris, tokyo]
  size:
    values: [small, large]
"""


@pytest.fixture(name="sentences")
def _sentences(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(SENTENCES, encoding="utf-8")
    return path


@pytest.fixture(name="guest", params=BROKERS)
def _guest(request: pytest.FixtureRequest, sentences: Path) -> Iterator[Guest]:
    scene = Scene(sentences=[sentences])
    with (
        Session(scene, config=CONFIG, prefer=request.param) as session,
        guest_of(session) as guest,
    ):
        yield guest


def test_a_skill_answers_what_the_speaker_cannot(guest: Guest) -> None:
    session = guest._session
    guest.turns += session.speaker.say("what does the cuckoo clock say in tokyo")

    asked = guest.first("intent/GetTime")
    assert session.speaker.busy
    guest.tell(
        "dialogueManager/endSession", {"sessionId": asked["sessionId"], "text": "Half past six."}
    )
    turn = guest.turn()
    ended = guest.first("dialogueManager/sessionEnded")

    assert turn.reply.text == "Half past six."
    assert asked["intent"] == {"intentName": "GetTime", "confidenceScore": 1.0}
    assert asked["input"] == "what does the cuckoo clock say in tokyo"
    (slot,) = asked["slots"]
    start, end = slot["range"]["start"], slot["range"]["end"]
    assert (slot["slotName"], slot["value"]["value"]) == ("city", "tokyo")
    assert asked["input"][start:end] == slot["rawValue"] == "tokyo"
    assert ended == {
        "siteId": "kitchen",
        "sessionId": asked["sessionId"],
        "customData": "",
        "termination": {"reason": "nominal"},
    }
    assert guest.topics == [
        "dialogueManager/sessionStarted",
        "intent/GetTime",
        "dialogueManager/endSession",
        "dialogueManager/sessionEnded",
    ]
    assert not any(m.retained for m in guest.messages if m.topic.startswith("hermes/"))
