"""From tagged words to slots: values as JSON carries them, names as the home spells them.

Slots hold what was said and nothing else; what the room or the rest of the context fills in
is found later, by `device.nlu.targets`.
"""

from collections.abc import Container, Sequence, Set
from dataclasses import replace

from device.context import Context
from device.events import Interpretation, Request, Slot, Span
from device.nlu import vocabulary
from device.nlu.exceptions import exceptions, rejections
from device.nlu.intents import CORRECTED, INTENTS, USES
from device.nlu.leftout import LeftOut, kept
from device.nlu.names import likeness
from device.nlu.places import Place, device_named, room_named, settle
from device.nlu.reading import Reading, merged, owned
from device.nlu.slotvalues import TEXTS, read_values
from device.nlu.tagger import Span as Tagged
from device.nlu.tagger import Tagging
from device.nlu.words import Token, plain

DEVICE_INTENTS = frozenset(n for n, kind in INTENTS.items() if "area" in kind.slots)
"""Intents whose `name` is a device."""

_PLACES = ("name", "area", "floor", "domain", "device_class")

LIST_INTENTS = frozenset(n for n, kind in INTENTS.items() if kind.domain == "todo")
SHOPPING = {
    "HassListAddItem": "HassShoppingListAddItem",
    "HassListCompleteItem": "HassShoppingListCompleteItem",
    "HassListRemoveItem": "HassShoppingListCompleteItem",
}
"""Intents that Home Assistant has twice, for the shopping list and for others."""

APPLIANCE = "appliance"
"""The tagger's domain of deeds that stand for the machine that does them: "brew some coffee"."""

TIMERS = frozenset(n for n, kind in INTENTS.items() if kind.domain == "timer")
SPOKEN_DOMAIN = frozenset(
    {"HassTurnOn", "HassTurnOff", "HassToggle", "HassGetState", "HassLightSet"}
    | {"HassSetPosition", "HassStopMoving"}
    | USES
)
"""Intents whose requests carry the slot `domain` where no device is named."""

_TO_DO = frozenset({"to do", "todo", "task", "tasks", "to do list", "todo list"})
_SHOP = frozenset({"shopping", "grocery", "groceries", "shop"})


def resolve(
    tagging: Tagging,
    text: str,
    tokens: Sequence[Token],
    context: Context,
    known: Container[str] | None = None,
    lists: Sequence[LeftOut] = (),
) -> tuple[Interpretation, tuple[Slot, ...], str]:
    """What a tagged request means in this home.

    Args:
        tagging: Intent and tagged words.
        text: The completed request.
        tokens: `tokenize(text)`.
        context: The home.
        known: Words that the tagger knows. Where it marked no place at all, a word beyond them
            is a name that the home does not have, and nobody else's device is meant.
        lists: What the sentence lists as left out; the tagger did not see it.

    Returns:
        The interpretation before names were looked up, the final slots, and the domain.
    """
    intent = tagging.intent
    spans = merged(tagging.spans, (*TEXTS, "name"))
    if intent == CORRECTED:
        spans = rejections(spans, tokens, context)
    else:
        spans = exceptions(spans, tokens, context, lists)
    spans = owned(spans, tokens)
    if known is not None and intent in DEVICE_INTENTS and intent not in TIMERS:
        seen = {*range(len(tokens))} - {*kept(len(tokens), lists)}
        spans = (*spans, *_overlooked(spans, tokens, known, seen))
    reading = Reading(tokens, text.split(), spans)
    read_values(reading, intent, context)
    raw = tuple(
        Slot(name=s.label, value=reading.typed(s), text=reading.typed(s), confidence=s.confidence)
        for s in reading.spans
        if s.label != "scope"
    )
    domain = INTENTS[intent].domain
    if intent in DEVICE_INTENTS and intent not in TIMERS:
        domain = _place(reading, tagging, context)
    elif intent in LIST_INTENTS:
        intent, domain = _list(reading, intent, context)
    else:
        _plain_names(reading, intent, context)
    allowed = INTENTS[intent].slots
    slots = tuple(slot for name, slot in reading.slots.items() if name in allowed)
    interpretation = Interpretation(
        text=text,
        domain=domain,
        intent=intent,
        slots=raw,
        confidence=tagging.confidence,
        scope="implied" if tagging.domain == APPLIANCE else _scope(reading),
        excepted=_excepted(reading, context),
    )
    return interpretation, slots, domain


