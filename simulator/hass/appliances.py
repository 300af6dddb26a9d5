"""Switches, sirens, robots, alarm panels, selections, and what is only ever activated."""

from collections.abc import Sequence

from device.home.payloads import Json, written
from simulator.hass.entity import (
    Entity,
    Take,
    Ways,
    Word,
    inside,
    kept,
    table,
    text,
    through,
    upper,
    worded,
)
from simulator.hass.style import Style
from simulator.homefile import Furnished
from simulator.things import Raw, understood

ON_OFF = {"ON": "ON", "OFF": "OFF"}
ARMS = {
    "disarmed": "DISARM", "armed_home": "ARM_HOME", "armed_away": "ARM_AWAY",
    "armed_night": "ARM_NIGHT", "armed_vacation": "ARM_VACATION",
}  # fmt: skip
"""States of an alarm panel -> Home Assistant's default payloads."""


def switch(device: Furnished, style: Style) -> Entity:
    """A switch: plain words, or JSON both ways, as a Shelly of the second generation speaks."""
    if style.variant == 0:
        return Entity(
            component="switch",
            config={**_classed(device), "command_topic": "~/set", "state_topic": "~/state"},
            words={"power": upper("power")},
            says={"state": text("power")},
            takes={"set": worded("power", ON_OFF)},
        )

    def rpc(*, on: bool) -> str:
        call: Raw = {"id": 0, "method": "Switch.Set", "params": {"id": 0, "on": on}}
        return written(call).decode()

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        call = understood(payload)
        params = call.get("params") if isinstance(call, dict) else None
        on = params.get("on") if isinstance(params, dict) else None
        return ({**now, "power": "ON" if on else "OFF"},) if isinstance(on, bool) else ()

    return Entity(
        component="switch",
        config={
            **_classed(device), "command_topic": "~/rpc", "state_topic": "~/status/switch:0",
            "payload_on": rpc(on=True), "payload_off": rpc(on=False),
            "value_template": "{{ 'on' if value_json.output else 'off' }}",
            "state_on": "on", "state_off": "off",
        },
        words={"power": upper("power")},
        says={"status/switch:0": lambda raw: written({"id": 0, "output": raw["power"] == "ON"})},
        takes={"rpc": take},
    )  # fmt: skip


def siren(device: Furnished, style: Style) -> Entity:
    """A siren, in Home Assistant's JSON; the broker does not keep how it stands."""

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        request = understood(payload)
        state = request.get("state") if isinstance(request, dict) else request
        return ({**now, "power": state},) if state in ("ON", "OFF") else ()

    return Entity(
        component="siren",
        config={
            "command_topic": "~/set", "state_topic": "~/state",
            "support_duration": False, "support_volume_set": False,
        },
        words={"power": upper("power")},
        says={"state": table(state="power")},
        takes={"set": take},
        retained=False,
    )  # fmt: skip


def vacuum(device: Furnished, style: Style) -> Entity:
    """A robot vacuum; it tells of its way back to the dock."""
    words = [("start", "go"), ("pause", "wait"), ("return_to_base", "home"), ("stop", "halt")]
    start, pause, back, stop = (pair[style.variant] for pair in words)
    own: Raw = {
        "payload_start": start, "payload_pause": pause, "payload_return_to_base": back,
        "payload_stop": stop,
    }  # fmt: skip
    ways: Ways = {
        start: ("cleaning",), pause: ("paused",), back: ("returning", "docked"), stop: ("idle",),
    }  # fmt: skip
    return Entity(
        component="vacuum",
        config={
            "command_topic": "~/command", "state_topic": "~/state",
            "supported_features": ["start", "pause", "stop", "return_home", "status"],
            **(own if style.variant else {}),
        },
        words={"vacuum": _robot("state")},
        says={"state": table(state="state")},
        takes={"command": through("state", ways)},
    )  # fmt: skip


