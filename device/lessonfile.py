"""What was taught as TOML that a person can read and edit, and back.

[[lessons]]
name = "reading time"
kind = "entity"
person = "Anna"
at = 2026-11-20T21:30:00+01:00
set = [
    {brightness = 40, color = "blue"},
    {power = "off", devices = ["TV"]},
]
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from device.concepts import Concept, Kind, Meaning, Setting
from device.config import read_toml
from device.context import Capability
from device.errors import ConfigError, HomeError, TeachingError
from device.events import Value
from device.home.capabilities import RULES, checked
from device.lessons import LONGEST_NAME, check

HEADING = """\
# What was taught, as `inglenook lessons export` wrote it; `inglenook lessons import` reads it.
# kind: entity (a word), declarative (a sentence and what is done about it) or preference.
# set: values of whatever is asked for, or of the devices named beside them.
"""

WHEN = ("", "morning", "afternoon", "evening", "night")
"""Parts of the day for which a concept may hold."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
Entries = tuple[dict[str, str | int | float | list[str]], ...]


class LessonTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[lessons]]` table."""

    name: Name
    kind: Kind = Kind.ENTITY
    person: Name | None = None
    room: str | None = None
    at: datetime | None = None
    when: str = ""
    set: Entries = ()
    devices: tuple[Name, ...] = ()
    area: Name | None = None
    need: str = ""
    likes: tuple[dict[str, str], ...] = ()


class LessonsTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    lessons: tuple[LessonTable, ...] = ()


def write(concepts: Iterable[Concept]) -> str:
    """Concepts as TOML."""
    return "\n".join((HEADING, *(_table(concept) for concept in concepts)))


def read(path: Path, now: datetime) -> tuple[Concept, ...]:
    """The concepts of a file, in its order.

    Args:
        path: A TOML file.
        now: The time, with time zone, of those that have none.

    Raises:
        ConfigError: It is missing or broken; one sentence that says where.
    """
    found = []
    for number, table in enumerate(read_toml(path, LessonsTable).lessons):
        try:
            concept = _concept(table, now)
            check(concept)
        except (HomeError, TeachingError) as exc:
            raise ConfigError(f"{path}: lessons[{number}] ({table.name!r}): {exc}") from exc
        found.append(concept)
    return tuple(found)


def devices_of(concepts: Iterable[Concept]) -> tuple[str, ...]:
    """Every device that concepts name, each once."""
    found = (
        label
        for concept in concepts
        for label in (
            *concept.meaning.devices,
            *(device for setting in concept.meaning.settings for device in setting.devices),
        )
    )
    return tuple(dict.fromkeys(found))


def _concept(table: LessonTable, now: datetime) -> Concept:
    if table.when not in WHEN:
        raise TeachingError(f"when must be one of {', '.join(WHEN[1:])}, found {table.when!r}")
    at = table.at or now
    meaning = Meaning(
        settings=tuple(s for entry in table.set for s in _settings(entry)),
        devices=table.devices,
        area=table.area,
        need=table.need,
        likes=tuple(pair for entry in table.likes for pair in entry.items()),
        when=table.when,
    )
    return Concept(
        name=table.name,
        kind=table.kind,
        meaning=meaning,
        person=table.person,
        room=table.room,
        at=at if at.tzinfo is not None else at.replace(tzinfo=now.tzinfo),
    )


def _settings(entry: Mapping[str, str | int | float | list[str]]) -> Iterator[Setting]:
    """The settings of one inline table: values, and the devices that take them."""
    devices = entry.get("devices", [])
    if not isinstance(devices, list):
        raise TeachingError(f"devices must be a list of names, found {devices!r}")
    for capability, value in entry.items():
        if capability != "devices":
            yield Setting(
                capability=capability, value=_value(capability, value), devices=tuple(devices)
            )


def _value(capability: str, value: str | int | float | list[str]) -> Value:
    rule = RULES.get(capability)
    if rule is None or not rule.settable:
        known = ", ".join(name for name, one in RULES.items() if one.settable)
        raise TeachingError(f"nothing can be set to a {capability!r}; what can be set: {known}")
    if isinstance(value, list):
        raise TeachingError(f"{capability} must be one value, found {value!r}")
    return checked("a lesson", Capability(name=capability), value)


def _table(concept: Concept) -> str:
    """One concept as a `[[lessons]]` table."""
    meaning = concept.meaning
    lines = ["[[lessons]]", f"name = {_string(concept.name)}", f"kind = {_string(concept.kind)}"]
    lines += [] if concept.person is None else [f"person = {_string(concept.person)}"]
    lines += [] if concept.room is None else [f"room = {_string(concept.room)}"]
    lines.append(f"at = {concept.at.isoformat()}")
    lines += [f"when = {_string(meaning.when)}"] if meaning.when else []
    lines += _entries("set", [_inline(group) for group in _groups(meaning.settings)])
    lines += [f"devices = {_strings(meaning.devices)}"] if meaning.devices else []
    lines += [] if meaning.area is None else [f"area = {_string(meaning.area)}"]
    lines += [f"need = {_string(meaning.need)}"] if meaning.need else []
    likes = [f"{{{_key(what)} = {_string(liked)}}}" for what, liked in meaning.likes]
    lines += _entries("likes", likes)
    return "\n".join(lines) + "\n"


def _entries(key: str, entries: Sequence[str]) -> list[str]:
    if len(entries) < 2:
        return [f"{key} = [{entry}]" for entry in entries]
    return [f"{key} = [", *(f"    {entry}," for entry in entries), "]"]


def _groups(settings: Iterable[Setting]) -> list[list[Setting]]:
    """Neighbours about the same devices together, no capability twice in one group."""
    groups: list[list[Setting]] = []
    for setting in settings:
        last = groups[-1] if groups else []
        same = last and last[0].devices == setting.devices
        if same and setting.capability not in {s.capability for s in last}:
            last.append(setting)
        else:
            groups.append([setting])
    return groups


def _inline(group: Sequence[Setting]) -> str:
    parts = [
        f"{_key(s.capability)} = {_string(s.value) if isinstance(s.value, str) else s.value}"
        for s in group
    ]
    if group[0].devices:
        parts.append(f"devices = {_strings(group[0].devices)}")
    return f"{{{', '.join(parts)}}}"


def _strings(names: Iterable[str]) -> str:
    return f"[{', '.join(_string(name) for name in names)}]"


def _string(text: str) -> str:
    """A basic string; JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _string(name)
