"""The inbox is bounded, and no flood of one kind costs the others."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from device.edges import inbox as bounds
from device.edges.inbox import Inbox
from device.ports import BusDown, BusMessage, BusUp, ButtonPressed, Item, SoundBlock, SoundLost

MESSAGE = BusMessage(topic="a", payload=b"12345678")
SOUND = SoundBlock(pcm=b"\0\0")
DOWN = BusDown(reason="gone")


def everything(inbox: Inbox) -> list[Item]:
    found: list[Item] = []
    while (item := inbox.get(0)) is not None:
        found.append(item)
    return found


def test_a_flood_of_messages_costs_no_sound_and_no_coming_or_going() -> None:
    inbox = Inbox(messages=100)

    assert [inbox.put(MESSAGE) for _ in range(150)].count(False) == 50
    kept = [inbox.put(item) for item in (SOUND, BusUp(), DOWN, SoundLost(reason="x"))]

    assert kept == [True] * 4
    assert inbox.dropped == 50
    found = everything(inbox)
    assert found.count(MESSAGE) == 100
    assert {SOUND, BusUp(), DOWN, SoundLost(reason="x")} <= set(found)


def test_sound_does_not_wait_behind_a_flood() -> None:
    inbox = Inbox()
    for _ in range(1_000):
        inbox.put(MESSAGE)
    inbox.put(SOUND)

    assert SOUND in (inbox.get(0), inbox.get(0))


def test_sound_that_nobody_hears_is_bounded_and_costs_no_message() -> None:
    inbox = Inbox()
    for _ in range(bounds.BLOCKS + 10):
        inbox.put(SOUND)

    assert inbox.dropped == 10
    assert inbox.put(MESSAGE)
    assert inbox.put(ButtonPressed())


def test_large_messages_are_bounded_by_their_bytes() -> None:
    inbox = Inbox(message_bytes=20)

    assert [inbox.put(MESSAGE) for _ in range(4)] == [True, True, False, False]
    assert inbox.get(0) == MESSAGE
    assert inbox.put(MESSAGE)


def test_a_message_larger_than_all_room_comes_by_itself() -> None:
    inbox = Inbox(message_bytes=4)

    assert inbox.put(MESSAGE)
    assert not inbox.put(MESSAGE)
    assert everything(inbox) == [MESSAGE]
    assert inbox.put(MESSAGE), "nothing that was taken out is counted any more"


def test_comings_and_goings_are_bounded_as_well() -> None:
    inbox = Inbox()
    for _ in range(2 * bounds.EVENTS):
        inbox.put(DOWN)
        inbox.put(ButtonPressed())

    assert len(everything(inbox)) == 2 * bounds.EVENTS


ITEMS = st.sampled_from(
    [MESSAGE, BusMessage(topic="b", payload=b""), SOUND, BusUp(), DOWN, ButtonPressed()]
)


@given(st.lists(st.one_of(ITEMS, st.none()), max_size=200))
def test_each_lane_keeps_its_order(steps: list[Item | None]) -> None:
    """None takes one item out; two plain queues say what may come."""
    inbox = Inbox(messages=5, message_bytes=24)
    lanes: dict[bool, deque[Item]] = {True: deque(), False: deque()}
    for item in steps:
        if item is not None:
            lane = lanes[isinstance(item, BusMessage | BusUp | BusDown)]
            waiting = [i for i in lane if isinstance(i, BusMessage)]
            size = sum(len(i.payload) for i in waiting)
            fits = not isinstance(item, BusMessage) or (
                len(waiting) < 5 and (not size or size + len(item.payload) <= 24)
            )
            assert inbox.put(item) == fits
            if fits:
                lane.append(item)
        elif (found := inbox.get(0)) is None:
            assert not lanes[True]
            assert not lanes[False]
        else:
            assert lanes[isinstance(found, BusMessage | BusUp | BusDown)].popleft() == found
