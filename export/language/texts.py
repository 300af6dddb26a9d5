"""What the general language model reads, and what it is measured on.

Names that every home has its own of are written as classes: `{light}` for the name of a light,
`{area}`, `{floor}`, `{item}`. All else is words as they are spoken.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from device.asr.samples import Sentence, said, samples
from device.asr.symbols import AREA, FLOOR, ITEM, NAME, of_kind
from device.asr.vocabulary import open_words
from device.context import Home
from device.nlu.templates import Sentences, load_sentences
from export.language.lessons import lessons
from export.quantize import ROOT
from export.tagger.published import (
    PublishedFiller,
    PublishedSampler,
    published,
    published_phrase,
)
from export.tagger.texts import TEXTS, houses
from simulator.fillings import Filler
from simulator.sentences import Phrase, Sampler, dressed, random_phrase, sources

SPEECH = ROOT.parent / "shared" / "data" / "speech"
_UNIT = re.compile(r"(?<=[a-z])(percent|kelvin|degrees)\b")
"""A unit that a template writes behind a number without a gap; spelled out, they are two words."""
_TUNING_FOLD, _TEST_FOLD = 9, 10
_HELD_FOLDS = (_TUNING_FOLD, _TEST_FOLD)
_HOUSES = frozenset({"house", "home", "room", "flat", "apartment", "place", "my house"})
"""What hwu64 calls a place in the house, and is none of its rooms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpora:
    """Sentences by where they come from."""

    requests: list[Sentence]
    """Requests to assistants, as people put them."""
    household: list[Sentence]
    """Requests to a house, with classes."""
    english: list[Sentence]
    """Read sentences."""

    def parts(self) -> tuple[list[Sentence], ...]:
        """All of them, in this order."""
        return self.requests, self.household, self.english


def corpora(*, count: int, seed: int, texts: Path = TEXTS, speech: Path = SPEECH) -> Corpora:
    """Everything that is trained on; no sentence of the held-out sets is in it.

    Args:
        count: Sentences sampled from templates.
        seed: Of these.
        texts: Folder with `slurp`, `hwu64`, `snips` and `clinc150`.
        speech: Folder with `librispeech`, `kathleen` and `ljspeech`.
    """
    held = {sentence for part in held_out(texts).values() for sentence in part}
    held.update(tuning(texts))
    requests = {said(line) for line in _requests(texts)} - held
    sampled = household(count, seed)
    sampled += [said(line) for line in _rooms(texts)]
    sampled += lessons(seed, texts)
    english = {said(line) for line in _read(speech)}
    return Corpora(
        requests=sorted(filter(None, requests)),
        household=[s for s in sampled if s and s not in held],
        english=sorted(filter(None, english - held)),
    )


@cache
def tuning(texts: Path = TEXTS) -> list[Sentence]:
    """Requests that decide how much each part of the model counts."""
    held = {sentence for part in held_out(texts).values() for sentence in part}
    found = _all(str(f["text"]) for f in _folds(texts) if f["fold"] == _TUNING_FOLD)
    return [sentence for sentence in found if sentence not in held]


@cache
def held_out(texts: Path = TEXTS) -> dict[str, list[Sentence]]:
    """Requests that nothing is trained or tuned on: development parts, never the test parts."""
    slurp = (texts / "slurp" / "devel.jsonl").read_text(encoding="utf-8").splitlines()
    folds = [str(fold["text"]) for fold in _folds(texts) if fold["fold"] == _TEST_FOLD]
    return {
        "slurp, development part": _all(json.loads(line)["sentence"] for line in slurp),
        "hwu64, fold 10": _all(folds),
        "snips, validation part": _all(_lines(texts / "snips" / "valid" / "seq.in")),
    }


def _all(lines: Iterable[str]) -> list[Sentence]:
    return [words for line in lines if (words := said(line))]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _folds(texts: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in _lines(texts / "hwu64" / "folds.jsonl")]


