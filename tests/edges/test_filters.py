"""Topics reach the broker once each, a window ahead of its answers."""

from hypothesis import given
from hypothesis import strategies as st

from device.edges.filters import TOPICS_AT_ONCE, TOPICS_PER_PACKET, Filters


def numbered(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def test_a_home_of_a_thousand_topics_is_asked_for_at_once() -> None:
    filters = Filters()
    filters.add(numbered(TOPICS_AT_ONCE))

    assert [len(packet) for packet in filters.due()] == [TOPICS_PER_PACKET] * 5
    assert list(filters.due()) == []


def test_more_topics_wait_for_the_broker() -> None:
    filters = Filters()
    filters.add(numbered(TOPICS_AT_ONCE + 1))
    list(filters.due())

    filters.answered([False] * TOPICS_PER_PACKET)

    assert list(filters.due()) == [(str(TOPICS_AT_ONCE),)]


def test_refused_topics_are_named() -> None:
    filters = Filters()
    filters.add(["a", "b", "c"])
    list(filters.due())

    assert filters.answered([False, True, False]) == ["b"]
    assert filters.answered([True]) == [], "an answer to nothing"


def test_what_is_not_wanted_any_more_is_not_asked_for() -> None:
    filters = Filters()
    filters.add(["a", "b"])

    assert list(filters.remove(["a"])) == [["a"]]
    assert list(filters.due()) == [("b",)]


@given(st.lists(st.one_of(st.sets(st.integers(0, 3_000), min_size=1), st.none()), max_size=12))
def test_every_topic_goes_out_once_and_never_too_many_at_a_time(
    steps: list[set[int] | None],
) -> None:
    """None is an answer of the broker."""
    filters = Filters()
    sent: list[str] = []
    wanted: dict[str, None] = {}
    outstanding: list[int] = []
    answers = [None] * 40
    for step in [*steps, *answers]:
        if step is None and outstanding:
            filters.answered([False] * outstanding.pop(0))
        elif step is not None:
            new = [str(n) for n in sorted(step) if str(n) not in wanted]
            wanted |= dict.fromkeys(new)
            filters.add(new)
        for packet in filters.due():
            sent += packet
            outstanding.append(len(packet))
            assert len(packet) <= TOPICS_PER_PACKET
        assert sum(outstanding) < TOPICS_AT_ONCE + TOPICS_PER_PACKET

    assert sent == list(wanted)
