"""The home as the speaker knows it, fed message by message."""

import json
import logging
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Room
from device.errors import HomeError
from device.events import DeviceCommand
from device.home.asking import AT_ONCE, PAUSE_MS
from device.home.homeassistant.dialect import HomeAssistant
from device.home.homefile import Furnishing, HomeFile
from device.home.homestate import HomeState
from device.home.payloads import INVENTORY_DEVICES
from device.home.plain import Plain
from device.home.zigbee2mqtt import Zigbee2Mqtt
from device.ports import BusDown, BusMessage, BusUp
from tests.home.zigbee import (
    CLIMATE,
    CONTACT,
    COVER,
    LIGHT,
    LOCK,
    NOON,
    STATE,
    device_called,
    entry,
    home_with,
    inventory,
    message,
    values_of,
)

LAMP = entry("0xa", "Living Room/Ceiling light", LIGHT)
LAMP_ID = "zigbee2mqtt:0xa"


def furnishing(name: str, room: str | None, **more: object) -> Furnishing:
    values: dict[str, object] = {
        "kind": None, "device_class": "", "dialect": "zigbee2mqtt", "capabilities": (),
        "state": (), "aliases": (),
    }  # fmt: skip
    return Furnishing(name=name, room=room, **{**values, **more})  # type: ignore[arg-type]


FILE = HomeFile(
    rooms=(
        Room(name="Kitchen", floor="Ground Floor"),
        Room(name="Living Room", floor="Ground Floor", aliases=("lounge",)),
    ),
    devices=(
        furnishing("Kitchen light", "Kitchen", aliases=("big light",)),
        furnishing("Shed", "Kitchen", kind="cover", device_class="gate"),
    ),
)


def test_a_device_is_found_and_asked_as_soon_as_the_inventory_comes() -> None:
    home = HomeState([Zigbee2Mqtt()])
    up = home.take(BusUp(), at=NOON, now_ms=0)

    found = home.take(inventory(LAMP), at=NOON, now_ms=5)

    assert set(up.topics) >= {"zigbee2mqtt/bridge/devices", "zigbee2mqtt/bridge/state"}
    assert "zigbee2mqtt/Living Room/Ceiling light" in found.topics
    assert [m.topic for m in found.messages] == ["zigbee2mqtt/Living Room/Ceiling light/get"]
    (device,) = home.home.devices
    assert (device.id, device.name, device.room) == (LAMP_ID, "Ceiling light", "Living Room")
    assert device.kind == "light"


def test_names_in_slashes_give_rooms_and_the_file_gives_the_rest() -> None:
    home = home_with(
        entry("0x1", "Attic/Lamp", LIGHT),
        entry("0x2", "kitchen/kitchen light", LIGHT),
        entry("0x3", "Shed", COVER),
        entry("0x4", "lounge lamp", LIGHT),
        entry("0x5", "Lounge/Blinds", COVER),
        entry("0x6", "Garage door", COVER),
        entry("0x7", "Back window", CONTACT),
        file=FILE,
    )

    found = {d.id[-1]: (d.room, d.name, d.kind, d.device_class) for d in home.home.devices}
    assert found == {
        "1": ("Attic", "Lamp", "light", ""),
        "2": ("Kitchen", "Kitchen light", "light", ""),
        "3": ("Kitchen", "Shed", "cover", "gate"),
        "4": ("Living Room", "lounge lamp", "light", ""),
        "5": ("Living Room", "Blinds", "cover", "blind"),
        "6": (None, "Garage door", "cover", "garage"),
        "7": (None, "Back window", "binary_sensor", "window"),
    }
    assert [room.name for room in home.home.rooms] == ["Kitchen", "Living Room", "Attic"]
    assert [d.id[-1] for d in home.home.devices][:2] == ["2", "3"], "the file's order first"
    assert device_called(home.home, "Kitchen light").aliases == ("big light",)


def test_readings_carry_when_they_were_heard() -> None:
    home = home_with(LAMP)
    later = NOON + timedelta(minutes=3)

    home.take(message("Living Room/Ceiling light", {"state": "ON"}), at=NOON, now_ms=1)
    home.take(message("Living Room/Ceiling light", {"brightness": 254}), at=later, now_ms=180_001)

    readings = home.state[LAMP_ID]
    assert (readings["power"].value, readings["power"].at) == ("on", NOON)
    assert (readings["brightness"].value, readings["brightness"].at) == (100, later)


