"""Announcements as real firmwares publish them, and what the devices then say and take.

They were taken from the firmwares' issue trackers and sources; keys are as they send them.
"""

from typing import Any

import pytest

from device.errors import HomeError
from device.home.dialect import Joined, Reachable, Reported, Wants
from device.home.homeassistant.dialect import HomeAssistant
from tests.home.announced import Announced, published

WLED: dict[str, Any] = {
    "name": "WLED Light",
    "stat_t": "gardenlights/84f3eb23b31c/c",
    "cmd_t": "gardenlights/84f3eb23b31c",
    "rgb_stat_t": "gardenlights/84f3eb23b31c/c",
    "rgb_cmd_t": "gardenlights/84f3eb23b31c/col",
    "bri_cmd_t": "gardenlights/84f3eb23b31c",
    "bri_stat_t": "gardenlights/84f3eb23b31c/g",
    "bri_val_tpl": "{{value}}",
    "rgb_cmd_tpl": "{{'#%02x%02x%02x' | format(red, green, blue)}}",
    "rgb_val_tpl": (
        "{{value[1:3]|int(base=16)}},{{value[3:5]|int(base=16)}},{{value[5:7]|int(base=16)}}"
    ),
    "qos": 0,
    "opt": True,
    "pl_on": "ON",
    "pl_off": "OFF",
    "fx_cmd_t": "gardenlights/84f3eb23b31c/api",
    "fx_stat_t": "gardenlights/84f3eb23b31c/api",
    "fx_val_tpl": "{{value}}",
    "fx_list": ["[FX=00] Solid", "[FX=01] Blink"],
}

TASMOTA: dict[str, Any] = {
    "name": "Tasmota",
    "stat_t": "tele/tasmota_9F74BF/STATE",
    "avty_t": "tele/tasmota_9F74BF/LWT",
    "pl_avail": "Online",
    "pl_not_avail": "Offline",
    "cmd_t": "cmnd/tasmota_9F74BF/POWER",
    "val_tpl": "{{value_json.POWER}}",
    "pl_off": "OFF",
    "pl_on": "ON",
    "uniq_id": "9F74BF_LI_1",
    "dev": {"ids": ["9F74BF"]},
    "bri_cmd_t": "cmnd/tasmota_9F74BF/Dimmer",
    "bri_stat_t": "tele/tasmota_9F74BF/STATE",
    "bri_scl": 100,
    "on_cmd_type": "brightness",
    "bri_val_tpl": "{{value_json.Dimmer}}",
    "rgb_cmd_t": "cmnd/tasmota_9F74BF/Color2",
    "rgb_stat_t": "tele/tasmota_9F74BF/STATE",
    "rgb_val_tpl": "{{value_json.Color.split(',')[0:3]|join(',')}}",
    "fx_cmd_t": "cmnd/tasmota_9F74BF/Scheme",
}

SHELLY: dict[str, Any] = {
    "name": "wz5",
    "cmd_t": "~roller/0/command",
    "pos_t": "~roller/0/pos",
    "stat_t": "~roller/0",
    "stat_closing": "close",
    "stat_opening": "open",
    "stat_stopped": "stop",
    "pos_tpl": "{%if value!=-1%}{{value}}{%endif%}",
    "set_pos_t": "~roller/0/command/pos",
    "pl_open": "open",
    "pl_cls": "close",
    "pl_stop": "stop",
    "avty_t": "~online",
    "pl_avail": "true",
    "pl_not_avail": "false",
    "uniq_id": "shellyswitch25-rolladen_wz5-roller-0",
    "opt": "false",
    "qos": 2,
    "dev": {
        "ids": ["2462ab00c7d8"],
        "name": "Shelly 2.5 Rolladen_WZ5",
        "mdl": "Shelly 2.5",
        "sw": "20210115-103025/v1.9.4@e2732e05",
        "mf": "Allterco Robotics",
    },
    "~": "shellies/shellyswitch25-Rolladen_WZ5/",
    "dev_cla": "shutter",
}

