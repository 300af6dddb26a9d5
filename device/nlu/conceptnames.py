"""Where a sentence says the name of something that was taught.

    "put the bedroom in STUDY MODE and close the blinds"

Names are looked up by their stems ("studying mode", "study-mode"), the longest that starts
first; a longer name of the home around one ("study mode lamp") is the home's. A name that ends
with a word that anybody would add ("mode") is also known without it, but such a short one is
only taken where the sentence means nothing without it: see `Understanding`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from device.concepts import Concept, Kind
from device.context import Context
from device.events import Request
from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS
from device.nlu.inflection import stem
from device.nlu.intents import OUT_OF_SCOPE
from device.nlu.names import ARTICLES
from device.nlu.targets import targets
from device.nlu.values import COLORS
from device.nlu.words import Token, plain

ADDED = frozenset({"mode", "scene", "setting", "light", "time", "mood", "level"})
"""Words that people add to a name or leave out of it."""

_INSIDE = [FLAGS.index(f"{what}_in") for what in ("name", "area", "floor", "list")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A concept's name in a sentence."""

    concept: Concept
    start: int
    """First token."""
    stop: int
    """Token after the last."""
    short: bool = False
    """Whether the word at its end was left out."""


class ConceptNames:
    """The names of what was taught, ready to be found in sentences."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Index the names; of two that are called alike the first counts."""
        self._exact: dict[tuple[str, ...], Concept] = {}
        self._stems: dict[tuple[str, ...], Concept] = {}
        self._sentences: dict[tuple[str, ...], Concept] = {}
        short: dict[tuple[str, ...], list[Concept]] = {}
        for concept in concepts:
            words = _words(concept.name)
            if not words or not concept.meaning.settings:
                continue
            if concept.kind is Kind.DECLARATIVE:
                self._sentences.setdefault(words, concept)
            elif concept.kind is Kind.ENTITY:
                self._exact.setdefault(words, concept)
                self._stems.setdefault(_stemmed(words), concept)
                if len(words) > 1 and words[-1] in ADDED:
                    short.setdefault(_stemmed(words[:-1]), []).append(concept)
        self._short = {words: found[0] for words, found in short.items() if len(found) == 1}
        self.words = frozenset(word for words in self._exact for word in words)
        """Words of the names."""
        every = (*self._stems, *self._short)
        self._longest = max(map(len, every), default=0)

    def __bool__(self) -> bool:
        """Whether there is any name."""
        return bool(self._exact or self._sentences)

    def whole(self, sentence: str) -> Concept | None:
        """The declarative that a sentence is, word for word."""
        return self._sentences.get(_words(sentence)) if self._sentences else None

    def find(self, tokens: Sequence[Token], flags: Floats) -> tuple[Said, ...]:
        """The names that a sentence says in full, in order and without overlaps.

        Args:
            tokens: The sentence.
            flags: The home's, shape (tokens, flags).
        """
        return self._found(tokens, flags, short=False)

    def find_short(self, tokens: Sequence[Token], flags: Floats) -> tuple[Said, ...]:
        """Likewise, and those that are said without the word at their end."""
        return self._found(tokens, flags, short=True)

    def _found(self, tokens: Sequence[Token], flags: Floats, *, short: bool) -> tuple[Said, ...]:
        if not self._stems:
            return ()
        words = [token.text.strip("'") for token in tokens]
        stems = [stem(word) for word in words]
        found: list[Said] = []
        at = 0
        while at < len(tokens):
            said = self._at(words, stems, at, tokens, short=short)
            if said is None or _inside(said, flags):
                at += 1
            else:
                found.append(said)
                at = said.stop
        return tuple(found)

    def _at(
        self,
        words: Sequence[str],
        stems: Sequence[str],
        start: int,
        tokens: Sequence[Token],
        *,
        short: bool,
    ) -> Said | None:
        """The longest name that starts here and at whose ends words end."""
        if start and tokens[start].word == tokens[start - 1].word:
            return None
        for length in range(min(self._longest, len(words) - start), 0, -1):
            stop = start + length
            inside = stop < len(tokens) and tokens[stop].word == tokens[stop - 1].word
            if inside and not tokens[stop].mark:
                continue
            concept = self._exact.get(tuple(words[start:stop]))
            concept = concept or self._stems.get(tuple(stems[start:stop]))
            if concept is not None:
                return Said(concept=concept, start=start, stop=stop)
            if short and (concept := self._short.get(tuple(stems[start:stop]))) is not None:
                return Said(concept=concept, start=start, stop=stop, short=True)
        return None


def lost(requests: Iterable[Request], context: Context) -> bool:
    """Whether a request means nothing, or something that neither the home nor anybody knows."""
    return any(
        request.intent == OUT_OF_SCOPE
        or targets(request, context).unknown is not None
        or request.slot("color") not in _KNOWN_COLORS
        or (request.intent == "HassLightSet" and not _says(request))
        for request in requests
    )


def _says(request: Request) -> bool:
    """Whether a request for lights has a value."""
    return bool({slot.name for slot in request.slots} - {"name", "area", "floor", "domain"})


_KNOWN_COLORS = {None, *COLORS}


def _inside(said: Said, flags: Floats) -> bool:
    """Whether the words are a part of a longer name of the home, or just that name."""
    for column in _INSIDE:
        inside = flags[:, column]
        if not inside[said.start : said.stop].all():
            continue
        before = said.start > 0 and inside[said.start - 1]
        after = said.stop < len(inside) and inside[said.stop]
        if before or after or said.short:
            return True
    return False


def _words(name: str) -> tuple[str, ...]:
    words = tuple(plain(name).split())
    return words[1:] if len(words) > 1 and words[0] in ARTICLES else words


def _stemmed(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(stem(word) for word in words)
