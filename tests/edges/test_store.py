"""The store keeps what was saved, through closing, damage, a full disk and a kill."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device.edges.store import TURNS_KEPT, SqliteStore
from device.errors import StoreError

AT = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
ROOT = Path(__file__).parent.parent.parent


def test_what_was_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "deep" / "speaker.db")
    store.save("notebook", b"milk")
    store.save("notebook", b"milk and eggs")
    store.append_turn("a", AT, b"{}")
    store.close()

    again = SqliteStore(tmp_path / "deep" / "speaker.db")

    assert again.load("notebook") == b"milk and eggs"
    assert again.load("lessons") is None
    assert again.turns(5) == [b"{}"]
    assert again.turn("a") == b"{}"
    assert again.turn("b") is None
    again.close()


def test_turns_come_oldest_first_and_the_oldest_are_forgotten() -> None:
    store = SqliteStore()
    for n in range(TURNS_KEPT + 5):
        store.append_turn(str(n), AT + timedelta(seconds=n), str(n).encode())

    assert store.turns(3) == [str(TURNS_KEPT + n).encode() for n in (2, 3, 4)]
    assert len(store.turns(10 * TURNS_KEPT)) == TURNS_KEPT
    store.close()


@pytest.mark.parametrize("damage", ["no database", "torn page"])
def test_a_damaged_file_is_set_aside_and_the_speaker_starts_empty(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "speaker.db"
    if damage == "no database":
        path.write_bytes(b"this was never a database" * 400)
    else:
        store = SqliteStore(path)
        for n in range(500):
            store.save(f"key {n}", os.urandom(200))
        store.close()
        pages = bytearray(path.read_bytes())
        pages[4096:40960] = bytes(36864)
        path.write_bytes(pages)
    found = path.read_bytes()

    store = SqliteStore(path)

    assert store.warning == (
        f"The store {path} was damaged; it is now {path}.damaged-1, a new one is begun."
    )
    assert (tmp_path / "speaker.db.damaged-1").read_bytes() == found
    assert store.load("key 1") is None
    store.save("notebook", b"milk")
    store.close()
    healthy = SqliteStore(path)
    assert healthy.warning is None
    assert healthy.load("notebook") == b"milk"
    healthy.close()


def test_a_folder_in_the_way_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot open the store"):
        SqliteStore(tmp_path)


def test_a_full_disk_is_one_clear_sentence_and_loses_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "speaker.db")
    store.save("notebook", b"milk")
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreError, match=r"cannot write the store .*full"):
        store.save("notebook", b"x" * 1_000_000)

    assert store.load("notebook") == b"milk"
    store.close()


def test_a_file_that_must_not_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "speaker.db")
    store.save("notebook", b"milk")
    store._db.execute("PRAGMA query_only = ON")

    with pytest.raises(StoreError, match=r"cannot write the store .*readonly"):
        store.append_turn("a", AT, b"{}")

    assert store.load("notebook") == b"milk"
    store.close()


def test_a_killed_speaker_keeps_the_last_whole_state(tmp_path: Path) -> None:
    path = tmp_path / "speaker.db"
    script = (
        "import sys\nfrom pathlib import Path\nfrom device.edges.store import SqliteStore\n"
        "store = SqliteStore(Path(sys.argv[1]))\nn = 0\n"
        "while True:\n"
        "    n += 1\n    store.save('n', bytes([n % 256]) * 5000)\n"
        "    print(n, flush=True)\n"
    )
    speaker = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert speaker.stdout is not None
    while int(speaker.stdout.readline()) < 50:
        pass
    speaker.send_signal(signal.SIGKILL)
    told = [50, *(int(line) for line in speaker.stdout.read().split("\n")[:-1] if line)]
    speaker.stdout.close()
    speaker.wait()

    store = SqliteStore(path)

    content = store.load("n")
    assert store.warning is None
    assert content is not None
    assert content in {bytes([n % 256]) * 5000 for n in (told[-1], told[-1] + 1)}
    store.close()


class Keeping(RuleBasedStateMachine):
    """The store agrees with a plain dict and a plain list, whatever happens in between."""

    keys = st.sampled_from(["notebook", "lessons", "naïve key"])

    def __init__(self) -> None:
        super().__init__()
        self.store = SqliteStore()
        self.kept: dict[str, bytes] = {}
        self.said: dict[str, bytes] = {}

    @rule(key=keys, content=st.binary(max_size=50))
    def save(self, key: str, content: bytes) -> None:
        self.store.save(key, content)
        self.kept[key] = content

    @rule(turn_id=st.sampled_from("abcdef"), content=st.binary(max_size=50))
    def append(self, turn_id: str, content: bytes) -> None:
        self.store.append_turn(turn_id, AT, content)
        self.said.pop(turn_id, None)
        self.said[turn_id] = content

    @rule(key=keys)
    def read(self, key: str) -> None:
        assert self.store.load(key) == self.kept.get(key)

    @rule(limit=st.integers(0, 8))
    def look_back(self, limit: int) -> None:
        newest = list(self.said.values())
        assert self.store.turns(limit) == newest[max(len(newest) - limit, 0) :]

    @invariant()
    def every_turn_is_found(self) -> None:
        assert all(self.store.turn(t) == content for t, content in self.said.items())

    def teardown(self) -> None:
        self.store.close()


TestKeeping = Keeping.TestCase


SECRET = b"the safe is behind the zebra painting"


def raw_bytes(folder: Path) -> bytes:
    """All bytes of all files, as a thief would read them."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def remembering(path: Path, *, turns: int = 60) -> SqliteStore:
    """A store with a record every hour, the last one at `AT`; each holds the secret."""
    store = SqliteStore(path)
    store.save("notebook", b"milk")
    for ago in reversed(range(turns)):
        content = b'{"text": "' + SECRET + b" %d" % ago + b'"}' + b" " * (ago * 97 % 5_000)
        store.append_turn(f"turn-{ago}", AT - timedelta(hours=ago), content)
    return store


