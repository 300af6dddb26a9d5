"""The scenarios that the page offers, and what came of one in few lines."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from device.errors import ConfigError
from simulator.scenario.playing import Outcome, play
from simulator.scenario.written import read_scenario


class Scenarios:
    """Scenario files, by name; each is played in a house of its own."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Look nowhere yet.

        Args:
            folders: Where TOML files lie; the first that has a name counts.
        """
        self._folders = folders

    def names(self) -> list[str]:
        """What there is now, in order."""
        return sorted(self._files())

    def play(self, name: str) -> dict[str, Any]:
        """Play one in still time, from its beginning to its end.

        Returns:
            `name`, `passed`, and `lines` that say what happened.

        Raises:
            ConfigError: There is none of that name, or it is wrong.
        """
        path = self._files().get(name)
        if path is None:
            raise ConfigError(f"there is no scenario {name!r}")
        outcome = play(read_scenario(path), path)
        return {"name": name, "passed": outcome.passed, "lines": list(_lines(outcome))}

    def _files(self) -> dict[str, Path]:
        found = (path for folder in reversed(self._folders) for path in folder.glob("*.toml"))
        return {path.stem: path for path in found}


def _lines(outcome: Outcome) -> Iterator[str]:
    yield outcome.name
    for step in outcome.steps:
        yield f"{'✗' if step.wrong else '✓'} {step.what}"
        for turn in step.happened.turns:
            if turn["reply"]:
                yield f"    {turn['reply']}"
        for difference in step.wrong:
            yield f"    {difference}"
    if outcome.broken is not None:
        yield outcome.broken
