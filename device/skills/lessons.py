"""What was taught: told, explained, changed and forgotten; and who speaks.

Who speaks sees and changes his own lessons and the home's, never another person's.
"""

from collections.abc import Sequence

from device.concepts import Concept, Kind
from device.context import Context, Home
from device.effects import ForgetConcepts, LearnConcept, Plan, SetPerson
from device.events import Outcome, Request
from device.skills.changing import changed
from device.skills.meanings import deeds, worded
from device.skills.phrases import capital, counted, listed

TOLD = 5
"""How many lessons are told by name; more are counted."""

TELL_ME = "Tell me what you like, for example: I like jazz."
"""Where nobody can hold a round of questions."""
EXPLAIN = (
    "Use a word of your own in a request, and I will ask what it means. "
    "Or tell me, for example: when I say siesta, close the blinds."
)
SORRY = "Sorry. Please tell me what you want instead."
NOT_TOLD = "You have not told me which {} you like."
NOT_TAUGHT = "You have not taught me anything."
RECORDS = "To delete the records of what you said, say: delete what I said."


class Lessons:
    """Answers what is asked about lessons, changes and forgets them."""

    name = "lessons"
    intents = frozenset(
        {"WhatTaught", "WhatLiked", "LearnPreferences", "DescribeConcept", "ChangeConcept"}
        | {"ForgetConcept", "ForgetLastConcept", "ForgetAllConcepts", "NotMeant"}
        | {"SetPerson", "WhoAmI", "TeachConcept"}
    )
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """What to say, and what to change."""
        match request.intent:
            case "WhatTaught":
                return Plan(reply=_taught(context), shows_concepts=True)
            case "WhatLiked":
                about = request.slot("about")
                said = _liked(context) if about is None else _liked_of(str(about), context)
                return Plan(reply=said, shows_concepts=True)
            case "LearnPreferences":
                return Plan(reply=TELL_ME)
            case "TeachConcept":
                return Plan(reply=EXPLAIN)
            case "SetPerson":
                return _spoken_by(request)
            case "NotMeant":
                return Plan(reply=SORRY)
            case "WhoAmI":
                return Plan(reply=_who(context))
            case "ForgetLastConcept":
                newest = max(_seen(context), key=lambda concept: concept.at, default=None)
                if newest is None:
                    return Plan(reply=NOT_TAUGHT, shows_concepts=True)
                return _forget(newest)
            case "ForgetAllConcepts":
                return _forget_all(context)
        if request.intent == "ForgetConcept" and request.slot("about") is not None:
            return _forget_liking(str(request.slot("about")), context)
        concept = _called(request, context)
        if concept is None:
            return Plan(reply="I don't know that word.", shows_concepts=True)
        match request.intent:
            case "DescribeConcept":
                return Plan(reply=explained(concept, context.home), shows_concepts=True)
            case "ForgetConcept":
                return _forget(concept)
        return _change(concept, request, context)

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What was planned to be said."""
        return plan.reply


def quoted(concept: Concept) -> str:
    """A concept in the middle of a sentence; what is a sentence itself stands in quotes."""
    return concept.name if concept.kind is Kind.ENTITY else f"\u201c{concept.name}\u201d"


def explained(concept: Concept, home: Home) -> str:
    """What a concept is, as a sentence.

    Example: "Reading time is brightness 40 % and colour blue."; "When you say “it's gloomy”, I
    turn on the desk lamp."; "The nook is the desk lamp and the wall light."
    """
    if concept.kind is Kind.DECLARATIVE:
        done = deeds(concept.meaning, home) or "do nothing yet"
        return f"When you say {quoted(concept)}, I {done}."
    if concept.kind is Kind.PREFERENCE:
        return f"You like {_liking(concept, home)}."
    said = worded(concept.meaning, home) or "nothing yet"
    return f"{capital(concept.name)} is {said}."


def _seen(context: Context) -> tuple[Concept, ...]:
    """What who speaks may see and change: also the home's where his own goes before it."""
    return tuple(c for c in context.taught if c.person in (None, context.person))


