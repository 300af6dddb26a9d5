"""What the models read in a sentence: the things asked in it, each with its meaning.

    tokens and the home's names -> chunks -> tags -> slots -> requests

Where a taught name stands in it, the models read the sentence with a stand-in in its place
(`device.nlu.standins`), and what they read there is the concept.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from device.concepts import Concept
from device.context import Context, Home
from device.events import Interpretation, Request, Slot
from device.nlu.chunker import Chunk, Chunker
from device.nlu.conceptnames import ConceptNames, lost
from device.nlu.conceptreading import SET, ConceptReading
from device.nlu.embedding import Floats, WordTable
from device.nlu.exceptions import leaves_out, put_off_with
from device.nlu.gazetteer import Gazetteer
from device.nlu.intents import INTENTS, OUT_OF_SCOPE
from device.nlu.learned import Learned
from device.nlu.leftout import LeftOut, kept, left_out
from device.nlu.nicknames import whole_names
from device.nlu.numbers import number
from device.nlu.resolve import DEVICE_INTENTS, request, resolve
from device.nlu.standins import Replaced, flagged, joined, places, replaced
from device.nlu.tagger import Tagger, Tagging
from device.nlu.uses import Uses
from device.nlu.words import Token, tokenize

MOST_REQUESTS = 32
"""Things that may be asked in one breath."""

UNSURE = 0.3
"""Confidence below which a request is not for the speaker, 0 to 1."""

LISTS = ("shopping", "to-do")
"""Lists that every speaker has."""

_NAMED = ("name", "area", "floor")

Part = tuple[Interpretation, Request]
"""One thing asked, before and after names are looked up."""

Whole = Callable[[str, Context], Interpretation | None]
"""What a text means that somebody's own sentence matches whole, or None."""


