"""What a speaker needs on the command line: `run`, `doctor`, `forget`, `skills` and `lessons`."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from device.config import Config, load
from device.errors import ConfigError, InglenookError
from device.lessonscli import add_lesson_commands
from device.skillscli import add_skill_commands


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `run`, `doctor`, `forget`, `skills` and `lessons` to a command line."""
    run = commands.add_parser("run", help="be the speaker")
    run.add_argument("config", type=Path, metavar="CONFIG.toml")
    run.set_defaults(command=run_speaker)
    doctor = commands.add_parser("doctor", help="what was found, what is missing, how to mend it")
    doctor.add_argument("config", type=Path, nargs="?", metavar="CONFIG.toml")
    doctor.set_defaults(command=run_doctor)
    forget = commands.add_parser("forget", help="delete the records of what was said")
    forget.add_argument("config", type=Path, metavar="CONFIG.toml")
    forget.add_argument("--hours", type=float, metavar="N", help="only the last N hours")
    forget.add_argument("--today", action="store_true", help="only today")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    forget.set_defaults(command=run_forget)
    add_skill_commands(commands)
    add_lesson_commands(commands)


def run_speaker(arguments: argparse.Namespace) -> int:
    """Be the speaker until interrupted."""
    from device.edges.loop import run

    config = load(arguments.config)
    # A copy of standard error: PortAudio takes the real one away while it looks for cards, and
    # what another thread has to say meanwhile would be lost.
    words = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8", buffering=1)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=words)
    run(config)
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    """Say what is there; exit code 1 when the speaker cannot run."""
    from device.doctor import examine, show_findings

    config = Config() if arguments.config is None else load(arguments.config)
    return 0 if show_findings(Console(), examine(config)) else 1


def run_forget(arguments: argparse.Namespace) -> int:
    """Delete records, after a yes; exit code 1 when there was none."""
    from device.edges.clock import SystemClock
    from device.edges.keepsakes import KeepsakeFolder, replays_folder
    from device.edges.store import SqliteStore
    from device.effects import ForgetTurns
    from device.settledstore import forget_kept
    from device.skills.forgetting import span, told

    config, now = load(arguments.config), SystemClock().now()
    path = Path(config.store)
    if not path.exists():
        raise ConfigError(f"there is no store {path}; nothing was recorded")
    wanted = ForgetTurns()
    if arguments.hours is not None:
        if not 0 < arguments.hours < 1_000_000:
            raise ConfigError(f"--hours must be above 0, found {arguments.hours:g}")
        wanted = ForgetTurns(last_ms=round(arguments.hours * 3_600_000))
    elif arguments.today:
        wanted = ForgetTurns(date=now.date().isoformat())
    if not arguments.yes:
        sys.stdout.write(f"Delete {told(wanted, now)}? It cannot be brought back. [y/N] ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            sys.stdout.write("Nothing was deleted.\n")
            return 1
    store = SqliteStore(path)
    try:
        forget_kept(store, *span(wanted, now))
        KeepsakeFolder(replays_folder(config), most=0).forget(*span(wanted, now))
        count = store.forget_turns(*span(wanted, now))
    finally:
        store.close()
    sys.stdout.write(f"Records deleted: {count}.\n")
    return 0


def answer(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> int:
    """Run the command that was named; an error of ours is one sentence and exit code 2."""
    arguments = parser.parse_args(argv)
    try:
        code: int = arguments.command(arguments)
    except InglenookError as exc:
        sys.stderr.write(f"inglenook: {exc}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Entry of `python -m device`."""
    parser = argparse.ArgumentParser(prog="python -m device", description=__doc__)
    add_commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    return answer(parser, argv)
