"""Whole requests, against Home Assistant's own way: hassil with the published sentences.

Three kinds of sentences: sampled from the published templates, whose truth the templates
themselves tell (`export.tagger.truth`); our own in unseen homes, whose labels go through the
same resolution as the model's answers; and the held-out ones of docs/held-out.yaml, which
people say otherwise. hassil gets the same home as slot lists. What the speaker's room fills
in is taken out of its answers, as it is left out of ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import yaml
from hassil import recognize_best

from device.context import Context, Home
from device.effects import Notebook
from device.events import Hypothesis
from device.nlu.homelists import home_lists
from device.nlu.matching import match
from device.nlu.resolve import resolve
from device.nlu.slotvalues import TEXTS
from device.nlu.tagger import Span, Tagging
from device.nlu.templates import PACKS, load_sentences
from device.nlu.understanding import Understanding
from device.nlu.words import tokenize
from export.quantize import ROOT
from export.tagger.published import intents
from export.tagger.texts import House, example, houses
from export.tagger.truth import sample
from simulator.disfluency import FILLERS
from simulator.homefile import furnished_home
from simulator.homes import lexicon
from simulator.sentences import PARAPHRASES, Phrase, dressed, random_phrase, sources

Meaning = tuple[str, frozenset[tuple[str, Any]]]
"""Intent and slots, values without case."""

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
HELD_OUT = ROOT / "docs" / "held-out.yaml"

SURE = 0.9
"""Confidence from which the model is asked alone where both work together, model first."""


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence in a home and what it should mean."""

    text: str
    context: Context
    meaning: Meaning
    kind: str = ""
    """Where it comes from, for reading errors by kind."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the ways of understanding make of one sentence; None where they make nothing."""

    model: Meaning | None
    confidence: float
    hassil: Meaning | None

    @property
    def hassil_first(self) -> Meaning | None:
        """Hassil's answer, the model's where it has none."""
        return self.hassil or self.model

    @property
    def model_first(self) -> Meaning | None:
        """The model's answer where it is sure, else hassil's where it has one."""
        return self.model if self.confidence >= SURE or self.hassil is None else self.hassil


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of requests that are wholly right, 0 to 1."""

    cases: int
    model: float
    hassil: float
    hassil_first: float
    model_first: float


def template_cases(count: int, seed: int) -> list[Case]:
    """Sentences of the published templates with the templates' own truth."""
    return [
        Case(s.text, _seen(home, Random(i)), plainly(s.intent, s.slots), s.block)
        for i, (home, s) in enumerate(sample(count, seed))
    ]


def spoken_cases(count: int, seed: int) -> list[Case]:
    """Published sentences as somebody speaks them: a filler inside, or a word of courtesy behind.

    Those that carry free text are left out, because the filler could belong to it.
    """
    rng = Random(seed)
    found = []
    for case in template_cases(2 * count, seed):
        words = case.text.split()
        if {name for name, _ in case.meaning[1]} & set(TEXTS):
            continue
        if rng.random() < 0.3:
            words.append(rng.choice(lexicon()["suffixes"]))
        else:
            at = rng.randrange(0, min(3, len(words)))
            words.insert(at, rng.choice(FILLERS))
        found.append(replace(case, text=" ".join(words)))
    return found[:count]


def own_cases(count: int, seed: int) -> list[Case]:
    """Requests of our own sentences in unseen homes, whose intents Home Assistant has."""
    rng = Random(seed)
    places = houses(rng, "test", 60)
    known = sorted(n for n in sources() if n.split("/")[0] in intents().intents)
    found: list[Case] = []
    while len(found) < count:
        house, name = rng.choice(places), rng.choice(known)
        phrase = dressed(random_phrase(name, rng, house.home, "test"), rng)
        context = _seen(house.home, rng)
        found.append(Case(phrase.text, context, _meaning(phrase, house, context), name))
    return found


