"""Devices that announce themselves, for tests: what they publish and what comes of it."""

import json
from typing import Any

from device.events import DeviceCommand, Value
from device.home.dialect import Found, Heard, Joined, Order, Reported
from device.home.homeassistant.dialect import HomeAssistant
from device.ports import BusMessage


def published(topic: str, content: object, *, retained: bool = True) -> BusMessage:
    """A message; what is neither text nor bytes is sent as JSON."""
    if isinstance(content, str):
        content = content.encode()
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    return BusMessage(topic=topic, payload=payload, retained=retained)


class Announced:
    """One announced entity, and the dialect that heard of it."""

    def __init__(self, component: str, content: dict[str, Any], **known: Any) -> None:  # noqa: ANN401
        self.dialect = HomeAssistant(**known)
        self.heard = self.dialect.take(
            published(f"homeassistant/{component}/node/thing/config", content)
        )

    @property
    def found(self) -> Found:
        """What it was found to be."""
        (found,) = [heard.device for heard in self.heard if isinstance(heard, Joined)]
        return found

    @property
    def can(self) -> set[str]:
        """What it can be told."""
        return {c.name for c in self.found.capabilities if c.settable}

    def tell(self, topic: str, payload: object) -> tuple[Heard, ...]:
        """It publishes something."""
        return self.dialect.take(published(topic, payload))

    def told(self, topic: str, payload: object) -> dict[str, Value]:
        """The values in what it publishes."""
        values: dict[str, Value] = {}
        for heard in self.tell(topic, payload):
            assert isinstance(heard, Reported)
            assert not heard.unreadable
            values |= heard.values
        return values

    def order(self, capability: str, value: Value) -> Order:
        """What is sent to it."""
        command = DeviceCommand(device=self.found.id, capability=capability, value=value)
        order = self.dialect.order(command)
        assert not any(message.retained for message in order.messages)
        return order

    def sent(self, capability: str, value: Value) -> list[tuple[str, str]]:
        """Topics and payloads of what is sent to it."""
        return [(m.topic, m.payload.decode()) for m in self.order(capability, value).messages]
