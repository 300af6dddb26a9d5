"""What the speaker and the process of a pack's code say to each other."""

import copyreg
import io
import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import msgspec

from device.context import Context
from device.effects import Plan
from device.events import DeviceCommand, Outcome, Request

HEADER = struct.Struct("<I")
"""Before each message: how many bytes follow."""
ANSWER_BYTES = 64 * 1024
"""Longest answer that is read."""
TEXT_CHARACTERS = 500
"""Longest text that is said for a pack, as for a program on the bus."""
MOST_COMMANDS = 100
"""Commands that a pack may give for one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the code is asked."""

    id: int
    request: Request
    context: Context
    plan: Plan | None = None
    """Set where it is to report what became of it."""
    outcomes: tuple[Outcome, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it answers."""

    id: int
    """0 when it has just been loaded."""
    reply: Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS)] = ""
    commands: Annotated[tuple[DeviceCommand, ...], msgspec.Meta(max_length=MOST_COMMANDS)] = ()
    declined: bool = False
    left_out: bool = False
    """Whether it wanted more than words and commands."""
    reports: bool = False
    """Whether it has something to say of what became of its commands."""
    error: str | None = None
    """What went wrong in it, one sentence for who wrote it."""


def packed(asked: Asked) -> bytes:
    """What is asked, as it is sent."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream)
    pickler.dispatch_table = {**copyreg.dispatch_table, MappingProxyType: _reduced}
    pickler.dump(asked)
    return HEADER.pack(stream.tell()) + stream.getvalue()


def _reduced(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    """How a read-only mapping, which `pickle` cannot write, is made again."""
    return _read_only, (dict(mapping),)


def _read_only(mapping: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(mapping)
