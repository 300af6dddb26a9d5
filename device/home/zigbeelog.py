"""Commands that failed, as Zigbee2MQTT logs them on `bridge/logging`.

    {"level":"error","message":"Publish 'set' 'state' to 'Lamp' failed: 'Error: ...'"}

Version 2 adds `"namespace":"z2m"`; versions between write the namespace before the message.
"""

import re
from dataclasses import dataclass

from device.home.payloads import object_of, text_in

_FAILED = re.compile(r"(?:z2m: )?Publish 'set' '([^']*)' to '(.*?)' failed: '?(.*?)'?", re.DOTALL)
_UNKNOWN = re.compile(r"(?:z2m: )?(Entity '(.*)' is unknown)", re.DOTALL)
_UNSUPPORTED = re.compile(r"(?:z2m: )?(Cannot publish to unsupported device '(.*)')", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One command that Zigbee2MQTT could not carry out."""

    name: str
    """Friendly name of the device or group."""
    key: str | None
    """What was to be set; None for anything."""
    why: str


def failure_in(payload: bytes) -> Failure | None:
    """The failed command that a line of the log tells of, or None.

    Raises:
        HomeError: The payload is no JSON object.
    """
    if b'"error"' not in payload:
        return None
    content = object_of(payload)
    message = text_in(content.get("message"))
    if content.get("level") != "error" or message is None:
        return None
    if found := _FAILED.fullmatch(message):
        return Failure(name=found[2], key=found[1], why=found[3])
    found = _UNKNOWN.fullmatch(message) or _UNSUPPORTED.fullmatch(message)
    return None if found is None else Failure(name=found[2], key=None, why=found[1])
