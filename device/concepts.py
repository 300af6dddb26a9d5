"""What an owner has taught: words, and what they mean in this home.

A concept is a value. `device.lessons` keeps them, the context carries those that hold for the
person who speaks, `device.nlu` finds their names in requests, `device.teaching` makes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from device.events import Value


class Kind(StrEnum):
    """Kinds of concepts."""

    ENTITY = "entity"
    """A name for a setting, a scene, a place, a device or a group."""
    DECLARATIVE = "declarative"
    """A sentence that says how it is, and what is done about it: "it's dark in here"."""
    PREFERENCE = "preference"
    """What somebody likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value that a concept sets."""

    capability: str
    """brightness, color, power ... (DESIGN section 7)."""
    value: Value
    devices: tuple[str, ...] = ()
    """Labels (`Home.label`) of the devices that take it; empty for whatever the request names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a concept stands for; at least one part is filled."""

    settings: tuple[Setting, ...] = ()
    """What is set, in the order said."""
    devices: tuple[str, ...] = ()
    """Labels of the devices that it is a name for: a nickname, or a group."""
    area: str | None = None
    """The room that it is a name for, in the home's spelling."""
    need: str = ""
    """Of a declarative: what is wished for, one of `device.teaching.needs.NEEDS`."""
    likes: tuple[tuple[str, str], ...] = ()
    """Of a preference: what it is about and what is liked, (("team", "Warriors"),)."""
    when: str = ""
    """The part of the day for which it holds: morning, afternoon, evening, night; "" for all."""

    def json(self) -> dict[str, object]:
        """As the command-line contract has it.

        Example: {"brightness": 50}; {"Desk lamp": {"color": "blue"}}; {"devices": ["Fan"]};
        {"area": "Office"}; {"team": "Warriors"}.
        """
        found: dict[str, object] = {}
        for setting in self.settings:
            value = _plain(setting.value)
            for device in setting.devices:
                of_device = found.setdefault(device, {})
                if isinstance(of_device, dict):
                    of_device[setting.capability] = value
            if not setting.devices:
                found[setting.capability] = value
        if self.devices:
            found["devices"] = list(self.devices)
        if self.area is not None:
            found["area"] = self.area
        if self.need:
            found["need"] = self.need
        found |= dict(self.likes)
        if self.when:
            found["when"] = self.when
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """Something that an owner has taught and agreed to."""

    name: str
    """As it was said, in lower case: "study mode"; of a declarative the whole sentence."""
    kind: Kind
    meaning: Meaning
    person: str | None = None
    """Whose it is; None for everybody's in the home."""
    room: str | None = None
    """Where it was taught."""
    at: datetime
    """When, by the home's clock; with time zone."""

    def json(self) -> dict[str, object]:
        """As the command-line contract has it."""
        return {
            "name": self.name,
            "kind": str(self.kind),
            "meaning": self.meaning.json(),
            "person": self.person,
        }


def holding(concepts: Iterable[Concept], person: str | None) -> tuple[Concept, ...]:
    """The concepts that hold when this person speaks: his own first, then the home's.

    Where the home's is called like one of his own, only his own holds.
    """
    found = tuple(concepts)
    own = tuple(c for c in found if person is not None and c.person == person)
    called = {(c.kind, c.name) for c in own}
    return own + tuple(c for c in found if c.person is None and (c.kind, c.name) not in called)


def learned(concepts: Iterable[Concept], concept: Concept) -> tuple[Concept, ...]:
    """What is known once a concept was learned.

    It takes the place of one of the same person, kind and name.
    """
    called = (concept.person, concept.kind, concept.name)
    return (*(c for c in concepts if (c.person, c.kind, c.name) != called), concept)


def _plain(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value
