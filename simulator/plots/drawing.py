"""Pictures of what was measured, as PNG or SVG files; readable without colours, too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from device.errors import ConfigError
from simulator.plots.measured import Grid, Measured

COLORS = "cividis"
"""A scale that people with any colour vision read the same."""
_BLUE, _GREY = "#0072b2", "#5f6b73"
_STAGES = {
    "asr": "recognition (asr)",
    "nlu": "understanding (nlu)",
    "routing": "routing",
    "home": "commands (home)",
    "total": "whole turn",
}
"""Stages in the order of a turn, and how they are called."""
_MOST_INTENTS = 24


def draw(measured: Measured, folder: Path, *, kind: str = "png") -> list[Path]:
    """Write all plots.

    Args:
        measured: What they show.
        folder: Where; made where it is not there.
        kind: "png" or "svg".

    Returns:
        The files.

    Raises:
        ConfigError: matplotlib is missing, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [
            accuracy(measured.grid, folder / f"accuracy.{kind}"),
            latency(measured.ms, folder / f"latency.{kind}"),
            confusion(measured.intents, folder / f"confusion.{kind}"),
        ]
    except OSError as exc:
        raise ConfigError(f"{folder} cannot be written: {exc.strerror}") from exc


def need_matplotlib() -> None:
    """Say at once that nothing can be drawn, before minutes are spent on measuring.

    Raises:
        ConfigError: matplotlib is missing.
    """
    try:
        import matplotlib  # noqa: F401 - to see whether it is there
    except ImportError as exc:
        raise ConfigError("plots need matplotlib: pip install 'inglenook[plots]'") from exc


def accuracy(grid: Grid, path: Path) -> Path:
    """How many spoken requests are done as meant, by noise and distance.

    Returns:
        The file.

    Raises:
        ConfigError: matplotlib is missing.
    """
    figure, axes = _page(7.2, 4.6)
    share = 100 * np.array(grid.right, dtype=np.float64) / max(1, grid.phrases)
    shown = axes.imshow(share, cmap=COLORS, vmin=0, vmax=100, aspect="auto")
    for row, column in np.ndindex(*share.shape):
        value = share[row, column]
        axes.text(
            column,
            row,
            f"{value:.0f} %",
            ha="center",
            va="center",
            fontsize=12,
            color="black" if value > 55 else "white",
        )
    ratios = ["quiet room" if db is None else f"{db:g} dB" for db in grid.snrs_db]
    axes.set_xticks(range(len(ratios)), ratios)
    axes.set_yticks(range(len(grid.distances_m)), [f"{m:g} m" for m in grid.distances_m])
    axes.set_xlabel("speech above noise at the microphone")
    axes.set_ylabel("from mouth to microphone")
    axes.tick_params(length=0)
    _title(
        axes,
        "Spoken requests that are done as they were meant",
        f"{grid.phrases} requests of synthetic voices at each place, in a living room",
    )
    bar = figure.colorbar(shown, ax=axes, shrink=0.9, pad=0.02)
    bar.set_label("done as meant, %")
    bar.outline.set_visible(False)
    return _saved(figure, path)


