"""The folder of turns that can be replayed.

A file's name tells when its conversation began and its turn was asked, so that deleting a span
of time needs to open none: 20261120T213000000Z_20261120T213105000Z_ID.zip.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from device.config import Config
from device.errors import StoreError
from device.keepsake import Keepsake, packed

_NAME = re.compile(r"(\d{8}T\d{9})Z_(\d{8}T\d{9})Z_[\w.-]+\.zip(?:\.new)?")

_STEP = timedelta(milliseconds=1)
"""How exact the moments in a name are."""


class KeepsakeFolder:
    """Keeps the last few."""

    def __init__(self, path: Path, *, most: int) -> None:
        """Look at no file yet.

        Args:
            path: The folder; made when it is needed.
            most: Keepsakes kept; older ones are deleted.
        """
        self._path = path
        self._most = most

    def write(self, keepsake: Keepsake, *, since: datetime, until: datetime) -> Path:
        """Keep one, and delete those that are too many.

        Args:
            keepsake: What to keep.
            since: When its conversation began.
            until: When its turn was asked.

        Raises:
            StoreError: It could not be written.
        """
        clean = re.sub(r"[^\w.-]", "-", keepsake.facts.turn)
        path = self._path / f"{_stamp(since)}_{_stamp(until)}_{clean}.zip"
        unfinished = path.with_suffix(".zip.new")
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(packed(keepsake))
            unfinished.replace(path)
        except OSError as exc:
            raise StoreError(f"cannot keep a turn in {self._path}: {exc.strerror}") from exc
        latest_last = sorted(self._kept(), key=lambda kept: (kept[1], kept[0], kept[2]))
        for _, _, old in latest_last[: -self._most]:
            _delete(old)
        return path

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Delete those whose conversation reaches into a span; no byte is left in the files.

        Args:
            since: The first moment; None is the beginning.
            until: The first moment that is kept; None is the end.

        Raises:
            StoreError: One could not be deleted.
        """
        for first, last, path in list(self._kept()):
            if (since is None or last + _STEP > since) and (until is None or first < until):
                _delete(path)

    def _kept(self) -> Iterator[tuple[datetime, datetime, Path]]:
        """When its conversation began, when its turn was asked, and the file of each."""
        for path in self._path.glob("*.zip*"):
            if found := _NAME.fullmatch(path.name):
                yield _moment(found[1]), _moment(found[2]), path


def replays_folder(config: Config) -> Path:
    """Where a speaker keeps its turns: beside its store."""
    return Path(config.store).with_suffix(".replays")


def _delete(path: Path) -> None:
    """Overwrite with zeros, then unlink.

    Raises:
        StoreError: It could not be done.
    """
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except OSError as exc:
        raise StoreError(f"cannot delete {path}: {exc.strerror}") from exc


def _stamp(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at:%Y%m%dT%H%M%S}{at.microsecond // 1000:03d}Z"


def _moment(stamp: str) -> datetime:
    return datetime.strptime(f"{stamp}000", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
