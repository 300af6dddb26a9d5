"""What a request could be about, where its words leave it open."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from device.context import Context, Device
from device.events import Request
from device.nlu.deeds import deed
from device.nlu.mentions import JUST_S, Mention
from device.nlu.targets import KINDS, POWERED, fitting, named
from device.nlu.vocabulary import singular
from device.nlu.words import tokenize

MOST = 24
"""Candidates that the shipped model compares at once."""

SURE = 0.8
"""Confidence from which a bare "turn on" goes on from what was spoken of: words that nobody
understands are often taken for one."""

LATELY = timedelta(minutes=10)
"""How long ago a change still draws attention."""

MACHINES = frozenset(
    {"switch", "script", "scene", "button", "humidifier", "water_heater", "climate"}
)
"""Kinds of devices that a deed may stand for: nothing that opens, locks or guards."""

_SINGULAR = frozenset({"it", "that", "this"})
_DECIDED = ("all", "any", "which", "how_many")
_ABLE = {
    "light": ("brightness", "color", "color_temperature"),
    "climate": ("target_temperature", "mode"),
    "warmth": ("temperature",),
    "volume": ("volume",),
    "play": ("media",),
    "pause": ("media",),
    "skip": ("media",),
    "fan": ("fan_speed",),
}
"""Deed -> capabilities of which a device needs one."""


class Breadth(StrEnum):
    """How much of the home a candidate takes."""

    NOTHING = "nothing"
    """None of the devices is meant."""
    OWN = "own"
    """The speaker itself: its own volume."""
    ONE = "one"
    ROOM = "room"
    """All that fit in the speaker's room."""
    HOME = "home"
    """All that fit."""
    MENTION = "mention"
    """Several that were spoken of together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Devices that could be meant."""

    breadth: Breadth
    devices: tuple[Device, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the devices."""
        return frozenset(d.id for d in self.devices)


def open_ended(request: Request, spoken_of: Sequence[Mention], context: Context) -> bool:
    """Whether the words of a request leave open which devices are meant.

    Plurals and quantities say it ("the lights", "all", "in the kitchen"), unique names do.
    """
    doing = deed(request)
    if doing is None or request.meant:
        return False
    if request.scope in _DECIDED and request.slot("search_query") is None:
        return False
    if request.slot("name") is not None and (known := named(request, context)):
        return len(known) > 1
    if request.scope in ("it", "implied"):
        return True
    if request.slot("name") is not None:
        return False
    if request.slot("area") is not None or request.slot("floor") is not None:
        return False
    if request.scope == "other":
        return True
    said = kind_said(request)
    if said:
        return singular(said.split()) == said and request.scope != "here"
    if request.slot("domain") is None and KINDS.get(request.intent) is POWERED:
        return bool(spoken_of) and request.scope != "here" and request.confidence >= SURE
    return request.scope != "here"


def kind_said(request: Request) -> str:
    """The word for a kind of device as it was said, in lower case; "" where there is none."""
    texts = [s.text for s in request.slots if s.name in ("domain", "device_class")]
    return " ".join(texts[0].casefold().split()) if texts else ""


def candidates(
    request: Request, context: Context, spoken_of: Sequence[Mention]
) -> tuple[Candidate, ...]:
    """At most MOST sets of devices, all different; first of all none of them."""
    pool = _pool(request, context, spoken_of)
    ids = {d.id for d in pool}
    found = [Candidate(breadth=Breadth.NOTHING)]
    if deed(request) == "volume" and request.slot("name") is None:
        found.append(Candidate(breadth=Breadth.OWN))
    just = _just_spoken_of(request, ids, spoken_of)
    for mention in spoken_of[:1] if just else spoken_of:
        both = tuple(d for d in pool if d.id in mention.devices)
        if len(both) > 1:
            found.append(Candidate(breadth=Breadth.MENTION, devices=both))
    here = tuple(d for d in pool if context.room is not None and d.room == context.room)
    if request.slot("name") is None and request.scope != "implied" and not just:
        if len(here) > 1:
            found.append(Candidate(breadth=Breadth.ROOM, devices=here))
        if 1 < len(pool) != len(here):
            found.append(Candidate(breadth=Breadth.HOME, devices=pool))
    pointed = {i for mention in spoken_of for i in mention.devices & ids}
    usual = {i for habit in context.habits[-200:] for i in habit.devices}
    near = {d.id for d in here}
    ranked = sorted(
        pool,
        key=lambda d: (
            d.id not in pointed,
            d.id not in near and not lately(d, context),
            d.id not in usual,
        ),
    )
    groups = {c.ids or c.breadth: c for c in reversed(found)}
    single = tuple(Candidate(breadth=Breadth.ONE, devices=(d,)) for d in ranked[:MOST])
    return (*tuple(groups.values())[::-1], *single)[:MOST]


def _just_spoken_of(request: Request, pool: Set[str], spoken_of: Sequence[Mention]) -> bool:
    """Whether "it" can be no more than what was spoken of a moment ago.

    Neither a room full of things nor several that were spoken of before are "it" then.
    """
    if request.scope != "it" or not any(t.text in _SINGULAR for t in tokenize(request.text)):
        return False
    return any(one.age_s <= JUST_S and one.devices & pool for one in spoken_of[:1])


def lately(device: Device, context: Context) -> bool:
    """Whether a value of the device changed a short while ago."""
    earliest = context.now - LATELY
    for reading in context.state.get(device.id, {}).values():
        if reading.since is not None and earliest < reading.since <= context.now:
            return True
    return False


def _pool(request: Request, context: Context, spoken_of: Sequence[Mention]) -> tuple[Device, ...]:
    """The devices that words, kind and capability allow."""
    if request.scope == "implied":
        return tuple(d for d in context.home.devices if d.kind in MACHINES)
    if deed(request) == "warmth" and request.slot("name") is None and not kind_said(request):
        return tuple(d for d in context.home.devices if d.capability("temperature"))
    pool = named(request, context) if request.slot("name") is not None else ()
    pool = pool or fitting(request, context, {i for m in spoken_of for i in m.devices})
    wanted = _ABLE.get(deed(request) or "")
    if wanted is not None:
        pool = tuple(d for d in pool if any(d.capability(c) for c in wanted))
    return pool
