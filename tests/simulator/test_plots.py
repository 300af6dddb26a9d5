"""Plots show what was measured, and measuring counts what people meant."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from device.errors import ConfigError
from simulator.plots.drawing import accuracy, confusion, draw, latency
from simulator.plots.measured import Grid, Measured, measure
from simulator.scenario.command import SHIPPED, played, plotted
from simulator.voices import engines

matplotlib = pytest.importorskip("matplotlib", reason="an extra")

GRID = Grid(snrs_db=(None, 10.0), distances_m=(1.0, 3.0), phrases=4, right=((4, 3), (2, 0)))
INTENTS = Counter({("HassTurnOn", "HassTurnOn"): 9, ("HassTurnOn", "nothing"): 1})
MS = {"asr": [80.0, 120.0], "nlu": [9.0, 12.0], "home": [0.0, 0.0], "total": [95.0, 140.0]}


def texts(svg: Path) -> str:
    """All that is written in a picture; matplotlib notes each text beside its outline."""
    lines = svg.read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip()[5:-4] for line in lines if line.strip().startswith("<!-- "))


def test_the_grid_shows_each_share_at_its_place(tmp_path: Path) -> None:
    shown = texts(accuracy(GRID, tmp_path / "a.svg"))

    assert all(f"{share} %" in shown for share in (100, 75, 50, 0))
    assert "quiet room" in shown
    assert "4 requests" in shown


def test_a_stage_that_took_no_time_is_left_out_and_medians_are_written(tmp_path: Path) -> None:
    shown = texts(latency(MS, tmp_path / "l.svg"))

    assert "recognition (asr)" in shown
    assert "100 ms" in shown
    assert "commands (home)" not in shown


def test_what_was_taken_for_something_else_stands_beside_the_diagonal(tmp_path: Path) -> None:
    shown = texts(confusion(INTENTS, tmp_path / "c.svg"))

    assert "9 of 10 as they were meant" in shown
    assert "nothing" in shown


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_figures_give_the_same_files(tmp_path: Path, kind: str) -> None:
    measured = Measured(grid=GRID, ms=MS, intents=INTENTS)

    first = draw(measured, tmp_path / "first", kind=kind)
    again = draw(measured, tmp_path / "again" / "deeper", kind=kind)

    assert [path.name for path in first] == [
        f"{n}.{kind}" for n in ("accuracy", "latency", "confusion")
    ]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert all(path.stat().st_size > 5_000 for path in first)


def test_nothing_measured_is_no_reason_to_fail(tmp_path: Path) -> None:
    empty = Measured(grid=Grid(snrs_db=(None,), distances_m=(1.0,), phrases=0, right=((0,),)))

    assert len(draw(empty, tmp_path)) == 3


def test_a_folder_that_cannot_be_written_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match="cannot be written"):
        draw(Measured(grid=GRID, ms=MS, intents=INTENTS), tmp_path / "file")


def test_the_stages_of_scenarios_that_were_played_have_a_plot_of_their_own(tmp_path: Path) -> None:
    outcomes = played([SHIPPED / "one-lamp.toml", SHIPPED / "two-in-one-breath.toml"])
    measured = Measured(grid=GRID, ms=MS, intents=INTENTS)

    files = plotted(measured, outcomes, tmp_path)
    alone = plotted(measured, [], tmp_path / "none")

    assert [f.stem for f in files] == ["accuracy", "latency", "confusion", "latency-scenarios"]
    assert sum(len(outcome.ms["total"]) for outcome in outcomes) == 3
    assert files[-1].read_bytes() != alone[-1].read_bytes()
    assert files[0].read_bytes() == alone[0].read_bytes()


def test_without_matplotlib_one_sentence_comes_before_anything_is_played(tmp_path: Path) -> None:
    program = "import sys; sys.modules['matplotlib'] = None; from simulator.cli import main; "
    call = f"sys.exit(main(['simulate', '--plots', {str(tmp_path)!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", program + call], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].endswith("pip install 'inglenook[plots]'")


@pytest.mark.skipif(not {"flite", "espeak-ng"} <= set(engines()), reason="no speech programs")
def test_measuring_counts_every_request_once_and_the_same_for_a_seed() -> None:
    shares: list[float] = []
    first, again = (
        measure(
            3, snrs_db=(None, -15.0), distances_m=(0.5,), phrases=3, houses=2, sayings=6,
            tell=shares.append,
        )
        for _ in range(2)
    )  # fmt: skip

    assert first.grid == again.grid
    assert first.intents == again.intents
    assert first.intents.total() >= 10
    assert np.shape(first.grid.right) == (1, 2)
    assert first.grid.right[0][0] > first.grid.right[0][1]
    assert len(first.ms["asr"]) >= 3
    assert shares[-1] == 1.0
