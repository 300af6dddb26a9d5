"""What rendering a template may cost: a number of steps, spent as it works.

Whoever may publish an announcement may write templates, so that each is met as if it were
hostile. Nothing here reads a clock: a template that costs too much costs too much on every
machine, and every time.
"""

from collections.abc import Mapping
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined

STEPS = 10_000
"""Steps for one rendering. Real templates take fewer than 300."""
TEXT_LENGTH = 65_536
"""Longest text that a template may make or be given, characters."""
STEP_LENGTH = 64
"""Characters that one step reads or writes."""
NUMBER_BITS = 256
"""Largest whole number."""

Plain = None | bool | int | float | str


class Budget:
    """The steps that are left of one rendering."""

    def __init__(self) -> None:
        self.left = STEPS

    def renew(self) -> None:
        """Begin a rendering."""
        self.left = STEPS

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises:
            SecurityError: None are left.
        """
        self.left -= steps
        if self.left < 0:
            raise SecurityError("template takes too many steps")

    def weigh(self, value: Any, *, depth: int = 0) -> Any:  # noqa: ANN401
        """Pay for looking at the whole of a value, and refuse what is no plain value.

        Lists within lists are paid for as often as they would be written: a few names that
        stand for one another in pairs would else write more than any memory holds.

        Returns:
            The value.

        Raises:
            SecurityError: It is too large, or neither text, number, list nor mapping.
        """
        if value is None or isinstance(value, bool | float | Undefined):
            self.spend(1)
        elif isinstance(value, int):
            self.spend(1)
            if value.bit_length() > NUMBER_BITS:
                raise SecurityError("template makes too large a number")
        elif isinstance(value, str):
            self.spend(1 + len(value) // STEP_LENGTH)
            if len(value) > TEXT_LENGTH:
                raise SecurityError("template makes too long a text")
        elif depth > 50:
            raise SecurityError("template nests values too deeply")
        elif isinstance(value, list | tuple):
            self.spend(1 + len(value))
            for item in value:
                self.weigh(item, depth=depth + 1)
        elif isinstance(value, Mapping):
            self.spend(1 + len(value))
            for key, item in value.items():
                self.weigh(key, depth=depth + 1)
                self.weigh(item, depth=depth + 1)
        else:
            raise SecurityError("template makes a value of its own kind")
        return value
