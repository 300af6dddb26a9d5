"""Pretend homes with skill packs and an owner: the shelf, what is known, what can be asked.

Every home installs packs that strangers might have written: each serves one to three needs with
eight to fourteen sentences of the public sets, and up to five serve the same need (Zipf), some
with sentences copied from each other. The speaker's own skills stand on the same shelf. What the
owner wants from which is `simulator.owners`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import numpy as np

from device.nlu.embedding import Floats
from device.nlu.words import plain
from device.routing.rivals import there
from device.routing.shelf import Shelf
from device.skills.pack import Example
from export.ranker.texts import OWN, Reading, Sayings, cached, own_sentences
from simulator.homes import Split
from simulator.lives import PERSONS, Life, random_life
from simulator.owners import Offer, Owner
from simulator.sentences import random_phrase, sources

Encode = Callable[[str], Floats]

KINDS = ("light", "switch", "media_player", "climate", "vacuum", "cover", "fan", "weather")
MOST_PACKS = 250
OWN_SENTENCES = 40
"""Requests for the speaker's own skills that are said in one home."""


@dataclass(slots=True)
class Household:
    """A home, its packs and its owner."""

    life: Life
    owner: Owner
    shelf: Shelf
    sentences: dict[tuple[str, str], tuple[str, ...]]
    """(Skill, need) -> the pack's sentences."""
    usual: tuple[str, ...]
    """Needs, the most usual first."""
    own: tuple[Reading, ...]
    """What is asked of the speaker itself."""
    own_shelf: Shelf
    """The speaker's own intents, each as a skill."""
    declined: tuple[str, ...] = ()
    """Needs that nobody serves and for which a skill has already said so."""
    saying: dict[str, frozenset[str]] = field(default_factory=dict)
    """Sentence, as it is compared -> the packs that have it."""
    words: dict[tuple[str, str], tuple[frozenset[str], ...]] = field(default_factory=dict)

    @property
    def packs(self) -> frozenset[str]:
        """The skills of all packs."""
        return frozenset(skill for skill, _ in self.sentences)

    def explained(self, skill: str, need: str, text: str) -> float:
        """Share of a sentence's words that one of a pack's sentences accounts for."""
        key = (skill, need)
        if key not in self.words:
            self.words[key] = tuple(content(s) for s in self.sentences[key])
        mine = content(text)
        if not mine:
            return 0.0
        return max(len(mine & other) for other in self.words[key]) / len(mine)


_LIGHT = frozenset(
    "a an the my me i you is are to of for in on and please can could would do what's it s".split()
)


def content(text: str) -> frozenset[str]:
    """The words of a sentence that carry it."""
    words = frozenset(plain(text).split())
    return words - _LIGHT or words


def household(
    rng: Random, sayings: Sayings, encode: Encode, own_shelf: Shelf, own: Sequence[Reading],
    life: Life,
) -> Household:
    """A home with packs and a past.

    Args:
        rng: The same state gives the same home.
        sayings: Where packs have their sentences from, and what is asked.
        encode: The utterance encoder.
        own_shelf: The speaker's own intents, as `own_shelf` gives them.
        own: What is asked of the speaker itself in this home.
        life: The home.
    """
    sentences = _packs(rng, sayings)
    skills = sorted({skill for skill, _ in sentences})
    shelf = Shelf(encode, len(own_shelf.vector("a")))
    for skill in skills:
        shelf.put(
            skill,
            [Example(intent=n, text=t) for (s, n), ts in sentences.items() if s == skill
             for t in ts],
        )  # fmt: skip
    chosen = rng.choice((0.1, 0.3, 0.6, 1.0))
    context = life.context
    offers = []
    for skill in skills:
        wanted = rng.sample(KINDS, rng.choice((1, 1, 2))) if rng.random() < 0.2 else ()
        kinds, here, active = there(wanted, context)
        serves = frozenset(need for s, need in sentences if s == skill)
        offers.append(
            Offer(skill=skill, serves=serves, enabled=rng.random() < chosen, kinds=kinds,
                  here=here, active=active)
        )  # fmt: skip
    for name in {skill for skill, _ in OWN.values()}:
        serves = frozenset(need for need, (skill, _) in OWN.items() if skill == name)
        offers.append(Offer(skill=name, serves=serves, builtin=True, enabled=True))
    rooms = [room.name for room in life.home.rooms][:4] or [None]
    owner = Owner(rng, offers, [life.room, *rooms], rng.choice(((None,), PERSONS)))
    usual = sorted({need for offer in offers for need in offer.serves if need in sayings.asked})
    rng.shuffle(usual)
    made = Household(
        life, owner, shelf, sentences, tuple(usual), tuple(own), own_shelf
    )
    times = round(rng.choice((0.0, 1.0)) * np.expm1(rng.uniform(0, np.log(160))))
    owner.live(usual, lambda n: _say(rng, sayings, n), encode, life.now, times)
    for (skill, _), said in sentences.items():
        for text in said:
            made.saying[plain(text)] = made.saying.get(plain(text), frozenset()) | {skill}
    made.declined = tuple(_declines(rng, made, sayings, encode))
    return made


