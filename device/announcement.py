"""How the speaker announces itself to Home Assistant: MQTT discovery, one message an entity.

Single-component messages are read by every version of Home Assistant that knows MQTT
discovery, and by openHAB and Domoticz (home-assistant.io/integrations/mqtt). All topics of
the entities lie below `inglenook/`, so that no speaker takes another for a device.
"""

import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from zlib import crc32

import msgspec

STATE_CHARACTERS = 255
"""Longest state that Home Assistant takes, and longest text that it lets people type."""
TEXT_CHARACTERS = 4_000
"""Longest text beside a state."""
BASE = "inglenook/speaker/{}"


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """Where one speaker is heard and spoken to."""

    availability: str
    """online or offline, retained; also the speaker's last will."""
    request: str
    """The last request, retained."""
    reply: str
    """The last reply, retained."""
    typed: str
    """Requests that people type."""
    microphone: str
    """ON or OFF, retained; below it `set`."""

    @classmethod
    def of(cls, client_id: str) -> "Topics":
        """The topics of the speaker with this name on the broker."""
        base = BASE.format(client_id)
        return cls(
            availability=f"{base}/availability",
            request=f"{base}/request",
            reply=f"{base}/reply",
            typed=f"{base}/request/set",
            microphone=f"{base}/microphone",
        )


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One entity of Home Assistant."""

    topic: str
    config: dict[str, Any]

    @property
    def payload(self) -> bytes:
        """The config as it is published."""
        return msgspec.json.encode(self.config)


def entities(client_id: str, name: str, room: str | None, prefix: str) -> dict[str, Entity]:
    """Everything that a speaker can show.

    Args:
        client_id: Its name on the broker; its entities are told by it.
        name: What people call it.
        room: Where it stands.
        prefix: Home Assistant's discovery prefix.

    Returns:
        `request` and `reply` (sensors), `typed` (text) and `microphone` (switch).
    """
    topics, node = Topics.of(client_id), node_id(client_id)
    about: dict[str, Any] = {
        "identifiers": [node],
        "name": name,
        "manufacturer": "Inglenook",
        "model": "Voice assistant",
        "sw_version": _version(),
    }
    if room is not None:
        about["suggested_area"] = room

    def entity(component: str, key: str, **config: str | int) -> Entity:
        shared = {
            "unique_id": f"{node}_{key}",
            "object_id": f"{node}_{key}",
            "availability_topic": topics.availability,
            "device": about,
            "origin": {"name": "Inglenook", "sw_version": _version()},
        }
        return Entity(topic=f"{prefix}/{component}/{node}/{key}/config", config=config | shared)

    def sensor(key: str, topic: str, name: str, icon: str) -> Entity:
        return entity(
            "sensor",
            key,
            name=name,
            icon=icon,
            state_topic=topic,
            value_template="{{ value_json.state }}",
            json_attributes_topic=topic,
            json_attributes_template="{{ value_json.attributes | tojson }}",
        )

    return {
        "request": sensor("last_request", topics.request, "Last request", "mdi:account-voice"),
        "reply": sensor("last_reply", topics.reply, "Last reply", "mdi:speaker-message"),
        "typed": entity(
            "text",
            "type_a_request",
            name="Type a request",
            icon="mdi:keyboard",
            command_topic=topics.typed,
            min=1,
            max=STATE_CHARACTERS,
        ),
        "microphone": entity(
            "switch",
            "microphone",
            name="Microphone",
            icon="mdi:microphone",
            state_topic=topics.microphone,
            command_topic=f"{topics.microphone}/set",
        ),
    }


def state(text: str, **attributes: str | None) -> bytes:
    """A text as a sensor's state: cut where Home Assistant cuts, with the whole beside it."""
    text = text.encode("utf-8", "replace").decode()
    short = text if len(text) <= STATE_CHARACTERS else f"{text[: STATE_CHARACTERS - 1]}…"
    return msgspec.json.encode(
        {"state": short, "attributes": {"text": text[:TEXT_CHARACTERS], **attributes}}
    )


def node_id(client_id: str) -> str:
    """The speaker's name as ids may be written, different for different names."""
    plain = re.sub(r"[^a-zA-Z0-9_-]", "_", client_id)
    same = "" if plain == client_id else f"_{crc32(client_id.encode()):08x}"
    return f"inglenook_{plain}{same}"


def _version() -> str:
    try:
        return version("inglenook")
    except PackageNotFoundError:  # Run from its source, never installed.
        return "unknown"
