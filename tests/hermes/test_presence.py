"""The speaker shows itself to Home Assistant, takes typed requests, and takes everything back."""

import shutil
import subprocess
from typing import Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings

from device.announcement import STATE_CHARACTERS, entities, node_id, state
from device.config import AnnounceConfig, Config, HomeConfig, RecordsConfig, SpeakerConfig
from device.edges.mqtt import MqttBus
from device.ports import BusMessage, BusUp
from simulator.session import Session
from tests.hermes.guests import CONFIG, guest_of
from tests.hermes.talks import World
from tests.simulator.bus import connected

BASE = "inglenook/speaker/kitchen"
CONFIGS = {
    "homeassistant/sensor/inglenook_kitchen/last_request/config",
    "homeassistant/sensor/inglenook_kitchen/last_reply/config",
    "homeassistant/text/inglenook_kitchen/type_a_request/config",
    "homeassistant/switch/inglenook_kitchen/microphone/config",
}


def with_(config: Config = CONFIG, **changes: object) -> Config:
    return msgspec.structs.replace(config, **changes)


def kept(world: World) -> dict[str, bytes]:
    """What is retained on the broker."""
    found = {m.topic: m.payload for m in world.bus.sent if m.retained}
    return {topic: payload for topic, payload in found.items() if payload}


def test_it_announces_what_it_has() -> None:
    world = World()
    speaker = world.speaker(with_(speaker=SpeakerConfig(name="Ember", room="Kitchen")))
    speaker.take(BusUp())

    found = {t: msgspec.json.decode(p) for t, p in kept(world).items() if t.endswith("/config")}
    assert set(found) == CONFIGS
    for config in found.values():
        assert config["availability_topic"] == f"{BASE}/availability"
        assert config["device"]["identifiers"] == ["inglenook_kitchen"]
        assert config["device"]["suggested_area"] == "Kitchen"
        assert config["device"]["name"] == "Ember"
        assert config["origin"]["name"] == "Inglenook"
        topics = [value for key, value in config.items() if key.endswith("_topic")]
        assert all(topic.startswith("inglenook/") for topic in topics)
    assert len({config["unique_id"] for config in found.values()}) == len(CONFIGS)
    assert kept(world)[f"{BASE}/availability"] == b"online"
    world.store.close()


def test_what_was_last_asked_and_said_is_shown_until_it_is_to_be_forgotten() -> None:
    world = World()
    speaker = world.speaker()
    speaker.say("what time is it")
    shown = msgspec.json.decode(kept(world)[f"{BASE}/request"])
    reply = msgspec.json.decode(kept(world)[f"{BASE}/reply"])
    assert shown["state"] == shown["attributes"]["text"] == "what time is it"
    assert reply["state"].startswith("It is ")

    (turn,) = speaker.say("delete what i said")
    assert turn.reply.asks == "confirm"
    speaker.say("yes")

    assert not {f"{BASE}/request", f"{BASE}/reply"} & set(kept(world))
    world.store.close()


def test_what_was_last_said_goes_when_records_go() -> None:
    world = World()
    speaker = world.speaker(with_(records=RecordsConfig(keep_days=2)))
    speaker.say("what time is it")
    world.clock.jump(2 * 86_400_000 + 1)

    speaker.take(None)

    assert f"{BASE}/request" not in kept(world)
    world.store.close()


@pytest.mark.parametrize(
    "config",
    [
        with_(records=RecordsConfig(keep_days=0)),
        with_(announce=AnnounceConfig(requests=False)),
    ],
)
def test_an_owner_who_wants_nothing_shown_has_nothing_shown(config: Config) -> None:
    world = World()
    speaker = world.speaker(config)
    speaker.take(BusUp())
    speaker.say("what time is it")

    assert {t for t in kept(world) if t.endswith("/config")} == {
        topic for topic in CONFIGS if "last_" not in topic
    }
    assert not {f"{BASE}/request", f"{BASE}/reply"} & set(kept(world))
    world.store.close()


def test_switched_off_everything_is_taken_back() -> None:
    world = World()
    world.speaker().take(BusUp())
    assert set(kept(world)) > CONFIGS

    world.speaker(with_(announce=AnnounceConfig(homeassistant=False))).take(BusUp())

    assert set(kept(world)) == {f"{BASE}/availability", f"{BASE}/microphone"}
    world.store.close()


def test_without_home_assistant_nothing_is_published_for_it() -> None:
    world = World()
    world.speaker(with_(home=HomeConfig(homeassistant=""))).take(BusUp())

    assert {m.topic.split("/")[0] for m in world.bus.sent} == {"inglenook"}
    world.store.close()


def test_it_announces_itself_again_when_home_assistant_comes_back_but_not_without_end() -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(BusUp())

    def announced() -> int:
        return sum(message.topic in CONFIGS for message in world.bus.sent)

    speaker.take(BusMessage(topic="homeassistant/status", payload=b"online"))
    assert announced() == 2 * len(CONFIGS)
    for _ in range(100):
        speaker.take(BusMessage(topic="homeassistant/status", payload=b"online"))
    assert announced() == 3 * len(CONFIGS)
    world.store.close()


@pytest.mark.parametrize(
    ("payload", "retained"),
    [(b"", False), (b"  ", False), (b"\xff", False), (b"a" * 256, False), (b"stop", True)],
)
def test_what_is_no_request_is_ignored(payload: bytes, retained: bool) -> None:
    world = World()
    typed = BusMessage(topic=f"{BASE}/request/set", payload=payload, retained=retained)

    assert world.speaker().take(typed) == []
    world.store.close()


