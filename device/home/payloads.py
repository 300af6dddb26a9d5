"""Reading what arrives: anything at all may arrive on any topic."""

import re
from datetime import UTC, datetime

import msgspec

from device.errors import HomeError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

PAYLOAD_BYTES = 256 * 1024
"""Largest payload that is read."""
INVENTORY_BYTES = 8 * 1024 * 1024
"""Largest inventory (`bridge/devices`) that is read."""
LARGEST = 1e12
"""Largest number that means something."""
INVENTORY_DEVICES = 5_000
"""Most devices that one inventory may list."""
NAME_BYTES = 1_000
"""Longest name of a device."""

EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""What lies beyond is taken for one of them: time zones and set clocks need room on both sides."""

_FORBIDDEN = re.compile(r"[+#$\x00-\x1f\x7f-\x9f]")


def text_of(payload: bytes, *, limit_bytes: int = PAYLOAD_BYTES) -> str:
    """A payload as text.

    Raises:
        HomeError: It is too large, or not UTF-8.
    """
    if len(payload) > limit_bytes:
        raise HomeError(f"payload of {len(payload)} bytes is larger than {limit_bytes}")
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise HomeError("payload is not UTF-8") from exc


def json_of(payload: bytes, *, limit_bytes: int = PAYLOAD_BYTES) -> Json:
    """A payload as JSON.

    Raises:
        HomeError: It is too large, not UTF-8, or not JSON.
    """
    if len(payload) > limit_bytes:
        raise HomeError(f"payload of {len(payload)} bytes is larger than {limit_bytes}")
    try:
        found: Json = msgspec.json.decode(payload)
    except (ValueError, RecursionError) as exc:
        raise HomeError("payload is not JSON") from exc
    return found


def object_of(payload: bytes) -> dict[str, Json]:
    """A payload as a JSON object.

    Raises:
        HomeError: As `json_of`, or it is other JSON.
    """
    found = json_of(payload)
    if not isinstance(found, dict):
        raise HomeError("payload is JSON, but no object")
    return found


def online_of(payload: bytes) -> bool:
    """Availability, in both forms: `online` and `{"state":"online"}`.

    Raises:
        HomeError: It is neither.
    """
    text = text_of(payload).strip()
    found: Json = text
    if text.startswith("{"):
        found = object_of(payload).get("state")
    if found not in ("online", "offline"):
        raise HomeError("availability is neither online nor offline")
    return found == "online"


def written(content: Json) -> bytes:
    """JSON as bytes, compact."""
    return msgspec.json.encode(content)


def number_in(found: Json) -> float | None:
    """A finite number of a size that means something, or None."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if abs(found) <= LARGEST else None


def moment_in(found: Json) -> datetime | None:
    """A moment as Zigbee2MQTT's `last_seen` writes it, or None.

    It is ISO 8601 with a time zone, or milliseconds since 1970.
    """
    try:
        if isinstance(found, str):
            moment = datetime.fromisoformat(found)
            return (
                None
                if moment.tzinfo is None
                else min(max(moment, EARLIEST), LATEST).astimezone(UTC)
            )
        if isinstance(found, int | float) and not isinstance(found, bool):
            return min(max(datetime.fromtimestamp(found / 1000, UTC), EARLIEST), LATEST)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def text_in(found: Json) -> str | None:
    """A string, or None."""
    return found if isinstance(found, str) else None


def objects_in(found: Json) -> list[dict[str, Json]]:
    """The objects of a list; everything else is left out."""
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def inventory_in(what: str, found: Json) -> list[dict[str, Json]]:
    """The objects of an inventory.

    Raises:
        HomeError: It is no list, or longer than any home's.
    """
    if not isinstance(found, list):
        raise HomeError(f"{what} is no list")
    if len(found) > INVENTORY_DEVICES:
        raise HomeError(f"{what} lists more than {INVENTORY_DEVICES} devices")
    return objects_in(found)


def safe_name(name: Json) -> str | None:
    """A device's name, when it cannot lead a topic astray, or None.

    A name with a wildcard would make the speaker listen to, and one with a `/set` inside
    would make it command, another device than the one announced.
    """
    if not isinstance(name, str) or not 0 < len(name.encode("utf-8", "replace")) <= NAME_BYTES:
        return None
    if _FORBIDDEN.search(name):
        return None
    levels = name.split("/")
    if "" in levels or {"set", "get", "availability"} & set(levels) or name.startswith("bridge"):
        return None
    return name
