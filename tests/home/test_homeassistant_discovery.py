"""Announcements: where they stand, how they are spelled, and what they must not do."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.config import Config, HomeConfig
from device.errors import HomeError
from device.events import DeviceCommand, Value
from device.home.dialect import Joined, Left, Reachable, Reported, Wants
from device.home.homeassistant.abbreviations import ABBREVIATIONS, DEVICE_ABBREVIATIONS
from device.home.homeassistant.dialect import HomeAssistant
from device.home.payloads import PAYLOAD_BYTES
from device.speaker import dialects
from tests.home.announced import Announced, published

SWITCH = {"command_topic": "a/set", "state_topic": "a", "unique_id": "a"}
WHERE = "homeassistant/switch/a/config"
DISCOVERY = ("homeassistant/+/+/config", "homeassistant/+/+/+/config")


def dialect_with(*contents: dict[str, Any]) -> HomeAssistant:
    dialect = HomeAssistant(ignoring=("zigbee2mqtt", "inglenook"))
    for number, content in enumerate(contents):
        dialect.take(published(f"homeassistant/switch/s{number}/config", content))
    return dialect


def test_only_announcements_are_listened_to_at_first() -> None:
    assert HomeAssistant().topics == DISCOVERY
    assert HomeAssistant("hass").topics == ("hass/+/+/config", "hass/+/+/+/config")


def test_the_config_moves_the_prefix_or_turns_it_off() -> None:
    off, moved = (Config(home=HomeConfig(homeassistant=prefix)) for prefix in ("", "hass"))

    assert "homeassistant" not in [d.name for d in dialects(off)]
    assert "hass/+/+/config" in [topic for d in dialects(moved) for topic in d.topics]


def test_an_empty_announcement_takes_the_device_away() -> None:
    dialect = HomeAssistant()
    dialect.take(published(WHERE, SWITCH))

    assert dialect.take(published(WHERE, b"")) == (
        Left(device="homeassistant:switch:a"), Wants(dropped=("a",)),
    )  # fmt: skip
    assert dialect.topics == DISCOVERY
    assert dialect.take(published("a", "ON")) == ()
    assert dialect.take(published(WHERE, b"")) == ()


@pytest.mark.parametrize(
    ("component", "more", "capability", "value"),
    [
        ("switch", {}, "power", "on"),
        ("lock", {"state_unlocked": "UNLOCK"}, "lock", "unlocked"),
        ("cover", {"state_open": "OPEN"}, "position", 100),
        ("light", {"schema": "json"}, "power", "on"),
        ("select", {"options": ["eco", "boost"]}, "mode", "eco"),
    ],
)
def test_a_command_that_the_broker_sends_back_is_no_report(
    component: str, more: dict[str, Any], capability: str, value: Value
) -> None:
    one = Announced(component, {"command_topic": "a", "state_topic": "a", **more})
    order = one.order(capability, value)

    assert order.expected is None
    assert [one.dialect.take(m) for m in order.messages] == [()]
    assert one.dialect.topics == DISCOVERY


def test_an_announcement_that_changes_keeps_the_device_and_moves_its_topics() -> None:
    dialect = HomeAssistant()
    dialect.take(published(WHERE, SWITCH))

    heard = dialect.take(published(WHERE, {**SWITCH, "state_topic": "b", "name": "Pump"}))

    assert heard[0] == Wants(topics=("b",), dropped=("a",))
    assert isinstance(heard[1], Joined)
    assert (heard[1].device.id, heard[1].device.name) == ("homeassistant:switch:a", "Pump")
    assert dialect.take(published("a", "ON")) == ()
    assert len(dialect.take(published("b", "ON"))) == 1


def test_a_broken_announcement_changes_nothing() -> None:
    dialect = HomeAssistant()
    dialect.take(published(WHERE, SWITCH))

    for broken in (b"{", b"[]", b"\xff", b"1", b'{"state_topic":7}', b"x" * (PAYLOAD_BYTES + 1)):
        with pytest.raises(HomeError):
            dialect.take(published(WHERE, broken))

    assert dialect.topics == (*DISCOVERY, "a")
    assert dialect.order(DeviceCommand(device="homeassistant:switch:a", capability="power",
                                       value="on")).expected == "on"  # fmt: skip


def test_every_abbreviation_means_what_is_written_out() -> None:
    short = {value: key for key, value in ABBREVIATIONS.items()}
    content = {
        "name": "Lamp", "command_topic": "a/set", "state_topic": "a", "brightness_scale": 100,
        "brightness_command_topic": "a/b/set", "brightness_state_topic": "a/b",
        "brightness_value_template": "{{ value_json.b }}", "on_command_type": "first",
        "unique_id": "u", "availability": [{"topic": "t", "payload_available": "yes"}],
        "device": {"identifiers": ["i"], "name": "D", "suggested_area": "Attic"},
    }  # fmt: skip
    brief = {short.get(key, key): value for key, value in content.items()}
    brief["avty"] = [{"t": "t", "pl_avail": "yes"}]
    brief["dev"] = {"ids": ["i"], "name": "D", "sa": "Attic"}

    assert len(ABBREVIATIONS) == 257
    assert len(DEVICE_ABBREVIATIONS) == 10
    assert Announced("light", brief).heard == Announced("light", content).heard
    assert Announced("light", brief).found.room == "Attic"


def test_a_tilde_stands_for_the_base_at_either_end_of_a_topic() -> None:
    switch = Announced(
        "switch",
        {"~": "base", "cmd_t": "~/set", "stat_t": "state/~", "avty": {"topic": "~/there"},
         "name": "~"},
    )  # fmt: skip

    assert switch.dialect.topics == (*DISCOVERY, "base/there", "state/base")
    assert switch.sent("power", "on") == [("base/set", "ON")]


def test_unknown_keys_are_no_mistake() -> None:
    switch = Announced("switch", {**SWITCH, "o": {"name": "x"}, "brand_new": [1], "qos": 9})

    assert switch.can == {"power"}


DEVICE: dict[str, Any] = {
    "dev": {"ids": ["d"], "name": "Shed"},
    "o": {"name": "test"},
    "state_topic": "shed",
    "cmps": {
        "lamp": {"p": "switch", "cmd_t": "shed/lamp", "val_tpl": "{{ value_json.lamp }}",
                 "uniq_id": "shed_lamp"},
        "temp": {"p": "sensor", "dev_cla": "temperature", "uniq_id": "shed_temp",
                 "val_tpl": "{{ value_json.temp }}"},
    },
}  # fmt: skip
SHED = "homeassistant/device/shed/config"


@pytest.mark.parametrize("key", ["cmps", "components", "cmp"])
def test_a_device_announces_all_of_itself_at_once(key: str) -> None:
    content = {k: v for k, v in DEVICE.items() if k != "cmps"} | {key: DEVICE["cmps"]}
    dialect = HomeAssistant()

    heard = dialect.take(published(SHED, content))
    reports = dialect.take(published("shed", {"lamp": "ON", "temp": 7}))

    assert [h.device.id for h in heard if isinstance(h, Joined)] == [
        "homeassistant:switch:shed_lamp", "homeassistant:sensor:shed_temp",
    ]  # fmt: skip
    assert [dict(r.values) for r in reports if isinstance(r, Reported)] == [
        {"power": "on"}, {"temperature": 7},
    ]  # fmt: skip


@pytest.mark.parametrize("without", [{"p": "sensor"}, None])
def test_a_component_with_nothing_but_its_platform_is_taken_away(without: object) -> None:
    dialect = HomeAssistant()
    dialect.take(published(SHED, DEVICE))
    left = {**DEVICE["cmps"], "temp": without}
    if without is None:
        del left["temp"]

    heard = dialect.take(published(SHED, {**DEVICE, "cmps": left}))

    assert [h.device for h in heard if isinstance(h, Left)] == ["homeassistant:sensor:shed_temp"]
    assert dialect.topics == (*DISCOVERY, "shed"), "the lamp still listens there"


def test_a_device_that_migrates_stays_the_same_device() -> None:
    dialect = HomeAssistant()
    lamp = {**DEVICE["cmps"]["lamp"], "stat_t": "shed", "dev": DEVICE["dev"]}
    del lamp["p"]
    single = "homeassistant/switch/shed_lamp/config"
    (_, joined) = dialect.take(published(single, lamp))
    assert isinstance(joined, Joined)

    gone = dialect.take(published(single, {"migrate_discovery": True}))
    back = dialect.take(published(SHED, DEVICE))
    cleared = dialect.take(published(single, b""))

    assert Left(device=joined.device.id) in gone
    assert joined.device.id in [h.device.id for h in back if isinstance(h, Joined)]
    assert cleared == ()
    assert dialect.order(
        DeviceCommand(device=joined.device.id, capability="power", value="on")
    ).messages[0].topic == "shed/lamp"  # fmt: skip


def test_a_part_that_is_refused_does_not_take_the_others_with_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = {"p": "switch", "cmd_t": "shed/#", "uniq_id": "bad"}
    dialect = HomeAssistant()

    heard = dialect.take(published(SHED, {**DEVICE, "cmps": {**DEVICE["cmps"], "bad": bad}}))

    assert len([h for h in heard if isinstance(h, Joined)]) == 2
    assert "wildcards" in caplog.text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"name": "Pump"}, "Pump"),
        ({}, "a"),
        ({"device_class": "outlet"}, "Outlet"),
        ({"device": {"name": "Well"}, "name": "Pump"}, "Well Pump"),
        ({"device": {"name": "Well"}, "name": None}, "Well"),
        ({"device": {"name": "Well"}}, "Well"),
        ({"device": {"name": "Well"}, "device_class": "outlet"}, "Well Outlet"),
        ({"device": {"name": "Well"}, "name": "Well Pump"}, "Well Pump"),
        ({"device": {"name": "Well"}, "name": "well"}, "Well"),
        ({"device": {"name": "A/C #1+"}, "name": "on\noff"}, "A C 1 on off"),
        ({"device": {"name": "x" * 999}}, "x" * 120),
        ({"device": "nonsense", "name": "Pump"}, "Pump"),
    ],
)
def test_names_follow_home_assistants_rules(content: dict[str, Any], name: str) -> None:
    dialect = HomeAssistant()

    (_, joined) = dialect.take(published(WHERE, {**SWITCH, **content}))

    assert isinstance(joined, Joined)
    assert joined.device.name == name


def test_the_suggested_area_is_the_room() -> None:
    assert (
        Announced("switch", {**SWITCH, "dev": {"name": "P", "sa": "Attic"}}).found.room == "Attic"
    )
    assert Announced("switch", SWITCH).found.room is None


@pytest.mark.parametrize(
    "topic",
    ["homeassistant/switch/a b/config", "homeassistant/switch/a/b.c/config",
     "homeassistant/swi tch/a/config", "homeassistant/switch/ä/config"],
)  # fmt: skip
def test_ids_with_letters_that_none_may_have_are_refused(topic: str) -> None:
    with pytest.raises(HomeError, match="letters"):
        HomeAssistant().take(published(topic, SWITCH))


@pytest.mark.parametrize(
    "topic",
    ["homeassistant/status", "homeassistant/switch/config", "other/switch/a/config",
     "homeassistant/switch/a/b/c/config", "homeassistant/switch/a/state", "homeassistant"],
)  # fmt: skip
def test_other_topics_are_none_of_its_own(topic: str) -> None:
    assert HomeAssistant().take(published(topic, SWITCH)) == ()


@pytest.mark.parametrize(
    "topic",
    ["", "a/#", "+/a", "a\0b", "a\nb", "$SYS/broker", "$share/x/a", "x" * 501, "\ud800", 7, ["a"],
     {"a": "b"}],
)  # fmt: skip
@pytest.mark.parametrize("key", ["command_topic", "state_topic", "availability_topic"])
def test_a_topic_that_could_stand_for_others_is_refused(key: str, topic: object) -> None:
    payload = json.dumps({**SWITCH, key: topic}).encode()

    with pytest.raises(HomeError):
        HomeAssistant().take(published(WHERE, payload))


@pytest.mark.parametrize(
    "topic",
    ["homeassistant/lock/front_door/config", "homeassistant/status", "homeassistant/x/set",
     "homeassistant/switch/a/config", "homeassistant/switch/other/set",
     "zwave/bridge/request/device/remove", "bridge/request/restart", "hermes/tts/say",
     "hermes/dialogueManager/startSession", "tasmota/discovery/AA/config"],
)  # fmt: skip
def test_what_is_no_device_is_never_commanded(topic: str) -> None:
    with pytest.raises(HomeError, match=r"command|announcement"):
        HomeAssistant().take(published(WHERE, {**SWITCH, "command_topic": topic}))


def test_a_device_cannot_take_the_birth_of_home_assistant_along_when_it_leaves() -> None:
    with pytest.raises(HomeError, match="speaker's own"):
        dialect_with({**SWITCH, "availability_topic": "homeassistant/status"})


def test_a_device_cannot_take_along_what_others_listen_to() -> None:
    dialect = dialect_with({**SWITCH, "availability_topic": "inglenook/speaker/x/request/set"})

    assert dialect.topics == DISCOVERY


def test_a_device_may_listen_beside_its_own_announcement() -> None:
    content = {"~": "homeassistant/switch/a", "cmd_t": "~/set", "stat_t": "~/state"}
    dialect = HomeAssistant()

    dialect.take(published(WHERE, content))

    assert "homeassistant/switch/a/state" in dialect.topics


LOCK = {
    "command_topic": "door/set", "state_topic": "door", "availability_topic": "door/there",
    "unique_id": "door", "device": {"identifiers": ["door"]},
}  # fmt: skip


@pytest.mark.parametrize("topic", ["door/set", "door", "door/there"])
def test_a_device_cannot_command_another_one(topic: str) -> None:
    dialect = HomeAssistant()
    dialect.take(published("homeassistant/lock/door/config", LOCK))
    lamp = {**SWITCH, "command_topic": topic, "device": {"identifiers": ["lamp"]}}

    with pytest.raises(HomeError, match="another device"):
        dialect.take(published(WHERE, lamp))

    assert dialect.topics == (*DISCOVERY, "door", "door/there")


def test_a_device_cannot_wait_for_another_ones_topics() -> None:
    dialect = HomeAssistant()
    dialect.take(published(WHERE, {**SWITCH, "command_topic": "door", "device": {"ids": "lamp"}}))

    with pytest.raises(HomeError, match="another device"):
        dialect.take(published("homeassistant/lock/door/config", LOCK))


def test_a_device_cannot_take_another_ones_id() -> None:
    dialect = HomeAssistant()
    dialect.take(published(WHERE, SWITCH))

    with pytest.raises(HomeError, match="id of another"):
        dialect.take(published("homeassistant/switch/b/config", {**SWITCH, "command_topic": "b"}))


def test_parts_of_one_device_share_their_topics() -> None:
    dialect = HomeAssistant()
    fan = {**SWITCH, "device": {"identifiers": ["fan"]}}
    dialect.take(published(WHERE, fan))

    heard = dialect.take(published("homeassistant/fan/b/config", {**fan, "unique_id": "b"}))

    assert any(isinstance(h, Joined) for h in heard)


@pytest.mark.parametrize("component", ["switch", "button", "light"])
def test_what_calls_itself_a_part_of_the_door_cannot_command_its_lock_unasked(
    component: str,
) -> None:
    dialect = HomeAssistant()
    dialect.take(published("homeassistant/lock/door/config", LOCK))
    part = {**LOCK, "unique_id": "lamp", "name": "Reading lamp"}

    with pytest.raises(HomeError, match="unasked"):
        dialect.take(published(f"homeassistant/{component}/lamp/config", part))

    asked = {**LOCK, "unique_id": "latch", "name": "Unlock the latch"}
    heard = dialect.take(published("homeassistant/button/latch/config", asked))
    assert any(isinstance(h, Joined) for h in heard)


def test_what_others_speak_for_is_left_to_them() -> None:
    dialect = dialect_with(
        {**SWITCH, "command_topic": "zigbee2mqtt/Front door/set"},
        {**SWITCH, "unique_id": "b", "state_topic": "inglenook/speaker/x/microphone"},
    )

    assert dialect.topics == DISCOVERY


def test_what_another_dialect_knows_by_now_is_commanded_there_only() -> None:
    known: set[str] = set()
    dialect = HomeAssistant(spoken_for=known.__contains__)
    dialect.take(published(WHERE, SWITCH))
    command = DeviceCommand(device="homeassistant:switch:a", capability="power", value="on")
    dialect.order(command)

    known.add("a/set")

    with pytest.raises(HomeError, match="another device"):
        dialect.order(command)
    with pytest.raises(HomeError, match="another device"):
        dialect.take(published(WHERE, {**SWITCH, "name": "Pump"}))


def test_a_tasmota_device_is_not_commanded_by_what_says_it_is_a_lamp() -> None:
    tasmota, ours = (d for d in dialects(Config()) if d.name in ("tasmota", "homeassistant"))
    config = {
        "dn": "Door", "fn": ["Door"], "ft": "%prefix%/%topic%/", "t": "door", "hn": "door",
        "tp": ["cmnd", "stat", "tele"], "mac": "AABBCCDDEEFF", "md": "x", "sw": "14.2.0",
        "ofln": "Offline", "onln": "Online", "state": ["OFF", "ON", "TOGGLE", "HOLD"],
        "rl": [1], "so": {"4": 0, "11": 0, "13": 0, "17": 0, "20": 0, "30": 0, "68": 0},
        "lk": 0, "lt_st": 0, "sho": [], "sht": [], "ver": 1, "if": 0, "btn": [0], "swc": [-1],
        "swn": [None],
    }  # fmt: skip
    assert tasmota.take(published("tasmota/discovery/AABBCCDDEEFF/config", config))

    with pytest.raises(HomeError, match="another device"):
        ours.take(published(WHERE, {**SWITCH, "command_topic": "cmnd/door/POWER"}))


def test_a_topic_given_up_is_free_for_others() -> None:
    dialect = HomeAssistant()
    dialect.take(published(WHERE, SWITCH))
    dialect.take(published(WHERE, b""))

    heard = dialect.take(published("homeassistant/switch/b/config", {**SWITCH, "unique_id": "b"}))

    assert any(isinstance(h, Joined) for h in heard)


def test_a_device_that_joins_late_hears_what_was_said_on_a_shared_topic() -> None:
    dialect = HomeAssistant()
    dialect.take(published(SHED, {**DEVICE, "avty_t": "shed/there"}))
    dialect.take(published("shed/there", "online"))
    dialect.take(published("shed", {"lamp": "ON", "temp": 7, "hum": 40}))
    late = {
        "stat_t": "shed", "avty_t": "shed/there", "dev_cla": "humidity", "uniq_id": "late",
        "val_tpl": "{{ value_json.hum }}",
    }  # fmt: skip

    heard = dialect.take(published("homeassistant/sensor/late/config", late))

    id_ = "homeassistant:sensor:late"
    assert heard[1:] == (
        Reported(device=id_, values={"humidity": 40}), Reachable(device=id_, online=True),
    )  # fmt: skip


def test_what_was_said_before_is_not_said_again_when_a_device_is_announced_anew() -> None:
    dialect = HomeAssistant()
    dialect.take(published(WHERE, SWITCH))
    dialect.take(published("a", "ON"))
    dialect.take(published("b", "OFF"))

    heard = dialect.take(published(WHERE, {**SWITCH, "name": "Pump"}))

    assert not [h for h in heard if isinstance(h, Reported)], "it would seem to answer a command"


def test_more_than_a_home_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device.home.homeassistant.dialect.ENTITIES", 2)
    dialect = dialect_with(
        *({**SWITCH, "unique_id": str(n), "command_topic": f"{n}"} for n in (1, 2))
    )

    with pytest.raises(HomeError, match="more is announced"):
        dialect.take(published(WHERE, {**SWITCH, "unique_id": "3", "command_topic": "3"}))


def test_what_is_kept_of_messages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device.home.homeassistant.dialect.KEPT_BYTES", 6_400)
    dialect = dialect_with(
        *({"command_topic": f"c{n}", "state_topic": f"s{n}"} for n in range(200))
    )
    for n in range(200):
        dialect.take(published(f"s{n}", "x" * (n + 1)))

    assert sum(len(text) for text in dialect._kept.values()) == dialect._kept_length <= 6_400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*ABBREVIATIONS, *ABBREVIATIONS.values(), "name", "schema", "p", "~"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)
TOPICS = st.sampled_from(
    ["homeassistant/light/a/config", "homeassistant/device/a/config", "homeassistant/a",
     "homeassistant/cover/n/a/config", "homeassistant/climate/a/config",
     "homeassistant/x/../config", "a", "b"]
)  # fmt: skip


MESSAGES = st.tuples(TOPICS | st.text(), JSON.map(json.dumps) | st.text())


@given(messages=st.lists(MESSAGES, max_size=6))
def test_anything_at_all_may_arrive_on_any_topic(messages: list[tuple[str, str]]) -> None:
    dialect = HomeAssistant()
    for topic, payload in messages:
        try:
            dialect.take(published(topic, payload.encode("utf-8", "replace")))
        except HomeError:
            continue
    for id_ in list(dialect._members):
        for capability in dialect._members[id_].entity.found.capabilities:
            values: list[Value] = ["on", 50, *capability.options[:1]]
            for value in values:
                try:
                    dialect.order(
                        DeviceCommand(device=id_, capability=capability.name, value=value)
                    )
                except HomeError:
                    continue


def test_entities_of_one_device_are_known_to_be_parts_of_it() -> None:
    def announced(unique_id: str, *identifiers: str) -> str:
        content = {**SWITCH, "unique_id": unique_id, "device": {"ids": list(identifiers)}}
        heard = HomeAssistant().take(published(WHERE, content))
        (body,) = [h.device.body for h in heard if isinstance(h, Joined)]
        return body

    assert announced("a", "box") == announced("b", "box") != ""
    assert announced("c", "crate") != announced("a", "box")
    assert announced("d") == ""
