"""Whole lessons: an owner and a real speaker in a pretend house, turn by turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from device.concepts import Concept, Kind
from device.context import Context
from device.events import Ask, Turn, Value
from simulator.session import Session
from simulator.teachers.bank import Share
from simulator.teachers.mishearing import Mishearing
from simulator.teachers.situations import helps
from simulator.teachers.teacher import PATIENCE, REFUSERS, Manner, Said, Teacher
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
    """What the owner said after his first request; a request for something else in between does
    not count."""
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
    teacher = Teacher(rng, home, wish, manner, share=share)
    before = session.speaker.context.taught
    lines: list[Line] = []
    said: Said | None = Said(text=teacher.begin())
    turns = -1
    while said is not None and turns < PATIENCE:
        turns += said.counts
        line = _exchange(session, said, hearing)
        lines.append(line)
        said = teacher.answer(line.reply, line.asks)
        if _new(session, before) and line.asks is None:
            break
    stored = _new(session, before)
    return Lesson(
        wish=wish,
        manner=manner,
        lines=tuple(lines),
        turns=turns,
        offered=teacher.opened,
        stored=stored,
        agreed=teacher.agreed_to is not None,
        right=not stored if manner in REFUSERS else _right(wish, stored, session),
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
    now = session.house.house.values()
    session.touch(
        {
            name: changed
            for name, values in changes.items()
            if name in now and (changed := _differing(values, now[name]))
        }
    )


def _right(wish: Wish, stored: tuple[Concept, ...], session: Session) -> bool:
    if len(stored) != 1:
        return False
    if not wish.need:
        return meant(wish, stored[0])
    named = stored[0].kind is Kind.DECLARATIVE and bare(stored[0].name) == bare(wish.name)
    return named and helpful(wish, stored[0], session.speaker.context)


def meant(wish: Wish, concept: Concept) -> bool:
    """Whether a concept is exactly what an owner has in mind."""
    meaning = concept.meaning
    if concept.kind is not Kind.ENTITY or bare(concept.name) != bare(wish.name):
        return False
    if wish.devices:
        return set(meaning.devices) == set(wish.devices) and not meaning.settings
    if wish.area:
        return meaning.area == wish.area and not (meaning.settings or meaning.devices)
    if meaning.devices or meaning.area or not meaning.settings:
        return False
    found: dict[tuple[str, Value], frozenset[str]] = {}
    for s in meaning.settings:
        key = (s.capability, s.value)
        found[key] = found.get(key, frozenset()) | frozenset(s.devices)
    if wish.topic is Topic.EXAMPLE:
        return _as_it_is(wish, found)
    wanted: dict[tuple[str, Value], set[str]] = {}
    for part in wish.parts:
        wanted.setdefault((part.capability, part.value), set()).update(
            {part.device} if part.device else ()
        )
    if set(wanted) != set(found):
        return False
    return all(
        found[key] in (devices, _all(wish, key[0]) if len(devices) < 2 else devices)
        or (not found[key] and devices == _all(wish, key[0]))
        for key, devices in wanted.items()
    )


def _all(wish: Wish, capability: str) -> set[str]:
    """The one device that the request names; where it names a room, what is taught holds in
    others too, and no device belongs to it.
    """
    return set(wish.covered.get(capability, ())) if "thing" in wish.target else set()


def helpful(wish: Wish, concept: Concept, context: Context) -> bool:
    """Whether what was learned for a declarative helps where the speaker stands: all of it."""
    home = context.home
    here = [device for device in home.devices if device.room == context.room]
    by_label = {home.label(device): device for device in home.devices}
    settings = concept.meaning.settings
    return bool(settings) and all(
        any(helps(wish.need, device, setting.capability, setting.value) for device in devices)
        for setting in settings
        if (devices := [by_label[label] for label in setting.devices] or here)
    )


def _as_it_is(wish: Wish, found: Mapping[tuple[str, Value], frozenset[str]]) -> bool:
    """Whether the brightness of the lamp is kept, and nothing that it is not."""
    lamp = {part.device for part in wish.parts}
    shown = {(part.capability, part.value) for part in wish.parts}
    own = {part.capability for part in wish.parts}
    bright = next((part.capability, part.value) for part in wish.parts if part.value != "on")
    return (
        bright in found
        and all(key in shown or key[0] not in own for key in found)
        and all(devices <= lamp for devices in found.values())
    )


def _exchange(session: Session, said: Said, hearing: Mishearing | None) -> Line:
    if not said.text:
        return _told(said.text, "", session.wait(SILENCE_MS))
    heard = said.text if hearing is None else hearing.hear(said.text)
    return _told(said.text, heard, session.say(heard) if heard else [])


def _told(said: str, heard: str, turns: list[Turn]) -> Line:
    if not turns:
        return Line(said=said, heard=heard, reply="", asks=Ask.TEACH)
    reply = " ".join(turn.reply.text for turn in turns if turn.reply.text)
    return Line(said=said, heard=heard, reply=reply, asks=turns[-1].reply.asks)


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


def bare(name: str) -> str:
    """Without article, marks and case."""
    words = name.lower().replace(",", "").replace("?", "").split()
    return " ".join(words[1:] if words and words[0] in ("the", "my", "our", "a") else words)


def _in_mind(wish: Wish) -> str:
    values = ", ".join(
        f"{part.device + ' ' if part.device else ''}{part.capability} {part.value}"
        for part in wish.parts
    )
    return f"{wish.name!r}: {values or ', '.join(wish.devices) or wish.area}"
