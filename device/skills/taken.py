"""What belongs to one pack and can be no other's: names, and topics on the bus."""

import re
from collections.abc import Iterable
from functools import lru_cache

from device.errors import ConfigError
from device.skills.pack import Hermes, Pack

TOPICS = "hermes/intent/"
"""What every topic of a pack begins with."""


class Taken:
    """The names and topics that packs have, each of one pack."""

    def __init__(self, packs: Iterable[Pack] = ()) -> None:
        """Begin with packs that do not take from each other."""
        self._names: dict[str, str] = {}
        self._topics: dict[str, str] = {}
        for pack in packs:
            self._put(pack)

    def take(self, pack: Pack) -> None:
        """Give a pack its names and topics.

        Raises:
            ConfigError: One belongs to another; then it gets nothing.
        """
        for name in (pack.id, pack.name, *pack.aliases):
            owner = self._names.get(spoken(name), pack.id)
            if owner != pack.id:
                raise ConfigError(f"{pack.id}: {name!r} is the name of the pack {owner}")
        for topic in sorted(topics(pack)):
            owner = self._topics.get(topic, pack.id)
            if owner != pack.id:
                raise ConfigError(
                    f"{pack.id}: the pack {owner} answers on {topic} too; "
                    f'set a topic of its own, such as hermes = "{TOPICS}{pack.id}"'
                )
        self._put(pack)

    def _put(self, pack: Pack) -> None:
        for name in (pack.id, pack.name, *pack.aliases):
            self._names[spoken(name)] = pack.id
        self._topics |= dict.fromkeys(topics(pack), pack.id)


def topics(pack: Pack) -> frozenset[str]:
    """Where a pack's requests are told; nowhere when no program of its own answers."""
    if not isinstance(pack.answers, Hermes):
        return frozenset()
    if pack.answers.topic is not None:
        return frozenset({pack.answers.topic})
    return frozenset(TOPICS + intent for intent in pack.intents)


@lru_cache(maxsize=65_536)
def spoken(name: str) -> str:
    """A name as it is heard: "Zoo-Sounds" and "zoo sounds" are one."""
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())
