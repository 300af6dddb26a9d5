"""Recognition as a whole: sound to sentences.

python -m export evaluate recognition           the tables of docs/recognition.md
"""


def evaluate(argv: list[str]) -> None:
    """Measure recognition."""
    from export.recognition.report import report

    report(argv)
