"""The tables of docs/benchmarks.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from device.runtimes import runtime
from export.benchmarks.measure import Measured
from export.benchmarks.sets import GROUPS
from export.quantize import ROOT

DOCS = ROOT / "docs" / "benchmarks.md"

TITLES = {
    "snips": "SNIPS",
    "atis": "ATIS",
    "mixsnips": "MixSNIPS_clean",
    "mixatis": "MixATIS_clean",
    "clinc150": "CLINC150",
    "slurp": "SLURP",
    "hwu64": "HWU64",
}
COLUMNS = {
    "intent": "intent",
    "slot_f1": "slot F1",
    "sentence": "whole sentence",
    "in_scope": "accuracy in scope",
    "oos_recall": "recall out of scope",
    "scenario": "scenario",
    "action": "action",
}
SHOWN: dict[str, Sequence[str]] = {
    **dict.fromkeys(("snips", "atis", "mixsnips", "mixatis"), ("intent", "slot_f1", "sentence")),
    "clinc150": ("in_scope", "oos_recall"),
    "slurp": ("scenario", "action", "intent", "slot_f1"),
    "hwu64": ("intent", "slot_f1"),
}
PUBLISHED: dict[str, Sequence[tuple[str, Mapping[str, float]]]] = {
    "snips": (
        ("Stack-Propagation (2019)", {"intent": 98.0, "slot_f1": 94.2, "sentence": 86.9}),
        ("JointBERT (2019), 440 MB", {"intent": 98.6, "slot_f1": 97.0, "sentence": 92.8}),
    ),
    "atis": (
        ("Stack-Propagation (2019)", {"intent": 96.9, "slot_f1": 95.9, "sentence": 86.5}),
        ("JointBERT (2019), 440 MB", {"intent": 97.5, "slot_f1": 96.1, "sentence": 88.2}),
    ),
    "mixsnips": (("GL-GIN (2021)", {"intent": 95.6, "slot_f1": 94.9, "sentence": 75.4}),),
    "mixatis": (("GL-GIN (2021)", {"intent": 76.3, "slot_f1": 88.3, "sentence": 43.5}),),
}
"""Figures of others, in per cent, from their papers."""

Figures = Mapping[str, Measured]


def write(measured: Figures, path: Path = DOCS) -> None:
    """Print the tables of the measured sets and put each between its marks in the page.

    Args:
        measured: Models by name.
        path: The page; it has the marks of every set.
    """
    page = path.read_text(encoding="utf-8")
    for group, names in GROUPS.items():
        models = [measured[name] for name in names if name in measured]
        if len(models) == len(names):
            text = table(group, models)
            print(text)  # noqa: T201
            page = between(page, group, text)
    path.write_text(page, encoding="utf-8")


def between(page: str, name: str, text: str) -> str:
    """The page with `text` between the marks of `name`."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page has no place for {name}")
    return f"{before}{begin}\n{text}\n{end}{after}"


def table(group: str, models: Sequence[Measured]) -> str:
    """One set: float, int8, and what others reached; means over the models."""
    shown = SHOWN[group]
    rows = [
        *((name, [f"{figures[key]:.1f}" for key in shown]) for name, figures in _published(group)),
        ("ours, float", [_mean([m.before[key] for m in models]) for key in shown]),
        ("**ours, int8**", [f"**{_mean([m.int8[key] for m in models])}**" for key in shown]),
    ]
    lines = [
        f"### {TITLES[group]}",
        "",
        f"| per cent | {' | '.join(COLUMNS[key] for key in shown)} |",
        f"| --- |{' --- |' * len(shown)}",
        *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows),
        "",
        f"{max(m.megabytes for m in models):.2f} MB; ms per request, p50 / p95: "
        f"{np.mean([m.ms[0] for m in models]):.2f} / {np.mean([m.ms[1] for m in models]):.2f} "
        f"({runtime()}, one thread). `python -m export evaluate benchmarks {group}`",
    ]
    return "\n".join(lines)


def _published(group: str) -> Sequence[tuple[str, Mapping[str, float]]]:
    return PUBLISHED.get(group, ())


def _mean(shares: Sequence[float]) -> str:
    return f"{100 * float(np.mean(shares)):.1f}"
