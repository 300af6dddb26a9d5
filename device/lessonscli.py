"""`inglenook lessons`: what was taught, seen, written to a file, read back and forgotten."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from device import lessonfile
from device.concepts import Concept
from device.config import Config, load
from device.context import Home
from device.errors import ConfigError
from device.home.homefile import read_home
from device.lessons import Lessons
from device.skills.lessons import explained

NO_HOME = Home()
"""Beside the speaker nobody knows the home: devices go by the names they were taught with."""


def add_lesson_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `lessons` with everything about what was taught to a command line."""
    lessons = commands.add_parser("lessons", help="what was taught: list, export, import, forget")
    inner = lessons.add_subparsers(required=True, metavar="COMMAND")
    listing = inner.add_parser("list", help="everything that was taught")
    listing.add_argument("--json", action="store_true", help="one JSON array instead of a table")
    listing.set_defaults(command=run_list)
    show = inner.add_parser("show", help="one lesson, as a file would have it")
    show.set_defaults(command=run_show)
    export = inner.add_parser("export", help="write all lessons as TOML")
    export.add_argument("file", metavar="FILE.toml", help="- writes to standard output")
    export.add_argument("--force", action="store_true", help="also over a file that is there")
    export.set_defaults(command=run_export)
    read = inner.add_parser("import", help="learn the lessons of a TOML file")
    read.add_argument("file", type=Path, metavar="FILE.toml")
    read.set_defaults(command=run_import)
    forget = inner.add_parser("forget", help="forget one lesson, or all")
    forget.set_defaults(command=run_forget_lesson)
    for parser in (show, forget):
        everything = "|all" if parser is forget else ""
        parser.add_argument(
            "which", metavar=f"N|NAME{everything}", help="a number that `list` shows, or a name"
        )
    for parser in (listing, show, export, read, forget):
        parser.add_argument(
            "--config",
            type=Path,
            metavar="CONFIG.toml",
            help="whose store; without it the one in this folder",
        )
        parser.add_argument("--store", type=Path, metavar="FILE", help="this store instead")
        parser.add_argument("--person", metavar="NAME", help="only this person's lessons")


def run_list(arguments: argparse.Namespace) -> int:
    """Show what was taught, oldest first."""
    with _lessons(arguments) as (lessons, _):
        found = _numbered(lessons.concepts, arguments.person)
    if arguments.json:
        page = [_told(number, concept) for number, concept in found]
        sys.stdout.write(f"{msgspec.json.encode(page).decode()}\n")
        return 0
    if not found:
        sys.stdout.write("Nothing was taught.\n")
        return 0
    table = Table("N", "what", "kind", "whose", "when", "where")
    for number, concept in found:
        table.add_row(
            str(number), escape(explained(concept, NO_HOME)), concept.kind,
            escape(concept.person or ""), f"{concept.at:%Y-%m-%d %H:%M}",
            escape(concept.room or ""),
        )  # fmt: skip
    Console(highlight=False).print(table)
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Show lessons as TOML.

    Raises:
        ConfigError: There is no such lesson.
    """
    with _lessons(arguments) as (lessons, _):
        found = _chosen(_numbered(lessons.concepts, arguments.person), arguments.which)
    sys.stdout.write("\n".join(lessonfile.write(found).splitlines()[4:]) + "\n")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write lessons to a file.

    Raises:
        ConfigError: The file is there already, or cannot be written.
    """
    with _lessons(arguments) as (lessons, _):
        found = [concept for _, concept in _numbered(lessons.concepts, arguments.person)]
    text = lessonfile.write(found)
    if arguments.file == "-":
        sys.stdout.write(text)
        return 0
    try:
        with Path(arguments.file).open("w" if arguments.force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as exc:
        raise ConfigError(f"{arguments.file} is there already; --force writes over it") from exc
    except OSError as exc:
        raise ConfigError(f"{arguments.file}: {exc.strerror or exc}") from exc
    sys.stdout.write(f"Lessons written: {len(found)}.\n")
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Learn the lessons of a file, all of them or none.

    Raises:
        ConfigError: The file is broken.
        TeachingError: There would be too many lessons.
    """
    from device.edges.clock import SystemClock

    concepts = lessonfile.read(arguments.file, SystemClock().now())
    if arguments.person is not None:
        concepts = tuple(c for c in concepts if c.person == arguments.person)
    with _lessons(arguments, begins=True) as (lessons, config):
        before = lessons.concepts
        lessons.learn_all(concepts)
        new = sum(concept not in before for concept in lessons.concepts)
    sys.stdout.write(f"Lessons read: {len(concepts)}; new or changed: {new}.\n")
    strangers = _strangers(concepts, config)
    if strangers:
        sys.stdout.write(
            f"Not in {config.home.file}, and kept all the same: {', '.join(strangers)}.\n"
        )
    return 0


def run_forget_lesson(arguments: argparse.Namespace) -> int:
    """Forget lessons.

    Raises:
        ConfigError: There is no such lesson.
    """
    with _lessons(arguments) as (lessons, _):
        found = _numbered(lessons.concepts, arguments.person)
        every = arguments.which == "all"
        gone = [c for _, c in found] if every else _chosen(found, arguments.which)
        lessons.forget(gone)
    sys.stdout.write(f"Forgotten: {len(gone)}.\n")
    return 0


def _numbered(concepts: Sequence[Concept], person: str | None) -> list[tuple[int, Concept]]:
    numbered = enumerate(concepts, start=1)
    return [(n, c) for n, c in numbered if person is None or c.person == person]


def _chosen(found: Sequence[tuple[int, Concept]], which: str) -> list[Concept]:
    """The lessons of a number or a name; several where several people taught the same word."""
    chosen = [c for n, c in found if str(n) == which]
    chosen = chosen or [c for _, c in found if c.name.casefold() == which.casefold()]
    if not chosen:
        raise ConfigError(
            f"there is no lesson {which!r}; `inglenook lessons list` shows {len(found)}"
        )
    return chosen


def _told(number: int, concept: Concept) -> dict[str, object]:
    return {
        "number": number,
        **concept.json(),
        "room": concept.room,
        "at": concept.at.isoformat(),
    }


def _strangers(concepts: Sequence[Concept], config: Config) -> list[str]:
    """Devices of lessons that the home file does not have; none where there is no such file."""
    if config.home.file is None:
        return []
    home = read_home(Path(config.home.file))
    known = {name for d in home.devices for name in (d.name, f"{d.room}/{d.name}")}
    return [label for label in lessonfile.devices_of(concepts) if label not in known]


@contextmanager
def _lessons(
    arguments: argparse.Namespace, *, begins: bool = False
) -> Iterator[tuple[Lessons, Config]]:
    """The lessons of a store, also of a speaker that runs with it.

    Args:
        arguments: Name the config or the store.
        begins: Whether a store that is not there yet is begun.

    Raises:
        ConfigError: There is none.
    """
    from device.edges.store import SqliteStore

    config = Config() if arguments.config is None else load(arguments.config)
    path = arguments.store or Path(config.store)
    if not begins and not path.exists():
        raise ConfigError(f"there is no store {path}; nothing was taught")
    store = SqliteStore(path)
    try:
        yield Lessons(store), config
    finally:
        store.close()