def latency(ms: Mapping[str, Sequence[float]], path: Path) -> Path:
    """How long the stages of a turn take.

    Args:
        ms: Stage -> milliseconds, one for each turn; what every stage spent nothing in is left
            out.
        path: The file.

    Returns:
        The file.

    Raises:
        ConfigError: matplotlib is missing.
    """
    spent = {
        name: [one for one in ms.get(stage, ()) if one > 0]
        for stage, name in (_STAGES | {s: s for s in ms if s not in _STAGES}).items()
    }
    spent = {name: found for name, found in spent.items() if found}
    figure, axes = _page(7.2, 1.6 + 0.62 * max(1, len(spent)))
    turns = max((len(found) for found in spent.values()), default=0)
    if spent:
        axes.boxplot(
            list(spent.values()),
            orientation="horizontal",
            widths=0.55,
            whis=(5, 95),
            patch_artist=True,
            boxprops={"facecolor": "#cfe3f1", "edgecolor": _BLUE},
            medianprops={"color": _BLUE, "linewidth": 2.5},
            whiskerprops={"color": _BLUE},
            capprops={"color": _BLUE},
            flierprops={"marker": ".", "markersize": 3, "markeredgecolor": _GREY},
        )
        axes.set_xscale("log")
    for place, found in enumerate(spent.values(), start=1):
        axes.annotate(
            f"{np.median(found):.3g} ms",
            (1.01, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=_BLUE,
        )
    axes.set_yticks(range(1, len(spent) + 1), list(spent))
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("milliseconds on this machine (each step is ten times the one before)")
    axes.grid(axis="x", color="#d8dde0", linewidth=0.8)
    axes.set_axisbelow(True)
    _title(
        axes,
        "How long each stage of a turn takes",
        f"{turns} turns; box: half of them, whiskers: 5 % to 95 %, at the right: the median",
    )
    return _saved(figure, path)


def confusion(intents: Mapping[tuple[str, str], int], path: Path) -> Path:
    """What was understood for what was meant.

    Args:
        intents: (meant, understood) -> how often.
        path: The file.

    Returns:
        The file.

    Raises:
        ConfigError: matplotlib is missing.
    """
    meant = Counter[str]()
    for (wanted, _), times in intents.items():
        meant[wanted] += times
    rows = [name for name, _ in meant.most_common(_MOST_INTENTS)]
    others = sorted({got for _, got in intents if got not in rows})
    columns = [*rows, *others]
    count = np.array([[intents.get((row, column), 0) for column in columns] for row in rows])
    side = 0.34 * max(6, len(columns)) + 2.6
    figure, axes = _page(side + 0.6, 0.34 * max(4, len(rows)) + 3.0)
    if rows:
        share = count / np.maximum(1, count.sum(axis=1, keepdims=True))
        axes.imshow(_shaded(share), aspect="auto")
        for row, column in np.argwhere(count):
            axes.text(
                column,
                row,
                str(count[row, column]),
                ha="center",
                va="center",
                fontsize=8,
                fontweight="normal" if row == column else "bold",
                color="white" if row == column and share[row, column] > 0.5 else "black",
            )
        for place in range(len(columns) + 1):
            axes.axvline(place - 0.5, color="#e3e7ea", linewidth=0.6)
        for place in range(len(rows) + 1):
            axes.axhline(place - 0.5, color="#e3e7ea", linewidth=0.6)
    axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, labelsize=8)
    axes.set_xlabel("understood as")
    axes.set_ylabel("meant")
    right = sum(times for (wanted, got), times in intents.items() if wanted == got)
    whole = sum(intents.values())
    _title(
        axes,
        "What typed requests were understood as",
        f"{right} of {whole} as they were meant (blue); orange: taken for something else",
    )
    return _saved(figure, path)


def _shaded(share: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Colours of a table's cells: blue on the diagonal, orange beside it, white for nothing."""
    from matplotlib import colormaps

    right = np.eye(share.shape[0], share.shape[1], dtype=np.bool_)
    cells: npt.NDArray[np.float64] = np.where(
        right[..., None],
        colormaps["Blues"](0.15 + 0.8 * share),
        colormaps["Oranges"](0.25 + 0.6 * share),
    )
    cells[share == 0] = 1.0
    return cells


def _page(width: float, height: float) -> tuple[Any, Any]:
    """A figure and its axes, without any window."""
    need_matplotlib()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    axes = figure.add_subplot()
    for side in axes.spines.values():
        side.set_visible(False)
    return figure, axes


def _title(axes: Any, what: str, how: str) -> None:  # noqa: ANN401 - matplotlib has no types here
    axes.set_title(f"{what}\n", loc="left", fontsize=12, fontweight="bold")
    axes.annotate(
        how, (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points",
        fontsize=9, color=_GREY,
    )  # fmt: skip


def _saved(figure: Any, path: Path) -> Path:  # noqa: ANN401
    """Write it; the same content gives the same bytes."""
    import matplotlib as mpl

    metadata: dict[str, Any] = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": "inglenook"}):
        figure.savefig(path, metadata=metadata)
    return path
