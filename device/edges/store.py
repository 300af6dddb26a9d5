"""What survives a restart, in one SQLite file (WAL).

Write-ahead logging keeps the last whole state through a power cut. A file that is damaged is
set aside under another name and the speaker starts empty: a broken record must never keep
anybody in the dark.

What is deleted is gone: SQLite overwrites it with zeros, and after records were deleted on
request the file is rewritten and its log cut to nothing.
"""

import glob
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from device.context import Change
from device.errors import StoreError
from device.events import Value

TURNS_KEPT = 2_000
"""Records of turns that are kept; older ones are forgotten."""

CHANGES_KEPT = 50_000
"""What devices reported that is kept; older is forgotten. About 5 MB."""

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS turns (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, content BLOB NOT NULL) STRICT",
    # `at` is in milliseconds since 1970.
    "CREATE TABLE IF NOT EXISTS changes (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " device TEXT NOT NULL, capability TEXT NOT NULL, value BLOB NOT NULL, at INTEGER NOT NULL,"
    " sure INTEGER NOT NULL) STRICT",
)


class SqliteStore:
    """A `device.ports.Store` in one file, or in memory for runs that are thrown away."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the file; one that is damaged is renamed and a new one begun.

        Args:
            path: Where the file is or will be; its folder is made. None keeps everything in
                memory.

        Raises:
            StoreError: The file cannot be opened or made.
        """
        self._path = path
        self._traces = False
        """Whether the file or its log may still hold bytes of deleted records."""
        self.warning: str | None = None
        """One sentence when a damaged file was set aside, else None."""
        try:
            self._db = _open(path)
        except sqlite3.DatabaseError as exc:
            if path is None or not _damaged(exc):
                raise StoreError(f"cannot open the store {path}: {exc}") from exc
            aside = _set_aside(path)
            self.warning = f"The store {path} was damaged; it is now {aside}, a new one is begun."
            self._db = _begin_anew(path)
        except OSError as exc:
            raise StoreError(f"cannot open the store {path}: {exc}") from exc

    def load(self, key: str) -> bytes | None:
        """What was last saved under `key`, or None.

        Raises:
            StoreError: The file cannot be read.
        """
        rows = self._ask("SELECT content FROM kept WHERE key = ?", (key,))
        return rows[0] if rows else None

    def save(self, key: str, content: bytes) -> None:
        """Replace what is kept under `key`, whole or not at all.

        Raises:
            StoreError: It could not be written; the old content is still there.
        """
        self._write(
            "INSERT INTO kept VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET content = excluded.content",
            (key, content),
        )

    def append_turn(self, turn_id: str, at: datetime, content: bytes) -> None:
        """Keep the record of one turn (JSON); one with the same id is replaced.

        Raises:
            StoreError: It could not be written.
        """
        self._write(
            "INSERT OR REPLACE INTO turns (id, at, content) VALUES (?, ?, ?)",
            (turn_id, at.isoformat(), content),
            "DELETE FROM turns WHERE number <= (SELECT max(number) FROM turns) - ?",
            (TURNS_KEPT,),
        )

    def turns(self, limit: int) -> list[bytes]:
        """The last `limit` records, oldest first.

        Raises:
            StoreError: The file cannot be read.
        """
        newest_first = self._ask(
            "SELECT content FROM turns ORDER BY number DESC LIMIT ?", (max(limit, 0),)
        )
        return newest_first[::-1]

    def turn(self, turn_id: str) -> bytes | None:
        """The record with this id, or None.

        Raises:
            StoreError: The file cannot be read.
        """
        rows = self._ask("SELECT content FROM turns WHERE id = ?", (turn_id,))
        return rows[0] if rows else None

    def append_changes(self, changes: Sequence[Change]) -> None:
        """Keep what devices reported, oldest first, in one transaction.

        Raises:
            StoreError: It could not be written; nothing of it is kept.
        """
        rows = [
            (c.device, c.capability, msgspec.json.encode(c.value), _ms(c.at), c.sure)
            for c in changes
        ]
        try:
            with self._db:
                self._db.executemany(
                    "INSERT INTO changes (device, capability, value, at, sure)"
                    " VALUES (?, ?, ?, ?, ?)",
                    rows,
                )
                self._db.execute(
                    "DELETE FROM changes WHERE number <= (SELECT max(number) FROM changes) - ?",
                    (CHANGES_KEPT,),
                )
        except sqlite3.Error as exc:
            raise StoreError(f"cannot write the store {self._name}: {exc}") from exc

    def changes(self, each: int) -> list[Change]:
        """The last `each` changes of every capability of every device, oldest first.

        Raises:
            StoreError: The file cannot be read.
        """
        try:
            rows = self._db.execute(
                "SELECT device, capability, value, at, sure FROM (SELECT *, row_number() OVER"
                " (PARTITION BY device, capability ORDER BY number DESC) AS place FROM changes)"
                " WHERE place <= ? ORDER BY number",
                (each,),
            ).fetchall()
        except sqlite3.Error as exc:
            raise StoreError(f"cannot read the store {self._name}: {exc}") from exc
        return [found for row in rows if (found := _change(*row)) is not None]

    def forget_turns(self, since: datetime | None, until: datetime | None) -> int:
        """Delete the records of turns in a span, and what devices reported in it.

        No byte of them is left in the file.

        Args:
            since: The first moment; None is the beginning.
            until: The first moment that is kept; None is the end. Without both, copies that
                were set aside because they were damaged go as well.

        Returns:
            How many records of turns were deleted.

        Raises:
            StoreError: They could not be deleted, or only from the part of the file in use.
        """
        # julianday() compares moments of different time zones.
        limits = {
            "julianday(at) >= julianday(?)": since,
            "julianday(at) < julianday(?)": until,
        }
        asked = {sql: moment.isoformat() for sql, moment in limits.items() if moment is not None}
        delete = "DELETE FROM turns WHERE " + (" AND ".join(asked) or "TRUE")
        try:
            with self._db:
                deleted = self._db.execute(delete, tuple(asked.values())).rowcount
                reported = self._db.execute(
                    "DELETE FROM changes WHERE at >= ? AND at < ?",
                    (
                        -_EVER_MS if since is None else _ms(since),
                        _EVER_MS if until is None else _ms(until),
                    ),
                ).rowcount
            self._traces = self._traces or deleted > 0 or reported > 0
            if self._traces:
                self._db.execute("VACUUM")
                busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                if busy:
                    raise StoreError(
                        f"another program reads the store {self._name}; its log still holds "
                        "what was deleted until that program ends"
                    )
                self._traces = False
            if since is None and until is None and self._path is not None:
                for aside in self._path.parent.glob(f"{glob.escape(self._path.name)}.damaged-*"):
                    aside.unlink()
        except (sqlite3.Error, OSError) as exc:
            raise StoreError(f"cannot delete from the store {self._name}: {exc}") from exc
        return deleted

    def copied(self, *, but: str) -> bytes:
        """All that is kept but the records of turns, as a SQLite file.

        Args:
            but: A key that is left out, too.

        Raises:
            StoreError: The file cannot be read.
        """
        try:
            with closing(sqlite3.connect(":memory:")) as copy:
                self._db.backup(copy)
                copy.execute("DELETE FROM turns")
                copy.execute("DELETE FROM kept WHERE key = ?", (but,))
                copy.commit()
                copy.execute("VACUUM")
                return copy.serialize()
        except sqlite3.Error as exc:
            raise StoreError(f"cannot copy the store {self._name}: {exc}") from exc

    def close(self) -> None:
        """Write what is pending into the main file and let go of it."""
        with suppress(sqlite3.Error):
            self._db.close()

    def _ask(self, query: str, values: tuple[object, ...]) -> list[bytes]:
        try:
            return [bytes(row[0]) for row in self._db.execute(query, values)]
        except sqlite3.Error as exc:
            raise StoreError(f"cannot read the store {self._name}: {exc}") from exc

    def _write(self, *steps: str | tuple[object, ...]) -> None:
        """Run statement, values, statement, values ... as one transaction."""
        try:
            with self._db:
                for statement, values in zip(steps[::2], steps[1::2], strict=True):
                    self._db.execute(str(statement), tuple(values))
        except sqlite3.Error as exc:
            raise StoreError(f"cannot write the store {self._name}: {exc}") from exc

    @property
    def _name(self) -> str:
        return "in memory" if self._path is None else str(self._path)


