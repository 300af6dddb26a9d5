"""The command `inglenook`: what the speaker does, and the same in a pretend house."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console

from device.cli import add_commands, answer
from device.edges.recordings import raw_blocks, read_blocks
from device.edges.wavloudspeaker import WavLoudspeaker
from device.errors import AudioError, ConfigError
from device.events import Turn
from device.records import joined, nothing, record
from simulator.clock import parse_at, parse_jump
from simulator.rendering import show_turn
from simulator.replay.command import add_replay
from simulator.scenario.command import add_simulate
from simulator.session import Scene, Session


def main(argv: Sequence[str] | None = None) -> int:
    """Entry of the console script."""
    parser = argparse.ArgumentParser(
        prog="inglenook", description="A private voice assistant, and a pretend house to try it in."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_say(commands)
    _add_hear(commands)
    _add_studio(commands)
    add_simulate(commands)
    add_replay(commands)
    add_commands(commands)
    bench = commands.add_parser("bench", help="measure the budgets on this machine")
    bench.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    bench.set_defaults(command=_bench)
    return answer(parser, argv)


def _add_say(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    say = commands.add_parser("say", help="typed requests in a pretend house")
    say.add_argument("text", nargs="*", metavar="TEXT", help="one request; none reads lines")
    _add_scene(say)
    _add_output(say)
    say.set_defaults(command=_say)


def _add_hear(commands: Any) -> None:  # noqa: ANN401
    hear = commands.add_parser("hear", help="recordings in a pretend house")
    hear.add_argument(
        "sound", nargs="+", metavar="SOUND", help="wav, flac or ogg; - is raw 16 kHz int16"
    )
    hear.add_argument("--wake", metavar="MODEL.json", help="stream through this wake word first")
    _add_scene(hear)
    _add_output(hear)
    hear.set_defaults(command=_hear)


def _add_studio(commands: Any) -> None:  # noqa: ANN401
    studio = commands.add_parser("studio", help="the pretend house in the browser")
    studio.add_argument("--port", type=int, default=0, help="where it is served; any free port")
    studio.add_argument("--no-browser", action="store_true", help="print the address, no more")
    studio.add_argument("--wake", metavar="MODEL.json", help="stream sound through this first")
    studio.add_argument(
        "--scenarios",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="scenarios to play besides those that ship; may be repeated",
    )
    _add_scene(studio)
    studio.set_defaults(command=_studio)


def _add_scene(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--home", type=Path, metavar="HOME.toml", help="the house; a furnished one by default")
    add("--room", metavar="ROOM", help="where the speaker stands")
    add("--person", metavar="NAME", help="who speaks; without it, the home")
    add("--at", metavar="TIME", help="the pretend time, as 2026-11-20T21:30")
    add(
        "--sentences",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="custom sentences (Home Assistant's YAML), a file or folder; may be repeated",
    )
    add(
        "--skills",
        type=Path,
        metavar="FOLDER",
        help="skill packs, as `inglenook skills` keeps them",
    )
    add("--store", type=Path, metavar="FILE", help="keep lists, timers and turns here")


def _add_output(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--replies", type=Path, metavar="FILE.wav", help="speak the replies into this file")
    add("--keep", type=Path, metavar="DIR", help="keep every turn here for `inglenook replay`")
    add("--fresh", action="store_true", help="every turn independent of the others")
    add("--json", action="store_true", help="one JSON object for each turn")


def _scene(arguments: argparse.Namespace) -> Scene:
    """What the options say, checked.

    Raises:
        ConfigError: A value cannot be used.
    """
    if arguments.skills is not None and not arguments.skills.is_dir():
        raise ConfigError(f"--skills {arguments.skills}: there is no such folder")
    return Scene(
        home=arguments.home,
        room=arguments.room,
        person=arguments.person,
        at=None if arguments.at is None else parse_at(arguments.at),
        sentences=tuple(arguments.sentences),
        skills=arguments.skills,
        store=arguments.store,
    )


class _Printer:
    """Writes turns as JSON lines or for people, each as soon as it ends."""

    def __init__(self, session: Session, *, as_json: bool) -> None:
        self._session = session
        self._as_json = as_json
        self._console = Console(highlight=False)

    def turns(self, text: str, turns: Sequence[Turn]) -> None:
        """Write what came of one line or recording, as one object."""
        home = self._session.speaker.home.home
        self.found(record(joined(turns), home) if turns else nothing(text))

    def found(self, found: dict[str, Any]) -> None:
        """Write one object."""
        if self._as_json:
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            show_turn(self._console, found)


def _lines(texts: Sequence[str], stream: TextIO) -> Iterator[str]:
    """The request on the command line, or each non-blank line of standard input."""
    if texts:
        yield " ".join(texts)
        return
    for line in stream:
        if line.strip():
            yield line.strip()


@contextmanager
def _session(
    arguments: argparse.Namespace, *, hears: bool = False, wake: str | None = None
) -> Iterator[Session]:
    """The pretend house that the options describe."""
    if arguments.keep is not None and arguments.fresh:
        raise ConfigError("--keep and --fresh: what --fresh puts back cannot be replayed")
    with ExitStack() as stack:
        loudspeaker = None
        if arguments.replies is not None:
            loudspeaker = stack.enter_context(closing(WavLoudspeaker(arguments.replies)))
        session = Session(
            _scene(arguments),
            hears=hears,
            wake=wake,
            loudspeaker=loudspeaker,
            keep=arguments.keep,
        )
        stack.enter_context(session)
        yield session


def _say(arguments: argparse.Namespace) -> int:
    with _session(arguments) as session:
        printer = _Printer(session, as_json=arguments.json)
        for line in _lines(arguments.text, sys.stdin):
            if arguments.fresh:
                session.start_afresh()
            try:
                jump_ms = parse_jump(line)
            except ConfigError as exc:
                printer.found(nothing(line, error=str(exc)))
                continue
            turns = session.say(line) if jump_ms is None else session.wait(jump_ms)
            printer.turns(line, turns)
    return 0


def _hear(arguments: argparse.Namespace) -> int:
    with _session(arguments, hears=True, wake=arguments.wake) as session:
        printer = _Printer(session, as_json=arguments.json)
        for sound in arguments.sound:
            if arguments.fresh:
                session.start_afresh()
            try:
                blocks = raw_blocks(sys.stdin.buffer) if sound == "-" else read_blocks(Path(sound))
                heard = session.heard(blocks)
                for part in ([turn] for turn in heard) if arguments.wake else [list(heard)]:
                    printer.turns(sound, part)
            except AudioError as exc:
                printer.found(nothing(sound, error=str(exc)))
    return 0


def _studio(arguments: argparse.Namespace) -> int:
    # Its server is loaded by nobody else.
    from simulator.studio.command import open_studio

    open_studio(
        _scene(arguments),
        port=arguments.port,
        wake=arguments.wake,
        scenarios=arguments.scenarios,
        browser=not arguments.no_browser,
    )
    return 0


def _bench(arguments: argparse.Namespace) -> int:
    from simulator.bench import measure, show

    budgets = measure()
    if arguments.json:
        sys.stdout.write(json.dumps([budget.as_json() for budget in budgets]) + "\n")
    else:
        show(Console(), budgets)
    return 0
