"""The page of the ablation says what was measured, and marks what is sure."""

from pathlib import Path

import pytest

from export.chunker.report import BEGIN, END
from export.routing.arms import ARMS, BASELINE
from export.routing.report import Drawn, arms_table, shares_table

pytest.importorskip("matplotlib")

GAIN = {BASELINE: 0.0, "pseudo-labels": 0.02}


def results(shared: float) -> list[Drawn]:
    """Three catalogues on which pseudo-labels always gain the same and negatives nothing sure."""
    found = []
    for seed in (1, 2, 3):
        arms = {}
        for arm in ARMS:
            f1 = 0.5 + seed / 100 + GAIN.get(arm, 0.005 * (seed - 2))
            heads = ("F1", "precision", "recall", "F1 at 0.5", "top-1")
            arms[arm] = {f"{m} {h}": f1 for m in ("shortlister", "re-ranker") for h in heads}
            for k in (3, 5, 10):
                arms[arm] |= {f"recall at {k}": f1, f"hit at {k}": f1}
                arms[arm] |= {f"usable at {k} {w}": f1 for w in ("before", "after", "in truth")}
        arms[BASELINE] |= dict.fromkeys(
            ("skills", "labelled", "shared", "pseudo-labels", "requests with pseudo-labels",
             "precision of pseudo-labels", "unknown labels found", "semi-supervised",
             "precision of semi-supervised"),
            0.25,
        )  # fmt: skip
        found.append(Drawn(shared=shared, seed=seed, arms=arms))
    return found


def test_a_gain_that_is_the_same_on_all_catalogues_stands_in_bold() -> None:
    table = arms_table(results(0.6), "re-ranker").splitlines()
    row = {line.split("|")[1].strip(): line for line in table}

    assert "**+2.00 (+2.00 to +2.00)**" in row["pseudo-labels"]
    assert "**" not in row["self-distillation"]
    assert "52.0 ± 1.0 %" in row[BASELINE]
    assert len(table) == 2 + len(ARMS)


def test_shares_stand_below_each_other() -> None:
    table = shares_table([*results(0.6), *results(0.1)], ["pseudo-labels"]).splitlines()

    assert [line.split("|")[1].strip() for line in table[2:]] == ["10 %", "10 %", "60 %", "60 %"]


def test_the_page_keeps_its_words_and_gets_its_plot(tmp_path: Path) -> None:
    from export.routing.page import PAGE, PLOT, write_page

    (tmp_path / PAGE).write_text(
        f"Words before.\n{BEGIN}\nlast year\n{END}\nWords after.\n", "utf-8"
    )

    write_page([*results(0.6), *results(0.1)], tmp_path)
    first = (tmp_path / PLOT).read_bytes()
    write_page([*results(0.6), *results(0.1)], tmp_path)

    text = (tmp_path / PAGE).read_text("utf-8")
    assert text.startswith("Words before.")
    assert text.endswith("Words after.\n")
    assert "last year" not in text
    assert text.count("### ") == 5
    assert first.startswith(b"<?xml")
    assert (tmp_path / PLOT).read_bytes() == first
