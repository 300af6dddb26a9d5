"""Which skill answers a request.

The speaker's own skills know their intents by what the models read (`device.routing.fit`);
packs are found by what their sentences mean (`device.routing.arbiter`). Where no pack might be
meant, the speaker's own best is asked, as if there were no packs. Else the re-ranker says how
likely each is meant, and none of them:

- What the owner settled about this very request holds, a skill called by its name is asked.
- What is read with confidence stays where it goes without packs, unless one has the very
  sentence or is clearly likelier.
- Below a threshold nobody is asked; between two that are about as likely the owner chooses.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from device.context import Context
from device.events import Candidate, Request, Route, Source
from device.nlu.intents import INTENTS, OUT_OF_SCOPE, USES, VERBATIM
from device.nlu.templates import CUSTOM
from device.ports import PackCode
from device.routing.arbiter import Arbiter
from device.routing.calls import Call
from device.routing.decision import THRESHOLD, decide
from device.routing.fit import silencing
from device.routing.own import MARGIN, Own, OwnSkills, choice, to
from device.routing.rivals import Rival
from device.routing.secondthoughts import OTHER_SKILL, again, whole
from device.settled import Known
from device.skills.pack import Extends, Pack, Standing
from device.skills.packskill import PackSkill
from device.skills.skill import Skill

OWN = (
    frozenset({"HassNevermind", "StopRinging", "Undo", "Correct", "Continue", "DeleteRecords"})
    | frozenset({"MuteMicrophone", "UnmuteMicrophone"})
    | VERBATIM
    | USES
)
"""What no pack may take, whatever its sentences: stopping, taking back, being heard."""


class Router:
    """Ranks the skills for a request."""

    def __init__(
        self,
        skills: Sequence[Skill],
        *,
        arbiter: Arbiter | None = None,
        code: PackCode | None = None,
        threshold: float = THRESHOLD,
        margin: float = MARGIN,
    ) -> None:
        """Take the skills.

        Args:
            skills: The speaker's own, with names that differ; earlier ones win ties of the
                same kind of device.
            arbiter: Weighs packs; None for a speaker that takes none.
            code: Runs what packs bring along.
            threshold: Scores below it are no answer, 0 to 1.
            margin: Closer scores are a tie, 0 to 1.
        """
        self._own = OwnSkills(skills, threshold=threshold, margin=margin)
        self._arbiter = arbiter
        self._code = code
        self._packs: dict[str, PackSkill] = {}
        self._known = self._own.known
        self._threshold = threshold

    @property
    def known(self) -> tuple[Known, ...]:
        """The skills that can be asked, the speaker's own first; the same until packs change."""
        return self._known

    def skill(self, name: str) -> Skill:
        """The skill with this name."""
        return self._packs.get(name) or self._own.skills[name]

    def name(self, skill: str) -> str:
        """What people call a skill."""
        pack = self._packs.get(skill)
        return self._own.names.get(skill, skill) if pack is None else pack.pack.name

    def take(self, packs: Sequence[tuple[Pack, Standing]]) -> None:
        """Exchange the packs.

        Args:
            packs: All that there are, those of the speaker's own among them: a skill of its
                own is switched off while all packs are that extend it.
        """
        self._own.take(packs)
        self._packs = {
            pack.id: PackSkill(pack, code=self._code)
            for pack, standing in packs
            if standing is not Standing.DISABLED and not isinstance(pack.answers, Extends)
        }
        self._known = self._own.known
        if self._arbiter is not None:
            self._arbiter.take(packs)
            self._known = (*self._known, *self._arbiter.known)

    def route(self, request: Request, context: Context, *, without: Collection[str] = ()) -> Route:
        """Rank the skills for one request.

        Args:
            request: One thing asked. Where a tie was decided by the person, its slot "skill"
                holds the name.
            context: The home, the speaker's room, what was settled.
            without: Names of skills that are not asked, as those that declined it.

        Returns:
            The skills that might answer, best first, and the winner with the request as it
            understands it; no winner when none might, none is likely enough, or two are
            about as likely.
        """
        asked = silencing(request, context)
        own = self._read(asked, context, without)
        ours = own.request.intent in OWN and own.score >= self._threshold
        if self._arbiter is None or ours or asked is not request or self._outside(asked):
            route = self._own.alone(own, self._decided(own.request))
        else:
            route = self._among(self._arbiter, asked, own, context, without)
        return replace(route, asked=request)

    def meant(
        self, text: str, requests: Sequence[Request], context: Context
    ) -> tuple[Request, ...]:
        """The requests of a turn once skills are thought of.

        Args:
            text: What was said.
            requests: What understanding made of it.
            context: The home and the last turn.

        Returns:
            "Not that one" as what was asked before, for another skill; pieces that are nothing
            each as the one sentence of a pack that they are together.
        """
        found = [again(r, context) if r.intent == OTHER_SKILL else r for r in requests]
        return tuple(found) if self._arbiter is None else whole(text, found, context, self._arbiter)

    def served(self, requests: Sequence[Request], context: Context) -> tuple[Request, ...]:
        """Those of some requests that a pack answers."""
        return tuple(request for request in requests if self.route(request, context).pack)

    # The speaker's own ------------------------------------------------------------------------

    def _read(self, request: Request, context: Context, without: Collection[str]) -> Own:
        """Where a request goes without packs."""
        read = request
        if self._claimed(request) and len(request.otherwise) == 1:
            read = replace(request.otherwise[0], refused=request.refused)
            read = silencing(replace(read, slots=(*read.slots, *choice(request))), context)
        return self._own.read(read, context, without)

    def _decided(self, request: Request) -> str | None:
        """The skill that somebody chose, where the speaker asked."""
        chosen = request.slot("skill")
        if chosen is None:
            return None
        return next((k.id for k in self.known if chosen in (k.id, k.name)), None)

    def _claimed(self, request: Request) -> bool:
        """Whether a sentence of a pack matched it whole."""
        return (
            self._arbiter is not None
            and request.intent not in INTENTS
            and self._arbiter.claims(request.intent)
        )

    # Among packs ------------------------------------------------------------------------------

    def _among(
        self,
        arbiter: Arbiter,
        request: Request,
        own: Own,
        context: Context,
        without: Collection[str],
    ) -> Route:
        """The route where packs might be meant."""
        decided = self._decided(request)
        call = arbiter.called(request.text, context)
        if decided in self._packs:
            call = Call(decided, request.text)
        out = {*without, *request.refused}
        rivals = arbiter.rivals(request, own.best, context, call=call, without=out)
        if not rivals:
            return self._own.alone(own, decided)
        settled = arbiter.experience(context)
        asked, names = arbiter.asked(request.text), [rival.skill for rival in rivals]
        chosen = decided or (call.skill if call is not None else None)
        chosen = chosen or settled.chosen(asked, names, context)
        turned_down = settled.refused(asked, names, context) - {chosen}
        welcome = [rival for rival in rivals if rival.skill not in turned_down]
        for left in (welcome, rivals) if welcome else (rivals,):
            weighed = self._weighed(arbiter, left, request, own, context, chosen=chosen)
            if weighed.skill is not None or weighed.tied or len(left) == len(rivals):
                break
        return replace(weighed, decided=decided is not None and weighed.skill == decided)

    def _weighed(
        self,
        arbiter: Arbiter,
        rivals: Sequence[Rival],
        request: Request,
        own: Own,
        context: Context,
        *,
        chosen: str | None,
    ) -> Route:
        """The route among some rivals."""
        read = own.request
        if read.intent not in INTENTS:
            read = replace(read, intent=OUT_OF_SCOPE, source=Source.MODEL)
        sure = [float(p) for p in arbiter.rank(rivals, read, context)]
        order = sorted(range(len(rivals)), key=lambda i: -sure[i])
        ranked = tuple(_candidate(rivals[i], sure[i]) for i in order)
        mine = next((c for c in ranked if own.gave(c)), None)
        decision = decide(
            ranked,
            mine,
            own.unserved if mine is None else own.score,
            chosen=chosen,
            verbatim={rival.skill for rival in rivals if rival.verbatim},
            enabled={rival.skill for rival in rivals if rival.acquaintance.enabled},
            threshold=self._threshold,
        )
        winner = decision.winner
        if winner is None:
            return to(own.request, None, ranked, tied=decision.tied, off=own.off)
        if winner is mine:
            return to(own.request, winner.skill, ranked)
        rival = next(rival for rival in rivals if rival.skill == winner.skill)
        winner = replace(winner, slots=arbiter.slots(rival, request, context))
        ranked = tuple(winner if c.skill == winner.skill else c for c in ranked)
        won = replace(
            request,
            domain=CUSTOM if winner.pack else INTENTS[winner.intent].domain,
            intent=winner.intent,
            slots=winner.slots,
            confidence=winner.score,
            scope="",
            excepted=(),
            meant=(),
            rivals=(),
        )
        return to(won, winner.skill, ranked)

    def _outside(self, request: Request) -> bool:
        """Whether the owner's own sentence asks for what only somebody on the bus answers."""
        return request.intent not in INTENTS and not self._claimed(request)


def _candidate(rival: Rival, score: float) -> Candidate:
    return Candidate(
        skill=rival.skill,
        score=round(score, 4),
        intent=rival.intent,
        slots=rival.slots,
        pack=not rival.builtin,
    )
