"""Tables of a page."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def percent(share: float) -> str:
    """A share between 0 and 1 as a percentage."""
    return f"{100 * share:.1f} %"


def share_of(found: Sequence[bool]) -> str:
    """How many are so, as a percentage; "-" of none."""
    return percent(sum(found) / len(found)) if found else "-"
