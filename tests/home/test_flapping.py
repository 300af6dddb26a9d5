"""A device that comes and goes hundreds of times a minute costs little, and is known rightly."""

import pytest

from device.home.asking import AGAIN_MS
from device.home.homestate import REASONS, HomeState
from device.home.zigbee2mqtt import Zigbee2Mqtt
from device.ports import BusMessage, BusUp
from tests.home.zigbee import LIGHT, NOON, entry, home_with, message

NAME = "Living Room/Ceiling light"


def flap(home: HomeState, *, since_ms: int, until_ms: int, every_ms: int) -> list[BusMessage]:
    """Let it go and come back; gives what was sent meanwhile."""
    sent: list[BusMessage] = []
    for now_ms in range(since_ms, until_ms, every_ms):
        for word in (b"offline", b"online"):
            errands = home.take(message(f"{NAME}/availability", word), at=NOON, now_ms=now_ms)
            sent += errands.messages
    return sent


@pytest.mark.parametrize("every_ms", [10, 150])
def test_it_is_asked_no_more_than_twice_in_two_seconds(every_ms: int) -> None:
    home = home_with(entry("0xa", NAME, LIGHT))

    asks = flap(home, since_ms=10_000, until_ms=70_000, every_ms=every_ms)

    assert 30 <= len(asks) <= 2 * 60_000 // AGAIN_MS + 2
    assert len(home._asking) <= 1


def test_it_is_asked_once_more_when_it_has_come_to_rest() -> None:
    home = home_with(entry("0xa", NAME, LIGHT))
    flap(home, since_ms=10_000, until_ms=10_500, every_ms=10)

    assert home.due(10_600) == ()
    assert [m.topic for m in home.due(10_500 + AGAIN_MS)] == [f"zigbee2mqtt/{NAME}/get"]
    assert home.home.devices[0].available


def test_the_same_word_again_changes_nothing() -> None:
    home = home_with(entry("0xa", NAME, LIGHT))
    flap(home, since_ms=10_000, until_ms=10_010, every_ms=10)
    before = home.home

    for now_ms in range(20_000, 20_100):
        home.take(message(f"{NAME}/availability", b"online"), at=NOON, now_ms=now_ms)

    assert home.home is before


def test_reasons_that_differ_each_time_are_counted_together_in_the_end() -> None:
    home = HomeState([Zigbee2Mqtt()])
    home.take(BusUp(), at=NOON, now_ms=0)

    for size in range(3 * REASONS):
        home._drop(f"payload of {size} bytes", "a")

    assert len(home.dropped) == REASONS + 1
    assert home.dropped["other reasons"] == 2 * REASONS
