"""Discovery messages: what Home Assistant is told of a device, in each manner of telling."""

from collections.abc import Sequence
from dataclasses import dataclass

from device.home.payloads import Json
from simulator.hass.entity import Entity
from simulator.hass.style import Style
from simulator.things import Messages, Raw, said

PREFIX = "homeassistant"
ORIGIN: Raw = {"name": "pretend-house", "sw_version": "1.0"}

ABBREVIATIONS = {
    "activity_state_topic": "act_stat_t", "activity_value_template": "act_val_tpl",
    "availability": "avty", "availability_mode": "avty_mode", "availability_topic": "avty_t",
    "availability_template": "avty_tpl", "brightness_command_topic": "bri_cmd_t",
    "brightness_scale": "bri_scl", "brightness_state_topic": "bri_stat_t",
    "brightness_value_template": "bri_val_tpl", "code_arm_required": "cod_arm_req",
    "code_disarm_required": "cod_dis_req", "color_mode_state_topic": "clrm_stat_t",
    "color_temp_command_topic": "clr_temp_cmd_t", "color_temp_kelvin": "clr_temp_k",
    "color_temp_state_topic": "clr_temp_stat_t", "color_temp_value_template": "clr_temp_val_tpl",
    "command_template": "cmd_tpl", "command_topic": "cmd_t", "components": "cmps",
    "current_temperature_template": "curr_temp_tpl", "current_temperature_topic": "curr_temp_t",
    "device": "dev", "device_class": "dev_cla", "entity_category": "ent_cat",
    "dock_command_template": "dock_cmd_tpl", "dock_command_topic": "dock_cmd_t",
    "hs_command_topic": "hs_cmd_t", "hs_state_topic": "hs_stat_t",
    "hs_value_template": "hs_val_tpl", "max_humidity": "max_hum", "max_kelvin": "max_k",
    "max_mireds": "max_mirs", "min_humidity": "min_hum", "min_kelvin": "min_k",
    "min_mireds": "min_mirs", "mode_command_topic": "mode_cmd_t",
    "mode_state_template": "mode_stat_tpl", "mode_state_topic": "mode_stat_t",
    "on_command_type": "on_cmd_type", "options": "ops", "origin": "o",
    "pause_command_template": "pause_mw_cmd_tpl", "pause_command_topic": "pause_cmd_t",
    "payload_available": "pl_avail", "payload_not_available": "pl_not_avail",
    "payload_close": "pl_cls", "payload_lock": "pl_lock", "payload_off": "pl_off",
    "payload_on": "pl_on", "payload_open": "pl_open", "payload_pause": "pl_paus",
    "payload_press": "pl_prs", "payload_return_to_base": "pl_ret", "payload_start": "pl_strt",
    "payload_stop": "pl_stop", "payload_unlock": "pl_unlk",
    "percentage_command_template": "pct_cmd_tpl", "percentage_command_topic": "pct_cmd_t",
    "percentage_state_topic": "pct_stat_t", "percentage_value_template": "pct_val_tpl",
    "platform": "p", "position_closed": "pos_clsd", "position_open": "pos_open",
    "position_template": "pos_tpl", "position_topic": "pos_t",
    "power_command_topic": "pow_cmd_t", "preset_mode_command_topic": "pr_mode_cmd_t",
    "preset_mode_state_topic": "pr_mode_stat_t", "preset_modes": "pr_modes",
    "reports_position": "pos",
    "rgb_command_topic": "rgb_cmd_t", "rgb_state_topic": "rgb_stat_t",
    "set_position_template": "set_pos_tpl", "set_position_topic": "set_pos_t",
    "speed_range_max": "spd_rng_max", "speed_range_min": "spd_rng_min",
    "start_mowing_command_template": "strt_mw_cmd_tpl",
    "start_mowing_command_topic": "strt_mw_cmd_t", "state_class": "stat_cla",
    "state_closing": "stat_closing", "state_locked": "stat_locked",
    "state_locking": "stat_locking", "state_off": "stat_off", "state_on": "stat_on",
    "state_opening": "stat_opening", "state_stopped": "stat_stopped", "state_topic": "stat_t",
    "state_unlocked": "stat_unlocked", "state_unlocking": "stat_unlocking",
    "state_value_template": "stat_val_tpl", "support_duration": "sup_dur",
    "support_volume_set": "sup_vol", "supported_color_modes": "sup_clrm",
    "supported_features": "sup_feat", "target_humidity_command_topic": "hum_cmd_t",
    "target_humidity_state_topic": "hum_stat_t", "temperature_command_topic": "temp_cmd_t",
    "temperature_state_template": "temp_stat_tpl", "temperature_state_topic": "temp_stat_t",
    "temperature_unit": "temp_unit", "topic": "t", "unique_id": "uniq_id",
    "unit_of_measurement": "unit_of_meas", "value_template": "val_tpl",
    "xy_command_topic": "xy_cmd_t", "xy_state_topic": "xy_stat_t",
}  # fmt: skip
"""Long key -> Home Assistant's abbreviation of it."""
OF_DEVICE = {
    "identifiers": "ids", "manufacturer": "mf", "model": "mdl", "suggested_area": "sa",
    "sw_version": "sw",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a device is."""

    id: str
    """Stays the same when it is renamed; letters, digits and _."""
    name: str
    room: str | None
    kind: str
    base: str
    """How its topics begin."""


def announced(who: Identity, entities: Sequence[Entity], style: Style) -> Messages:
    """The discovery messages of a device, retained."""
    topics = config_topics(who, entities, style)
    if style.whole:
        components: Raw = {
            entity.key or entity.component: {"platform": entity.component, **_config(who, entity)}
            for entity in entities
        }
        whole: Raw = {
            **_availability(style), "device": _device(who), "origin": ORIGIN,
            "components": components,
        }  # fmt: skip
        return (said(topics[0], _finished(whole, who, style), retained=True),)
    messages = []
    for topic, entity in zip(topics, entities, strict=True):
        single: Raw = {**_config(who, entity), **_availability(style), "device": _device(who)}
        messages.append(said(topic, _finished(single, who, style), retained=True))
    return tuple(messages)


def config_topics(who: Identity, entities: Sequence[Entity], style: Style) -> list[str]:
    """Where a device is announced, an entity each in the order of `entities`."""
    if style.whole:
        return [f"{PREFIX}/device/{who.id}/config"]
    # A node id is optional; long-winded firmware has one.
    node = "" if style.short else "pretend/"
    return [
        f"{PREFIX}/{entity.component}/{node}{who.id}{entity.key and f'_{entity.key}'}/config"
        for entity in entities
    ]


def _config(who: Identity, entity: Entity) -> Raw:
    """An entity's configuration with long keys and `~`."""
    name: Json = entity.key.capitalize() if entity.key else None
    return {"name": name, "unique_id": f"{who.id}_{entity.key or 'main'}", **entity.config}


def _device(who: Identity) -> Raw:
    device: Raw = {"identifiers": [who.id], "name": who.name, "manufacturer": "Pretend"}
    if who.room is not None:
        device["suggested_area"] = who.room
    return {**device, "model": who.kind.replace("_", " "), "sw_version": "1.0"}


def _availability(style: Style) -> Raw:
    """Where to hear whether the device is there."""
    if style.manner == 1:
        words: Raw = {"payload_available": "up", "payload_not_available": "down"}
        return {"availability": [{"topic": "~/availability", **words}], "availability_mode": "all"}
    template: Raw = {}
    if style.manner == 2:
        template = {"availability_template": "{{ value_json.state }}"}
    return {"availability_topic": "~/availability", **template}


def _finished(config: Raw, who: Identity, style: Style) -> Raw:
    """The message as it is sent: `~` kept only in the first manner, keys cut short or not."""
    tilde = style.manner == 0
    finished = _rewritten(config, "~" if tilde else who.base, short=style.short)
    assert isinstance(finished, dict)
    return {"~": who.base, **finished} if tilde else finished


def _rewritten(found: Json, base: str, *, short: bool, device: bool = False) -> Json:
    if isinstance(found, list):
        return [_rewritten(item, base, short=short) for item in found]
    if isinstance(found, dict):
        table = OF_DEVICE if device else ABBREVIATIONS
        return {
            (table.get(key, key) if short else key): _rewritten(
                value, base, short=short, device=key in ("device", "origin")
            )
            for key, value in found.items()
        }
    if isinstance(found, str) and found.startswith("~/"):
        return base + found[1:]
    return found
