"""Questions about the home: "is the door locked", "which lights are on", "how humid is it"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from device.context import Context, Device
from device.effects import Plan
from device.events import Outcome, Request, Value
from device.nlu.targets import targets
from device.skills.device_skill import trouble
from device.skills.freshness import aged
from device.skills.phrases import (
    be,
    called,
    capital,
    counted,
    group_word,
    listed,
    measure,
    plural,
    stands,
    the,
)
from device.skills.witnesses import witness

TOLD = 6
"""How many devices are told one by one; more are counted."""

_SAYS_MOST = (
    "lock", "position", "contact", "media", "vacuum", "mower", "power", "occupancy", "leak",
    "smoke", "temperature", "humidity", "illuminance", "mode", "battery",
)  # fmt: skip
"""What a device is asked for when nothing special was: the first that it has."""

_BESIDES = {"power": ("brightness", "fan_speed", "target_temperature"), "mode": (
    "target_temperature",), "temperature": ("target_temperature",)}  # fmt: skip
"""What is told besides, when the device is on."""

_ANSWERS: dict[str, tuple[str, ...]] = {
    "on": ("power", "occupancy", "leak", "smoke", "contact", "media", "mode"),
    "off": ("power", "occupancy", "leak", "smoke", "contact", "media", "mode"),
    "open": ("position", "contact", "lock"),
    "closed": ("position", "contact", "lock"),
    "locked": ("lock",),
    "unlocked": ("lock",),
    "playing": ("media",),
    "paused": ("media",),
    "idle": ("media",),
    "cleaning": ("vacuum",),
    "mowing": ("mower",),
    "docked": ("vacuum", "mower"),
}
"""State asked about -> the capabilities that can answer, best first."""


_TOLD_BY = {"moisture": "leak", "motion": "occupancy", "presence": "occupancy"}
"""Device class -> the capability that tells of it, where it is called otherwise."""

_DETECTED = ("leak", "smoke", "occupancy", "contact")
"""What is told as how the device stands, not as a value that it has."""


class States:
    """Answers from what devices reported; asks nothing of them."""

    name = "states"
    intents = frozenset({"HassGetState"})
    kinds = frozenset({"*"})

    def plan(self, request: Request, context: Context) -> Plan:
        """The answer; no commands."""
        request = _in_this_home(request, context)
        found = targets(request, context)
        problem = trouble(found, request, context)
        if problem is not None:
            return problem
        if request.slot("device_class") in _PRESENCE and request.slot("name") is None:
            told = _presence(found.devices, request, context)
            return Plan(reply=aged(told, [(d, "occupancy") for d in found.devices], context))
        devices = _telling(found.devices, request)
        state, attribute = request.slot("state"), request.slot("attribute")
        if attribute is None and request.slot("domain") in ("sensor", "binary_sensor"):
            told_as = request.slot("device_class")
            attribute = _TOLD_BY.get(str(told_as), told_as)
        if state is not None:
            devices = tuple(witness(device, str(state), context) for device in devices)
            told = _yes_or_no(devices, str(state), request, context)
            asked = _ANSWERS.get(str(state), ())
        elif attribute is not None:
            asked = (str(attribute),)
            tellers = {d: _teller(d, asked[0], context) for d in devices}
            told, devices = _attribute(tellers, asked[0], context), tuple(tellers.values())
        else:
            told, asked = _everything(devices, context), _SAYS_MOST
        used = [(d, c) for d in devices if (c := _first_told(d, asked, context)) is not None]
        return Plan(reply=aged(told, used, context))

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """The answer."""
        return plan.reply


_PRESENCE = ("occupancy", "motion", "presence")


def _in_this_home(request: Request, context: Context) -> Request:
    """The request in the classes that this home's sensors have, where it has them.

    Home Assistant's sentences take "windows" for covers and people for occupancy sensors;
    homes have contact and motion sensors as well.
    """
    domain, device_class = request.slot("domain"), request.slot("device_class")
    if device_class is None or targets(request, context).devices:
        return request
    others = _PRESENCE if device_class in _PRESENCE else (str(device_class),)
    for other in (o for o in others if domain in ("cover", "binary_sensor")):
        kinds = {"domain": "binary_sensor", "device_class": other}
        slots = tuple(replace(s, value=kinds.get(s.name, s.value)) for s in request.slots)
        instead = replace(request, slots=slots)
        if targets(instead, context).devices:
            return instead
    return request


def _presence(devices: Sequence[Device], request: Request, context: Context) -> str:
    """Whether somebody is there."""
    told = {d: context.value(d.id, "occupancy") for d in devices}
    somewhere = [the(d.room) for d, value in told.items() if value == "on" and d.room]
    if somewhere:
        return f"Yes, somebody is in {listed(list(dict.fromkeys(somewhere)))}."
    if all(value is None for value in told.values()):
        return _never_told(devices, context)
    area = request.slot("area")
    return f"No, nobody is {f'in {the(str(area))}' if area is not None else 'there'}."


def _telling(devices: tuple[Device, ...], request: Request) -> tuple[Device, ...]:
    """Those that can answer about the state asked for; all when none can."""
    wanted = _ANSWERS.get(str(request.slot("state")), ())
    able = tuple(d for d in devices if any(d.capability(c) for c in wanted))
    return able or devices


def _first_told(device: Device, capabilities: Sequence[str], context: Context) -> str | None:
    """The first of these capabilities that the device has told."""
    return next((c for c in capabilities if context.value(device.id, c) is not None), None)


def _is(device: Device, state: str, context: Context) -> bool | None:
    """Whether the device is in this state; None when it never told."""
    for capability in _ANSWERS.get(state, ()):
        value = context.value(device.id, capability)
        if value is not None:
            return _agrees(capability, value, state)
    return None


def _agrees(capability: str, value: Value, state: str) -> bool:
    if capability == "position":
        return (float(value) > 0) is (state == "open")
    if capability == "contact":
        return value == {"on": "open", "off": "closed"}.get(state, state)
    if capability == "lock":
        return value == {"open": "unlocked", "closed": "locked"}.get(state, state)
    if capability in ("media", "mode") and state in ("on", "off"):
        return (value not in ("off", "idle")) is (state == "on")
    return value == state


def _yes_or_no(devices: Sequence[Device], state: str, request: Request, context: Context) -> str:
    told = {d: _is(d, state, context) for d in devices}
    silent = [d for d, agrees in told.items() if agrees is None]
    yes = [d for d, agrees in told.items() if agrees]
    no = [d for d, agrees in told.items() if agrees is False]
    if len(silent) == len(devices):
        return _never_told(silent, context)
    beside = f" {_never_told(silent, context)}" if silent else ""
    if len(devices) == 1:
        who = f"{called(context.home, devices[0])} {_are(devices)}"
        return f"{'Yes' if yes else 'No'}, {who} {_told(devices[0], state, context)}."
    noun = group_word(devices)
    match request.scope:
        case "how_many" if not yes:
            return f"No {plural(noun)} are {state}.{beside}"
        case "how_many":
            return f"{capital(counted(len(yes), noun))} {_are(yes)} {state}.{beside}"
        case "all":
            if not no and not silent:
                return f"Yes, all {counted(len(yes), noun)} are {state}."
            return (
                f"No, {_names(no, context)} {_are(no)} not {state}.{beside}"
                if no
                else (f"All that told are {state}.{beside}")
            )
        case "any":
            if not yes:
                return f"No, no {noun} is {state}.{beside}"
            return f"Yes, {_names(yes, context)} {_are(yes)} {state}.{beside}"
    if not yes:
        return f"No {noun} is {state}.{beside}"
    return f"{capital(_names(yes, context))} {_are(yes)} {state}.{beside}"


def _told(device: Device, state: str, context: Context) -> str:
    """How the device stands in what was asked about."""
    for capability in _ANSWERS.get(state, ()):
        value = context.value(device.id, capability)
        if value is not None:
            return stands(capability, value)
    return state


def _are(devices: Sequence[Device]) -> str:
    return be([device.name for device in devices])


def _names(devices: Sequence[Device], context: Context) -> str:
    names = [called(context.home, device) for device in devices]
    if len(names) <= TOLD:
        return listed(names)
    rest = len(names) - TOLD + 1
    return listed([*names[: TOLD - 1], f"{rest} more"])


def _never_told(devices: Sequence[Device], context: Context) -> str:
    gone = [d for d in devices if not d.available]
    if gone and len(gone) == len(devices):
        return capital(f"{_names(gone, context)} {_are(gone)} offline.")
    return capital(f"{_names(devices, context)} {_have(devices)} not reported yet.")


def _teller(device: Device, attribute: str, context: Context) -> Device:
    """Who tells this of a device: itself, or another part of the same thing, as its battery."""
    if device.capability(attribute) or not device.body:
        return device
    parts = (d for d in context.home.devices if d.body == device.body)
    return next((d for d in parts if d.capability(attribute)), device)


def _attribute(tellers: Mapping[Device, Device], attribute: str, context: Context) -> str:
    """One value of each device that has it, with who tells it."""
    told = [
        (d, teller, context.value(teller.id, attribute))
        for d, teller in tellers.items()
        if teller.capability(attribute)
    ]
    word = attribute.replace("_", " ")
    if not told:
        devices = tuple(tellers)
        return capital(f"{_names(devices, context)} {_have(devices)} no {word}.")
    known = [(d, value) for d, _, value in told if value is not None]
    if not known:
        return _never_told([teller for _, teller, _ in told], context)
    sentences = [_reported(d, attribute, value, context) for d, value in known[:TOLD]]
    return capital(f"{listed(sentences)}.")


def _reported(device: Device, attribute: str, value: Value, context: Context) -> str:
    who = called(context.home, device)
    if attribute in _DETECTED:
        return f"{who} {_are((device,))} {stands(attribute, value)}"
    if device.kind == "sensor":
        return f"{who} reports {measure(attribute, value)}"
    return f"the {attribute.replace('_', ' ')} of {who} is {measure(attribute, value)}"


def _have(devices: Sequence[Device]) -> str:
    return "has" if _are(devices) == "is" else "have"


def _everything(devices: Sequence[Device], context: Context) -> str:
    """What each device says first of all, those alike together."""
    stand: dict[str, list[Device]] = {}
    silent: list[Device] = []
    for device in devices:
        words = _summary(device, context)
        if words is None:
            silent.append(device)
        else:
            stand.setdefault(words, []).append(device)
    sentences = [
        f"{_crowd(alike, context)} {_are(alike)} {words}." for words, alike in stand.items()
    ]
    if silent:
        sentences.append(_never_told(silent, context))
    return " ".join(capital(sentence) for sentence in sentences)


def _crowd(devices: Sequence[Device], context: Context) -> str:
    if len(devices) <= TOLD:
        return _names(devices, context)
    return f"{len(devices)} {plural(group_word(devices))}"


def _summary(device: Device, context: Context) -> str | None:
    for capability in _SAYS_MOST:
        value = context.value(device.id, capability)
        if value is None:
            continue
        words = [stands(capability, value)]
        if value != "off":
            for besides in _BESIDES.get(capability, ()):
                more = context.value(device.id, besides)
                if more is not None:
                    words.append(stands(besides, more))
        return " ".join(words[:2]) if capability == "power" else listed(words)
    return None
