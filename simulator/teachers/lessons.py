"""Whole lessons: an owner and a real speaker in a pretend house, turn by turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from device.concepts import Concept
from device.events import Ask, Value
from simulator.session import Session
from simulator.teachers.bank import Share
from simulator.teachers.judging import right
from simulator.teachers.manners import REFUSERS, Manner
from simulator.teachers.mishearing import Mishearing
from simulator.teachers.offers import written
from simulator.teachers.teacher import PATIENCE, Said, Teacher
from simulator.teachers.wishes import Topic, Wish

SILENCE_MS = 12_000
"""How long a silent owner says nothing, milliseconds."""
LATER_MS = 3_600_000
"""After this long nothing of a lesson may be left, milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One exchange."""

    said: str
    heard: str
    reply: str
    asks: Ask | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What became of one lesson."""

    wish: Wish
    manner: Manner
    lines: tuple[Line, ...]
    turns: int
    """What the owner said after his first request until it was learned; a request for something
    else in between does not count."""
    offered: bool
    """Whether the speaker asked what the words mean."""
    stored: tuple[Concept, ...]
    """What it has learned."""
    agreed: bool
    """Whether the owner said yes."""
    right: bool
    """Whether exactly what was meant is stored; of somebody who refused, nothing."""
    ended: bool
    """Whether the speaker is done with the lesson once the owner is, and an hour later."""

    @property
    def wrong(self) -> bool:
        """Whether something is stored that was not meant."""
        return bool(self.stored) and not self.right

    def text(self) -> str:
        """The lesson to read."""
        head = f"[{self.wish.topic}; {self.manner}] {_in_mind(self.wish)}"
        lines = [
            f"  > {line.said or '(silence)'}"
            + (f"   [heard: {line.heard}]" if line.heard != line.said else "")
            + f"\n  < {line.reply} ({line.asks or '-'})"
            for line in self.lines
        ]
        stored = "; ".join(str(concept.json()) for concept in self.stored) or "nothing"
        verdict = "right" if self.right else "WRONG"
        return "\n".join([head, *lines, f"  stored: {stored} -> {verdict}, {self.turns} turns"])


def hold(
    session: Session,
    rng: Random,
    wish: Wish,
    manner: Manner,
    *,
    share: Share = "all",
    hearing: Mishearing | None = None,
) -> Lesson:
    """Let an owner teach a speaker that is new to him.

    Args:
        session: Speaker and house; whatever was taught before is forgotten, but what the wish
            refers to.
        rng: The only source of chance.
        wish: What the owner has in mind.
        manner: How he answers.
        share: Which wordings he uses.
        hearing: How his words are heard; None hears every letter.
    """
    home = session.speaker.home.home
    teacher = Teacher(rng, home, wish, manner, share=share, seen=_seen(session, wish))
    before = session.speaker.context.taught
    lines: list[Line] = []
    said: Said | None = Said(text=teacher.begin())
    turns = -1
    while said is not None and turns < PATIENCE:
        turns += said.counts
        line = _exchange(session, said, hearing, lines[-1] if lines else None)
        lines.append(line)
        if _new(session, before):
            if line.asks is Ask.CONFIRM:  # whether the request itself is to be carried out
                lines.append(_exchange(session, Said(text="yes"), None))
            break
        said = teacher.answer(line.reply, line.asks)
    stored = _new(session, before)
    return Lesson(
        wish=wish,
        manner=manner,
        lines=tuple(lines),
        turns=turns,
        offered=teacher.opened,
        stored=stored,
        agreed=teacher.agreed_to is not None,
        right=not stored
        if manner in REFUSERS
        else right(wish, stored, session.speaker.context, misheard=hearing is not None),
        ended=_over(session, lines[-1].asks),
    )


def prepare(session: Session, wish: Wish) -> None:
    """Put the house as the wish has it: a lamp as it is to stay, darkness, noise."""
    home = session.speaker.home.home
    changes: dict[str, dict[str, Value]] = {}
    for device in home.devices:
        if wish.topic is Topic.EXAMPLE:
            own = [part for part in wish.parts if part.device == home.label(device)]
            values = {part.capability: part.value for part in own}
        else:
            values = _trouble(wish, device.kind, device.room)
        known = {c: v for c, v in values.items() if device.capability(c)}
        if known:
            changes[f"{device.room}/{device.name}"] = known
    now = session.house.values()
    session.touch(
        {
            name: changed
            for name, values in changes.items()
            if name in now and (changed := _differing(values, now[name]))
        }
    )


def _seen(session: Session, wish: Wish) -> frozenset[str]:
    """How the devices of a wish stand, as somebody sees who looks at them."""
    context = session.speaker.context
    labels = {part.device for part in wish.parts}
    devices = [d for d in context.home.devices if context.home.label(d) in labels]
    values = (context.value(d.id, c.name) for d in devices for c in d.capabilities)
    return frozenset(written(value) for value in values if value is not None)


def _exchange(
    session: Session, said: Said, hearing: Mishearing | None, before: Line | None = None
) -> Line:
    """Say something, or nothing for a while: a question that nothing is heard to stays open."""
    heard = said.text if hearing is None else hearing.hear(said.text)
    turns = session.say(heard) if heard else session.wait(SILENCE_MS)
    if not turns and before is not None:
        return Line(said=said.text, heard=heard, reply=before.reply, asks=before.asks)
    reply = " ".join(turn.reply.text for turn in turns if turn.reply.text)
    asks = turns[-1].reply.asks if turns else None
    return Line(said=said.text, heard=heard, reply=reply, asks=asks)


def _new(session: Session, before: tuple[Concept, ...]) -> tuple[Concept, ...]:
    return tuple(c for c in session.speaker.context.taught if c not in before)


def _over(session: Session, asks: Ask | None) -> bool:
    """Whether nothing of the lesson is left, at the latest an hour later."""
    if asks is not None:
        session.wait(LATER_MS)
    turns = session.say("what time is it")
    return bool(turns) and turns[-1].reply.asks is None


def _trouble(wish: Wish, kind: str, room: str | None) -> dict[str, Value]:
    """How devices stand where somebody complains, so that something can be done about it."""
    if wish.topic is not Topic.DECLARATIVE:
        return {}
    match wish.need, kind:
        case "light", "light":
            return {"power": "off"}
        case ("dark", "light"):
            return {"power": "on", "brightness": 90}
        case ("warm", "climate"):
            return {"target_temperature": 17}
        case ("cool", "climate"):
            return {"target_temperature": 24}
        case ("quiet", "media_player"):
            return {"power": "on", "volume": 70, "media": "playing"}
        case ("loud", "media_player"):
            return {"power": "on", "volume": 10, "media": "playing"}
        case ("privacy" | "glare", "cover"):
            return {"position": 100}
        case ("safe", "lock"):
            return {"lock": "unlocked"}
        case ("cool" | "air", "fan"):
            return {"power": "off"}
        case _:
            return {}


def _differing(values: Mapping[str, Value], now: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if now.get(name) != value}


def _in_mind(wish: Wish) -> str:
    values = ", ".join(
        f"{part.device + ' ' if part.device else ''}{part.capability} {part.value}"
        for part in wish.parts
    )
    return f"{wish.name!r}: {values or ', '.join(wish.devices) or wish.area}"
