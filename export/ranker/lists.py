"""Lists of rivals as arrays. They are drawn in a process of their own, without tensorflow.

python -m export.ranker.lists PART HOMES SEED FILE.npz
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from device.errors import ModelError
from device.nlu.embedding import Floats
from device.routing.features import rows
from export.quantize import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.ranker.situations import Situation
    from export.routing.requests import Part

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
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "lists.npz"
        arguments = [part, str(homes), str(seed), str(file)]
        done = subprocess.run(
            [sys.executable, "-m", "export.ranker.lists", *arguments], cwd=ROOT, check=False
        )
        if done.returncode != 0:
            raise ModelError(f"no lists of rivals could be drawn from the {part} part")
        with np.load(file) as kept:
            return Lists(kept["features"], kept["masks"], kept["truth"])


def main(argv: list[str]) -> None:
    """Draw lists and write them."""
    from export.ranker.situations import situations
    from export.ranker.texts import sayings, utterance_encoder

    part, homes, seed, file = argv
    split = "train" if part == "train" else "test"
    said = sayings(part)  # type: ignore[arg-type]
    found = lists(
        situations(said, split, homes=int(homes), encoder=utterance_encoder(), seed=int(seed))
    )
    np.savez(file, features=found.features, masks=found.masks, truth=found.truth)


if __name__ == "__main__":
    main(sys.argv[1:])
