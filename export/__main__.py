"""`python -m export MODEL ...` makes one model, `python -m export evaluate NAME` measures it.

Each name is a module under `export/`, imported only when it is asked for. It has a `main(argv)`;
one that both makes and measures has an `evaluate(argv)` besides.
"""

import importlib
import logging
import sys
from importlib.util import find_spec

from device.errors import InglenookError

USAGE = "usage: python -m export MODEL [option ...] | python -m export evaluate NAME [option ...]"


def main(argv: list[str]) -> int:
    """Run one command.

    Returns:
        0, or 2 after a mistake that one sentence explains.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    measured = argv[:1] == ["evaluate"]
    names = argv[1:] if measured else argv
    if not names or not names[0].isidentifier() or names[0].startswith("_"):
        return _refuse(USAGE)
    name, *options = names
    if find_spec(f"export.{name}") is None:
        return _refuse(f"unknown name {name!r}; {USAGE}")
    module = importlib.import_module(f"export.{name}")
    run = getattr(module, "main", None)
    if measured:
        run = getattr(module, "evaluate", run)
    if run is None:
        return _refuse(f"{name!r} cannot be {'measured' if measured else 'made'}; {USAGE}")
    try:
        run(options)
    except InglenookError as exc:
        return _refuse(str(exc))
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
