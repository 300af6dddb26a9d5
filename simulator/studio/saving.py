"""A talk as a scenario: what was done, and what came of it, as TOML.

name, at, room, person   where it begins
[[steps]]                what was done, one key each: say, wait, touch, misbehave, broker ...
[steps.expect]           what came of it: commands, asks, reply
"""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from device.errors import ConfigError

Json = Mapping[str, Any]

KEPT = 500
"""Steps that a saved scenario can begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done."""

    does: Json
    """Key and value of the step: {"say": "turn on the lamp"}."""
    turn: str | None = None
    """Id of the turn that came of it; None where none did."""
    at: datetime
    """The home's time when it was done."""
    expect: Json = field(default_factory=dict)
    """What came of it; empty where nothing is expected."""


class Script:
    """What was done since the house was opened, or put back to its beginning."""

    def __init__(self) -> None:
        self._steps: deque[Step] = deque(maxlen=KEPT)

    def did(self, does: Json, at: datetime) -> None:
        """Something was done that is no turn."""
        self._steps.append(Step(does=does, at=at))

    def said(self, turn: str, at: datetime, record: Json) -> None:
        """Somebody said something, and this turn (`device.records.record`) came of it."""
        expect = {
            "commands": record["commands"],
            "asks": str(record["asks"] or ""),
            "reply": record["reply"],
        }
        self._steps.append(Step(does={"say": record["text"]}, turn=turn, at=at, expect=expect))

    def clear(self) -> None:
        """Begin anew."""
        self._steps.clear()

    def scenario(self, turn: str, *, whole: bool, room: str | None, person: str | None) -> str:
        """A turn as a scenario.

        Args:
            turn: Its id.
            whole: Whether with everything that was done before it.
            room: Where the speaker stands.
            person: Who speaks.

        Raises:
            ConfigError: Nobody said anything in that turn, or it was too long ago.
        """
        steps = list(self._steps)
        at = next((at for at, step in enumerate(steps) if step.turn == turn), None)
        if at is None:
            raise ConfigError("this turn cannot be saved: nobody said anything in it")
        kept = steps[: at + 1] if whole else [steps[at]]
        return written(kept, name=str(steps[at].does["say"]), room=room, person=person)


def written(
    steps: Sequence[Step], *, name: str, room: str | None = None, person: str | None = None
) -> str:
    """The TOML text of steps, at least one; it begins at the time of the first."""
    lines = [f"name = {_quoted(name)}", f"at = {steps[0].at:%Y-%m-%dT%H:%M:%S}"]
    head = {"room": room, "person": person}
    lines += _lines({key: value for key, value in head.items() if value is not None})
    for step in steps:
        lines += ["", "[[steps]]", *_lines(step.does)]
        if step.expect:
            lines += ["[steps.expect]", *_lines(step.expect)]
    return "\n".join([*lines, ""])


def _lines(table: Json) -> list[str]:
    return [f"{_key(key)} = {_quoted(value)}" for key, value in table.items()]


def _key(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else _quoted(name)


def _quoted(value: object) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(_lines(value))}}}"
    if isinstance(value, list):
        return f"[{', '.join(_quoted(one) for one in value)}]"
    # Strings, numbers and truth values are those of JSON, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
