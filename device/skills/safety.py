"""What must be agreed to before it is done.

Every plan passes here before anything is sent, whichever skill made it, so that no skill can
forget to ask: unlocking, garage doors and gates, alarms, valves, and commands that name no
room, floor or device or reach over more than one floor (DESIGN section 4). So does deleting
what was said, which nothing brings back.
"""

from collections.abc import Collection, Sequence

from device.context import Context, Device
from device.effects import Agreeable, ForgetTurns, Plan, Question
from device.events import Ask, DeviceCommand, Request
from device.nlu.deeds import deed
from device.nlu.targets import KINDS, targets
from device.skills.forgetting import told
from device.skills.phrases import called, counted, group_word, listed, stands

_GUARDED_CLASSES = frozenset({"garage", "garage_door", "gate"})
_GUARDED_KINDS = frozenset({"alarm_control_panel", "siren", "valve"})
_OPENERS = frozenset({"cover", "switch", "button"})
"""Kinds that move a garage door or a gate where the dialect has no class for it."""

NAMED = 3
"""How many devices a question names; more are counted."""


def guarded(device: Device) -> bool:
    """Whether moving this device is asked first whatever the value."""
    if device.kind in _GUARDED_KINDS or device.device_class in _GUARDED_CLASSES:
        return True
    if device.kind not in _OPENERS or device.device_class not in ("", "door", "switch", "outlet"):
        return False
    words = device.name.casefold().split()
    opens = any(w in ("door", "doors", "opener", "gate", "gates") for w in words)
    named = any(w in ("garage", "gate", "gates") for w in words)
    return named and (device.kind == "cover" or opens)


def risky(command: DeviceCommand, context: Context) -> bool:
    """Whether this command alone must be agreed to; stopping a movement never must."""
    device = context.home.device(command.device)
    if command.value == "stop":
        return False
    if command.capability == "lock":
        return command.value != "locked"
    return device is not None and guarded(device)


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
    if not plan.commands:
        return plan
    doubtful = [c for c in plan.commands if risky(c, context)]
    if _counts(request) and targets(request, context).broad:
        doubtful = list(plan.commands)
    if all(command in agreed for command in doubtful):
        return plan
    text = f"Shall I {_asked_deeds(plan.commands, context)}?"
    return Plan(question=Question(kind=Ask.CONFIRM, text=text, request=request))


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
            alike.setdefault(_verb(command), []).append(device)
    return [f"{verb} {_crowd(devices, context)}{end}" for (verb, end), devices in alike.items()]


def _crowd(devices: Sequence[Device], context: Context) -> str:
    if len(devices) <= NAMED:
        return listed([called(context.home, device) for device in devices])
    return f"all {counted(len(devices), group_word(devices))}"


def _verb(command: DeviceCommand) -> tuple[str, str]:
    """Verb and what follows the devices: ("set", " to 40 %")."""
    verbs = {
        ("power", "on"): "turn on",
        ("power", "off"): "turn off",
        ("mode", "off"): "turn off",
        ("lock", "locked"): "lock",
        ("lock", "unlocked"): "unlock",
        ("position", 0): "close",
        ("position", 100): "open",
        ("position", "stop"): "stop",
        ("scene", "activated"): "activate",
    }
    verb = verbs.get((command.capability, command.value))
    if verb is not None:
        return verb, ""
    stand = stands(command.capability, command.value)
    return "set", f" to {stand.removeprefix('set to ').removeprefix('at ')}"
