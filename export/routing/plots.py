"""Plots for docs/, drawn the same way each time so that they change only with their figures."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from export.routing.report import Difference

COLOURS = ("#1b5e8c", "#c8641e", "#3c7d3c", "#8a5a9e", "#777777")
_STYLE = {
    "svg.hashsalt": "inglenook",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
}


def plot_gains(
    gains: Mapping[str, Mapping[str, Difference]], path: Path, *, title: str, label: str
) -> None:
    """Draw gains with their intervals.

    Args:
        gains: Row -> series -> what it gained, as shares.
        path: An SVG file.
        title: Of the plot.
        label: Of the axis.
    """
    names, series = list(gains), list(next(iter(gains.values())))
    with _figure(7.2, (0.16 + 0.12 * len(series)) * len(names) + 1.2, path) as (axes, _):
        for s, one in enumerate(series):
            found = [gains[name][one] for name in names]
            places = [-(i + 0.7 * (s + 0.5) / len(series) - 0.35) for i in range(len(names))]
            below = [100 * (f.mean - f.low) for f in found]
            above = [100 * (f.high - f.mean) for f in found]
            axes.errorbar(
                [100 * f.mean for f in found], places, xerr=[below, above],
                fmt="o", markersize=5, capsize=2, color=COLOURS[s], label=one,
            )  # fmt: skip
        axes.axvline(0.0, color="#555555", linewidth=0.8)
        axes.set_yticks([-i for i in range(len(names))], names)
        axes.set_xlabel(label)
        axes.set_title(title, loc="left", fontsize=10)
        axes.legend(frameon=False, fontsize=8, loc="upper center", ncols=len(series),
                    bbox_to_anchor=(0.3, -0.1))  # fmt: skip


def plot_growth(
    sizes: Sequence[int],
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    path: Path,
) -> None:
    """Draw what becomes of figures as skills are added, one panel beside the other.

    Args:
        sizes: Numbers of skills, drawn in powers of ten.
        panels: Title of a panel -> name of a line -> its values.
        path: An SVG file.
    """
    with _figure(3.1 * len(panels), 3.1, path, columns=len(panels)) as (_, every):
        for axes, (title, lines) in zip(every, panels.items(), strict=True):
            for i, (name, found) in enumerate(lines.items()):
                axes.plot(sizes, found, "o-", markersize=4, color=COLOURS[i], label=name)
            axes.set_xscale("log")
            axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
            axes.minorticks_off()
            axes.set_ylim(bottom=0)
            axes.set_xlabel("skills")
            axes.set_title(title, loc="left", fontsize=10)
            axes.legend(frameon=False, fontsize=8)


@contextmanager
def _figure(
    width: float, height: float, path: Path, columns: int = 1
) -> Iterator[tuple[Any, Sequence[Any]]]:
    """A figure's first axes and all of them; it is written at the end."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    with pyplot.rc_context(_STYLE):
        figure, every = pyplot.subplots(
            1, columns, figsize=(width, height), layout="constrained", squeeze=False
        )
        yield every[0][0], list(every[0])
        # Without a date the same figures give the same file.
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line.rstrip()}\n" for line in lines), encoding="utf-8")
