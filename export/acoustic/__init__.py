"""The acoustic model: speech, features, training, and its way to a `.tflite` file.

python -m export acoustic                       everything, from speech to shipped model
python -m export acoustic --continue            train on from the weights in export/weights
python -m export acoustic --no-training         convert the weights in export/weights again
python -m export evaluate acoustic              the tables of docs/acoustic.md
"""


def main(argv: list[str]) -> None:
    """Make the model."""
    from export.acoustic.make import make

    make(argv)


def evaluate(argv: list[str]) -> None:
    """Measure the model."""
    from export.acoustic.report import report

    report(argv)
