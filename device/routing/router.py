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
from dataclasses import dataclass, replace

from device.context import Context
from device.events import Candidate, Request, Route, Slot
from device.nlu.intents import INTENTS, VERBATIM
from device.nlu.templates import CUSTOM
from device.ports import PackCode
from device.routing.arbiter import Arbiter
from device.routing.calls import Call
from device.routing.decision import THRESHOLD, decide
from device.routing.fit import fitting, silencing
from device.routing.rivals import Rival
from device.routing.secondthoughts import OTHER_SKILL, again, whole
from device.settled import Known
from device.skills.pack import Extends, Pack, Standing
from device.skills.packskill import PackSkill
from device.skills.skill import Skill

MARGIN = 0.03
"""Two of the speaker's own skills whose scores are closer than this are a tie."""

OWN = (
    frozenset({"HassNevermind", "StopRinging", "Undo", "Correct", "Continue", "DeleteRecords"})
    | frozenset({"MuteMicrophone", "UnmuteMicrophone"})
    | VERBATIM
)
"""What no pack may take, whatever its sentences: stopping, taking back, being heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """Where a request goes without packs."""

    request: Request
    ranked: tuple[Candidate, ...] = ()
    off: str = ""

    @property
    def best(self) -> Candidate | None:
        return self.ranked[0] if self.ranked else None

    @property
    def score(self) -> float:
        return self.ranked[0].score if self.ranked else 0.0

    def gave(self, candidate: Candidate) -> bool:
        """Whether a candidate is this one's best, and no pack's reading for the same skill."""
        best = self.best
        return best is not None and (best.skill, best.intent, best.slots) == (
            candidate.skill, candidate.intent, candidate.slots,
        )  # fmt: skip


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
        self._skills = {skill.name: skill for skill in skills}
        if len(self._skills) != len(skills):
            raise ValueError(f"skills with the same name: {[skill.name for skill in skills]}")
        self._arbiter = arbiter
        self._code = code
        self._packs: dict[str, PackSkill] = {}
        self._names = {name: name.replace("_", " ") for name in self._skills}
        self._off: frozenset[str] = frozenset()
        self._known: tuple[Known, ...] = ()
        self._recognize()
        self._threshold = threshold
        self._margin = margin

    @property
    def known(self) -> tuple[Known, ...]:
        """The skills that can be asked, the speaker's own first; the same until packs change."""
        return self._known

    def skill(self, name: str) -> Skill:
        """The skill with this name."""
        return self._skills.get(name) or self._packs[name]

    def name(self, skill: str) -> str:
        """What people call a skill."""
        pack = self._packs.get(skill)
        return self._names.get(skill, skill) if pack is None else pack.pack.name

    def take(self, packs: Sequence[tuple[Pack, Standing]]) -> None:
        """Exchange the packs.

        Args:
            packs: All that there are, those of the speaker's own among them: a skill of its
                own is switched off while all packs are that extend it.
        """
        on, off = set[str](), set[str]()
        for pack, standing in packs:
            if pack.builtin and isinstance(pack.answers, Extends):
                (off if standing is Standing.DISABLED else on).add(pack.answers.skill)
                self._names[pack.answers.skill] = pack.name
        self._off = frozenset(off - on)
        self._packs = {
            pack.id: PackSkill(pack, code=self._code)
            for pack, standing in packs
            if standing is not Standing.DISABLED and not isinstance(pack.answers, Extends)
        }
        if self._arbiter is not None:
            self._arbiter.take(packs)
        self._recognize()

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
        own = self._own(asked, context, without)
        ours = own.request.intent in OWN and own.score >= self._threshold
        if self._arbiter is None or ours or asked is not request or self._outside(asked):
            route = self._alone(own)
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

    def _recognize(self) -> None:
        """Know the skills that can be asked now."""
        own = tuple(
            Known(id=name, name=self._names[name], builtin=True)
            for name in self._skills
            if name not in self._off
        )
        self._known = own if self._arbiter is None else (*own, *self._arbiter.known)

    # The speaker's own ------------------------------------------------------------------------

    def _own(self, request: Request, context: Context, without: Collection[str]) -> _Own:
        """Where a request goes without packs."""
        read = request
        if self._claimed(request) and len(request.otherwise) == 1:
            read = replace(request.otherwise[0], refused=request.refused)
            read = silencing(replace(read, slots=(*read.slots, *_choice(request))), context)
        skills = [skill for name, skill in self._skills.items() if name not in without]
        bare = tuple(slot for slot in read.slots if slot.name != "skill")
        ranked = fitting(skills, replace(read, slots=bare), context)
        if ranked and ranked[0].skill in request.refused:
            return _Own(request=read)
        off = ranked[0].skill if ranked and ranked[0].skill in self._off else ""
        return _Own(request=read, ranked=() if off else ranked, off=off)

    def _alone(self, own: _Own) -> Route:
        """The route where no pack might be meant."""
        ranked, decided = own.ranked, self._decided(own.request)
        skill = next((c.skill for c in ranked if c.skill == decided), None)
        if skill is not None:
            return _to(own.request, skill, ranked, decided=True)
        tied = self._tied(ranked)
        if not ranked or ranked[0].score < self._threshold or tied:
            return Route(request=own.request, skill=None, candidates=ranked, tied=tied, off=own.off)
        return _to(own.request, ranked[0].skill, ranked)

    def _tied(self, ranked: Sequence[Candidate]) -> tuple[str, ...]:
        """The skills that are as good as the best, if any is good enough and there are any."""
        if not ranked or ranked[0].score < self._threshold:
            return ()
        best = ranked[0].score
        tied = tuple(c.skill for c in ranked if best - c.score < self._margin)
        return tied if len(tied) > 1 else ()

    def _decided(self, request: Request) -> str | None:
        """The skill that somebody chose, where the speaker asked."""
        chosen = request.slot("skill")
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
        own: _Own,
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
            return self._alone(own)
        settled = arbiter.experience(context)
        asked, names = arbiter.asked(request.text), [rival.skill for rival in rivals]
        chosen = decided or (call.skill if call is not None else None)
        chosen = chosen or settled.chosen(asked, names, context)
        turned_down = settled.refused(asked, names, context) - {chosen}
        for left in ([r for r in rivals if r.skill not in turned_down], rivals):
            weighed = self._weighed(arbiter, left, request, own, context, chosen=chosen)
            if weighed.skill is not None or weighed.tied or len(left) == len(rivals):
                break
        return replace(weighed, decided=decided is not None and weighed.skill == decided)

    def _weighed(
        self,
        arbiter: Arbiter,
        rivals: Sequence[Rival],
        request: Request,
        own: _Own,
        context: Context,
        *,
        chosen: str | None,
    ) -> Route:
        """The route among some rivals."""
        sure = [float(p) for p in arbiter.rank(rivals, request, context)]
        order = sorted(range(len(rivals)), key=lambda i: -sure[i])
        ranked = tuple(_candidate(rivals[i], sure[i]) for i in order)
        mine = next((c for c in ranked if own.gave(c)), None)
        verbatim = {rival.skill for rival in rivals if rival.verbatim}
        decision = decide(
            ranked, mine, own.score, chosen=chosen, verbatim=verbatim, threshold=self._threshold
        )
        winner = decision.winner
        if winner is None:
            return _to(own.request, None, ranked, tied=decision.tied, off=own.off)
        if winner is mine:
            return _to(own.request, winner.skill, ranked)
        won = replace(
            request,
            domain=CUSTOM if winner.pack else INTENTS[winner.intent].domain,
            intent=winner.intent,
            slots=winner.slots,
            confidence=winner.score,
        )
        return _to(won, winner.skill, ranked)

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


def _choice(request: Request) -> tuple[Slot, ...]:
    return tuple(slot for slot in request.slots if slot.name == "skill")


def _to(
    request: Request,
    skill: str | None,
    ranked: tuple[Candidate, ...],
    *,
    tied: tuple[str, ...] = (),
    decided: bool = False,
    off: str = "",
) -> Route:
    """A route whose request holds what its skill is asked, and not who was chosen to answer."""
    bare = tuple(slot for slot in request.slots if slot.name != "skill")
    asked = replace(request, slots=bare, otherwise=())
    return Route(request=asked, skill=skill, candidates=ranked, tied=tied, decided=decided, off=off)
