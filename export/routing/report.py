"""The ablation's results as tables."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from scipy.stats import t as student

from export.routing.arms import ARMS, BASELINE
from export.routing.measure import Figures


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What all arms reached on one catalogue."""

    shared: float
    seed: int
    arms: dict[str, Figures]


@dataclass(frozen=True, slots=True)
class Difference:
    """An arm against the baseline on the same catalogues."""

    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def difference(values: Sequence[float], baseline: Sequence[float]) -> Difference:
    """Mean of the paired differences with its 95 % interval (Student's t).

    Args:
        values: One of each catalogue, at least two.
        baseline: The same catalogues.
    """
    gaps = np.asarray(values) - np.asarray(baseline)
    half = float(student.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / len(gaps) ** 0.5)
    return Difference(float(gaps.mean()), float(gaps.mean()) - half, float(gaps.mean()) + half)


def arms_table(drawn: Sequence[Drawn], model: str) -> str:
    """Each arm's figures of one model: mean, spread, and differences of F1 to the baseline.

    Args:
        drawn: Catalogues of one share of shared requests.
        model: "shortlister" or "re-ranker".
    """
    heads = ("top-1", "precision", "recall", "F1", "F1 at 0.5")
    lines = [
        f"| {model} | {' | '.join(heads)} | F1 against one label | F1 at 0.5 against one label |",
        f"| --- |{' --- |' * (len(heads) + 2)}",
    ]
    for arm in ARMS:
        if all(arm in one.arms for one in drawn):
            cells = [_spread(values(drawn, arm, f"{model} {head}")) for head in heads]
            cells += [_against(drawn, arm, model, figure) for figure in ("F1", "F1 at 0.5")]
            lines.append(f"| {arm} | {' | '.join(cells)} |")
    return "\n".join(lines)


def lists_table(drawn: Sequence[Drawn]) -> str:
    """Usable lists and recall of the shortlist, by its length."""
    lines = [
        "| skills on the list | usable lists, one label | with pseudo-labels "
        "| that hold any skill that serves | shortlist's recall of all that serve, test: one label "
        "| with pseudo-labels |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for k in (3, 5, 10):
        cells = [_spread(values(drawn, BASELINE, f"usable at {k} {w}")) for w in _WHEN]
        cells += [
            _spread(values(drawn, arm, f"recall at {k}")) for arm in (BASELINE, "pseudo-labels")
        ]
        lines.append(f"| {k} | {' | '.join(cells)} |")
    return "\n".join(lines)


_WHEN = ("before", "after", "in truth")


def labels_table(drawn: Sequence[Drawn]) -> str:
    """How many labels were found without anybody's help, and how many of them are right."""
    rows = (
        ("skills", "skills", _count),
        ("requests with a label", "labelled", _count),
        ("of them served by several skills", "shared", _spread),
        ("pseudo-labels found", "pseudo-labels", _count),
        ("requests that got one or two", "requests with pseudo-labels", _spread),
        ("of the pseudo-labels, right", "precision of pseudo-labels", _spread),
        ("of the true labels that nobody wrote down, found", "unknown labels found", _spread),
        ("requests without a label that got one", "semi-supervised", _count),
        ("of those whose truth is known, right", "precision of semi-supervised", _spread),
    )
    lines = ["| first training | mean ± spread |", "| --- | --- |"]
    lines += [f"| {name} | {show(values(drawn, BASELINE, key))} |" for name, key, show in rows]
    return "\n".join(lines)


def shares_table(drawn: Sequence[Drawn], arms: Sequence[str]) -> str:
    """Gains of F1 by the share of shared requests."""
    shares = sorted({one.shared for one in drawn})
    lines = [
        "| shared requests | model | one label, F1 | " + " | ".join(arms) + " |",
        f"| --- | --- | --- |{' --- |' * len(arms)}",
    ]
    for share in shares:
        some = [one for one in drawn if one.shared == share]
        for model in ("shortlister", "re-ranker"):
            cells = [_against(some, arm, model) for arm in arms]
            base = _spread(values(some, BASELINE, f"{model} F1"))
            lines.append(f"| {100 * share:.0f} % | {model} | {base} | {' | '.join(cells)} |")
    return "\n".join(lines)


def values(drawn: Sequence[Drawn], arm: str, figure: str) -> list[float]:
    """One figure of an arm on each catalogue."""
    return [one.arms[arm][figure] for one in drawn]


def gain(drawn: Sequence[Drawn], arm: str, model: str, figure: str = "F1") -> Difference:
    """What an arm gains over the baseline."""
    key = f"{model} {figure}"
    return difference(values(drawn, arm, key), values(drawn, BASELINE, key))


def _against(drawn: Sequence[Drawn], arm: str, model: str, figure: str = "F1") -> str:
    if arm == BASELINE:
        return ""
    found = gain(drawn, arm, model, figure)
    text = f"{100 * found.mean:+.2f} ({100 * found.low:+.2f} to {100 * found.high:+.2f})"
    return f"**{text}**" if found.sure else text


def _spread(some: Sequence[float]) -> str:
    return f"{100 * np.mean(some):.1f} ± {100 * np.std(some, ddof=1):.1f} %"


def _count(some: Sequence[float]) -> str:
    return f"{np.mean(some):,.0f} ± {np.std(some, ddof=1):,.0f}"
