"""A concept after its lesson: in other wordings and rooms it does exactly its definition."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from device.context import Device, Home
from device.events import Ask, Value
from simulator.session import Session
from simulator.teachers.wishes import SETTINGS, Topic, Wish, spoken_name

Commands = frozenset[tuple[str, str, Value]]
"""(Label of a device, capability, value)."""

USES = 5
_ROOM_FRAMES = (
    *("{name} in the {room} please", "put the {room} lights in {name}"),
    *("set the lights in the {room} to {name}", "i want {name} in the {room}"),
    *("could you switch the {room} lights over to {name}", "{room} lights to {name}"),
    *("let's do {name} in the {room}", "the lights in the {room} on {name} please"),
)
_THING_FRAMES = (
    *("set {thing} to {name}", "put {thing} in {name} please", "{thing} to {name}"),
    *("would you switch {thing} to {name}", "i'd like {thing} on {name}"),
)
_OWN_FRAMES = ("{name} please", "i want {name}", "start {name}", "let's have {name}", "{name} now")
_DEVICE_FRAMES = (
    *("turn on {name}", "switch {name} off", "please turn {name} off", "could you turn on {name}"),
    *("{name} on please", "shut {name} off"),
)
_PLACE_FRAMES = (
    *("turn on the lights in {name}", "lights off in {name}", "switch the lights in {name} off"),
    *("set the lights in {name} to 40 percent", "please turn the lights on in {name}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of a concept."""

    kind: str
    said: str
    wanted: Commands
    sent: Commands
    reply: str

    @property
    def right(self) -> bool:
        """Whether exactly what it means was done."""
        return self.wanted == self.sent

    def text(self) -> str:
        """To read."""
        lines = (f"  wanted: {_listed(self.wanted)}", f"  sent: {_listed(self.sent)}")
        return "\n".join([f"  > {self.said}", f"  < {self.reply}", *lines])


def use(session: Session, rng: Random, wish: Wish) -> Iterator[Use]:
    """Use a concept some times after its lesson, each time in another way."""
    home = session.speaker.home.home
    asked: dict[str, tuple[str, Commands]] = {}
    for _ in range(8 * USES):
        kind, said, commands = _asked(rng, home, wish)
        if commands and len(asked) < USES:
            asked[said] = (kind, commands)
    for said, (kind, commands) in asked.items():
        turns = session.say(said)
        if turns and turns[-1].reply.asks is Ask.CONFIRM:
            # More than one floor, a siren: asked first, as whenever devices are named.
            turns += session.say("yes")
        yield Use(
            kind=kind,
            said=said,
            wanted=commands,
            sent=frozenset(
                (home.label(device), outcome.command.capability, outcome.command.value)
                for turn in turns
                for outcome in turn.outcomes
                if (device := home.device(outcome.command.device))
            ),
            reply=turns[-1].reply.text if turns else "",
        )
        session.say("never mind")


def _asked(rng: Random, home: Home, wish: Wish) -> tuple[str, str, Commands]:
    """A kind of use, a sentence and what it should do."""
    if wish.topic in (Topic.GROUP, Topic.NICKNAME):
        said = rng.choice(_DEVICE_FRAMES).format(name=wish.name)
        value = _order(said)
        return "name for devices", said, frozenset((d, "power", value) for d in wish.devices)
    if wish.topic is Topic.PLACE:
        said = rng.choice(_PLACE_FRAMES).format(name=wish.name)
        lamps = _lamps(home, wish.area)
        capability = "brightness" if "40" in said else "power"
        order: Value = 40 if "40" in said else _order(said)
        lamps = [lamp for lamp in lamps if lamp.capability(capability)]
        return "name for a place", said, _each(home, lamps, capability, order)
    if wish.topic is Topic.DECLARATIVE:
        return "said again", wish.name, frozenset()
    own = [(p.device, p.capability, p.value) for p in wish.parts if p.device]
    if wish.topic in SETTINGS and len(own) == len(wish.parts) and wish.topic is not Topic.EXAMPLE:
        return "devices of its own", rng.choice(_OWN_FRAMES).format(name=wish.name), frozenset(own)
    if wish.topic is Topic.EXAMPLE or own:
        return "", "", frozenset()
    return _elsewhere(rng, home, wish)


def _elsewhere(rng: Random, home: Home, wish: Wish) -> tuple[str, str, Commands]:
    """A setting in another room, or on another lamp: what a lamp lacks is left out."""
    if not any(p.capability in ("brightness", "color", "color_temperature") for p in wish.parts):
        return "", "", frozenset()
    lamps = [d for d in home.devices if d.kind == "light" and d.room and not d.members]
    lamp = rng.choice(lamps)
    if rng.random() < 0.3:
        said = rng.choice(_THING_FRAMES).format(thing=spoken_name(home, lamp), name=wish.name)
        return "another lamp", said, _settings(home, [lamp], wish)
    said = rng.choice(_ROOM_FRAMES).format(room=str(lamp.room).lower(), name=wish.name)
    return "another room", said, wanted(home, str(lamp.room), wish)


def wanted(home: Home, room: str, wish: Wish) -> Commands:
    """What a setting should do to the lights of a room: what a lamp lacks is left out."""
    return _settings(home, _lamps(home, room), wish)


def _settings(home: Home, lamps: list[Device], wish: Wish) -> Commands:
    return frozenset(
        command for p in wish.parts for command in _each(home, lamps, p.capability, p.value)
    )


def _each(home: Home, devices: list[Device], capability: str, value: Value) -> Commands:
    return frozenset(
        (home.label(d), capability, value) for d in devices if d.capability(capability)
    )


def _lamps(home: Home, room: str | None) -> list[Device]:
    """The lights of a room; a switch that is called a light is one."""
    return [
        d
        for d in home.devices
        if d.room == room and not d.members
        and (d.kind == "light" or (d.kind == "switch" and "light" in d.name.lower()))
    ]  # fmt: skip


def _order(said: str) -> str:
    return "off" if "off" in said.split() else "on"


def _listed(commands: Commands) -> str:
    return ", ".join(f"{d} {c} {v}" for d, c, v in sorted(commands, key=str)) or "nothing"
