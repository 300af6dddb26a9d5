"""The shipped language models: both runtimes agree, the shapes fit an Edge TPU, figures hold."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from device.models import SHIPPED, load, read_manifest
from device.nlu.embedding import load_table, ngrams, save_table
from device.nlu.gazetteer import FLAGS
from device.nlu.windows import windows
from device.nlu.words import tokenize
from export.quantize import ROOT, run_shipped
from export.tagger import calibration_error, spans, temperature

NAMES = ["tagger", "chunker"]
SENTENCES = [
    sentence
    for group in yaml.safe_load((ROOT / "docs" / "held-out.yaml").read_text(encoding="utf-8"))
    for sentence in group["say"]
][::6]
EDGE_TPU_OPS = {
    "ADD", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "MAX_POOL_2D",
    "MEAN", "MUL", "REDUCE_MAX", "RESHAPE", "DELEGATE",
}  # fmt: skip
"""Operations of the Edge TPU compiler's table that the models may use."""


@pytest.mark.parametrize("name", NAMES)
def test_both_runtimes_give_the_same_answers(name: str) -> None:
    manifest = read_manifest(SHIPPED / f"{name}.json")
    table = load_table(SHIPPED, manifest.settings["table"], manifest.settings["table_sha256"])
    length = manifest.inputs[0].shape[1]
    read = []
    for sentence in SENTENCES:
        tokens = tokenize(sentence)[:length]
        flags = np.zeros((len(tokens), len(FLAGS)), np.float32)
        read.append(windows(table.vectors(tokens), flags, length)[0])
    inputs = [np.stack([arrays[i] for arrays in read]) for i in range(3)]

    one, other = (
        run_shipped(SHIPPED, name, inputs, runtime=runtime)
        for runtime in ("ai-edge-litert", "tflite-runtime")
    )

    assert len(one) == len(other) > 0
    for a, b in zip(one, other, strict=True):
        assert np.mean(a.argmax(-1) == b.argmax(-1)) > 0.97


@pytest.mark.parametrize("name", [*NAMES, "referents"])
def test_the_graph_has_only_operations_and_shapes_that_an_edge_tpu_takes(name: str) -> None:
    code = (
        "import json, sys; from ai_edge_litert.interpreter import Interpreter;"
        "i = Interpreter(sys.argv[1]); i.allocate_tensors();"
        "made = {int(n) for o in i._get_ops_details() for n in o['outputs']};"
        "ops = [o['op_name'] for o in i._get_ops_details()];"
        "shapes = [[int(n) for n in d['shape']] for d in i.get_tensor_details()"
        " if d['index'] in made];"
        "types = sorted({d['dtype'].__name__ for d in i.get_input_details()"
        " + i.get_output_details()});"
        "print(json.dumps([ops, shapes, types]))"
    )
    path = str(SHIPPED / read_manifest(SHIPPED / f"{name}.json").file)
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    ops, shapes, types = json.loads(done.stdout.strip().splitlines()[-1])

    assert ops
    assert shapes
    assert set(ops) <= EDGE_TPU_OPS
    assert types == ["int8"]
    assert all(np.prod(shape[:-3], initial=1) == 1 for shape in shapes)


@pytest.mark.parametrize("name", NAMES)
def test_manifest_table_and_model_belong_together(name: str) -> None:
    manifest = load(name).manifest
    table = load_table(SHIPPED, manifest.settings["table"], manifest.settings["table_sha256"])

    assert manifest.inputs[0].shape[-1] == table.size
    assert manifest.inputs[1].shape[-1] == len(FLAGS)
    assert manifest.training_sets
    assert len(table.words) > 1_000
    assert table.vector("kitchen").any()
    assert table.vector("zzyzxq").any(), "a word that nobody heard before has its n-grams"


def test_the_shipped_models_keep_what_they_reached() -> None:
    tagger, chunker = (read_manifest(SHIPPED / f"{n}.json").metrics for n in NAMES)

    assert tagger["intent_int8"] > 0.95
    assert tagger["slot_f1_int8"] > 0.88
    assert tagger["ece_int8"] < 0.03
    assert chunker["exact_int8"] > 0.8
    for metrics, figure in ((tagger, "sentence"), (chunker, "exact")):
        assert metrics[f"{figure}_float"] - metrics[f"{figure}_int8"] < 0.015


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(3 + 50, 8)).astype(np.float32)

    sha = save_table(tmp_path / "t.npz", ["lamp", "fan", "00"], rows, 50)
    table = load_table(tmp_path, "t.npz", sha)

    wanted = rows[0] + rows[[3 + g for g in ngrams("lamp", 50)]].mean(axis=0)
    assert np.abs(table.vector("lamp") - wanted).max() < 0.05
    assert "42" in table
    assert "lamps" not in table
    assert save_table(tmp_path / "u.npz", ["lamp", "fan", "00"], rows, 50) == sha


def test_spans_and_calibration_by_hand() -> None:
    assert spans(["O", "B-name", "I-name", "B-name", "O"]) == {(1, 3, "name"), (3, 4, "name")}
    sure = np.array([[0.2, 0.8]] * 10, np.float32)
    truth = np.array([1] * 8 + [0] * 2)
    assert calibration_error(sure, truth) == pytest.approx(0.0, abs=1e-6)
    assert calibration_error(sure, np.ones(10, int)) == pytest.approx(0.2, abs=1e-6)
    boastful = np.log(np.array([[0.001, 0.999]] * 10, np.float32))
    assert temperature(boastful, truth) > 2.0
