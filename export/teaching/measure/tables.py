"""Tables of a page."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def percent(share: object) -> str:
    """A share between 0 and 1 as a percentage."""
    return f"{100 * float(share):.1f} %"  # type: ignore[arg-type]
