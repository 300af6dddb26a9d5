"""docs/routing-labels.md: the figures between their marks, and the plots beside it."""

from collections.abc import Sequence
from pathlib import Path

from export.chunker.report import write
from export.routing.arms import ARMS, BASELINE
from export.routing.plots import plot_gains
from export.routing.report import (
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
        f"Measured by `{COMMAND}`, on {len(main)} catalogues with {drawn[0].shared:.0%} shared "
        f"requests and {len(drawn) - len(main)} with less. ± is the standard deviation over "
        "catalogues; intervals are of the paired difference; bold ones leave out zero.",
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
    arms = [arm for arm in ARMS if arm != BASELINE and arm in main[0].arms]
    plot_gains(
        {arm: {model: gain(main, arm, model) for model in MODELS} for arm in arms},
        docs / PLOT,
        title=f"F1 against one label, {len(main)} catalogues, 95 % intervals",
        label="points of F1",
    )
    print(text)  # noqa: T201
