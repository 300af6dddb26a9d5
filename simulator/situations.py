"""People who leave out what the listener knows: underspecified requests and what they mean.

Somebody has devices in mind and says no more than the situation needs: "it" for what was just
spoken of, "the lamp" for the one at hand, "what's the temperature" while the oven is on. Each
kind of situation draws what is meant with chances that are written here, so that a model can
learn no more certainty than people give it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from device.context import Context, Device
from device.events import Request, Slot, Value
from simulator.homes import Split
from simulator.lives import DEEDS_OF, SINGULAR, Life, random_life, request
from simulator.purposes import (
    Drawn,
    asking_for,
    implied,
    most_used,
    pausing,
    playing,
    volume,
    warmth,
)
from simulator.topics import MUSIC


@dataclass(frozen=True, slots=True)
class Situation:
    """A request in its context, and the devices that the person has in mind."""

    kind: str
    context: Context
    request: Request
    meant: frozenset[str]
    """Their ids; empty where nothing in the home is meant, or the speaker itself."""
    own: bool = False
    """Whether the speaker itself is meant."""


_BARE = {"on": 0.2, "off": 0.2, "open": 0.0, "close": 0.0, "lock": 0.0, "unlock": 0.0}
"""How often people leave out "it" as well; half of the time in all other deeds."""


def situation(rng: Random, split: Split = "train") -> Situation:
    """A random situation in which somebody says little."""
    while True:
        kind = rng.choices(list(_KINDS), weights=[w for w, _ in _KINDS.values()])[0]
        life = random_life(rng, split)
        drawn = _KINDS[kind][1](life)
        if drawn is None:
            continue
        asked, devices = drawn
        meant = frozenset(d.id for d in devices)
        own = not meant and kind in ("volume", "follow")
        return Situation(kind, life.context, asked, meant, own)


def _follow(life: Life) -> Drawn:
    """What was just spoken of; the older the mention, the less likely."""
    rng = life.rng
    first = _some_device(life)
    if first is None:
        return None
    together = [d for d in life.of(first.kind) if d.room == first.room]
    devices = together if len(together) > 1 and rng.random() < 0.25 else [first]
    age_s = min(rng.expovariate(1 / 40) + 2, 3000) if rng.random() < 0.9 else rng.uniform(300, 3000)
    life.mention(devices, rng.choice(DEEDS_OF[first.kind]), age_s)
    if rng.random() < 0.15:
        _change(life, rng.uniform(age_s, 900))
    what = rng.choice(DEEDS_OF[first.kind])
    scope, said = "it", ""
    if len(devices) == 1 and first.kind in SINGULAR and rng.random() < 0.3:
        scope, said = "", rng.choice(SINGULAR[first.kind])
    elif rng.random() < _BARE.get(what, 0.5):
        scope = ""
    if scope != "it" and rng.random() > 2 ** (-age_s / 300):
        return _fresh_for(life, what, first.kind, said)
    return request(what, first.kind, scope=scope, said=said), devices


def _fresh(life: Life) -> Drawn:
    """What is at hand in the room, without a word of it before."""
    kind = life.rng.choice(
        ("light", "light", "light", "fan", "climate", "climate", "lock", "cover")
    )
    what = life.rng.choice(DEEDS_OF[kind])
    said = _word(life, kind)
    if what in ("light", "climate", "position") and life.rng.random() < 0.5:
        said = ""
    return _fresh_for(life, what, kind, said)


def _fresh_for(life: Life, what: str, kind: str, said: str) -> Drawn:
    rng = life.rng
    if not said and what in ("on", "off", "open", "close", "lock", "unlock"):
        return None
    asked = request(what, kind, said=said)
    fitting = _able(life.of(kind), what, said)
    here = [d for d in fitting if d.room == life.room]
    pool = here or fitting
    if not pool:
        return None
    usual = most_used(life, pool, what)
    changing = [d for d in pool if _would_change(life, d, what)]
    if usual is not None and rng.random() < 0.75:
        return asked, [usual]
    if len(changing) == 1 and rng.random() < 0.85:
        return asked, changing
    if len(pool) > 1 and not here and rng.random() < 0.5:
        return asked, [rng.choice(pool)]
    return asked, pool


def _changed(life: Life) -> Drawn:
    """Something that has just changed by itself: a door that opened, a player that started."""
    age_s = life.rng.uniform(2, 240)
    device = _change(life, age_s)
    if device is None:
        return None
    what = {"cover": "close", "lock": "lock", "media_player": "pause"}.get(device.kind, "off")
    if life.rng.random() < 0.15:
        other = _some_device(life)
        if other is not None and what in DEEDS_OF[other.kind]:
            life.mention([other], what, life.rng.uniform(1, age_s))
            return request(what, other.kind, scope="it"), [other]
    return request(what, device.kind, scope="it"), [device]


def _habit(life: Life) -> Drawn:
    """What is usually meant at this time of day."""
    rng = life.rng
    kind = rng.choice(("light", "fan", "media_player", "media_player", "cover", "climate"))
    pool = life.of(kind)
    if len(pool) < 2:
        return None
    near = [d for d in pool if d.room == life.room] or pool
    device = rng.choice(near if rng.random() < 0.6 else pool)
    what = rng.choice([d for d in DEEDS_OF[kind] if d not in ("off", "pause", "warmth")])
    said = "" if what in ("play", "volume", "climate") else _word(life, kind, device)
    life.use([device], what, rng.randint(4, 25), hour=life.hour)
    if rng.random() < 0.5:
        rival = rng.choice([d for d in pool if d is not device])
        life.use([rival], what, rng.randint(4, 25), hour=life.hour + rng.choice((-1, 1)) * 8)
    if what == "play" and rng.random() < 0.6:
        return asking_for(rng.choice(MUSIC)), [device]
    return request(what, kind, said=said), [device]


def _other(life: Life) -> Drawn:
    """Not that one, the other."""
    rng = life.rng
    first = _some_device(life)
    if first is None:
        return None
    rest = [d for d in life.of(first.kind) if d is not first]
    near = [d for d in rest if d.room == first.room] or rest
    if not near:
        return None
    meant = rng.choice(near)
    what = rng.choice(DEEDS_OF[first.kind])
    if rng.random() < 0.3 and len(near) > 1:
        life.mention([meant], what, rng.uniform(60, 400))
    elif len(near) > 2:
        return None
    life.mention([first], what, rng.uniform(2, 60))
    said = rng.choice(SINGULAR[first.kind]) if first.kind in SINGULAR and rng.random() < 0.6 else ""
    return request(what, first.kind, scope="other", said=said), [meant]


def _namesake(life: Life) -> Drawn:
    """One of several devices of the same name."""
    rng = life.rng
    lamps = [d for d in life.home.devices if d.kind in ("light", "fan", "switch")]
    rooms = [r.name for r in life.home.rooms]
    if not lamps or len(rooms) < 2:
        return None
    first = rng.choice(lamps)
    twin = replace(first, id="twin", room=rng.choice([r for r in rooms if r != first.room]))
    life.home = replace(life.home, devices=(*life.home.devices, twin))
    life.put(twin, "power", rng.choice(("on", "off")))
    what = rng.choice(("on", "off"))
    slot = Slot(name="name", value=first.name, text=first.name.casefold())
    asked = replace(request(what, first.kind), slots=(slot,))
    both = [first, twin]
    pointed = rng.random()
    meant = rng.choice(both)
    if pointed < 0.3:
        life.mention([meant], rng.choice(("on", "off")), rng.uniform(2, 60))
        return asked, [meant]
    if pointed < 0.5:
        life.use([meant], what, rng.randint(5, 20), hour=life.hour)
    here = [d for d in both if d.room == life.room]
    if here and rng.random() < 0.9:
        return asked, here
    changing = [d for d in both if _would_change(life, d, what)]
    return asked, changing if len(changing) == 1 and pointed > 0.5 else [meant]


_KINDS: dict[str, tuple[float, Callable[[Life], Drawn]]] = {
    "follow": (24, _follow),
    "fresh": (26, _fresh),
    "changed": (8, _changed),
    "habit": (10, _habit),
    "playing": (8, playing),
    "pausing": (5, pausing),
    "volume": (6, volume),
    "warmth": (8, warmth),
    "implied": (12, implied),
    "other": (7, _other),
    "namesake": (8, _namesake),
}
"""Kind of situation -> how often, and what draws it."""

KINDS = tuple(_KINDS)


def _some_device(life: Life) -> Device | None:
    useful = [d for d in life.home.devices if d.kind in DEEDS_OF]
    near = [d for d in useful if d.room == life.room]
    pool = near if near and life.rng.random() < 0.5 else useful
    return life.rng.choice(pool) if pool else None


def _word(life: Life, kind: str, device: Device | None = None) -> str:
    """A word for one device of a kind."""
    if kind == "cover":
        covers = [device] if device is not None else life.of("cover")
        return life.rng.choice(covers).device_class if covers else "blind"
    return life.rng.choice(SINGULAR[kind])


def _able(pool: Sequence[Device], what: str, said: str) -> list[Device]:
    wanted = {"light": "brightness", "fan": "fan_speed"}.get(what)
    fit = [d for d in pool if wanted is None or d.capability(wanted)]
    return [d for d in fit if d.kind != "cover" or not said or d.device_class == said]


def _would_change(life: Life, device: Device, what: str) -> bool:
    power = life.context.value(device.id, "power")
    return power is not None and {"on": "off", "off": "on"}.get(what) == power


_BY_ITSELF: dict[str, tuple[str, Value]] = {
    "cover": ("position", 100),
    "lock": ("lock", "unlocked"),
    "media_player": ("media", "playing"),
}
"""Kind of device -> how it stands after a change that draws attention."""


def _change(life: Life, age_s: float) -> Device | None:
    """Let one device change by itself."""
    kinds = ("cover", "lock", "media_player", "switch", "light", "fan")
    pool = [d for d in life.home.devices if d.kind in kinds]
    if not pool:
        return None
    device, ago = life.rng.choice(pool), timedelta(seconds=age_s)
    capability, value = _BY_ITSELF.get(device.kind, ("power", "on"))
    life.put(device, capability, value, ago)
    return device
