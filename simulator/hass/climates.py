"""Thermostats, water heaters, humidifiers and fans."""

from collections.abc import Sequence

from device.home.payloads import Json, number_in
from simulator.hass.entity import (
    Entity,
    Say,
    Take,
    Word,
    inside,
    kept,
    numbered,
    table,
    text,
    upper,
    worded,
)
from simulator.hass.style import Style
from simulator.homefile import Furnished
from simulator.things import Raw

ON_OFF = {"ON": "ON", "OFF": "OFF"}
BREEZES = 10
"""Speeds of a fan that counts steps."""


def climate(device: Furnished, style: Style) -> Entity:
    """A thermostat: a topic for each value, or one JSON state behind templates."""
    modes: list[Json] = list(device.modes)
    config: Raw = {
        "modes": modes, "mode_command_topic": "~/mode/set",
        "temperature_command_topic": "~/temperature/set",
        "min_temp": 5, "max_temp": 35, "temp_step": 0.5, "temperature_unit": "C",
    }  # fmt: skip
    says: dict[str, Say]
    if style.variant == 0:
        config |= {
            "mode_state_topic": "~/mode", "temperature_state_topic": "~/temperature",
            "current_temperature_topic": "~/current",
        }  # fmt: skip
        says = {"mode": text("mode"), "temperature": text("target"), "current": text("current")}
    else:
        # Zigbee2MQTT writes these limits as strings, and Home Assistant takes them.
        config |= {
            "min_temp": "5", "max_temp": "35",
            "mode_state_topic": "~/state", "mode_state_template": "{{ value_json.mode }}",
            "temperature_state_topic": "~/state",
            "temperature_state_template": "{{ value_json.target }}",
            "current_temperature_topic": "~/state",
            "current_temperature_template": "{{ value_json.local_temperature }}",
        }  # fmt: skip
        says = {"state": table(mode="mode", target="target", local_temperature="current")}
    return Entity(
        component="climate",
        config=config,
        words={
            "mode": kept("mode"), "target_temperature": kept("target"),
            "temperature": kept("current"),
        },
        says=says,
        takes={
            "mode/set": worded("mode", {mode: mode for mode in device.modes}),
            "temperature/set": numbered("target", 5, 35, step=0.5),
        },
    )  # fmt: skip


def water_heater(device: Furnished, style: Style) -> Entity:
    """A water heater; whether it is on, its mode tells, as Home Assistant wants it."""
    modes = [mode for mode in device.modes if mode != "off"]
    listed: list[Json] = ["off", *modes]
    power = Word(
        write=lambda value: {"mode": modes[0] if value == "on" else "off"},
        read=lambda raw: "off" if raw["mode"] == "off" else "on",
    )
    return Entity(
        component="water_heater",
        config={
            "modes": listed, "mode_command_topic": "~/mode/set", "mode_state_topic": "~/mode",
            "power_command_topic": "~/power/set", "payload_on": "ON", "payload_off": "OFF",
            "temperature_command_topic": "~/temperature/set",
            "temperature_state_topic": "~/temperature", "min_temp": 30, "max_temp": 65,
            "current_temperature_topic": "~/current", "temperature_unit": "C", "precision": 0.5,
        },
        words={
            "mode": kept("mode"), "power": power, "target_temperature": kept("target"),
            "temperature": kept("current"),
        },
        says={"mode": text("mode"), "temperature": text("target"), "current": text("current")},
        takes={
            "mode/set": worded("mode", {str(mode): str(mode) for mode in listed}),
            "power/set": worded("mode", {"ON": modes[0], "OFF": "off"}),
            "temperature/set": numbered("target", 30, 65, step=0.5),
        },
    )  # fmt: skip


def humidifier(device: Furnished, style: Style) -> Entity:
    """A humidifier; its `humidity` is the one that it shall reach."""
    can = set(device.capabilities)
    on, off = ("true", "false") if style.variant else ("ON", "OFF")
    config: Raw = {
        "device_class": "dehumidifier" if device.device_class == "dehumidifier" else "humidifier",
        "command_topic": "~/on/set", "state_topic": "~/on",
        "payload_on": on, "payload_off": off,
        "target_humidity_command_topic": "~/humidity/set",
        "target_humidity_state_topic": "~/humidity", "min_humidity": 0, "max_humidity": 100,
    }  # fmt: skip
    words = {"power": upper("power"), "humidity": kept("humidity")}
    says: dict[str, Say] = {
        "on": lambda raw: (on if raw["power"] == "ON" else off).encode(),
        "humidity": text("humidity"),
    }
    takes: dict[str, Take] = {
        "on/set": worded("power", {on: "ON", off: "OFF"}),
        "humidity/set": numbered("humidity", 0, 100),
    }
    if "mode" in can:
        config |= {"mode_command_topic": "~/mode/set", "mode_state_topic": "~/mode"}
        config["modes"] = list(device.modes)
        words["mode"] = kept("mode")
        says["mode"] = text("mode")
        takes["mode/set"] = worded("mode", {mode: mode for mode in device.modes})
    return Entity(component="humidifier", config=config, words=words, says=says, takes=takes)


def fan(device: Furnished, style: Style) -> Entity:
    """A fan: percent on topics of its own, or ten speeds in JSON behind templates."""
    can = set(device.capabilities)
    steps = BREEZES if style.variant else 100
    config: Raw = {"command_topic": "~/on/set", "state_topic": "~/on"}
    words = {"power": upper("power")}
    says: dict[str, Say] = {"on": text("power")}
    takes: dict[str, Take] = {"on/set": worded("power", ON_OFF)}
    if "fan_speed" in can:
        key = "step" if style.variant else "speed"
        words["fan_speed"] = Word(
            write=lambda value: {key: round((number_in(value) or 0) * steps / 100)},
            read=lambda raw: round((number_in(raw[key]) or 0) * 100 / steps),
        )
        config |= {"percentage_command_topic": "~/speed/set", "percentage_state_topic": "~/speed"}
        says["speed"] = text(key)
        takes["speed/set"] = _blowing(key, steps)
        if style.variant:
            config |= {
                "speed_range_min": 1, "speed_range_max": steps,
                "percentage_command_template": '{"speed": {{ value }}}',
                "percentage_value_template": "{{ value_json.speed }}",
            }  # fmt: skip
            says["speed"] = table(speed=key)
            takes["speed/set"] = inside("speed", takes["speed/set"])
    if "mode" in can:
        config |= {
            "preset_mode_command_topic": "~/preset/set", "preset_mode_state_topic": "~/preset",
            "preset_modes": list(device.modes),
        }  # fmt: skip
        words["mode"] = kept("mode")
        says["preset"] = text("mode")
        takes["preset/set"] = worded("mode", {mode: mode for mode in device.modes})
    return Entity(component="fan", config=config, words=words, says=says, takes=takes)


def _blowing(key: str, steps: int) -> Take:
    """A speed switches the fan, too."""
    plain = numbered(key, 0, steps)

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        return [{**step, "power": "ON" if step[key] else "OFF"} for step in plain(payload, now)]

    return take