def _requests(texts: Path) -> Iterator[str]:
    yield from _lines(texts / "slurp" / "lm.txt")
    yield from _lines(texts / "snips" / "train" / "seq.in")
    yield from (str(f["text"]) for f in _folds(texts) if f["fold"] not in _HELD_FOLDS)
    clinc = json.loads((texts / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    yield from (text for part in ("train", "oos_train") for text, _ in clinc[part])


def _rooms(texts: Path) -> Iterator[str]:
    """The requests of hwu64 that name a room, with the class in its place."""
    for fold in _folds(texts):
        text, entities = str(fold["text"]), fold["entities"]
        assert isinstance(entities, list)
        places = [e for e in entities if e["entity"] == "house_place" and e["value"] not in _HOUSES]
        if fold["fold"] not in _HELD_FOLDS and places:
            for place in reversed(places):
                text = f"{text[: place['start']]} {AREA} {text[place['end'] :]}"
            yield text


def _read(speech: Path) -> Iterator[str]:
    for name in ("librispeech", "kathleen", "ljspeech"):
        for row in map(json.loads, _lines(speech / name / "manifest.jsonl")):
            if row["split"] == "train":
                yield row["text"]


class _Classes(Filler):
    """Fills the gaps that a home fills with the names of classes."""

    def device(self, kinds: frozenset[str]) -> str:
        """A class for the names of one of these kinds, now and then for those of any."""
        if kinds == {"todo"}:
            return self.word("lists")
        one = self._device(kinds)
        if self.rng.random() < 0.06:
            the = self.rng.choice(("the ", ""))
            return f"{one} and {the}{self._device(kinds)}"
        return one

    def area(self) -> str:
        """The class of areas."""
        return AREA

    def floor(self) -> str:
        """The class of floors."""
        return FLOOR

    def item(self) -> str:
        """The class of items for half of them, and now and then several in a row."""
        items = [
            ITEM if self.rng.random() < 0.5 else Filler.item(self)
            for _ in range(self.rng.choice((1, 1, 1, 2, 3)))
        ]
        joint = self.rng.choice(("", "and "))
        return " ".join([*items[:-1], joint + items[-1]] if len(items) > 1 else items)

    def _device(self, kinds: frozenset[str]) -> str:
        return NAME if self.rng.random() < 0.1 else of_kind(self.rng.choice(sorted(kinds)))


class _PublishedClasses(_Classes, PublishedFiller):
    """The same for the published templates."""


def household(count: int, seed: int) -> list[Sentence]:
    """Sampled requests with classes, half of them from the published templates, some in twos."""
    rng = Random(seed)
    blocks, weights = published()
    ours = [source for group in sources().values() for source in group]
    many = [len(source.block.sentences) ** 0.5 for source in ours]
    walker = Sampler(rng, _Classes(rng=rng, home=Home()))
    foreign = PublishedSampler(rng, _PublishedClasses(rng=rng, home=Home()))

    def one() -> Phrase:
        if rng.random() < 0.5:
            return foreign.phrase(rng.choices(blocks, weights=weights)[0])
        return walker.phrase(rng.choices(ours, weights=many)[0])

    def text() -> str:
        first = dressed(one(), rng).text
        if rng.random() < 0.12:
            return first + rng.choice((" and ", " and then ", " then ")) + one().text
        return first

    return [said(_UNIT.sub(r" \1", text())) for _ in range(count)]


@dataclass(frozen=True, slots=True)
class AtHome:
    """What is said in one pretend home."""

    home: Home
    texts: list[str]
    """As people would write it, names included."""


def at_home(homes: int, count: int, seed: int) -> list[AtHome]:
    """Requests in homes, with names and words, that no training has seen.

    Args:
        homes: How many.
        count: Requests in each, half of them from the published templates.
        seed: The same seed gives the same.
    """
    rng = Random(seed)
    names = list(sources())
    found: list[AtHome] = []
    for house in houses(rng, "test", homes):
        phrases = [
            published_phrase(rng, house.home, "test")
            if at % 2
            else random_phrase(rng.choice(names), rng, house.home, "test")
            for at in range(count)
        ]
        found.append(AtHome(house.home, [dressed(phrase, rng).text for phrase in phrases]))
    return found


@dataclass(frozen=True, slots=True)
class Domain:
    """An owner's sentences and what people make of them."""

    own: list[Sentence]
    """Draws that the home's own model is counted from."""
    spoken: list[Sentence]
    """Other draws, with words left out, put in and said twice."""


def domain(name: str, count: int, seed: int) -> Domain:
    """A domain that only a file of sentences knows.

    Args:
        name: A file of `export/recognition`.
        count: Sentences that people say.
        seed: Of these.
    """
    sentences = own_sentences(name)
    rng = Random(seed)
    spoken = samples(sentences, count=count, seed=100 + seed)
    chosen = rng.sample(spoken, min(count, len(spoken)))
    return Domain(samples(sentences), [loosened(sentence, rng) for sentence in chosen])


def own_sentences(name: str) -> Sentences:
    """A file of `export/recognition`."""
    return load_sentences([Path(__file__).parents[1] / "recognition" / f"{name}.yaml"])


def loosened(sentence: Sentence, rng: Random) -> Sentence:
    """A sentence as it slips out: one in ten words is left out, joined by a filler or repeated."""
    found: list[str] = []
    for word in sentence:
        chance = rng.random()
        if chance > 0.04:
            found.append(word)
        if chance > 0.96:
            found.append(rng.choice(("um", "the", "some", "please", "just", "now", word)))
    return tuple(found) or sentence


def household_words() -> frozenset[str]:
    """Words that are always known: those that open parts are recognized by."""
    return frozenset(word for texts in open_words().values() for t in texts for word in said(t))
