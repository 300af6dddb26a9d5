"""Going back: what it takes to undo a turn, and doing it.

A turn remembers the values that its devices had before (`Turn.before`) and the notebook
before and after (`Turn.notebooks`). Undoing puts back only what that turn changed, so a timer
that rang meanwhile stays rung. Undoing again goes one turn further back.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from device.context import Context
from device.effects import Effect, Notebook, Plan, SetVolume, WriteNotebook
from device.events import DeviceCommand, OutcomeKind, Turn

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


_NEVER_SENT = frozenset({OutcomeKind.OFFLINE, OutcomeKind.NO_BROKER, OutcomeKind.REFUSED})


def undo(context: Context) -> Plan:
    """The plan that undoes the last turn that changed something and was not undone yet."""
    turn = _last_change(context.turns)
    if turn is None:
        return Plan(reply="There is nothing to undo.")
    effects: list[Effect] = []
    if turn.notebooks is not None:
        effects.append(WriteNotebook(notebook=_put_back(context.notebook, *turn.notebooks)))
    if turn.volume_before is not None:
        effects.append(SetVolume(volume=turn.volume_before))
    commands = tuple(c for c in turn.before if context.home.device(c.device) is not None)
    if not commands and not effects:
        return Plan(reply="I don't know how it was before.")
    lists = timers = False
    if turn.notebooks is not None:
        old, new = turn.notebooks
        lists, timers = old.lists != new.lists, old.timers != new.timers
    return Plan(
        commands=commands,
        effects=tuple(effects),
        reply="" if commands and not effects else "I took that back.",
        shows_lists=lists,
        shows_timers=timers,
    )


def _changed(turn: Turn) -> bool:
    sent = any(o.kind not in _NEVER_SENT for o in turn.outcomes)
    return sent or turn.notebooks is not None or turn.volume_before is not None


def _last_change(turns: Sequence[Turn]) -> Turn | None:
    """Walk back; each undo on the way stands for one change before it."""
    undone = 0
    for turn in reversed(turns):
        if not _changed(turn):
            continue
        if any(request.intent == "Undo" for request in turn.requests):
            undone += 1
        elif undone:
            undone -= 1
        else:
            return turn
    return None


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
    return replace(now, lists=MappingProxyType(lists), timers=timers, alarms=alarms)


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