def held_out_cases(path: Path = HELD_OUT) -> list[Case]:
    """The sentences that people say otherwise, in the furnished house.

    Raises:
        OSError: The file cannot be read.
    """
    context = Context(home=furnished_home(), room="Living Room", now=NOW, notebook=Notebook())
    return [
        Case(
            text,
            context,
            _with(row.get("excepted", ()), row["intent"], row["slots"]),
            row["intent"],
        )
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
        for text in row["say"]
    ]


def unwritten(tried: Sequence[Case]) -> list[Case]:
    """The sentences that no template of the packs or the paraphrases says word for word."""
    written = load_sentences([PACKS, PARAPHRASES])
    return [case for case in tried if match(written, case.text, case.context) is None]


def answer(understanding: Understanding, case: Case) -> Answers:
    """What each way of understanding makes of a sentence."""
    found = understanding.understand([Hypothesis(text=case.text, score=1.0)], case.context)
    model = None
    if len(found.requests) == 1:
        asked = found.requests[0]
        model = _with(asked.excepted, asked.intent, {s.name: s.value for s in asked.slots})
    return Answers(model, found.confidence, _hassil(case))


def score(understanding: Understanding, tried: Sequence[Case]) -> Score:
    """How many requests each way gets wholly right."""
    pairs = [(answer(understanding, case), case.meaning) for case in tried]
    return Score(
        len(pairs),
        *(
            sum(getattr(a, way) == m for a, m in pairs) / max(len(pairs), 1)
            for way in ("model", "hassil", "hassil_first", "model_first")
        ),
    )


def _seen(home: Home, rng: Random) -> Context:
    room = rng.choice(home.rooms).name
    return Context(home=home, room=room, now=NOW, notebook=Notebook())


def _meaning(phrase: Phrase, house: House, context: Context) -> Meaning:
    """What the labels of a phrase say, in this home."""
    row = example(phrase, house.gazetteer, Random(0))
    spans: list[Span] = []
    labelled = [(i, label) for i, label in enumerate(row.labels) if label != "O"]
    for (_, name), group in groupby(labelled, key=lambda p: _piece(p, row.labels)):
        members = [i for i, _ in group]
        spans.append(Span(label=name, start=members[0], stop=members[-1] + 1, confidence=1.0))
    intent, _, domain = phrase.intent.partition("/")
    tagging = Tagging(intent=intent, domain=domain or None, confidence=1.0, spans=tuple(spans))
    interpretation, slots, _ = resolve(tagging, phrase.text, tokenize(phrase.text), context)
    return plainly(interpretation.intent, {s.name: s.value for s in slots})


def _piece(at: tuple[int, str], labels: tuple[str, ...]) -> tuple[int, str]:
    """Where the piece begins that this token belongs to, and its slot."""
    index, label = at
    while labels[index].startswith("I-"):
        index -= 1
    return index, label[2:]


def _hassil(case: Case) -> Meaning | None:
    best = recognize_best(
        case.text,
        intents(),
        slot_lists=home_lists(case.context.home),
        intent_context={"area": case.context.room},
        best_slot_name="name",
    )
    if best is None:
        return None
    filled = {e.name for e in best.entities_list if e.name == "area" and not e.text.strip()}
    return plainly(
        best.intent.name, {e.name: e.value for e in best.entities_list if e.name not in filled}
    )


def _with(excepted: Iterable[str], intent: str, slots: dict[str, Any]) -> Meaning:
    """A meaning, of which what it leaves out is a part."""
    out = ", ".join(sorted(name.casefold() for name in excepted))
    return plainly(intent, {**slots, "excepted": out} if out else slots)


def plainly(intent: str, slots: dict[str, Any]) -> Meaning:
    """A meaning that can be compared: values without case."""
    return intent, frozenset(
        (name, value.strip().casefold() if isinstance(value, str) else value)
        for name, value in slots.items()
    )