class Reader:
    """Reads sentences."""

    def __init__(
        self, tagger: Tagger, chunker: Chunker, uses: Uses, known: WordTable, own: Whole
    ) -> None:
        """Take the models.

        Args:
            tagger: Intent and slots of one request.
            chunker: Splits sentences.
            uses: What is wanted with a taught name.
            known: The tagger's words.
            own: The owner's sentences and those of packs.
        """
        self._tagger = tagger
        self._chunker = chunker
        self._known = known
        self._own = own
        self._concepts = ConceptReading(self._tagged, uses)
        self.learned = Learned()
        """What was taught, as this needs it."""
        self._names: tuple[Home, tuple[str, ...], ConceptNames, Gazetteer] | None = None

    def read(self, text: str, context: Context) -> tuple[Part, ...]:
        """The things asked in a sentence, in order.

        Args:
            text: The sentence.
            context: The home, and what was taught.
        """
        taught, context = self.learned(context)
        declared = taught.whole(text)
        if declared is not None:
            return (_declared(text, declared),)
        names = self._gazetteer(context, taught)
        tokens = names.mended(tokenize(text), self._known)
        flags = names.flags(tokens)
        said = taught.find(tokens, flags)
        if not said:
            chunks = self._chunker.split(text, tokens, flags, left_out(tokens, flags))
            found = self._parts(text, chunks, names, context)
            said = taught.find_short(tokens, flags)
            if not said or not lost([asked for _, asked in found], context):
                return found
        forms = [replaced(text, tokens, said)]
        if joined(tokens, said):
            forms.append(replaced(text, tokens, said, led=True))
        read = [self._put(form, names, context) for form in forms]
        # The first of those that are about as sure; a sentence that was cut badly is none.
        return max(read, key=lambda r: (r[1], round(_confidence(r[0]), 1)))[0]

    def _put(
        self, put: Replaced, names: Gazetteer, context: Context
    ) -> tuple[tuple[Part, ...], bool]:
        """What the models read with stand-ins, and whether each name is whole and alone."""
        tokens = names.mended(tokenize(put.text), self._known)
        flags = flagged(names.flags(tokens), places(tokens, put.scene), "scene")
        chunks = self._chunker.split(put.text, tokens, flags, left_out(tokens, flags))
        uncut = not any(put.cuts(chunk.span) for chunk in chunks)
        if not uncut:
            chunks = (Chunk(text=put.text, span=((0, len(put.text.split())),)),)
        clean = uncut and all(len(put.within(chunk.span)) < 2 for chunk in chunks)
        return self._parts(put.text, chunks, names, context, put), clean

    def _parts(
        self,
        text: str,
        chunks: Sequence[Chunk],
        names: Gazetteer,
        context: Context,
        put: Replaced | None = None,
    ) -> tuple[Part, ...]:
        """Read each part of a sentence; `put` is the sentence where it holds stand-ins."""
        if len(chunks) > MOST_REQUESTS:
            return (_too_much(text),)
        return tuple(self._request(chunk, context, names, put) for chunk in chunks)

    def _request(
        self, chunk: Chunk, context: Context, names: Gazetteer, put: Replaced | None = None
    ) -> Part:
        if put is not None:
            used = self._concepts.read(chunk.text, chunk.span, put, names, context)
            if used is not None and used[1].confidence >= UNSURE:
                return used
            text = put.restored(chunk.text, put.within(chunk.span))
            chunk = Chunk(text=text, span=put.span(chunk.span))
        own = self._own(chunk.text, context)
        if own is not None:
            return own, request(own, own.slots, chunk.span)
        tokens = names.mended(tokenize(chunk.text), self._known)
        flags = names.flags(tokens)
        lists = left_out(tokens, flags)
        tagging = self._tagged(tokens, flags, lists)
        if lists and not leaves_out(tagging):
            later = put_off_with(tagging, lists)
            tagging = later or self._tagged(tokens, flags, ())
            lists = ()
        interpretation, slots, _ = resolve(tagging, chunk.text, tokens, context, self._known, lists)
        asked = request(interpretation, slots, chunk.span)
        unsure = asked.confidence < UNSURE or self._wordless(asked, tokens)
        if unsure and asked.intent != OUT_OF_SCOPE:
            asked = replace(asked, intent=OUT_OF_SCOPE, domain="", slots=(), scope="", excepted=())
        return interpretation, asked

    def _wordless(self, asked: Request, tokens: Sequence[Token]) -> bool:
        """Whether devices would do something without a word that anybody knows.

        Numbers alone may be an answer ("50 percent"); beside scraps they are noise.
        """
        if asked.intent not in DEVICE_INTENTS or any(asked.slot(s) is not None for s in _NAMED):
            return False
        if any(len(t.text) > 1 and t.text in self._known for t in tokens if t.text.isalpha()):
            return False
        return any(map(_scrap, tokens))

    def _tagged(self, tokens: Sequence[Token], flags: Floats, lists: Sequence[LeftOut]) -> Tagging:
        """The tagger's reading of a request without what it lists as left out."""
        rest = kept(len(tokens), lists)
        if not any(character.isalnum() for at in rest for character in tokens[at].text):
            rest = []
        seen = [tokens[at] for at in rest]
        tagging = self._tagger.tag(seen, flags[rest])
        spans = (
            replace(span, start=rest[span.start], stop=rest[span.stop - 1] + 1)
            for span in self.learned.nicknames.whole(tagging.spans, seen)
        )
        return replace(tagging, spans=whole_names(tuple(spans), flags))

    def _gazetteer(self, context: Context, taught: ConceptNames) -> Gazetteer:
        """The home's names, indexed once for each home."""
        home = context.home
        todo = (d.name for d in home.devices if d.kind == "todo")
        lists = tuple(dict.fromkeys((*LISTS, *context.notebook.lists, *todo)))
        if self._names is None or self._names[:3] != (home, lists, taught):
            self._names = (home, lists, taught, Gazetteer(home, lists, taught.words))
        return self._names[3]


def _scrap(token: Token) -> bool:
    """Whether a token is neither a number nor a unit, a letter or a mark."""
    rest = token.text.strip("%\u00b0")
    letter = len(rest) == 1 and rest.isalpha()
    return bool(rest) and not letter and not token.mark and number([rest]) is None


def _declared(text: str, concept: Concept) -> Part:
    """A sentence that was taught whole, as what it means."""
    said = " ".join(text.split())
    slot = Slot(name="concept", value=concept.name, text=said)
    found = Interpretation(
        text=said, domain=INTENTS[SET].domain, intent=SET, slots=(slot,), confidence=1.0
    )
    return found, request(found, (slot,), ((0, len(said.split())),))


def _too_much(text: str) -> Part:
    """What nobody means to ask in one breath is refused as a whole."""
    said = " ".join(text.split())
    nothing = Interpretation(text=said, domain="", intent=OUT_OF_SCOPE, slots=(), confidence=1.0)
    return nothing, request(nothing, (), ((0, len(said.split())),))


def _confidence(parts: Sequence[Part]) -> float:
    """That of the least sure request; 0 without any."""
    return min((asked.confidence for _, asked in parts), default=0.0)
