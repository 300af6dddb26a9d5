"""Draws lists of rivals in a process of its own, where TFLite runs and tensorflow does not.

python -m export.ranker.draw PART HOMES SEED FILE.npz
"""

import sys

import numpy as np

from export.ranker.lists import lists
from export.ranker.situations import situations, village
from export.ranker.texts import utterance_encoder
from export.routing.requests import Part
from simulator.homes import Split


def main(argv: list[str]) -> None:
    """Draw lists and write them."""
    match argv:
        case ["train" | "dev" | "test" as named, homes, seed, file]:
            part: Part = named
            split: Split = "train" if part == "train" else "test"
            encoder = utterance_encoder()
            place = village(part, encoder.encode, encoder.size)
            found = lists(situations(place, split, homes=int(homes), seed=int(seed)))
            np.savez(file, features=found.features, masks=found.masks, truth=found.truth)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
