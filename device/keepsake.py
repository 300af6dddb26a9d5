"""A turn with all that led to it, so that it can be replayed elsewhere: one zip file.

    facts.json     when, on what machine, with which config and models; what came of each turn
    before.jsonl   the last message of each topic before the conversation began
    came.jsonl     what came in since: typed and spoken requests, messages
    store.sqlite   what the speaker kept when the conversation began
    files/         the home file and the custom sentences that the config names

The conversation is all that was said without a long pause before the turn, so that open
questions and what "it" means are there.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from device.config import Config
from device.ports import (
    BusDown,
    BusMessage,
    BusRefused,
    BusUp,
    ButtonPressed,
    Item,
    SoundFound,
    SoundLost,
    SoundMissed,
    Spoken,
    Typed,
)

KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        BusDown,
        BusMessage,
        BusRefused,
        BusUp,
        ButtonPressed,
        SoundFound,
        SoundLost,
        SoundMissed,
        Spoken,
        Typed,
    )
}
"""What can come in; sound only as what was cut out of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Something that came in."""

    ms: int
    """Monotonic milliseconds."""
    item: Item | Typed | Spoken
    asks: bool = False
    """Whether it is a request."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of the conversation."""

    record: dict[str, Any]
    """`device.records.record`."""
    scores: list[tuple[str, float]]
    """Hypotheses with their scores, to the last bit."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """On what a turn was made; where two are alike, the same sound gives the same bits."""

    architecture: str
    """As `uname -m` names it."""
    runtime: str
    """The TFLite runtime with its version."""
    models: dict[str, str]
    """Name -> SHA-256 of its file."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to know about a turn and where it was made."""

    turn: str
    """Its id."""
    at: datetime
    """When the conversation began, by the home's clock."""
    began_ms: int
    """The same moment in monotonic milliseconds."""
    ended_ms: int
    """When the turn ended."""
    connected: bool
    """Whether the broker was there when the conversation began."""
    machine: Machine
    config: Config
    turns: list[Told]
    """Those of the conversation, oldest first; the last one is what this is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keepsake:
    """All of it."""

    facts: Facts
    before: tuple[Came, ...]
    came: tuple[Came, ...]
    store: bytes
    files: Mapping[str, bytes]
    """Path in the zip file -> content."""

    @property
    def hears(self) -> bool:
        """Whether anything was spoken."""
        return any(isinstance(one.item, Spoken) for one in self.came)


class _Line(msgspec.Struct, frozen=True):
    ms: int
    kind: str
    item: msgspec.Raw
    asks: bool = False


def packed(keepsake: Keepsake) -> bytes:
    """The zip file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("facts.json", msgspec.json.encode(keepsake.facts))
        file.writestr("before.jsonl", _lines(keepsake.before))
        file.writestr("came.jsonl", _lines(keepsake.came))
        file.writestr("store.sqlite", keepsake.store)
        for path, found in keepsake.files.items():
            file.writestr(path, found)
    return content.getvalue()


def unpacked(content: bytes) -> Keepsake:
    """Read the zip file.

    Raises:
        ValueError: It is none, or a part of it is missing or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return Keepsake(
                facts=msgspec.json.decode(file.read("facts.json"), type=Facts),
                before=_read(file.read("before.jsonl")),
                came=_read(file.read("came.jsonl")),
                store=file.read("store.sqlite"),
                files={
                    name: file.read(name) for name in file.namelist() if name.startswith("files/")
                },
            )
    except KeyError as exc:
        raise ValueError(str(exc.args[0])) from exc
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as exc:
        raise ValueError(f"the zip file is damaged: {exc}") from exc
    except UnicodeDecodeError as exc:
        raise ValueError("a part of it is no text") from exc


def _lines(came: Iterable[Came]) -> bytes:
    return b"".join(
        msgspec.json.encode(
            {
                "ms": one.ms,
                "kind": type(one.item).__name__,
                "item": one.item,
                "asks": one.asks,
            }
        )
        + b"\n"
        for one in came
    )


def _read(content: bytes) -> tuple[Came, ...]:
    found = []
    for line in msgspec.json.Decoder(_Line).decode_lines(content):
        if line.kind not in KINDS:
            raise ValueError(f"nothing of the kind {line.kind!r} can come in")
        item: Any = msgspec.json.decode(line.item, type=KINDS[line.kind])
        found.append(Came(ms=line.ms, item=item, asks=line.asks))
    return tuple(found)
