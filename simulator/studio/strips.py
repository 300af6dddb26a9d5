"""A turn as the page draws it: what each stage gave, how sure it was, how long it took."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from device.context import Context, Home
from device.events import Hypothesis, Outcome, Request, Route, Turn
from device.ports import BusMessage
from device.records import kept_record, label, plain
from simulator.studio.relevance import Likely
from simulator.studio.views import labels

Json = dict[str, Any]

MOST_PAYLOAD = 2_000
"""Characters of a payload that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One MQTT message of the speaker's."""

    number: int
    """Counts all messages since the studio was opened."""
    out: bool
    """Whether the speaker sent it; else it reached the speaker."""
    at: str
    """Time of the home's clock, "21:30:05.123"."""
    lap_ms: float
    """The stopwatch."""
    message: BusMessage

    def json(self, since_ms: float | None = None) -> Json:
        """For the page.

        Args:
            since_ms: What the stopwatch showed when the turn began; None without a turn.
        """
        payload = self.message.payload.decode("utf-8", "backslashreplace")
        found = {
            "n": self.number,
            "out": self.out,
            "at": self.at,
            "topic": self.message.topic,
            "payload": payload[:MOST_PAYLOAD],
            "bytes": len(self.message.payload),
            "retained": self.message.retained,
        }
        return found if since_ms is None else {**found, "ms": round(self.lap_ms - since_ms, 1)}


@dataclass(slots=True, kw_only=True)
class Exchange:
    """What went on while one order was carried out."""

    source: str
    """How it came: "typed", "microphone", the name of a voice or a recording, "time"."""
    before: Context
    """The home when it began."""
    started_ms: float
    """Stopwatch reading."""
    letters: list[Letter] = field(default_factory=list)
    pcm: bytearray = field(default_factory=bytearray)
    """What was heard, where it was sound."""
    turns: int = 0
    """How many turns came of that sound."""
    said: str | None = None
    """The words that a voice was told to say."""


def strip(turn: Turn, home: Home, exchange: Exchange, relevant: Sequence[Sequence[Likely]]) -> Json:
    """One turn.

    Args:
        turn: What happened.
        home: The home at that time.
        exchange: What went on around it.
        relevant: What the situation said about each request (`Relevance.weigh`).
    """
    return {
        "id": turn.id,
        "at": turn.at.isoformat(timespec="seconds"),
        "source": exchange.source,
        "said": exchange.said,
        "record": kept_record(turn, home),
        "hypotheses": [_heard(one) for one in turn.hypotheses],
        "requests": [
            {**_asked(route.asked or route.request, exchange.before), "likely": _weighed(likely)}
            for route, likely in zip(turn.routes, relevant, strict=True)
        ],
        "routes": [_routed(route) for route in turn.routes],
        "outcomes": [_became(outcome, home) for outcome in turn.outcomes],
        "context": _context(turn, exchange.before),
        "bus": [letter.json(exchange.started_ms) for letter in exchange.letters],
        "sound": bool(exchange.pcm) and not turn.events,
    }


def asked_for(turn: Turn) -> tuple[Request, ...]:
    """The requests of a turn before they were routed."""
    return tuple(route.asked or route.request for route in turn.routes)


def _heard(one: Hypothesis) -> Json:
    return {
        "text": one.text,
        "score": round(one.score, 4),
        "words": [[w.text, w.start_ms, w.end_ms, round(w.confidence, 3)] for w in one.words],
    }


def _asked(request: Request, context: Context) -> Json:
    return {
        "text": request.text,
        "span": [list(part) for part in request.span],
        "domain": request.domain,
        "intent": request.intent,
        "confidence": round(request.confidence, 4),
        "source": str(request.source),
        "scope": request.scope,
        "excepted": list(request.excepted),
        "meant": labels(context, request.meant),
        "rivals": list(request.rivals),
        "slots": [
            {
                "name": slot.name,
                "value": plain(slot.value),
                "text": slot.text,
                "confidence": round(slot.confidence, 4),
            }
            for slot in request.slots
        ],
    }


def _weighed(likely: Sequence[Likely]) -> list[Json]:
    return [
        {
            "devices": list(one.devices),
            "breadth": str(one.breadth),
            "probability": round(one.probability, 4),
        }
        for one in likely
    ]


def _routed(route: Route) -> Json:
    return {
        "skill": route.skill,
        "candidates": [
            {"skill": c.skill, "score": round(c.score, 4), "intent": c.intent, "pack": c.pack}
            for c in route.candidates
        ],
        "tied": list(route.tied),
        "decided": route.decided,
        "off": route.off,
        "declined": list(route.declined),
    }


def _became(outcome: Outcome, home: Home) -> Json:
    command = outcome.command
    return {
        "device": label(home, command.device),
        "capability": command.capability,
        "value": plain(command.value),
        "kind": str(outcome.kind),
        "reported": None if outcome.reported is None else plain(outcome.reported),
    }


def _context(turn: Turn, before: Context) -> Json:
    """What was known besides the words."""
    return {
        "room": turn.room,
        "person": turn.person,
        "now": before.now.strftime("%A %H:%M"),
        "devices": len(before.home.devices),
        "turns": len(before.turns),
        "habits": len(before.habits),
        "concepts": [concept.name for concept in before.concepts],
        "timers": len(before.notebook.timers),
    }