def _declines(rng: Random, house: Household, sayings: Sayings, encode: Encode) -> Iterator[str]:
    """Let skills have been asked what they do not know, and have said so."""
    unserved = sorted(sayings.asked.keys() - {n for o in house.owner.offers for n in o.serves})
    for need in rng.sample(unserved, min(len(unserved), rng.choice((0, 0, 2, 4)))):
        text = _say(rng, sayings, need)
        for listed in house.shelf.find(text, k=1):
            house.owner.settle(listed.skill, encode(text), chosen=False)
            yield need


def own_shelf(encode: Encode, size: int) -> Shelf:
    """The speaker's own intents, each as a skill with a dozen sentences.

    Args:
        encode: The utterance encoder.
        size: Values of its vectors.
    """
    rng = Random("own shelf")
    home = random_life(rng).home
    shelf = Shelf(encode, size)
    for name in sources():
        intent = name.partition("/")[0]
        said = [Example(intent=intent, text=random_phrase(name, rng, home).text) for _ in range(12)]
        shelf.put(name, said)
    return shelf


def lives(split: Split, count: int) -> list[tuple[Life, list[Reading]]]:
    """Homes with what is asked of the speaker itself in each; always the same."""
    return cached(f"lives-{split}-{count}-{OWN_SENTENCES}", lambda: _lives(Random(f"lives {split}"), split, count))


def _lives(rng: Random, split: Split, count: int) -> list[tuple[Life, list[Reading]]]:
    made = []
    for _ in range(count):
        life = random_life(rng, split)
        life.now = life.now.replace(hour=0) + timedelta(hours=rng.triangular(6, 24, 18))
        made.append((life, own_sentences(life, rng, split, OWN_SENTENCES)))
    return made


def _say(rng: Random, sayings: Sayings, need: str) -> str:
    return rng.choice(sayings.asked[need]).text


def _packs(rng: Random, sayings: Sayings) -> dict[tuple[str, str], tuple[str, ...]]:
    """(Skill, need) -> sentences."""
    needs = sorted(sayings.examples)
    most = max(2, round(np.exp(rng.uniform(np.log(3), np.log(len(needs))))))
    served = rng.sample(needs, min(most, len(needs)))
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    sizes: Counter[str] = Counter()
    for need in served:
        many = rng.choices((1, 2, 3, 4, 5), weights=(1, 1 / 2, 1 / 3, 1 / 4, 1 / 5))[0]
        for _ in range(many):
            if len(found) >= MOST_PACKS:
                return found
            open_ones = [s for s, n in sizes.items() if n < 3 and (s, need) not in found]
            if open_ones and rng.random() < 0.3:
                skill = rng.choice(open_ones)
            else:
                skill = f"pack{len(sizes)}"
            sizes[skill] += 1
            found[skill, need] = _sentences(rng, sayings.examples[need], found, need)
    return found


def _sentences(
    rng: Random, said: Sequence[str], found: dict[tuple[str, str], tuple[str, ...]], need: str
) -> tuple[str, ...]:
    """A pack's sentences: some its author's own, some copied from another pack."""
    mine = rng.sample(said, min(len(said), rng.randint(8, 14)))
    others = [s for (_, n), ts in found.items() if n == need for s in ts]
    copied = [rng.choice(others) if others and rng.random() < 0.15 else s for s in mine]
    return tuple(dict.fromkeys(copied))
