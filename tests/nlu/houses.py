"""Homes and contexts for the tests of understanding."""

from datetime import UTC, datetime

from device.context import Context, Home
from device.effects import Notebook
from simulator.homefile import furnished_home

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


def seen_from(room: str | None, home: Home | None = None) -> Context:
    """The context of a speaker in that room."""
    known = home if home is not None else furnished_home()
    return Context(home=known, room=room, now=NOW, notebook=Notebook())
