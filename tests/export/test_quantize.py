from pathlib import Path

import numpy as np
import pytest

from device.models import SHIPPED, load, read_manifest
from export.__main__ import main
from export.quantize import Label, run_shipped, write_model
from tests.export.test_acoustic import speech_like

SHIPPED_MODEL = read_manifest(SHIPPED / "acoustic.json")
FILE = (SHIPPED / "acoustic.tflite").read_bytes()
STATES = [f"state_{number}" for number in range(len(SHIPPED_MODEL.inputs) - 1)]


def label(name: str) -> Label:
    return Label(
        name=name,
        inputs=["features", *STATES],
        state_inputs=frozenset(STATES),
        state_outputs=frozenset(range(1, len(STATES) + 1)),
        command="python -m export acoustic",
        training_sets=SHIPPED_MODEL.training_sets,
        labels=SHIPPED_MODEL.labels,
    )


def test_a_manifest_is_written_as_the_file_is_and_counts_its_versions(tmp_path: Path) -> None:
    first = write_model(FILE, label("copy"), folder=tmp_path)
    again = write_model(FILE, label("copy"), folder=tmp_path)
    # Trailing bytes change the checksum and nothing else.
    changed = write_model(FILE + bytes(16), label("copy"), folder=tmp_path)

    assert first.inputs == SHIPPED_MODEL.inputs
    assert first.outputs == SHIPPED_MODEL.outputs
    assert [first.version, again.version, changed.version] == [1, 1, 2]
    assert load("copy", folder=tmp_path).manifest == changed


def test_a_written_model_runs_in_another_process_as_in_this_one(tmp_path: Path) -> None:
    write_model(FILE, label("copy"), folder=tmp_path)
    model = load("copy", folder=tmp_path)
    steps = speech_like(3)[:4, None]
    states = [np.full((4, *t.shape), t.zero_point, np.int8) for t in model.manifest.inputs[1:]]

    logits, *_ = run_shipped(tmp_path, "copy", [steps, *states])

    here = [model.run([steps[row], *(state[row] for state in states)])[0] for row in range(4)]
    assert np.array_equal(logits, np.stack(here))


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        ([], "usage"),
        (["nothing"], "unknown name 'nothing'"),
        (["evaluate"], "usage"),
        (["evaluate", "../acoustic"], "usage"),
        (["shipped_"], "unknown name"),
        (["quantize"], "cannot be made"),
    ],
)
def test_a_wrong_command_line_gets_one_sentence_and_exit_code_2(
    argv: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2

    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1
