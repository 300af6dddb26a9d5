"""What each kind of context is worth: `python -m export evaluate referents`."""

import argparse
import time
from collections.abc import Sequence

import numpy as np

from device.models import SHIPPED, load
from device.nlu.candidates import candidates
from device.nlu.crf import softmax
from device.nlu.mentions import mentions
from device.nlu.situation import GROUPS, Floats, rows
from device.nlu.targets import targets
from device.runtimes import runtime
from export.quantize import ROOT
from export.referents.texts import Arrays, arrays, meant, situations, tagger_table
from export.tagger import calibration_error
from export.understanding import write
from simulator.situations import KINDS, Situation

DOCS = ROOT / "docs" / "context.md"

CONTEXTS = {
    "recent turns": ("turns",),
    "device state": ("state",),
    "device type": ("kind",),
    "a screen or none": ("screen",),
    "place of the speaker": ("room",),
    "habits": ("habits",),
    "time of day": ("clock", "habits"),
    "sensor and device changes": ("changes",),
    "alarms that rang": ("events",),
    "names": ("names", "title"),
}
"""Kind of context -> the groups of features that carry it."""


def evaluate(argv: list[str]) -> None:
    """Measure, print, and write the figures into docs/context.md."""
    parser = argparse.ArgumentParser(prog="python -m export evaluate referents")
    parser.add_argument("--situations", type=int, default=4_000)
    asked = parser.parse_args(argv)
    drawn = situations(asked.situations, 203, "test")
    held = arrays(drawn)
    model = load("referents")

    def scores(features: Floats) -> Floats:
        found = [
            model.run([x[None], mask[None]])[0].reshape(-1)
            for x, mask in zip(features, held.masks, strict=True)
        ]
        return np.where(held.masks[..., 0] > 0, np.stack(found), -1e4).astype(np.float32)

    known = scores(held.features)
    text = "\n\n".join(
        [
            f"Measured by `python -m export evaluate referents --situations {asked.situations}`, "
            f"int8, in {runtime()}.",
            _by_kind(held, known, drawn),
            _by_context(held, known, scores),
            _cost(held, known, drawn, float(model.manifest.settings["temperature"])),
        ]
    )
    write(text, DOCS)
    print(text)  # noqa: T201


def _by_kind(held: Arrays, known: Floats, drawn: Sequence[Situation]) -> str:
    right = known.argmax(-1) == held.truth
    kinds = np.array(held.kinds)
    lines = []
    for kind in KINDS:
        mine = [one for one in drawn if one.kind == kind]
        rule = np.mean([_by_rule(one) for one in mine])
        here = kinds == kind
        lines.append(
            f"| {kind} | {here.sum()} | {100 * right[here].mean():.1f} % | {100 * rule:.1f} % |"
        )
    rule = np.mean([_by_rule(one) for one in drawn])
    lines.append(f"| all | {len(right)} | {100 * right.mean():.1f} % | {100 * rule:.1f} % |")
    return "\n".join(
        [
            "### The device that is meant, by kind of situation",
            "",
            "| situations | number | the model | words and room alone |",
            "| --- | --- | --- | --- |",
            *lines,
        ]
    )


def _by_rule(one: Situation) -> bool:
    """Whether words, kind and the speaker's room find it, without the model."""
    found = targets(one.request, one.context)
    return frozenset(d.id for d in found.devices) == one.meant


def _by_context(held: Arrays, known: Floats, scores) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    whole = (known.argmax(-1) == held.truth).mean()
    lines = []
    for name, groups in CONTEXTS.items():
        columns = [c for group in groups for c in GROUPS[group]]
        blind = held.features.copy()
        blind[..., columns] = 0.0
        found = scores(blind)
        right = (found.argmax(-1) == held.truth).mean()
        other = (found.argmax(-1) != known.argmax(-1)).mean()
        lines.append(
            f"| {name} | {100 * right:.1f} % | {100 * (right - whole):+.1f} | {100 * other:.1f} % |"
        )
    return "\n".join(
        [
            "### What each kind of context is worth",
            "",
            "| hidden from the model | right | points | decided otherwise |",
            "| --- | --- | --- | --- |",
            f"| nothing | {100 * whole:.1f} % | | |",
            *lines,
        ]
    )


def _cost(held: Arrays, known: Floats, drawn: Sequence[Situation], warmth: float) -> str:
    table, model = tagger_table(), load("referents")
    took = []
    for one in drawn[:400]:
        started = time.perf_counter()
        spoken_of = mentions(one.context)
        found = candidates(one.request, one.context, spoken_of)
        x, mask = rows(one.request, found, one.context, spoken_of, table)
        model.run([x[None], mask[None]])
        took.append(1e3 * (time.perf_counter() - started))
    size = sum((SHIPPED / f"referents.{end}").stat().st_size for end in ("tflite", "json"))
    error = calibration_error(softmax(known, warmth), held.truth)
    p50, p95 = np.percentile(took, [50, 95])
    offered = np.mean(
        [
            any(meant(one, c) for c in candidates(one.request, one.context, mentions(one.context)))
            for one in drawn
        ]
    )
    return (
        f"Calibration error {100 * error:.1f} %; what is meant is among the candidates in "
        f"{100 * offered:.1f} %; ms per request, features and all, p50 / p95: "
        f"{p50:.2f} / {p95:.2f}; size {size / 1e6:.2f} MB."
    )
