"""The pretend house on both real brokers: what any MQTT program sees of it."""

import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.context import Device
from device.edges.mqtt import BrokerAddress
from device.errors import ConfigError
from device.events import Value
from device.home.homefile import DIALECTS, HomeFile, read_home
from device.ports import BusMessage
from simulator.bridges import dialect_of
from simulator.homefile import DEFAULT_HOME, furnished, read_house
from simulator.pretend import PretendHome
from tests.home.zigbee import device_called
from tests.simulator.bus import BROKERS, connected, owner_of, receive_until

ROOT = Path(__file__).parents[2]
CORNER = """
[[devices]]
name = "Lamp"
room = "Den"
kind = "light"
capabilities = ["power", "brightness", "color", "color_temperature"]
state = { power = "off", brightness = 40, color_temperature = 2700 }

[[devices]]
name = "Blind"
room = "Den"
kind = "cover"
state = { position = 100 }

[[devices]]
name = "TV"
room = "Den"
kind = "media_player"

[[devices]]
name = "Window"
kind = "binary_sensor"
class = "window"
capabilities = ["contact", "battery"]
state = { contact = "open", battery = 50 }
"""


def written(tmp_path: Path, text: str) -> HomeFile:
    path = tmp_path / "home.toml"
    path.write_text(text, encoding="utf-8")
    return read_house(path)


@pytest.fixture(params=BROKERS)
def corner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PretendHome]:
    with PretendHome(written(tmp_path, CORNER), prefer=request.param) as pretend:
        yield pretend


@pytest.mark.parametrize("kind", BROKERS)
def test_every_device_of_the_furnished_house_is_found_as_its_file_has_it(kind: str) -> None:
    file = read_home(DEFAULT_HOME)

    with PretendHome(prefer=kind) as pretend, owner_of(pretend) as owner:
        owner.until(lambda: len(owner.home.state) == len(file.devices))
        owner.until(lambda: all(d.id in owner.home.state for d in owner.home.home.devices))
        home, state = owner.home.home, owner.home.state

    assert not owner.home.dropped
    assert len(home.devices) == len(file.devices)
    for written_down, device in zip(file.devices, home.devices, strict=True):
        assert (device.name, device.room) == (written_down.name, written_down.room)
        assert device.kind == written_down.kind
        assert device.aliases == written_down.aliases
        whole = furnished(written_down)
        assert {c.name for c in device.capabilities} >= set(whole.capabilities)
        heard = {name: reading.value for name, reading in state[device.id].items()}
        assert heard == expected_state(device, dict(whole.state)), device.name


def expected_state(device: Device, state: dict[str, Value]) -> dict[str, Value]:
    """A lamp with both shows only the one of colour and whiteness that it shines in."""
    if "color" in state and "color_temperature" in state:
        del state["color"]
    if "color" in state:
        state["color"] = {"orange": "#ffa500", "blue": "#0000ff"}[str(state["color"])]
    return state


def test_the_furnished_house_is_a_home() -> None:
    file = read_house()

    assert len(file.rooms) >= 7
    assert len({room.floor for room in file.rooms}) in (2, 3)
    assert len(file.devices) >= 35
    names = [device.name for device in file.devices]
    assert names.count("Kitchen light") == names.count("Fan") == 1
    assert names.count("Bedroom thermostat") == 1
    assert names.count("Ceiling light") >= 2, "Room/Name has to be exercised"
    kinds = {device.kind for device in file.devices}
    assert kinds >= {"light", "switch", "fan", "cover", "lock", "climate", "sensor", "scene"}
    assert any(device.device_class == "garage" for device in file.devices)
    spoken = Counter(dialect_of(furnished(device)) for device in file.devices)
    assert all(spoken[dialect] >= 12 for dialect in DIALECTS)
    assert spoken["plain"]


def test_a_command_changes_the_device_and_comes_back_as_its_state(corner: PretendHome) -> None:
    with owner_of(corner) as owner:
        done = owner.do(
            ("Lamp", "power", "on"),
            ("Lamp", "color", "purple"),
            ("Blind", "position", 30),
            ("TV", "volume", 44),
        )

        assert done == [("done", "on"), ("done", "purple"), ("done", 30), ("done", 44)]
        assert corner.house.values()["Den/Lamp"]["power"] == "on"
        assert corner.house.values()["Den/Blind"]["position"] == 30
        assert owner.value("Lamp", "color") == "purple"
        assert owner.value("Lamp", "color_temperature") is None


def test_only_what_was_asked_is_told_and_nothing_is_retained(corner: PretendHome) -> None:
    with owner_of(corner) as owner:
        owner.do(("Lamp", "brightness", 70), ("TV", "media", "playing"))

    told = [(m.topic, json.loads(m.payload), m.retained) for m in corner.house.commands]
    assert sorted(told, key=str) == [
        ("inglenook/home/Den/TV/set", {"media": "playing"}, False),
        ("zigbee2mqtt/Den/Lamp/set", {"brightness": 178}, False),
    ]
    with connected(corner.address) as late:
        late.subscribe(["zigbee2mqtt/#", "inglenook/#"])
        _, before = receive_until(
            late, lambda e: isinstance(e, BusMessage) and e.topic == "inglenook/home/bridge/devices"
        )
        kept = [e.topic for e in before if isinstance(e, BusMessage)]
        assert not any(topic.endswith(("/set", "/get")) for topic in kept)


