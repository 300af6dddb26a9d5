"""Announcements: which entities a message on a discovery topic stands for.

PREFIX/light/[NODE/]OBJECT/config     one entity; nothing in it takes it away
PREFIX/device/[NODE/]OBJECT/config    all entities of a device, under "components"
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from device.errors import HomeError
from device.home.homeassistant.abbreviations import ABBREVIATIONS, DEVICE_ABBREVIATIONS
from device.home.homeassistant.topics import TOPIC_BYTES
from device.home.payloads import Json, object_of

SHARED = (
    "availability", "availability_mode", "availability_template", "availability_topic",
    "command_topic", "payload_available", "payload_not_available", "state_topic",
    "device", "encoding", "qos",
)  # fmt: skip
"""What the components of a device take from it where they do not say it themselves."""

COMPONENTS = 200
"""Most components of one device."""

_TOPIC = re.compile(r"(\w{1,64})/(?:([a-zA-Z0-9_-]+)/)?([a-zA-Z0-9_-]+)/config", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One entity as it was announced."""

    prefix: str
    topic: str
    """Where it was announced."""
    key: str
    """Which of the entities announced there; unique among all."""
    component: str
    object_id: str
    content: Mapping[str, Json]
    """Keys in their long spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A discovery topic, taken apart."""

    topic: str
    prefix: str
    component: str
    object_id: str


def subscribed(prefix: str) -> tuple[str, ...]:
    """The topic filters that hear every announcement."""
    return (f"{prefix}/+/+/config", f"{prefix}/+/+/+/config")


def place(prefix: str, topic: str) -> Place | None:
    """A topic's parts, when it is a discovery topic.

    Raises:
        HomeError: It looks like one, but its ids have letters that none may have.
    """
    head, tail = topic[: len(prefix) + 1], topic[len(prefix) + 1 :]
    if head != f"{prefix}/" or not tail.endswith("/config") or tail.count("/") not in (2, 3):
        return None
    found = _TOPIC.fullmatch(tail)
    if found is None or len(topic) > TOPIC_BYTES:
        raise HomeError("announcement stands on a topic with letters that none may have")
    return Place(topic=topic, prefix=prefix, component=found[1], object_id=found[3])


def announced(where: Place, payload: bytes) -> tuple[Announcement, ...]:
    """The entities that a message stands for; none where it takes them away.

    Raises:
        HomeError: The payload cannot be read.
    """
    if not payload:
        return ()
    content = object_of(payload)
    if content.get("migrate_discovery") is True or content.get("migr_discvry") is True:
        # Whoever announced this is about to announce it elsewhere.
        return ()
    content = _spelled_out(content)
    if where.component != "device":
        return (_announcement(where, where.component, "", _based(content)),)
    components = content.get("components", content.get("cmp"))
    if not isinstance(components, dict) or not isinstance(content.get("device"), dict):
        raise HomeError("announcement of a device has no components or no device")
    if len(components) > COMPONENTS:
        raise HomeError("announcement has too many components")
    shared = {key: content[key] for key in (*SHARED, "~") if key in content}
    made = []
    for name, found in components.items():
        component = _spelled_out(found) if isinstance(found, dict) else {}
        platform = component.pop("platform", None)
        if component and isinstance(platform, str):
            made.append(_announcement(where, platform, name, _based({**shared, **component})))
    return tuple(made)


def _announcement(
    where: Place, component: str, name: str, content: dict[str, Json]
) -> Announcement:
    return Announcement(
        prefix=where.prefix,
        topic=where.topic,
        key=f"{where.topic}:{name[:100]}" if name else where.topic,
        component=component,
        object_id=name[:100] or where.object_id,
        content=content,
    )


def _spelled_out(content: Mapping[str, Json]) -> dict[str, Json]:
    """The same with every key in its long spelling; a long one comes before its short one."""
    found = _keys(content, ABBREVIATIONS)
    if isinstance(device := found.get("device"), dict):
        found["device"] = _keys(device, DEVICE_ABBREVIATIONS)
    reach = found.get("availability")
    if isinstance(reach, list):
        found["availability"] = [
            _keys(one, ABBREVIATIONS) if isinstance(one, dict) else one for one in reach
        ]
    elif isinstance(reach, dict):
        found["availability"] = _keys(reach, ABBREVIATIONS)
    return found


def _keys(content: Mapping[str, Json], table: Mapping[str, str]) -> dict[str, Json]:
    spelled = {table.get(key, key): value for key, value in content.items()}
    return spelled | {key: value for key, value in content.items() if key not in table}


def _based(content: dict[str, Json]) -> dict[str, Json]:
    """The same with `~` at either end of a topic written out."""
    base = content.pop("~", None)
    if not isinstance(base, str):
        return content
    found: dict[str, Json] = {
        key: _written_out(value, base) if key.endswith("topic") else value
        for key, value in content.items()
    }
    reach = found.get("availability")
    several = reach if isinstance(reach, list) else [reach]
    if reach is not None:
        found["availability"] = [
            {**one, "topic": _written_out(one.get("topic"), base)} if isinstance(one, dict) else one
            for one in several
        ]
    return found


def _written_out(topic: Json, base: str) -> Json:
    if not isinstance(topic, str):
        return topic
    if topic.startswith("~"):
        return f"{base}{topic[1:]}"
    return f"{topic[:-1]}{base}" if topic.endswith("~") else topic
