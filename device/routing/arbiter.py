"""Packs beside the speaker's own skills: who of them might be meant, and how likely each is.

    the shelf finds packs by what their sentences mean
    each reads the request with its own sentences -> intent, slots, confidence
    the re-ranker weighs them and the speaker's own reading against each other and none of them

A pack is a rival only where its sentences are about as near to the request as those of the
nearest skill, or where it was called or its sentence said. What is no rival has no influence.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from device.context import Context
from device.events import Candidate, Request
from device.nlu.embedding import Floats
from device.nlu.fewshot import fill
from device.nlu.templates import Sentences
from device.nlu.words import plain
from device.routing.calls import Call
from device.routing.experience import Experience, Wording
from device.routing.ranker import Ranker
from device.routing.rivals import MOST_RIVALS, Rival, there
from device.routing.shelf import Shelf
from device.settled import Known, Settled, Use, Verdict
from device.skills.pack import Extends, Pack, Standing

FLOOR = 0.45
"""Similarity below which a pack is never a rival."""

SPREAD = 0.2
"""How much less similar than the nearest skill a rival may be."""

MOST_LISTED = 32
"""Skills that the shelf is asked for; those that are near enough are read."""


@dataclass(frozen=True, slots=True)
class _Packed:
    pack: Pack
    standing: Standing
    sentences: Sentences


class Arbiter:
    """Knows the packs; weighs them and the speaker's own skills."""

    def __init__(
        self, shelf: Shelf, ranker: Ranker, *, sentences: Callable[[Pack], Sentences]
    ) -> None:
        """Begin without packs.

        Args:
            shelf: Finds skills by what is said.
            ranker: Weighs them.
            sentences: A pack's sentences, parsed.
        """
        self._shelf = shelf
        self._ranker = ranker
        self._sentences = sentences
        self._packs: dict[str, _Packed] = {}
        self._experience: tuple[tuple[Settled, ...], tuple[Use, ...], Experience] = (
            (),
            (),
            Experience((), ()),
        )

    @property
    def known(self) -> tuple[Known, ...]:
        """The packs that can be asked."""
        return tuple(
            Known(
                id=packed.pack.id,
                name=packed.pack.name,
                aliases=packed.pack.aliases,
                enabled=packed.standing is Standing.ENABLED,
            )
            for packed in self._packs.values()
            if not isinstance(packed.pack.answers, Extends)
        )

    def take(self, packs: Sequence[tuple[Pack, Standing]]) -> None:
        """Exchange the packs; those that did not change cost nothing.

        Args:
            packs: All that there are; those that are switched off are never found.
        """
        wanted = {p.id: (p, s) for p, s in packs if s is not Standing.DISABLED}
        for id_ in [id_ for id_ in self._packs if id_ not in wanted]:
            del self._packs[id_]
            self._shelf.take_away(id_)
        for id_, (pack, standing) in wanted.items():
            old = self._packs.get(id_)
            if old is None or old.pack != pack:
                sentences = self._sentences(pack)
                self._shelf.put(id_, pack.examples)
            else:
                sentences = old.sentences
            self._packs[id_] = _Packed(pack, standing, sentences)

    def claims(self, intent: str) -> bool:
        """Whether a pack answers requests of an intent."""
        return any(intent in packed.pack.intents for packed in self._packs.values())

    def wording(self, text: str) -> Wording:
        """A request as it is compared with what was settled."""
        return Wording(words=plain(text), vector=self._shelf.vector(plain(text)))

    def experience(self, context: Context) -> Experience:
        """What the owner settled and did so far."""
        settled, uses, known = self._experience
        if settled is not context.settled or uses is not context.uses:
            known = Experience(context.settled, context.uses)
            self._experience = (context.settled, context.uses, known)
        return known

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
            At most MOST_RIVALS, none twice; empty where no pack might be meant.
        """
        asked, known = self.wording(request.text), self.experience(context)
        enabled = [id_ for id_, p in self._packs.items() if p.standing is Standing.ENABLED]
        listed = self._shelf.find(
            request.text, enabled=enabled, k=MOST_LISTED, without=frozenset(without)
        )
        nearest = max((one.similarity for one in listed), default=0.0)
        near = {one.skill: one for one in listed}
        found: list[Rival] = []
        for id_, packed in self._candidates(request, [one.skill for one in listed], call):
            one = near.get(id_)
            if id_ in without:
                continue
            named = call is not None and call.skill == id_
            text = call.rest if named and call is not None else request.text
            intent = one.intent if one is not None else packed.pack.intents[0]
            intent, filled = self._read(packed, request, intent, text, context, named=named)
            similarity = 0.0 if one is None else one.similarity
            verbatim = filled.confidence >= 1.0 or (one is not None and one.verbatim)
            close = similarity >= max(FLOOR, nearest - SPREAD)
            if not (named or verbatim or close):
                continue
            skill, builtin = id_, False
            if isinstance(packed.pack.answers, Extends):
                skill, builtin = packed.pack.answers.skill, True
            kinds, here, active = there(packed.pack.kinds, context)
            found.append(
                Rival(
                    skill=skill,
                    intent=intent,
                    slots=filled.slots,
                    builtin=builtin,
                    confidence=filled.confidence,
                    similarity=similarity,
                    verbatim=verbatim,
                    named=named,
                    kinds=kinds,
                    here=here,
                    active=active,
                    acquaintance=known.acquaintance(
                        asked, skill, context, enabled=packed.standing is Standing.ENABLED
                    ),
                )
            )
        return tuple(found)
