"""Each fault in each dialect, as a plain MQTT program sees it; and faults ordered from outside."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from device.edges.mqtt import MqttBus
from device.errors import ConfigError, HomeError
from device.ports import BusEvent, BusMessage
from simulator.faults import GARBAGE, Fault, fault_called
from simulator.hass.style import Style
from simulator.homefile import read_house
from simulator.pretend import PretendHome
from tests.simulator.bus import connected, follow, receive_until
from tests.simulator.styles import name_in

ROOM = "Den"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one dialect's switches are commanded, and what they say."""

    name: str
    word: str
    """What its home file calls it."""
    command: str
    """Topic of a command, with {} for a device."""
    state: str
    on: bytes
    """What it says at `state` when it is on."""
    off: bytes
    presence: str
    online: bytes
    offline: bytes
    refusal: str
    """Where it says that it will not."""
    refused: bytes

    def device(self, name: str) -> str:
        return name if self.name != "tasmota" else f"{ROOM.lower()}_{name.lower()}"


PLAIN = Style(manner=0, variant=0)
LAMPS = {
    "zigbee2mqtt": ("Lamp", "Other"),
    "homeassistant": (name_in(PLAIN, "Lamp", ROOM), name_in(PLAIN, "Other", ROOM)),
    "tasmota": ("Lamp", "Other"),
    "plain": ("Lamp", "Other"),
}
DIALECTS = [
    Dialect(
        name="zigbee2mqtt", word="zigbee2mqtt",
        command="zigbee2mqtt/Den/{}/set/state", state="zigbee2mqtt/Den/{}",
        on=b'{"state":"ON","linkquality":120}', off=b'{"state":"OFF","linkquality":120}',
        presence="zigbee2mqtt/Den/{}/availability",
        online=b'{"state":"online"}', offline=b'{"state":"offline"}',
        refusal="zigbee2mqtt/bridge/logging",
        refused=b"\"message\":\"Publish 'set' 'state' to 'Den/Lamp' failed: 'Error: ",
    ),
    Dialect(
        name="homeassistant", word="homeassistant",
        command="home/Den/{}/set", state="home/Den/{}/state", on=b"ON", off=b"OFF",
        presence="home/Den/{}/availability", online=b"online", offline=b"offline",
        refusal="home/Den/{}/state", refused=b"OFF",
    ),
    Dialect(
        name="tasmota", word="tasmota",
        command="cmnd/{}/POWER", state="stat/{}/POWER", on=b"ON", off=b"OFF",
        presence="tele/{}/LWT", online=b"Online", offline=b"Offline",
        refusal="stat/{}/RESULT", refused=b'{"Command":"Error"}',
    ),
]  # fmt: skip


