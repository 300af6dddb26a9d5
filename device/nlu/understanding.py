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

from device.context import Context
from device.errors import ModelError
from device.events import Hypothesis, Interpretation, Request, Source
from device.models import SHIPPED, Model, load
from device.nlu.chunker import Chunker
from device.nlu.embedding import WordTable, load_table
from device.nlu.followups import FRAGMENTS, corrected, pointing, stopping, whole
from device.nlu.intents import INTENTS, OUT_OF_SCOPE, USES
from device.nlu.matching import Matching
from device.nlu.reader import Reader
from device.nlu.referents import Referents
from device.nlu.resolve import request
from device.nlu.tagger import Tagger
from device.nlu.templates import NO_SENTENCES, Sentences
from device.nlu.times import put_off
from device.nlu.uses import Uses
from device.nlu.verbatim import verbatim

MOST_HYPOTHESES = 4
"""Readings that are understood; recognition orders them by score."""


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
        uses: Model | None = None,
        sentences: Sentences = NO_SENTENCES,
        folder: Path = SHIPPED,
    ) -> None:
        """Take the models and the owner's sentences.

        Args:
            tagger: As `device.models.load("tagger")` gives it.
            chunker: As `device.models.load("chunker")` gives it.
            referents: As `device.models.load("referents")` gives it.
            uses: As `device.models.load("uses")` gives it; None is that of `folder`.
            sentences: The owner's; a sentence that one of them matches whole is one request.
            folder: Where the word tables of the models lie.

        Raises:
            ModelError: A table is missing or damaged, or a model does not fit this version.
        """
        self._known = _table(tagger, folder)
        read_with = referents.manifest.settings.get("table_sha256")
        if read_with != tagger.manifest.settings.get("table_sha256"):
            raise ModelError(
                f"model {referents.manifest.name} was trained with other word vectors than the "
                f"tagger's; make it again with `python -m export referents`"
            )
        self._referents = Referents(referents.run, referents.manifest, self._known)
        self._own = sentences
        self._sentences = Matching((sentences,))
        uses = uses or load("uses", folder=folder)
        self._reader = Reader(
            Tagger(tagger.run, tagger.manifest, self._known),
            Chunker(chunker.run, chunker.manifest, _table(chunker, folder)),
            Uses(uses.run, uses.manifest, self._known),
            self._known,
            self._own_sentence,
        )

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

    def requests(self, text: str, context: Context) -> tuple[Request, ...]:
        """What one typed sentence asks for."""
        return self.understand((Hypothesis(text=text, score=1.0),), context).requests

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
        _, context = self._reader.learned(context)
        found = self._sentences.find(text, context)
        if not found or found[0].pack:
            builtin = verbatim(text, context, claimed=bool(found))
            if builtin is not None:
                return builtin
        return found[0].interpretation if found else None

    def _modelled(self, hypothesis: Hypothesis, context: Context) -> Understood:
        """What the models read."""
        read = self._reader.read(hypothesis.text, context)
        return Understood(
            hypothesis=hypothesis,
            interpretations=tuple(interpretation for interpretation, _ in read),
            requests=tuple(asked for _, asked in read),
        )

    def _own_sentence(self, text: str, context: Context) -> Interpretation | None:
        """What a sentence of the owner's or of a pack means that matches a text whole."""
        found = self._sentences.find(text, context)
        return found[0].interpretation if found else None


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
