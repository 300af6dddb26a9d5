"""`python -m export evaluate fewshot_slots` measures the slots of packs in paraphrases.

The packs and the sentences are in docs/few-shot-slots.yaml; none of the sentences is a pack's
own, word for word.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
import yaml

from device.context import Context
from device.effects import Notebook
from device.events import Value
from device.nlu.fewshot import Filled, fill
from device.nlu.templates import Sentences, load_sentences
from export.quantize import ROOT
from simulator.homefile import furnished_home

CASES = ROOT / "docs" / "few-shot-slots.yaml"
"""Packs, and what is said to them."""

DOCS = ROOT / "docs" / "understanding.md"
BEGIN, END = "<!-- few-shot figures -->", "<!-- end of few-shot figures -->"

BANDS = ((0.0, 0.5), (0.5, 0.75), (0.75, 1.01))
"""Of confidence."""


class Case(msgspec.Struct, frozen=True):
    """One sentence, and the slots that it must fill."""

    intent: str
    say: str
    slots: dict[str, Value]


class _File(msgspec.Struct):
    packs: dict[str, dict[str, dict[str, list[str]]]]
    lists: dict[str, dict[str, Any]]
    tried: list[Case]
    measured: list[Case]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one sentence."""

    case: Case
    filled: Filled
    ms: float
    """Of computing."""

    @property
    def counts(self) -> tuple[int, int, int]:
        """Slots found and right, found, wanted."""
        found = {(slot.name, _folded(slot.value)) for slot in self.filled.slots}
        wanted = {(name, _folded(value)) for name, value in self.case.slots.items()}
        return len(found & wanted), len(found), len(wanted)

    @property
    def right(self) -> bool:
        """Whether every slot is right and none is too many."""
        right, found, wanted = self.counts
        return right == found == wanted


def evaluate(argv: list[str]) -> None:
    """Measure, print, and write the figures into docs/understanding.md."""
    argparse.ArgumentParser(prog="python -m export evaluate fewshot_slots").parse_args(argv)
    tried, measured = results()
    text = table(tried, measured)
    before, _, rest = DOCS.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCS.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
    print(text)  # noqa: T201
    for one in (*tried, *measured):
        if not one.right:
            slots = {slot.name: slot.value for slot in one.filled.slots}
            print(f"{one.case.say!r}: {slots}, wanted {one.case.slots}")  # noqa: T201


def results(path: Path = CASES) -> tuple[list[Result], list[Result]]:
    """Fill the slots of all sentences, those that were looked at and those only measured."""
    read = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), _File)
    sentences = _sentences(read)
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    context = Context(home=furnished_home(), room="Kitchen", now=noon, notebook=Notebook())
    _run((*read.tried, *read.measured), sentences, context)  # the first time compiles
    return _run(read.tried, sentences, context), _run(read.measured, sentences, context)


def _sentences(read: _File) -> Sentences:
    with TemporaryDirectory() as folder:
        for name, intents in read.packs.items():
            table = {"language": "en", "lists": read.lists}
            table["intents"] = {intent: {"data": [block]} for intent, block in intents.items()}
            (Path(folder) / f"{name}.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")
        return load_sentences([Path(folder)])


def _run(cases: Iterable[Case], sentences: Sentences, context: Context) -> list[Result]:
    found: list[Result] = []
    for case in cases:
        begun = time.process_time()
        filled = fill(sentences, case.intent, case.say, context)
        found.append(Result(case=case, filled=filled, ms=1e3 * (time.process_time() - begun)))
    return found


def table(tried: Sequence[Result], measured: Sequence[Result]) -> str:
    """The figures."""
    lines = [
        "Measured by `python -m export evaluate fewshot_slots`, one thread.",
        "",
        "| sentences | number | all slots right | slot precision | slot recall | verbatim |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [_row("looked at while it was written", tried), _row("only measured", measured)]
    for low, high in BANDS:
        some = [one for one in measured if low <= one.filled.confidence < high]
        if some:
            lines.append(_row(f"of these, confidence {low:.2f} to {min(high, 1.0):.2f}", some))
    p50, p95 = np.percentile([one.ms for one in (*tried, *measured)], [50, 95])
    return "\n".join(
        [
            *lines,
            "",
            f"ms of computing for a sentence and an intent, p50 / p95: {p50:.2f} / {p95:.2f}",
        ]
    )


def _row(name: str, some: Sequence[Result]) -> str:
    right, found, wanted = (sum(column) for column in zip(*(r.counts for r in some), strict=True))
    share = sum(one.right for one in some) / len(some)
    verbatim = sum(one.filled.confidence == 1.0 for one in some)
    return (
        f"| {name} | {len(some)} | {share:.1%} | {right / max(1, found):.1%} "
        f"| {right / max(1, wanted):.1%} | {verbatim} |"
    )


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value
