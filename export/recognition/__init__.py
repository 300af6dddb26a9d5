"""Recognition as a whole: sound to sentences.

python -m export evaluate recognition           the tables of docs/recognition.md
python -m export evaluate recognition --help    single tables, more or fewer sentences
"""


def evaluate(argv: list[str]) -> None:
    """Measure recognition."""
    from export.recognition.report import report

    report(argv)
