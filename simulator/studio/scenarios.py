"""The scenarios that the page offers: files of folders, and somebody who plays them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from device.errors import ConfigError

Play = Callable[[Path], dict[str, Any]]
"""Plays a file in a house of its own; gives `passed` and the `lines` of a report.

It raises an InglenookError where the file is wrong.
"""


class Scenarios:
    """Scenario files, by name."""

    def __init__(self, folders: Sequence[Path], play: Play) -> None:
        """Look nowhere yet.

        Args:
            folders: Where TOML files lie, below them too.
            play: What plays one.
        """
        self._folders = folders
        self._play = play

    def names(self) -> list[str]:
        """What there is now, in order."""
        return sorted(self._files())

    def play(self, name: str) -> dict[str, Any]:
        """Play one; takes as long as it takes.

        Raises:
            InglenookError: There is none of that name, or it is wrong.
        """
        path = self._files().get(name)
        if path is None:
            raise ConfigError(f"there is no scenario {name!r}")
        return {"name": name, **self._play(path)}

    def _files(self) -> dict[str, Path]:
        return {
            path.relative_to(folder).with_suffix("").as_posix(): path
            for folder in self._folders
            for path in folder.rglob("*.toml")
        }
