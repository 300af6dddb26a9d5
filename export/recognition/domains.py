"""Grammars to be measured with: files of custom sentences, and the sentences that they allow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from hassil.intents import SlotList

from device.asr.automaton import WordAutomaton
from device.asr.grammar import GrammarCompiler, Source
from device.asr.settings import Costs
from device.asr.subsets import automaton
from device.asr.vocabulary import open_words
from device.context import Context, Home
from device.effects import Notebook
from device.events import Value
from device.nlu.homelists import home_lists
from device.nlu.matching import match
from device.nlu.templates import Sentences, load_sentences
from export.recognition.jsgf import Jsgf, jsgf, sentences
from export.recognition.wordtree import NOTHING, Either, Joined, Repeated, Tree, Word
from simulator.homefile import furnished_home

FOLDER = Path(__file__).parent
FEWEST_WORDS, MOST_WORDS = 3, 14
_SOME_DAY = datetime(2026, 11, 21, tzinfo=UTC)

Meaning = tuple[str, tuple[tuple[str, Value], ...]]
"""An intent, and its slots with their values in order of names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A grammar that no model has ever seen."""

    name: str
    about: str
    home: Home = field(default_factory=Home)

    @property
    def file(self) -> Path:
        """Its sentences, in Home Assistant's custom-sentences YAML."""
        return FOLDER / f"{self.name}.yaml"

    @property
    def lists(self) -> Mapping[str, SlotList]:
        """Lists that the home fills."""
        return home_lists(self.home)


@cache
def domains() -> tuple[Domain, ...]:
    """All of them, small ones first."""
    return (
        Domain(name="garage", about="machines of a workshop"),
        Domain(name="house", about="home control, furnished house", home=furnished_home()),
        Domain(name="counter", about="orders at a counter, free order"),
        Domain(name="lab", about="instruments of a laboratory"),
        Domain(name="travel", about="journeys, free order"),
    )


def parsed(domain: Domain) -> Sentences:
    """Its sentences."""
    return load_sentences([domain.file])


def tree(domain: Domain, *, polite: bool = True) -> Tree:
    """Its sentences as a tree of words.

    Args:
        domain: The grammar.
        polite: With the words that may be skipped around every sentence, such as "please".
    """
    return sentences(parsed(domain).intents, lists=domain.lists, polite=polite)


def as_jsgf(domain: Domain) -> Jsgf:
    """Its sentences for PocketSphinx."""
    return jsgf(tree(domain))


def words(domain: Domain, *, polite: bool = True) -> WordAutomaton:
    """Its sentences as recognition compiles them, before they are spelled in sounds."""
    intents = parsed(domain).intents
    if not polite:
        intents = replace(intents, skip_words=[])
    compiler = GrammarCompiler(open_words(), Costs())
    return automaton(compiler.compile([Source(intents=intents, lists=domain.lists)]))


def readings(whole: WordAutomaton) -> int:
    """How many sentences there are, each counted once.

    Raises:
        ValueError: There is no end to them.
    """
    count: dict[int, int] = {}
    waiting = [0]
    under_way: set[int] = set()
    while waiting:
        state = waiting[-1]
        arcs = range(whole.arc_first[state], whole.arc_first[state + 1])
        targets = [int(whole.arc_target[arc]) for arc in arcs]
        missing = [target for target in targets if target not in count]
        if missing and state not in under_way:
            under_way.add(state)
            waiting += missing
            continue
        if missing:
            raise ValueError("the sentences go round in a circle, there is no end to them")
        waiting.pop()
        ways = [
            _width(whole, arc) * count[target] for arc, target in zip(arcs, targets, strict=True)
        ]
        count[state] = sum(ways) + int(np.isfinite(whole.final_cost[state]))
    return count[0]


def _width(whole: WordAutomaton, arc: int) -> int:
    """Words that an arc stands for."""
    number = int(whole.arc_word[arc]) - len(whole.words)
    return 1 if number < 0 else len(whole.sets[number])


def sampled(whole: Tree, random: Random) -> list[str]:
    """The words of a sentence; an optional part is said half of the time."""
    match whole:
        case Word(text):
            return [text]
        case Joined(items):
            return [word for item in items for word in sampled(item, random)]
        case Either(items):
            if NOTHING in items and random.random() < 0.5:
                return []
            return sampled(random.choice([item for item in items if item != NOTHING]), random)
        case Repeated(item):
            found = sampled(item, random)
            while random.random() < 0.5:
                found += sampled(item, random)
            return found


def texts(domain: Domain, seed: int) -> Iterator[str]:
    """Sentences as somebody might say them, without end and none twice."""
    random, whole, seen = Random(seed), tree(domain, polite=False), set[str]()
    while True:
        found = sampled(whole, random)
        text = " ".join(found)
        if FEWEST_WORDS <= len(found) <= MOST_WORDS and text not in seen:
            seen.add(text)
            yield text


def meaning(known: Sentences, text: str, home: Home) -> Meaning | None:
    """What a sentence means, as the speaker's matcher tells; None where it is none of theirs."""
    found = match(known, text, Context(home=home, now=_SOME_DAY, notebook=Notebook()))
    if found is None:
        return None
    return found.intent, tuple(sorted((slot.name, slot.value) for slot in found.slots))
