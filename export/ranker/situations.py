"""Requests in pretend homes, with the rivals for them and the one that the owner wants.

The rivals are those that the router's own code finds (`device.routing.arbiter`), with the
shipped models behind it; only what the owner wants is made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from device.context import Context
from device.effects import Notebook, Timer
from device.events import Ask, Reply, Request, Turn
from device.models import Manifest, Tensor
from device.nlu.words import plain
from device.routing.calls import Call
from device.routing.features import GROUPS, WIDTH
from device.routing.ranker import Ranker
from device.routing.rivals import MOST_RIVALS, Rival
from export.ranker.catalogue import catalogue
from export.ranker.households import Encode, Household, Village, lives
from export.ranker.lists import MISSED
from export.ranker.texts import Reading, reading, sayings
from export.routing.requests import Part
from simulator.homes import Split
from simulator.owners import Moment, Offer

BUILDINGS = 60
"""Many owners live in the same one."""

STYLES: Mapping[str, float] = {
    "own": 0.22,
    "pack": 0.38,
    "again": 0.1,
    "stranger": 0.12,
    "foreign": 0.08,
    "named": 0.04,
    "verbatim": 0.06,
}
"""How requests come about -> how often: for the speaker's own skills, for a need that a pack
serves, once more what was just asked, for any need, for nothing that a skill does, with a pack's
name, in a pack's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A request, who might answer, and who should."""

    style: str
    """One of STYLES."""
    rivals: tuple[Rival, ...]
    request: Request
    context: Context
    wanted: str | None
    """The skill; None where none serves."""
    serving: frozenset[str]
    """All skills that truly serve it."""
    first: tuple[str, float]
    """The nearest skill on the shelf, and its similarity."""

    @property
    def truth(self) -> int:
        """Its place among the rivals, MOST_RIVALS for "none of them", or MISSED."""
        if self.wanted is None:
            return MOST_RIVALS
        places = [i for i, rival in enumerate(self.rivals) if rival.skill == self.wanted]
        return places[0] if places else MISSED


def village(part: Part, encode: Encode, size: int) -> Village:
    """Everything that homes of one part of the public sets are made of."""
    said = sayings(part)
    packs = catalogue(said.examples, Random(f"catalogue {part}"))
    return Village(said, packs, lru_cache(maxsize=None)(encode), size, _unasked())


def situations(
    place: Village, split: Split, *, homes: int, seed: int, each: int = 40
) -> list[Situation]:
    """Requests in many homes.

    Args:
        place: What homes are made of.
        split: "test" for homes with names that training never sees.
        homes: How many pretend homes.
        seed: The same seed gives the same requests.
        each: Requests in one home.
    """
    rng = Random(seed)
    buildings = lives(split, BUILDINGS)
    drawn: list[Situation] = []
    for i in range(homes):
        life, own = buildings[i % len(buildings)]
        life.now = datetime(2026, 1 + i % 12, 1 + i % 28, rng.randrange(24), tzinfo=life.now.tzinfo)
        house = place.household(rng, life, own)
        mine: list[Situation] = []
        while len(mine) < each:
            one = _situation(rng, house, place)
            if one is not None:
                mine.append(one)
        drawn += mine
    return drawn


def _situation(rng: Random, house: Household, place: Village) -> Situation | None:
    """One request in a home; None where no pack is near it, so that nothing is ranked."""
    style, asked = _asked(rng, house, place)
    owner = house.owner
    moment = owner.moment(house.life.now + timedelta(minutes=rng.uniform(0, 1_000)))
    before = len(owner.uses)
    if style == "again":
        _just_before(rng, house, asked, moment)
    serving = _serving(house, asked)
    wanted = owner.wants(
        asked.need,
        moment,
        among=serving,
        verbatim=house.saying.get(plain(asked.text), frozenset()),
    )
    call = None
    if style == "named":
        packs = [offer.skill for offer in serving if not offer.builtin]
        wanted = rng.choice(packs if packs and rng.random() < 0.7 else house.packs)
        call = Call(wanted, asked.text)
    context = _context(rng, house, moment)
    del owner.uses[before:]
    rivals = house.arbiter.rivals(asked.request, asked.own, context, call=call)
    if not rivals:
        return None
    return Situation(
        style=style,
        rivals=tuple(rng.sample(rivals, len(rivals))),
        request=asked.request,
        context=context,
        wanted=wanted,
        serving=frozenset(offer.skill for offer in serving),
        first=_first(house, rivals, asked.text),
    )


