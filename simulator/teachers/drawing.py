"""Drawing what owners have in mind, in the home that they live in."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from device.context import Device, Home
from simulator.teachers.bank import Share, wordings
from simulator.teachers.phrasing import Part, value_of
from simulator.teachers.situations import NEEDS, helping
from simulator.teachers.wishes import Topic, Wish, spoken_name

_SWITCHABLE = frozenset({"light", "switch", "fan", "media_player"})


def draw(rng: Random, home: Home, topic: Topic, *, room: str, share: Share = "all") -> Wish | None:
    """Something to teach in this home.

    Args:
        rng: The only source of chance.
        home: With the names that are said.
        topic: What kind.
        room: Where the speaker stands.
        share: Which names and sentences may be used.

    Returns:
        None where the home has nothing of the kind.
    """
    return _DRAWN[topic](rng, home, room, share)


def _value(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    return _settings(rng, home, share, count=1)


def _values(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    return _settings(rng, home, share, count=rng.choice((2, 2, 3)))


def _settings(rng: Random, home: Home, share: Share, *, count: int) -> Wish | None:
    """Values without devices: they go to whatever is named."""
    lamps = [d for d in _lights(home) if d.capability("brightness")]
    if not lamps:
        return None
    name = rng.choice(wordings("names", "setting", share))
    if count == 1 and rng.random() < 0.2:
        return _of_thing(rng, home, name)
    lamp = rng.choice(lamps)
    alone = rng.random() < 0.3
    lit = [lamp] if alone else [d for d in _lights(home) if d.room == lamp.room]
    covered = _covered(home, lit)
    hues = [c for c in ("color", "color", "color_temperature") if c in covered]
    able = [c for c in ("brightness", *([rng.choice(hues)] if hues else [])) if c in covered]
    first = [rng.choices(able, weights=[(6, 4)[i] for i in range(len(able))])[0]]
    more = [c for c in able if c not in first]
    target = {"thing": spoken_name(home, lamp)} if alone else _places(rng, str(lamp.room))
    called = {"": rng.choice(("it", "the light", "the lamp") if alone else ("the lights", "them"))}
    if count > 1 and not alone:
        others = [d for d in home.devices if d.room == lamp.room and d.kind in ("climate", "cover")]
        others = [d for d in others if _everyday(d)]
        covered |= _covered(home, others)
        beside = [c for c in ("target_temperature", "position") if c in covered]
        if beside and ("room" in target):
            # Only a request for a whole room covers more than its lights.
            target = {"room": target["room"]}
            more += beside
    chosen = [*first, *rng.sample(more, min(len(more), count - 1))]
    if len(chosen) < count and count == 2:
        return None
    parts = tuple(Part(capability=c, value=value_of(rng, c)) for c in chosen)
    if any(c in ("target_temperature", "position") for c in chosen):
        return _with_owners_words(rng, home, name, target, parts, covered)
    return Wish(
        topic=Topic.VALUE if count == 1 else Topic.VALUES,
        name=name, target=target, parts=parts, covered=covered, called=called,
    )  # fmt: skip


def _with_owners_words(
    rng: Random,
    home: Home,
    name: str,
    target: Mapping[str, str],
    parts: tuple[Part, ...],
    covered: Mapping[str, tuple[str, ...]],
) -> Wish:
    """Lights and something else in one room: each is called by its own word."""
    labels = {home.label(d): d for d in home.devices}
    named, called = [], {"": "the lights"}
    for part in parts:
        if part.capability in ("target_temperature", "position"):
            label = covered[part.capability][0]
            called[label] = spoken_name(home, labels[label])
            part = Part(capability=part.capability, value=part.value, device=label)
        named.append(part)
    return Wish(
        topic=Topic.VALUES,
        name=name, target=target, parts=tuple(named), covered=covered, called=called,
    )  # fmt: skip


def _of_thing(rng: Random, home: Home, name: str) -> Wish | None:
    """One value of something that is no light."""
    wanted = {"climate": "target_temperature", "fan": "fan_speed", "cover": "position"}
    things = [
        d for d in home.devices
        if d.kind in wanted and d.capability(wanted[d.kind]) and d.device_class != "garage"
    ]  # fmt: skip
    if not things:
        return None
    thing = rng.choice(things)
    capability = wanted[thing.kind]
    value = rng.choice((25, 40, 70)) if thing.kind == "cover" else value_of(rng, capability)
    return Wish(
        topic=Topic.VALUE,
        name=name,
        target={"thing": spoken_name(home, thing)},
        parts=(Part(capability=capability, value=value),),
        covered=_covered(home, [thing]),
        called={"": spoken_name(home, thing)},
    )


def _several(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    """Devices with values of their own."""
    usual = ("power", "brightness", "color", "position", "fan_speed", "volume")
    kinds = ("light", "switch", "fan", "cover", "media_player")
    rooms = [r.name for r in home.rooms]
    where = rng.choice(rooms)
    here = [d for d in home.devices if d.room == where and d.kind in kinds and _everyday(d)]
    if len(here) < 2:
        return None
    chosen = rng.sample(here, min(len(here), rng.choice((2, 2, 3))))
    parts, called = [], {}
    for device in chosen:
        able = [c for c in usual if device.capability(c)]
        capability = rng.choice(able)
        label = home.label(device)
        called[label] = spoken_name(home, device)
        value = value_of(rng, capability)
        parts.append(Part(capability=capability, value=value, device=label))
    return Wish(
        topic=Topic.DEVICES,
        name=rng.choice(wordings("names", "setting", share)),
        target={"room": where.lower()},
        parts=tuple(parts),
        called=called,
    )


def _group(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    return _named(rng, home, share, rng.choice((2, 2, 3)))


def _nickname(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    return _named(rng, home, share, 1)


def _named(rng: Random, home: Home, share: Share, count: int) -> Wish | None:
    able = [d for d in home.devices if d.kind in _SWITCHABLE and d.capability("power")]
    able = [d for d in able if _everyday(d)]
    if len(able) < count:
        return None
    floors = {room.name: room.floor for room in home.rooms}
    first = rng.choice(able)
    # What goes by one name is mostly near each other.
    near = [
        d for d in able if d is not first and floors.get(str(d.room)) == floors.get(str(first.room))
    ]
    if len(near) < count - 1:
        return None
    chosen = [first, *rng.sample(near, count - 1)]
    return Wish(
        topic=Topic.NICKNAME if count == 1 else Topic.GROUP,
        name=rng.choice(wordings("names", "devices", share)),
        devices=tuple(home.label(d) for d in chosen),
        called={home.label(d): spoken_name(home, d) for d in chosen},
    )


def _place(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    rooms = sorted({d.room for d in _lights(home) if d.room})
    if not rooms:
        return None
    area = rng.choice(rooms)
    name = rng.choice(wordings("names", "place", share))
    return Wish(topic=Topic.PLACE, name=name, area=area, called={"": f"the {area.lower()}"})


def _example(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    """As a lamp is now; whoever holds the lesson puts it there first (`parts`)."""
    lamps = [d for d in _lights(home) if d.capability("brightness")]
    if not lamps:
        return None
    lamp = rng.choice(lamps)
    label = home.label(lamp)
    return Wish(
        topic=Topic.EXAMPLE,
        name=rng.choice(wordings("names", "setting", share)),
        target={"thing": spoken_name(home, lamp)},
        parts=(
            Part(capability="power", value="on", device=label),
            Part(capability="brightness", value=value_of(rng, "brightness"), device=label),
        ),
        covered=_covered(home, [lamp]),
    )


def _reference(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    """Like one that was taught before: whoever holds the lesson lets the speaker know it."""
    wish = _settings(rng, home, share, count=rng.choice((1, 2)))
    if wish is None or any(part.device for part in wish.parts):
        return None
    others = [n for n in wordings("names", "setting", share) if n != wish.name]
    return Wish(
        topic=Topic.REFERENCE,
        name=wish.name, target=wish.target, parts=wish.parts, covered=wish.covered,
        called=wish.called, other=rng.choice(others),
    )  # fmt: skip


def _declarative(rng: Random, home: Home, room: str, share: Share) -> Wish | None:
    """How it is in the room where the speaker stands, and what the owner would do."""
    served = [need for need in NEEDS if helping(home, need, room)]
    if not served:
        return None
    need = rng.choice(served)
    device, capability, value = rng.choice(helping(home, need, room))
    label = home.label(device)
    return Wish(
        topic=Topic.DECLARATIVE,
        name=rng.choice(wordings("needs", need, share)),
        parts=(Part(capability=capability, value=value, device=label),),
        called={label: spoken_name(home, device)},
        need=need,
    )


_DRAWN: Mapping[Topic, Callable[[Random, Home, str, Share], Wish | None]] = {
    Topic.VALUE: _value,
    Topic.VALUES: _values,
    Topic.DEVICES: _several,
    Topic.GROUP: _group,
    Topic.NICKNAME: _nickname,
    Topic.PLACE: _place,
    Topic.EXAMPLE: _example,
    Topic.REFERENCE: _reference,
    Topic.DECLARATIVE: _declarative,
}


def _lights(home: Home) -> list[Device]:
    return [d for d in home.devices if d.kind == "light" and d.room and not d.members]


def _everyday(device: Device) -> bool:
    """Whether nobody is asked before it moves."""
    return bool(device.room) and device.device_class not in ("garage", "gate", "door", "window")


def _places(rng: Random, room: str) -> dict[str, str]:
    room = room.lower()
    lights = rng.choice((f"the {room} lights", f"the lights in the {room}", f"the {room} light"))
    return {"lights": lights, "room": room}


def _covered(home: Home, devices: Sequence[Device]) -> dict[str, tuple[str, ...]]:
    names = sorted({c.name for d in devices for c in d.capabilities if c.settable})
    return {
        name: tuple(home.label(d) for d in devices if d.capability(name)) for name in names
    }  # fmt: skip
