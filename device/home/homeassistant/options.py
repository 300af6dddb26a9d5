"""What one announcement says, read key by key.

Home Assistant takes `true` for "True" and 5 for "5" where it wants text, and "35" for 35
where it wants a number, so that firmwares send either.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from device.errors import HomeError
from device.home.homeassistant.templates import Template, template
from device.home.homeassistant.topics import valid_topic
from device.home.payloads import LARGEST, Json

TEXT_LENGTH = 1_000
"""Longest payload or word in an announcement, characters."""
WORDS = 100
"""Longest list of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One announced entity; keys in their long spelling."""

    content: Mapping[str, Json]

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self.content.get(key) is not None

    def text(self, key: str, default: str) -> str:
        """A payload or a word.

        Raises:
            HomeError: It is a list, a mapping or too long.
        """
        found = self.content.get(key)
        return default if found is None else _text(found)

    def payload(self, key: str, default: str) -> str | None:
        """A payload that null takes away.

        Raises:
            HomeError: As `text`.
        """
        found = self.content.get(key, default)
        return None if found is None else _text(found)

    def words(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of words, or one word.

        Raises:
            HomeError: It is something else or too long.
        """
        found = self.content.get(key)
        if found is None:
            return default
        several = found if isinstance(found, list) else [found]
        if len(several) > WORDS:
            raise HomeError("announcement has too long a list")
        return tuple(dict.fromkeys(_text(word) for word in several))

    def number(self, key: str, default: float) -> float:
        """A number, also where it is written as text.

        Raises:
            HomeError: It is none.
        """
        found = self.content.get(key)
        if found is None:
            return default
        try:
            number = float(found) if isinstance(found, str | int | float) else None
        except ValueError:
            number = None
        if number is None or isinstance(found, bool) or not abs(number) <= LARGEST:
            raise HomeError("announcement has no number where it belongs")
        return number

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Yes or no.

        Raises:
            HomeError: It is neither.
        """
        found = self.content.get(key)
        word = "" if found is None else _text(found).lower()
        if not word:
            return default
        if word in ("true", "yes", "on", "enable", "1"):
            return True
        if word in ("false", "no", "off", "disable", "0"):
            return False
        raise HomeError("announcement has neither true nor false where it belongs")

    def topic(self, key: str) -> str | None:
        """A topic, or None.

        Raises:
            HomeError: It is no topic that one device can have for itself.
        """
        found = self.content.get(key)
        return None if found is None else valid_topic(found)

    def needed_topic(self, key: str) -> str:
        """A topic without which the entity is of no use.

        Raises:
            HomeError: It is missing, or as `topic`.
        """
        found = self.topic(key)
        if found is None:
            raise HomeError("announcement lacks a topic")
        return found

    def template(self, *keys: str) -> Template | None:
        """The first of these templates that is there, or None.

        Raises:
            HomeError: It is no template that can be used here.
        """
        for key in keys:
            found = self.content.get(key)
            if found is not None:
                if not isinstance(found, str):
                    raise HomeError("template is no text")
                return template(found)
        return None

    def part(self, key: str) -> "Options":
        """A mapping within, empty where there is none."""
        found = self.content.get(key)
        return Options(content=found if isinstance(found, dict) else {})


def _text(found: Json) -> str:
    if isinstance(found, list | dict) or found is None:
        raise HomeError("announcement has no text where it belongs")
    text = str(found)
    if len(text) > TEXT_LENGTH:
        raise HomeError("announcement has too long a text")
    return text
