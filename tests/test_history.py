"""What devices reported before: noted, thinned, kept, deleted."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Change
from device.edges.store import SqliteStore
from device.errors import StoreError
from device.history import EACH, MEASURED_MS, STATE_MS, WRITE_AT, WRITE_MS, History

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DOOR, WARMTH = ("door", "contact"), ("sensor", "temperature")


def change(key: tuple[str, str], value: str | float, at_ms: int, *, sure: bool = True) -> Change:
    at = NOON + timedelta(milliseconds=at_ms)
    return Change(device=key[0], capability=key[1], value=value, at=at, sure=sure)


class Counting(SqliteStore):
    """A store that counts how often it is written to."""

    writes = 0

    def append_changes(self, changes: Iterable[Change]) -> None:
        self.writes += 1
        super().append_changes(list(changes))


def test_what_changed_outlives_the_running_speaker(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "kept.db")
    history = History(store, keep=True)
    changes = [change(DOOR, "closed", 0, sure=False), change(DOOR, "open", STATE_MS)]
    for each in changes:
        history.note([each], (each.at - NOON) // timedelta(milliseconds=1))
    history.save()
    store.close()

    again = History(SqliteStore(tmp_path / "kept.db"), keep=True)

    assert again.past == {DOOR: tuple(changes)}


def test_a_chatty_sensor_does_not_wear_out_the_card() -> None:
    store = Counting(None)
    history = History(store, keep=True)

    for now_ms in range(0, 3_600_000, 100):  # ten messages a second for an hour
        history.note([change(WARMTH, now_ms / 1e6, now_ms)], now_ms)
        history.note([change(DOOR, "open" if now_ms % 200 else "closed", now_ms)], now_ms)
        history.look(now_ms)
    history.save()

    measured = [c for c in store.changes(10_000) if c.capability == "temperature"]
    assert len(measured) == 3_600_000 // MEASURED_MS
    assert len(store.changes(10_000)) <= 3_600_000 // STATE_MS + len(measured) + 1
    assert store.writes <= 3_600_000 // WRITE_MS + 1


def test_how_it_stood_in_the_end_is_kept_also_when_it_flaps() -> None:
    history = History(SqliteStore(None), keep=True)
    history.note([change(DOOR, "open", 0)], 0)
    history.note([change(DOOR, "closed", 10)], 10)
    history.note([change(DOOR, "open", 20), change(DOOR, "closed", 30)], 30)

    assert [c.value for c in history.past[DOOR]] == ["open"]
    history.look(STATE_MS)
    assert [(c.value, c.at) for c in history.past[DOOR]] == [
        ("open", NOON),
        ("closed", NOON + timedelta(milliseconds=30)),
    ]


def test_a_crowd_of_changes_does_not_wait() -> None:
    store = Counting(None)
    history = History(store, keep=True)

    history.note([change((f"d{n}", "power"), "on", n) for n in range(WRITE_AT)], 0)
    history.look(0)

    assert store.writes == 1


def test_where_no_records_are_kept_nothing_is_written() -> None:
    store = Counting(None)
    history = History(store, keep=False)
    history.note([change(DOOR, "open", 0)], 0)
    history.save()

    assert store.writes == 0
    assert len(history.past[DOOR]) == 1, "but the running speaker knows"


def test_what_is_forgotten_is_gone_from_memory_and_store() -> None:
    store = SqliteStore(None)
    history = History(store, keep=True)
    for hour in range(4):
        history.note([change(DOOR, str(hour), hour * 3_600_000)], hour * 3_600_000)
    history.save()
    history.note([change(DOOR, "late", 4 * 3_600_000)], 4 * 3_600_000)
    since, until = NOON + timedelta(hours=1), NOON + timedelta(hours=3)

    history.forget(since, until)
    store.forget_turns(since, until)
    history.save()

    for known in (history, History(store, keep=True)):
        assert [c.value for c in known.past[DOOR]] == ["0", "3", "late"]
    history.forget(None, None)
    store.forget_turns(None, None)
    assert history.past == History(store, keep=True).past == {}


def test_no_byte_of_what_was_forgotten_is_left_in_the_files(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "kept.db")
    history = History(store, keep=True)
    for n in range(200):
        history.note([change((f"secret-door-{n}", "contact"), "open", n)], n)
    history.save()
    assert any(b"secret-door" in path.read_bytes() for path in tmp_path.iterdir())

    store.forget_turns(None, None)

    assert not any(b"secret-door" in path.read_bytes() for path in tmp_path.iterdir())
    store.close()


def test_the_store_keeps_so_many_changes_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device.edges.store.CHANGES_KEPT", 10)
    store = SqliteStore(None)
    for n in range(5):
        store.append_changes([change(DOOR, n * 5 + i, n) for i in range(5)])

    assert [c.value for c in store.changes(99)] == list(range(15, 25))
    assert [c.value for c in store.changes(3)] == [22, 23, 24]


class Failing(SqliteStore):
    """A store that cannot be written to."""

    def append_changes(self, changes: Iterable[Change]) -> None:
        raise StoreError("the disk is full")


def test_a_full_disk_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    history = History(Failing(None), keep=True)
    history.note([change(DOOR, "open", 0)], 0)
    history.look(WRITE_MS)

    assert "disk is full" in caplog.text
    assert len(history.past[DOOR]) == 1


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([DOOR, WARMTH, ("lamp", "power")]),
            st.sampled_from(["on", "off", 1, 2.5]),
            st.sampled_from([0, 1, STATE_MS - 1, STATE_MS, WRITE_MS, MEASURED_MS]),
        ),
        max_size=60,
    )
)
def test_what_is_kept_are_real_changes_in_order_and_bounded(
    steps: list[tuple[tuple[str, str], str | float, int]],
) -> None:
    store = SqliteStore(None)
    history, now_ms = History(store, keep=True), 0
    told: dict[tuple[str, str], list[Change]] = {}
    for key, value, wait_ms in steps:
        now_ms += wait_ms
        told.setdefault(key, []).append(change(key, value, now_ms))
        history.note([told[key][-1]], now_ms)
        history.look(now_ms)
    history.look(now_ms + MEASURED_MS)
    history.save()

    for key, past in history.past.items():
        assert set(past) <= set(told[key])
        assert list(past) == sorted(past, key=lambda c: c.at)
        assert all(a.value != b.value for a, b in pairwise(past))
        assert past[-1].value == told[key][-1].value
        assert len(past) <= EACH
    assert History(store, keep=True).past == history.past