_EVER_MS = 10**15
"""Further from 1970 than any moment."""


def _ms(at: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return int(at.timestamp() * 1000 // 1)


def _change(device: str, capability: str, value: bytes, at_ms: int, sure: int) -> Change | None:
    """A row as it was kept; None where it cannot be read."""
    try:
        told = msgspec.json.decode(value, type=Value)
        at = datetime.fromtimestamp(at_ms / 1000, UTC)
    except (msgspec.MsgspecError, OverflowError, ValueError, OSError):
        return None
    return Change(device=device, capability=capability, value=told, at=at, sure=bool(sure))


def _open(path: Path | None) -> sqlite3.Connection:
    """Open and check the file.

    Raises:
        sqlite3.DatabaseError: It is damaged, no database, or cannot be opened.
        OSError: Its folder cannot be made.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    # One thread uses the store at a time, but not always the one that opened it.
    db = sqlite3.connect(":memory:" if path is None else path, check_same_thread=False)
    try:
        _check(db)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")
        with db:
            for statement in _SCHEMA:
                db.execute(statement)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection) -> None:
    verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(f"database disk image is malformed: {verdict}")


def _damaged(exc: sqlite3.DatabaseError) -> bool:
    """Whether the file's content is at fault, not the disk or the rights to it."""
    return any(sign in str(exc) for sign in ("malformed", "not a database"))


def _set_aside(path: Path) -> Path:
    """Rename the file and its log to a name that is free.

    Raises:
        StoreError: It cannot be renamed.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    try:
        path.rename(aside)
        for tail in ("-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)
    except OSError as exc:
        raise StoreError(f"the store {path} is damaged and cannot be set aside: {exc}") from exc
    return aside


def _begin_anew(path: Path) -> sqlite3.Connection:
    try:
        return _open(path)
    except (sqlite3.DatabaseError, OSError) as exc:
        raise StoreError(f"cannot open the store {path}: {exc}") from exc
