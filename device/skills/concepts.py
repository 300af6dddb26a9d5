"""Uses of what was taught: "study mode in the office", "is the light in study mode?".

Settings go to the devices that the request names, else to those of the room where the speaker
stands, else to those of the room where the concept was taught. What a device lacks is left out,
and said. A use can be left again ("turn off study mode") or ends by itself ("for an hour"): then
every device that still stands as the use left it goes back to how it was.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from device.concepts import Concept, Setting
from device.context import Context, Device, Home
from device.effects import Notebook, Plan, Question, Timer, WriteNotebook
from device.events import Ask, DeviceCommand, Outcome, Request, Slot
from device.nlu.conceptcover import Cover, among, concept_of, cover, placed
from device.nlu.intents import INTENTS, USES
from device.nlu.targets import targets
from device.skills.changing import changed
from device.skills.device_skill import excused, trouble
from device.skills.holds import alike, back, held, without
from device.skills.moments import moment_of
from device.skills.phrases import be, called, capital, duration, listed, stands, the
from device.skills.phrases import moment as spoken_moment
from device.skills.powers import DEFAULT_RANGES, Orders, can, moded, numeric, order
from device.skills.replies import NAMED, outcome_sentence
from device.skills.timers import LONGEST_MS, length_ms
from device.skills.timers import MOST as MOST_TIMERS

_EXCUSES = {
    "power": "can't be turned on or off",
    "brightness": "can't be dimmed",
    "color": "can't change color",
    "color_temperature": "can't make its white warmer or cooler",
    "target_temperature": "can't be set to a temperature",
    "volume": "can't change its volume",
    "fan_speed": "can't change its speed",
    "position": "can't be opened or closed by me",
}
"""What is said of a device that lacks a capability."""


_VALUES = ("brightness", "brightness_step", "color")
"""Slots of a value that holds for one use, in place of the definition's."""


