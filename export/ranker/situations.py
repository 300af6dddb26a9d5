"""Requests in pretend homes, with the rivals for them and the one that the owner wants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from random import Random

from device.context import Context
from device.effects import Notebook, Timer
from device.events import Ask, Reply, Request, Slot, Turn
from device.nlu.encoder import Encoder
from device.nlu.words import plain
from device.routing.rivals import MOST_RIVALS, Rival
from export.ranker.households import Encode, Household, household, lives, own_shelf
from export.ranker.lists import MISSED
from export.ranker.texts import Reading, Sayings, reading
from simulator.homes import Split
from simulator.owners import Moment, Offer, Use

HOMES = 100
"""Buildings; many owners live in the same one."""

OWN_AT_MOST = 3
"""Skills of the speaker's own on a list."""

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

    @property
    def truth(self) -> int:
        """Its place among the rivals, MOST_RIVALS for "none of them", or MISSED."""
        if self.wanted is None:
            return MOST_RIVALS
        places = [i for i, rival in enumerate(self.rivals) if rival.skill == self.wanted]
        return places[0] if places else MISSED


def situations(
    sayings: Sayings, split: Split, *, homes: int, encoder: Encoder, seed: int, each: int = 60
) -> list[Situation]:
    """Requests in many homes.

    Args:
        sayings: What packs say and what is asked.
        split: "test" for homes with names that training never sees.
        homes: How many pretend homes.
        encoder: The utterance encoder.
        seed: The same seed gives the same requests.
        each: Requests in one home.
    """
    encode = lru_cache(maxsize=None)(encoder.encode)
    rng = Random(seed)
    shelf = own_shelf(encode, encoder.size)
    places = lives(split, HOMES)
    drawn: list[Situation] = []
    for i in range(homes):
        life, own = places[i % len(places)]
        house = household(rng, sayings, encode, shelf, own, life)
        drawn += [situation(rng, house, sayings, encode) for _ in range(each)]
    return drawn


def situation(rng: Random, house: Household, sayings: Sayings, encode: Encode) -> Situation:
    """One request in a home.

    Args:
        rng: The same state gives the same request.
        house: The home.
        sayings: What is asked.
        encode: The utterance encoder.
    """
    style, asked = _asked(rng, house, sayings)
    owner = house.owner
    moment = owner.moment(house.life.now + timedelta(minutes=rng.uniform(0, 1_000)))
    just = _just_before(rng, house, asked, moment) if style == "again" else None
    if just is not None:
        owner.uses.append(just)
    serving = _serving(house, asked)
    wanted = owner.wants(
        asked.need or "",
        moment,
        among=serving,
        verbatim=house.saying.get(plain(asked.text), frozenset()),
    )
    named = rng.choice(sorted(house.packs)) if style == "named" else None
    if named is not None and serving and rng.random() < 0.7:
        named = rng.choice([offer.skill for offer in serving])
    rivals = _rivals(rng, house, asked, encode, moment, named)
    if just is not None:
        owner.uses.pop()
    return Situation(
        style=style,
        rivals=tuple(rng.sample(rivals, len(rivals))),
        request=asked.request,
        context=_context(rng, house, moment),
        wanted=named or wanted,
        serving=frozenset(offer.skill for offer in serving),
    )


def _asked(rng: Random, house: Household, sayings: Sayings) -> tuple[str, Reading]:
    """What is asked, and how it comes about."""
    (style,) = rng.choices(list(STYLES), weights=list(STYLES.values()))
    if style == "own":
        return style, rng.choice(house.own)
    if style == "foreign":
        return style, rng.choice(sayings.foreign)
    if style == "stranger":
        known = house.declined if rng.random() < 0.4 and house.declined else sorted(sayings.asked)
        return style, rng.choice(sayings.asked[rng.choice(known)])
    served = sorted({need for _, need in house.sentences} & sayings.asked.keys())
    if style == "verbatim":
        skill, need = rng.choice(sorted(house.sentences))
        made = reading(rng.choice(house.sentences[skill, need]), need, house.life.context)
        if made is not None:
            return style, made
    return style, rng.choice(sayings.asked[rng.choice(served)])


def _just_before(rng: Random, house: Household, asked: Reading, moment: Moment) -> Use | None:
    """That the same need was met a little while ago."""
    before = house.owner.wants(asked.need or "", moment)
    if before is None:
        return None
    return Use(skill=before, moment=replace(moment, at=moment.at - timedelta(minutes=rng.uniform(0.2, 12))))


def _serving(house: Household, asked: Reading) -> list[Offer]:
    """Who truly answers: packs that serve the need, and the speaker's own skill if it is right."""
    offers = house.owner.offers
    mine = asked.own[0][0] if asked.right else None
    packs = [] if asked.need is None else house.owner.serving(asked.need)
    own = [o for o in offers if o.builtin and o.skill == mine]
    return [o for o in packs if not o.builtin] + (own or [_own_offer(mine)] if mine else [])


def _own_offer(skill: str) -> Offer:
    return Offer(skill=skill, serves=frozenset(), builtin=True, enabled=True)


def _rivals(
    rng: Random, house: Household, asked: Reading, encode: Encode, moment: Moment, named: str | None
) -> list[Rival]:
    """Who might answer: the nearest packs, and the speaker's own skills that read it."""
    owner, vector = house.owner, encode(asked.text)
    enabled = {o.skill for o in owner.offers if o.enabled}
    listed = house.shelf.find(asked.text, enabled=enabled)
    if named is not None and all(one.skill != named for one in listed):
        others = house.packs - {named}
        listed = (*house.shelf.find(asked.text, k=1, without=others), *listed)
    reach = rng.uniform(0.12, 0.5)
    nearest = max((one.similarity for one in listed), default=0.0)
    offers = {offer.skill: offer for offer in owner.offers}
    own_similarity: dict[str, float] = {}
    for one in house.own_shelf.find(asked.text, k=len(house.own_shelf)):
        own_similarity.setdefault(one.intent, one.similarity)
    rivals = [
        Rival(
            skill=skill,
            intent=asked.request.intent,
            slots=asked.request.slots,
            builtin=True,
            confidence=score,
            similarity=own_similarity.get(asked.request.intent, 0.0),
            acquaintance=replace(owner.acquaintance(skill, vector, moment), enabled=True),
        )
        for skill, score in asked.own[:OWN_AT_MOST]
    ]
    for one in listed:
        if len(rivals) == MOST_RIVALS:
            break
        if one.similarity < nearest - reach and not one.verbatim and one.skill != named:
            continue
        offer = offers[one.skill]
        rivals.append(
            Rival(
                skill=one.skill,
                intent=one.intent,
                slots=_slots(rng),
                confidence=house.explained(one.skill, one.intent, asked.text),
                similarity=one.similarity,
                verbatim=one.verbatim,
                named=one.skill == named,
                kinds=offer.kinds,
                here=offer.here,
                active=offer.active,
                acquaintance=owner.acquaintance(one.skill, vector, moment),
            )
        )
    return rivals


def _slots(rng: Random) -> tuple[Slot, ...]:
    """What a pack's sentence has room for; who is right cannot be told from it."""
    return tuple(
        Slot(name="x", value="x", text="x", confidence=rng.uniform(0.5, 1.0))
        for _ in range(rng.choice((0, 0, 1, 1, 2)))
    )


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
    )
