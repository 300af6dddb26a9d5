"""`inglenook skills refusals` and `forget`: what was settled about skills, seen and undone."""

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table

from device.config import Config, load
from device.errors import ConfigError
from device.settled import Settled

if TYPE_CHECKING:
    from device.edges.store import SqliteStore


def add_experience_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add `refusals` and `forget` to the commands about skills."""
    refusals = commands.add_parser(
        "refusals", help="which skill was chosen or turned down for which words"
    )
    refusals.add_argument("--json", action="store_true", help="one JSON array instead of a table")
    refusals.set_defaults(command=run_refusals)
    forget = commands.add_parser("forget", help="undo one of them, or all")
    forget.add_argument("number", metavar="N|all", help="a number that `refusals` shows, or all")
    forget.set_defaults(command=run_forget_refusals)
    for parser in (refusals, forget):
        parser.add_argument(
            "--config",
            type=Path,
            metavar="CONFIG.toml",
            help="whose store; without it the one in this folder",
        )


def run_refusals(arguments: argparse.Namespace) -> int:
    """Show what was settled, newest last."""
    from device.settledstore import kept_settled

    with closing(_store(arguments)) as store:
        settled = kept_settled(store)
    if arguments.json:
        sys.stdout.write(msgspec.json.encode([_told(*one) for one in _numbered(settled)]).decode())
        sys.stdout.write("\n")
        return 0
    if not settled:
        sys.stdout.write("Nothing was settled about skills.\n")
        return 0
    table = Table("N", "words", "skill", "verdict", "when", "who", "where")
    for number, one in _numbered(settled):
        when = f"{one.at:%Y-%m-%d %H:%M}"
        table.add_row(
            str(number), one.words, one.skill, one.verdict, when, one.person or "", one.room or ""
        )
    Console(highlight=False).print(table)
    return 0


def run_forget_refusals(arguments: argparse.Namespace) -> int:
    """Undo what was settled.

    Raises:
        ConfigError: There is no such number.
    """
    from device.settledstore import kept_settled, unsettle_kept

    with closing(_store(arguments)) as store:
        settled = dict(_numbered(kept_settled(store)))
        if arguments.number == "all":
            gone = list(settled.values())
        elif arguments.number.isdecimal() and int(arguments.number) in settled:
            gone = [settled[int(arguments.number)]]
        else:
            raise ConfigError(
                f"there is no number {arguments.number!r}; "
                f"`inglenook skills refusals` shows {len(settled)}"
            )
        unsettle_kept(store, gone)
    sys.stdout.write(f"Forgotten: {len(gone)}.\n")
    return 0


def _numbered(settled: tuple[Settled, ...]) -> list[tuple[int, Settled]]:
    return list(enumerate(settled, start=1))


def _told(number: int, one: Settled) -> dict[str, object]:
    return {
        "number": number,
        "words": one.words,
        "skill": one.skill,
        "verdict": one.verdict,
        "at": one.at.isoformat(),
        "person": one.person,
        "room": one.room,
    }


def _store(arguments: argparse.Namespace) -> "SqliteStore":
    """The store of a config.

    Raises:
        ConfigError: There is none yet.
    """
    from device.edges.store import SqliteStore

    config = Config() if arguments.config is None else load(arguments.config)
    path = Path(config.store)
    if not path.exists():
        raise ConfigError(f"there is no store {path}; nothing was settled")
    return SqliteStore(path)
