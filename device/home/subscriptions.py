"""Who wants to hear which topic.

One topic may serve several devices: it is left only when nobody wants it any more.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from device.home.dialect import Wants


class Subscriptions:
    """The topics of one dialect, by whom they serve."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[str, ...]] = {}
        self._count: Counter[str] = Counter()

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that somebody wants."""
        return tuple(self._count)

    def change(self, wanted: Mapping[str, Iterable[str]]) -> Wants:
        """Take note of what some want from now on.

        Args:
            wanted: Who -> all the topics that serve it; none for who is gone.

        Returns:
            The topics that are new, and those that nobody wants any more.
        """
        before: dict[str, bool] = {}
        for who, topics in wanted.items():
            mine = tuple(dict.fromkeys(topics))
            for topic in (*mine, *self._of.get(who, ())):
                before.setdefault(topic, topic in self._count)
            self._count.update(mine)
            for topic in self._of.pop(who, ()):
                self._count[topic] -= 1
                if not self._count[topic]:
                    del self._count[topic]
            if mine:
                self._of[who] = mine
        return Wants(
            topics=tuple(t for t, was in before.items() if not was and t in self._count),
            dropped=tuple(t for t, was in before.items() if was and t not in self._count),
        )

    def replace(self, wanted: Mapping[str, Iterable[str]]) -> Wants:
        """The same, where everybody else is gone."""
        gone: dict[str, Iterable[str]] = {who: () for who in self._of if who not in wanted}
        return self.change(gone | dict(wanted))