def test_what_was_deleted_is_in_no_byte_of_the_files(tmp_path: Path) -> None:
    store = remembering(tmp_path / "speaker.db")
    assert SECRET in raw_bytes(tmp_path)

    deleted = store.forget_turns(None, None)

    assert deleted == 60
    assert SECRET not in raw_bytes(tmp_path), "while the speaker still runs"
    assert store.turns(99) == []
    assert store.load("notebook") == b"milk"
    store.close()
    assert SECRET not in raw_bytes(tmp_path)


def test_records_that_were_pushed_out_earlier_are_gone_too(tmp_path: Path) -> None:
    store = remembering(tmp_path / "speaker.db", turns=3)
    store.append_turn("turn-0", AT, b"{}")
    store.append_turn("turn-1", AT, b"{}")

    store.forget_turns(AT - timedelta(hours=3), AT - timedelta(minutes=1))

    assert SECRET not in raw_bytes(tmp_path)
    assert store.turns(9) == [b"{}", b"{}"]
    store.close()


def test_a_copy_that_was_set_aside_goes_with_everything(tmp_path: Path) -> None:
    path = tmp_path / "speaker.db"
    path.write_bytes(SECRET * 100)
    store = SqliteStore(path)
    assert SECRET in raw_bytes(tmp_path)
    assert store.warning is not None

    store.forget_turns(None, AT)
    assert SECRET in raw_bytes(tmp_path), "only everything means it"
    store.forget_turns(None, None)

    assert SECRET not in raw_bytes(tmp_path)
    store.close()


def test_another_program_that_reads_the_file_is_said(tmp_path: Path) -> None:
    store = remembering(tmp_path / "speaker.db")
    reader = sqlite3.connect(tmp_path / "speaker.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM turns").fetchone()

    with pytest.raises(StoreError, match=r"another program|locked"):
        store.forget_turns(None, None)

    reader.close()
    store.forget_turns(None, None)
    assert SECRET not in raw_bytes(tmp_path)
    store.close()


@settings(max_examples=30)
@given(
    hours=st.lists(st.integers(-50, 50), max_size=12),
    zones=st.lists(st.integers(-12, 14), min_size=1, max_size=4),
    since=st.none() | st.integers(-50, 50),
    until=st.none() | st.integers(-50, 50),
)
def test_a_span_is_deleted_whatever_the_time_zones(
    hours: list[int], zones: list[int], since: int | None, until: int | None
) -> None:
    store = SqliteStore()
    moments = [
        (AT + timedelta(hours=hour)).astimezone(timezone(timedelta(hours=zones[i % len(zones)])))
        for i, hour in enumerate(hours)
    ]
    for i, moment in enumerate(moments):
        store.append_turn(str(i), moment, str(i).encode())
    first = None if since is None else AT + timedelta(hours=since)
    last = None if until is None else AT + timedelta(hours=until)

    deleted = store.forget_turns(first, last)

    kept = [
        str(i).encode()
        for i, moment in enumerate(moments)
        if (first is not None and moment < first) or (last is not None and moment >= last)
    ]
    assert store.turns(99) == kept
    assert deleted == len(moments) - len(kept)
    store.close()
