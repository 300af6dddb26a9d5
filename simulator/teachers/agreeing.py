"""Whether an owner says yes to what the speaker offers: only to all that he has in mind."""

from collections.abc import Collection, Mapping

from device.context import Home
from simulator.teachers.offers import Offer, read, written
from simulator.teachers.phrasing import Part
from simulator.teachers.situations import kinds, would_help
from simulator.teachers.wishes import Topic, Wish

_UNHELPFUL: Mapping[str, frozenset[str]] = {
    "light": frozenset({"off", "closed", "darker", "dimmer"}),
    "dark": frozenset({"brighter", "open"}),
    "warm": frozenset({"cooler", "colder"}),
    "cool": frozenset({"warmer", "hotter"}),
    "quiet": frozenset({"louder"}),
    "loud": frozenset({"quieter"}),
    "air": frozenset({"off"}),
    "privacy": frozenset({"open"}),
    "safe": frozenset({"unlocked", "unlock", "disarm", "open"}),
    "glare": frozenset({"open"}),
    "dirty": frozenset({"dock", "stop"}),
    "dry": frozenset({"off"}),
}
"""Words in an offer that nobody in need would agree to."""


def agrees(wish: Wish, reply: str, home: Home, *, seen: Collection[str] = frozenset()) -> bool:
    """Whether what a reply offers is what is in his mind, all of it and nothing else.

    Args:
        wish: What is in his mind.
        reply: What the speaker said.
        home: His home.
        seen: How the device that he points at stands, as `offers.written` has values: who means
            a lamp "as it is now" means every value that it has.
    """
    offer = read(reply, home, name=wish.name)
    if wish.topic is Topic.DECLARATIVE:
        return _helps(wish, offer, home)
    if "like" in offer.words:  # what he likes, which is not what he is asked about
        return False
    if wish.topic in (Topic.GROUP, Topic.NICKNAME):
        return offer.devices == set(wish.devices)
    if wish.topic is Topic.PLACE:
        return offer.rooms == {wish.area}
    return _values(wish, offer, seen)


def _helps(wish: Wish, offer: Offer, home: Home) -> bool:
    """Whether something helpful is offered, with nothing that makes it worse."""
    if offer.words & _UNHELPFUL[wish.need]:
        return False
    by_label = {home.label(d): d for d in home.devices}
    named = [by_label[label] for label in offer.devices]
    if not named or any(device.kind not in kinds(wish.need) for device in named):
        return False
    return all(
        would_help(wish.need, by_label[label], value) for label, value in offer.values if label
    )


def _values(wish: Wish, offer: Offer, seen: Collection[str]) -> bool:
    """Whether the values are his, each of them, with the devices that he named."""
    parts = [p for p in wish.parts if wish.topic is not Topic.EXAMPLE or p.value != "on"]
    named = parts if wish.topic is not Topic.EXAMPLE else []
    own = {(p.device, _in_words(p)) for p in named if p.device}
    loose = {_in_words(p): p.capability for p in parts if not p.device or p not in named}
    found = {value for _, value in offer.values}
    extra = {
        (label, value)
        for label, value in offer.values - own
        if value not in loose or (label and label not in wish.covered[loose[value]])
    }
    if wish.topic is Topic.EXAMPLE:
        lamps = {"", *(p.device for p in wish.parts)}
        extra -= {(lamp, value) for lamp in lamps for value in ("on", *seen)}
    return own <= offer.values and loose.keys() <= found and not extra


def _in_words(part: Part) -> str:
    """A value as an offer has it."""
    if part.capability == "position" and part.value in (0, 100):
        return "open" if part.value else "closed"
    return written(part.value)
