"""Lessons by voice: names that nobody has taught, their use afterwards, and what they mean.

Sentences and definitions are the ones that the models of teaching are tested with; recognition
was made without them, and no voice or room here was trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from random import Random

import numpy as np

from device.asr.acoustic import acoustic_model
from device.asr.freewords import free_words
from device.asr.graph import Graph
from device.asr.homegrammar import HomeGrammar
from device.asr.language import likeliest, load_general
from device.asr.lexicon import shared_lexicon
from device.asr.recognizer import Recognizer
from device.asr.spelling import as_said
from device.concepts import Concept, Kind, Meaning
from device.models import load
from device.nlu.gazetteer import Gazetteer
from device.nlu.templates import answer_sentences, heard_sentences
from device.turns import SURE, SURE_TO_OFFER
from export.recognition.hardships import CLEAN, ROOMS, Hardship, heard_in
from export.recognition.parts import Options, Part, Task, table
from export.recognition.spoken import Saying, framed, plain_words
from export.recognition.strangers import stranger
from export.teaching.concept.drawn import definition
from export.teaching.concept.rows import words_of
from export.teaching.concept.scenes import COLORS, Place, places, scene
from export.teaching.gap.sentences import sentence
from simulator.homefile import furnished_home
from simulator.voices import Voice, speak

HARDSHIPS = (CLEAN, Hardship(name="close, 20 dB", snr_db=20.0), *ROOMS[:1], ROOMS[2])
HOME = furnished_home()
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_LONGEST = 9
"""Words of a request that is said."""
_LONGEST_ANSWER = 14
_NUMBERS = frozenset(word for n in range(1, 101) for word in as_said(str(n)))
VALUES = _NUMBERS | frozenset(COLORS) | {"on", "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request with a name that nobody knows."""

    text: str
    name: str
    voice: Voice


@dataclass(slots=True, kw_only=True)
class Counts:
    """What became of the lessons under one hardship."""

    requests: int = 0
    again: int = 0
    """Requests that were hardly heard, so that the speaker asks to hear them again."""
    whole: int = 0
    """Requests that were heard word for word."""
    named: int = 0
    """Names that were heard word for word."""
    opened: int = 0
    """Requests whose other words were heard rightly, with words in the place of the name."""
    reused: int = 0
    """Of those, names that another request was heard with, as they were heard first."""
    answers: int = 0
    answers_again: int = 0
    """Likewise of answers."""
    valued: int = 0
    """Answers whose numbers, colours and switches were all heard, and no others."""


def tasks(options: Options) -> list[Task]:
    """One for each hardship."""
    return [partial(measured, at, options) for at in range(len(HARDSHIPS))]


def measured(at: int, options: Options) -> Counts:
    """Hear requests, teach the names as they were heard, use them, and hear definitions."""
    general, hardship = load_general(), HARDSHIPS[at]
    grammar = HomeGrammar(
        heard_sentences(),
        pronounce=shared_lexicon().pronounce,
        answers=answer_sentences(),
        words=likeliest(general),
    )
    graph, free = grammar.graph(HOME), free_words(general, HOME)
    ears = Recognizer(acoustic_model(load("acoustic")), graph, free=lambda: free)
    counts, random = Counts(), np.random.default_rng(42)
    for asked in requests(options.names, seed=41):
        said = spoken([asked.text, f"set the lights to {asked.name}"], asked.voice, random)
        first, again = heard_in(said, hardship, options.speech, seed=43)
        found = hear(ears, first)
        name = heard_name(asked, found)
        counts.requests += 1
        counts.again += not found
        counts.whole += plain_words(found) == plain_words(asked.text)
        counts.named += name == plain_words(asked.name)
        counts.opened += bool(name)
        if name:
            ears.use(taught(grammar, graph, " ".join(name)))
            counts.reused += plain_words(hear(ears, again))[-len(name) :] == name
            ears.use(graph)
    for text, voice in answers(options.names, seed=44):
        (said_so,) = heard_in(spoken([text], voice, random), hardship, options.speech, seed=45)
        found = hear(ears, said_so, openly=True)
        counts.answers += 1
        counts.answers_again += not found
        counts.valued += values(found) == values(text)
    return counts


def taught(grammar: HomeGrammar, graph: Graph, name: str) -> Graph:
    """The graph with one concept more."""
    concept = Concept(name=name, kind=Kind.ENTITY, meaning=Meaning(), at=AT)
    return grammar.grown(graph, HOME, HOME, [concept])


