"""Homes and contexts for the tests of understanding."""

from datetime import UTC, datetime

from device.context import Capability, Context, Device, Home
from device.effects import Notebook
from simulator.homefile import furnished, read_house

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


def furnished_home() -> Home:
    """The pretend house as the speaker knows it."""
    file = read_house()
    devices = []
    for index, piece in enumerate(file.devices):
        whole = furnished(piece)
        devices.append(
            Device(
                id=str(index),
                name=whole.name,
                room=whole.room,
                kind=whole.kind,
                device_class=whole.device_class,
                aliases=piece.aliases,
                capabilities=tuple(Capability(name=c) for c in whole.capabilities),
            )
        )
    return Home(rooms=file.rooms, devices=tuple(devices))


def seen_from(room: str | None, home: Home | None = None) -> Context:
    """The context of a speaker in that room."""
    known = home if home is not None else furnished_home()
    return Context(home=known, room=room, now=NOW, notebook=Notebook())