def test_typed_requests_come_at_most_one_a_second() -> None:
    world = World()
    speaker = world.speaker()
    typed = BusMessage(topic=f"{BASE}/request/set", payload=b"what time is it")

    turns = [turn for _ in range(100) for turn in speaker.take(typed)]

    assert len(turns) == 20
    world.store.close()


def test_the_reply_to_what_was_typed_is_read_and_not_said() -> None:
    world = World()
    speaker = world.speaker()
    typed = BusMessage(topic=f"{BASE}/request/set", payload=b"what time is it")
    (turn,) = speaker.take(typed)
    assert speaker._talk.quiet
    assert msgspec.json.decode(kept(world)[f"{BASE}/reply"])["state"] == turn.reply.text

    aloud = world.speaker(with_(announce=AnnounceConfig(spoken=True)))
    aloud.take(typed)
    assert not aloud._talk.quiet
    world.store.close()


def test_a_yes_that_is_typed_agrees_only_to_what_was_asked_there() -> None:
    world = World()
    speaker = world.speaker()
    yes = BusMessage(topic=f"{BASE}/request/set", payload=b"yes")
    delete = BusMessage(topic=f"{BASE}/request/set", payload=b"delete what i said")

    speaker.say("delete what i said")
    (turn,) = speaker.take(yes)
    assert not turn.reply.text.startswith("I have deleted")

    speaker.forget()
    speaker.take(delete)
    (turn,) = speaker.say("yes")
    assert not turn.reply.text.startswith("I have deleted")

    speaker.forget()
    speaker.take(delete)
    (turn,) = speaker.take(yes)
    assert turn.reply.text.startswith("I have deleted")
    world.store.close()


@pytest.mark.parametrize("remotely", [True, False])
def test_a_yes_from_before_the_question_agrees_to_nothing(*, remotely: bool) -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(BusUp())

    def ask(text: str, *, remotely: bool) -> list[str]:
        typed = BusMessage(topic=f"{BASE}/request/set", payload=text.encode())
        turns = speaker.take(typed) if remotely else speaker.say(text)
        return [turn.reply.text for turn in turns]

    ask("delete what i said", remotely=True)
    assert ask("order a pizza", remotely=True) == []
    assert ask("delete what i said", remotely=remotely) == []
    assert ask("yes", remotely=True) == []
    world.clock.jump(10_000)
    replies = [turn.reply.text for _ in range(3) for turn in speaker.take(None)]

    assert len(replies) == 3
    assert replies[1].startswith("Shall I delete")
    assert not replies[2].startswith("I have deleted")
    if remotely:
        assert ask("yes", remotely=True)[0].startswith("I have deleted")
    world.store.close()


def test_requests_that_pile_up_are_dropped_with_ever_fewer_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(BusUp())
    for _ in range(1 + 8 + 50):
        speaker.say("order a pizza")

    told = [m for m in caplog.messages if "too many requests" in m]
    assert [int(m.split(";")[1].split()[0]) for m in told] == [1, 10]
    world.store.close()


@given(st.text(max_size=600))
def test_a_state_is_as_long_as_home_assistant_takes_and_loses_nothing(text: str) -> None:
    found: dict[str, Any] = msgspec.json.decode(state(text))

    assert len(found["state"]) <= STATE_CHARACTERS
    assert found["attributes"]["text"] == text
    assert len(text) > STATE_CHARACTERS or found["state"] == text


@given(st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=2, unique=True))
@settings(max_examples=30)
def test_speakers_with_different_names_are_different_devices(names: list[str]) -> None:
    one, other = (
        {e.topic for e in entities(name, "Inglenook", None, "homeassistant").values()}
        for name in names
    )

    assert not one & other
    assert all(c.isascii() and (c.isalnum() or c in "_-") for c in node_id(names[0]))


def test_its_own_announcement_is_no_device_of_the_home() -> None:
    with Session(config=CONFIG) as session, guest_of(session) as guest:
        devices = len(session.speaker.home.home.devices)
        guest.publish("homeassistant/status", b"online")
        guest.catch_up()
        guest.catch_up()

        assert len(session.speaker.home.home.devices) == devices == 51
        assert not session.speaker.home.dropped


def test_the_broker_tells_when_it_is_away_and_when_it_vanished() -> None:
    topic = f"{BASE}/availability"
    with Session(config=CONFIG) as session:
        with guest_of(session, topic) as guest:

            def told() -> list[bytes]:
                return [m.payload for m in guest.messages if m.topic == topic]

            guest.until(lambda: told()[-1:] == [b"online"])
            assert isinstance(session._bus, MqttBus)
            current = session._bus._current
            assert current is not None
            sock = current._client.socket()
            assert sock is not None
            sock.close()
            guest.until(lambda: told()[-2:] == [b"offline", b"online"])
        with connected(session.address) as bus:
            bus.subscribe([topic])
            session.speaker.leave()
            while True:
                event = bus.receive(1_000)
                if isinstance(event, BusMessage) and event.payload == b"offline":
                    break


@pytest.mark.skipif(shutil.which("mosquitto_pub") is None, reason="mosquitto_pub is not installed")
def test_a_request_from_mosquitto_pub_goes_through_everything() -> None:
    with Session(config=CONFIG) as session, guest_of(session) as guest:
        port = str(session.address.port)
        words = "turn on the kitchen light"
        command = ["mosquitto_pub", "-p", port, "-t", f"{BASE}/request/set", "-m", words]
        subprocess.run(command, check=True, timeout=20)
        turn = guest.turn()

    assert turn.reply.text == "The kitchen light is on."
