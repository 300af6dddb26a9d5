"""Everything that can be said in one home, as a graph for the decoder."""

import gc
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from device.asr.grammar import Costs, GrammarCompiler, Source
from device.asr.graph import Graph, graph
from device.asr.subsets import automaton
from device.asr.trees import Pronounce, Pronouncer
from device.asr.vocabulary import open_words
from device.context import Home
from device.errors import GrammarError
from device.nlu.templates import NO_SENTENCES, Sentences, home_lists

logger = logging.getLogger(__name__)

COORDINATED = frozenset({"name", "area"})
"""Lists of which several may be said in a row: "the kitchen light and the fan"."""


class HomeGrammar:
    """Compiles graphs for a home; pronunciations are looked up once."""

    def __init__(
        self,
        builtin: Sentences,
        custom: Sentences = NO_SENTENCES,
        *,
        pronounce: Pronounce,
        costs: Costs | None = None,
    ) -> None:
        """Say what can be said in any home.

        Args:
            builtin: Sentences of the skill packs; requests made of them may be joined by "and".
            custom: The owner's sentences; each is a request by itself.
            pronounce: The lexicon.
            costs: What less usual readings cost.
        """
        self._builtin = builtin
        self._custom = custom
        self._pronouncer = Pronouncer(pronounce)
        self._costs = costs or Costs()

    def graph(self, home: Home, known: Iterable[str] = ()) -> Graph:
        """What can be said in this home as it is now.

        Args:
            home: Its names fill the lists `name`, `area` and `floor`.
            known: Further texts whose words may be said in open parts, such as list items.

        Raises:
            GrammarError: There is nothing that can be said. What is wrong with the owner's
                sentences alone is logged, and the others are compiled without.
        """
        lists = home_lists(home)
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
        if not self._custom.empty:
            own = Source(intents=self._custom.intents, lists=lists, lenient=True)
            try:
                return self._compiled([*sources, own], known)
            except GrammarError as exc:
                if not sources:
                    raise
                logger.warning("none of your own sentences can be heard: %s", exc)
        return self._compiled(sources, known)

    def _compiled(self, sources: Sequence[Source], known: Iterable[str]) -> Graph:
        compiler = GrammarCompiler(open_words(known), self._costs)
        with _all_at_once():
            net = compiler.compile(sources)
            whole = automaton(net, language=self._costs.language)
            for why in compiler.refused:
                logger.warning("a sentence cannot be heard: %s", why)
            return graph(whole, self._pronouncer)


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