class Concepts:
    """Carries out, ends and compares what was taught."""

    name = "concepts"
    intents = USES
    kinds = frozenset({"*"})

    def plan(self, request: Request, context: Context) -> Plan:
        """The commands of a use, what leads back from it, or how the home compares with it."""
        concept = concept_of(request, context)
        if concept is None:
            name = request.slot("concept")
            said = "Which one do you mean?" if name is None else f"I don't know what {name} is."
            return Plan(reply=said)
        if request.intent == "LeaveConcept":
            return _left(concept, request, context)
        values = tuple(slot for slot in request.slots if slot.name in _VALUES)
        if values:
            other = changed(concept, replace(request, slots=values), context)
            if isinstance(other, str):
                return Plan(reply=other)
            concept = other
        found = _covered(concept, request, context)
        if isinstance(found, Plan):
            return found
        if request.intent == "ConceptState":
            return _compared(found, context)
        return _used(concept, found, request, context)

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What the devices reported, then what was left out and how long it lasts."""
        return " ".join(part for part in (outcome_sentence(outcomes, context), plan.reply) if part)


# Where ---------------------------------------------------------------------------------------


def _covered(concept: Concept, request: Request, context: Context) -> Cover | Plan:
    """Who takes the settings, or what must be said or asked instead."""
    if placed(request):
        problem = trouble(targets(request, context), request, context)
        if problem is not None:
            return problem
    found = cover(concept, request, context)
    if found.pairs:
        return found
    free = tuple(setting for setting in concept.meaning.settings if not setting.devices)
    if not free:
        return Plan(reply=f"The devices of {concept.name} are not there any more.")
    if placed(request):
        return Plan(reply=f"Nothing there can be set to {concept.name}.")
    return _which_room(concept, free, request, context)


def _which_room(
    concept: Concept, settings: Sequence[Setting], request: Request, context: Context
) -> Plan:
    """The question for a room; a place without any fitting one is said."""
    home = context.home
    rooms = [
        room.name
        for room in home.rooms
        if among(
            settings, [d for d in home.devices if d.room == room.name], home, named=False
        ).pairs
    ]
    if not rooms:
        return Plan(reply=f"Nothing here can be set to {concept.name}.")
    text = f"In which room, {listed([the(room) for room in rooms], word='or')}?"
    question = Question(
        kind=Ask.CHOOSE, text=text, request=request, slot="area", choices=tuple(rooms)
    )
    return Plan(question=question)


# Using ---------------------------------------------------------------------------------------


def _used(concept: Concept, found: Cover, request: Request, context: Context) -> Plan:
    """The commands of a use; the notebook keeps what leads back."""
    commands: dict[tuple[str, str], DeviceCommand] = {}
    excuses: dict[str, list[Device]] = {}
    for device, setting in found.pairs:
        answer = orders(device, setting)
        if isinstance(answer, str):
            excuses.setdefault(answer, []).append(device)
        else:
            commands |= {(c.device, c.capability): c for c in answer}
    said = [excused(excuses, context), _left_out(found.left, context.home)]
    if not commands:
        return Plan(reply=" ".join(filter(None, said)))
    sent = tuple(commands.values())
    book = held(concept.name, sent, context, context.notebook)
    lasting = _lasting(request)
    if not lasting:
        return Plan(
            commands=sent,
            effects=(WriteNotebook(notebook=book),),
            reply=" ".join(filter(None, said)),
        )
    timed = _timed(concept, sent, request, context, book)
    if isinstance(timed, Plan):
        return timed
    timer, when = timed
    after = replace(book, timers=(*book.timers, timer), next_id=book.next_id + 1)
    return Plan(
        commands=sent,
        effects=(WriteNotebook(notebook=after),),
        reply=" ".join(filter(None, (*said, when))),
        shows_timers=True,
    )


def orders(device: Device, setting: Setting) -> Orders | str:
    """What a device is sent for one setting, or an excuse."""
    capability, value = setting.capability, setting.value
    if capability == "brightness" and value == 0 and can(device, "power"):
        return order(device, "power", "off")
    if capability == "mode":
        return moded(device, str(value))
    if not can(device, capability):
        return _EXCUSES.get(capability, f"has no {capability.replace('_', ' ')}")
    if capability in DEFAULT_RANGES:
        return numeric(device, capability, value)
    return order(device, capability, value)


def _left_out(left: Sequence[Setting], home: Home) -> str:
    """What a definition sets besides and nothing there takes."""
    own = [label for setting in left for label in setting.devices]
    gone = [called(home, d) for d in home.devices if home.label(d) in own]
    free = [f"the {s.capability.replace('_', ' ')}" for s in left if not s.devices]
    what = list(dict.fromkeys((*gone, *free)))
    return f"I left out {listed(what)}." if what else ""


def _lasting(request: Request) -> bool:
    return request.slot("time") is not None or length_ms(request) is not None


def _timed(
    concept: Concept,
    sent: Sequence[DeviceCommand],
    request: Request,
    context: Context,
    book: Notebook,
) -> tuple[Timer, str] | Plan:
    """The timer that ends a use, and the sentence about it; or why there can be none."""
    at = moment_of(request, context.now, mornings=False)
    if at is None:
        return Plan(reply="That time has passed.")
    wait_ms = round((at - context.now) / timedelta(milliseconds=1))
    if wait_ms > LONGEST_MS:
        return Plan(reply=f"I can keep that for {duration(LONGEST_MS)} at most.")
    if len(book.timers) >= MOST_TIMERS:
        return Plan(reply=f"There are {MOST_TIMERS} timers already, cancel some first.")
    by_clock = request.slot("time") is not None
    timer = Timer(
        id=book.next_id,
        name=None,
        duration_ms=wait_ms,
        remaining_ms=wait_ms,
        as_of_ms=context.now_ms,
        room=context.room,
        command=f"stop {concept.name}",
        requests=(_ending(concept, tuple(dict.fromkeys(c.device for c in sent))),),
        at=at if by_clock else None,
    )
    until = f"until {spoken_moment(at, context.now)}" if by_clock else f"for {duration(wait_ms)}"
    return timer, f"That is {until}."


def _ending(concept: Concept, devices: tuple[str, ...]) -> Request:
    """The request that ends a use on some devices."""
    text = f"stop {concept.name}"
    return Request(
        text=text,
        span=((0, len(text.split())),),
        domain=INTENTS["LeaveConcept"].domain,
        intent="LeaveConcept",
        slots=(Slot(name="concept", value=concept.name, text=concept.name),),
        confidence=1.0,
        meant=devices,
    )


# Leaving -------------------------------------------------------------------------------------


def _left(concept: Concept, request: Request, context: Context) -> Plan:
    """Back to before; where nobody knows that, off with what still stands as it was set."""
    devices: tuple[str, ...] | None = None
    if placed(request):
        there = targets(request, context)
        problem = trouble(there, request, context)
        if problem is not None:
            return problem
        devices = tuple(d.id for d in there.devices)
    commands, known = back(concept.name, devices, context)
    if known:
        book = without(concept.name, known, context.notebook)
        reply = "" if commands else f"OK, {concept.name} is over. I left everything as it is."
        return Plan(commands=commands, effects=(WriteNotebook(notebook=book),), reply=reply)
    found = _covered(concept, request, context)
    on = () if isinstance(found, Plan) else _turned_on(found, context)
    if not on:
        return Plan(reply=f"{capital(concept.name)} is not on.")
    return Plan(
        commands=tuple(DeviceCommand(device=d.id, capability="power", value="off") for d in on)
    )


def _turned_on(found: Cover, context: Context) -> tuple[Device, ...]:
    """The devices that are on, can be off and stand as the definition has it."""
    able = [(d, s) for d, s in found.pairs if not isinstance(orders(d, s), str)]
    differing = {d for d, s in able if _difference(d, s, context)}
    return tuple(
        d
        for d in dict.fromkeys(device for device, _ in able)
        if d not in differing and can(d, "power") and context.value(d.id, "power") == "on"
    )


# Comparing -----------------------------------------------------------------------------------


def _compared(found: Cover, context: Context) -> Plan:
    """Whether the devices stand as the definition has it, and what differs."""
    pairs = [(d, s) for d, s in found.pairs if not isinstance(orders(d, s), str)]
    if not pairs:
        return Plan(reply="Nothing there can be set to that.")
    differs = [(d, said) for d, s in pairs if (said := _difference(d, s, context))]
    if differs:
        told = dict.fromkeys(
            f"{called(context.home, d)} {be([called(context.home, d)])} {said}"
            for d, said in differs
        )
        shown = list(told)[:NAMED]
        more = len(told) - len(shown)
        rest = f", and {more} more differ{'s' if more == 1 else ''}" if more else ""
        return Plan(reply=f"No: {listed(shown)}{rest}.")
    stood: dict[Device, list[str]] = {}
    for device, setting in pairs:
        stood.setdefault(device, []).append(stands(setting.capability, setting.value))
    together: dict[str, list[str]] = {}
    for device, words in stood.items():
        kept = [word for word in words if word != "on" or len(words) == 1]
        together.setdefault(listed(kept), []).append(called(context.home, device))
    told_so = [f"{listed(names)} {be(names)} {how}" for how, names in together.items()]
    return Plan(reply=f"Yes: {listed(told_so)}.")


def _difference(device: Device, setting: Setting, context: Context) -> str:
    """How a device stands where that is not as the setting has it; "" where it is."""
    capability, wanted = setting.capability, setting.value
    power = context.value(device.id, "power")
    off = capability in ("brightness", "color", "color_temperature", "fan_speed")
    if power == "off" and off and wanted != 0:
        return "off"
    if capability == "brightness" and wanted == 0:
        return "" if power == "off" else stands("power", power or "on")
    reported = context.value(device.id, capability)
    if reported is None:
        return f"not telling its {capability.replace('_', ' ')}"
    if alike(reported, wanted):
        return ""
    return f"{stands(capability, reported)}, not {stands(capability, wanted)}"
