"""Fragments made whole: "and the bedroom", "no, the other lamp", "50 percent".

A fragment keeps the deed of the request before it and puts its own words in the place of the
old ones, as coordination does within one sentence.
"""

from collections.abc import Sequence
from dataclasses import replace

from device.context import Context, Device
from device.events import Request, Slot, Value
from device.nlu.conceptcover import suited
from device.nlu.intents import CONTINUED, CORRECTED, INTENTS
from device.nlu.mentions import FORGOTTEN_S, JUST_S, about, mentions, spoken
from device.nlu.targets import POWERED

FRAGMENTS = frozenset({CONTINUED, CORRECTED})

_PLACE = ("name", "area", "floor", "domain", "device_class")
_LEVELS = {
    "light": ("HassLightSet", "brightness"),
    "cover": ("HassSetPosition", "position"),
    "valve": ("HassSetPosition", "position"),
    "fan": ("HassFanSetSpeed", "percentage"),
    "climate": ("HassClimateSetTemperature", "temperature"),
    "media_player": ("HassSetVolume", "volume_level"),
}
"""Kind of device -> the intent that sets its level, and the slot of it."""

_STEPS = {
    "light": ("HassLightSet", "brightness_step"),
    "cover": ("HassSetPosition", "position_step"),
    "fan": ("HassFanSetSpeed", "percentage_step"),
    "climate": ("HassClimateSetTemperature", "temperature_step"),
    "media_player": ("HassSetVolumeRelative", "volume_step"),
}
_STOPPED = {"cover": "HassStopMoving", "valve": "HassStopMoving", "media_player": "HassMediaPause"}
"""Kind of device -> the intent that stops it; others are turned off."""

_NEVER_STOPPED = frozenset({"lock", "scene", "script", "button"})
_SPOKEN_KIND = frozenset({"HassTurnOn", "HassTurnOff", "HassToggle", "HassLightSet"})
_SWITCHED = {"on": "HassTurnOn", "off": "HassTurnOff"}
_WARMEST = 100
"""Degrees above which a temperature is the whiteness of a light, in kelvin."""


def whole(fragment: Request, context: Context, before: Sequence[Request] = ()) -> Request:
    """The request that a fragment makes with the one before it.

    Args:
        fragment: One of FRAGMENTS.
        context: Recent turns and the home.
        before: Earlier requests of the same sentence.

    Returns:
        A whole request, which names the turn that it corrects; what can stand alone does so
        where nothing came before, and what cannot stays a fragment.
    """
    last = _last(context, before)
    joined = None if last is None else _joined(fragment, last, context)
    if joined is None or last is None:
        return _alone(fragment)
    turn = None
    if fragment.intent == CORRECTED and not any(last is request for request in before):
        turn = next((t for t in reversed(context.turns) if last in t.requests), None)
    return replace(joined, corrects="" if turn is None else turn.id)


def stopping(request: Request, context: Context, before: Sequence[Request] = ()) -> Request:
    """What "stop it" stops while nothing rings: what was set going last.

    Args:
        request: A `StopRinging`.
        context: Recent turns and the home.
        before: Earlier requests of the same sentence.

    Returns:
        The same request where something rings, or nothing that can be stopped was spoken of.
    """
    last = next(iter(mentions(context, before)), None)
    if context.notebook.ringing or last is None:
        return request
    devices = [d for d in context.home.devices if d.id in last.devices]
    kinds = {d.kind for d in devices}
    intent = {_STOPPED.get(kind, "HassTurnOff") for kind in kinds}
    if len(intent) != 1 or kinds & _NEVER_STOPPED or not kinds <= POWERED:
        return request
    return replace(
        request,
        intent=intent.pop(),
        domain=kinds.pop() if len(kinds) == 1 else "homeassistant",
        scope="it",
        meant=tuple(d.id for d in devices),
    )


def pointing(request: Request, context: Context, before: Sequence[Request] = ()) -> Request:
    """A use of a concept on "it": the devices that were just spoken of.

    "Make it cosy" points at nothing where nothing that could become so was spoken of.

    Args:
        request: One of `device.nlu.intents.USES`.
        context: Recent turns and the home.
        before: Earlier requests of the same sentence.
    """
    if request.scope != "it":
        return request
    last = next(iter(mentions(context, before)), None)
    if last is not None and last.age_s <= JUST_S:
        meant = tuple(d.id for d in context.home.devices if d.id in last.devices)
        pointed = replace(request, meant=meant)
        if suited(pointed, context):
            return pointed
    return replace(request, scope="")


def corrected(
    fragment: Request, made: Request, context: Context, before: Sequence[Request]
) -> tuple[Request, ...]:
    """The requests of a sentence that stay: "turn on the lamp, no, the fan" asks for one thing.

    Args:
        fragment: What was said.
        made: What `whole` made of it.
        context: Recent turns and the home.
        before: Earlier requests of the same sentence.
    """
    if fragment.intent != CORRECTED or made.intent in FRAGMENTS or made.corrects:
        return tuple(before)
    last = _last(context, before)
    return tuple(request for request in before if request is not last)