ZWAVE_JS_UI: dict[str, Any] = {
    "min_temp": 15,
    "max_temp": 30,
    "modes": ["off", "heat"],
    "mode_state_topic": "z2m/1etg_BAD/Termostat/64/1/mode",
    "mode_command_topic": "z2m/1etg_BAD/Termostat/64/1/mode/set",
    "current_temperature_topic": "z2m/1etg_BAD/Termostat/49/4/Air_temperature",
    "current_temperature_template": "{{ value_json.value }}",
    "temperature_state_template": "{{ value_json.value }}",
    "temperature_command_topic": "z2m/1etg_BAD/Termostat/67/1/setpoint/1/set",
    "mode_state_template": '{{ {0: "off",1: "heat"}[value_json.value] | default(\'off\') }}',
    "mode_command_template": '{{ {"off": 0, "heat": 1}[value] }}',
    "temperature_state_topic": "z2m/1etg_BAD/Termostat/67/1/setpoint/1",
    "device": {
        "identifiers": ["zwavejs2mqtt_0xedda91c5_node3"],
        "manufacturer": "ThermoFloor",
        "model": "Floor thermostat (Heatit Z-TRM3)",
        "name": "1etg_BAD-Termostat",
        "sw_version": "4.0",
    },
    "name": "1etg_BAD-Termostat_thermostat",
    "unique_id": "zwavejs2mqtt_0xedda91c5_Node3_thermostat",
}

VALETUDO: dict[str, Any] = {
    "name": "Robot",
    "object_id": "valetudo_olaf",
    "supported_features": [
        "battery", "status", "start", "stop", "pause", "return_home", "fan_speed", "locate",
    ],
    "state_topic": "valetudo/olaf/hass/olaf_vacuum/state",
    "command_topic": "valetudo/olaf/hass/olaf_vacuum/command",
    "payload_start": "START",
    "payload_pause": "PAUSE",
    "payload_return_to_base": "HOME",
    "payload_stop": "STOP",
    "payload_locate": "LOCATE",
    "fan_speed_list": ["low", "medium", "high", "max"],
    "availability_topic": "valetudo/olaf/$state",
    "payload_available": "ready",
    "payload_not_available": "lost",
    "device": {"identifiers": ["olaf"], "name": "Olaf", "suggested_area": "Hallway"},
    "unique_id": "olaf_vacuum",
}  # fmt: skip

ESPHOME: dict[str, Any] = {
    "schema": "json",
    "color_mode": True,
    "supported_color_modes": ["color_temp", "rgb"],
    "brightness": True,
    "min_mireds": 153,
    "max_mireds": 500,
    "effect": True,
    "effect_list": ["None", "Rainbow"],
    "name": "Ceiling",
    "stat_t": "lounge-node/light/ceiling/state",
    "cmd_t": "lounge-node/light/ceiling/command",
    "avty_t": "lounge-node/status",
    "uniq_id": "ESPlightceiling",
    "dev": {
        "ids": "a4cf12f03246",
        "name": "Lounge node",
        "sw": "esphome v2025.9.1 Sep 18 2025, 10:00:00",
        "mdl": "esp32dev",
        "mf": "espressif",
        "sa": "Lounge",
    },
}

ZIGBEE2MQTT: dict[str, Any] = {
    "availability": [
        {"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"}
    ],
    "brightness": True,
    "brightness_scale": 254,
    "command_topic": "zigbee2mqtt/bulb_enddevice/set",
    "device": {
        "identifiers": ["zigbee2mqtt_0x0017880104e45553"],
        "name": "bulb_enddevice",
        "sw_version": None,
        "model": "Hue Go (7146060PH)",
        "manufacturer": "Philips",
        "via_device": "zigbee2mqtt_bridge_0x00124b00120144ae",
    },
    "name": None,
    "object_id": "bulb_enddevice",
    "default_entity_id": "light.bulb_enddevice",
    "origin": {"name": "Zigbee2MQTT", "sw": "2.12.1", "url": "https://www.zigbee2mqtt.io"},
    "schema": "json",
    "state_topic": "zigbee2mqtt/bulb_enddevice",
    "supported_color_modes": ["brightness"],
    "unique_id": "0x0017880104e45553_light_zigbee2mqtt",
}

THEENGS: dict[str, Any] = {
    "stat_t": "+/+/BTtoMQTT/48AABBCCDDEE",
    "name": "JQJCY01YM-batt",
    "uniq_id": "48AABBCCDDEE-batt",
    "dev_cla": "battery",
    "val_tpl": "{{ value_json.batt | is_defined }}",
    "unit_of_meas": "%",
    "state_class": "measurement",
    "device": {
        "identifiers": ["48AABBCCDDEE"],
        "connections": [["mac", "48AABBCCDDEE"]],
        "manufacturer": "Xiaomi",
        "model": "JQJCY01YM",
        "name": "Formaldehyde detector",
        "via_device": "OMG_GAT",
    },
}

