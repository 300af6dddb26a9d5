"""The real clock counts on; the pretend one starts, runs and jumps as told."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.edges.clock import SystemClock
from device.errors import ConfigError
from simulator.clock import PretendClock, parse_at, parse_jump


def test_the_real_clock_knows_its_zone_and_never_counts_back() -> None:
    clock = SystemClock()

    readings = [clock.monotonic_ms() for _ in range(100)]

    assert clock.now().utcoffset() is not None
    assert readings == sorted(readings)
    assert readings[0] > 0
    assert clock.lap_ms() < clock.lap_ms()


def test_a_pretend_clock_starts_where_it_is_told_and_stands_still() -> None:
    clock = PretendClock(parse_at("2026-11-20T21:30"), running=False)

    assert clock.now().replace(tzinfo=None) == datetime(2026, 11, 20, 21, 30)
    assert clock.monotonic_ms() == 0


def test_a_jump_moves_both_times_and_a_time_server_only_the_wall() -> None:
    clock = PretendClock(parse_at("1970-01-02T00:00"), running=False)

    clock.jump(600_000)
    clock.set_wall(parse_at("2026-11-20T21:30"))

    assert clock.monotonic_ms() == 600_000
    assert clock.now() == parse_at("2026-11-20T21:30")
    clock.jump(1_000)
    assert clock.now() == parse_at("2026-11-20T21:30") + timedelta(seconds=1)


def test_a_running_clock_never_goes_back() -> None:
    clock = PretendClock(parse_at("2026-11-20T21:30"))
    before = clock.now(), clock.monotonic_ms()
    clock.jump(60_000)

    assert clock.now() >= before[0] + timedelta(minutes=1)
    assert clock.monotonic_ms() >= before[1] + 60_000
    with pytest.raises(ValueError, match="cannot go back"):
        clock.jump(-1)


@given(hours=st.integers(0, 99), minutes=st.integers(0, 99), seconds=st.integers(0, 99))
def test_a_jump_is_read_as_it_is_written(hours: int, minutes: int, seconds: int) -> None:
    assert parse_jump(f"@+{hours}h{minutes}m{seconds}s") == 1_000 * (
        3600 * hours + 60 * minutes + seconds
    )


@pytest.mark.parametrize("line", ["turn on the light", "", "10m"])
def test_other_lines_are_no_jump(line: str) -> None:
    assert parse_jump(line) is None


@pytest.mark.parametrize("line", ["@", "@+", "@10m", "@+10", "@+10x", "@-10m", "@+5m1h"])
def test_a_wrong_jump_is_one_clear_sentence(line: str) -> None:
    with pytest.raises(ConfigError, match="looks like @"):
        parse_jump(line)


@pytest.mark.parametrize("text", ["tomorrow", "", "2026-13-01"])
def test_a_wrong_start_is_one_clear_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match="--at must look like"):
        parse_at(text)
