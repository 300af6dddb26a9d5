"""What a whole turn is going to do: every request routed, planned and checked, in order.

Each request is planned in the context that the ones before it leave: the second item goes on
the list that already holds the first. One question holds up the whole turn; nothing is done
before it is answered.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from device.concepts import learned
from device.context import Context, Reading, State
from device.effects import (
    ANYBODY,
    Agreeable,
    ForgetConcepts,
    ForgetPronunciation,
    ForgetRefusals,
    ForgetTurns,
    LearnConcept,
    LearnPronunciation,
    Notebook,
    Outside,
    Plan,
    Question,
    SetPerson,
    SetVolume,
    TurnMicrophone,
    WriteNotebook,
)
from device.events import Ask, DeviceCommand, Request, Route, Source
from device.nlu.intents import OUT_OF_SCOPE
from device.routing.router import Router
from device.settled import Settled
from device.skills.phrases import capital, listed
from device.skills.safety import ask_first, in_limits
from device.skills.skill import Skill
from device.skills.undo import taken_back

CANNOT = "I can't do that yet."
NO_OTHER = "No other skill can do that."
MOST_DECLINED = 3
"""Skills that are asked for one request before it is given up."""
UNSURE = "I'm not sure what you mean. Can you say that again?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request on the agenda."""

    route: Route
    plan: Plan
    skill: Skill | None = None
    """Whose plan it is; it reports on it, whatever becomes of the pack meanwhile."""
    asked: Request | None = None
    """The request before it was routed, as another skill would be asked; None: nobody else is."""
    excuse: str = ""
    """What the first skill that declined it said."""
    remark: str = ""
    """What is said besides: what the voice may not do, or what will be asked later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a turn is going to do, or what it must ask first."""

    steps: tuple[Step, ...] = ()
    """In the order asked; only the one in question when there is a question."""
    question: Question | None = None
    """Set when nothing may be done before it is answered."""
    proposed: tuple[Agreeable, ...] = ()
    """What a yes to the question agrees to."""
    waiting: tuple[Request, ...] = ()
    """All requests of the turn that wait for the answer, the one in question among them."""
    notebook: Notebook | None = None
    """The notebook afterwards, where the turn changes it."""
    volume: int | None = None
    """The speaker's volume afterwards, where the turn changes it."""
    microphone: bool | None = None
    """Whether the microphone is on afterwards, where the turn switches it."""
    learned: tuple[LearnConcept, ...] = ()
    """What a lesson ends with: kept before anything is done with it."""

    @property
    def commands(self) -> tuple[DeviceCommand, ...]:
        """Everything to be sent, in order."""
        return tuple(command for step in self.steps for command in step.plan.commands)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Where each request goes."""
        return tuple(step.route for step in self.steps)

    @property
    def forgets(self) -> tuple[ForgetTurns, ...]:
        """Which records are to be deleted."""
        return tuple(
            effect
            for step in self.steps
            for effect in step.plan.effects
            if isinstance(effect, ForgetTurns)
        )

    @property
    def pronunciations(self) -> tuple[LearnPronunciation | ForgetPronunciation, ...]:
        """How names are to be heard from now on."""
        return tuple(
            effect
            for step in self.steps
            for effect in step.plan.effects
            if isinstance(effect, LearnPronunciation | ForgetPronunciation)
        )

    @property
    def taught(self) -> tuple[LearnConcept | ForgetConcepts, ...]:
        """What is learned and forgotten of what words mean, in order."""
        effects = (effect for step in self.steps for effect in step.plan.effects)
        changes = (e for e in effects if isinstance(e, LearnConcept | ForgetConcepts))
        return (*self.learned, *changes)

    @property
    def introduced(self) -> tuple[SetPerson, ...]:
        """Who said that they speak from now on, in order."""
        effects = (effect for step in self.steps for effect in step.plan.effects)
        return tuple(effect for effect in effects if isinstance(effect, SetPerson))

    @property
    def unsettled(self) -> tuple[Settled, ...]:
        """What was settled about skills and is to be forgotten."""
        return tuple(
            one
            for step in self.steps
            for effect in step.plan.effects
            if isinstance(effect, ForgetRefusals)
            for one in effect.settled
        )

    @property
    def outside(self) -> bool:
        """Whether somebody on the bus may have something to say to it."""
        return any(step.plan.outside is not None for step in self.steps)

    def replaced(self, place: int, other: "Agenda") -> "Agenda":
        """This agenda with another's only step in place of one of its own."""
        return replace(
            self,
            steps=(*self.steps[:place], *other.steps, *self.steps[place + 1 :]),
            question=other.question or self.question,
            proposed=other.proposed or self.proposed,
            waiting=other.waiting or self.waiting,
            notebook=other.notebook or self.notebook,
            volume=self.volume if other.volume is None else other.volume,
            microphone=self.microphone if other.microphone is None else other.microphone,
        )

    @property
    def shows_lists(self) -> bool:
        """Whether the turn's record carries all lists."""
        return any(step.plan.shows_lists for step in self.steps)

    @property
    def shows_timers(self) -> bool:
        """Whether the turn's record carries all timers."""
        return any(step.plan.shows_timers for step in self.steps)

    @property
    def shows_concepts(self) -> bool:
        """Whether the turn's record carries all that was taught."""
        return bool(self.taught) or any(step.plan.shows_concepts for step in self.steps)


