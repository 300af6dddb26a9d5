"""A turn as the JSON object of the command-line contract (DESIGN section 7).

The same object is printed by `--json`, kept in the store and drawn by the studio.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from device.context import Home
from device.events import Reply, Turn, Value


def record(turn: Turn, home: Home) -> dict[str, Any]:
    """The turn as a JSON-ready object.

    Args:
        turn: What happened.
        home: The home at that time; gives devices the names that people know.

    Returns:
        Keys and values as DESIGN section 7 fixes them; whole numbers are ints.
    """
    skills = {route.request: route.skill for route in turn.routes}
    found: dict[str, Any] = {
        "text": turn.text,
        "hypotheses": [{"text": h.text, "score": round(h.score, 4)} for h in turn.hypotheses],
        "requests": [
            {
                "text": request.text,
                "span": [list(part) for part in request.span],
                "domain": request.domain,
                "intent": request.intent,
                "slots": {slot.name: plain(slot.value) for slot in reversed(request.slots)},
                "confidence": round(request.confidence, 4),
                "skill": skills.get(request),
            }
            for request in turn.requests
        ],
        "commands": [
            {
                "device": label(home, outcome.command.device),
                "capability": outcome.command.capability,
                "value": plain(outcome.command.value),
            }
            for outcome in turn.outcomes
        ],
        "state": _state(turn, home),
        "asks": turn.reply.asks,
        "reply": turn.reply.text,
        "events": list(turn.events),
        "ms": {stage: round(spent, 2) for stage, spent in turn.ms.items()},
        "error": turn.error,
    }
    if turn.lists is not None:
        found["lists"] = {name: list(items) for name, items in turn.lists.items()}
    if turn.timers is not None:
        found["timers"] = [dict(timer) for timer in turn.timers]
    if turn.concepts is not None:
        found["concepts"] = [dict(concept) for concept in turn.concepts]
    if turn.wake is not None:
        wake = turn.wake
        found["wake"] = {"model": wake.model, "start_ms": wake.start_ms, "score": wake.score}
    return found


def kept_record(turn: Turn, home: Home) -> dict[str, Any]:
    """The turn as it is kept: besides, the skills that each request might have gone to.

    Returns:
        `record` with `candidates`: for each request those skills, best first, each with its
        own intent and the probability that it was meant.
    """
    candidates = [
        [
            {"skill": c.skill, "score": round(c.score, 4), "intent": c.intent}
            for c in route.candidates
        ]
        for route in turn.routes
    ]
    return {**record(turn, home), "candidates": candidates}


def encode(found: dict[str, Any]) -> bytes:
    """The object as one line of JSON."""
    return msgspec.json.encode(found)


def label(home: Home, device_id: str) -> str:
    """What people call a device; its id when it has left the home meanwhile."""
    device = home.device(device_id)
    return device_id if device is None else home.label(device)


def plain(value: Value) -> Value:
    """A whole number without its decimal point.

    Example: 21.0 -> 21, 21.5 -> 21.5, "on" -> "on".
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def joined(turns: Sequence[Turn]) -> Turn:
    """Several turns that came of one line, such as a jump in time, as one.

    Args:
        turns: At least one, in order; the first gives what there can be only one of.
    """
    first, last = turns[0], turns[-1]
    return replace(
        first,
        requests=tuple(request for turn in turns for request in turn.requests),
        routes=tuple(route for turn in turns for route in turn.routes),
        outcomes=tuple(outcome for turn in turns for outcome in turn.outcomes),
        events=tuple(event for turn in turns for event in turn.events),
        reply=Reply(
            text=" ".join(turn.reply.text for turn in turns if turn.reply.text),
            asks=last.reply.asks,
        ),
        error=next((turn.error for turn in turns if turn.error), None),
        lists=next((turn.lists for turn in reversed(turns) if turn.lists is not None), None),
        timers=next((turn.timers for turn in reversed(turns) if turn.timers is not None), None),
        concepts=next(
            (turn.concepts for turn in reversed(turns) if turn.concepts is not None), None
        ),
    )


def nothing(text: str, *, error: str | None = None) -> dict[str, Any]:
    """The object of a line or file that no turn came of.

    Args:
        text: The line or file name.
        error: What is wrong with it, in one sentence.
    """
    return {
        "text": text,
        "hypotheses": [],
        "requests": [],
        "commands": [],
        "state": {},
        "asks": None,
        "reply": "",
        "events": [],
        "ms": {},
        "error": error,
    }


def _state(turn: Turn, home: Home) -> dict[str, dict[str, Value]]:
    """Every value that the turn's commands set, as the device reported it."""
    state: dict[str, dict[str, Value]] = {}
    for outcome in turn.outcomes:
        if outcome.reported is not None:
            name = label(home, outcome.command.device)
            state.setdefault(name, {})[outcome.command.capability] = plain(outcome.reported)
    return state