OMG: dict[str, Any] = {
    **THEENGS,
    "stat_t": "home/OMG/BTtoMQTT/48AABBCCDDEE",
    "name": "JQJCY01YM-tempc",
    "uniq_id": "48AABBCCDDEE-tempc",
    "dev_cla": "temperature",
    "val_tpl": "{{ value_json.tempc | is_defined }}",
    "unit_of_meas": "°C",
}

DEVICE: dict[str, Any] = {
    "dev": {"ids": "ea334450945afc", "name": "Kitchen", "mf": "Bla electronics", "mdl": "xya",
            "sw": "1.0", "sn": "ea334450945afc", "hw": "1.0rev2"},
    "o": {"name": "bla2mqtt", "sw": "2.1", "url": "https://bla2mqtt.example.com/support"},
    "cmps": {
        "some_unique_component_id1": {
            "p": "sensor", "device_class": "temperature", "unit_of_measurement": "°C",
            "value_template": "{{ value_json.temperature }}", "unique_id": "temp01ae_t",
        },
        "some_unique_id2": {
            "p": "sensor", "device_class": "humidity", "unit_of_measurement": "%",
            "value_template": "{{ value_json.humidity }}", "unique_id": "temp01ae_h",
        },
        "bla1": {
            "p": "device_automation", "automation_type": "trigger", "payload": "short_press",
            "topic": "foobar/triggers/button1", "type": "button_short_press",
            "subtype": "button_1",
        },
    },
    "state_topic": "sensorBedroom/state",
    "qos": 2,
}  # fmt: skip
"""Home Assistant's own example of a device's announcement."""


def test_wled_shows_colours_through_its_templates() -> None:
    lamp = Announced("light", WLED)

    assert lamp.found.name == "WLED Light"
    assert lamp.can == {"power", "brightness", "color"}
    assert lamp.sent("color", "red") == [
        ("gardenlights/84f3eb23b31c/col", "#ff0000"),
        ("gardenlights/84f3eb23b31c", "ON"),
    ]
    assert lamp.sent("power", "off") == [("gardenlights/84f3eb23b31c", "OFF")]
    assert lamp.order("power", "off").expected is None, "it calls itself optimistic"
    assert lamp.told("gardenlights/84f3eb23b31c/g", "128") == {"brightness": 50}


def test_tasmota_with_option_19_is_switched_by_its_dimmer() -> None:
    lamp = Announced("light", TASMOTA)
    state = {"POWER": "ON", "Dimmer": 60, "Color": "255,0,0,0,0"}

    assert lamp.tell("tele/tasmota_9F74BF/LWT", "Online") == (
        Reachable(device="homeassistant:light:9F74BF_LI_1", online=True),
    )
    assert lamp.told("tele/tasmota_9F74BF/STATE", state) == {
        "power": "on", "brightness": 60, "color": "#ff0000",
    }  # fmt: skip
    assert lamp.sent("power", "on") == [("cmnd/tasmota_9F74BF/Dimmer", "60")]
    assert lamp.sent("power", "off") == [("cmnd/tasmota_9F74BF/POWER", "OFF")]
    assert lamp.sent("brightness", 30) == [("cmnd/tasmota_9F74BF/Dimmer", "30")]
    assert lamp.order("brightness", 30).expected == 30


def test_a_shelly_shutter_stands_where_it_says() -> None:
    shutter = Announced("cover", SHELLY)
    base = "shellies/shellyswitch25-Rolladen_WZ5"

    assert shutter.found.name == "Shelly 2.5 Rolladen WZ5 wz5"
    assert shutter.found.device_class == "shutter"
    assert shutter.tell(f"{base}/online", "true") == (
        Reachable(device=shutter.found.id, online=True),
    )
    assert shutter.told(f"{base}/roller/0", "close") == {}, "it closes; where it is comes apart"
    assert shutter.told(f"{base}/roller/0/pos", "40") == {"position": 40}
    assert shutter.told(f"{base}/roller/0", "stop") == {}
    assert shutter.sent("position", 25) == [(f"{base}/roller/0/command/pos", "25")]
    assert shutter.sent("position", 0) == [(f"{base}/roller/0/command", "close")]
    assert shutter.sent("position", "stop") == [(f"{base}/roller/0/command", "stop")]
    assert shutter.order("position", 25).expected == 25