def lawn_mower(device: Furnished, style: Style) -> Entity:
    """A lawn mower: three topics, or one behind templates."""
    ways: Ways = {
        "start_mowing": ("mowing",),
        "pause": ("paused",),
        "dock": ("returning", "docked"),
    }
    config: Raw = {"activity_state_topic": "~/activity"}
    takes: dict[str, Take]
    if style.variant == 0:
        takes = {}
        for word in ways:
            config[f"{word}_command_topic"] = f"~/{word}"
            takes[word] = through("activity", {word: ways[word]})
        says = {"activity": text("activity")}
    else:
        for word in ways:
            config[f"{word}_command_topic"] = "~/set"
            config[f"{word}_command_template"] = '{"activity": "{{ value }}"}'
        config["activity_value_template"] = "{{ value_json.activity }}"
        takes = {"set": inside("activity", through("activity", ways))}
        says = {"activity": table(activity="activity")}
    return Entity(
        component="lawn_mower",
        config=config,
        words={"mower": _robot("activity")},
        says=says,
        takes=takes,
    )


def alarm_control_panel(device: Furnished, style: Style) -> Entity:
    """An alarm panel without a code: plain words, or JSON behind templates."""
    modes = [mode for mode in device.modes if mode in ARMS]
    features: list[Json] = [
        ARMS[mode].lower() for mode in modes if mode.startswith("armed_")
    ]  # fmt: skip
    config: Raw = {
        "command_topic": "~/set", "state_topic": "~/state", "supported_features": features,
        "code_arm_required": False, "code_disarm_required": False,
    }  # fmt: skip
    take = worded("mode", {ARMS[mode]: mode for mode in modes})
    if style.variant:
        config["command_template"] = '{"action": "{{ action }}"}'
        config["value_template"] = "{{ value_json.mode }}"
        take = inside("action", take)
    return Entity(
        component="alarm_control_panel",
        config=config,
        words={"mode": kept("mode")},
        says={"state": table(mode="mode") if style.variant else text("mode")},
        takes={"set": take},
    )


def select(device: Furnished, style: Style) -> Entity:
    """A choice: the bare word, or JSON behind templates."""
    config: Raw = {"command_topic": "~/set", "state_topic": "~/state"}
    config["options"] = list(device.modes)
    take = worded("mode", {mode: mode for mode in device.modes})
    if style.variant:
        config["command_template"] = '{"option": "{{ value }}"}'
        config["value_template"] = "{{ value_json.option }}"
        take = inside("option", take)
    return Entity(
        component="select",
        config=config,
        words={"mode": kept("mode")},
        says={"state": table(option="mode") if style.variant else text("mode")},
        takes={"set": take},
    )


def scene(device: Furnished, style: Style) -> Entity:
    """A scene; it never reports."""
    return _pressed("scene", "payload_on", ("ON", "activate")[style.variant])


def button(device: Furnished, style: Style) -> Entity:
    """A button; it never reports."""
    return _pressed("button", "payload_press", ("PRESS", "1")[style.variant])


def _pressed(component: str, key: str, payload: str) -> Entity:
    return Entity(
        component=component,
        config={"command_topic": "~/set", key: payload},
        words={"scene": Word(write=lambda value: {"scene": value}, read=_activated)},
        takes={"set": worded("scene", {payload: "activated"})},
    )


def _activated(raw: Raw) -> str | None:
    return "activated" if raw.get("scene") == "activated" else None


def _classed(device: Furnished) -> Raw:
    """Home Assistant knows two classes of switches."""
    known = device.device_class in ("outlet", "switch")
    return {"device_class": device.device_class} if known else {}


def _robot(key: str) -> Word:
    """On its way back it counts as docked: it does what it was told, and we have no other word."""
    ours = {"returning": "docked", "idle": "paused"}
    return Word(
        write=lambda value: {key: value},
        read=lambda raw: ours.get(str(raw[key]), str(raw[key])),
    )
