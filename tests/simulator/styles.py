"""Names whose pretend Home Assistant devices speak in a wanted style, and what was announced."""

import json
from typing import Any

from device.ports import BusMessage
from simulator.hass.style import Style, style_of

LONG = {
    "act_stat_t": "activity_state_topic", "avty_t": "availability_topic",
    "bri_cmd_t": "brightness_command_topic", "bri_stat_t": "brightness_state_topic",
    "clr_temp_cmd_t": "color_temp_command_topic", "cmd_t": "command_topic",
    "curr_temp_t": "current_temperature_topic", "dock_cmd_t": "dock_command_topic",
    "hs_cmd_t": "hs_command_topic", "hum_cmd_t": "target_humidity_command_topic",
    "hum_stat_t": "target_humidity_state_topic", "mode_cmd_t": "mode_command_topic",
    "mode_stat_t": "mode_state_topic", "pause_cmd_t": "pause_command_topic",
    "pct_cmd_t": "percentage_command_topic", "pct_stat_t": "percentage_state_topic",
    "pos_t": "position_topic", "pow_cmd_t": "power_command_topic",
    "pr_mode_cmd_t": "preset_mode_command_topic", "pr_mode_stat_t": "preset_mode_state_topic",
    "set_pos_t": "set_position_topic", "stat_t": "state_topic",
    "strt_mw_cmd_t": "start_mowing_command_topic", "temp_cmd_t": "temperature_command_topic",
    "temp_stat_t": "temperature_state_topic",
}  # fmt: skip
"""Home Assistant's abbreviations of topics, as its documentation lists them."""


def name_in(style: Style, kind: str, room: str = "Lab") -> str:
    """A name under which a device of this kind speaks so."""
    return next(
        name
        for name in (f"{kind} {number}" for number in range(1_000))
        if style_of(f"{room}/{name}") == style
    )


def components(messages: list[BusMessage], topic_name: str) -> dict[str, dict[str, Any]]:
    """What was announced of a device, by component, its topics with long keys and without `~`."""
    room, _, name = topic_name.rpartition("/")
    found: dict[str, dict[str, Any]] = {}
    for message in messages:
        prefix, component, *_ = message.topic.split("/")
        if prefix != "homeassistant" or not message.payload:
            continue
        config = json.loads(message.payload)
        device = config.get("dev") or config.get("device")
        if (device["name"], device.get("sa") or device.get("suggested_area")) != (name, room):
            continue
        if component == "device":
            for one in (config.get("cmps") or config.get("components")).values():
                found[one.get("p") or one["platform"]] = _expanded(one)
        else:
            found[component] = _expanded(config)
    return found


def _expanded(config: dict[str, Any]) -> dict[str, Any]:
    base = config.get("~", "")
    whole = {LONG.get(key, key): value for key, value in config.items()}
    return {
        key: base + value[1:] if isinstance(value, str) and value.startswith("~") else value
        for key, value in whole.items()
        if key != "~"
    }