def lay_out(
    requests: Sequence[Request],
    context: Context,
    router: Router,
    *,
    agreed: Collection[Agreeable] = (),
    claimed: Callable[[Request], Outside | None] = lambda _: None,
    declined: tuple[str, ...] = (),
    excuse: str = "",
) -> Agenda:
    """Route, plan and check every request of a turn.

    Args:
        requests: In the order asked.
        context: The home before the turn.
        router: Holds the skills.
        agreed: What the person has said yes to.
        claimed: Who on the bus a request is for, whoever else could answer it; None: nobody.
        declined: Skills that have said already that they do not know these requests.
        excuse: What the first of them said.

    Returns:
        The whole agenda, or one with the first question that must be answered.
    """
    steps: list[Step] = []
    now = context
    for request in requests:
        outside = claimed(request)
        if outside is not None:
            route = Route(request=request, skill=outside.skill or None)
            steps.append(Step(route=route, plan=_outside(request, outside)))
            continue
        step = _decided(request, now, router, declined, excuse)
        wanted, refusal = in_limits(step.plan, now)
        plan = ask_first(step.route.request, wanted, now, agreed=agreed)
        if plan.question is not None:
            forgets = (e for e in wanted.effects if isinstance(e, ForgetTurns | ForgetConcepts))
            proposed: tuple[Agreeable, ...] = (*wanted.commands, *forgets)
            waits = _waiting(step)
            question = replace(plan.question, request=waits)
            return Agenda(
                steps=(replace(step, plan=replace(plan, question=question)),),
                question=question,
                proposed=proposed,
                waiting=tuple(waits if one is request else one for one in requests),
            )
        remark = refusal or _asks_later(step.route.request, plan, now, router)
        steps.append(replace(step, plan=plan, remark=remark))
        now = _after(plan, now)
    return Agenda(
        steps=tuple(steps),
        notebook=now.notebook if now.notebook is not context.notebook else None,
        volume=now.volume if now.volume != context.volume else None,
        microphone=now.microphone.on
        if now.microphone is not None and now.microphone != context.microphone
        else None,
    )


def _waiting(step: Step) -> Request:
    """What waits for the answer to a question: the request as it was before it was routed.

    A pack reads it again then. What a pack's sentence made a request of the speaker's own stays
    one, so that the answer can fill its slots.
    """
    route, asked = step.route, step.asked or step.route.request
    read = route.skill is not None and not route.pack and route.request.intent != asked.intent
    return route.request if read else asked


def _asks_later(request: Request, plan: Plan, context: Context, router: Router) -> str:
    """What to say of a request for later that must be agreed to when it is due."""
    if not (request.later and plan.effects):
        return ""
    question = lay_out(request.later, context, router).question
    asks = question is not None and question.kind is Ask.CONFIRM
    return "I will ask again before I do it." if asks else ""


def asking(question: Question) -> Agenda:
    """The agenda of a turn that only puts a question again."""
    route = Route(request=question.request, skill=None)
    return Agenda(steps=(Step(route=route, plan=Plan(question=question)),), question=question)


def instead(
    agenda: Agenda,
    place: int,
    excuse: str,
    context: Context,
    router: Router,
    *,
    agreed: Collection[Agreeable] = (),
) -> Agenda:
    """What is to be done for a request that was declined from outside.

    Args:
        agenda: What the turn has done and asked so far.
        place: Which of its steps was declined.
        excuse: What was said with it.
        context: The home now.
        router: Holds the skills.
        agreed: What the person has said yes to.

    Returns:
        An agenda of one step, where the next best skill answers or none is left. It asks
        nothing where the turn ends with a question already.
    """
    step = agenda.steps[place]
    excuse = step.excuse or excuse
    if step.asked is None or step.route.skill is None:
        plan = Plan(reply=excuse or CANNOT)
        return Agenda(steps=(replace(step, route=replace(step.route, skill=None), plan=plan),))
    declined = (*step.route.declined, step.route.skill)
    found = lay_out([step.asked], context, router, agreed=agreed, declined=declined, excuse=excuse)
    if found.question is None or agenda.question is None:
        return found
    plan = Plan(reply=f"Please ask again: {step.asked.text}.")
    return Agenda(steps=(replace(found.steps[0], plan=plan),))


