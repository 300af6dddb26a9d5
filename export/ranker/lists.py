"""Lists of rivals as arrays."""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from device.errors import ModelError
from device.nlu.embedding import Floats
from device.routing.features import rows
from export.quantize import ROOT, SHIPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.ranker.situations import Situation
    from export.routing.requests import Part

CACHE = ROOT / "export" / ".cache" / "ranker"

_NOT_DRAWING = frozenset({"train.py", "report.py", "lessons.py", "__init__.py", "ranker.json"})
"""Files that change nothing in what is drawn."""

MISSED = -1
"""Truth of a list that lacks the skill that is wanted."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What a model is trained on and measured with."""

    features: Floats
    """Shape (requests, rivals, features)."""
    masks: Floats
    """Shape (requests, rivals, 1)."""
    truth: npt.NDArray[np.int64]
    """The place of the wanted skill, MOST_RIVALS for "none of them", or MISSED."""

    def only(self, kept: npt.NDArray[np.bool_]) -> "Lists":
        """Some of the requests."""
        return Lists(self.features[kept], self.masks[kept], self.truth[kept])


def lists(drawn: "Sequence[Situation]") -> Lists:
    """The features of each request."""
    made = [rows(one.rivals, one.request, one.context) for one in drawn]
    truth = np.array([one.truth for one in drawn], np.int64)
    return Lists(np.stack([x for x, _ in made]), np.stack([m for _, m in made]), truth)


def drawn(part: "Part", *, homes: int, seed: int) -> Lists:
    """Draw requests in another process, where the shipped models read and encode them.

    Args:
        part: Of the public sets.
        homes: How many pretend homes.
        seed: The same seed gives the same lists.

    Raises:
        ModelError: It failed.
    """
    file = CACHE / f"lists-{part}-{homes}-{seed}-{_made_with()}.npz"
    if not file.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        arguments = [part, str(homes), str(seed), str(file)]
        done = subprocess.run(
            [sys.executable, "-m", "export.ranker.draw", *arguments], cwd=ROOT, check=False
        )
        if done.returncode != 0:
            raise ModelError(f"no lists of rivals could be drawn from the {part} part")
    with np.load(file) as kept:
        return Lists(kept["features"], kept["masks"], kept["truth"])


def _made_with() -> str:
    """The code and the models that lists depend on: as long as it stays, so do they."""
    code = sorted([*(ROOT / "export" / "ranker").glob("*.py"), *(ROOT / "device").rglob("*.py")])
    models = sorted(SHIPPED.glob("*.json"))
    content = hashlib.sha256((ROOT / "simulator" / "owners.py").read_bytes())
    for path in (*code, *models):
        if path.name not in _NOT_DRAWING:
            content.update(path.read_bytes())
    return content.hexdigest()[:12]
