"""The microphone's switch by voice, button and MQTT; what is remembered, and what is deleted."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from device.config import BrokerConfig, Config, RecordsConfig
from device.edges.store import SqliteStore
from device.hearing import Noticed
from device.microphone import KEY, Condition, kept
from device.ports import BusMessage, ButtonPressed, SoundBlock, SoundFound, SoundLost, SoundMissed
from simulator.session import Scene, Session
from tests.simulator.bus import connected, receive_until

TOPIC = "inglenook/speaker/kitchen/microphone"
AT = datetime(2026, 11, 20, 21, 30).astimezone()
CONFIG = Config(broker=BrokerConfig(client_id="kitchen"))


class PretendEars:
    """A microphone that is open or not."""

    def __init__(self, *, button: bool = False) -> None:
        self.button = button
        self.open = False

    def listen(self, *, on: bool) -> None:
        self.open = on


def speaker(
    ears: PretendEars | None, store: Path | None = None, *, config: Config = CONFIG
) -> Session:
    return Session(Scene(store=store, at=AT), config=config, ears=ears)


def condition(session: Session) -> Condition:
    return kept(session.store.load(KEY))


def test_stop_listening_closes_the_microphone_until_it_is_switched_on_again() -> None:
    ears = PretendEars(button=True)
    with speaker(ears) as session:
        assert ears.open

        (turn,) = session.say("stop listening")

        assert not ears.open
        assert turn.reply.text == (
            "My microphone is off now. I can't hear you any more; "
            "press my button to switch it on again."
        )
        session.speaker.take(ButtonPressed())
        assert ears.open
        session.speaker.take(ButtonPressed())
        assert not ears.open
        (turn,) = session.say("turn the microphone back on")
        assert ears.open
        assert turn.reply.text == "I am listening again."


def test_the_switch_survives_a_restart_and_nothing_is_opened_before(tmp_path: Path) -> None:
    store = tmp_path / "kept.sqlite"
    with speaker(PretendEars(), store) as session:
        session.say("turn your microphone off")
    ears = PretendEars()
    opened: list[bool] = []
    ears.listen = lambda *, on: opened.append(on)  # type: ignore[method-assign]

    with speaker(ears, store) as session:
        assert opened == [False]
        assert session.speaker.context.microphone is not None
        assert not session.speaker.context.microphone.on


def test_mqtt_switches_it_and_is_told_with_a_retained_state() -> None:
    ears = PretendEars()
    with speaker(ears) as session, connected(session.address) as outside:
        outside.subscribe([TOPIC])

        def told() -> bytes:
            for _ in range(400):
                session.live()
                event = outside.receive(5)
                if isinstance(event, BusMessage) and event.topic == TOPIC:
                    return event.payload
            raise AssertionError("it was never told")

        assert told() == b"ON"
        for word, on in ((b"OFF", False), (b"off", False), (b"toggle", True), (b"TOGGLE", False)):
            outside.publish(BusMessage(topic=f"{TOPIC}/set", payload=word))
            assert told() == (b"ON" if on else b"OFF")
            assert ears.open is on
        with connected(session.address) as late:
            late.subscribe([TOPIC])
            event, _ = receive_until(late, lambda e: isinstance(e, BusMessage))
            assert event == BusMessage(topic=TOPIC, payload=b"OFF", retained=True)


@pytest.mark.parametrize("payload", [b"", b"MAYBE", b"\xff\xfe", b"ON" * 5_000])
def test_words_that_it_does_not_know_switch_nothing(payload: bytes) -> None:
    ears = PretendEars()
    with speaker(ears) as session:
        session.speaker.take(BusMessage(topic=f"{TOPIC}/set", payload=payload))

        assert ears.open


def test_what_goes_to_the_switch_by_mistake_is_warned_of_less_and_less_and_never_repeated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with speaker(PretendEars()) as session:
        for _ in range(50):
            session.speaker.take(BusMessage(topic=f"{TOPIC}/set", payload=b"83529047"))

    told = [m for m in caplog.messages if "takes ON, OFF or TOGGLE" in m]
    assert len(told) == 2
    assert "83529047" not in caplog.text


def test_a_retained_command_switches_nothing() -> None:
    ears = PretendEars()
    with speaker(ears) as session:
        session.say("turn your microphone off")
        command = BusMessage(topic=f"{TOPIC}/set", payload=b"ON", retained=True)

        session.speaker.take(command)

        assert not ears.open


class Listening:
    """Notes what reaches the hearing."""

    attentive = False

    def __init__(self) -> None:
        self.heard: list[bytes | str] = []

    def feed(self, item: bytes) -> list[Noticed]:
        self.heard.append(item)
        return []

    def reset(self) -> None:
        self.heard.append("dropped")

    def interruptible(self, *_: object) -> None:
        """Not looked at here."""


def test_sound_that_was_on_its_way_is_not_heard_any_more() -> None:
    with speaker(PretendEars()) as session:
        hearing = Listening()
        session.speaker._talk._hearing = hearing  # type: ignore[assignment]
        first, late, new = (SoundBlock(pcm=bytes([n, 0]) * 320) for n in (1, 2, 3))

        for item in (first, ButtonPressed(), late, ButtonPressed(), new):
            session.speaker.take(item)

        assert hearing.heard == [first.pcm, "dropped", new.pcm]


def test_its_condition_is_kept_for_the_doctor() -> None:
    with speaker(PretendEars()) as session:
        take = session.speaker.take
        take(SoundFound(name="usb", rate_hz=48_000, channels=4))
        take(SoundMissed(count=10))
        take(SoundLost(reason="microphone usb is gone"))
        lost = condition(session)
        take(SoundFound(name="usb", rate_hz=44_100, channels=2))
        back = condition(session)

        assert (lost.lost, lost.losses, lost.missed) == ("microphone usb is gone", 1, 10)
        assert (back.lost, back.losses, back.missed, back.rate_hz) == ("", 1, 0, 44_100)
        assert back.since is not None


@pytest.mark.parametrize("content", [b"", b"{", b'{"on": 3}', b"\xff"])
def test_a_condition_that_cannot_be_read_counts_as_on(content: bytes) -> None:
    assert kept(content).on


def texts(session: Session) -> list[str]:
    return [msgspec.json.decode(found)["text"] for found in session.store.turns(99)]


def test_what_was_said_is_deleted_after_a_yes_and_is_in_no_byte_of_the_file(
    tmp_path: Path,
) -> None:
    with speaker(None, tmp_path / "kept.sqlite") as session:
        session.say("add zanzibar nougat to my shopping list")
        session.say("remove zanzibar nougat from my shopping list")
        (turn,) = session.say("delete everything i have ever said")
        assert turn.reply.asks == "confirm"
        assert len(texts(session)) == 3

        (turn,) = session.say("yes")

        assert turn.reply.text == "I have deleted everything you have said."
        assert texts(session) == []
        assert b"nougat" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert session.speaker.context.turns == ()


def test_the_last_hour_leaves_what_is_older() -> None:
    with speaker(None) as session:
        session.say("what time is it")
        session.wait(2 * 3_600_000)
        session.say("turn on the fan")
        session.say("forget what i said in the last hour")

        session.say("yes please")

        assert texts(session) == ["what time is it"]


def test_a_no_keeps_everything() -> None:
    with speaker(None) as session:
        session.say("what time is it")
        session.say("delete what i said")
        session.say("no")

        assert texts(session) == ["what time is it", "delete what i said", "no"]


def test_records_are_kept_for_some_days_and_purged_at_the_start_and_daily(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    before = SqliteStore(path)
    for days in (8, 6, 1):
        at = AT - timedelta(days=days)
        before.append_turn(str(days), at, b'{"text": "%d days ago"}' % days)
    before.close()

    with speaker(None, path) as session:
        session.speaker.advance()
        assert texts(session) == ["6 days ago", "1 days ago"]
        session.wait(2 * 86_400_000)
        assert texts(session) == ["1 days ago"]
    assert b"6 days ago" not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_an_owner_who_wants_no_records_has_none() -> None:
    config = msgspec.structs.replace(CONFIG, records=RecordsConfig(keep_days=0))
    with speaker(None, config=config) as session:
        session.say("what time is it")

        assert texts(session) == []
        (turn,) = session.say("repeat that")
        assert "9:30" in turn.reply.text


def test_a_store_that_cannot_delete_is_said_and_never_called_deleted() -> None:
    with speaker(None) as session:
        session.say("what time is it")
        session.say("delete everything i have ever said")
        session.store._db.execute("PRAGMA query_only = ON")

        (turn,) = session.say("yes")

        assert turn.reply.text.startswith("I could not delete everything: cannot delete from")
        assert turn.error is not None