def _called(request: Request, context: Context) -> Concept | None:
    """The concept that a request names: the speaker's own before the home's."""
    name = str(request.slot("concept") or "").casefold()
    return next((c for c in context.concepts if c.name.casefold() == name), None)


def _taught(context: Context) -> str:
    taught = [c for c in context.concepts if c.kind is not Kind.PREFERENCE]
    liked = [c for c in context.concepts if c.kind is Kind.PREFERENCE]
    if not taught and not liked:
        return f"{NOT_TAUGHT} Use a word of your own in a request, and I will ask what it means."
    told = []
    if taught:
        names = [quoted(c) for c in taught[-TOLD:]]
        more = len(taught) - len(names)
        names += [counted(more, "other thing")] if more else []
        told.append(f"You taught me {listed(names)}.")
    if liked:
        told.append(f"I know {counted(len(liked), 'preference')} of yours.")
    return " ".join(told)


def _liked(context: Context) -> str:
    liked = [c for c in context.concepts if c.kind is Kind.PREFERENCE]
    own = [] if context.person is None else [c for c in context.concepts if c.person is not None]
    own = [c for c in own if c.kind is not Kind.PREFERENCE]
    told = [] if context.person is None else [f"You are {context.person}."]
    if liked:
        said = [_liking(c, context.home) for c in liked[-TOLD:]]
        more = len(liked) - len(said)
        said += [counted(more, "other preference")] if more else []
        told.append(f"You like {listed(said)}.")
    else:
        told.append("You have not told me what you like.")
    if own:
        told.append(f"You taught me {listed([quoted(c) for c in own[-TOLD:]])}.")
    return " ".join(told)


def _about(about: str, context: Context) -> tuple[Concept, ...]:
    """The preferences of one topic: "color", "team"; a value is kept under its topic."""
    return tuple(
        c
        for c in context.concepts
        if c.kind is Kind.PREFERENCE
        and (about in dict(c.meaning.likes) or (c.meaning.settings and c.name.split()[0] == about))
    )


def _liked_of(about: str, context: Context) -> str:
    liked = [_liking(c, context.home) for c in _about(about, context)]
    return f"You like {listed(liked)}." if liked else NOT_TOLD.format(_called_so(about))


def _called_so(about: str) -> str:
    return "brightness" if about == "light" else about


def _forget_liking(about: str, context: Context) -> Plan:
    gone = _about(about, context)
    if not gone:
        return Plan(reply=NOT_TOLD.format(_called_so(about)), shows_concepts=True)
    said = f"I have forgotten which {_called_so(about)} you like."
    return Plan(reply=said, effects=(ForgetConcepts(concepts=gone),))


def _liking(concept: Concept, home: Home) -> str:
    """What somebody likes: "jazz", "temperature 22 degrees in the morning"."""
    liked = listed([liked for _, liked in concept.meaning.likes])
    return liked or worded(concept.meaning, home) or concept.name


def _spoken_by(request: Request) -> Plan:
    name = str(request.slot("person") or "") or None
    if name is None:
        return Plan(reply="OK. I take you for anybody of this home.", effects=(SetPerson(),))
    return Plan(reply=f"Hello {name}.", effects=(SetPerson(person=name),))


def _who(context: Context) -> str:
    if context.person is None:
        return "I don't know who you are. Tell me, for example: this is Anna."
    return f"You are {context.person}."


def _forget(concept: Concept) -> Plan:
    said = f"I have forgotten {quoted(concept)}."
    return Plan(reply=said, effects=(ForgetConcepts(concepts=(concept,)),))


def _forget_all(context: Context) -> Plan:
    gone = _seen(context)
    if not gone:
        return Plan(reply=f"{NOT_TAUGHT} {RECORDS}", shows_concepts=True)
    said = f"I have forgotten everything you taught me. {RECORDS}"
    return Plan(reply=said, effects=(ForgetConcepts(concepts=gone, everything=True),))


def _change(concept: Concept, request: Request, context: Context) -> Plan:
    """The concept with a new value, or why it cannot have it."""
    found = changed(concept, request, context)
    if isinstance(found, str):
        return Plan(reply=found, shows_concepts=True)
    return Plan(reply=explained(found, context.home), effects=(LearnConcept(concept=found),))