def _asked(rng: Random, house: Household, place: Village) -> tuple[str, Reading]:
    """What is asked, and how it comes about."""
    said = place.sayings
    (style,) = rng.choices(list(STYLES), weights=list(STYLES.values()))
    if style == "own":
        return style, rng.choice(house.own)
    if style == "foreign":
        return style, rng.choice(said.foreign)
    if style == "stranger":
        known = house.declined if rng.random() < 0.4 and house.declined else sorted(said.asked)
        return style, rng.choice(said.asked[rng.choice(known)])
    if style == "verbatim":
        pack = place.catalogue.packs[rng.choice(house.packs)]
        example = rng.choice(pack.examples)
        made = reading(example.text, example.intent, house.life.context)
        if made is not None:
            return style, made
    return style, rng.choice(said.asked[rng.choice(house.needs)])


def _just_before(rng: Random, house: Household, asked: Reading, moment: Moment) -> None:
    """Let the same need have been met a little while ago."""
    earlier = replace(moment, at=moment.at - timedelta(minutes=rng.uniform(0.2, 12)))
    skill = house.owner.wants(asked.need, earlier)
    if skill is not None:
        house.owner.use(skill, earlier)


def _serving(house: Household, asked: Reading) -> list[Offer]:
    """Who truly answers: packs that serve the need, and the speaker's own skill if it is right."""
    found = [offer for offer in house.owner.serving(asked.need) if not offer.builtin]
    if asked.right and asked.own is not None:
        name = asked.own.skill
        found.append(Offer(skill=name, serves=frozenset(), builtin=True, enabled=True))
    return found


def _first(house: Household, rivals: tuple[Rival, ...], text: str) -> tuple[str, float]:
    """What the shelf alone would take: the nearest pack, or the speaker's own reading."""
    enabled = {offer.skill for offer in house.owner.offers if offer.enabled}
    (best,) = house.shelf.find(text, enabled=enabled, k=1)
    own = max((rival.similarity for rival in rivals if rival.builtin), default=-1.0)
    if own > best.similarity:
        return next(r.skill for r in rivals if r.builtin), own
    return best.skill, best.similarity


def _context(rng: Random, house: Household, moment: Moment) -> Context:
    """The home as it stands then."""
    timer = Timer(id=1, name=None, duration_ms=60_000, remaining_ms=30_000, as_of_ms=0)
    asks = Ask.MISSING if rng.random() < 0.05 else None
    before = Turn(
        id="before", at=moment.at - timedelta(seconds=8), text="", reply=Reply(text="", asks=asks)
    )
    return replace(
        house.life.context,
        now=moment.at,
        room=moment.room,
        person=moment.person,
        turns=(before,),
        notebook=Notebook(
            timers=(timer,) if rng.random() < 0.15 else (),
            ringing=("It is time.",) if rng.random() < 0.03 else (),
        ),
        settled=tuple(house.owner.settled),
        uses=tuple(house.owner.uses),
    )


def _unasked() -> Ranker:
    """A re-ranker for arbiters that are only asked who the rivals are."""
    manifest = Manifest(
        name="none", version=0, file="", sha256="", outputs=(), command="", metrics={},
        training_sets=(), settings={"features": {n: len(c) for n, c in GROUPS.items()}},
        inputs=(Tensor(name="", shape=(1, MOST_RIVALS, WIDTH), dtype="int8"),),
    )  # fmt: skip
    return Ranker(lambda _: [], manifest)
