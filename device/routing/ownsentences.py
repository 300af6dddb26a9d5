"""How near requests are to the sentences of the speaker's own intents."""

from collections.abc import Sequence

from device.routing.shelf import MOST_SAMPLES, Listed, Shelf
from device.skills.pack import Example


class OwnSentences:
    """The sentences of the speaker's own packs; those of an intent are encoded when it is asked."""

    def __init__(self, like: Shelf) -> None:
        """Begin without sentences.

        Args:
            like: Has the encoder.
        """
        self._like = like
        self._examples: list[tuple[Example, ...]] = []
        self._shelves: dict[str, Shelf] = {}

    def take(self, examples: list[tuple[Example, ...]]) -> None:
        """Exchange the sentences: those of each pack."""
        if examples != self._examples:
            self._examples, self._shelves = examples, {}

    def near(self, intent: str, text: str) -> Sequence[Listed]:
        """How near a text is to the sentences of an intent; empty where it has none."""
        if intent not in self._shelves:
            shelf = self._shelves[intent] = self._like.like()
            mine = [one for some in self._examples for one in some if one.intent == intent]
            shelf.put(intent, mine[:: max(1, len(mine) // MOST_SAMPLES)][:MOST_SAMPLES])
        return self._shelves[intent].find(text, k=1)
