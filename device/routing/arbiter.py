"""Packs beside the speaker's own skills: who of them might be meant, and how likely each is.

    the shelf finds packs by what their sentences mean
    the nearest that were chosen read the request, of the others the words are compared
        -> intent, slots, confidence
    the re-ranker weighs them and the speaker's own reading against each other and none of them

A pack is a rival only where its sentences are about as near to the request as those of the
nearest pack, and nearer than the speaker's own where it is read with confidence as theirs; or
where it was called, chosen or its sentence said. What is no rival has no influence.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from device.context import Context
from device.events import Candidate, Request, Slot, Source
from device.nlu.embedding import Floats
from device.nlu.fewshot import Filled, fill
from device.nlu.likeness import likeness
from device.nlu.templates import Sentences
from device.nlu.words import plain
from device.routing.calls import Call, Names
from device.routing.decision import SURE
from device.routing.experience import Experience, Wording
from device.routing.ownsentences import OwnSentences
from device.routing.ranker import Ranker
from device.routing.rivals import MOST_RIVALS, Rival, there
from device.routing.shelf import Listed, Shelf
from device.settled import Known, Settled, Use
from device.skills.pack import Extends, Pack, Standing
from device.skills.packreading import sentences_of

FLOOR = 0.55
"""Similarity below which a pack is never a rival."""

SPREAD = 0.2
"""How much less similar than the nearest skill a rival may be."""

MOST_LISTED = 10
"""Skills that the shelf is asked for."""

MOST_READ = 4
"""Packs that read the request before they are ranked, which takes most of the time; the others'
words are only compared with it, and so are those of packs that nobody chose, whose sentences
would have to be parsed first."""


@dataclass(frozen=True, slots=True)
class _Packed:
    """A pack that is not switched off."""

    pack: Pack
    standing: Standing

    @property
    def skill(self) -> str:
        """The skill that answers for it."""
        answers = self.pack.answers
        return answers.skill if isinstance(answers, Extends) else self.pack.id

    @property
    def enabled(self) -> bool:
        """Whether the owner chose it."""
        return self.standing is Standing.ENABLED


class Arbiter:
    """Knows the packs; weighs them and the speaker's own skills."""

    def __init__(
        self,
        shelf: Shelf,
        ranker: Ranker,
        *,
        sentences: Callable[[Pack], Sentences] = sentences_of,
        keep: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        """Begin without packs.

        Args:
            shelf: Finds skills by what is said.
            ranker: Weighs them.
            sentences: A pack's sentences, parsed.
            keep: Keeps what the shelf holds for the next start.
        """
        self._keep = keep
        self._shelf = shelf
        self._ranker = ranker
        self._sentences = sentences
        self._packs: dict[str, _Packed] = {}
        self._enabled: frozenset[str] = frozenset()
        self._claims: dict[str, list[str]] = {}
        """Intent -> the packs that answer it."""
        self._names = Names(())
        self._own_sentences = OwnSentences(shelf)
        self._experience: tuple[tuple[Settled, ...], tuple[Use, ...], Experience] | None = None

    @property
    def known(self) -> tuple[Known, ...]:
        """The packs that can be asked."""
        return tuple(
            Known(
                id=packed.pack.id,
                name=packed.pack.name,
                aliases=packed.pack.aliases,
                enabled=packed.enabled,
            )
            for packed in self._packs.values()
            if not isinstance(packed.pack.answers, Extends)
        )

    def take(self, packs: Sequence[tuple[Pack, Standing]]) -> None:
        """Exchange the packs; those that did not change cost nothing.

        Args:
            packs: All that there are; those that are switched off are never found, those of
                the speaker's own tell how near its own reading is.
        """
        wanted = {
            pack.id: _Packed(pack, standing)
            for pack, standing in packs
            if not pack.builtin and standing is not Standing.DISABLED
        }
        for gone in [id_ for id_ in self._packs if id_ not in wanted]:
            self._shelf.take_away(gone)
        for id_, packed in wanted.items():
            old = self._packs.get(id_)
            if old is None or old.pack != packed.pack:
                self._shelf.put(id_, packed.pack.examples)
        self._packs = wanted
        self._enabled = frozenset(id_ for id_, packed in wanted.items() if packed.enabled)
        self._claims = {}
        for id_, packed in wanted.items():
            for intent in packed.pack.intents:
                self._claims.setdefault(intent, []).append(id_)
        self._names = Names(self.known)
        self._own_sentences.take([pack.examples for pack, _ in packs if pack.builtin])
        if self._shelf.changed:
            self._keep(self._shelf.content())

    def claims(self, intent: str) -> bool:
        """Whether a pack answers requests of an intent."""
        return intent in self._claims

    def called(self, text: str, context: Context) -> Call | None:
        """The pack that a text calls by its name, if it does."""
        return self._names.called(text, context.home)

    def nearness(self, text: str, context: Context) -> float:
        """Similarity of a text to the nearest pack, 0 where none might be meant; 1 to its words."""
        listed = self._shelf.find(text, enabled=self._enabled, k=1)
        if not listed or listed[0].similarity < FLOOR:
            return 0.0
        return 1.0 if listed[0].verbatim else listed[0].similarity

    def asked(self, text: str) -> Wording:
        """A request as it is compared with what was settled."""
        words = plain(text)
        return Wording(words=words, vector=self._shelf.vector(words))

    def experience(self, context: Context) -> Experience:
        """What the owner settled and did so far."""
        last = self._experience
        if last is None or last[0] is not context.settled or last[1] is not context.uses:
            experience = Experience(context.settled, context.uses)
            last = self._experience = (context.settled, context.uses, experience)
        return last[2]

    def rivals(
        self,
        request: Request,
        own: Candidate | None,
        context: Context,
        *,
        call: Call | None = None,
        without: Collection[str] = (),
    ) -> tuple[Rival, ...]:
        """The packs that might be meant, and the speaker's own reading beside them.

        Args:
            request: What was asked.
            own: The best of the speaker's own skills for it.
            context: The home and the owner.
            call: The skill that was called by its name.
            without: Skills that are out of the question.

        Returns:
            At most MOST_RIVALS, each skill once; empty where no pack might be meant.
        """
        listed = self._shelf.find(
            request.text,
            enabled=self._enabled,
            k=MOST_LISTED,
            without=frozenset(without),
        )
        nearest = max((one.similarity for one in listed), default=0.0)
        close = max(FLOOR, nearest - SPREAD)
        mine = None
        if own is not None and (nearest >= FLOOR or call is not None or _sentence(request)):
            mine = self._own(own, request, context)
            close = max(close, mine.similarity) if own.score >= SURE else close
        ids = [one.skill for one in listed]
        chosen = self.experience(context).chosen(self.asked(request.text), ids, context)
        near = {one.skill: one for one in listed}
        saying = self._claims.get(request.intent, []) if _sentence(request) else []
        if call is not None:
            saying = [call.skill, *saying]
            others = self._packs.keys() - {call.skill}
            alone = self._shelf.find(call.rest or request.text, k=1, without=others)
            near |= {one.skill: one for one in alone}
        found: dict[str, Rival] = {}
        read = 0
        for id_ in dict.fromkeys([*saying, *near]):
            packed, one = self._packs[id_], near.get(id_)
            fits = one is not None and (one.verbatim or one.similarity >= close)
            competes = fits or id_ == chosen
            if packed.skill in without or not (competes or id_ in saying):
                continue
            reads = id_ in saying or (packed.enabled and read < MOST_READ)
            read += reads
            rival = self._rival(packed, one, request, context, call, reads=reads)
            if competes or rival.named or rival.verbatim:
                found.setdefault(rival.skill, rival)
        if not found:
            return ()
        if mine is not None and not (mine.skill in found and found[mine.skill].verbatim):
            found[mine.skill] = mine
        best = sorted(found.values(), key=lambda r: (r.named, r.builtin, r.verbatim, r.similarity))
        return tuple(best[: -MOST_RIVALS - 1 : -1])

    def slots(self, rival: Rival, request: Request, context: Context) -> tuple[Slot, ...]:
        """The slots of a request as a pack understands it.

        Args:
            rival: One of the packs; it may have read the request already.
            request: What was asked.
            context: The home and the owner.
        """
        if rival.read or rival.builtin or rival.intent not in self._packs[rival.skill].pack.filled:
            return rival.slots
        sentences = self._sentences(self._packs[rival.skill].pack)
        return fill(sentences, rival.intent, request.text, context).slots

    def rank(self, rivals: Sequence[Rival], request: Request, context: Context) -> Floats:
        """How probable it is that each rival is wanted, and none: shape (len(rivals) + 1,)."""
        return self._ranker.rank(rivals, request, context)

    def _rival(
        self,
        packed: _Packed,
        listed: Listed | None,
        request: Request,
        context: Context,
        call: Call | None,
        *,
        reads: bool,
    ) -> Rival:
        """A pack with the request as it understands it, or as its words compare with it."""
        pack = packed.pack
        named = call is not None and call.skill == pack.id
        if call is not None and named:
            intent, filled = self._named(pack, call.rest, context, listed)
        else:
            said = _sentence(request) and pack.id in self._claims.get(request.intent, ())
            intent = request.intent if said or listed is None else listed.intent
            filled = Filled(confidence=likeness(pack.samples(intent), request.text))
            if reads:
                filled = fill(self._sentences(pack), intent, request.text, context)
        kinds, here, active = there(pack.kinds, context)
        return Rival(
            skill=packed.skill,
            intent=intent,
            slots=filled.slots,
            builtin=isinstance(pack.answers, Extends),
            confidence=filled.confidence,
            similarity=0.0 if listed is None else listed.similarity,
            read=reads,
            verbatim=filled.confidence >= 1.0 or (listed is not None and listed.verbatim),
            named=named,
            kinds=kinds,
            here=here,
            active=active,
            acquaintance=self.experience(context).acquaintance(
                self.asked(request.text), packed.skill, context, enabled=packed.enabled
            ),
        )

    def _named(
        self, pack: Pack, rest: str, context: Context, listed: Listed | None
    ) -> tuple[str, Filled]:
        """What a pack that was called is asked: its first intent where nothing else is said."""
        if not rest:
            return pack.intents[0], Filled()
        sentences = self._sentences(pack)
        nearest = None if listed is None else listed.intent
        read = {intent: fill(sentences, intent, rest, context) for intent in pack.intents}
        best = max(read, key=lambda intent: (read[intent].confidence, intent == nearest))
        return best, read[best]

    def _own(self, own: Candidate, request: Request, context: Context) -> Rival:
        """The speaker's own reading."""
        near = self._own_sentences.near(own.intent, request.text)
        said = _sentence(request) and request.intent == own.intent
        return Rival(
            skill=own.skill,
            intent=own.intent,
            slots=own.slots,
            builtin=True,
            confidence=own.score,
            similarity=near[0].similarity if near else 0.0,
            verbatim=said or any(one.verbatim for one in near),
            acquaintance=self.experience(context).acquaintance(
                self.asked(request.text), own.skill, context, enabled=True
            ),
        )


def _sentence(request: Request) -> bool:
    """Whether a sentence matched it whole."""
    return request.source is Source.SENTENCE
