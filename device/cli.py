"""What a speaker needs on the command line: `run` and `doctor`."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from device.config import Config, load
from device.errors import InglenookError


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `run` and `doctor` to a command line."""
    run = commands.add_parser("run", help="be the speaker")
    run.add_argument("config", type=Path, metavar="CONFIG.toml")
    run.set_defaults(command=run_speaker)
    doctor = commands.add_parser("doctor", help="what was found, what is missing, how to mend it")
    doctor.add_argument("config", type=Path, nargs="?", metavar="CONFIG.toml")
    doctor.set_defaults(command=run_doctor)


def run_speaker(arguments: argparse.Namespace) -> int:
    """Be the speaker until interrupted."""
    from device.edges.loop import run

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    run(load(arguments.config))
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    """Say what is there; exit code 1 when the speaker cannot run."""
    from device.doctor import examine, show_findings

    config = Config() if arguments.config is None else load(arguments.config)
    return 0 if show_findings(Console(), examine(config)) else 1


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
