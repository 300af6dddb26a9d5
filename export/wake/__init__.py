"""A wake word of one's own, in the microWakeWord v2 format, from synthetic speech and recordings.

python -m export wake "hey nook" --out models             train, measure, write model and JSON
python -m export wake "smart mirror" --recordings DIR     with people who say it
python -m export evaluate wake [MODEL ...]                misses against false alarms
"""


def main(argv: list[str]) -> None:
    """Make a model."""
    from export.wake.make import make

    make(argv)


def evaluate(argv: list[str]) -> None:
    """Measure models."""
    from export.wake.make import report

    report(argv)