def test_a_snapshot_stays_as_it_was() -> None:
    home = home_with(LAMP)
    home.take(message("Living Room/Ceiling light", {"state": "ON"}), at=NOON, now_ms=1)
    before_state, before_home = home.state, home.home

    home.take(message("Living Room/Ceiling light", {"state": "OFF"}), at=NOON, now_ms=2)
    home.take(inventory(), at=NOON, now_ms=3)

    assert before_state[LAMP_ID]["power"].value == "on"
    assert len(before_home.devices) == 1
    assert home.home.devices == ()
    assert home.state == {}


def test_a_renamed_device_keeps_what_it_told() -> None:
    home = home_with(LAMP)
    home.take(message("Living Room/Ceiling light", {"state": "ON"}), at=NOON, now_ms=1)

    errands = home.take(inventory(entry("0xa", "Hall/Lamp", LIGHT)), at=NOON, now_ms=2)

    assert home.home.label(home.home.devices[0]) == "Lamp"
    assert values_of(home, LAMP_ID) == {"power": "on"}
    assert "zigbee2mqtt/Hall/Lamp" in errands.topics
    assert errands.messages == ()


def test_devices_come_and_go_with_their_availability_and_their_bridge() -> None:
    home = home_with(LAMP)

    def available() -> bool:
        return home.home.devices[0].available

    assert available()
    home.take(message("Living Room/Ceiling light/availability", b"offline"), at=NOON, now_ms=1)
    assert not available()
    online = {"state": "online"}
    back = home.take(message("Living Room/Ceiling light/availability", online), at=NOON, now_ms=2)
    assert available()
    assert [m.topic for m in back.messages] == ["zigbee2mqtt/Living Room/Ceiling light/get"]
    home.take(message("bridge/state", b"offline"), at=NOON, now_ms=3)
    assert not available()
    home.take(message("bridge/state", online), at=NOON, now_ms=4)
    assert available()


def test_a_colour_keeps_the_name_it_was_asked_by_while_it_matches() -> None:
    home = home_with(LAMP)
    home.begin([DeviceCommand(device=LAMP_ID, capability="color", value="Purple")], now_ms=0)
    topic = "Living Room/Ceiling light"

    home.take(message(topic, {"color": {"x": 0.3209, "y": 0.1542}}), at=NOON, now_ms=1)
    assert values_of(home, LAMP_ID) == {"color": "purple"}

    home.take(message(topic, {"color": {"x": 0.15, "y": 0.06}}), at=NOON, now_ms=2)
    assert values_of(home, LAMP_ID) == {"color": "#0000ff"}


def test_everything_is_asked_again_when_the_broker_comes_back() -> None:
    home = home_with(LAMP, entry("0xb", "Blinds", COVER))
    home.take(BusDown(reason="gone"), at=NOON, now_ms=10)

    up = home.take(BusUp(), at=NOON, now_ms=5_000)

    assert {m.topic for m in up.messages} == {
        "zigbee2mqtt/Living Room/Ceiling light/get",
        "zigbee2mqtt/Blinds/get",
    }
    assert set(up.topics) >= {"zigbee2mqtt/Blinds", "zigbee2mqtt/bridge/devices"}


def test_a_thousand_devices_are_asked_a_few_at_a_time() -> None:
    home = HomeState([Zigbee2Mqtt()])
    home.take(BusUp(), at=NOON, now_ms=0)
    many = [entry(f"0x{n}", f"Lamp {n}", LIGHT) for n in range(1000)]

    asked = [m.topic for m in home.take(inventory(*many), at=NOON, now_ms=0).messages]
    assert len(asked) == AT_ONCE
    assert home.due(PAUSE_MS - 1) == ()
    for step in range(1, 10):
        burst = home.due(step * PAUSE_MS)
        assert len(burst) == AT_ONCE
        asked += [m.topic for m in burst]

    assert len(set(asked)) == 1000
    assert home.due(60_000) == ()


def test_a_device_that_goes_away_leaves_the_others_and_all_names_as_they_were() -> None:
    home = home_with(LAMP, entry("0xb", "Window", CONTACT))
    before = home.home

    home.take(message("Window/availability", b"offline"), at=NOON, now_ms=10)
    after = home.home

    assert [d.available for d in after.devices] == [
        d.id != "zigbee2mqtt:0xb" for d in after.devices
    ]
    assert after.device("zigbee2mqtt:0xa") is before.device("zigbee2mqtt:0xa")
    assert after.names == before.names
    assert home.home is after


