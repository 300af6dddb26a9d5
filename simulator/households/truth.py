"""What is right at every stage of a turn: the words, the requests, the commands, the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from device.events import Value

_UNSEEN = frozenset({"fan_speed", "scene"})
"""What does not show in a house to the letter: devices have steps of their own, scenes no state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One thing that is asked."""

    intent: str
    slots: Mapping[str, Value] = field(default_factory=dict)
    """Those that the words tell, names in the home's spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One value that one device is to take."""

    device: str
    """On the bus: "Kitchen/Kitchen light"."""
    label: str
    """What people call it: its name, or Room/Name where two have the name."""
    capability: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What somebody means by a sentence, and what is to come of it."""

    words: str
    """The sentence."""
    requests: tuple[Wanted, ...] = ()
    """All that is asked, in the order of the words; none for a yes."""
    moves: tuple[Moved, ...] = ()
    """All that is commanded, in any order."""
    asks: str = ""
    """What the speaker must ask first; "" for nothing."""
    agreed: tuple[Moved, ...] = ()
    """What a yes to that commands."""
    buys: str = ""
    """What is put on the shopping list; "" for nothing."""
    timers: tuple[int, ...] | None = None
    """Seconds of all timers, where the first one is set."""

    def expected(self, shopping: Sequence[str] = ()) -> dict[str, Any]:
        """The same as what a step of a scenario expects.

        Args:
            shopping: What the shopping list holds before.
        """
        found: dict[str, Any] = {"text": self.words} if self.words else {}
        if self.requests:
            found["requests"] = [
                {"intent": one.intent, "slots": dict(one.slots)} for one in self.requests
            ]
        found["commands"] = [
            {"device": one.label, "capability": one.capability, "value": one.value}
            for one in self.moves
        ]
        if self.moves:
            house: dict[str, dict[str, Value]] = {}
            for one in self.moves:
                if one.capability in _UNSEEN:
                    continue
                house.setdefault(one.device, {})[one.capability] = one.value
            found["house"] = house
        found["asks"] = self.asks
        if self.buys:
            found["lists"] = {"shopping": [*shopping, self.buys]}
        if self.timers is not None:
            found["timers"] = [{"seconds": seconds} for seconds in self.timers]
        return found
