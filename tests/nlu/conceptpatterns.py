"""Sentences that use a taught name X, and what they ask for.

Written by hand in the furnished house before they were tried; nothing is trained with them.
Each request is INTENT slot=value ...; its slot `concept` is the name.
"""

from pathlib import Path

PATTERNS = Path(__file__).with_suffix(".txt")


def patterns() -> list[tuple[str, list[tuple[str, dict[str, object]]]]]:
    """Each sentence with its requests: intent and slots besides the name."""
    found = []
    for line in PATTERNS.read_text(encoding="utf-8").splitlines():
        sentence, _, wanted = line.partition(" | ")
        requests = []
        for one in wanted.split(" ; "):
            intent, *rest = one.split(" ", 1)
            requests.append((intent, _slots(rest[0] if rest else "")))
        found.append((sentence, requests))
    return found


def _slots(text: str) -> dict[str, object]:
    """Example: "area=Office hours=1" -> {"area": "Office", "hours": 1}."""
    found: dict[str, object] = {}
    name = ""
    for word in text.split():
        if "=" in word:
            name, _, value = word.partition("=")
            found[name] = int(value) if value.isdigit() else value
        else:
            found[name] = f"{found[name]} {word}"
    return found
