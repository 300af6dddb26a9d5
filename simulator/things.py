"""Things in the pretend house: what each is told, what it does, what it says of itself.

A thing knows its own dialect's payloads and nothing of topics, brokers or time. What takes
time (a blind that travels) is told as steps, which the house lets happen one by one.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from device.events import Value
from device.home.payloads import Json

Raw = dict[str, Json]
"""A state or a command, as JSON."""


class Thing(Protocol):
    """One device of the pretend house."""

    @property
    def topic(self) -> str:
        """Where it reports."""
        ...

    @property
    def inventory(self) -> Raw:
        """How the inventory lists it."""
        ...

    @property
    def retained(self) -> bool:
        """Whether its state is kept by the broker, as for sensors that sleep."""
        ...

    @property
    def raw(self) -> Raw:
        """Its whole state, as it reports it."""
        ...

    @property
    def values(self) -> dict[str, Value]:
        """Its whole state in the words of DESIGN section 7."""
        ...

    def told(self, request: Json) -> Sequence[Raw]:
        """Take a command; gives the states it goes through, the last one to stay in.

        Nothing when the command means nothing to it.
        """
        ...

    def asked(self, request: Json) -> bool:
        """Whether it answers this `/get`."""
        ...

    def become(self, raw: Raw) -> None:
        """Stand so from now on."""
        ...

    def put(self, values: Mapping[str, Value]) -> None:
        """Change by hand, in the words of DESIGN section 7."""
        ...


def key_of(topic_name: str) -> str:
    """A made-up hardware address that stays the same from run to run.

    FNV-1a, 64 bits (Fowler, Noll, Vo).
    """
    total = 0xCBF29CE484222325
    for byte in topic_name.encode("utf-8"):
        total = ((total ^ byte) * 0x100000001B3) % 2**64
    return f"0x{total:016x}"
