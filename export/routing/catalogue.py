"""A catalogue in which several skills truly serve the same request and one of them is the label.

Every need is served by one skill, or by two to five of them (Zipf); a skill serves one to four
needs that resemble each other (Zipf). Each owner has chosen some skills, popular ones more often.
A request comes from one owner, and its label is the skill that this owner used: drawn among all
that serve it, popular and chosen ones more often. So a label is never wrong and hardly ever whole.
The whole truth is used to measure, to say which skills answer "I don't know that one", and for the
arm that shows what labels in full would give.
"""

from dataclasses import dataclass

import numpy as np

from device.nlu.embedding import Floats
from export.routing.corpus import UNKNOWN, Bools, Corpus, Ints

MOST_SERVING = 5
MOST_NEEDS = 4
ALIKE = 8
"""Among how many of the most alike needs a skill's next one is drawn."""
OWNERS = 2_000
CHOSEN = (5, 20)
"""Skills that an owner chose, fewest and most."""
OWN = 0.5
"""Share of the requests that come from an owner who chose a skill that serves them."""
PREFERRED = 6.0
"""How much more often an owner uses a chosen skill than another of the same popularity."""
SAMPLE_POOL, SAMPLES = 20, 10
"""Sentences of a need from which authors have their samples, never learned from with a label; and
how many samples each skill has of each of its needs."""
MOST_LABELLED, MOST_WITHHELD = 80, 30
LABELLED = 0.75
"""Of the rest of a need's sentences: those with a label; the others are asked without one."""
MOST_LOOSE = 6_000
"""Of SLURP's requests without labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Some requests, each from an owner."""

    at: Ints
    """Their numbers in the corpus."""
    need: Ints
    owner: Ints
    label: Ints
    """The skill that the owner used; UNKNOWN where nobody wrote it down."""

    def __len__(self) -> int:
        return len(self.at)

    def joined(self, other: "Requests") -> "Requests":
        """These and others."""
        return Requests(
            at=np.concatenate([self.at, other.at]),
            need=np.concatenate([self.need, other.need]),
            owner=np.concatenate([self.owner, other.owner]),
            label=np.concatenate([self.label, other.label]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Skills, owners and what was asked."""

    serves: Bools
    """Shape (skills, needs): the full truth."""
    popularity: Floats
    """Shape (skills,)."""
    chosen: Ints
    """Shape (owners, most): skills of each owner, UNKNOWN where there are fewer."""
    samples: tuple[tuple[int, ...], ...]
    """Of each skill, numbers in the corpus."""
    train: Requests
    """With one label each."""
    withheld: Requests
    """Asked without a label, in the same words as people ask."""
    dev: Requests
    test: Requests

    @property
    def skills(self) -> int:
        """How many skills there are."""
        return len(self.serves)

    def truth(self, requests: Requests) -> Bools:
        """All skills that serve each request, shape (requests, skills)."""
        found: Bools = self.serves[:, requests.need].T & (requests.need != UNKNOWN)[:, None]
        return found

    def shared(self, requests: Requests) -> float:
        """Share of the requests that several skills serve."""
        return float((self.serves.sum(axis=0)[requests.need] > 1).mean())


def catalogue(corpus: Corpus, vectors: Floats, *, shared: float, seed: int) -> Catalogue:
    """Draw a catalogue.

    Args:
        corpus: What is asked.
        vectors: Of its sentences; needs whose means are near get into one skill.
        shared: Share of the labelled requests that several skills shall serve, about.
        seed: The same seed gives the same catalogue.
    """
    rng = np.random.default_rng(seed)
    pools, labelled, withheld = _split(corpus, rng)
    count = np.bincount(corpus.need[labelled], minlength=len(corpus.needs))
    serving = _serving(corpus, count, shared, rng)
    serves = _skills(_means(corpus, vectors), serving, rng)
    popularity = (1.0 / rng.integers(1, MOST_SERVING + 1, len(serves))).astype(np.float32)
    chosen = _owners(popularity, rng)
    samples = tuple(
        tuple(
            int(i)
            for need in np.flatnonzero(row)
            for i in rng.choice(pools[need], min(SAMPLES, len(pools[need])), replace=False)
        )
        for row in serves
    )
    asking = _Asking(serves, popularity, chosen, rng)
    return Catalogue(
        serves=serves,
        popularity=popularity,
        chosen=chosen,
        samples=samples,
        train=asking.requests(corpus, labelled),
        withheld=asking.requests(corpus, withheld, told=False),
        dev=asking.requests(corpus, corpus.rows("dev")),
        test=asking.requests(corpus, corpus.rows("test")),
    )


def _split(corpus: Corpus, rng: np.random.Generator) -> tuple[list[Ints], Ints, Ints]:
    """Sentences of each need for samples; those with a label; those without."""
    pools, labelled, withheld = [], [], []
    train = corpus.rows("train")
    for need in range(len(corpus.needs)):
        mine = rng.permutation(train[corpus.need[train] == need])
        pool = min(SAMPLE_POOL, len(mine) // 2)
        cut = pool + min(MOST_LABELLED, round(LABELLED * (len(mine) - pool)))
        pools.append(mine[:pool])
        labelled.append(mine[pool:cut])
        withheld.append(mine[cut : cut + MOST_WITHHELD])
    return pools, np.concatenate(labelled), np.concatenate(withheld)


def _serving(corpus: Corpus, count: Ints, shared: float, rng: np.random.Generator) -> Ints:
    """How many skills serve each need; needs that several sets have are shared first."""
    order = rng.permutation(len(corpus.needs))
    order = order[np.argsort(~corpus.merged[order], kind="stable")]
    wanted = np.arange(2, MOST_SERVING + 1)
    weights = 1.0 / wanted
    serving = np.ones(len(corpus.needs), np.int64)
    so_far = 0.0
    for need in order:
        if so_far + 0.5 * count[need] > shared * count.sum():
            continue
        so_far += float(count[need])
        serving[need] = rng.choice(wanted, p=weights / weights.sum())
    return serving


def _means(corpus: Corpus, vectors: Floats) -> Floats:
    train = corpus.rows("train")
    means = np.zeros((len(corpus.needs), vectors.shape[1]), np.float32)
    np.add.at(means, corpus.need[train], vectors[train])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    return means


def _skills(means: Floats, serving: Ints, rng: np.random.Generator) -> Bools:
    """Give every need its skills: each skill takes one at random and some that are like it."""
    left = serving.copy()
    alike = means @ means.T
    sizes = 1.0 / np.arange(1, MOST_NEEDS + 1)
    found: list[Bools] = []
    while left.any():
        mine = np.zeros(len(left), bool)
        first = rng.choice(np.flatnonzero(left))
        mine[first] = True
        for _ in range(rng.choice(MOST_NEEDS, p=sizes / sizes.sum())):
            near = np.argsort(-alike[first])[: 4 * ALIKE]
            near = near[(left[near] > 0) & ~mine[near]][:ALIKE]
            if len(near):
                mine[rng.choice(near)] = True
        left[mine] -= 1
        found.append(mine)
    return np.stack(found)


def _owners(popularity: Floats, rng: np.random.Generator) -> Ints:
    chosen = np.full((OWNERS, CHOSEN[1]), UNKNOWN, np.int64)
    # Drawing without replacement by weight: the largest of log weights with Gumbel noise.
    noise = rng.gumbel(size=(OWNERS, len(popularity))) + np.log(popularity)
    for owner, count in enumerate(rng.integers(CHOSEN[0], CHOSEN[1] + 1, OWNERS)):
        best = np.argpartition(-noise[owner], min(count, len(popularity) - 1))[:count]
        chosen[owner, : len(best)] = best
    return chosen


class _Asking:
    """Draws who asks, and which of the skills that serve it this owner uses."""

    def __init__(
        self, serves: Bools, popularity: Floats, chosen: Ints, rng: np.random.Generator
    ) -> None:
        self._serving = [np.flatnonzero(serves[:, need]) for need in range(serves.shape[1])]
        self._popularity = popularity
        self._has = np.zeros((len(chosen), len(serves)), bool)
        for owner, some in enumerate(chosen):
            self._has[owner, some[some != UNKNOWN]] = True
        self._owners = [np.flatnonzero(self._has[:, some].any(axis=1)) for some in self._serving]
        self._rng = rng

    def requests(self, corpus: Corpus, at: Ints, *, told: bool = True) -> Requests:
        """Requests with their owners, and with labels where they are told."""
        need = corpus.need[at]
        owner, label = np.zeros(len(at), np.int64), np.full(len(at), UNKNOWN)
        for i, wanted in enumerate(need):
            owner[i] = self._owner(wanted)
            if told:
                label[i] = self._used(wanted, owner[i])
        return Requests(at=at, need=need, owner=owner, label=label)

    def _owner(self, need: int) -> int:
        likely = self._owners[need]
        if len(likely) and self._rng.random() < OWN:
            return int(self._rng.choice(likely))
        return int(self._rng.integers(len(self._has)))

    def _used(self, need: int, owner: int) -> int:
        some = self._serving[need]
        weight = self._popularity[some] * np.where(self._has[owner, some], PREFERRED, 1.0)
        return int(self._rng.choice(some, p=weight / weight.sum()))


def loose(corpus: Corpus, owners: int, seed: int) -> Requests:
    """SLURP's requests without labels, from random owners."""
    rng = np.random.default_rng(seed)
    at = rng.permutation(corpus.rows("loose"))[:MOST_LOOSE]
    nothing = np.full(len(at), UNKNOWN)
    owner = rng.integers(owners, size=len(at))
    return Requests(at=at, need=nothing, owner=owner, label=nothing)
