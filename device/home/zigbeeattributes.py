"""States of Zigbee2MQTT with `output: attribute`: a topic for each value, without JSON around.

    zigbee2mqtt/Lamp/state        ON
    zigbee2mqtt/Lamp/brightness   215
    zigbee2mqtt/Lamp/color-x      0.64

A message holds one value, so what belongs together is put together here.
"""

from device.errors import HomeError
from device.home.payloads import Json, json_of, text_of
from device.home.zigbeeinventory import Member

COLOR = {"x": "y", "hue": "saturation"}
"""The halves of a colour; the second one is published last."""


class Attributes:
    """Puts single values together to what a state in JSON would say."""

    def __init__(self) -> None:
        self._color: dict[str, dict[str, Json]] = {}
        """Device's topic -> the colour as far as it was heard."""
        self._mode: dict[str, Json] = {}

    def content(self, topic: str, key: str, payload: bytes) -> dict[str, Json]:
        """What one value says, as the JSON state of the device would.

        Args:
            topic: The device's topic.
            key: The level below it: "state", "color-x".
            payload: The value.

        Raises:
            HomeError: It is too large, or not UTF-8.
        """
        value = _value(payload)
        if key == "color_mode":
            self._mode[topic] = value
        known: dict[str, Json] = {"color_mode": self._mode[topic]} if topic in self._mode else {}
        start, dash, half = key.partition("-")
        if not dash:
            return known | {key: value}
        color = self._color.setdefault(topic, {})
        color[half] = value
        first = next((one for one, other in COLOR.items() if other == half), None)
        if first is None or first not in color:
            return {}
        return known | {start: {first: color[first], half: value}}

    def forget(self) -> None:
        """Nothing was heard yet."""
        self._color.clear()
        self._mode.clear()


def attributes_of(member: Member) -> tuple[str, ...]:
    """The levels below a device's topic that tell something of this member."""
    keys: list[str] = []
    for binding in member.part.bindings:
        if binding.capability.name == "color":
            halves = [half for pair in COLOR.items() for half in pair]
            keys += [*(f"{binding.key}-{half}" for half in halves), "color_mode"]
        else:
            keys += binding.properties
    return tuple(key for key in dict.fromkeys(keys) if "/" not in key)


def _value(payload: bytes) -> Json:
    text = text_of(payload).strip()
    if not text:
        return None
    try:
        found = json_of(payload)
    except HomeError:
        return text
    return text if isinstance(found, str) else found