def _last(context: Context, before: Sequence[Request]) -> Request | None:
    """What people go on from: the last request that has something to go on from."""
    return next(
        (
            request
            for request, age_s in spoken(context, before)
            if age_s <= FORGOTTEN_S
            and request.intent in INTENTS
            and request.intent not in FRAGMENTS
            and INTENTS[request.intent].slots
        ),
        None,
    )


def _joined(fragment: Request, last: Request, context: Context) -> Request | None:
    """Old deed, new words; None where they do not go together."""
    devices = about(last, context)
    kind = devices[0].kind if devices else ""
    intent, values = _values(fragment, last, kind)
    place = _place(fragment, last, devices)
    allowed = INTENTS[intent].slots if intent in INTENTS else frozenset()
    new = {s.name: s for s in (*place, *values) if s.name in allowed}
    said = [s for s in fragment.slots if s.name not in ("item", "denied")]
    if not new and intent == last.intent and (said or not fragment.scope):
        return None
    moved = any(name in _PLACE for name in new) or bool(fragment.scope)
    kept = [
        s
        for s in last.slots
        if s.name in allowed
        and not {s.name, f"{s.name}_step", s.name.removesuffix("_step")} & set(new)
        and not (s.name in _PLACE and moved)
    ]
    if intent != last.intent:
        kept = [s for s in kept if s.name in _PLACE]
    pointing = fragment.scope == "it"
    if pointing:
        kept = []  # what was set before stays set; only what is said now is asked
    return replace(
        last,
        text=fragment.text if pointing else _completed(fragment, last, tuple(new.values())),
        span=fragment.span,
        intent=intent,
        domain=str(new["domain"].value) if "domain" in new else last.domain,
        slots=(*kept, *new.values()),
        confidence=round(min(fragment.confidence, last.confidence), 4),
        scope="" if pointing and not moved else fragment.scope,
        meant=tuple(d.id for d in devices) if pointing or not moved else (),
        rivals=(),
        excepted=fragment.excepted if moved else last.excepted,
    )


def _place(fragment: Request, last: Request, devices: Sequence[Device]) -> list[Slot]:
    """Where the fragment points, with the kind of device that the last request was about."""
    said = [s for s in fragment.slots if s.name in _PLACE]
    names = {s.name for s in said}
    if not said and fragment.scope != "other":
        return []
    if "name" in names:
        return said
    kind_said = names & {"domain", "device_class"}
    if not kind_said:
        kept = [s for s in last.slots if s.name in ("domain", "device_class")]
        if not kept and devices and last.intent in _SPOKEN_KIND:
            kept = [Slot(name="domain", value=devices[0].kind, text="")]
        return [*said, *kept]
    if not names & {"area", "floor"}:
        said += [s for s in last.slots if s.name in ("area", "floor")]
    return said


def _values(fragment: Request, last: Request, kind: str) -> tuple[str, list[Slot]]:
    """The intent, and what the fragment sets; a bare number is a level of what was spoken of."""
    slots = {s.name: s for s in fragment.slots if s.name not in _PLACE}
    if "concept" in slots:
        return "SetConcept", [slots["concept"]]
    state = slots.get("state")
    if state is not None and str(state.value) in _SWITCHED:
        return _SWITCHED[str(state.value)], []
    level = slots.get("brightness") or slots.get("temperature")
    if level is not None:
        kelvin = isinstance(level.value, int | float) and level.value > _WARMEST
        table = {"light": ("HassLightSet", "temperature")} if kelvin else _LEVELS
        intent, name = table.get(kind, (last.intent, level.name))
        return intent, [replace(level, name=name)]
    if "color" in slots:
        return "HassLightSet", [slots["color"]]
    step = slots.get("volume_step")
    if step is not None:
        intent, name = _STEPS.get(kind, ("HassSetVolumeRelative", "volume_step"))
        return intent, [replace(step, name=name)]
    return last.intent, list(slots.values())


def _completed(fragment: Request, last: Request, new: Sequence[Slot]) -> str:
    """The last request's words with the fragment's in their place."""
    old = [s.text for s in last.slots if s.name in {n.name for n in new} | set(_PLACE) and s.text]
    said = " ".join(dict.fromkeys(s.text for s in new if s.text))
    found = [last.text.find(text) for text in old]
    if not said or not old or min(found) < 0:
        return fragment.text
    start = min(found)
    stop = max(at + len(text) for at, text in zip(found, old, strict=True))
    return f"{last.text[:start]}{said}{last.text[stop:]}"


def _alone(fragment: Request) -> Request:
    """What a fragment means that nothing came before."""
    for name, intent in (
        ("concept", "SetConcept"),
        ("volume_step", "HassSetVolumeRelative"),
        ("brightness", "HassLightSet"),
        ("color", "HassLightSet"),
        ("temperature", "HassClimateSetTemperature"),
    ):
        value: Value | None = fragment.slot(name)
        if value is not None and not any(s.name in ("item", "time") for s in fragment.slots):
            return replace(fragment, intent=intent, domain=INTENTS[intent].domain)
    return fragment
