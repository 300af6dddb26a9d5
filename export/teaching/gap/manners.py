"""How somebody says a sentence: typed or heard, with courtesies and hesitations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from device.nlu.words import bare
from device.teaching.gap import Lacks, Verdict
from export.teaching.gap.mishearing import misheard
from export.teaching.gap.names import listed
from simulator.disfluency import FILLERS
from simulator.homes import lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What somebody says."""

    words: tuple[str, ...]
    verdict: Verdict | None
    """Of each request in it; None where that is left to what understanding makes of it."""
    gap: tuple[int, int] = (0, 0)
    """Half-open range of the words that are not understood."""
    lacks: Lacks | None = None
    taught: tuple[str, ...] = ()
    """Names that were taught before it was said."""
    confidences: tuple[float, ...] = ()
    """Of each word, where it was heard."""

    @property
    def text(self) -> str:
        """Its words, separated by single spaces."""
        return " ".join(self.words)


def courteous(rng: Random, made: Sentence) -> Sentence:
    """With politeness and reasons around it."""
    before: list[str] = []
    after: list[str] = []
    words = lexicon()
    if rng.random() < 0.3:
        before = rng.choice(words["prefixes"]).split()
    if rng.random() < 0.06:
        before = [*rng.choice(words["reasons"]).split(), *rng.choice(("", "so")).split(), *before]
    if rng.random() < 0.33:
        after = rng.choice(words["suffixes"] if rng.random() < 0.4 else listed("address")).split()
    return around(made, before, after)


def around(made: Sentence, before: Sequence[str], after: Sequence[str]) -> Sentence:
    """With more words before and after it."""
    start, stop = made.gap
    gap = (start + len(before), stop + len(before)) if stop else made.gap
    return replace(made, words=(*before, *made.words, *after), gap=gap)


def hesitant(rng: Random, made: Sentence) -> Sentence:
    """With a filler outside of the name."""
    start, stop = made.gap
    places = [i for i in range(len(made.words) + 1) if not start < i < stop]
    at = rng.choice(places[:-1] or places)
    filler = rng.choice(FILLERS).split()
    if at and rng.random() < 0.4:
        filler[-1] += ","
    words = (*made.words[:at], *filler, *made.words[at:])
    moved = len(filler) if at <= start else 0
    return replace(made, words=words, gap=(start + moved, stop + moved))


def typed(rng: Random, made: Sentence) -> Sentence:
    """As somebody types, now and then with a capital and a mark at the end."""
    if rng.random() > 0.25:
        return made
    words = [made.words[0].capitalize(), *made.words[1:]]
    words[-1] += rng.choice((".", "", "!", "?" if words[0] in ("Is", "Are", "Can") else "."))
    return replace(made, words=tuple(words))


def confident(rng: Random, made: Sentence) -> Sentence:
    """As it is heard well."""
    words = tuple(filter(None, (bare(w).lower() for w in made.words)))
    if len(words) != len(made.words):
        return made
    floor = rng.uniform(0.5, 0.95)
    sure = tuple(round(rng.uniform(floor, 1.0), 3) for _ in words)
    return replace(made, words=words, confidences=sure)


def heard(rng: Random, made: Sentence) -> Sentence:
    """A gap as it is heard: fairly well, or with words around it that were misheard."""
    if rng.random() > 0.3:
        return made
    heard = confident(rng, made)
    if not heard.confidences or rng.random() < 0.6:
        return heard
    start, stop = heard.gap
    before, sure = misheard(rng, heard.words[:start], names=frozenset(), share=0.1)
    kept = heard.confidences[start:stop]
    after, surer = misheard(rng, heard.words[stop:], names=frozenset(), share=0.1)
    words, confidences = (*before, *heard.words[start:stop], *after), (*sure, *kept, *surer)
    typed = rng.random() < 0.5
    return replace(heard, words=words, confidences=() if typed else confidences)
