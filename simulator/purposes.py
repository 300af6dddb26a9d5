"""What people want of players and machines without naming one, and what they mean.

Part of `simulator.situations`, which see.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from device.context import Device
from device.events import Request, Slot
from simulator.lives import Life, request
from simulator.topics import FILMS, MACHINES_FOR, MUSIC, machine_name, nonsense

Drawn = tuple[Request, Sequence[Device]] | None
"""A request, and the devices that the person has in mind."""


def playing(life: Life) -> Drawn:
    """Something to watch or to listen to."""
    rng = life.rng
    pool = life.of("media_player", room=life.room) or life.of("media_player")
    film = rng.random() < 0.5
    fitting = [d for d in pool if (d.device_class == "tv") is film] or pool
    if not fitting:
        return None
    usual = most_used(life, pool, "play")
    device = usual if usual is not None and rng.random() < 0.7 else rng.choice(fitting)
    return asking_for(rng.choice(FILMS if film else MUSIC)), [device]


def pausing(life: Life) -> Drawn:
    """Pausing, resuming or skipping what plays."""
    players = life.of("media_player")
    loud = [d for d in players if life.context.value(d.id, "media") == "playing"]
    here = [d for d in loud if d.room == life.room] or loud
    if not here:
        return None
    return request("pause", "media_player"), [life.rng.choice(here)] if len(here) == 1 else here


def volume(life: Life) -> Drawn:
    """Louder or quieter: what plays here, else the speaker itself."""
    loud = [
        d
        for d in life.of("media_player", room=life.room)
        if life.context.value(d.id, "media") == "playing" and life.room is not None
    ]
    asked = request("volume", "media_player")
    if len(loud) == 1 and life.rng.random() < 0.8:
        return asked, loud
    return asked, []


def warmth(life: Life) -> Drawn:
    """How warm it is: the appliance that is heating, else the room."""
    rng = life.rng
    asked = request("warmth", "climate")
    hot = [
        d
        for d in life.of("switch")
        if d.capability("temperature") and life.context.value(d.id, "power") == "on"
    ]
    cold = [d for d in life.of("switch") if d.capability("temperature") and d not in hot]
    if not hot and cold and rng.random() < 0.5:
        life.put(cold[0], "power", "on", timedelta(minutes=rng.randint(1, 30)))
        life.put(cold[0], "temperature", 180)
        hot = [cold[0]]
    near = [d for d in hot if d.room == life.room] or hot
    if len(near) == 1 and rng.random() < (0.9 if near[0].room == life.room else 0.75):
        return asked, near
    pool = [d for d in life.of("climate", "sensor", "weather") if d.capability("temperature")]
    here = [d for d in pool if d.room == life.room]
    return (asked, here or pool) if pool else None


def implied(life: Life) -> Drawn:
    """A deed that stands for the machine that does it."""
    rng = life.rng
    topic = rng.choice(list(MACHINES_FOR))
    others = life.of("switch", "light", "fan", "script")
    if others and rng.random() < 0.5:
        other = rng.choice(others)  # what was spoken of or done just now is not meant by it
        life.mention([other], rng.choice(("on", "off")), rng.uniform(2, 400))
        life.use([other], "on", rng.randint(0, 4), hour=life.hour)
    if rng.random() < 0.25:
        return _implying(nonsense(rng)), []
    machines = life.of("switch", "script", "scene")
    words = MACHINES_FOR[topic]
    fitting = [d for d in machines if any(w in d.name.casefold() for w in words)]
    if not fitting and machines and rng.random() < 0.4:
        device = rng.choice(machines)
        renamed = replace(device, name=machine_name(rng, words))
        devices = tuple(renamed if d is device else d for d in life.home.devices)
        life.home = replace(life.home, devices=devices)
        fitting = [renamed]
    asked = _implying(topic)
    if not fitting:
        return asked, []
    if topic.endswith("ing") and rng.random() < 0.4:
        life.use([fitting[0]], "on", rng.randint(3, 20), hour=life.hour)
        life.rang(rng.uniform(5, 200))
    usual = most_used(life, fitting, "on")
    here = [d for d in fitting if d.room == life.room]
    return asked, [usual or rng.choice(here or fitting)]


def _implying(topic: str) -> Request:
    slot = Slot(name="name", value=topic, text=topic)
    return replace(request("on", "switch", scope="implied"), slots=(slot,))


def most_used(life: Life, pool: Sequence[Device], what: str) -> Device | None:
    """The device that this person mostly uses so at this hour, if there is one."""

    def times(device: Device) -> int:
        ids = frozenset((device.id,))
        return sum(
            h.devices == ids
            and h.deed == what
            and h.person in (life.person, None)
            and min((h.at.hour - life.hour) % 24, (life.hour - h.at.hour) % 24) <= 1.5
            for h in life.habits
        )

    ranked = sorted(pool, key=times, reverse=True)
    if not ranked or times(ranked[0]) < 3:
        return None
    clear = len(ranked) == 1 or times(ranked[0]) >= 2 * times(ranked[1])
    return ranked[0] if clear else None


def asking_for(topic: str) -> Request:
    """A request to play something."""
    return Request(
        text=f"play {topic}",
        span=((0, 2),),
        domain="media_player",
        intent="HassMediaSearchAndPlay",
        slots=(Slot(name="search_query", value=topic, text=topic),),
        confidence=1.0,
    )
