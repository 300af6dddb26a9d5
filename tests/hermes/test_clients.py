"""Other people's programs hear what is asked, answer what only they can, and never do more."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings

from device.clients import DEAF_MS
from device.config import HermesConfig
from device.core import Speaker
from device.events import Wake
from device.hermes.messages import SERVED
from device.ports import BusDown, BusMessage, BusUp
from device.safetyconfig import SafetyConfig
from simulator.session import Scene, Session
from tests.hermes.guests import CONFIG, Guest, Json, guest_of
from tests.hermes.talks import BLOCK, World, heard
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


json_bytes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "siteId", "init", "type", "sessionId", "input", "id", "slot"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
).map(msgspec.json.encode)


@pytest.fixture(name="sentences", scope="module")
def _sentences(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sentences") / "own.yaml"
    path.write_text(SENTENCES, encoding="utf-8")
    return path


@pytest.fixture(name="session", scope="module")
def _session(sentences: Path) -> Iterator[Session]:
    with Session(Scene(sentences=[sentences]), config=CONFIG) as session:
        yield session


@pytest.fixture(name="guest")
def _guest(session: Session) -> Iterator[Guest]:
    session.start_afresh()
    with guest_of(session) as guest:
        yield guest


@pytest.mark.parametrize("prefer", BROKERS)
def test_it_works_with_every_broker(prefer: str, sentences: Path) -> None:
    with (
        Session(Scene(sentences=[sentences]), config=CONFIG, prefer=prefer) as session,
        guest_of(session) as guest,
    ):
        test_a_skill_answers_what_the_speaker_cannot(guest)


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


def test_what_nobody_answers_ends_with_a_clear_sentence(sentences: Path) -> None:
    hurried = msgspec.structs.replace(
        CONFIG, hermes=msgspec.structs.replace(CONFIG.hermes, answer_ms=50)
    )
    with (
        Session(Scene(sentences=[sentences]), config=hurried) as session,
        guest_of(session) as guest,
    ):
        (turn,) = session.say("order a small pizza")

        assert turn.reply.text == "I understood OrderPizza, but no skill answers it."
        ended = guest.first("dialogueManager/sessionEnded")
        assert ended["termination"] == {"reason": "timeout"}


def test_what_the_speaker_does_itself_is_told_and_not_waited_for(guest: Guest) -> None:
    (turn,) = guest._session.say("turn on the kitchen light and the fan")

    guest.first("dialogueManager/sessionEnded")
    assert turn.reply.text == "The kitchen light and the fan are on."
    told = [content["input"] for topic, content in guest.heard if topic == "intent/HassTurnOn"]
    assert told == ["turn on the kitchen light", "turn on the fan"]


def test_what_must_be_agreed_to_is_told_only_once_it_was(guest: Guest) -> None:
    (turn,) = guest._session.say("unlock the front door")
    guest.catch_up()
    assert turn.reply.asks == "confirm"
    assert not any(topic.startswith("intent/") for topic in guest.topics)

    guest._session.say("yes")

    guest.until(lambda: any(topic.startswith("intent/") for topic in guest.topics))


def test_a_sentence_that_means_nothing_is_told(guest: Guest) -> None:
    guest._session.say("how tall is mount everest")

    content = guest.first("nlu/intentNotRecognized")
    ended = guest.first("dialogueManager/sessionEnded")
    assert content["input"] == "how tall is mount everest"
    assert ended["termination"] == {"reason": "intentNotRecognized"}


def test_a_skill_asks_for_what_is_missing_and_gets_it_in_any_words(guest: Guest) -> None:
    session = guest._session
    guest.turns += session.speaker.say("order a large pizza")
    asked = guest.first("intent/OrderPizza")
    more = {
        "sessionId": asked["sessionId"],
        "text": "For whom?",
        "intentFilter": ["OrderPizza"],
        "slot": "person",
        "customData": "step 2",
    }
    guest.tell("dialogueManager/continueSession", more)
    turn = guest.turn()
    assert (turn.reply.text, turn.reply.asks) == ("For whom?", "missing")

    before = len(guest.heard)
    guest.turns += session.speaker.say("my aunt Zelda")
    again = guest.first("intent/OrderPizza", before)
    guest.tell(
        "dialogueManager/endSession", {"sessionId": again["sessionId"], "text": "Aunt Zelda it is."}
    )

    assert guest.turn().reply.text == "Aunt Zelda it is."
    assert again["sessionId"] == asked["sessionId"]
    assert again["customData"] == "step 2"
    slots = {slot["slotName"]: slot["value"]["value"] for slot in again["slots"]}
    assert slots == {"size": "large", "person": "my aunt Zelda"}
    guest.first("dialogueManager/sessionEnded")
    assert guest.topics.count("dialogueManager/sessionStarted") == 1
    assert guest.topics.count("dialogueManager/sessionEnded") == 1


def test_what_was_asked_before_is_no_answer_to_a_later_question() -> None:
    world = World()
    speaker = world.speaker()
    speaker.say("order a pizza")
    (asked,) = published(world, "intent/OrderPizza")
    speaker.say("blue cheese")
    more = {"sessionId": asked["sessionId"], "text": "For whom?", "slot": "person"}
    (turn, later) = speaker.take(
        BusMessage(
            topic="hermes/dialogueManager/continueSession", payload=msgspec.json.encode(more)
        )
    )

    assert (turn.reply.text, later.text) == ("For whom?", "blue cheese")
    assert len(published(world, "intent/OrderPizza")) == 1
    world.store.close()


def test_a_request_of_its_own_ends_what_a_skill_asked(guest: Guest) -> None:
    init = {"type": "action", "text": "Which city?", "intentFilter": ["GetTime"]}
    guest.tell("dialogueManager/startSession", {"init": init, "siteId": "kitchen"})
    guest.first("dialogueManager/sessionStarted")
    guest.catch_up()

    (turn,) = guest._session.say("turn on the kitchen light")

    assert turn.reply.text == "The kitchen light is on."
    ended = guest.first("dialogueManager/sessionEnded")
    assert ended["termination"] == {"reason": "abortedByUser"}


def test_a_client_takes_an_intent_that_it_filters_for_and_nothing_is_done_here(
    guest: Guest,
) -> None:
    init = {"type": "action", "text": "Which light?", "intentFilter": ["HassTurnOn"]}
    content = {"init": init, "siteId": "kitchen", "customData": "lamps"}
    guest.tell("dialogueManager/startSession", content)
    guest.first("dialogueManager/sessionStarted")
    guest.catch_up()

    guest.turns += guest._session.speaker.say("turn on the kitchen light")
    told = guest.first("intent/HassTurnOn")
    guest.tell("dialogueManager/endSession", {"sessionId": told["sessionId"], "text": "Noted."})
    turn = guest.turn()

    assert (turn.reply.text, turn.outcomes) == ("Noted.", ())
    assert told["customData"] == "lamps"


def test_a_yes_to_a_client_is_no_yes_to_the_speaker(guest: Guest) -> None:
    (turn,) = guest._session.say("unlock the front door")
    assert turn.reply.asks == "confirm"
    init = {"type": "action", "text": "Would you like coffee?"}
    guest.tell("dialogueManager/startSession", {"init": init, "siteId": "kitchen"})

    guest.first("dialogueManager/sessionQueued")

    guest.publish("inglenook/speaker/kitchen/request/set", b"yes")
    turn = guest.turn()
    assert turn.outcomes == ()
    before = len(guest.heard)
    (turn,) = guest._session.say("no")
    assert turn.reply.text == "OK, I won't."

    def coffee() -> list[str]:
        queued = guest.first("dialogueManager/sessionQueued")["sessionId"]
        return [t for t, c in guest.heard[before:] if c.get("sessionId") == queued]

    guest.until(lambda: "dialogueManager/sessionStarted" in coffee())
    queued = guest.first("dialogueManager/sessionQueued")
    guest.tell("dialogueManager/endSession", {"sessionId": queued["sessionId"]})
    guest.until(lambda: "dialogueManager/sessionEnded" in coffee())


def test_a_notification_is_said_and_over(guest: Guest) -> None:
    init = {"type": "notification", "text": "The washing machine is done."}
    guest.tell("dialogueManager/startSession", {"init": init, "siteId": "kitchen"})

    ended = guest.first("dialogueManager/sessionEnded")

    assert ended["termination"] == {"reason": "nominal"}


def test_texts_are_said_and_reported_with_their_id(guest: Guest) -> None:
    guest.tell("tts/say", {"text": "Hello.", "id": "1", "siteId": "kitchen"})

    assert guest.first("tts/sayFinished") == {"siteId": "kitchen", "sessionId": "", "id": "1"}


def test_a_query_is_understood_and_nothing_is_done(guest: Guest) -> None:
    query = {"input": "turn on the kitchen light", "id": "q1", "siteId": "kitchen"}
    guest.tell("nlu/query", query)
    parsed = guest.first("nlu/intentParsed")
    guest.tell("nlu/query", query | {"intentFilter": ["GetTime"]})
    nothing = guest.first("nlu/intentNotRecognized")
    guest.catch_up()

    assert parsed["intent"]["intentName"] == "HassTurnOn"
    assert parsed["id"] == nothing["id"] == "q1"
    assert not any(topic.startswith("intent/") for topic in guest.topics)
    assert not guest.turns
    light = guest._session.house.values()["Kitchen/Kitchen light"]
    assert light["power"] == "off"


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("tts/say", b""),
        ("tts/say", b"\xff\xfe"),
        ("tts/say", b'{"text": 3}'),
        ("tts/say", b'{"text": "' + b"a" * 501 + b'"}'),
        ("nlu/query", b"[" * 10_000),
        ("nlu/query", b'{"input": "x", "intentFilter": "y"}'),
        ("dialogueManager/startSession", b'{"init": {"type": "revolution"}}'),
        ("dialogueManager/startSession", b'{"init": null}'),
        ("dialogueManager/endSession", b"{}"),
        ("dialogueManager/continueSession", b'{"sessionId": null}'),
        ("hotword/toggleOff", b"a" * 20_000),
    ],
)
def test_what_cannot_be_read_is_counted_and_nothing_else(
    topic: str, payload: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    speaker = world.speaker()
    clients = speaker._presence._clients
    assert clients is not None
    for _ in range(5):
        speaker.take(BusMessage(topic=f"hermes/{topic}", payload=payload))

    assert clients.dropped[f"hermes/{topic}"] == 5
    assert len([r for r in caplog.records if topic in r.getMessage()]) == 1
    assert world.bus.sent == []
    world.store.close()


@given(topic=st.sampled_from(sorted(SERVED)), payload=st.binary(max_size=200) | json_bytes)
@settings(max_examples=50)
def test_anything_may_arrive(topic: str, payload: bytes) -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(BusMessage(topic=topic, payload=payload))
    speaker.take(None)
    world.store.close()


def published(world: World, topic: str) -> list[Json]:
    return [msgspec.json.decode(m.payload) for m in world.bus.sent if m.topic == f"hermes/{topic}"]


def test_other_sites_and_retained_messages_are_passed_over() -> None:
    world = World()
    speaker = world.speaker()
    for site in ("bedroom", None, "default"):
        say = msgspec.json.encode({"text": "Hello.", "siteId": site})
        speaker.take(BusMessage(topic="hermes/tts/say", payload=say))
    own = msgspec.json.encode({"text": "Hello.", "siteId": "kitchen"})
    speaker.take(BusMessage(topic="hermes/tts/say", payload=own, retained=True))
    world.clock.jump(10_000)
    speaker.take(None)

    assert published(world, "tts/sayFinished") == []
    world.store.close()


def test_a_mad_client_makes_the_speaker_talk_a_third_of_the_time_at_most() -> None:
    world = World()
    speaker = world.speaker()
    say = msgspec.json.encode({"text": "a" * 100, "siteId": "kitchen"})
    minutes = 20
    for _ in range(minutes * 60):
        speaker.take(BusMessage(topic="hermes/tts/say", payload=say))
        world.clock.jump(1_000)
        speaker.take(None)

    said = len(published(world, "tts/sayFinished"))
    assert 0 < said <= (2_000 + minutes * 60 * 5) / 100
    assert len(published(world, "error/tts")) <= minutes * 60 + 10
    world.store.close()


def test_the_ears_stay_closed_while_the_microphone_is_off() -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(BusMessage(topic="inglenook/speaker/kitchen/microphone/set", payload=b"OFF"))
    start = {"init": {"type": "action", "text": "Are you there?"}, "siteId": "kitchen"}
    speaker.take(
        BusMessage(topic="hermes/dialogueManager/startSession", payload=msgspec.json.encode(start))
    )
    for _ in range(40):
        world.clock.jump(2_000)
        speaker.take(None)

    assert world.hearing.asked_to == 0
    (ended,) = published(world, "dialogueManager/sessionEnded")
    assert ended["termination"] == {"reason": "timeout"}
    world.store.close()


def test_a_client_that_is_gone_leaves_nobody_deaf() -> None:
    world = World()
    speaker = world.speaker()
    off = msgspec.json.encode({"siteId": "kitchen"})
    speaker.take(BusMessage(topic="hermes/hotword/toggleOff", payload=off))
    wake = Wake(model="okay_nabu", start_ms=0, score=0.9)

    world.hearing.will_hear(wake)
    speaker.take(BLOCK)
    assert not world.hearing.attentive
    world.clock.jump(DEAF_MS)
    world.hearing.will_hear(wake)
    speaker.take(BLOCK)

    assert world.hearing.attentive
    assert len(published(world, "hotword/okay_nabu/detected")) == 1
    world.store.close()


def test_what_is_heard_is_told_with_its_likelihood() -> None:
    world = World()
    speaker = world.speaker()
    for found in (Wake(model="okay_nabu", start_ms=0, score=0.9), heard("what time is it")):
        world.hearing.will_hear(found)
        speaker.take(BLOCK)

    (woken,) = published(world, "hotword/okay_nabu/detected")
    (captured,) = published(world, "asr/textCaptured")
    (asked,) = published(world, "intent/HassGetCurrentTime")
    assert woken["modelId"] == "okay_nabu"
    assert (captured["text"], captured["likelihood"]) == ("what time is it", 1.0)
    assert woken["sessionId"] == captured["sessionId"] == asked["sessionId"]
    assert [token["value"] for token in asked["asrTokens"][0]] == ["what", "time", "is", "it"]
    world.store.close()


def test_a_pin_is_told_to_nobody(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("4711\n", encoding="utf-8")
    safety = SafetyConfig(pin_file=str(tmp_path / "pin"))
    config = msgspec.structs.replace(CONFIG, safety=safety)
    with Session(config=config) as session, guest_of(session, "inglenook/speaker/#") as guest:
        session.say("unlock the front door")
        session.say("4711")
        guest.catch_up()

        guest.publish("inglenook/speaker/kitchen/request/set", b"unlock the front door")
        guest.turn()
        guest.publish("inglenook/speaker/kitchen/request/set", b"4711")
        guest.turn()
        guest.catch_up()

    sent = [m for m in guest.messages if not m.topic.endswith("/set")]
    assert len(sent) > 6
    assert not [m for m in sent if b"4711" in m.payload]


def test_switched_off_nobody_is_told_and_nobody_is_served() -> None:
    world = World()
    off = msgspec.structs.replace(CONFIG, hermes=HermesConfig(enabled=False))
    speaker = world.speaker(off)
    speaker.say("order a pizza")
    own = msgspec.json.encode({"text": "Hello."})
    speaker.take(BusMessage(topic="hermes/tts/say", payload=own))
    speaker.take(None)

    assert not [m for m in world.bus.sent if m.topic.startswith("hermes/")]
    world.store.close()


def starts(speaker: Speaker, text: str, *, action: bool = True) -> None:
    init = {"type": "action" if action else "notification", "text": text}
    payload = msgspec.json.encode({"init": init, "siteId": "kitchen"})
    speaker.take(BusMessage(topic="hermes/dialogueManager/startSession", payload=payload))


def passes(world: World, speaker: Speaker, ms: int) -> None:
    for _ in range(3):
        world.clock.jump(ms // 3)
        speaker.take(None)


def reasons(world: World) -> list[str]:
    return [c["termination"]["reason"] for c in published(world, "dialogueManager/sessionEnded")]


def test_the_ears_open_for_a_question_once_it_was_said_and_close_when_nobody_answers() -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(None)
    starts(speaker, "Are you there?")
    assert not world.hearing.attentive
    passes(world, speaker, 3_000)
    assert world.hearing.attentive

    world.hearing.will_hear(heard(None))
    speaker.take(BLOCK)

    assert reasons(world) == ["timeout"]
    world.store.close()


def test_the_ears_stay_closed_for_a_client_that_went_while_it_asked() -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(None)
    starts(speaker, "Are you there?")
    world.bus.connected = False
    speaker.take(BusDown(reason="gone"))
    passes(world, speaker, 9_000)
    assert world.hearing.asked_to == 0

    world.bus.connected = True
    speaker.take(BusUp())
    assert reasons(world) == ["error"]
    world.store.close()


def test_switching_the_microphone_off_ends_what_a_client_asked() -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(None)
    starts(speaker, "Are you there?")
    passes(world, speaker, 3_000)

    speaker.take(BusMessage(topic="inglenook/speaker/kitchen/microphone/set", payload=b"OFF"))

    assert not world.hearing.attentive
    assert reasons(world) == ["abortedByUser"]
    world.store.close()


def test_eight_sessions_may_wait_and_no_more() -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(None)
    for number in range(10):
        starts(speaker, f"Number {number}.", action=False)

    assert len(published(world, "dialogueManager/sessionStarted")) == 1
    assert len(published(world, "dialogueManager/sessionQueued")) == 8
    (trouble,) = published(world, "error/dialogueManager")
    assert trouble["error"] == "8 sessions are waiting already"
    for _ in range(9):
        passes(world, speaker, 3_000)
    assert reasons(world) == ["nominal"] * 9
    world.store.close()


def test_a_client_cannot_turn_its_own_question_into_the_one_that_is_open() -> None:
    world = World()
    speaker = world.speaker()
    (turn,) = speaker.say("delete what i said")
    assert turn.reply.asks == "confirm"
    typed = "inglenook/speaker/kitchen/request/set"
    speaker.take(BusMessage(topic=typed, payload=b"order a pizza"))
    (asked,) = published(world, "intent/OrderPizza")
    more = {"sessionId": asked["sessionId"], "text": "Some coffee with it?"}
    payload = msgspec.json.encode(more)
    speaker.take(BusMessage(topic="hermes/dialogueManager/continueSession", payload=payload))

    (turn,) = speaker.say("yes")

    assert not turn.reply.text.startswith("I have deleted")
    world.store.close()
