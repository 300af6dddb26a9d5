"""Public benchmarks of understanding: models that are trained to be measured, never shipped.

`python -m export benchmarks [NAME ...]` trains the models, `python -m export evaluate benchmarks`
measures them in the runtime that ships, as int8, and writes docs/benchmarks.md.
"""

import argparse
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from device.errors import ModelError
from export.benchmarks.measure import measure
from export.benchmarks.report import write
from export.benchmarks.sets import GROUPS, benchmark
from export.quantize import ROOT
from export.tagger.texts import TEXTS

COMMAND = "python -m export benchmarks"
CACHE = ROOT / "export" / ".cache" / "benchmarks"
"""Where the models are kept; git does not see it."""
MODELS = {name: group for group, names in GROUPS.items() for name in names}
"""The set of each model."""


def main(argv: list[str]) -> None:
    """Train the models of the named sets, or of all.

    Raises:
        ModelError: A set is not known or its text is missing.
    """
    parser = _parser(COMMAND)
    parser.add_argument("--epochs", type=int, help="passes over the text, other than usual")
    asked = parser.parse_args(argv)
    names = _models(asked.names)
    from export.benchmarks.make import make
    from export.benchmarks.train import RECIPES

    for name in names:
        recipe = RECIPES[MODELS[name]]
        recipe = replace(recipe, epochs=asked.epochs or recipe.epochs)
        make(benchmark(name, asked.texts), recipe, asked.folder, " ".join([COMMAND, *argv]))


def evaluate(argv: list[str]) -> None:
    """Measure the models of the named sets, or of all, and write their tables into the docs.

    Models that are missing are trained first, in another process: tensorflow and a TFLite
    runtime never share one.
    """
    asked = _parser("python -m export evaluate benchmarks").parse_args(argv)
    names = _models(asked.names)
    options = ["--texts", str(asked.texts), "--folder", str(asked.folder)]
    missing = [name for name in names if not (asked.folder / f"{name}.json").exists()]
    if missing:
        made = subprocess.run(
            [sys.executable, "-m", "export", "benchmarks", *options, *missing],
            cwd=ROOT,
            check=False,
        )
        if made.returncode != 0:
            raise ModelError(f"{' '.join(missing)} could not be trained")
    write({name: measure(benchmark(name, asked.texts), asked.folder) for name in names})


def _models(names: list[str]) -> list[str]:
    """Models of sets, or single models, in the order of the tables."""
    unknown = [name for name in names if name not in GROUPS and name not in MODELS]
    if unknown:
        raise ModelError(f"unknown benchmark {unknown[0]!r}; there are {', '.join(GROUPS)}")
    wanted = {model for name in names or GROUPS for model in GROUPS.get(name, (name,))}
    return [model for model in MODELS if model in wanted]


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=command)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--folder", type=Path, default=CACHE, help="where the models lie")
    return parser
