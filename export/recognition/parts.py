"""What the tables have in common: their options, and tasks that run side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from device.errors import AudioError
from export.acoustic.speech import DEV_SET

Task = Callable[[], Any]
"""Something to be measured by itself; it and its result can be pickled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How much is measured, and where the speech lies."""

    speech: Path
    """Folder of the speech sets."""
    sentences: int = 12
    """Synthetic sentences of each grammar, each heard in every hardship."""
    phrases: int = 40
    """Phrases of real people, each heard in every hardship."""
    recordings: int = 24
    """Recordings of the dev speakers."""
    names: int = 50
    """Made-up names that are taught."""
    wake_models: tuple[str, ...] = ()
    """Wake models to measure besides those that the speaker finds by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of the page."""

    name: str
    tasks: Callable[[Options], Sequence[Task]]
    page: Callable[[Options, Sequence[Any]], str]
    """From the results of the tasks, in order, to Markdown."""


def speech_sets(folder: Path) -> Path:
    """The folder, once it is sure that the speech sets are there.

    Raises:
        AudioError: They are not.
    """
    if not (folder / DEV_SET / "manifest.jsonl").is_file():
        raise AudioError(f"no speech sets in {folder}; name their folder with --speech")
    return folder


def run(tasks: Sequence[Task], jobs: int) -> list[Any]:
    """The results of all tasks in order, measured by so many processes at once."""
    if jobs == 1:
        return [task() for task in tasks]
    # Fresh processes: TFLite runtimes do not survive a fork.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return [job.result() for job in [pool.submit(task) for task in tasks]]


def table(heads: str, rows: Sequence[str]) -> str:
    """A Markdown table.

    Args:
        heads: Headings between bars, as "noise | right".
        rows: The cells of each row, in the same form.
    """
    rule = "|".join("---" for _ in heads.split("|"))
    return "\n".join([f"| {heads} |", f"|{rule}|", *(f"| {row} |" for row in rows)])