def test_a_thermostat_of_zwave_js_ui_counts_its_modes() -> None:
    thermostat = Announced("climate", ZWAVE_JS_UI)
    base = "z2m/1etg_BAD/Termostat"

    assert thermostat.found.name == "1etg BAD-Termostat thermostat"
    assert thermostat.can == {"target_temperature", "mode"}
    assert thermostat.told(f"{base}/64/1/mode", {"time": 1, "value": 1}) == {"mode": "heat"}
    assert thermostat.told(f"{base}/49/4/Air_temperature", {"value": 21.5}) == {"temperature": 21.5}
    assert thermostat.sent("mode", "heat") == [(f"{base}/64/1/mode/set", "1")]
    assert thermostat.sent("target_temperature", 22.5) == [(f"{base}/67/1/setpoint/1/set", "22.5")]


def test_valetudo_goes_home() -> None:
    robot = Announced("vacuum", VALETUDO)
    base = "valetudo/olaf/hass/olaf_vacuum"

    assert (robot.found.name, robot.found.room) == ("Olaf Robot", "Hallway")
    assert robot.tell("valetudo/olaf/$state", "ready") == (
        Reachable(device=robot.found.id, online=True),
    )
    assert robot.told(f"{base}/state", {"state": "cleaning", "battery_level": 83}) == {
        "vacuum": "cleaning", "battery": 83,
    }  # fmt: skip
    assert robot.sent("vacuum", "docked") == [(f"{base}/command", "HOME")]
    assert robot.told(f"{base}/state", {"state": "returning"}) == {"vacuum": "docked"}


def test_esphome_lights_speak_json() -> None:
    lamp = Announced("light", ESPHOME)
    topic = "lounge-node/light/ceiling"
    state = {
        "color_mode": "rgb",
        "state": "ON",
        "brightness": 255,
        "color": {"r": 255, "g": 0, "b": 0},
    }

    assert (lamp.found.name, lamp.found.room) == ("Lounge node Ceiling", "Lounge")
    assert lamp.can == {"power", "brightness", "color_temperature", "color"}
    assert lamp.told(f"{topic}/state", state) == {
        "power": "on", "brightness": 100, "color": "#ff0000",
    }  # fmt: skip
    assert lamp.sent("color_temperature", 2700) == [
        (f"{topic}/command", '{"state":"ON","color_temp":370}')
    ]
    assert lamp.sent("color", "blue") == [
        (f"{topic}/command", '{"state":"ON","color":{"r":0,"g":0,"b":255}}')
    ]


def test_what_zigbee2mqtt_announces_is_left_to_its_own_dialect() -> None:
    ours = HomeAssistant(ignoring=("zigbee2mqtt", "inglenook"))

    heard = ours.take(published("homeassistant/light/0x0017880104e45553/light/config", ZIGBEE2MQTT))

    assert heard == ()
    assert len(ours.topics) == 2
    assert Announced("light", ZIGBEE2MQTT).found.name == "bulb enddevice"


def test_openmqttgateway_says_nothing_where_a_value_is_missing() -> None:
    thermometer = Announced("sensor", OMG)

    assert thermometer.found.capabilities[0].name == "temperature"
    assert thermometer.told("home/OMG/BTtoMQTT/48AABBCCDDEE", {"id": "48", "rssi": -80}) == {}
    assert thermometer.told("home/OMG/BTtoMQTT/48AABBCCDDEE", {"tempc": 21.3}) == {
        "temperature": 21.3
    }


def test_home_assistants_own_example_of_a_device_gives_two_sensors() -> None:
    dialect = HomeAssistant()

    heard = dialect.take(published("homeassistant/device/ea334450945afc/config", DEVICE))
    reports = dialect.take(published("sensorBedroom/state", {"temperature": 20.5, "humidity": 48}))

    assert [h.device.name for h in heard if isinstance(h, Joined)] == [
        "Kitchen Temperature", "Kitchen Humidity",
    ]  # fmt: skip
    assert [h.topics for h in heard if isinstance(h, Wants)] == [("sensorBedroom/state",)]
    assert [dict(r.values) for r in reports if isinstance(r, Reported)] == [
        {"temperature": 20.5}, {"humidity": 48},
    ]  # fmt: skip


def test_a_gateway_that_leaves_its_own_name_open_is_not_listened_to() -> None:
    with pytest.raises(HomeError, match="wildcards"):
        Announced("sensor", THEENGS)