@pytest.mark.parametrize(
    ("topic", "payload", "changes"),
    [
        ("Den/Lamp/set", b"ON", {"state": "ON"}),
        ("Den/Lamp/set", b"toggle", {"state": "ON"}),
        ("Den/Lamp/set/brightness", b"99", {"brightness": 99, "state": "ON"}),
        ("Den/Lamp/set", b'{"brightness":0}', {"brightness": 0, "state": "OFF"}),
        ("Den/Lamp/set", b'{"color":{"hex":"#FF0000"}}', {"color_mode": "xy"}),
        ("Den/Lamp/set", b'{"color_temp":200,"state":"ON"}', {"color_temp": 200, "state": "ON"}),
        ("Den/Blind/set", b"close", {"position": 0, "state": "CLOSE"}),
        ("Den/Blind/set", b'{"position":"40"}', {"position": 40, "state": "OPEN"}),
        ("Den/Lamp/get", b'{"state":""}', {"state": "OFF", "brightness": 102}),
    ],
)
def test_the_house_obeys_as_zigbee2mqtt_does(
    corner: PretendHome, topic: str, payload: bytes, changes: dict[str, object]
) -> None:
    device = topic.split("/")[1]
    online = b'{"state":"online"}'
    with connected(corner.address) as program:
        program.subscribe([f"zigbee2mqtt/Den/{device}", "zigbee2mqtt/bridge/state"])
        receive_until(program, lambda e: isinstance(e, BusMessage) and e.payload == online)
        program.publish(BusMessage(topic=f"zigbee2mqtt/Den/{device}", payload=b"{}"))
        receive_until(program, lambda e: isinstance(e, BusMessage) and e.payload == b"{}")

        program.publish(BusMessage(topic=f"zigbee2mqtt/{topic}", payload=payload))
        receive_until(
            program,
            lambda e: (
                isinstance(e, BusMessage) and changes.items() <= json.loads(e.payload).items()
            ),
        )


def test_nonsense_changes_nothing_and_the_house_lives_on(corner: PretendHome) -> None:
    before = corner.house.values()
    with owner_of(corner) as owner:
        for payload in (b"", b"{", b"\xff", b"[1]", b'{"state":3}', b'{"brightness":999}', b"null"):
            for topic in ("zigbee2mqtt/Den/Lamp/set", "inglenook/home/Den/TV/set"):
                owner.bus.publish(BusMessage(topic=topic, payload=payload))
            owner.bus.publish(BusMessage(topic="zigbee2mqtt/Den/Lamp/set/x/y", payload=payload))

        assert owner.do(("Blind", "position", 0)) == [("done", 0)]

    after = corner.house.values()
    assert after.pop("Den/Blind") != before.pop("Den/Blind")
    assert after == before


def test_a_hand_on_the_switch_is_seen(corner: PretendHome) -> None:
    with owner_of(corner) as owner:
        corner.house.touch("Den/Lamp", {"power": "on"})
        owner.until(lambda: owner.value("Lamp", "power") == "on")
        corner.house.touch("Window", {"contact": "closed"})
        owner.until(lambda: owner.value("Window", "contact") == "closed")


def test_renamed_and_removed_devices_are_followed(corner: PretendHome) -> None:
    with owner_of(corner) as owner:
        corner.house.rename("Den/Lamp", "Attic/Old lamp")
        owner.until(lambda: any(d.name == "Old lamp" for d in owner.home.home.devices))
        assert device_called(owner.home.home, "Old lamp").room == "Attic"
        assert owner.do(("Old lamp", "power", "on")) == [("done", "on")]

        corner.house.remove("Den/Blind")
        owner.until(lambda: len(owner.home.home.devices) == 3)


def test_a_cover_tells_where_it_is_on_its_way(tmp_path: Path) -> None:
    file = written(tmp_path, CORNER)
    with PretendHome(file, travel_ms=400) as pretend, owner_of(pretend) as owner:
        seen: list[Value | None] = []
        delivery = owner.begin(("Blind", "position", 0))

        def arrived() -> bool:
            seen.append(owner.value("Blind", "position"))
            return seen[-1] == 0

        owner.until(arrived)

        assert list(dict.fromkeys(seen)) == [100, 75, 50, 25, 0]
        assert delivery.outcomes(0) is not None


def test_a_cover_can_be_stopped_half_way(tmp_path: Path) -> None:
    file = written(tmp_path, CORNER)
    with PretendHome(file, travel_ms=60_000) as pretend, owner_of(pretend) as owner:
        owner.begin(("Blind", "position", 0))
        assert owner.do(("Blind", "position", "stop")) == [("done", 100)]
        assert pretend.house.values()["Den/Blind"]["position"] == 100


