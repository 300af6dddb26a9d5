"""Which topics an announced device may have: one device must not command another.

Whoever may publish to the discovery prefix may announce a "reading lamp" whose command
topic is the front door's. So a topic to command belongs to the device that was first to
name it, and never lies where the home's own machinery listens.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from device.errors import HomeError
from device.home.payloads import Json

TOPIC_BYTES = 500
"""Longest topic."""

_FORBIDDEN = re.compile(r"[+#\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MACHINERY = re.compile(r"(?:^|/)bridge/request/|^hermes/|^tasmota/discovery/")
"""Where commands change bridges, the speaker's own dialogue, or announcements."""


def valid_topic(found: Json) -> str:
    """A topic that stands for itself alone.

    Raises:
        HomeError: It is empty, too long, a pattern, the broker's own, or not text.
    """
    if not isinstance(found, str) or not found:
        raise HomeError("announcement has no topic where it belongs")
    if _FORBIDDEN.search(found) or found.startswith("$"):
        raise HomeError("announcement has a topic with wildcards or control characters")
    if len(found.encode("utf-8")) > TOPIC_BYTES:
        raise HomeError("announcement has too long a topic")
    return found


def below(topic: str, bases: Iterable[str]) -> bool:
    """Whether a topic is one of these bases or lies below one."""
    return any(topic == base or topic.startswith(f"{base}/") for base in bases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The topics of one entity."""

    family: frozenset[str]
    """What identifies the device that it is a part of; alike for all parts of one device."""
    announced: str
    """Where it was announced."""
    heard: frozenset[str]
    commanded: frozenset[str]
    guarded: bool = False
    """Whether it is asked about before it is commanded."""

    @property
    def topics(self) -> frozenset[str]:
        """All of them."""
        return self.heard | self.commanded


class Claims:
    """Who hears and who commands which topic."""

    def __init__(self, prefix: str) -> None:
        self._prefixes = (prefix, "homeassistant")
        self._of: dict[str, Claim] = {}
        self._hearing: dict[str, dict[str, Claim]] = {}
        self._commanding: dict[str, dict[str, Claim]] = {}

    def check(self, who: str, claim: Claim) -> None:
        """Refuse topics that would let a device command, or speak for, another one.

        Args:
            who: The entity; what it claimed before does not stand in its way.
            claim: What it claims now.

        Raises:
            HomeError: One of its topics is not its own.
        """
        home, _, _ = claim.announced.rpartition("/")
        birth = f"{self._prefixes[0]}/status"
        for topic in claim.topics:
            if topic == birth:
                raise HomeError("announcement names a topic of the speaker's own")
            if below(topic, self._prefixes) and topic.endswith("/config"):
                raise HomeError("announcement names another announcement as its topic")
        for topic in claim.commanded:
            beside = below(topic, self._prefixes) and not topic.startswith(f"{home}/")
            if beside or _MACHINERY.search(topic):
                raise HomeError("announcement would command what is no device")
            if _of_another(who, claim, self._hearing.get(topic)):
                raise HomeError("announcement would speak for another device")
            for other, theirs in self._commanding.get(topic, {}).items():
                # Anybody may call itself a part of the front door.
                if other != who and theirs.guarded != claim.guarded:
                    raise HomeError("announcement would command another device unasked")
        for topic in claim.topics:
            if _of_another(who, claim, self._commanding.get(topic)):
                raise HomeError("announcement would command another device")

    def claim(self, who: str, claim: Claim) -> None:
        """Take note of an entity's topics, in place of what it had before."""
        self.release(who)
        self._of[who] = claim
        for topic in claim.heard:
            self._hearing.setdefault(topic, {})[who] = claim
        for topic in claim.commanded:
            self._commanding.setdefault(topic, {})[who] = claim

    def release(self, who: str) -> None:
        """An entity is gone."""
        claim = self._of.pop(who, None)
        if claim is None:
            return
        for topics, owners in (
            (claim.heard, self._hearing), (claim.commanded, self._commanding),
        ):  # fmt: skip
            for topic in topics:
                del owners[topic][who]
                if not owners[topic]:
                    del owners[topic]


def _of_another(who: str, claim: Claim, owners: dict[str, Claim] | None) -> bool:
    """Whether a topic belongs to an entity of another device."""
    return any(
        other != who and not claim.family & theirs.family
        for other, theirs in (owners or {}).items()
    )
