"""What everything that a pretend Tasmota device can be has in common."""

from dataclasses import dataclass, field
from typing import Protocol

from device.events import Value
from device.home.payloads import Json
from simulator.things import Raw

Answers = list[tuple[str, Json | bytes]]
"""Last levels of `stat` topics, and what is said there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A command that is known."""

    what: str
    steps: tuple[Raw, ...] = ()
    """The states it leads through; none for a question."""
    at_once: Raw = field(default_factory=dict)
    """What `RESULT` says before anything moves."""


class Part(Protocol):
    """What a Tasmota device is for."""

    raw: Raw
    module: str
    """Tasmota's name for the hardware."""
    lamp_type: int
    """Tasmota's `lt_st`: 0 none, 1 single, 2 cold and warm, 3 colour, 5 both."""

    def put(self, name: str, value: Value) -> None:
        """Change one capability by hand."""
        ...

    def values(self) -> dict[str, Value]:
        """How it stands, in our words."""
        ...

    def relays(self) -> tuple[int, ...]:
        """Tasmota's `rl`: 0 none, 1 relay, 2 light, 3 shutter."""
        ...

    def options(self) -> Raw:
        """Its SetOptions that are not 0."""
        ...

    def take(self, command: str, text: str, now: Raw) -> Taken | None:
        """What a command does upon a state; None when it is unknown."""
        ...

    def answers(self, what: str) -> Answers:
        """What it says to a command or a question."""
        ...

    def touched(self) -> Answers:
        """What it says when somebody changes it by hand."""
        ...

    def state(self) -> Raw:
        """Its share of `tele/STATE`."""
        ...
