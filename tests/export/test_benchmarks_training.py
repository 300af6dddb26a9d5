"""Benchmark models are trained, quantized and measured in earnest, on a small set."""

import subprocess
import sys
from pathlib import Path
from random import Random

from export.benchmarks.measure import measure
from export.benchmarks.sentences import Sentence, sentence
from export.benchmarks.sets import benchmark
from export.quantize import ROOT


def write_columns(folder: Path, rows: list[Sentence]) -> None:
    folder.mkdir(parents=True)
    columns = {
        "seq.in": [" ".join(row.tokens) for row in rows],
        "seq.out": [" ".join(row.labels) for row in rows],
        "label": ["#".join(sorted(row.intents)) for row in rows],
    }
    for name, lines in columns.items():
        (folder / name).write_text("\n".join(lines) + "\n")


def tiny(rng: Random, cities: list[str]) -> Sentence:
    city = rng.choice(cities).split()
    place = ["B-city", *["I-city"] * (len(city) - 1)]
    if rng.random() < 0.5:
        return sentence(["take", "me", "to", *city], ["O", "O", "O", *place], ["fly"])
    return sentence(["how", "is", *city, "today"], ["O", "O", *place, "B-day"], ["weather"])


def test_a_small_model_learns_what_it_measures_and_is_as_good_in_int8(tmp_path: Path) -> None:
    rng = Random(1)
    cities = ["oslo", "new york", "rome", "san jose", "paris", "cape town"]
    for part, names in (("train", cities), ("valid", cities), ("test", [*cities, "port louis"])):
        write_columns(tmp_path / "atis" / part, [tiny(rng, names) for _ in range(96)])
    command = [sys.executable, "-m", "export", "benchmarks", "atis", "--epochs", "8"]
    folder = tmp_path / "models"

    done = subprocess.run(
        [*command, "--texts", str(tmp_path), "--folder", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    found = measure(benchmark("atis", tmp_path), folder)
    for figures_of in (found.before, found.int8):
        assert figures_of["intent"] > 0.95
        assert figures_of["sentence"] > 0.8
    assert 0.0 < found.megabytes < 2.0
    assert not (ROOT / "export" / "weights" / "atis.npz").exists()
