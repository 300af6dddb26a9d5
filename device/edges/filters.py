"""Which topics the broker is to subscribe us to, packet by packet.

Mosquitto drops what it retains for a reader who is more than 1,000 messages behind: in a home
of thousands of topics the later packets wait for the answers to the earlier ones.
"""

from collections import deque
from collections.abc import Iterator, Sequence

TOPICS_PER_PACKET = 200
TOPICS_AT_ONCE = 1_000
"""Topics that the broker may be subscribing us to at a time."""


class Filters:
    """Topic filters on their way to one broker; pure, and without a lock of its own."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}
        self._asked: deque[tuple[str, ...]] = deque()

    def add(self, topics: Sequence[str]) -> None:
        """Want these."""
        self._waiting |= dict.fromkeys(topics)

    def remove(self, topics: Sequence[str]) -> Iterator[list[str]]:
        """Want these no more; gives the packets that tell the broker so."""
        for topic in topics:
            self._waiting.pop(topic, None)
        for start in range(0, len(topics), TOPICS_PER_PACKET):
            yield list(topics[start : start + TOPICS_PER_PACKET])

    def due(self) -> Iterator[tuple[str, ...]]:
        """The packets that may be sent now."""
        while self._waiting and sum(map(len, self._asked)) < TOPICS_AT_ONCE:
            topics = tuple(self._waiting)[:TOPICS_PER_PACKET]
            for topic in topics:
                del self._waiting[topic]
            self._asked.append(topics)
            yield topics

    def answered(self, refused: Sequence[bool]) -> list[str]:
        """The broker answered the oldest packet; gives the topics that it refused."""
        asked = self._asked.popleft() if self._asked else ()
        return [topic for topic, no in zip(asked, refused, strict=False) if no]