def requests(count: int, seed: int) -> list[Asked]:
    """Requests with unknown names, each by another voice."""
    random, voices = Random(seed), np.random.default_rng(seed)
    found: list[Asked] = []
    while len(found) < count:
        made = sentence(random, HOME, "test")
        first, last = made.gap
        if last > first and not made.confidences and len(made.words) <= _LONGEST:
            text, name = (" ".join(plain_words(" ".join(words).replace(".", "")))
                          for words in (made.words, made.words[first:last]))  # fmt: skip
            if name in text:
                found.append(Asked(text=text, name=name, voice=stranger(voices)))
    return found


def answers(count: int, seed: int) -> list[tuple[str, Voice]]:
    """Definitions with values in them, each by another voice."""
    random, voices = Random(seed), np.random.default_rng(seed)
    (pretend,) = places(random, "test", 1)
    here = replace(pretend.context, home=HOME, state={}, room="Kitchen")
    place = Place(here, Gazetteer(HOME), frozenset())
    found: list[tuple[str, Voice]] = []
    while len(found) < count:
        drawn = definition(random, scene(random, place, "test"), "test")
        if drawn is not None:
            tokens, _ = words_of(drawn.pieces)
            text = " ".join(plain_words(" ".join(t for t in tokens if t not in ",.")))
            if values(text) and len(text.split()) <= _LONGEST_ANSWER:
                found.append((text, stranger(voices)))
    return found


def values(text: str) -> list[str]:
    """The numbers, colours and switches of a text."""
    return [word for word in plain_words(text) if word in VALUES]


def heard_name(asked: Asked, found: str) -> tuple[str, ...]:
    """What was heard in the place of the name; nothing where the words around are not right."""
    said, name, words = plain_words(asked.text), plain_words(asked.name), plain_words(found)
    first = next(at for at in range(len(said)) if said[at : at + len(name)] == name)
    after = len(said) - first - len(name)
    before_right = words[:first] == said[:first]
    behind_right = words[len(words) - after :] == said[len(said) - after :]
    return words[first : len(words) - after] if before_right and behind_right else ()


def spoken(texts: Sequence[str], voice: Voice, random: np.random.Generator) -> list[Saying]:
    """Somebody says some sentences."""
    return [Saying(text=text, samples=framed(speak(text, voice), random)) for text in texts]


def hear(ears: Recognizer, saying: Saying, *, openly: bool = False) -> str:
    """The best reading that the speaker would not ask for again; "" where there is none.

    Args:
        ears: The recognizer.
        saying: What is said.
        openly: Whether it answers the question for a definition.
    """
    ears.reset(openly=openly)
    ears.feed(saying.samples.astype("<i2").tobytes())
    found = ears.finish()
    bar = SURE_TO_OFFER if openly else SURE
    return found[0].text if found and found[0].score >= bar else ""


def page(options: Options, results: Sequence[Counts]) -> str:
    """The table."""
    rows = [
        f"{hardship.name} | {percent(one.again, one.requests)}"
        f" | {percent(one.whole, one.requests)} | {percent(one.named, one.requests)}"
        f" | {percent(one.opened, one.requests)} | {percent(one.reused, one.opened)}"
        f" | {percent(one.answers_again, one.answers)} | {percent(one.valued, one.answers)}"
        for hardship, one in zip(HARDSHIPS, results, strict=True)
    ]
    return f"""## Lessons by voice

{options.names} requests with a name that nobody has taught, and {options.names} answers that define
one, from the templates and names with which the models of teaching are tested
(`export/teaching`), in the furnished home, each by another held-out voice. Many of the names are
made-up words, and some of the wordings have slips of the tongue in them. *Again* are those that are
heard with so low a score that the speaker asks to hear them again; of answers a lower score will
do, because they are only offered. *Whole* is the request heard word for word, *name* its unknown
name; *usable* a request that is right around the name, with some words in its place. Those words
are then taught, and *known again* is the share of them that the same voice is heard with in another
request ("set the lights to ..."). *Values* are answers whose numbers, colours, on and off are heard
rightly and no others.

{table("heard | again | whole | name | usable | known again | answers again | values", rows)}"""


def percent(some: int, of: int) -> str:
    """A share.

    Example: 1 of 8 -> "12%"
    """
    return f"{some / of:.0%}" if of else "-"


PART = Part(name="teaching", tasks=tasks, page=page)
