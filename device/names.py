"""Keeps the graph of what can be said, and the words of free speech, up with the home's names.

Compiling takes seconds on a small machine, so it happens beside the core where there is
somebody to do it, and the last graph is kept for the next start. Until a new graph is there the
old one is used.
"""

import logging
from collections.abc import Mapping, Sequence
from functools import partial

from device.asr.graph import Graph
from device.asr.graphfile import pack, unpack
from device.asr.homegrammar import HomeGrammar
from device.asr.taught import Taught
from device.concepts import Concept
from device.context import Home
from device.dictionary import Dictionary
from device.errors import GrammarError, StoreError
from device.nlu.nicknames import named_home
from device.nlu.templates import Sentences
from device.ports import Background, Job, Store
from device.settled import Known

logger = logging.getLogger(__name__)

KEPT = "graph"
"""Where the store keeps the last graph."""

Items = Mapping[str, tuple[str, ...]]
"""Lists and what is on them."""


def compiled(grammar: HomeGrammar, home: Home, known: tuple[str, ...], key: bytes) -> bytes:
    """A graph made from nothing, packed.

    Raises:
        GrammarError: There is nothing that can be said.
    """
    return pack(grammar.graph(home, known), key)


class Names:
    """Gives a new graph whenever the home's names have changed and it is ready."""

    def __init__(
        self,
        grammar: HomeGrammar,
        store: Store,
        background: Background | None = None,
        dictionary: Dictionary | None = None,
    ) -> None:
        """Nothing is compiled yet.

        Args:
            grammar: Compiles.
            store: Keeps the last graph.
            background: Where to compile; None compiles at once.
            dictionary: The words of free speech; None where nobody dictates.
        """
        self._grammar = grammar
        self._store = store
        self._background = background
        self._dictionary = dictionary
        self._graph: tuple[Graph, Home] | None = None
        """The last graph that was compiled, and the home as it was then."""
        self._asked: Home = Home()
        """The home that a graph was asked for last."""
        self._concepts: tuple[Concept, ...] = ()
        self._last_named: tuple[Home, tuple[Concept, ...], Home] | None = None
        """A home, what was taught, and the home with the names that were taught for it."""
        self._grown: tuple[object, object] | None = None
        """What the graph in use was made to know: the home's names, and what was taught."""
        self._looked_at: tuple[object, object] = (None, None)
        self._names: tuple[object, ...] = ()
        self._key = b""
        self._job: Job[bytes] | None = None
        self._called: tuple[str, ...] = ()
        """What packs are called, which is said of them in any sentence."""

    def look(
        self,
        home: Home,
        items: Items,
        concepts: tuple[Concept, ...] = (),
        persons: tuple[str, ...] = (),
    ) -> Graph | None:
        """See what has changed and what is ready.

        New names and what was taught go into the graph that is there at once; for all else a
        new one is compiled.

        Args:
            home: As it is now.
            items: The lists as they are now.
            concepts: What was taught; the same object while nothing is taught or forgotten.
            persons: Who lives here, by name.

        Returns:
            A graph to be used from now on; None while there is no other than before.

        Raises:
            GrammarError: There is nothing that can be said.
        """
        if concepts is not self._concepts:
            self._concepts = concepts
            if self._dictionary is not None:
                self._dictionary.learned(tuple(concept.name for concept in concepts))
        home = self._named(home)
        whole = self._compiled(home, items)
        if whole is not None:
            self._graph, self._grown = (whole, self._asked), None
        return self._grow(home, persons)

    def _named(self, home: Home) -> Home:
        """The home with the names that were taught for what is in it."""
        if not self._concepts:
            return home
        last = self._last_named
        if last is None or last[0] is not home or last[1] is not self._concepts:
            last = self._last_named = (home, self._concepts, named_home(home, self._concepts))
        return last[2]

    def _grow(self, home: Home, persons: tuple[str, ...]) -> Graph | None:
        """The graph with the names and concepts of now, where it is another than before."""
        if self._graph is None:
            return None
        said = (self._concepts, persons)
        if self._grown == (home.names, said):
            return None
        self._grown = (home.names, said)
        return self._grammar.grown(*self._graph, home, *said)

    def _compiled(self, home: Home, items: Items) -> Graph | None:
        """A new graph, where one is ready."""
        if self._job is not None:
            if not self._job.done():
                return None
            job, self._job = self._job, None
            return self._ready(job.result())
        names = self._names if self._looked_at[0] is home else home.names
        if names == self._names and self._looked_at[1] is items:
            self._looked_at = (home, items)
            if self._dictionary is not None:
                self._dictionary.work(self._background)
            return None
        self._looked_at, self._names = (home, items), names
        listed = (text for name, texts in items.items() for text in (name, *texts))
        known = (*listed, *self._called)
        key = self._grammar.key(home, known)
        if key == self._key:
            return None
        self._key, self._asked = key, home
        if self._dictionary is not None:
            self._dictionary.know(home, known)
        logger.info("recognition knows %d devices in %d rooms", len(home.devices), len(home.rooms))
        kept = self._kept()
        if kept is not None:
            return kept
        work = partial(compiled, self._grammar, home, known, key)
        if self._background is None:
            return self._ready(work())
        self._job = self._background.start(work)
        return None

    def taught(self, taught: Taught) -> None:
        """Say words as the owner says them, from the next look on."""
        self._grammar = self._grammar.knowing(taught)
        if self._dictionary is not None:
            self._dictionary.taught(taught)
        self._looked_at = (None, None)

    def saying(self, packs: Sequence[Sentences], skills: Sequence[Known] = ()) -> None:
        """Know these skills' names and packs' sentences instead of others, from the next look."""
        self._called = tuple(known.name for known in skills if not known.builtin)
        self._grammar = self._grammar.saying(packs, skills)
        if self._dictionary is not None:
            self._dictionary.saying(packs)
        self._looked_at = (None, None)

    def _kept(self) -> Graph | None:
        """The graph of the last time, if it is the one that is wanted."""
        content = self._store.load(KEPT)
        if content is None:
            return None
        try:
            return unpack(content, self._key)
        except GrammarError as exc:
            logger.warning("%s; it is compiled again", exc)
            return None

    def _ready(self, content: bytes) -> Graph | None:
        try:
            self._store.save(KEPT, content)
        except StoreError as exc:
            logger.warning("%s", exc)
        return unpack(content, self._key)
