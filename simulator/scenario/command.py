"""`inglenook simulate`: plays scenarios, several at a time."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from device.errors import ConfigError
from simulator.households.scenarios import random_scenario
from simulator.plots.drawing import draw, latency, need_matplotlib
from simulator.plots.measured import Measured, measure
from simulator.scenario.playing import Outcome, play
from simulator.scenario.report import as_json, as_junit, show
from simulator.scenario.written import read_scenario

SHIPPED = Path(__file__).parent.parent / "scenarios"
"""The scenarios that come with the simulator."""


def add_simulate(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser = commands.add_parser("simulate", help="scenarios on a virtual clock")
    add = parser.add_argument
    add(
        "scenario",
        nargs="*",
        type=Path,
        metavar="SCENARIO",
        help="a file or a folder of files; without one those that are shipped",
    )
    add("--random", type=int, metavar="N", help="N random houses whose people talk all day")
    add("--seed", type=int, default=1, help="of the first random house; the next has the next")
    add("--keep", type=Path, metavar="DIR", help="write the random scenarios here")
    add("--broker", action="store_true", help="take a real broker, and time that runs")
    add("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    add("--memory", type=int, metavar="MB", help="what each house and speaker may take together")
    add("--verbose", action="store_true", help="tell every step, also of what passes")
    add("--json", action="store_true", help="the report as one JSON object")
    add("--junit", type=Path, metavar="FILE.xml", help="write the report as JUnit XML, too")
    add("--plots", type=Path, metavar="DIR", help="measure for some minutes, and draw it here")
    parser.set_defaults(command=_simulate)


def _simulate(arguments: argparse.Namespace) -> int:
    for option in ("jobs", "memory"):
        if (found := getattr(arguments, option)) is not None and found < 1:
            raise ConfigError(f"--{option} must be 1 or more, got {found}")
    if arguments.plots is not None:
        need_matplotlib()
    with tempfile.TemporaryDirectory(prefix="inglenook-") as folder:
        paths = list(_asked(arguments, Path(folder)))
        for path in paths:
            read_scenario(path)  # what cannot be read is told before anything is played
        outcomes = played(
            paths,
            jobs=arguments.jobs,
            real_broker=arguments.broker,
            progress=sys.stderr.isatty() and not arguments.json,
            memory_mb=arguments.memory,
        )
    if arguments.junit is not None:
        try:
            arguments.junit.write_bytes(as_junit(outcomes))
        except OSError as exc:
            raise ConfigError(f"{arguments.junit} cannot be written: {exc.strerror}") from exc
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(outcomes), ensure_ascii=False) + "\n")
    else:
        show(Console(highlight=False), outcomes, every=arguments.verbose)
    if arguments.plots is not None:
        with Progress(
            console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True
        ) as bar:
            task = bar.add_task("measuring", total=1.0)
            measured = measure(arguments.seed, tell=lambda share: bar.update(task, completed=share))
        plotted(measured, outcomes, arguments.plots)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _asked(arguments: argparse.Namespace, scratch: Path) -> Iterator[Path]:
    """The files that are to be played; random ones are written first.

    Raises:
        ConfigError: There are none, or they cannot be written.
    """
    count = arguments.random or 0
    if count < 0:
        raise ConfigError(f"--random must be 1 or more, got {count}")
    yield from _files(arguments.scenario or ([] if count else [SHIPPED]))
    folder = arguments.keep or scratch
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for seed in range(arguments.seed, arguments.seed + count):
            yield random_scenario(seed, folder)
    except OSError as exc:
        raise ConfigError(f"{folder} cannot be written: {exc.strerror}") from exc


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The scenario files of these files and folders.

    Raises:
        ConfigError: There is no such file, or a folder holds none.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.glob("*.toml"))
        if not found:
            raise ConfigError(f"{path} holds no scenario (*.toml)")
        yield from found


def played(
    paths: Sequence[Path],
    *,
    jobs: int = 1,
    real_broker: bool = False,
    progress: bool = False,
    memory_mb: int | None = None,
) -> list[Outcome]:
    """Play scenarios, each in a house of its own.

    Args:
        paths: Their files.
        jobs: How many at a time; 1 plays them in this process.
        real_broker: As in `play`.
        progress: Whether a bar on the standard error tells how far it is.
        memory_mb: What each playing process may take for its data; None for no limit.

    Returns:
        What came of each, in the order of the files.

    Raises:
        ConfigError: A file is wrong, or the memory is too little to begin.
    """
    if memory_mb is None and (jobs == 1 or len(paths) == 1):
        return [_one(path, real_broker) for path in paths]
    # Spawned: the threads of a TFLite runtime do not survive a fork.
    with (
        ProcessPoolExecutor(
            min(jobs, len(paths)),
            mp_context=get_context("spawn"),
            initializer=_limit,
            initargs=(memory_mb,),
        ) as pool,
        Progress(console=Console(stderr=True), disable=not progress, transient=True) as bar,
    ):
        task = bar.add_task("scenarios", total=len(paths))
        futures: list[Future[Outcome]] = [pool.submit(_one, path, real_broker) for path in paths]
        try:
            for _ in as_completed(futures):
                bar.advance(task)
            return [future.result() for future in futures]
        except BrokenProcessPool as exc:
            if memory_mb is None:
                raise
            raise ConfigError(f"--memory {memory_mb}: that is too little to play in") from exc


def _limit(memory_mb: int | None) -> None:
    """Let this process take so much memory for its data and no more; None for no limit."""
    if memory_mb is None:
        return
    import resource  # only where there is such a thing

    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))


def plotted(measured: Measured, outcomes: Sequence[Outcome], folder: Path) -> list[Path]:
    """Draw what was measured, and how long the stages of these scenarios' turns took.

    Returns:
        The files.

    Raises:
        ConfigError: matplotlib is missing, or the folder cannot be written.
    """
    ms: dict[str, list[float]] = {}
    for outcome in outcomes:
        for stage, spent in outcome.ms.items():
            ms.setdefault(stage, []).extend(spent)
    return [*draw(measured, folder), latency(ms, folder / "latency-scenarios.png")]


def _one(path: Path, real_broker: bool) -> Outcome:
    return play(read_scenario(path), path, real_broker=real_broker)
