"""Going back: what it takes to undo a turn, and doing it.

A turn remembers the values that its devices had before (`Turn.before`), the notebook before and
after (`Turn.notebooks`) and what was learned and forgotten in it. Undoing puts back only what
that turn changed, so a timer that rang meanwhile stays rung. Undoing again goes one turn
further back.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from device.concepts import Concept
from device.context import Context
from device.effects import (
    Effect,
    ForgetConcepts,
    LearnConcept,
    Notebook,
    Plan,
    SetVolume,
    WriteNotebook,
)
from device.events import DeviceCommand, Outcome, OutcomeKind, Turn
from device.nlu.mentions import about

T = TypeVar("T", bound=Hashable)

_WAKING = frozenset({"light", "fan"})
"""Kinds that turn on when a brightness, colour or speed is set."""

_LASTING = frozenset({"scene"})
"""Capabilities whose old value means nothing."""


def before(commands: Sequence[DeviceCommand], context: Context) -> tuple[DeviceCommand, ...]:
    """Commands that would put back what these commands are about to change.

    Args:
        commands: What is about to be sent.
        context: The home before it.

    Returns:
        The values reported until now, without those that nobody knows.
    """
    undo: list[DeviceCommand] = []
    for device_id in dict.fromkeys(command.device for command in commands):
        device = context.home.device(device_id)
        touched = [c.capability for c in commands if c.device == device_id]
        wakes = device is not None and device.kind in _WAKING and device.capability("power")
        if wakes and context.value(device_id, "power") == "off":
            touched = ["power"]  # Setting a value turns it on: off is how it was.
        for capability in dict.fromkeys(touched):
            value = context.value(device_id, capability)
            if value is not None and capability not in _LASTING:
                undo.append(DeviceCommand(device=device_id, capability=capability, value=value))
    return tuple(undo)


_NEVER_SENT = frozenset(
    {OutcomeKind.OFFLINE, OutcomeKind.NO_BROKER, OutcomeKind.REFUSED, OutcomeKind.TOO_OFTEN}
)


def undo(context: Context) -> Plan:
    """The plan that undoes the last turn that changed something and was not undone yet."""
    changes = _standing(context.turns)
    if not changes:
        return Plan(reply="There is nothing to undo.")
    plan = _reversal(changes[-1:], context)
    relearned = _unlearned(changes[-1], context)
    plan = replace(plan, effects=(*plan.effects, *relearned))
    if not plan.commands and not plan.effects:
        return Plan(reply="I don't know how it was before.")
    told = "" if plan.commands and not _to_be_told(plan, context) else "I took that back."
    lost = [
        c.name for c in changes[-1].learned if _called(c) not in map(_called, changes[-1].unlearned)
    ]
    if relearned and lost:
        told = f"{told} I don't know \u201c{lost[0]}\u201d any more."
    return replace(plan, reply=told)


def _to_be_told(plan: Plan, context: Context) -> bool:
    """Whether a plan changes more than devices and what is to become of them later."""
    silent = (
        isinstance(e, WriteNotebook)
        and replace(e.notebook, holds=context.notebook.holds) == context.notebook
        for e in plan.effects
    )
    return not all(silent)


def _unlearned(turn: Turn, context: Context) -> tuple[Effect, ...]:
    """What brings the lessons back to before a turn, as far as they still are what it made."""
    gone = tuple(c for c in turn.learned if c in context.taught)
    left = [_called(c) for c in context.taught if c not in gone]
    back = tuple(LearnConcept(concept=c) for c in turn.unlearned if _called(c) not in left)
    return (*((ForgetConcepts(concepts=gone),) if gone else ()), *back)


def _called(concept: Concept) -> tuple[str | None, str, str]:
    return (concept.person, concept.kind, concept.name)


def taken_back(turn_id: str, context: Context) -> Plan:
    """What takes back a turn that is corrected, and the turns that it corrected itself.

    Of several requests in one breath the last one that is about devices is taken back and no
    other; what such a turn changed besides devices stays.

    Args:
        turn_id: The turn.
        context: Holds the recent turns.

    Returns:
        A plan without words, and without commands for what stands so already; an empty one
        where the turn changed nothing, was undone or is not known any more.
    """
    standing = {turn.id: turn for turn in _standing(context.turns)}
    chain: list[Turn] = []
    while turn_id in standing:
        turn = standing.pop(turn_id)
        chain.append(turn)
        turn_id = next((r.corrects for r in turn.requests if r.corrects), "")
    plan = _reversal([_last_request_of(turn, context) for turn in chain], context)
    doubtful = {o.command.device for turn in chain for o in turn.outcomes if not _obeyed(o)}
    commands = tuple(
        c
        for c in plan.commands
        if c.device in doubtful or context.value(c.device, c.capability) != c.value
    )
    return replace(plan, commands=commands)


def _obeyed(outcome: Outcome) -> bool:
    return outcome.kind is OutcomeKind.DONE


def _last_request_of(turn: Turn, context: Context) -> Turn:
    """What the last request of a turn changed, as a turn of its own."""
    if len(turn.requests) == 1:
        return turn
    found = (about(request, context) for request in reversed(turn.requests))
    last = {d.id for d in next((devices for devices in found if devices), ())}
    own = tuple(c for c in turn.before if c.device in last)
    return replace(turn, before=own, notebooks=None, volume_before=None)


def _reversal(turns: Sequence[Turn], context: Context) -> Plan:
    """The plan that leads back to before these turns, newest first."""
    back: dict[tuple[str, str], DeviceCommand] = {}
    notebook, volume = context.notebook, None
    lists = timers = False
    for turn in turns:
        sent = {o.command.device for o in turn.outcomes if o.kind not in _NEVER_SENT}
        known = [c for c in turn.before if c.device in sent and context.home.device(c.device)]
        back |= {(c.device, c.capability): c for c in known}
        if turn.notebooks is not None:
            old, new = turn.notebooks
            notebook = _put_back(notebook, old, new)
            lists, timers = lists or old.lists != new.lists, timers or old.timers != new.timers
        volume = turn.volume_before if turn.volume_before is not None else volume
    effects: list[Effect] = []
    if any(turn.notebooks is not None for turn in turns):
        effects.append(WriteNotebook(notebook=notebook))
    if volume is not None:
        effects.append(SetVolume(volume=volume))
    return Plan(
        commands=tuple(c for c in back.values() if not _wakes(c, back, context)),
        effects=tuple(effects),
        shows_lists=lists,
        shows_timers=timers,
    )


def _wakes(
    command: DeviceCommand, back: Mapping[tuple[str, str], DeviceCommand], context: Context
) -> bool:
    """Whether a command would turn on what is to be off."""
    device = context.home.device(command.device)
    power = back.get((command.device, "power"))
    off = power is not None and power.value == "off" and power is not command
    return off and device is not None and device.kind in _WAKING


def _changed(turn: Turn) -> bool:
    sent = any(o.kind not in _NEVER_SENT for o in turn.outcomes)
    other = turn.notebooks is not None or turn.volume_before is not None
    return sent or other or bool(turn.learned or turn.unlearned)


def _standing(turns: Sequence[Turn]) -> list[Turn]:
    """Turns that changed something and were not undone, oldest first; each undo ends one."""
    standing: list[Turn] = []
    for turn in turns:
        if not _changed(turn):
            continue
        if not any(request.intent == "Undo" for request in turn.requests):
            standing.append(turn)
        elif standing:
            standing.pop()
    return standing


def _put_back(now: Notebook, old: Notebook, new: Notebook) -> Notebook:
    """The present notebook with the change from `old` to `new` reversed."""
    names = dict.fromkeys((*old.lists, *new.lists))
    lists = dict(now.lists)
    for name in names:
        was, became = old.lists.get(name), new.lists.get(name)
        if was == became:
            continue
        items = _reversed_change(lists.get(name, ()), was or (), became or (), lambda item: item)
        if was is None and not items:
            lists.pop(name, None)
        else:
            lists[name] = items
    timers = _reversed_change(now.timers, old.timers, new.timers, lambda timer: timer.id)
    alarms = _reversed_change(now.alarms, old.alarms, new.alarms, lambda alarm: alarm.id)
    holds = _reversed_change(now.holds, old.holds, new.holds, lambda hold: hold.id)
    return replace(now, lists=MappingProxyType(lists), timers=timers, alarms=alarms, holds=holds)


def _reversed_change(
    now: Iterable[T], old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[T, ...]:
    """`now` without what came in, with what went or was changed back at its old place."""
    changed = {key(item) for item in {*old, *new} if (item in old) != (item in new)}
    present = {key(item): item for item in now}
    had = {key(item): item for item in old}
    had_before = {key(item) for item in old}
    came = {key(item) for item in new}
    result: list[T] = []
    for item_key, item in had.items():
        if item_key in changed and (item_key in present or item_key not in came):
            result.append(item)
        elif item_key in present:
            result.append(present[item_key])
    for item_key, item in present.items():
        if item_key not in had_before and item_key not in changed:
            result.append(item)
    return tuple(result)
