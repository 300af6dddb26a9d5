"""What the models are told about the home: which words are part of a known name.

A device called "Hugo" is in no dictionary. A flag on its word, with the kind of the device,
tells tagger and chunker what the home knows, so that new names need no training.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance.OSA import distance as edits

from device.context import Device, Home
from device.nlu.names import ARTICLES, key
from device.nlu.words import Token, plain

_GROUPS = {
    "light": "light",
    "switch": "switch",
    "cover": "cover",
    "valve": "cover",
    "climate": "climate",
    "water_heater": "climate",
    "fan": "fan",
    "lock": "lock",
    "media_player": "media_player",
    "sensor": "sensor",
    "binary_sensor": "sensor",
    "weather": "weather",
    "vacuum": "vacuum",
    "lawn_mower": "lawn_mower",
    "scene": "scene",
    "script": "scene",
    "button": "scene",
}
KIND_FLAGS = (*dict.fromkeys(_GROUPS.values()), "other")
FLAGS = (
    *(f"{what}_{part}" for what in ("name", "area", "floor", "list") for part in ("begin", "in")),
    *KIND_FLAGS,
)
"""Meaning of each flag of a token, in order; the manifests repeat it."""

SHORTEST = 4
"""Letters from which a word is mended."""

_INDEX = {flag: i for i, flag in enumerate(FLAGS)}


def kind_flag(device: Device) -> str:
    """The one of KIND_FLAGS that a device has."""
    return _GROUPS.get(device.kind, "other")


class Gazetteer:
    """The names of one home, ready to be found in sentences."""

    def __init__(self, home: Home, lists: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        """Index the names.

        Args:
            home: Its devices, rooms, floors and aliases.
            lists: Names of the lists that are kept.
            words: Words that are right besides, and for which others may be slips.
        """
        self._phrases: dict[tuple[str, ...], set[tuple[str, str]]] = {}
        for device in home.devices:
            kind = kind_flag(device)
            for name in (device.name, *device.aliases):
                self._add(name, "name", kind)
        for room in home.rooms:
            for name in (room.name, *room.aliases):
                self._add(name, "area", "")
            if room.floor:
                self._add(room.floor, "floor", "")
        for name in lists:
            self._add(name, "list", "")
        self._words = {word for phrase in self._phrases for word in phrase} | {*words}
        self._longest = max((len(p) for p in self._phrases), default=0)

    def _add(self, name: str, what: str, kind: str) -> None:
        words = tuple(plain(name).split())
        if len(words) > 1 and words[0] in ARTICLES:
            words = words[1:]  # people say the article or leave it out
        if words:
            self._phrases.setdefault(words, set()).add((what, kind))

    def flags(self, tokens: Sequence[Token]) -> npt.NDArray[np.float32]:
        """Flags of each token.

        Where names overlap, the longest that starts first counts, for devices, rooms,
        floors and lists apart from each other.

        Returns:
            Shape (tokens, len(FLAGS)), zeros and ones.
        """
        found = np.zeros((len(tokens), len(FLAGS)), np.float32)
        free = dict.fromkeys(("name", "area", "floor", "list"), 0)
        words = [t.text for t in tokens]
        for start in range(len(words)):
            for length in range(min(self._longest, len(words) - start), 0, -1):
                phrase = tuple(words[start : start + length])
                for what, kind in self._phrases.get(phrase, ()):
                    if free[what] <= start or found[start, _INDEX[f"{what}_begin"]]:
                        self._mark(found[start : start + length], what, kind, free[what] <= start)
                        free[what] = max(free[what], start + length)
        return found

    def mended(self, tokens: Sequence[Token], known: Container[str]) -> tuple[Token, ...]:
        """Tokens in which unknown words that sound or look like a word of a name are that word.

        Args:
            tokens: What was said.
            known: Words that are right as they are.
        """
        return tuple(
            token
            if token.mark or token.text in self._words or token.text in known
            else replace(token, text=self._nearest(token.text))
            for token in tokens
        )

    def _nearest(self, word: str) -> str:
        """The word of a name that is meant, or the word itself."""
        if len(word) < SHORTEST or not word.isalpha():
            return word
        sound = key(word)
        near = [
            (edits(word, name), name)
            for name in self._words
            if name[0] == word[0]
            and len(name) >= SHORTEST
            and (edits(word, name) == 1 or (key(name) == sound and len(sound) > 1))
        ]
        return min(near)[1] if near else word

    @staticmethod
    def _mark(rows: npt.NDArray[np.float32], what: str, kind: str, fresh: bool) -> None:
        if fresh:
            rows[0, _INDEX[f"{what}_begin"]] = 1.0
            rows[:, _INDEX[f"{what}_in"]] = 1.0
        elif not rows[:, _INDEX[f"{what}_in"]].all():
            return
        if kind:
            rows[:, _INDEX[kind]] = 1.0
