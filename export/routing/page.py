"""docs/routing-labels.md: the figures between their marks, and the plots beside it."""

from collections.abc import Sequence
from pathlib import Path

from export.chunker.report import write
from export.routing.arms import ARMS, BASELINE
from export.routing.plots import plot_gains
from export.routing.report import (
    Difference,
    Drawn,
    arms_table,
    gain,
    labels_table,
    lists_table,
    shares_table,
)

PAGE, PLOT = "routing-labels.md", "routing-labels.svg"
MODELS = ("shortlister", "re-ranker")
COMMAND = "python -m export evaluate routing"


def write_page(drawn: Sequence[Drawn], docs: Path) -> None:
    """Write the tables and the plot.

    Args:
        drawn: Of the share with all arms first.
        docs: Where the page lies.
    """
    main = [one for one in drawn if one.shared == drawn[0].shared]
    rest = {one.shared for one in drawn} - {drawn[0].shared}
    parts = [
        f"Measured by `{COMMAND}`, on {len(main)} catalogues with "
        f"{100 * drawn[0].shared:.0f} % shared requests and {len(drawn) - len(main)} with less. "
        "± is the standard deviation over catalogues; intervals (95 %) are of the paired "
        "difference; bold ones leave out zero.",
        f"![What each arm gains]({PLOT})",
        "### Arms: the shortlister",
        arms_table(main, "shortlister"),
        "### Arms: the re-ranker",
        arms_table(main, "re-ranker"),
        "### Pseudo-labels",
        labels_table(main),
        "### Lists that the re-ranker can learn from",
        lists_table(main),
    ]
    if rest:
        brief = [arm for arm in drawn[-1].arms if arm != BASELINE]
        parts += ["### By the share of shared requests", shares_table(drawn, brief)]
    text = "\n\n".join(parts)
    write(text, docs / PAGE)
    # What no one has would hide the others: it gains ten times as much.
    arms = [arm for arm, told in ARMS.items() if arm != BASELINE and not told.whole]
    plot_gains(
        {arm: _gains(main, arm) for arm in arms},
        docs / PLOT,
        title=f"F1 against one label, {len(main)} catalogues, 95 % intervals",
        label="points of F1",
    )
    print(text)  # noqa: T201


def _gains(drawn: Sequence[Drawn], arm: str) -> dict[str, Difference]:
    """Of both models, at the best threshold and at one half."""
    return {
        f"{model}{note}": gain(drawn, arm, model, figure)
        for figure, note in (("F1", ""), ("F1 at 0.5", ", at 0.5"))
        for model in MODELS
    }
