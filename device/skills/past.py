"""Questions about before: "when was the front door last opened", "how long has it been on"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from device.context import Change, Context, Device
from device.effects import Plan
from device.events import Outcome, Request, Value
from device.nlu.targets import targets
from device.skills.device_skill import trouble
from device.skills.phrases import be, called, capital, duration, listed, measure, moment, stands
from device.skills.witnesses import witness

TOLD = 3
"""How many devices are told of."""

_TELL = {
    "on": ("power", "occupancy", "leak", "smoke", "media", "mode"),
    "off": ("power", "occupancy", "leak", "smoke", "media", "mode"),
    "open": ("contact", "position", "lock"),
    "closed": ("contact", "position", "lock"),
    "locked": ("lock",),
    "unlocked": ("lock",),
    "playing": ("media",),
}
"""State asked about -> the capabilities that can tell, best first."""

_HOURS = {
    "morning": (0, 8),
    "noon": (0, 12),
    "afternoon": (0, 15),
    "night": (0, 3),
    "evening": (-1, 20),
}
"""Period -> day from today, hour of the value that stands for it."""


class Past:
    """Answers from what devices reported before; asks nothing of them."""

    name = "past"
    intents = frozenset({"LastChange", "HowLong", "PastValue"})
    kinds = frozenset({"*"})

    def plan(self, request: Request, context: Context) -> Plan:
        """The answer; no commands."""
        if request.intent == "PastValue":
            return _value_then(request, context)
        found = targets(request, context)
        problem = trouble(found, request, context)
        if problem is not None:
            return problem
        told = _last_change if request.intent == "LastChange" else _how_long
        state = str(request.slot("state") or "changed")
        tellers = [witness(device, state, context) for device in found.devices[:TOLD]]
        return Plan(reply=" ".join(told(device, state, context) for device in tellers))

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """The answer."""
        return plan.reply


def _agrees(capability: str, value: Value, state: str) -> bool:
    """Whether a value is what people call by this state."""
    match capability:
        case "position":
            return isinstance(value, int | float) and (value > 0) is (state == "open")
        case "lock":
            return value == {"open": "unlocked", "closed": "locked"}.get(state, state)
        case "media" | "mode" if state in ("on", "off"):
            return (value not in ("off", "idle", "disarmed")) is (state == "on")
    return value == state


def _telling(device: Device, state: str, context: Context) -> str | None:
    """The capability of a device that tells of a state."""
    able = [c for c in _TELL.get(state, ()) if device.capability(c) is not None]
    told = [c for c in able if context.value(device.id, c) is not None]
    return next(iter(told or able), None)


def _turns(device: Device, capability: str, state: str, context: Context) -> list[Change]:
    """The changes by which a device came into a state, oldest first."""
    found: list[Change] = []
    was = False
    for change in context.past.get((device.id, capability), ()):
        now = _agrees(capability, change.value, state)
        if now and not was:
            found.append(change)
        was = now
    return found


def _last_change(device: Device, state: str, context: Context) -> str:
    who = called(context.home, device)
    if state == "changed":
        changes = [c for (i, _), past in context.past.items() if i == device.id for c in past]
        last = max((c for c in changes if c.sure), key=lambda c: c.at, default=None)
        if last is None:
            return f"As far as I remember, {who} {_have(device)} not changed."
        stood = stands(last.capability, last.value)
        return capital(f"{who} last changed {_when(last.at, context)}: {stood}.")
    capability = _telling(device, state, context)
    if capability is None:
        return capital(f"{who} can't tell whether it is {state}.")
    entered = [c for c in _turns(device, capability, state, context) if c.sure]
    how = _participle(capability, state)
    if not entered:
        return f"As far as I remember, {who} {_have(device)} not been {how}."
    return capital(f"{who} {_was(device)} last {how} {_when(entered[-1].at, context)}.")


def _how_long(device: Device, state: str, context: Context) -> str:
    who = called(context.home, device)
    capability = _telling(device, state, context)
    value = None if capability is None else context.value(device.id, capability)
    if capability is None or value is None:
        return capital(f"{who} {_have(device)} not reported whether it is {state}.")
    is_ = be([device.name])
    if not _agrees(capability, value, state):
        return capital(f"{who} {is_} {stands(capability, value)}, not {state}.")
    reading = context.reading(device.id, capability)
    entered = _turns(device, capability, state, context)
    found = entered[-1] if entered else None
    since = found.at if found is not None else None if reading is None else reading.since
    if since is None:
        return capital(f"{who} {is_} {state}, longer than I remember.")
    length = max(context.now - since, timedelta())
    minutes = timedelta(minutes=max(1, round(length / timedelta(minutes=1))))
    words = duration(minutes // timedelta(milliseconds=1))
    if found is not None and not found.sure:
        return capital(f"{who} {_have(device)} been {state} for at least {words}.")
    begun = _when(since, context, "")
    return capital(f"{who} {_have(device)} been {state} for {words}, since {begun}.")


def _value_then(request: Request, context: Context) -> Plan:
    """A measurement at an earlier time, of each room or device asked for."""
    attribute = str(request.slot("attribute") or "temperature")
    then = _then(str(request.slot("period") or "hour"), context.now)
    asked = replace(request, intent="HassClimateGetTemperature", domain="climate")
    if request.slot("name") is not None:
        asked = replace(request, intent="HassGetState")
    elif attribute != "temperature":
        slots = tuple(s for s in request.slots if s.name == "area")
        asked = replace(request, intent="HassGetState", domain="sensor", slots=slots)
    found = targets(asked, context)
    problem = trouble(found, asked, context)
    if problem is not None:
        return problem
    told = []
    for device in found.devices:
        before = [c for c in context.past.get((device.id, attribute), ()) if c.at <= then]
        if before and device.capability(attribute) is not None:
            value = measure(attribute, before[-1].value)
            told.append(f"{called(context.home, device)} reported {value}")
    when = _when(then, context)
    if not told:
        return Plan(reply=f"I don't remember the {attribute} {when}.")
    return Plan(reply=capital(f"{when}, {listed(told[:TOLD])}."))


def _then(period: str, now: datetime) -> datetime:
    """The moment that stands for a period; the last one that is over."""
    if period == "hour":
        return now - timedelta(hours=1)
    if period == "yesterday":
        return now - timedelta(days=1)
    days, hour = _HOURS.get(period, (0, 8))
    then = (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return then if then <= now else now


def _when(at: datetime, context: Context, before: str = "at ") -> str:
    """A moment of the past, in the home's own time."""
    return f"{before}{moment(at.astimezone(context.now.tzinfo), context.now)}"


def _participle(capability: str, state: str) -> str:
    if capability == "lock":
        return {"open": "unlocked", "closed": "locked"}.get(state, state)
    words = {"power": {"on": "turned on", "off": "turned off"}}.get(capability, {})
    return words.get(state, "opened" if state == "open" else state)


def _was(device: Device) -> str:
    return "were" if be([device.name]) == "are" else "was"


def _have(device: Device) -> str:
    return "have" if be([device.name]) == "are" else "has"