def _decided(
    request: Request, context: Context, router: Router, declined: tuple[str, ...], excuse: str
) -> Step:
    """Where a request goes, past the skills that decline it, and what is wanted there."""
    plans = _corrected if request.corrects else _planned
    while len(declined) < MOST_DECLINED:
        route = replace(router.route(request, context, without=declined), declined=declined)
        plan = plans(route, context, router)
        if route.skill is None:
            if declined and (plan.question is None or plan.question.kind is Ask.REPEAT):
                break
            return Step(route=route, plan=plan, asked=request, excuse=excuse)
        if not plan.declined:
            skill = router.skill(route.skill)
            return Step(route=route, plan=plan, skill=skill, asked=request, excuse=excuse)
        declined, excuse = (*declined, route.skill), excuse or plan.reply
    route = Route(request=request, skill=None, declined=declined)
    return Step(route=route, plan=Plan(reply=excuse or CANNOT), asked=request)


def _planned(route: Route, context: Context, router: Router) -> Plan:
    """What the winner wants done, or why there is none."""
    request = route.request
    if route.skill is not None:
        return router.skill(route.skill).plan(request, context)
    if route.tied:
        names = tuple(router.name(skill) for skill in route.tied)
        text = f"{capital(listed(names, word='or'))}?"
        question = Question(
            kind=Ask.CHOOSE, text=text, request=request, slot="skill", choices=names
        )
        return Plan(question=question)
    if request.refused:
        return Plan(reply=NO_OTHER)
    if route.off:
        return Plan(reply=f"The {router.name(route.off)} skill is switched off.")
    if request.intent == OUT_OF_SCOPE:
        return Plan(reply=CANNOT)
    if not route.candidates:
        if request.source is Source.SENTENCE:
            return _outside(request, ANYBODY)
        return Plan(reply=CANNOT)
    return Plan(question=Question(kind=Ask.REPEAT, text=UNSURE, request=request))


def _outside(request: Request, outside: Outside) -> Plan:
    """What only somebody on the bus can answer."""
    silent = f"I understood {request.intent}, but no skill answers it."
    if outside.name:
        silent = f"{outside.name} does not answer."
    return Plan(reply=silent, outside=outside)


def _corrected(route: Route, context: Context, router: Router) -> Plan:
    """The plan with the turn that it corrects taken back, where something new is to be done."""
    back = taken_back(route.request.corrects, context)
    new = _planned(route, _after(back, context), router)
    if not (new.commands or new.effects or route.request.refused) or new.question is not None:
        return new
    kept = tuple(c for c in back.commands if not any(_settles(n, c) for n in new.commands))
    return replace(new, commands=(*kept, *new.commands), effects=(*back.effects, *new.effects))


def _settles(new: DeviceCommand, old: DeviceCommand) -> bool:
    """Whether a command makes another needless: the same value, or on and off."""
    switched = "power" in (new.capability, old.capability)
    return new.device == old.device and (new.capability == old.capability or switched)


def _after(plan: Plan, context: Context) -> Context:
    """The context that a plan leaves for the next request, if all devices obey."""
    if plan.commands:
        context = replace(context, state=_obeyed(plan.commands, context))
    for effect in plan.effects:
        match effect:
            case WriteNotebook(notebook=notebook):
                context = replace(context, notebook=notebook)
            case SetVolume(volume=volume):
                context = replace(context, volume=volume)
            case LearnConcept(concept=concept):
                context = replace(context, taught=learned(context.taught, concept))
            case ForgetConcepts(concepts=gone):
                left = tuple(c for c in context.taught if c not in gone)
                context = replace(context, taught=left)
            case SetPerson(person=person):
                context = replace(context, person=person)
            case TurnMicrophone(on=on) if context.microphone is not None:
                context = replace(context, microphone=replace(context.microphone, on=on))
    return context


def _obeyed(commands: Sequence[DeviceCommand], context: Context) -> State:
    """How the home stands when these commands are done."""
    state = dict(context.state)
    for command in commands:
        if command.value != "stop":
            reading = Reading(value=command.value, at=context.now)
            state[command.device] = {**state.get(command.device, {}), command.capability: reading}
    return MappingProxyType(state)