@pytest.fixture(params=DIALECTS, ids=lambda d: d.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found: Dialect = request.param
    return found


@pytest.fixture
def den(dialect: Dialect, tmp_path: Path) -> Iterator[PretendHome]:
    path = tmp_path / "home.toml"
    path.write_text(
        "".join(
            f'[[devices]]\nname = "{name}"\nroom = "{ROOM}"\nkind = "switch"\n'
            f'dialect = "{dialect.word}"\n'
            for name in LAMPS[dialect.name]
        ),
        encoding="utf-8",
    )
    with PretendHome(read_house(path)) as pretend:
        yield pretend


class Room:
    """Two switches, and somebody who follows everything that is said about them."""

    def __init__(self, pretend: PretendHome, bus: MqttBus, dialect: Dialect) -> None:
        self.house = pretend.house
        self._bus = bus
        self._dialect = dialect
        self.lamp, self.other = LAMPS[dialect.name]
        self._words = itertools.cycle(["ON", "OFF"])
        follow(bus, ["zigbee2mqtt/#", "home/#", "stat/#", "tele/#"])

    def tell(self, name: str, word: str) -> None:
        self.publish(self._dialect.command.format(self._dialect.device(name)), word.encode())

    def publish(self, topic: str, payload: bytes) -> None:
        self._bus.publish(BusMessage(topic=topic, payload=payload))

    def until(self, template: str, name: str, payload: bytes) -> list[BusMessage]:
        """Wait for a fresh message; gives those that came before it."""
        topic = template.format(self._dialect.device(name))
        _, before = receive_until(
            self._bus,
            lambda e: (
                isinstance(e, BusMessage)
                and e.topic == topic
                and payload in e.payload
                and not e.retained
            ),
        )
        return [event for event in before if isinstance(event, BusMessage)]

    def meanwhile(self) -> list[BusMessage]:
        """What the lamp said until the house has done everything that it was told."""
        word = next(self._words)
        self.tell(self.other, word)
        said = self._dialect.on if word == "ON" else self._dialect.off
        before = self.until(self._dialect.state, self.other, said)
        device = self._dialect.device(self.lamp)
        topics = {t.format(device) for t in (self._dialect.state, self._dialect.refusal)}
        return [m for m in before if m.topic in topics and not m.retained]

    def power(self) -> object:
        return self.house.values()[f"{ROOM}/{self.lamp}"]["power"]


@pytest.fixture
def room(den: PretendHome, dialect: Dialect) -> Iterator[Room]:
    with connected(den.address) as bus:
        room = Room(den, bus, dialect)
        room.meanwhile()
        yield room


def misbehave(room: Room, fault: Fault, *, slow_ms: int = 500) -> None:
    room.house.misbehave(f"{ROOM}/{room.lamp}", fault, slow_ms=slow_ms)


def test_a_sound_device_obeys_and_says_so(room: Room, dialect: Dialect) -> None:
    room.tell(room.lamp, "ON")
    room.until(dialect.state, room.lamp, dialect.on)
    assert room.power() == "on"


def test_a_silent_one_does_nothing_and_says_nothing(room: Room) -> None:
    misbehave(room, Fault.SILENT)
    room.tell(room.lamp, "ON")
    assert room.meanwhile() == []
    assert room.power() == "off"


def test_a_deaf_one_obeys_and_says_nothing(room: Room) -> None:
    misbehave(room, Fault.DEAF)
    room.tell(room.lamp, "ON")
    assert room.meanwhile() == []
    assert room.power() == "on"


def test_a_terse_one_speaks_only_of_changes(room: Room, dialect: Dialect) -> None:
    misbehave(room, Fault.TERSE)
    room.tell(room.lamp, "OFF")
    assert room.meanwhile() == []
    room.tell(room.lamp, "ON")
    room.until(dialect.state, room.lamp, dialect.on)


def test_a_wrong_one_does_something_else_and_says_so(room: Room, dialect: Dialect) -> None:
    misbehave(room, Fault.WRONG)
    room.tell(room.lamp, "ON")
    room.until(dialect.state, room.lamp, dialect.off)
    assert room.power() == "off"


def test_a_malformed_one_says_what_nobody_can_read(room: Room, dialect: Dialect) -> None:
    misbehave(room, Fault.MALFORMED)
    room.tell(room.lamp, "ON")
    for garbage in GARBAGE:
        room.until(dialect.state, room.lamp, garbage)
    assert room.power() == "on"


def test_a_slow_one_takes_its_time(room: Room, dialect: Dialect) -> None:
    misbehave(room, Fault.SLOW, slow_ms=700)
    room.tell(room.lamp, "ON")
    assert room.meanwhile() == [], "the other is faster"
    room.until(dialect.state, room.lamp, dialect.on)


def test_one_that_refuses_says_so_and_stays_as_it_was(room: Room, dialect: Dialect) -> None:
    misbehave(room, Fault.REFUSES)
    room.tell(room.lamp, "ON")
    room.until(dialect.refusal, room.lamp, dialect.refused)
    assert room.power() == "off"


def test_an_unplugged_one_is_told_of_and_tells_how_it_stands_when_it_is_back(
    room: Room, dialect: Dialect
) -> None:
    misbehave(room, Fault.OFFLINE)
    room.until(dialect.presence, room.lamp, dialect.offline)
    room.tell(room.lamp, "ON")
    assert room.meanwhile() == []
    misbehave(room, Fault.NONE)
    room.until(dialect.presence, room.lamp, dialect.online)
    room.until(dialect.state, room.lamp, dialect.off)


def test_a_flapping_one_goes_and_comes_until_it_is_mended(room: Room, dialect: Dialect) -> None:
    misbehave(room, Fault.FLAPPING, slow_ms=20)
    for _ in range(3):
        room.until(dialect.presence, room.lamp, dialect.offline)
        room.until(dialect.presence, room.lamp, dialect.online)
    misbehave(room, Fault.NONE)
    room.tell(room.lamp, "ON")
    room.until(dialect.state, room.lamp, dialect.on)


def test_faults_can_be_ordered_over_the_broker(room: Room, dialect: Dialect) -> None:
    topic = f"pretend-house/{ROOM}/{room.lamp}/fault"
    for payload in (b"nonsense", b"", b"\xff", b"slow -1", b"slow soon"):
        room.publish(topic, payload)
    room.publish("pretend-house/Nobody/fault", b"wrong")
    room.publish(topic, b"offline")
    room.until(dialect.presence, room.lamp, dialect.offline)
    room.publish(topic, b"none")
    room.until(dialect.presence, room.lamp, dialect.online)
    room.tell(room.lamp, "ON")
    room.until(dialect.state, room.lamp, dialect.on)


def test_a_fault_is_a_word_and_a_pace() -> None:
    assert fault_called("slow") == (Fault.SLOW, 500)
    assert fault_called(" flapping 250 ") == (Fault.FLAPPING, 250)
    for text in ("", "lame", "slow x", "slow 0", "slow 9999999", "SLOW"):
        with pytest.raises(HomeError):
            fault_called(text)


def test_a_renamed_device_moves_and_a_removed_one_leaves_nothing_behind(
    den: PretendHome, room: Room, dialect: Dialect
) -> None:
    den.house.rename(f"{ROOM}/{room.lamp}", "Attic/Old")
    den.house.remove(f"{ROOM}/{room.other}")
    command, state, presence = (
        topic.format("attic_old" if dialect.name == "tasmota" else "Old").replace("Den", "Attic")
        for topic in (dialect.command, dialect.state, dialect.presence)
    )
    room.until(presence, "", b"line")  # Now it listens.
    room.publish(command, b"ON")
    room.until(state, "", dialect.on)
    with connected(den.address) as bus:
        bus.subscribe(["#", "test/end"])
        bus.publish(BusMessage(topic="test/end", payload=b"x"))
        _, before = receive_until(bus, lambda e: _says(e, "test/end", b"x"))
    kept = [e for e in before if isinstance(e, BusMessage) and e.retained]
    everything = b"".join(m.topic.encode() + b" " + m.payload for m in kept)
    assert b"Old" in everything
    for gone in (room.lamp, room.other):
        assert f"{ROOM}/{gone}".encode() not in everything
        assert f"{ROOM}_{gone}".lower().encode() not in everything
        assert json.dumps(gone).encode() not in everything


def _says(event: BusEvent, topic: str, payload: bytes) -> bool:
    return isinstance(event, BusMessage) and event.topic == topic and event.payload == payload


def test_two_devices_on_one_topic_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "home.toml"
    names = ("Big lamp", "Big  lamp", "Big-lamp", "Big_lamp", "Big lamp'")
    path.write_text(
        "".join(
            f'[[devices]]\nname = "{name}"\nkind = "switch"\ndialect = "tasmota"\n'
            for name in names
        ),
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"Big.lamp.* would share the topic .*big_lamp"):
        PretendHome(read_house(path))
