"""The shortlister: which of thousands of skills could be meant, from their sample sentences alone.

Every intent of a skill has a prototype, the mean of its encoded samples ("Prototypical networks
for few-shot learning", Snell et al., 2017), and keeps the samples themselves. A request is
compared with all prototypes, then with the samples of the nearest. Skills that the owner chose
pull the request towards themselves by attention ("Efficient large-scale neural domain
classification with personalized attention", Kim et al., 2018). Nothing is trained when a skill
is added.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np

from device.nlu.embedding import Floats
from device.nlu.words import plain
from device.routing.rows import Bytes, Ints, Rows, joined, read_rows, write_rows
from device.skills.pack import Example

MOST_SAMPLES = 16
"""Samples of one intent that are kept; of more, those that differ most."""

NEAR = 64
"""Prototypes whose samples are looked at."""

BLOCK = 4_096
"""Prototypes that are compared at once: a block of them fits a processor's cache."""

PROTOTYPE = 2 / 3
"""How much the prototype's cosine counts; the rest is that of the nearest sample."""

_STEP = 127.0
"""Integers to one unit of a vector's values."""

Encode = Callable[[str], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A skill on the shortlist."""

    skill: str
    intent: str
    """That of its intents which is nearest."""
    similarity: float
    """Of the request to this intent, -1 to 1, without regard to who asks."""
    score: float
    """The same with attention to the owner's own skills: what the list is ordered by."""
    verbatim: bool = False
    """Whether the request is one of its samples, word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """How much the skills that the owner chose bear on the others' scores."""

    pull: float = 0.15
    """How far the request moves towards the chosen skills that it resembles."""
    sharpness: float = 20.0
    """How much more the most alike of them counts than the others."""
    bonus: float = 0.03
    """What a chosen skill has ahead of its equals."""


ATTENTION = Attention()


class Shelf:
    """All skills that can be found by what is said."""

    def __init__(
        self,
        encode: Encode,
        size: int,
        *,
        attention: Attention = ATTENTION,
        encoder: str = "",
        kept: bytes | None = None,
    ) -> None:
        """Begin with none.

        Args:
            encode: From a sentence to a vector of length 1.
            size: Values of a vector.
            attention: How much the owner's own choice counts.
            encoder: What tells this encoder from others, such as its checksum.
            kept: What `content` gave before: skills that are put in again unchanged need not be
                encoded again. What another encoder made, or what is damaged, is not used.
        """
        self._encode = encode
        self._attention = attention
        self._encoder = encoder
        self._rows, self._digests = read_rows(kept, encoder, size)
        self._gone = set(self._digests)
        """Skills whose rows do not count any more."""
        self._new: list[Rows] = []
        """Rows that are not among the others yet, one at a time."""
        self._skills: set[str] = set()
        self.changed = False
        """Whether `content` is not what was kept."""

    def __contains__(self, skill: object) -> bool:
        """Whether a skill is there."""
        return skill in self._skills

    def __len__(self) -> int:
        """How many skills there are."""
        return len(self._skills)

    @property
    def nbytes(self) -> int:
        """Memory that the arrays of all skills take."""
        self._settle()
        return self._rows.nbytes

    def put(self, skill: str, examples: Iterable[Example]) -> None:
        """Add a skill, or exchange its samples.

        Args:
            skill: Its name.
            examples: Sentences of its intents; one sentence is enough, ten are better.
        """
        said = tuple(examples)
        digest = _digest(said)
        if self._digests.get(skill) == digest:
            if skill not in self._skills and not any(r.skills[0] == skill for r in self._new):
                self._gone.discard(skill)
                self._skills.add(skill)
            return
        self.take_away(skill)
        self._skills.add(skill)
        self._digests[skill] = digest
        self.changed = True
        by_intent: dict[str, list[str]] = {}
        for example in said:
            by_intent.setdefault(example.intent, []).append(example.text)
        for intent, texts in by_intent.items():
            vectors = np.stack([self._encode(text) for text in texts])
            prototype = vectors.mean(axis=0, keepdims=True)
            prototype /= max(float(np.linalg.norm(prototype)), 1e-6)
            samples = _different(vectors)
            hashes = np.array(sorted({_hash(text) for text in texts}), np.uint64)
            own, speakers = np.zeros(len(samples), np.int32), np.zeros(len(hashes), np.int32)
            whole = _whole(prototype), _whole(samples)
            self._new.append(Rows((skill,), (intent,), *whole, own, hashes, speakers))

    def take_away(self, skill: str) -> None:
        """Remove a skill; one that is not there changes nothing."""
        if skill in self._skills:
            self._skills.discard(skill)
            self._new = [rows for rows in self._new if rows.skills[0] != skill]
            self._gone.add(skill)
            del self._digests[skill]
            self.changed = True

    def content(self) -> bytes:
        """All skills as they can be kept, to be given to another shelf of the same encoder."""
        self._settle()
        self.changed = False
        return write_rows(self._rows, self._digests, self._encoder)

    def find(
        self,
        text: str,
        *,
        enabled: Collection[str] = (),
        k: int = 10,
        without: Collection[str] = (),
    ) -> tuple[Listed, ...]:
        """The skills that a request is most likely for.

        Args:
            text: The request.
            enabled: Skills that the owner chose.
            k: How many at most.
            without: Skills that are out of the question.

        Returns:
            At most `k` skills, best first, each once with its nearest intent. Skills that have
            the very sentence are always among them, as far as there is room.
        """
        self._settle()
        rows = self._rows
        if not rows.skills:
            return ()
        vector = self._encode(text)
        near, coarse = self._nearest(vector, max(NEAR, 4 * k))
        saying = rows.saying(_hash(text))
        verbatim = {rows.skills[i] for i in saying}
        near = np.unique(np.concatenate([near, saying]))
        similarity = dict(zip(near.tolist(), self._similar(vector, near, coarse), strict=True))
        scores = self._attended(similarity, frozenset(enabled))
        best: dict[str, Listed] = {}
        for i in sorted(similarity, key=lambda i: -scores[i]):
            name = rows.skills[i]
            if name not in best and name not in without:
                best[name] = Listed(
                    skill=name,
                    intent=rows.intents[i],
                    similarity=similarity[i],
                    score=scores[i],
                    verbatim=name in verbatim,
                )
        ordered = sorted(best.values(), key=lambda one: (not one.verbatim, -one.score))
        return tuple(ordered[:k])

    def like(self) -> "Shelf":
        """An empty one with the same encoder."""
        return Shelf(self._encode, self._rows.prototypes.shape[1], attention=self._attention)

    def vector(self, text: str) -> Floats:
        """A request's vector, of length 1."""
        return self._encode(text)

    def _nearest(self, vector: Floats, count: int) -> tuple[Ints, Floats]:
        """The rows whose prototypes are nearest, and the cosines of all prototypes."""
        prototypes = self._rows.prototypes
        scores = np.empty(len(prototypes), np.float32)
        for start in range(0, len(prototypes), BLOCK):
            block = prototypes[start : start + BLOCK].astype(np.float32)
            scores[start : start + BLOCK] = block @ vector
        scores /= _STEP
        if len(scores) <= count:
            return np.arange(len(scores), dtype=np.int32), scores
        return np.argpartition(-scores, count)[:count].astype(np.int32), scores

    def _similar(self, vector: Floats, near: Ints, coarse: Floats) -> list[float]:
        """For each row the cosine of its prototype and a little of that of its nearest sample."""
        if not len(near):
            return []
        at, begins = self._rows.samples_of(near)
        cosines = (self._rows.samples[at].astype(np.float32) @ vector) / np.float32(_STEP)
        nearest = np.maximum.reduceat(cosines, begins)
        similar: list[float] = (PROTOTYPE * coarse[near] + (1.0 - PROTOTYPE) * nearest).tolist()
        return similar

    def _attended(self, similarity: dict[int, float], enabled: frozenset[str]) -> dict[int, float]:
        """Scores with attention to the chosen skills that the request resembles."""
        rows = self._rows
        chosen = [i for i in similarity if rows.skills[i] in enabled]
        if not chosen:
            return similarity
        heard = np.array([similarity[i] for i in chosen], np.float32)
        weight = np.exp(self._attention.sharpness * (heard - heard.max()))
        weight /= weight.sum()
        summary = weight @ (rows.prototypes[chosen].astype(np.float32) / _STEP)
        at = np.array(list(similarity), np.int64)
        towards = (rows.prototypes[at].astype(np.float32) / _STEP) @ summary
        trust = self._attention.pull * max(0.0, float(heard @ weight))
        bonus = self._attention.bonus
        return {
            int(i): similarity[int(i)] + trust * float(pulled) + bonus * (rows.skills[i] in enabled)
            for i, pulled in zip(at, towards, strict=True)
        }

    def _settle(self) -> None:
        """Put new rows among the others, and leave out those that do not count any more."""
        if self._gone:
            kept = np.array([name not in self._gone for name in self._rows.skills], bool)
            if not kept.all():
                self._rows, self.changed = self._rows.only(kept), True
            self._digests = {n: d for n, d in self._digests.items() if n in self._skills}
            self._gone = set()
        if self._new:
            self._rows, self._new = joined([self._rows, *self._new]), []


def _different(vectors: Floats) -> Floats:
    """The samples that differ most from each other: each the farthest from those before it."""
    if len(vectors) <= MOST_SAMPLES:
        return vectors
    chosen = [int((vectors @ vectors.mean(axis=0)).argmax())]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < MOST_SAMPLES:
        chosen.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return vectors[sorted(chosen)]


def _whole(vectors: Floats) -> Bytes:
    """Values from -1 to 1 as integers."""
    whole: Bytes = np.clip(np.rint(vectors * _STEP), -127, 127).astype(np.int8)
    return whole


def _digest(examples: Iterable[Example]) -> str:
    """What tells one set of samples from another."""
    told = hashlib.blake2b(digest_size=16)
    for example in examples:
        told.update(f"{example.intent}\n{example.text}\n\n".encode())
    return told.hexdigest()


def _hash(text: str) -> int:
    """A sentence as it is compared: case, marks and hyphens do not count."""
    return int.from_bytes(hashlib.blake2b(plain(text).encode(), digest_size=8).digest(), "big")
