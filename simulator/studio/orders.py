"""What a page may ask for: one JSON object each, told apart by `do`."""

from typing import Annotated, Literal

import msgspec

from device.errors import ConfigError
from device.events import Value
from simulator.faults import PACE_MS, Fault

LONGEST = 500
"""Characters of a typed request at most."""

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Say(msgspec.Struct, frozen=True, kw_only=True, tag="say", tag_field="do"):
    """Type a request; `@+10m` lets time pass."""

    text: Text


class Speak(msgspec.Struct, frozen=True, kw_only=True, tag="speak", tag_field="do"):
    """Let a pretend person say it aloud."""

    text: Text
    voice: Name


class Play(msgspec.Struct, frozen=True, kw_only=True, tag="play", tag_field="do"):
    """Let the speaker hear one of the recordings that come with the simulator."""

    sound: Name


class Upload(msgspec.Struct, frozen=True, kw_only=True, tag="upload", tag_field="do"):
    """Let the speaker hear a recording of one's own."""

    name: Name
    content: bytes
    """The file, base64 in JSON."""


class Talk(msgspec.Struct, frozen=True, kw_only=True, tag="talk", tag_field="do"):
    """Begin or end to speak; the sound itself comes in binary messages in between."""

    on: bool


class Touch(msgspec.Struct, frozen=True, kw_only=True, tag="touch", tag_field="do"):
    """Change a device by hand."""

    device: Name
    """As the house calls it, "Room/Name"."""
    values: dict[str, Value]


class Break(msgspec.Struct, frozen=True, kw_only=True, tag="fault", tag_field="do"):
    """Let a device misbehave; `none` mends it."""

    device: Name
    fault: Fault
    pace_ms: Annotated[int, msgspec.Meta(ge=1, le=600_000)] = PACE_MS


class Power(msgspec.Struct, frozen=True, kw_only=True, tag="power", tag_field="do"):
    """Cut the broker or the microphone off, or bring it back."""

    of: Literal["broker", "microphone"]
    on: bool


class Afresh(msgspec.Struct, frozen=True, kw_only=True, tag="afresh", tag_field="do"):
    """Put the house, the lists and the talk back to where they began."""


class Save(msgspec.Struct, frozen=True, kw_only=True, tag="save", tag_field="do"):
    """Write a turn down as a scenario."""

    turn: Name
    whole: bool = False
    """Whether with everything that happened before it."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True, tag="scenario", tag_field="do"):
    """Play a scenario that is on the list."""

    name: Name


Order = (
    Say | Speak | Play | Upload | Talk | Touch | Break | Power | Afresh | Save | Scenario
)  # fmt: skip

_DECODER: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)


def read(text: str | bytes) -> Order:
    """Read one order.

    Raises:
        ConfigError: It is none; the sentence says what is wrong with it.
    """
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise ConfigError(f"the page asked for what the studio does not know: {exc}") from exc
