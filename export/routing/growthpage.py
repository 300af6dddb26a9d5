"""docs/routing-figures.md: what ships, against the number of skills."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from device.nlu.embedding import Floats
from export.chunker.report import write
from export.routing.answers import FOLLOWED, LISTED, Size
from export.routing.plots import plot_growth

PAGE, PLOT = "routing-figures.md", "routing-growth.svg"
COMMAND = "python -m export evaluate routing --figures"


def write_growth(found: Sequence[Size], nearest: Floats, docs: Path) -> None:
    """Write the table and the plot, and print the table.

    Args:
        found: Figures of each size.
        nearest: How alike skills are.
        docs: Where the page lies.
    """
    text = "\n\n".join(
        [
            f"Measured by `{COMMAND}`.",
            f"![What becomes of the figures as skills are added]({PLOT})",
            growth_table(found),
            likeness_sentence(nearest),
        ]
    )
    write(text, docs / PAGE)
    plot_growth(
        [one.skills for one in found],
        {
            "found, % of requests": {
                "on the list of 10": [100 * one.listed[LISTED[-1]] for one in found],
                "first on the list": [100 * one.listed[1] for one in found],
                "first after re-ranking": [100 * one.top1 for one in found],
            },
            "out of scope, %": {
                "AUROC": [100 * one.auroc for one in found],
                "refused": [100 * one.refused for one in found],
                "refused in scope": [100 * one.wrongly_refused for one in found],
            },
            "processor ms, 95th percentile": {
                "encoding and shortlist": [one.find_ms[1] for one in found],
                "router after encoding": [one.route_ms[1] for one in found],
            },
            "memory, MB": {"added by the skills": [one.megabytes for one in found]},
        },
        docs / PLOT,
    )
    print(text)  # noqa: T201


def growth_table(found: Sequence[Size]) -> str:
    """A column for each number of skills."""
    shares: tuple[tuple[str, Sequence[float | None]], ...] = (
        *((f"on the shortlist's first {k}", [one.listed[k] for one in found]) for k in LISTED),
        ("first after re-ranking", [one.top1 for one in found]),
        (f"the same, of the first {FOLLOWED} skills' requests", [one.followed for one in found]),
        ("F1 of the decisions in scope", [one.f1 for one in found]),
        ("ends in a question between skills", [one.asks for one in found]),
        ("out of scope against in scope, AUROC", [one.auroc for one in found]),
        ("out of scope, nobody is asked", [one.refused for one in found]),
        ("in scope, nobody is asked", [one.wrongly_refused for one in found]),
        ("calibration error (ECE) of the first", [one.error for one in found]),
    )
    lines = [
        "| skills | " + " | ".join(f"{one.skills:,}" for one in found) + " |",
        "| --- |" + " --- |" * len(found),
        "| requests | " + " | ".join(f"{one.requests:,}" for one in found) + " |",
    ]
    for name, some in shares:
        cells = ("-" if value is None else f"{100 * value:.1f} %" for value in some)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    for name, times in (
        ("encoding and shortlist", [one.find_ms for one in found]),
        ("router after encoding", [one.route_ms for one in found]),
    ):
        cells = (f"{median:.2f} / {high:.2f} ms" for median, high in times)
        lines.append(f"| {name}, median / 95th percentile | {' | '.join(cells)} |")
    memory = (f"{one.megabytes:.0f} MB" for one in found)
    lines.append(f"| resident memory that the skills added | {' | '.join(memory)} |")
    return "\n".join(lines)


def likeness_sentence(nearest: Floats) -> str:
    """How near a skill's nearest neighbour is."""
    low, middle, high = np.quantile(nearest, (0.05, 0.5, 0.95))
    return (
        f"How alike they are: of {len(nearest):,} skills, the cosine of a skill's prototype to "
        f"that of the nearest other one is {middle:.2f} in the median ({low:.2f} to {high:.2f} "
        "for nine in ten)."
    )
