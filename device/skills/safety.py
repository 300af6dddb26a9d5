"""What must be agreed to before it is done.

Every plan passes here before anything is sent, whichever skill made it, so that no skill can
forget to ask: unlocking, garage doors and gates, alarms, valves, and commands that name no
room, floor or device or reach over more than one floor (DESIGN section 4). So does deleting
what was said, which nothing brings back, and forgetting everything that was taught. What is
asked first besides, for what a yes is not enough and which values are out of bounds is in
`Context.rules`.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from device.context import Context, Device
from device.effects import Agreeable, ForgetConcepts, ForgetTurns, Plan, Question
from device.events import Ask, DeviceCommand, Request, Value
from device.nlu.conceptcover import placed
from device.nlu.deeds import deed
from device.nlu.intents import INTENTS, USES
from device.nlu.targets import KINDS, targets
from device.rules import Range
from device.skills.forgetting import told
from device.skills.phrases import (
    called,
    counted,
    group_word,
    listed,
    measure,
    number,
    ordered,
)

SAY_PIN = "Please say the PIN."

NAMED = 3
"""How many devices a question names; more are counted."""


def risky(command: DeviceCommand, context: Context) -> bool:
    """Whether this command alone must be agreed to; stopping a movement never must."""
    return context.rules.risky(command, context.home)


def ask_first(
    request: Request, plan: Plan, context: Context, *, agreed: Collection[Agreeable] = ()
) -> Plan:
    """The plan, or a question in its place.

    Args:
        request: What was asked.
        plan: What a skill wants done for it.
        context: The home.
        agreed: What the person has said yes to.

    Returns:
        `plan` when nothing in it needs a yes, or all of it has one; else only a question.
    """
    if plan.question is not None:
        return plan
    for effect in plan.effects:
        if isinstance(effect, ForgetTurns) and effect not in agreed:
            text = f"Shall I delete {told(effect, context.now)}? It cannot be brought back."
            return Plan(question=Question(kind=Ask.CONFIRM, text=text, request=request))
        if isinstance(effect, ForgetConcepts) and effect.everything and effect not in agreed:
            what = counted(len(effect.concepts), "thing")
            text = f"Shall I forget everything that you taught me? That is {what}."
            return Plan(question=Question(kind=Ask.CONFIRM, text=text, request=request))
    if not plan.commands:
        return plan
    doubtful = [c for c in plan.commands if risky(c, context)]
    if _reaches_far(request, plan.commands, context):
        doubtful = list(plan.commands)
    if all(command in agreed for command in doubtful):
        return plan
    text = f"Shall I {_asked_deeds(plan.commands, context)}?"
    pin = context.rules.pin and any(risky(c, context) for c in doubtful)
    if pin:
        text = f"{text} {SAY_PIN}"
    return Plan(question=Question(kind=Ask.CONFIRM, text=text, request=request, pin=pin))


def in_limits(plan: Plan, context: Context) -> tuple[Plan, str]:
    """The plan without what the voice may not set, and a sentence that says so.

    Returns:
        The plan, and "" where nothing in it is out of the limits of `Context.rules`.
    """
    beyond = [c for c in plan.commands if _limit_broken(c, context) is not None]
    if not beyond:
        return plan, ""
    alike: dict[tuple[str, Range, Value], list[Device]] = {}
    for command in beyond:
        device, limit = context.home.device(command.device), _limit_broken(command, context)
        if device is not None and limit is not None:
            alike.setdefault((command.capability, limit, command.value), []).append(device)
    said = [_limited(*what, devices, context) for what, devices in alike.items()]
    kept = tuple(c for c in plan.commands if c not in beyond)
    return replace(plan, commands=kept), " ".join(said)


def _limit_broken(command: DeviceCommand, context: Context) -> Range | None:
    """The limit that a command breaks, or None."""
    device = context.home.device(command.device)
    if device is None or not isinstance(command.value, int | float):
        return None
    limit = context.rules.limit(device, command.capability, context.home)
    return limit if limit is not None and not limit[0] <= command.value <= limit[1] else None


def _limited(
    capability: str, limit: Range, value: Value, devices: Sequence[Device], context: Context
) -> str:
    span = f"{number(limit[0])} to {measure(capability, limit[1])}"
    what = f"the {capability.replace('_', ' ')} of {_crowd(devices, context)}"
    return f"By voice {what} can be set to {span}, not to {measure(capability, value)}."


def _reaches_far(request: Request, commands: Sequence[DeviceCommand], context: Context) -> bool:
    """Whether it is more than somebody may have meant: no place or name, or several floors."""
    if request.intent in USES:
        # The devices of the definition were agreed to when it was taught.
        return placed(request) and targets(request, context).broad
    if request.intent in INTENTS:
        return _counts(request) and targets(request, context).broad
    # What a pack makes of its own words is told by what it commands alone.
    floors = {room.name: room.floor for room in context.home.rooms}
    devices = (context.home.device(command.device) for command in commands)
    return len({floors.get(d.room) for d in devices if d is not None and d.room is not None}) > 1


def _counts(request: Request) -> bool:
    """Whether it matters how many devices a request covers; silencing players it does not."""
    return request.intent in KINDS or deed(request) in ("play", "volume")


def _asked_deeds(commands: Sequence[DeviceCommand], context: Context) -> str:
    """What the commands do; counted where they do too many different things to listen to."""
    deeds = _deeds(commands, context)
    if len(deeds) <= 2 or any(risky(c, context) for c in commands):
        return listed(deeds)
    found = {c.device: context.home.device(c.device) for c in commands}
    return f"change {_crowd([d for d in found.values() if d is not None], context)}"


def _deeds(commands: Sequence[DeviceCommand], context: Context) -> list[str]:
    """What the commands do, in the infinitive, those alike together."""
    alike: dict[tuple[str, str], list[Device]] = {}
    for command in commands:
        device = context.home.device(command.device)
        if device is not None:
            alike.setdefault(ordered(command.capability, command.value), []).append(device)
    return [f"{verb} {_crowd(devices, context)}{end}" for (verb, end), devices in alike.items()]


def _crowd(devices: Sequence[Device], context: Context) -> str:
    if len(devices) <= NAMED:
        return listed([called(context.home, device) for device in devices])
    return f"all {counted(len(devices), group_word(devices))}"