def test_the_home_is_settled_when_all_that_was_asked_has_answered() -> None:
    home = HomeState([Zigbee2Mqtt(), Plain()])
    home.take(BusUp(), at=NOON, now_ms=0)
    assert not home.settled(0)

    home.take(inventory(LAMP, entry("0xb", "Window", CONTACT)), at=NOON, now_ms=1)
    assert not home.settled(1)

    home.take(message("Living Room/Ceiling light", {"state": "ON"}), at=NOON, now_ms=2)
    assert home.settled(2)


def test_the_home_is_not_settled_while_some_wait_to_be_asked() -> None:
    home = home_with(*(entry(f"0x{n}", f"Lamp {n}", LIGHT) for n in range(AT_ONCE + 1)))

    for n in range(AT_ONCE):
        home.take(message(f"Lamp {n}", {"state": "ON"}), at=NOON, now_ms=1)

    assert not home.settled(1)


def test_the_home_settles_without_a_device_that_never_answers() -> None:
    home = home_with(LAMP)

    assert not home.settled(999)
    assert home.settled(1_000)


def test_the_home_is_not_settled_before_the_devices_of_its_file_were_found() -> None:
    home = home_with(entry("0x2", "Kitchen/Kitchen light", CONTACT), file=FILE)
    assert not home.settled(5_000)

    both = (entry("0x2", "Kitchen/Kitchen light", CONTACT), entry("0x3", "Kitchen/Shed", CONTACT))
    home.take(inventory(*both), at=NOON, now_ms=5_000)
    assert home.settled(5_000)


def test_a_command_that_makes_no_sense_is_refused_in_a_sentence() -> None:
    home = home_with(LAMP)

    with pytest.raises(HomeError, match="brightness of Ceiling light must lie in 0 to 100"):
        home.check(DeviceCommand(device=LAMP_ID, capability="brightness", value=130))
    with pytest.raises(HomeError, match="no device 'x'"):
        home.check(DeviceCommand(device="x", capability="power", value="on"))


def test_rubbish_is_counted_and_warned_of_less_and_less(
    caplog: pytest.LogCaptureFixture,
) -> None:
    home = home_with(LAMP)

    with caplog.at_level(logging.WARNING):
        for n in range(250):
            home.take(message("Living Room/Ceiling light", b"{" * n), at=NOON, now_ms=n)

    assert home.dropped == {"payload is not JSON": 250}
    assert len(caplog.records) == 3, "the 1st, the 10th and the 100th"


def test_too_much_is_dropped_unread_but_inventories_may_be_large() -> None:
    home = home_with()
    padding = "x" * 300_000

    home.take(message("bridge/state", {"state": padding}), at=NOON, now_ms=0)
    home.take(inventory(entry("0xa", "Lamp", LIGHT, description=padding)), at=NOON, now_ms=0)
    home.take(message("Lamp", {"state": "ON", "pad": padding}), at=NOON, now_ms=0)

    assert len(home.home.devices) == 1
    assert home.state == {}
    assert sum(home.dropped.values()) == 2


