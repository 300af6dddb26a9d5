"""`inglenook replay`: turns that were kept, again."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from device.edges.tape import this_machine
from device.errors import ConfigError
from device.keepsake import Keepsake, unpacked
from simulator.replay.comparing import Comparison, compared
from simulator.replay.playing import replayed


def add_replay(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser = commands.add_parser("replay", help="a turn that was kept, again")
    add = parser.add_argument
    add("turn", nargs="+", type=Path, metavar="TURN", help="a kept turn, or a folder of them")
    add("--skills", type=Path, metavar="FOLDER", help="the speaker's skill packs")
    add("--json", action="store_true", help="one JSON object for each turn")
    parser.set_defaults(command=_replay)


def _replay(arguments: argparse.Namespace) -> int:
    if arguments.skills is not None and not arguments.skills.is_dir():
        raise ConfigError(f"--skills {arguments.skills}: there is no such folder")
    paths = [found for path in arguments.turn for found in _files(path)]
    keepsakes = [read_keepsake(path) for path in paths]  # All are looked at before any is played.
    console = Console(highlight=False)
    same = True
    for path, keepsake in zip(paths, keepsakes, strict=True):
        now = replayed(keepsake, skills=arguments.skills)
        found = compared(keepsake, now, this_machine(keepsake.facts.config))
        same = same and found.same
        if arguments.json:
            sys.stdout.write(json.dumps(_as_json(path, found), ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            _show(console, path, keepsake, found)
    return 0 if same else 1


def read_keepsake(path: Path) -> Keepsake:
    """Read a kept turn.

    Raises:
        ConfigError: It is missing or damaged; one sentence.
    """
    try:
        return unpacked(path.read_bytes())
    except OSError as exc:
        raise ConfigError(f"{path} cannot be read: {exc.strerror}") from exc
    except ValueError as exc:
        raise ConfigError(f"{path} is no kept turn: {exc}") from exc


def _files(path: Path) -> list[Path]:
    """The kept turns of a folder, oldest first; or the file itself.

    Raises:
        ConfigError: The folder holds none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.zip"))
    if not found:
        raise ConfigError(f"{path} holds no kept turn (*.zip)")
    return found


def _as_json(path: Path, found: Comparison) -> dict[str, Any]:
    return {
        "turn": str(path),
        "same": found.same,
        "bits": found.bits,
        "differences": [asdict(one) for one in found.differences],
        "machine": [asdict(one) for one in found.machine],
        "record": found.record,
    }


def _show(console: Console, path: Path, keepsake: Keepsake, found: Comparison) -> None:
    then = keepsake.facts.turns[-1].record
    console.print(f"[bold]> {escape(then['text']) or '(nothing was said)'}[/]  [dim]{path.name}[/]")
    console.print(f"  {_verdict(found)}")
    if found.differences:
        table = Table("", "then", "now", box=None, padding=(0, 2))
        for one in found.differences:
            kept, now = (json.dumps(v, ensure_ascii=False) for v in (one.kept, one.replayed))
            table.add_row(one.what, escape(kept), escape(now))
        console.print(table)
    for one in found.machine:
        console.print(f"  [dim]{one.what}: then {one.kept}, here {one.replayed}[/]")


def _verdict(found: Comparison) -> str:
    if not found.same:
        return "[red]decided otherwise[/]"
    if found.bits:
        return "[green]the same, bit for bit[/]"
    where = "on another machine" if found.machine else "though the machine is the same"
    return f"[green]the same decisions[/]; scores differ, {where}"
