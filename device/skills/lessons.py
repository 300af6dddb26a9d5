"""What was taught: told, explained, changed and forgotten; and who speaks.

Who speaks sees and changes his own lessons and the home's, never another person's.
"""

from collections.abc import Sequence
from dataclasses import replace

from device.concepts import Concept, Kind, Setting
from device.context import Context, Home
from device.effects import ForgetConcepts, LearnConcept, Plan, SetPerson
from device.events import Outcome, Request, Value
from device.skills.meanings import capability_word, deeds, worded
from device.skills.phrases import capital, counted, listed

TOLD = 5
"""How many lessons are told by name; more are counted."""

STEP = 20
"""Percent by which "brighter" and "dimmer" change a brightness."""

SORRY = "Sorry. Please tell me what you want instead."
NOT_TAUGHT = "You have not taught me anything."
RECORDS = "To delete the records of what you said, say: delete what I said."

_SLOT_OF = {
    "brightness": "brightness",
    "color": "color",
    "color_temperature": "color_temperature",
    "target_temperature": "target_temperature",
    "power": "power",
}
"""Slot of a new value -> the capability that it sets where none is named."""

_LEVELS = ("brightness", "position", "volume", "fan_speed")
"""Capabilities of which a bare number from 0 to 100 may be a new value."""


class Lessons:
    """Answers what is asked about lessons, changes and forgets them."""

    name = "lessons"
    intents = frozenset(
        {"WhatTaught", "WhatLiked", "DescribeConcept", "ChangeConcept", "ForgetConcept"}
        | {"ForgetLastConcept", "ForgetAllConcepts", "NotMeant", "SetPerson", "WhoAmI"}
    )
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """What to say, and what to change."""
        match request.intent:
            case "WhatTaught":
                return Plan(reply=_taught(context), shows_concepts=True)
            case "WhatLiked":
                return Plan(reply=_liked(context), shows_concepts=True)
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
    said = worded(concept.meaning, home) or "nothing yet"
    if concept.kind is Kind.PREFERENCE:
        return f"You said {quoted(concept)}: {said}."
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
        said = [worded(c.meaning, context.home) or c.name for c in liked[-TOLD:]]
        more = len(liked) - len(said)
        said += [counted(more, "other preference")] if more else []
        told.append(f"You like {listed(said)}.")
    else:
        told.append("You have not told me what you like.")
    if own:
        told.append(f"You taught me {listed([quoted(c) for c in own[-TOLD:]])}.")
    return " ".join(told)


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
    if concept.meaning.likes:
        return Plan(reply="Tell me what you like now, and I will remember that instead.")
    found = _renamed(concept, request, context) or _new_settings(concept, request)
    if isinstance(found, str):
        return Plan(reply=found, shows_concepts=True)
    said = explained(found, context.home)
    changed = replace(found, at=context.now)
    return Plan(reply=said, effects=(LearnConcept(concept=changed),))


def _renamed(concept: Concept, request: Request, context: Context) -> Concept | str | None:
    """A name for something else than before; None where the request is about values."""
    device, area = request.slot("name"), request.slot("area")
    valued = any(request.slot(slot) is not None for slot in (*_SLOT_OF, "brightness_step"))
    if valued or (device is None and area is None):
        return None
    if concept.meaning.settings:
        return f"{capital(quoted(concept))} sets values. Say what to change, such as a brightness."
    if area is not None:
        return replace(concept, meaning=replace(concept.meaning, devices=(), area=str(area)))
    home = context.home
    labels = tuple(home.label(d) for d in home.devices if d.name == device)
    return replace(concept, meaning=replace(concept.meaning, devices=labels, area=None))


def _new_settings(concept: Concept, request: Request) -> Concept | str:
    """The concept with another value of one capability; all others stay as they are."""
    settings = concept.meaning.settings
    device = request.slot("name")
    if not settings and (concept.meaning.devices or concept.meaning.area):
        return f"{capital(concept.name)} is a name and sets nothing."
    step = request.slot("brightness_step")
    if step is not None:
        return _stepped(concept, up=step == "up")
    capability, value = _new_value(request, settings)
    if capability is None or value is None:
        levels = [capability_word(s.capability) for s in settings if s.capability in _LEVELS]
        return f"Do you mean its {listed(list(dict.fromkeys(levels)), word='or')}? Name it with it."
    mine = [s for s in settings if s.capability == capability and _of(s, device)]
    gone = _instead(capability, [s for s in settings if _of(s, device)])
    devices = mine[0].devices if mine else _devices(settings, device)
    made = [replace(s, value=value) for s in mine] or [
        Setting(capability=capability, value=value, devices=devices)
    ]
    places = {id(old): new for old, new in zip(mine, made, strict=False)}
    kept = tuple(places.get(id(s), s) for s in settings if s not in gone)
    new = kept if mine else (*kept, *made)
    return replace(concept, meaning=replace(concept.meaning, settings=new))


def _new_value(request: Request, settings: Sequence[Setting]) -> tuple[str | None, Value | None]:
    """What is to be set to what; no capability where a number may be about several."""
    slot = next((slot for slot in _SLOT_OF if request.slot(slot) is not None), None)
    if slot is None:
        return None, None
    value, named = request.slot(slot), request.slot("attribute")
    if named is not None:
        return str(named), value
    if slot != "brightness":
        return _SLOT_OF[slot], value
    levels = {s.capability for s in settings if s.capability in _LEVELS}
    warm = {s.capability for s in settings if s.capability == "target_temperature"}
    if not levels and warm:
        return "target_temperature", value
    if len(levels) > 1:
        return None, value
    return (levels.pop() if levels else "brightness"), value


def _instead(capability: str, settings: Sequence[Setting]) -> list[Setting]:
    """What a new value takes the place of: a light is blue or warm white, not both."""
    rivals = {"color": "color_temperature", "color_temperature": "color"}
    gone = [s for s in settings if s.capability == rivals.get(capability)]
    lit = capability in ("brightness", "color", "color_temperature")
    return gone + [s for s in settings if lit and (s.capability, s.value) == ("power", "off")]


def _stepped(concept: Concept, *, up: bool) -> Concept | str:
    settings = concept.meaning.settings
    levels = [s.value for s in settings if s.capability == "brightness"]
    if not levels:
        return f"{capital(quoted(concept))} sets no brightness."
    end, change = (100, STEP) if up else (1, -STEP)
    if all(value == end for value in levels):
        return f"{capital(quoted(concept))} is at {end} % already."

    def moved(value: Value) -> Value:
        return min(max(value + change, 1), 100) if isinstance(value, int | float) else value

    new = tuple(
        replace(s, value=moved(s.value)) if s.capability == "brightness" else s for s in settings
    )
    return replace(concept, meaning=replace(concept.meaning, settings=new))


def _of(setting: Setting, device: Value | None) -> bool:
    """Whether a setting is about the device that was named, if one was."""
    return device is None or any(label.split("/")[-1] == device for label in setting.devices)


def _devices(settings: Sequence[Setting], device: Value | None) -> tuple[str, ...]:
    """Which devices take a value that is new to the concept: those that it sets already."""
    if device is not None:
        named = [label for s in settings for label in s.devices if label.split("/")[-1] == device]
        return (named[0] if named else str(device),)
    if any(not s.devices for s in settings):
        return ()
    return tuple(dict.fromkeys(label for s in settings for label in s.devices))
