"""Tasmota's messages, as its own sources and HATasmota's tests have them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.errors import HomeError
from device.events import DeviceCommand, Value
from device.home.capabilities import matches
from device.home.dialect import Found, Joined, Left, Reachable, Refused, Reported, Wants
from device.home.tasmota import MOST_WAITING, Tasmota
from tests.home.tasmotas import BULB_STATE, CONFIG, MAC, STATE, announced, config, said, sensors

OTHER = "0000004AB1C2"
RGBCW = config(rl=[2], lt_st=5, fn=["Bulb"])
SHUTTER = config(rl=[3, 3], fn=["Blinds", "Blinds 2"], sho=[0])
IFAN = config(rl=[2, 0, 0, 0], dn="Ceiling fan", fn=["Fan lamp"], **{"if": 1})


def dialect_with(*configs: dict[str, Any], sn: object = None) -> Tasmota:
    dialect = Tasmota()
    for one in configs:
        dialect.take(announced(one, one["mac"]))
    if sn is not None:
        dialect.take(sensors(sn))
    return dialect


def found_in(*configs: dict[str, Any], sn: object = None) -> dict[str, Found]:
    """The devices that one dialect announces for these, by what their ids end with."""
    dialect = Tasmota()
    heard = [h for one in configs for h in dialect.take(announced(one, one["mac"]))]
    heard += dialect.take(sensors(sn)) if sn is not None else ()
    found: dict[str, Found] = {}
    for one in heard:
        if isinstance(one, Joined):
            found[one.device.id.partition("/")[2]] = one.device
        elif isinstance(one, Left):
            del found[one.device.partition("/")[2]]
    return found


def sent(
    dialect: Tasmota, part: str, capability: str, value: Value
) -> tuple[list[tuple[str, str]], Value | None]:
    """What is sent below `cmnd/tasmota_49A3BC/`, and what is awaited."""
    device = f"tasmota:{MAC}/{part}"
    order = dialect.order(DeviceCommand(device=device, capability=capability, value=value))
    base = "cmnd/tasmota_49A3BC/"
    assert all(m.topic.startswith(base) and not m.retained for m in order.messages)
    pairs = [(m.topic.removeprefix(base), m.payload.decode()) for m in order.messages]
    return pairs, order.expected


def told(dialect: Tasmota, topic: str, content: object) -> dict[str, dict[str, Value]]:
    """Values by part, from one message."""
    heard = dialect.take(said(topic, content))
    assert all(isinstance(one, Reported) for one in heard)
    return {
        one.device.partition("/")[2]: dict(one.values) for one in heard if isinstance(one, Reported)
    }


RESULT, SENSOR = "stat/tasmota_49A3BC/RESULT", "tele/tasmota_49A3BC/SENSOR"
TELE = "tele/tasmota_49A3BC/STATE"


def test_a_switch_is_found_with_all_its_topics() -> None:
    dialect = Tasmota()

    joined, wants = dialect.take(announced(CONFIG))

    assert isinstance(joined, Joined)
    assert (joined.device.name, joined.device.kind) == ("Desk lamp", "switch")
    assert isinstance(wants, Wants)
    assert set(wants.topics) == {
        RESULT, TELE, "tele/tasmota_49A3BC/LWT", "stat/tasmota_49A3BC/POWER",
        "stat/tasmota_49A3BC/POWER1",
    }  # fmt: skip
    assert dialect.topics[:2] == ("tasmota/discovery/+/config", "tasmota/discovery/+/sensors")
    assert not any("tasmotas" in topic for topic in dialect.topics)


@pytest.mark.parametrize(
    ("announcement", "names"),
    [
        (config(fn=["Tasmota"]), {"relay1": "Desk"}),
        (config(fn=["Tasmota"], dn="Tasmota", t="kitchen_light"), {"relay1": "kitchen_light"}),
        (config(fn=["Sonoff"], dn="Tasmota"), {"relay1": "tasmota_49A3BC"}),
        (config(fn=[None]), {"relay1": "Desk"}),
        (config(fn=[" Lamp "]), {"relay1": "Lamp"}),
        (config(rl=[1, 1], fn=["Pump", "Tasmota2"]), {"relay1": "Pump", "relay2": "Desk 2"}),
        (config(so={"30": 1}), {"light1": "Desk lamp"}),
        (config(rl=[1, 2], lt_st=1, fn=["Socket", "Lamp"]), {"relay1": "Socket", "light2": "Lamp"}),
        (SHUTTER, {"shutter1": "Blinds"}),
        (config(rl=[3, 3, 3, 3], fn=["A", "B", "C", "D"]), {"shutter1": "A", "shutter2": "C"}),
        (config(rl=[1, 3, 3], fn=["Lamp", "Blinds"]), {"relay1": "Lamp", "shutter1": "Blinds"}),
        (config(rl=[3, 0, 0], fn=["Half"]), {}),
        (IFAN, {"light1": "Fan lamp", "fan": "Ceiling fan"}),
        (
            config(rl=[2, 2], lt_st=5, lk=0, fn=["Colours", "White"]),
            {"light1": "Colours", "light2": "White"},
        ),
        (config(rl=[0], swc=[1], swn=["Back door"]), {"switch1": "Back door"}),
        (config(rl=[0], swc=[1, 13, 0], swn=["Switch1"]), {"switch1": "Desk"}),
        (config(swc=[1], swn=["Switch1"]), {"relay1": "Desk lamp", "switch1": "Desk switch"}),
        (
            config(rl=[0], swc=[1, 2], dn="Gate", bat=1),
            {"switch1": "Gate 1", "switch2": "Gate 2"},
        ),
    ],
)
def test_every_relay_that_is_something_becomes_a_device(
    announcement: dict[str, Any], names: dict[str, str]
) -> None:
    assert {part: found.name for part, found in found_in(announcement).items()} == names


@pytest.mark.parametrize(
    ("announcement", "part", "capabilities"),
    [
        (CONFIG, "relay1", ["power"]),
        (config(rl=[2], lt_st=1), "light1", ["power", "brightness"]),
        (config(rl=[2], lt_st=2), "light1", ["power", "brightness", "color_temperature"]),
        (config(rl=[2], lt_st=3), "light1", ["power", "brightness", "color"]),
        (config(rl=[2], lt_st=4), "light1", ["power", "brightness", "color"]),
        (RGBCW, "light1", ["power", "brightness", "color_temperature", "color"]),
        (config(rl=[2, 2], lt_st=5, lk=0), "light1", ["power", "brightness", "color"]),
        (config(rl=[2, 2], lt_st=5, lk=0), "light2", ["power", "brightness", "color_temperature"]),
        (config(rl=[2, 2], lt_st=4, lk=0), "light2", ["power", "brightness"]),
        (config(rl=[2, 2, 2], lt_st=3, so={"68": 1}), "light3", ["power", "brightness"]),
        (SHUTTER, "shutter1", ["position"]),
        (IFAN, "fan", ["power", "fan_speed"]),
        (IFAN, "light1", ["power"]),
    ],
)
def test_lights_can_what_their_channels_can(
    announcement: dict[str, Any], part: str, capabilities: list[str]
) -> None:
    found = found_in(announcement)[part]

    assert [c.name for c in found.capabilities] == capabilities
    assert all(c.settable for c in found.capabilities)


@pytest.mark.parametrize(
    ("announcement", "part", "capability", "value", "messages", "expected"),
    [
        (CONFIG, "relay1", "power", "on", [("POWER", "ON")], "on"),
        (config(state=["Aus", "Ein"]), "relay1", "power", "off", [("POWER", "Aus")], "off"),
        (config(rl=[1, 1]), "relay2", "power", "on", [("POWER2", "ON")], "on"),
        (config(rl=[0, 1]), "relay2", "power", "on", [("POWER2", "ON")], "on"),
        (RGBCW, "light1", "brightness", 40, [("Dimmer", "40")], 40),
        (RGBCW, "light1", "color_temperature", 4000, [("CT", "250")], 4000),
        (RGBCW, "light1", "color", "red", [("HSBColor1", "0"), ("HSBColor2", "100")], "red"),
        (config(rl=[2], lt_st=1, so={"20": 1}), "light1", "brightness", 40,
         [("Dimmer", "40"), ("POWER", "ON")], 40),
        (config(rl=[2], lt_st=1, so={"20": 1}), "light1", "brightness", 0, [("Dimmer", "0")], 0),
        (config(rl=[2], lt_st=1, ty=1), "light1", "brightness", 7, [("Dimmer3", "7")], 7),
        (config(rl=[2, 2], lt_st=5, lk=0), "light2", "brightness", 9, [("Dimmer2", "9")], 9),
        (config(rl=[2, 2], lt_st=2, so={"68": 1}), "light2", "brightness", 9,
         [("Channel2", "9")], 9),
        (SHUTTER, "shutter1", "position", 30, [("ShutterPosition1", "30")], 30),
        (SHUTTER, "shutter1", "position", "stop", [("ShutterStop1", "")], "stop"),
        (config(rl=[3, 3], sho=[1]), "shutter1", "position", 30, [("ShutterPosition1", "70")], 30),
        (IFAN, "fan", "fan_speed", 50, [("FanSpeed", "2")], 67),
        (IFAN, "fan", "fan_speed", 1, [("FanSpeed", "1")], 33),
        (IFAN, "fan", "power", "on", [("FanSpeed", "2")], "on"),
        (IFAN, "fan", "power", "off", [("FanSpeed", "0")], "off"),
    ],
)  # fmt: skip
def test_commands_are_written_as_tasmota_takes_them(
    announcement: dict[str, Any],
    part: str,
    capability: str,
    value: Value,
    messages: list[tuple[str, str]],
    expected: Value,
) -> None:
    assert sent(dialect_with(announcement), part, capability, value) == (messages, expected)


@pytest.mark.parametrize(
    ("announcement", "part", "capability", "value"),
    [
        (CONFIG, "relay1", "brightness", 40),
        (RGBCW, "light1", "brightness", 101),
        (RGBCW, "light1", "color_temperature", 1000),
        (RGBCW, "light1", "color", "black"),
        (config(rl=[2], lt_st=2, so={"82": 1}), "light1", "color_temperature", 2200),
        (IFAN, "light1", "fan_speed", 5),
        (config(rl=[0], swc=[1]), "switch1", "power", "on"),
        (CONFIG, "relay9", "power", "on"),
    ],
)
def test_what_the_device_cannot_do_is_refused(
    announcement: dict[str, Any], part: str, capability: str, value: Value
) -> None:
    with pytest.raises(HomeError):
        sent(dialect_with(announcement), part, capability, value)


@pytest.mark.parametrize(
    ("announcement", "topic", "content", "values"),
    [
        (CONFIG, RESULT, {"POWER": "ON"}, {"relay1": {"power": "on"}}),
        (CONFIG, RESULT, {"POWER1": "OFF"}, {"relay1": {"power": "off"}}),
        (CONFIG, "stat/tasmota_49A3BC/POWER", b"ON", {"relay1": {"power": "on"}}),
        (CONFIG, "stat/tasmota_49A3BC/POWER1", b'{"POWER1":"ON"}', {"relay1": {"power": "on"}}),
        (CONFIG, TELE, STATE, {"relay1": {"power": "on"}}),
        (config(rl=[1, 1]), RESULT, {"POWER2": "ON"}, {"relay2": {"power": "on"}}),
        (config(state=["Aus", "Ein"]), RESULT, {"POWER": "Ein"}, {"relay1": {"power": "on"}}),
        (CONFIG, RESULT, {"PowerOnState": 3}, {}),
        (RGBCW, TELE, BULB_STATE,
         {"light1": {"power": "on", "brightness": 40, "color": "#00ff80"}}),
        (RGBCW, RESULT, {"POWER": "ON", "HSBColor": "0,0,60", "White": 60, "CT": 370},
         {"light1": {"power": "on", "color_temperature": 2700}}),
        (config(rl=[2], lt_st=4), RESULT, {"HSBColor": "0,100,0", "White": 60},
         {"light1": {"color": "#ffffff"}}),
        (config(rl=[2], lt_st=3), RESULT, {"Color": "800000"}, {"light1": {"color": "#800000"}}),
        (config(rl=[2], lt_st=3), RESULT, {"Color": "0,0,255"}, {"light1": {"color": "#0000ff"}}),
        (config(rl=[2, 2], lt_st=5, lk=0), RESULT,
         {"POWER1": "ON", "Dimmer1": 5, "POWER2": "OFF", "Dimmer2": 90, "CT": 154},
         {"light1": {"power": "on", "brightness": 5},
          "light2": {"power": "off", "brightness": 90, "color_temperature": 6500}}),
        (config(rl=[2, 2], lt_st=2, so={"68": 1}), RESULT, {"POWER1": "ON", "Channel2": 30},
         {"light1": {"power": "on"}, "light2": {"brightness": 30}}),
        (SHUTTER, RESULT, {"Shutter1": {"Position": 40, "Direction": 1, "Target": 80, "Tilt": 0}},
         {"shutter1": {"position": 40}}),
        (SHUTTER, RESULT, {"ShutterPosition1": 80}, {}),
        (config(rl=[3, 3], sho=[1]), SENSOR, {"Shutter1": {"Position": 40, "Direction": 0}},
         {"shutter1": {"position": 60}}),
        (SHUTTER, "stat/tasmota_49A3BC/STATUS10", {"StatusSNS": {"Shutter1": {"Position": 7}}},
         {"shutter1": {"position": 7}}),
        (IFAN, RESULT, {"FanSpeed": 3}, {"fan": {"power": "on", "fan_speed": 100}}),
        (IFAN, TELE, {"POWER1": "ON", "FanSpeed": 0},
         {"light1": {"power": "on"}, "fan": {"power": "off", "fan_speed": 0}}),
        (config(rl=[0], swc=[1], swn=["Back door"]), RESULT, {"Back door": {"Action": "ON"}},
         {"switch1": {"contact": "open"}}),
        (config(rl=[0], swc=[1]), SENSOR, {"Time": "x", "Switch1": "OFF"},
         {"switch1": {"power": "off"}}),
        (config(rl=[0], swc=[3], swn=["Hall PIR"]), RESULT, {"Hall PIR": {"Action": "TOGGLE"}}, {}),
    ],
)  # fmt: skip
def test_states_are_read_in_our_units(
    announcement: dict[str, Any], topic: str, content: object, values: dict[str, dict[str, Value]]
) -> None:
    assert told(dialect_with(announcement), topic, content) == values


def test_a_lamp_shows_its_colour_or_its_white_but_not_both() -> None:
    dialect = dialect_with(RGBCW)

    (colored,) = dialect.take(said(TELE, BULB_STATE))
    (white,) = dialect.take(said(RESULT, {"HSBColor": "0,0,60", "White": 60, "CT": 250}))

    assert isinstance(colored, Reported)
    assert isinstance(white, Reported)
    assert (colored.gone, white.gone) == (("color_temperature",), ("color",))


def test_what_is_measured_is_a_device_beside_what_is_switched() -> None:
    sn = {"Time": "x", "AM2301": {"Temperature": 20.6, "Humidity": 51.2, "DewPoint": 10.1},
          "ENERGY": {"Power": 7, "Voltage": 230}, "ESP32": {"Temperature": 53.3},
          "TempUnit": "C"}  # fmt: skip
    found = found_in(CONFIG, sn=sn)
    dialect = dialect_with(CONFIG, sn=sn)

    assert {part: one.name for part, one in found.items()} == {
        "relay1": "Desk lamp",
        "sensors": "Desk sensor",
    }
    assert [(c.name, c.settable) for c in found["sensors"].capabilities] == [
        ("temperature", False),
        ("humidity", False),
    ]
    assert found["sensors"].kind == "sensor"
    assert told(dialect, SENSOR, sn) == {"sensors": {"temperature": 20.6, "humidity": 51.2}}
    fahrenheit = {"StatusSNS": {"AM2301": {"Temperature": 68.9}, "TempUnit": "F"}}
    assert told(dialect, "stat/tasmota_49A3BC/STATUS10", fahrenheit) == {
        "sensors": {"temperature": 20.5}
    }
    (ask,) = dialect.ask(found["sensors"].id)
    assert (ask.topic, ask.payload) == ("cmnd/tasmota_49A3BC/STATUS", b"10")


def test_a_contact_that_measures_something_is_one_device() -> None:
    sn = {"Switch1": "OFF", "DS18B20": {"Temperature": 12.5}, "TempUnit": "C"}
    made = config(rl=[0], swc=[1], dn="Hall window", bat=1)

    (found,) = found_in(made, sn=sn).values()
    dialect = dialect_with(made, sn=sn)

    assert (found.name, found.kind, found.device_class) == (
        "Hall window", "binary_sensor", "opening"
    )  # fmt: skip
    assert [c.name for c in found.capabilities] == ["contact", "temperature", "battery"]
    assert told(dialect, SENSOR, sn) == {"switch1": {"contact": "closed", "temperature": 12.5}}
    assert told(dialect, TELE, {"BatteryPercentage": 9}) == {"switch1": {"battery": 9}}


def test_two_sensors_of_one_kind_are_two_devices() -> None:
    sn = {
        "DS18B20-1": {"Id": "01", "Temperature": 20.6},
        "DS18B20-2": {"Id": "02", "Temperature": None},
        "BH1750": {"Illuminance": 80},
        "ANALOG": {"Temperature1": 12},
        "TempUnit": "C",
    }
    found = found_in(config(rl=[0], dn="Boiler"), sn=sn)

    assert {part: one.name for part, one in found.items()} == {
        "sensors/DS18B20-1": "Boiler DS18B20-1",
        "sensors/DS18B20-2": "Boiler DS18B20-2",
        "sensors/BH1750": "Boiler BH1750",
        "sensors/ANALOG": "Boiler ANALOG",
    }
    assert found["sensors/BH1750"].device_class == "illuminance"


def test_sensors_may_be_announced_first_and_taken_back() -> None:
    dialect = Tasmota()
    sn = {"AM2301": {"Temperature": 20.6}}

    assert dialect.take(sensors(sn)) == ()
    joined, _ = dialect.take(announced(config(rl=[0])))
    gone, wants = dialect.take(sensors(b""))

    assert isinstance(joined, Joined)
    assert gone == Left(device=joined.device.id)
    assert isinstance(wants, Wants)
    assert "tele/tasmota_49A3BC/SENSOR" in wants.dropped


def test_a_battery_and_sleep_are_understood() -> None:
    dialect = dialect_with(config(rl=[0], bat=1, dslp=1), sn={"AM2301": {"Humidity": 40}})

    assert told(dialect, TELE, {"BatteryPercentage": 71}) == {"sensors": {"battery": 71}}
    assert dialect.take(said("tele/tasmota_49A3BC/LWT", b"Offline")) == ()


def test_coming_and_going_in_the_device_s_own_words() -> None:
    dialect = dialect_with(config(onln="Da", ofln="Weg", rl=[1, 1], fn=["A", "B"]))
    lwt = "tele/tasmota_49A3BC/LWT"

    gone = dialect.take(said(lwt, b"Weg", retained=True))
    back = dialect.take(said(lwt, b"Da"))

    both = [f"tasmota:{MAC}/relay1", f"tasmota:{MAC}/relay2"]
    assert gone == tuple(Reachable(device=device, online=False) for device in both)
    assert back == tuple(Reachable(device=device, online=True) for device in both)
    with pytest.raises(HomeError, match="LWT"):
        dialect.take(said(lwt, b"Online"))


def test_devices_are_asked_for_what_they_have() -> None:
    dialect = dialect_with(SHUTTER)
    lamp = dialect_with(RGBCW)

    (status,) = dialect.ask(f"tasmota:{MAC}/shutter1")
    (state,) = lamp.ask(f"tasmota:{MAC}/light1")

    assert (status.topic, status.payload) == ("cmnd/tasmota_49A3BC/STATUS", b"10")
    assert (state.topic, state.payload) == ("cmnd/tasmota_49A3BC/STATE", b"")
    assert dialect.ask("nobody") == ()


@pytest.mark.parametrize(
    ("announcement", "content", "refused"),
    [
        (CONFIG, {"Command": "Unknown"}, [("relay1", None)]),
        (CONFIG, {"Command": "Error"}, [("relay1", None)]),
        (config(rl=[1, 1]), {"Command": "Unknown"}, []),
        (config(rl=[1, 1]), {"Command": "Unknown", "Input": "POWER2"}, [("relay2", "power")]),
        (config(rl=[1, 1]), {"POWER2": "Error"}, [("relay2", "power")]),
        (RGBCW, {"CT": "Error"}, [("light1", "color_temperature")]),
        (RGBCW, {"Command": "Unknown", "Input": "HSBCOLOR2"}, [("light1", "color")]),
        (SHUTTER, {"ShutterPosition1": "Locked"}, [("shutter1", "position")]),
        (SHUTTER, {"ShutterStop": "Error"}, [("shutter1", "position")]),
        (CONFIG, {"Timer1": "Error"}, []),
    ],
)
def test_a_device_that_will_not_says_so(
    announcement: dict[str, Any], content: object, refused: list[tuple[str, str | None]]
) -> None:
    heard = dialect_with(announcement).take(said(RESULT, content))

    assert [
        (one.device.partition("/")[2], one.capability) for one in heard if isinstance(one, Refused)
    ] == refused
    assert not [one for one in heard if isinstance(one, Reported)]


def test_with_setoption4_answers_come_on_topics_of_their_own() -> None:
    dialect = dialect_with(config(rl=[2], lt_st=1, so={"4": 1}))

    answer = told(dialect, "stat/tasmota_49A3BC/DIMMER", {"POWER": "ON", "Dimmer": 33})

    assert answer == {"light1": {"power": "on", "brightness": 33}}


@pytest.mark.parametrize(
    ("full", "base"),
    [
        ("%prefix%/%topic%/", "cmnd/lamp/"),
        ("%prefix%/%topic%", "cmnd/lamp/"),
        ("%topic%/%prefix%/", "lamp/cmnd/"),
        ("home/%hostname%/%prefix%/%topic%/", "home/tasmota-49A3BC-0956/cmnd/lamp/"),
        ("%prefix%/%id%/", "cmnd/49A3BC/"),
        ("%prefix%/upper floor/%topic%/", "cmnd/upper floor/lamp/"),
    ],
)
def test_the_full_topic_may_be_put_together_in_any_way(full: str, base: str) -> None:
    dialect = dialect_with(config(ft=full, t="lamp"))

    (ask,) = dialect.ask(f"tasmota:{MAC}/relay1")

    assert ask.topic == f"{base}STATE"
    assert f"{base.replace('cmnd', 'stat')}RESULT" in dialect.topics


@pytest.mark.parametrize(
    "more",
    [
        {"mac": OTHER},
        {"tp": ["cmnd", "stat"]},
        {"tp": ["cmnd", "stat", "stat"]},
        {"tp": ["", "stat", "tele"]},
        {"tp": ["+", "stat", "tele"]},
        {"tp": ["cmnd", "stat", "#"]},
        {"tp": ["a", "a/b", "c"], "ft": "%prefix%/"},
        {"tp": None},
        {"ft": "%topic%/"},
        {"ft": ""},
        {"ft": None},
        {"ft": "%prefix%//%topic%/"},
        {"ft": "/%prefix%/%topic%/"},
        {"ft": "$SYS/%prefix%/%topic%/"},
        {"ft": "zigbee2mqtt/Lock/%prefix%/", "tp": ["set", "get", "x"]},
        {"ft": "tasmota/discovery/%prefix%/"},
        {"ft": "%prefix%/" + "x/" * 300},
        {"t": "a+b"},
        {"t": "#"},
        {"t": ""},
        {"t": "a\u0000b"},
        {"t": "tasmotas"},
        {"t": "TASMOTAS"},
        {"t": "tasmotas/x"},
        {"t": "DVES_4AB1C2_fb"},
        {"state": ["ON", "on"]},
        {"state": ["OFF", ""]},
        {"state": ["OFF", " "]},
        {"state": ["OFF"]},
        {"state": ["OFF", "O" * 51]},
        {"onln": "", "ofln": "Offline"},
        {"onln": "x", "ofln": "x"},
        {"onln": None},
    ],
)
def test_an_announcement_that_could_reach_others_is_refused(more: dict[str, Any]) -> None:
    dialect = Tasmota(ignoring=("zigbee2mqtt",))

    with pytest.raises(HomeError, match="Tasmota announcement"):
        dialect.take(announced(config(**more)))

    assert len(dialect.topics) == 2
    assert dialect.ask(f"tasmota:{MAC}/relay1") == ()


@pytest.mark.parametrize(
    "second",
    [
        {},
        {"tp": ["other", "stat", "tele"]},
        {"tp": ["stat", "cmnd", "tele"]},
        {"t": "tasmota_49A3BC/x"},
        {"ft": "%prefix%/", "t": "x"},
    ],
)
def test_a_second_device_may_not_have_the_topics_of_the_first(second: dict[str, Any]) -> None:
    twin = config(mac=OTHER, **second)
    dialect = dialect_with(CONFIG)

    with pytest.raises(HomeError, match="topics of another device"):
        dialect.take(announced(twin, OTHER))
    assert dialect.ask(f"tasmota:{OTHER}/relay1") == ()

    heard = dialect.take(announced(b""))
    assert [type(one) for one in heard[:2]] == [Left, Joined], "it may, when the first is gone"
    assert dialect.ask(f"tasmota:{OTHER}/relay1") != ()


def test_two_devices_can_swap_their_topics() -> None:
    first, second = config(t="a"), config(mac=OTHER, t="b")
    dialect = dialect_with(first, second)

    dialect.take(announced(config(t="b")))
    assert dialect.ask(f"tasmota:{MAC}/relay1") == (), "its old topic is no longer its own"
    dialect.take(announced(config(mac=OTHER, t="a"), OTHER))

    assert dialect.ask(f"tasmota:{MAC}/relay1")[0].topic == "cmnd/b/STATE"
    assert dialect.ask(f"tasmota:{OTHER}/relay1")[0].topic == "cmnd/a/STATE"


def test_only_so_many_wait_for_topics_that_others_have() -> None:
    dialect = dialect_with(CONFIG)
    for number in range(MOST_WAITING + 5):
        with pytest.raises(HomeError):
            dialect.take(announced(config(mac=f"{number:012X}"), f"{number:012X}"))

    heard = dialect.take(announced(b""))

    joined = [one.device.id for one in heard if isinstance(one, Joined)]
    assert joined == [f"tasmota:{5:012X}/relay1"]


def test_an_announcement_that_says_nothing_new_changes_nothing() -> None:
    dialect = dialect_with(CONFIG, sn={"AM2301": {"Temperature": 20}})

    assert dialect.take(announced(CONFIG)) == ()
    assert dialect.take(sensors({"AM2301": {"Temperature": 24}})) == ()


def test_a_device_that_is_renamed_and_moved_is_followed() -> None:
    dialect = dialect_with(CONFIG)

    joined, wants = dialect.take(announced(config(fn=["Lamp"], t="lamp")))

    assert isinstance(joined, Joined)
    assert (joined.device.id, joined.device.name) == (f"tasmota:{MAC}/relay1", "Lamp")
    assert isinstance(wants, Wants)
    assert "stat/lamp/RESULT" in wants.topics
    assert RESULT in wants.dropped
    assert dialect.take(said(RESULT, {"POWER": "ON"})) == ()
    assert dialect.take(said("stat/lamp/RESULT", {"POWER": "ON"})) != ()


@pytest.mark.parametrize(
    "topic",
    ["tasmota/discovery/config", "tasmota/discovery/x/y/config", f"tasmota/discovery/{MAC}/other",
     f"x/tasmota/discovery/{MAC}/config", f"tasmota/discovery/{'a' * 41}/config",
     "cmnd/tasmota_49A3BC/POWER", "cmnd/tasmotas/POWER", "tele/tasmota_49A3BC/INFO1"],
)  # fmt: skip
def test_other_topics_mean_nothing(topic: str) -> None:
    assert dialect_with(CONFIG).take(said(topic, CONFIG)) == ()


PARTS = (
    (config(rl=[2], lt_st=5), "light1", RESULT),
    (SHUTTER, "shutter1", RESULT),
    (config(rl=[3, 3], sho=[1]), "shutter1", RESULT),
    (IFAN, "fan", RESULT),
)


@given(which=st.sampled_from(PARTS), percent=st.integers(0, 100), kelvin=st.integers(2000, 6500))
def test_a_device_that_obeys_is_believed(
    which: tuple[dict[str, Any], str, str], percent: int, kelvin: int
) -> None:
    announcement, part, topic = which
    dialect = dialect_with(announcement)
    capability, value = {
        "light1": ("color_temperature", kelvin),
        "shutter1": ("position", percent),
        "fan": ("fan_speed", percent),
    }[part]

    ((name, payload),), expected = sent(dialect, part, capability, value)
    content: object = {name: int(payload)}
    if part == "shutter1":
        content = {"Shutter1": {"Position": int(payload)}}
    answer = told(dialect, topic, content)[part][capability]

    assert expected is not None
    assert matches(capability, expected, answer)


@given(color=st.sampled_from(["red", "tomato", "navy", "white", "gold", "#12ab34"]))
def test_a_colour_that_is_shown_is_believed(color: str) -> None:
    dialect = dialect_with(RGBCW)

    ((_, hue), (_, saturation)), expected = sent(dialect, "light1", "color", color)
    answer = told(dialect, RESULT, {"HSBColor": f"{hue},{saturation},100", "White": 0})

    assert expected is not None
    assert matches("color", expected, answer["light1"]["color"])


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    | st.sampled_from(["ON", "Error", "Unknown", "120,100,50", "FF000000", MAC, "cmnd"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*CONFIG, "POWER", "POWER1", "Dimmer", "CT", "HSBColor", "Color",
                             "White", "Shutter1", "Position", "FanSpeed", "Switch1", "Action",
                             "Command", "Input", "AM2301", "Temperature", "TempUnit", "sn",
                             "StatusSNS", "BatteryPercentage"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)  # fmt: skip
EVERYTHING = config(rl=[1, 2, 3, 3], lt_st=5, swc=[1], bat=1, so={"4": 1}, **{"if": 1})


@settings(max_examples=60, deadline=None)
@given(
    key=st.sampled_from([*CONFIG, "none"]),
    found=json_values,
    topics=st.lists(
        st.sampled_from(["config", "sensors", "RESULT", "POWER1", "STATE", "SENSOR", "LWT", "CT"]),
        max_size=6,
    ),
    payloads=st.lists(json_values.map(json.dumps).map(str.encode) | st.binary(max_size=20)),
)
def test_anything_at_all_is_read_or_refused_in_a_sentence(
    key: str, found: object, topics: list[str], payloads: list[bytes]
) -> None:
    dialect = Tasmota()
    arrivals = [announced(json.dumps(EVERYTHING | {key: found}).encode())]
    arrivals += [sensors({"AM2301": found})]
    for topic, payload in zip(topics, payloads, strict=False):
        base = (
            "tasmota/discovery/" + MAC if topic in ("config", "sensors") else "stat/tasmota_49A3BC"
        )
        arrivals.append(said(f"{base}/{topic}", payload))

    for arrival in arrivals:
        try:
            heard = dialect.take(arrival)
        except HomeError:
            continue
        for one in heard:
            if isinstance(one, Reported):
                assert all(v == v for v in one.values.values())
            if isinstance(one, Joined):
                for message in dialect.ask(one.device.id):
                    assert "+" not in message.topic
