"""Words as they are said, and prefix trees of many words."""

from collections.abc import Callable, Sequence
from itertools import product

from device.asr.phonemes import indices
from device.asr.spelling import spoken

Sounds = tuple[int, ...]
Pronounce = Callable[[str], tuple[tuple[str, ...], ...]]
"""From a plain word to each way of saying it, as phonemes."""

_MOST_WAYS = 8
"""Ways to say a text that are kept, for each of its written words."""


class Pronouncer:
    """Ways to say written words, each looked up once."""

    def __init__(self, pronounce: Pronounce) -> None:
        self.pronounce = pronounce
        self._known: dict[str, tuple[Sounds, ...]] = {}

    def sounds(self, token: str) -> tuple[Sounds, ...]:
        """Each way to say a written word ("21", "7up") or a few of them as phoneme numbers."""
        found = self._known.get(token)
        if found is None:
            found = self._known[token] = self._say(token)
        return found

    def _say(self, token: str) -> tuple[Sounds, ...]:
        ways: dict[Sounds, None] = {}
        most = _MOST_WAYS * (1 + token.count(" "))
        for saying in spoken(token):
            parts = [self.pronounce(word)[:4] for word in saying]
            for choice in product(*parts):
                ways[indices(sound for part in choice for sound in part)] = None
                if len(ways) >= most:
                    break
        return tuple(way for way in ways if way)


class Trees:
    """Prefix trees of word sets, each built once, one behind the other in common lists."""

    def __init__(self, sounds: list[tuple[Sounds, ...]]) -> None:
        self._sounds = sounds
        self._numbers: dict[tuple[int, ...], int] = {}
        self.node_first = [0]
        self.exit_first = [0]
        self.roots: list[int] = []
        self.sound: list[int] = []
        self.child_first: list[int] = []
        """Counted from the first node of the tree."""
        self.child_count: list[int] = []
        self.exit_count: list[int] = []
        self.exit_at: list[int] = []
        """Which of the set's words an exit is, by its position."""
        self.exit_word: list[int] = []

    def number(self, words: Sequence[int]) -> int:
        """The tree of these words."""
        key = tuple(words)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.roots)
            self._build(key)
        return number

    def _build(self, words: tuple[int, ...]) -> None:
        root: dict[int, _Branch] = {}
        for at, word in enumerate(words):
            for saying in self._sounds[word]:
                level = root
                exits: list[int] = []
                for sound in saying:
                    level, exits = level.setdefault(sound, ({}, []))
                exits.append(at)
        # Breadth first, so that the children of a node are numbered in a row.
        self.roots.append(len(root))
        self.sound.extend(root)
        order = list(root.values())
        for children, exits in order:
            self.child_first.append(len(order))
            self.child_count.append(len(children))
            self.exit_count.append(len(exits))
            self.exit_at.extend(exits)
            self.exit_word.extend(words[at] for at in exits)
            self.sound.extend(children)
            order.extend(children.values())
        self.node_first.append(len(self.sound))
        self.exit_first.append(len(self.exit_at))


_Branch = tuple[dict[int, "_Branch"], list[int]]
