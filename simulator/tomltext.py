"""Values as TOML text, for files that the simulator writes."""

import json
import re
from collections.abc import Mapping
from datetime import datetime

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def inline(value: object) -> str:
    """A value on one line: TOML writes strings, numbers and lists of them as JSON does.

    Example: {"power": "on"} -> {power = "on"}
    """
    match value:
        case Mapping():
            inner = ", ".join(f"{key(str(name))} = {inline(one)}" for name, one in value.items())
            return f"{{{inner}}}"
        case list() | tuple():
            return f"[{', '.join(inline(one) for one in value)}]"
        case datetime():
            return value.isoformat()
        case _:
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    """A key; quoted where it is not plain."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
