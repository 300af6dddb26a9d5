"""`python -m export.teaching.gap COUNT SEED train|test|ordinary FILE.npz` draws rows into it."""

import sys
from pathlib import Path
from typing import cast

from export.teaching.gap.draw import Reader, ordinary, rows, write
from simulator.homes import Split


def main(count: str, seed: str, split: str, path: str) -> None:
    """Draw and write; the arguments are those of `export.teaching.gap.draw.drawn`."""
    if split == "ordinary":
        found = [*ordinary(int(count))]
    else:
        found = [*rows(int(count), int(seed), cast(Split, split))]
    write(found, Reader.shipped().table, Path(path))


if __name__ == "__main__":
    main(*sys.argv[1:])
