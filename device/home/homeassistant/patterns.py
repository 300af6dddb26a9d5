"""Regular expressions in templates, each with a limit of time.

The library `regex` can stop in the middle of a search, which Python's own cannot. Its
compiler cannot be stopped, so that expressions it would unroll are refused before.
"""

import re
from collections.abc import Callable
from typing import Any

import regex
from jinja2.exceptions import FilterArgumentError, SecurityError

PATTERN_LENGTH, SUBJECT_LENGTH = 200, 4_096
"""Longest regular expression, and longest text that one is held against."""
REPLACEMENT_LENGTH = 50
"""Longest replacement, which stands for every place that is found."""
PATTERN_S = 0.01
"""Longest time that one regular expression may take, seconds."""


def _pattern(source: Any, *, ignorecase: bool) -> "regex.Pattern[str]":  # noqa: ANN401
    """A compiled expression.

    Counted repeats of groups multiply while they are compiled, and (?R) calls itself: both
    are refused.
    """
    text = str(source)
    counted = re.sub(r"\{\d{1,2}(?:,\d{0,2})?\}", "", text)
    if (
        len(text) > PATTERN_LENGTH
        or re.search(r"\)\{|\{|\(\?[R&P\d+-]|\\[LpPK]", counted)
        or (re.search(r"\)\{", text))
    ):
        raise SecurityError("template has a regular expression that is not allowed")
    try:
        return regex.compile(text, regex.IGNORECASE if ignorecase else 0)
    except (regex.error, RecursionError, ValueError, OverflowError):
        raise FilterArgumentError("template has a broken regular expression") from None


def _held(action: Callable[..., Any], subject: Any, *before: Any) -> Any:  # noqa: ANN401
    """Hold an expression against a text, for a limited time."""
    text = str(subject)
    if len(text) > SUBJECT_LENGTH:
        raise SecurityError("template holds a regular expression against too long a text")
    try:
        return action(*before, text, timeout=PATTERN_S)
    except TimeoutError:
        raise SecurityError("template has a regular expression that takes too long") from None
    except (regex.error, IndexError, MemoryError):
        raise FilterArgumentError("template has a broken regular expression") from None


def matches(value: Any, find: str = "", ignorecase: bool = False) -> bool:  # noqa: ANN401
    """Whether the text begins so."""
    return bool(_held(_pattern(find, ignorecase=ignorecase).match, value))


def holds(value: Any, find: str = "", ignorecase: bool = False) -> bool:  # noqa: ANN401
    """Whether the text holds it."""
    return bool(_held(_pattern(find, ignorecase=ignorecase).search, value))


def replace(
    value: Any = "",  # noqa: ANN401
    find: str = "",
    by: str = "",
    ignorecase: bool = False,
) -> str:
    """The text with what is found replaced."""
    if len(str(by)) > REPLACEMENT_LENGTH:
        raise SecurityError("template makes too long a text")
    found = _held(_pattern(find, ignorecase=ignorecase).sub, value, str(by))
    return str(found)


def find_all(value: Any, find: str = "", ignorecase: bool = False) -> list[Any]:  # noqa: ANN401
    """All that is found."""
    return list(_held(_pattern(find, ignorecase=ignorecase).findall, value))


def find_one(
    value: Any,  # noqa: ANN401
    find: str = "",
    index: int = 0,
    ignorecase: bool = False,
) -> Any:  # noqa: ANN401
    """One of what is found."""
    found = find_all(value, find, ignorecase)
    if not -len(found) <= index < len(found):
        raise FilterArgumentError("template looks for more than there is")
    return found[index]
