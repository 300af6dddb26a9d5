"""Words that stand for all values that a list may get later; they are never said themselves."""

import json
from collections.abc import Mapping
from typing import Any

_MARK = "\x02"


def slot_key(name: str, context: Mapping[str, Any] | None) -> str:
    """The word for further values of a list.

    Args:
        name: The list.
        context: What hassil knows of the values: {"domain": "light"}. Values of one context may
            stand in the same sentences.
    """
    return _MARK + json.dumps([name, context or {}], sort_keys=True)


def is_slot(word: str) -> bool:
    """Whether a word is one of these."""
    return word.startswith(_MARK)