json_values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
keys = st.sampled_from(
    ["ieee_address", "friendly_name", "definition", "exposes", "features", "type", "name",
     "property", "access", "value_min", "value_max", "values", "state", "brightness", "color",
     "x", "y", "color_mode", "position", "endpoint", "id", "kind", "capabilities", "options"]
)  # fmt: skip
telling = st.recursive(
    json_values
    | st.sampled_from(["light", "cover", "0xa", "ON", "Lamp", "climate", "fan", 254, -1, 7, 1e300]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=20,
)
payloads = (
    st.binary(max_size=40)
    | telling.map(lambda found: json.dumps(found, default=str).encode())
    | st.integers(1, 5_000).map(lambda depth: b"[" * depth)
    | st.just(b"1" * 5_000)
    | telling.map(lambda one: json.dumps([one, LAMP]).encode())
    | telling.map(
        lambda one: json.dumps([entry("0xc", "Odd", [{"type": "light", "features": one}])]).encode()
    )
)
topics = st.sampled_from(
    ["zigbee2mqtt/bridge/devices", "zigbee2mqtt/bridge/state", "zigbee2mqtt/Odd",
     "zigbee2mqtt/Living Room/Ceiling light", "zigbee2mqtt/Living Room/Ceiling light/availability",
     "zigbee2mqtt/Living Room/Ceiling light/set", "inglenook/home/bridge/devices",
     "inglenook/home/bridge/state", "zigbee2mqtt/bridge/devices/x", "$SYS/broker", "/", ""]
) | st.text(max_size=10)  # fmt: skip


@given(
    arrivals=st.lists(
        st.builds(BusMessage, topic=topics, payload=payloads, retained=st.booleans()), max_size=12
    )
)
def test_anything_at_all_may_arrive_on_any_topic(arrivals: list[BusMessage]) -> None:
    home = home_with(LAMP, entry("0xb", "Door", LOCK), entry("0xd", "Heat", CLIMATE))

    for now_ms, arrival in enumerate(arrivals):
        errands = home.take(arrival, at=NOON, now_ms=now_ms)
        for asked in errands.messages:
            assert asked.topic.endswith("/get")
            assert not asked.retained
        assert not any("+" in topic or "#" in topic for topic in errands.topics)

    home.take(inventory(LAMP), at=NOON, now_ms=100)
    home.take(message("Living Room/Ceiling light", {"state": "ON"}), at=NOON, now_ms=101)
    assert values_of(home, LAMP_ID)["power"] == "on"
    for device in home.home.devices:
        for value in home.state.get(device.id, {}).values():
            assert isinstance(value.value, str | int | float)
            assert value.value == value.value


def test_an_inventory_longer_than_any_home_is_refused() -> None:
    home = home_with(LAMP)
    lamps = [entry(f"0x{n:x}", f"Lamp {n}", LIGHT) for n in range(INVENTORY_DEVICES + 1)]
    plain = [{"id": str(n), "name": f"Fan {n}", "kind": "fan"} for n in range(len(lamps))]

    home.take(inventory(*lamps), at=NOON, now_ms=1)
    listed = BusMessage(topic="inglenook/home/bridge/devices", payload=json.dumps(plain).encode())
    home.take(listed, at=NOON, now_ms=2)

    assert [device.id for device in home.home.devices] == [LAMP_ID]
    assert sum(home.dropped.values()) == 2


def test_of_two_devices_with_one_topic_only_the_first_is_there() -> None:
    home = home_with(LAMP, entry("0xb", "Living Room/Ceiling light", LOCK))
    plain = [
        {"id": id_, "name": "Fan", "kind": "fan", "capabilities": [{"name": "power"}]}
        for id_ in ("x", "y")
    ]
    listed = BusMessage(topic="inglenook/home/bridge/devices", payload=json.dumps(plain).encode())
    home.take(listed, at=NOON, now_ms=1)

    assert {device.id for device in home.home.devices} == {LAMP_ID, "inglenook/home:x"}


def test_a_topic_that_two_dialects_share_is_left_when_both_are_done_with_it() -> None:
    home = HomeState([HomeAssistant(), Plain()])
    home.take(BusUp(), at=NOON, now_ms=0)
    where = "homeassistant/switch/a/config"
    listed = [{"id": "x", "name": "Fan", "kind": "fan", "capabilities": [{"name": "power"}]}]
    beside = {"command_topic": "a", "availability_topic": "inglenook/home/Fan/availability"}

    def dropped(topic: str, content: object) -> tuple[str, ...]:
        payload = json.dumps(content).encode() if content is not None else b""
        arrived = BusMessage(topic=topic, payload=payload)
        return home.take(arrived, at=NOON, now_ms=1).dropped

    assert dropped("inglenook/home/bridge/devices", listed) == ()
    assert dropped(where, beside) == ()
    assert dropped(where, None) == ()
    assert dropped(where, beside) == ()
    assert dropped("inglenook/home/bridge/devices", []) == ("inglenook/home/Fan",)
    assert dropped(where, None) == ("inglenook/home/Fan/availability",)


@given(
    seen=st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
    | st.sampled_from(["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", 253402300799000]),
    zone=st.integers(-14, 14),
    set_by=st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000)),
)
def test_a_device_may_have_been_seen_at_any_time_and_the_clock_may_be_set(
    seen: str | int, zone: int, set_by: timedelta
) -> None:
    home = home_with(LAMP)
    here = NOON.astimezone(timezone(timedelta(hours=zone)))
    told = message("Living Room/Ceiling light", {"state": "ON", "last_seen": seen})

    home.take(told, at=here, now_ms=1)
    home.take(told, at=here + set_by, now_ms=2)
    home.keep_time(here, 3)

    assert values_of(home, LAMP_ID)["power"] == "on"


def test_a_switch_can_be_called_a_light_by_its_owner() -> None:
    file = HomeFile(devices=(furnishing("Mirror", None, kind="light"),))
    home = home_with(entry("0x1", "Mirror", [{"type": "switch", "features": [STATE]}]), file=file)

    assert home.home.devices[0].kind == "light"