def _overlooked(
    spans: Sequence[Tagged], tokens: Sequence[Token], known: Container[str], seen: Set[int]
) -> Sequence[Tagged]:
    """A name among words that nobody knows, where no place was marked.

    Args:
        spans: What was marked.
        tokens: The request.
        known: Words that are no name.
        seen: Tokens that are accounted for besides.
    """
    if any(s.label in _PLACES or s.label in TEXTS for s in spans):
        return ()
    marked = seen | {i for span in spans for i in range(span.start, span.stop)}
    strange = [
        i
        for i, token in enumerate(tokens)
        if i not in marked and token.text.isalpha() and token.text not in known
    ]
    if not strange:
        return ()
    stop = strange[0] + 1
    while stop in strange:
        stop += 1
    return (Tagged(label="name", start=strange[0], stop=stop, confidence=0.5),)


def request(interpretation: Interpretation, slots: tuple[Slot, ...], span: Span) -> Request:
    """An interpretation with its final slots, as a request at its place in the sentence."""
    sure = interpretation.confidence
    if slots:
        sure *= sum(slot.confidence for slot in slots) / len(slots)
    return Request(
        text=interpretation.text,
        span=span,
        domain=interpretation.domain,
        intent=interpretation.intent,
        slots=slots,
        confidence=round(min(1.0, sure), 4),
        source=interpretation.source,
        scope=interpretation.scope,
        excepted=interpretation.excepted,
    )


def _excepted(reading: Reading, context: Context) -> tuple[str, ...]:
    """What is left out, as the home spells it."""
    found = []
    for span in reading.labelled("denied"):
        said = reading.typed(span)
        device = device_named(said, context)
        found.append(room_named(said, context) or (device.name if device else said))
    return tuple(found)


def _scope(reading: Reading) -> str:
    found = [vocabulary.scope_of(reading.texts(s)) for s in reading.labelled("scope")]
    said = [f for f in found if f]
    if set(said) == {"all", "here"}:
        return "here"  # "everything here" is all of this room and nothing else
    return next((f for f in said if f != "here"), next(iter(said), ""))


def _place(reading: Reading, tagging: Tagging, context: Context) -> str:
    """Names, rooms, floors and kinds of a request for devices; returns its domain."""
    place = Place()
    sources: dict[str, Tagged] = {}
    for span in _garage_doors(reading):
        if span.label in ("name", "area", "floor"):
            if span.label not in sources:
                sources[span.label] = span
                setattr(place, span.label, reading.typed(span))
        elif span.label in ("domain", "device_class") and span.label not in sources:
            if _kind(place, reading.texts(span)):
                sources[span.label] = span
            elif "name" not in sources and _kind(Place(), reading.texts(span)[-1:]):
                sources["name"] = span
                place.name = reading.typed(span)
    _said_kind(place, reading, sources)
    settled = settle(place, context, tagging.intent)
    if settled.device is None and settled.name is None:
        _implied(settled, tagging, reading)
    fallback = next(iter(sources.values()), None)
    for name in ("name", "area", "floor", "domain", "device_class"):
        value = getattr(settled, name)
        if name == "domain" and (settled.name or tagging.intent not in SPOKEN_DOMAIN):
            continue
        if name == "device_class" and settled.name:
            continue
        source = sources.get(name) or fallback
        if value is not None and source is not None:
            reading.put(name, value, source)
        elif value is not None:
            reading.slots.setdefault(name, Slot(name=name, value=value, text=""))
    if settled.device is not None:
        _sensed(settled.device.kind, reading)
        return settled.device.kind
    told = None if tagging.domain == APPLIANCE else tagging.domain
    return settled.domain or told or INTENTS[tagging.intent].domain


def _said_kind(place: Place, reading: Reading, sources: dict[str, Tagged]) -> None:
    """Note the kind word, alone and behind its room, in case that it is a device's name."""
    span = sources.get("domain") or sources.get("device_class")
    if span is None or place.name is not None or _scope(reading) not in ("", "here"):
        return
    place.kind = reading.typed(span)
    area = sources.get("area") or sources.get("floor")
    if area is not None and area.stop == span.start:
        place.joined = f"{reading.typed(area)} {place.kind}"


