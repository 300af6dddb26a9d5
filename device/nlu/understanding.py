"""From hypotheses to requests: the one entry to this folder.

    hypothesis -> owner's sentences and a few built-in ones, word for word -> one request
               -> tokens and the home's names -> chunks -> tags -> slots -> requests
               -> fragments made whole -> what "it" and "the lamp" mean here and now

Recognition gives several readings of what was said. The one that makes most sense, weighed
with how well it was heard, is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from device.concepts import Concept
from device.context import Context, Home
from device.errors import ModelError
from device.events import Hypothesis, Interpretation, Request, Slot, Source
from device.models import SHIPPED, Model
from device.nlu.chunker import Chunk, Chunker
from device.nlu.conceptnames import ConceptNames, lost
from device.nlu.conceptreading import SET, ConceptReading
from device.nlu.embedding import Floats, WordTable, load_table
from device.nlu.exceptions import leaves_out, put_off_with
from device.nlu.followups import FRAGMENTS, corrected, pointing, stopping, whole
from device.nlu.gazetteer import Gazetteer
from device.nlu.intents import INTENTS, OUT_OF_SCOPE, USES
from device.nlu.learned import Learned
from device.nlu.leftout import LeftOut, kept, left_out
from device.nlu.matching import Matching
from device.nlu.referents import Referents
from device.nlu.resolve import request, resolve
from device.nlu.standins import Replaced, flagged, joined, places, replaced
from device.nlu.tagger import Tagger, Tagging
from device.nlu.templates import NO_SENTENCES, Sentences
from device.nlu.times import put_off
from device.nlu.verbatim import verbatim
from device.nlu.words import Token, tokenize

MOST_HYPOTHESES = 4
"""Readings that are understood; recognition orders them by score."""

MOST_REQUESTS = 32
"""Things that may be asked in one breath."""

UNSURE = 0.3
"""Confidence below which a request is not for the speaker, 0 to 1."""

LISTS = ("shopping", "to-do")
"""Lists that every speaker has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was said, and what it asks for."""

    hypothesis: Hypothesis
    """The reading that was taken."""
    interpretations: tuple[Interpretation, ...]
    """What each part of the sentence means before names are looked up."""
    requests: tuple[Request, ...]

    @property
    def confidence(self) -> float:
        """That of the least sure request; 0 without any."""
        return min((r.confidence for r in self.requests), default=0.0)


class Understanding:
    """Understands."""

    def __init__(
        self,
        *,
        tagger: Model,
        chunker: Model,
        referents: Model,
        sentences: Sentences = NO_SENTENCES,
        folder: Path = SHIPPED,
    ) -> None:
        """Take the models and the owner's sentences.

        Args:
            tagger: As `device.models.load("tagger")` gives it.
            chunker: As `device.models.load("chunker")` gives it.
            referents: As `device.models.load("referents")` gives it.
            sentences: The owner's; a sentence that one of them matches whole is one request.
            folder: Where the word tables of the models lie.

        Raises:
            ModelError: A table is missing or damaged, or a model does not fit this version.
        """
        self._known = _table(tagger, folder)
        self._tagger = Tagger(tagger.run, tagger.manifest, self._known)
        self._chunker = Chunker(chunker.run, chunker.manifest, _table(chunker, folder))
        read_with = referents.manifest.settings.get("table_sha256")
        if read_with != tagger.manifest.settings.get("table_sha256"):
            raise ModelError(
                f"model {referents.manifest.name} was trained with other word vectors than the "
                f"tagger's; make it again with `python -m export referents`"
            )
        self._referents = Referents(referents.run, referents.manifest, self._known)
        self._own = sentences
        self._sentences = Matching((sentences,))
        self._concepts = ConceptReading(self._tagged)
        self._learned = Learned()
        self._names: tuple[Home, tuple[str, ...], ConceptNames, Gazetteer] | None = None

    @property
    def table(self) -> WordTable:
        """The tagger's words."""
        return self._known

    def know(self, packs: Sequence[Sentences]) -> None:
        """Know the sentences of these skill packs, each by itself, instead of others.

        A sentence that one of them matches whole is one request, as with the owner's own, which
        go first.
        """
        self._sentences = Matching((self._own, *packs))

    def understand(self, hypotheses: Sequence[Hypothesis], context: Context) -> Understood:
        """Choose a reading and say what it asks for.

        Args:
            hypotheses: Readings of one utterance, at least one; best first.
            context: The home and how it stands.

        Returns:
            The reading for which recognition and understanding together are most confident.
            An empty sentence asks for nothing.

        Raises:
            ValueError: There is no hypothesis.
        """
        if not hypotheses:
            raise ValueError("there is no hypothesis to understand")
        read = [self._read(h, context) for h in hypotheses[:MOST_HYPOTHESES]]
        best = max(read, key=lambda u: (u.hypothesis.score * _sense(u), u.hypothesis.score))
        requests = self._in_context(best.requests, context)
        settled = [self._settled(r, context, requests[:i]) for i, r in enumerate(requests)]
        return replace(best, requests=tuple(settled))

    def _in_context(
        self, requests: Sequence[Request], context: Context, before: Sequence[Request] = ()
    ) -> tuple[Request, ...]:
        """Fragments made whole, and what the words leave open found in the situation."""
        done: list[Request] = []
        for asked in requests:
            full = self._completed(asked, context, (*before, *done))
            done = [*corrected(asked, full, context, done)]
            full = replace(full, otherwise=self._in_context(full.otherwise, context, before))
            done.append(self._referents.refer(full, context, (*before, *done)))
        return tuple(done)

    def _completed(self, asked: Request, context: Context, before: Sequence[Request]) -> Request:
        """What a fragment makes with the request before it."""
        if asked.intent in FRAGMENTS:
            return whole(asked, context, before)
        if asked.intent in USES:
            return pointing(asked, context, before)
        return stopping(asked, context, before) if asked.intent == "StopRinging" else asked

    def _settled(self, asked: Request, context: Context, before: Sequence[Request]) -> Request:
        """A request for later with what its words mean now: who would remember it then?"""
        command = asked.slot("conversation_command")
        if command is None:
            return asked
        words = Hypothesis(text=put_off(str(command)), score=1.0)
        inner = self._in_context(self._read(words, context).requests, context, before)
        return replace(asked, later=tuple(_decided(request, context) for request in inner))

    def _read(self, hypothesis: Hypothesis, context: Context) -> Understood:
        own = self._whole(hypothesis.text, context)
        if own is None:
            return self._modelled(hypothesis, context)
        asked = request(own, own.slots, ((0, len(hypothesis.text.split())),))
        if asked.intent not in INTENTS:
            # A pack's: it may be turned down, and then this is what the words mean.
            asked = replace(asked, otherwise=self._modelled(hypothesis, context).requests)
        return Understood(hypothesis=hypothesis, interpretations=(own,), requests=(asked,))

    def _whole(self, text: str, context: Context) -> Interpretation | None:
        """A sentence word for word: the owner's, else a built-in one, else a skill pack's."""
        found = self._sentences.find(text, context)
        if not found or found[0].pack:
            builtin = verbatim(text, context, claimed=bool(found))
            if builtin is not None:
                return builtin
        return found[0].interpretation if found else None

    def _modelled(self, hypothesis: Hypothesis, context: Context) -> Understood:
        """What the models read."""
        taught, context = self._learned(context)
        names = self._gazetteer(context, taught)
        text = hypothesis.text
        tokens = names.mended(tokenize(text), self._known)
        flags = names.flags(tokens)
        declared = taught.whole(text)
        if declared is not None:
            return _declared(hypothesis, declared)
        said = taught.find(tokens, flags)
        if not said:
            chunks = self._chunker.split(text, tokens, flags, left_out(tokens, flags))
            found = self._requests(hypothesis, chunks, names, context)
            said = taught.find_short(tokens, flags)
            if not said or not lost(found.requests, context):
                return found
        forms = [replaced(text, tokens, said)]
        if joined(tokens, said):
            forms.append(replaced(text, tokens, said, led=True))
        read = [self._put(hypothesis, form, names, context) for form in forms]
        # The first of those that are about as sure; a sentence that was cut badly is none.
        return max(read, key=lambda r: (r[1], round(r[0].confidence, 1)))[0]

    def _put(
        self, hypothesis: Hypothesis, put: Replaced, names: Gazetteer, context: Context
    ) -> tuple[Understood, bool]:
        """What the models read with stand-ins, and whether no name was cut in two."""
        tokens = names.mended(tokenize(put.text), self._known)
        flags = flagged(names.flags(tokens), places(tokens, put.scene), "scene")
        chunks = self._chunker.split(put.text, tokens, flags, left_out(tokens, flags))
        uncut = not any(put.cuts(chunk.span) for chunk in chunks)
        if not uncut:
            chunks = (Chunk(text=put.text, span=((0, len(put.text.split())),)),)
        return self._requests(hypothesis, chunks, names, context, put), uncut

    def _requests(
        self,
        hypothesis: Hypothesis,
        chunks: Sequence[Chunk],
        names: Gazetteer,
        context: Context,
        put: Replaced | None = None,
    ) -> Understood:
        """Read each part of a sentence; `put` is the sentence where it holds stand-ins."""
        if len(chunks) > MOST_REQUESTS:
            return self._too_much(hypothesis)
        read = [self._request(chunk, context, names, put) for chunk in chunks]
        return Understood(
            hypothesis=hypothesis,
            interpretations=tuple(interpretation for interpretation, _ in read),
            requests=tuple(asked for _, asked in read),
        )

    def _too_much(self, hypothesis: Hypothesis) -> Understood:
        """What nobody means to ask in one breath is refused as a whole."""
        text = " ".join(hypothesis.text.split())
        nothing = Interpretation(
            text=text, domain="", intent=OUT_OF_SCOPE, slots=(), confidence=1.0
        )
        asked = request(nothing, (), ((0, len(text.split())),))
        return Understood(hypothesis=hypothesis, interpretations=(nothing,), requests=(asked,))

    def _request(
        self, chunk: Chunk, context: Context, names: Gazetteer, put: Replaced | None = None
    ) -> tuple[Interpretation, Request]:
        if put is not None:
            used = self._concepts.read(chunk.text, chunk.span, put, names, context)
            if used is not None and used[1].confidence >= UNSURE:
                return used
            text = put.restored(chunk.text, put.within(chunk.span))
            chunk = Chunk(text=text, span=put.span(chunk.span))
        found = self._sentences.find(chunk.text, context)
        if found:
            own = found[0].interpretation
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
        if asked.confidence < UNSURE and asked.intent != OUT_OF_SCOPE:
            asked = replace(asked, intent=OUT_OF_SCOPE, domain="", slots=(), scope="", excepted=())
        return interpretation, asked

    def _tagged(self, tokens: Sequence[Token], flags: Floats, lists: Sequence[LeftOut]) -> Tagging:
        """The tagger's reading of a request without what it lists as left out."""
        rest = kept(len(tokens), lists)
        if not any(character.isalnum() for at in rest for character in tokens[at].text):
            rest = []
        tagging = self._tagger.tag([tokens[at] for at in rest], flags[rest])
        spans = (
            replace(span, start=rest[span.start], stop=rest[span.stop - 1] + 1)
            for span in tagging.spans
        )
        return replace(tagging, spans=tuple(spans))

    def _gazetteer(self, context: Context, taught: ConceptNames) -> Gazetteer:
        """The home's names, indexed once for each home."""
        home = context.home
        todo = (d.name for d in home.devices if d.kind == "todo")
        lists = tuple(dict.fromkeys((*LISTS, *context.notebook.lists, *todo)))
        if self._names is None or self._names[:3] != (home, lists, taught):
            self._names = (home, lists, taught, Gazetteer(home, lists, taught.words))
        return self._names[3]


