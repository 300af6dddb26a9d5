"""The tables of docs/recognition.md."""

import argparse
import sys
from pathlib import Path

from device.errors import ConfigError
from export.quantize import ROOT
from export.recognition import (
    costs,
    endings,
    grammars,
    names,
    outside,
    people,
    phrases,
    teaching,
    wakes,
)
from export.recognition.parts import Options, Part, run, speech_sets

SPEECH = ROOT.parent / "shared" / "data" / "speech"
DOCS = ROOT / "docs" / "recognition.md"
COMMAND = "python -m export evaluate recognition"
PARTS: tuple[Part, ...] = (
    people.PART, grammars.PART, phrases.PART, outside.PART, names.PART, teaching.PART,
    endings.PART, wakes.PART, costs.PART,
)  # fmt: skip


def report(argv: list[str]) -> None:
    """Measure recognition with the models that ship and write docs/recognition.md."""
    standard = Options(speech=SPEECH)
    parser = argparse.ArgumentParser(prog=COMMAND, description=report.__doc__)
    sections = [part.name for part in PARTS]
    add = parser.add_argument
    add("--part", action="append", choices=sections, help="only this section; repeatable")
    add("--speech", type=Path, default=SPEECH, help="folder of the speech sets")
    add("--sentences", type=int, default=standard.sentences, help="sentences of each grammar")
    add("--phrases", type=int, default=standard.phrases, help="phrases of real people")
    add("--recordings", type=int, default=standard.recordings, help="recordings of dev speakers")
    add("--names", type=int, default=standard.names, help="made-up names that are taught")
    add("--wake", action="append", default=[], help="a further wake model (JSON); repeatable")
    add("--jobs", type=int, default=2, help="processes that measure at once")
    asked = parser.parse_args(argv)
    for name in ("sentences", "phrases", "recordings", "names", "jobs"):
        if getattr(asked, name) < 1:
            raise ConfigError(f"--{name} must be at least 1, got {getattr(asked, name)}")
    options = Options(
        speech=speech_sets(asked.speech),
        sentences=asked.sentences,
        phrases=asked.phrases,
        recordings=asked.recordings,
        names=asked.names,
        wake_models=tuple(asked.wake),
    )
    chosen = [part for part in PARTS if asked.part is None or part.name in asked.part]
    text = DOCS.read_text(encoding="utf-8")
    for part, section in zip(chosen, measured(chosen, options, asked.jobs), strict=True):
        sys.stdout.write(section + "\n\n")
        text = replaced(text, part.name, f"{section}\n\n{stamp(part, options)}")
    DOCS.write_text(text, encoding="utf-8")


def measured(parts: list[Part], options: Options, jobs: int) -> list[str]:
    """The sections of the page, all their tasks run side by side."""
    tasks = [part.tasks(options) for part in parts]
    results = iter(run([task for some in tasks for task in some], jobs))
    return [
        part.page(options, [next(results) for _ in some])
        for part, some in zip(parts, tasks, strict=True)
    ]


def stamp(part: Part, options: Options) -> str:
    """The command that measures a section again."""
    counts = f"--sentences {options.sentences} --phrases {options.phrases}"
    counts += f" --recordings {options.recordings} --names {options.names}"
    if part == wakes.PART:
        counts += "".join(f" --wake {Path(model).name}" for model in options.wake_models)
    return f"`{COMMAND} --part {part.name} {counts}`"


def replaced(text: str, name: str, section: str) -> str:
    """The page with one section between its marks exchanged, or added where it has none.

    Example: "a <!-- x -->old<!-- end of x --> b" -> "a <!-- x -->new<!-- end of x --> b"
    """
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    if not found:
        return f"{text.rstrip()}\n\n{begin}\n{section}\n{end}\n"
    _, _, behind = rest.partition(end)
    return f"{before}{begin}\n{section}\n{end}{behind}"