def _garage_doors(reading: Reading) -> list[Tagged]:
    """The spans, where a garage door is a kind of door also in a home with a room "Garage"."""
    found: list[Tagged] = []
    for span in reading.spans:
        area = found[-1] if found else span
        beside = area.label == "area" and area.stop == span.start
        door = beside and vocabulary.singular(reading.texts(span)) == "door"
        if (
            door
            and span.label in ("domain", "device_class")
            and reading.texts(area)[-1] == "garage"
        ):
            found.pop()
            if area.stop - area.start > 1:
                found.append(replace(area, stop=area.stop - 1))
            span = replace(span, start=area.stop - 1)
        found.append(span)
    return found


def _sensed(kind: str, reading: Reading) -> None:
    """A binary sensor is on or off, whatever its states are called (as Home Assistant has it)."""
    state = reading.slots.get("state")
    if kind == "binary_sensor" and state is not None:
        value = vocabulary.CONTACTS.get(str(state.value), state.value)
        reading.slots["state"] = replace(state, value=value)


def _kind(place: Place, words: list[str]) -> bool:
    """Read a word for a kind of device; "back door" is none, but some door's name."""
    one = vocabulary.singular(words)
    if one in vocabulary.SENSOR_CLASSES:
        place.domain, place.device_class = "sensor", vocabulary.SENSOR_CLASSES[one]
    elif one in vocabulary.PRESENCE_CLASSES:
        place.domain, place.device_class = "binary_sensor", vocabulary.PRESENCE_CLASSES[one]
    elif one in vocabulary.COVER_CLASSES:
        place.device_class = vocabulary.COVER_CLASSES[one]
    elif one in vocabulary.DOMAINS:
        place.domain = vocabulary.DOMAINS[one]
    else:
        return False
    return True


def _implied(place: Place, tagging: Tagging, reading: Reading) -> None:
    """What verb and state tell about the domain: doors are locked as locks, opened as covers."""
    state = reading.slots.get("state")
    locked = state is not None and state.value in ("locked", "unlocked")
    if tagging.domain == APPLIANCE:
        return
    if state is not None and place.device_class == "occupancy" and place.area is None:
        place.domain, place.device_class = "person", None
    elif tagging.domain == "lock" or locked:
        place.domain, place.device_class = "lock", None
    elif place.device_class is not None and place.domain is None:
        place.domain = "cover"
    elif place.domain is None and tagging.domain is not None:
        place.domain = tagging.domain
    elif place.domain is None and tagging.intent == "HassLightSet":
        place.domain = "light"


def _list(reading: Reading, intent: str, context: Context) -> tuple[str, str]:
    """The name of a list; the shopping list has intents of its own."""
    spans = reading.labelled("name")
    if spans:
        said = plain(reading.typed(spans[0])).removesuffix(" list")
        if said in _SHOP:
            said = "shopping"
        elif said in _TO_DO:
            said = "to-do"
        reading.put("name", _known_list(said, context), spans[0])
    shopping = "name" in reading.slots and reading.slots["name"].value == "shopping"
    if shopping and intent in SHOPPING:
        del reading.slots["name"]
        return SHOPPING[intent], INTENTS[SHOPPING[intent]].domain
    return intent, INTENTS[intent].domain


def _known_list(said: str, context: Context) -> str:
    """The spelling of a list that is kept, or what was said."""
    known = (*context.notebook.lists, *(d.name for d in context.home.devices if d.kind == "todo"))
    like, name = max(((likeness(said, n), n) for n in known), default=(0.0, said))
    return name if like >= 0.9 else said


def _plain_names(reading: Reading, intent: str, context: Context) -> None:
    """Names of timers and alarms, and rooms; what no room is called is a timer's name."""
    for span in reading.labelled("name"):
        reading.put("name", plain(reading.typed(span)), span)
    for span in reading.labelled("area"):
        place = settle(Place(area=reading.typed(span)), context, "")
        known = place.floor is not None or any(r.name == place.area for r in context.home.rooms)
        if known or "name" not in INTENTS[intent].slots or "name" in reading.slots:
            reading.put("area", place.area, span)
        else:
            reading.put("name", plain(reading.typed(span)), span)
