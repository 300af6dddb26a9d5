"""The half of `export.quantize` that runs models in the runtime that ships, without tensorflow.

python -m export.shipped describe FILE.tflite
python -m export.shipped run FOLDER NAME INPUTS.npz OUTPUTS.npz RUNTIME
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from device.models import load
from device.runtimes import Accelerator, interpreter


def describe(path: Path) -> dict[str, dict[str, Any]]:
    """Inputs and outputs of a `.tflite` file under the names of its signature.

    Returns:
        `inputs` and `outputs`, each from Keras name to the fields of a manifest's tensor.
    """
    made: Any = interpreter(path, Accelerator())
    runner = made.get_signature_runner()

    def fields(details: dict[str, Any]) -> dict[str, Any]:
        scale, zero_point = details["quantization"]
        return {
            "name": details["name"],
            "shape": [int(size) for size in details["shape"]],
            "dtype": np.dtype(details["dtype"]).name,
            "scale": float(scale),
            "zero_point": int(zero_point),
        }

    return {
        "inputs": {name: fields(one) for name, one in runner.get_input_details().items()},
        "outputs": {name: fields(one) for name, one in runner.get_output_details().items()},
    }


def run(folder: Path, name: str, inputs: Path, outputs: Path, *, runtime: str) -> None:
    """Run a model over the rows of `inputs` and write what it gives to `outputs`."""
    model = load(name, folder=folder, place=Accelerator(runtime=runtime))
    with np.load(inputs) as file:
        arrays = [file[f"arr_{number}"] for number in range(len(file.files))]
    rows = [model.run([array[row] for array in arrays]) for row in range(len(arrays[0]))]
    np.savez(outputs, *[np.stack(column) for column in zip(*rows, strict=True)])


def main(argv: list[str]) -> None:
    """Do what the command line says."""
    match argv:
        case ["describe", path]:
            sys.stdout.write(json.dumps(describe(Path(path))))
        case ["run", folder, name, inputs, outputs, runtime]:
            run(Path(folder), name, Path(inputs), Path(outputs), runtime=runtime)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
