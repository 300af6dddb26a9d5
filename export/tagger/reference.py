"""Whole requests, against Home Assistant's own way: hassil with the published sentences.

What a request should mean is known from its labels: they go through the same resolution as
the model's answers. hassil gets the same home as slot lists. It answers its own sentences by
construction; what counts is what people say otherwise.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from random import Random
from typing import Any

from hassil.recognize import recognize_all

from device.context import Context
from device.effects import Notebook
from device.events import Hypothesis
from device.nlu.homelists import home_lists
from device.nlu.resolve import resolve
from device.nlu.tagger import Span, Tagging
from device.nlu.understanding import Understanding
from device.nlu.words import tokenize
from export.tagger.published import intents, published_phrase
from export.tagger.texts import House, example, houses
from simulator.sentences import Phrase, dressed, random_phrase, sources

Meaning = tuple[str, frozenset[tuple[str, Any]]]
"""Intent and slots, names without case."""

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence in a home and what it should mean."""

    text: str
    context: Context
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of requests that are wholly right."""

    model: float
    hassil: float
    cases: int


def cases(count: int, seed: int, *, published: bool) -> list[Case]:
    """Requests in unseen homes, whose intents Home Assistant has.

    Args:
        count: How many.
        seed: The same seed gives the same requests.
        published: Whether they are sampled from the published templates or from our own.
    """
    rng = Random(seed)
    places = houses(rng, "test", 60)
    known = sorted(n for n in sources() if n.split("/")[0] in intents().intents)
    found: list[Case] = []
    while len(found) < count:
        house = rng.choice(places)
        if published:
            phrase = published_phrase(rng, house.home, "test")
        else:
            phrase = dressed(random_phrase(rng.choice(known), rng, house.home, "test"), rng)
        room = rng.choice(house.home.rooms).name
        context = Context(home=house.home, room=room, now=NOW, notebook=Notebook())
        found.append(Case(phrase.text, context, _meaning(phrase, house, context)))
    return found


def score(understanding: Understanding, tried: list[Case]) -> Score:
    """How many requests both ways of understanding get wholly right."""
    model = hassil = 0
    for case in tried:
        understood = understanding.understand(
            [Hypothesis(text=case.text, score=1.0)], case.context
        ).requests
        if len(understood) == 1:
            slots = {s.name: s.value for s in understood[0].slots}
            model += _plain(understood[0].intent, slots) == case.meaning
        hassil += _hassil(case) == case.meaning
    return Score(model / len(tried), hassil / len(tried), len(tried))


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
    return _plain(interpretation.intent, {s.name: s.value for s in slots})


def _piece(at: tuple[int, str], labels: tuple[str, ...]) -> tuple[int, str]:
    """Where the piece begins that this token belongs to, and its slot."""
    index, label = at
    while labels[index].startswith("I-"):
        index -= 1
    return index, label[2:]


def _hassil(case: Case) -> Meaning | None:
    found = recognize_all(
        case.text,
        intents(),
        slot_lists=home_lists(case.context.home),
        intent_context={"area": case.context.room},
    )
    best = max(found, key=lambda r: r.text_chunks_matched, default=None)
    if best is None:
        return None
    filled = {e.name for e in best.entities_list if e.name == "area" and not e.text.strip()}
    slots = {e.name: e.value for e in best.entities_list if e.name not in filled}
    return _plain(best.intent.name, slots)


def _plain(intent: str, slots: dict[str, Any]) -> Meaning:
    return intent, frozenset(
        (name, value.strip().casefold() if isinstance(value, str) else value)
        for name, value in slots.items()
    )
