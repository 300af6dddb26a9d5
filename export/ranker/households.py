"""Pretend homes with skill packs and an owner who has a past with them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from random import Random

import numpy as np

from device.nlu.embedding import Floats
from device.nlu.words import plain
from device.routing.arbiter import Arbiter
from device.routing.ranker import Ranker
from device.routing.rivals import there
from device.routing.shelf import Shelf
from device.settled import Verdict
from device.skills.pack import Standing
from device.skills.packreading import builtin_packs
from export.ranker.catalogue import AUTHORS, Catalogue
from export.ranker.texts import OWN, Reading, Sayings, cached, own_sentences, unmet
from simulator.homes import Split
from simulator.lives import PERSONS, Life, random_life
from simulator.owners import Offer, Owner

MOST_NEEDS = 60
"""Needs that packs serve in one home, at most."""
OWN_SENTENCES = 40
"""Requests for the speaker's own skills that are said in one building."""

Encode = Callable[[str], Floats]


@dataclass(slots=True)
class Household:
    """A home, its packs and its owner."""

    life: Life
    owner: Owner
    arbiter: Arbiter
    shelf: Shelf
    """That of the arbiter."""
    packs: tuple[str, ...]
    needs: tuple[str, ...]
    """What the packs serve."""
    usual: tuple[str, ...]
    """What is needed, by packs or by the speaker's own skills, the most usual first."""
    own: tuple[Reading, ...]
    """What is asked of the speaker itself."""
    saying: dict[str, frozenset[str]]
    """Sentence, as it is compared -> the packs that have it."""
    declined: tuple[str, ...] = ()
    """Needs that nobody serves and for which a skill has already said so."""


@dataclass(slots=True)
class Village:
    """Everything that homes are made of."""

    sayings: Sayings
    catalogue: Catalogue
    encode: Encode
    size: int
    """Values of an encoded sentence."""
    ranker: Ranker

    def household(self, rng: Random, life: Life, own: Sequence[Reading]) -> Household:
        """A home with packs and a past.

        Args:
            rng: The same state gives the same home.
            life: The building, its devices, the day.
            own: What is asked of the speaker itself there.
        """
        chosen = rng.choice((0.1, 0.3, 0.6, 1.0))
        packs = [self.catalogue.packs[id_] for id_ in self._installed(rng)]
        standing = {
            pack.id: Standing.ENABLED if rng.random() < chosen else Standing.AVAILABLE
            for pack in packs
        }
        shelf = Shelf(self.encode, self.size)
        arbiter = Arbiter(shelf, self.ranker, sentences=self.catalogue.sentences)
        built = [(pack, Standing.ENABLED) for pack in builtin_packs()]
        arbiter.take([*built, *((pack, standing[pack.id]) for pack in packs)])
        context = life.context
        offers = [
            Offer(
                skill=pack.id,
                serves=frozenset(pack.intents),
                enabled=standing[pack.id] is Standing.ENABLED,
                place=there(pack.kinds, context),
            )
            for pack in packs
        ]
        for name in sorted({skill for skill, _ in OWN.values()}):
            serves = frozenset(need for need, (skill, _) in OWN.items() if skill == name)
            offers.append(Offer(skill=name, serves=serves, builtin=True, enabled=True))
        rooms = [room.name for room in life.home.rooms][:4]
        owner = Owner(rng, offers, [life.room, *rooms], rng.choice(((None,), PERSONS)))
        usual = sorted({n for offer in offers for n in offer.serves} & self.sayings.asked.keys())
        rng.shuffle(usual)
        saying: dict[str, frozenset[str]] = {}
        for pack in packs:
            for example in pack.examples:
                key = _plain(example.text)
                saying[key] = saying.get(key, frozenset()) | {pack.id}
        made = Household(
            life=life,
            owner=owner,
            arbiter=arbiter,
            shelf=shelf,
            packs=tuple(pack.id for pack in packs),
            needs=tuple(sorted({n for p in packs for n in p.intents} & self.sayings.asked.keys())),
            usual=tuple(usual),
            own=tuple(own),
            saying=saying,
        )
        times = round(rng.choice((0.0, 1.0, 1.0)) * np.expm1(rng.uniform(0, np.log(160))))
        owner.live(usual, lambda need: self._say(rng, need), arbiter.asked, life.now, times)
        made.declined = tuple(self._declines(rng, made))
        return made

    def _installed(self, rng: Random) -> list[str]:
        """The packs of a home: of some needs, one to five that serve each (Zipf)."""
        needs = sorted(self.catalogue.serving)
        count = round(np.exp(rng.uniform(np.log(3), np.log(MOST_NEEDS))))
        weights = np.array([2.0 if unmet(need) else 1.0 for need in needs])
        order = sorted(needs, key=dict(zip(needs, _keys(rng, weights), strict=True)).__getitem__)
        found: dict[str, None] = {}
        for need in order[:count]:
            many = rng.choices(range(1, AUTHORS + 1), weights=[1 / n for n in range(1, 6)])[0]
            found |= dict.fromkeys(rng.sample(self.catalogue.serving[need], many))
        return list(found)

    def _declines(self, rng: Random, house: Household) -> Iterator[str]:
        """Let skills have been asked what they do not know, and have said so."""
        served = {need for offer in house.owner.offers for need in offer.serves}
        unserved = sorted(self.sayings.asked.keys() - served)
        for need in rng.sample(unserved, min(len(unserved), rng.choice((0, 0, 2, 4)))):
            text = self._say(rng, need)
            moment = house.owner.moment(house.life.now - timedelta(days=rng.uniform(0.1, 20)))
            for listed in house.shelf.find(text, k=1):
                asked = house.arbiter.asked(text)
                house.owner.settle(listed.skill, asked, Verdict.DECLINED, moment)
                yield need

    def _say(self, rng: Random, need: str) -> str:
        return rng.choice(self.sayings.asked[need]).text


def _keys(rng: Random, weights: Sequence[float] | Floats) -> list[float]:
    """Sort keys for drawing without replacement by weight (Efraimidis and Spirakis, 2006)."""
    return [-(rng.random() ** (1 / float(weight))) for weight in weights]


def lives(split: Split, count: int) -> list[tuple[Life, list[Reading]]]:
    """Buildings with what is asked of the speaker itself in each; always the same."""
    return cached(f"lives-{split}-{count}-{OWN_SENTENCES}", lambda: _lives(split, count))


def _lives(split: Split, count: int) -> list[tuple[Life, list[Reading]]]:
    rng = Random(f"lives {split}")
    made = []
    for _ in range(count):
        life = random_life(rng, split)
        made.append((life, own_sentences(life, rng, split, OWN_SENTENCES)))
    return made


_plain = lru_cache(maxsize=100_000)(plain)
