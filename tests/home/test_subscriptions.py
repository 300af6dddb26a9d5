"""Topics are wanted while anybody wants them, whatever changes in between."""

from hypothesis import given
from hypothesis import strategies as st

from device.home.subscriptions import Subscriptions

TOPICS = st.lists(st.sampled_from("abcdef"), max_size=4)
CHANGES = st.lists(
    st.tuples(st.booleans(), st.dictionaries(st.sampled_from("xyz"), TOPICS, max_size=3)),
    max_size=8,
)


@given(CHANGES)
def test_a_topic_is_subscribed_to_exactly_while_somebody_wants_it(
    changes: list[tuple[bool, dict[str, list[str]]]],
) -> None:
    subscriptions = Subscriptions()
    wanted: dict[str, list[str]] = {}
    heard: set[str] = set()
    for whole, change in changes:
        wants = subscriptions.replace(change) if whole else subscriptions.change(change)
        wanted = change if whole else wanted | change

        assert not heard & set(wants.topics), "subscribed to twice"
        assert heard >= set(wants.dropped), "left without having been heard"
        heard = (heard | set(wants.topics)) - set(wants.dropped)

        assert heard == {topic for topics in wanted.values() for topic in topics}
        assert set(subscriptions.topics) == heard


def test_a_topic_that_moves_from_one_to_another_is_never_left() -> None:
    subscriptions = Subscriptions()
    subscriptions.change({"lamp": ["home/1"]})

    wants = subscriptions.change({"lamp": [], "fan": ["home/1"]})

    assert not wants.topics
    assert not wants.dropped