EVERYTHING = """
[[devices]]
name = "{name}"
room = "Lab"
kind = "{kind}"
dialect = "{dialect}"
"""
COMMANDS: list[tuple[str, str, Value]] = [
    ("light", "brightness", 33),
    ("switch", "power", "on"),
    ("cover", "position", 25),
    ("lock", "lock", "unlocked"),
    ("climate", "target_temperature", 22.5),
    ("climate", "mode", "auto"),
    ("media_player", "volume", 60),
    ("vacuum", "vacuum", "cleaning"),
    ("lawn_mower", "mower", "mowing"),
    ("valve", "position", 0),
    ("alarm_control_panel", "mode", "armed_home"),
    ("select", "mode", "auto"),
    ("humidifier", "humidity", 55),
    ("siren", "power", "on"),
    ("water_heater", "target_temperature", 55),
]
NEARLY: list[tuple[str, str, Value]] = [("fan", "fan_speed", 80)]
"""What a device may do to the next step that it has."""
SILENT: list[tuple[str, str, Value]] = [("scene", "scene", "activated")]
"""What Home Assistant's devices never report."""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_kind_of_device_can_be_played(tmp_path: Path, dialect: str) -> None:
    asked = [*COMMANDS, *NEARLY, *SILENT]
    kinds = dict.fromkeys([*(kind for kind, _, _ in asked), "sensor", "binary_sensor", "script"])
    text = "".join(
        EVERYTHING.format(name=kind.replace("_", " "), kind=kind, dialect=dialect) for kind in kinds
    )

    with PretendHome(written(tmp_path, text)) as pretend, owner_of(pretend) as owner:
        done = owner.do(*((kind.replace("_", " "), name, value) for kind, name, value in asked))
        really = pretend.house.values()

    assert done[: len(COMMANDS)] == [("done", value) for _, _, value in COMMANDS]
    (kind, speed), (outcome, _) = done[len(COMMANDS) :]
    assert kind == "done"
    assert speed == really["Lab/fan"]["fan_speed"]
    assert outcome == ("sent" if dialect == "homeassistant" else "done")
    assert really["Lab/scene"] == {"scene": "activated"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[devices]]\nname = 'x'", "x needs a kind"),
        ("[[devices]]\nname = 'x'\nkind = 'robot'", "kind of x is unknown"),
    ],
)
def test_a_home_that_cannot_be_played_gets_one_sentence(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        written(tmp_path, text)


def test_names_that_topics_cannot_hold_are_played_all_the_same(tmp_path: Path) -> None:
    text = '[[devices]]\nname = "TV #2"\nroom = "A+B"\nkind = "switch"\n'
    text += '[[devices]]\nname = "bridge lamp"\nkind = "light"\n'
    with PretendHome(written(tmp_path, text)) as pretend, owner_of(pretend) as owner:
        done = owner.do(("TV #2", "power", "on"), ("bridge lamp", "power", "on"))

    assert done == [("done", "on"), ("done", "on")]


def test_a_house_can_be_played_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "home.toml"
    path.write_text(CORNER, encoding="utf-8")
    command = [sys.executable, "-m", "simulator.pretend", str(path)]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert program.stdout is not None
        port = int(program.stdout.readline().rpartition(":")[2])
        with connected(BrokerAddress(port=port)) as bus:
            bus.subscribe(["zigbee2mqtt/bridge/devices"])
            found, _ = receive_until(bus, lambda event: isinstance(event, BusMessage))
    finally:
        program.send_signal(signal.SIGINT)
        code = program.wait(timeout=20)
        if program.stdout is not None:
            program.stdout.close()

    assert isinstance(found, BusMessage)
    assert b"Den/Lamp" in found.payload
    assert code == 0


def test_a_house_that_cannot_be_played_says_why() -> None:
    command = [sys.executable, "-m", "simulator.pretend", "nowhere.toml"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 2
    assert found.stderr == "nowhere.toml: No such file or directory\n"


def test_mosquitto_tools_are_enough_to_follow_and_to_command(tmp_path: Path) -> None:
    if not (shutil.which("mosquitto_sub") and shutil.which("mosquitto_pub")):
        pytest.skip("mosquitto_sub and mosquitto_pub are not installed")
    with PretendHome(written(tmp_path, CORNER)) as pretend, owner_of(pretend):
        port = ["-p", str(pretend.broker.port)]
        listen = ["mosquitto_sub", *port, "-t", "zigbee2mqtt/Den/Lamp", "-C", "1", "-W", "20"]
        follower = subprocess.Popen(listen, stdout=subprocess.PIPE, text=True)
        ask = ["mosquitto_pub", *port, "-t", "zigbee2mqtt/Den/Lamp/set", "-m", '{"state":"ON"}']
        while follower.poll() is None:
            subprocess.run(ask, check=True)
        heard, _ = follower.communicate()

    assert json.loads(heard)["state"] == "ON"