def _declared(hypothesis: Hypothesis, concept: Concept) -> Understood:
    """A sentence that was taught whole, as what it means."""
    text = " ".join(hypothesis.text.split())
    slot = Slot(name="concept", value=concept.name, text=text)
    found = Interpretation(
        text=text,
        domain=INTENTS[SET].domain,
        intent=SET,
        slots=(slot,),
        confidence=1.0,
    )
    asked = request(found, (slot,), ((0, len(text.split())),))
    return Understood(hypothesis=hypothesis, interpretations=(found,), requests=(asked,))


def _decided(asked: Request, context: Context) -> Request:
    """As it is kept for later: the likeliest of several, and nothing is taken back then."""
    home, meant = context.home, asked.meant
    if asked.rivals:
        meant = tuple(d.id for d in home.devices if home.label(d) == asked.rivals[0])
    return replace(asked, meant=meant, rivals=(), corrects="")


def _sense(understood: Understood) -> float:
    """How much sense a reading makes, 0 to 1: the mean confidence of what it asks for."""
    scores = [
        1.0 if r.source is Source.SENTENCE else r.confidence * (0.2 if _foreign(r) else 1.0)
        for r in understood.requests
    ]
    return sum(scores) / len(scores) if scores else 0.0


def _foreign(asked: Request) -> bool:
    return asked.intent == OUT_OF_SCOPE


def _table(model: Model, folder: Path) -> WordTable:
    settings = model.manifest.settings
    return load_table(folder, str(settings.get("table", "")), str(settings.get("table_sha256", "")))
