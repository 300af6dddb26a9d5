"""Who lives in a house, when they are at home, and what they do every day."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from device.home.homefile import Furnishing, HomeFile
from simulator.homes import words
from simulator.households.deeds import BY_NAME, DEEDS, Deed

MOST_PEOPLE = 4
_HABITS = (3, 8)
_MORNING = {"light": "on", "cover": "open", "switch": "on", "climate": "warmth"}
_MORNING |= {"media_player": "resume", "lock": "unlock"}
_NIGHT = {"light": "off", "cover": "close", "switch": "off", "lock": "lock", "scene": "activate"}
_NIGHT |= {"media_player": "pause", "fan": "speed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usually:
    """Something that somebody does on most days."""

    deed: Deed
    device: Furnishing
    hour: float
    """When, on average."""
    chance: float
    """On which share of days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Somebody who lives in a house."""

    name: str
    rises: float
    """Hour of the day."""
    sleeps: float
    leaves: float | None
    """Hour at which they go out for the day; None for who stays."""
    returns: float | None
    chatty: float
    """What they ask for in an hour besides their habits, on average."""
    habits: tuple[Usually, ...]

    def at_home(self, hour: float) -> bool:
        """Whether they are up and at home."""
        if not self.rises <= hour <= self.sleeps:
            return False
        return self.leaves is None or self.returns is None or not self.leaves < hour < self.returns


def residents(seed: int, house: HomeFile) -> tuple[Resident, ...]:
    """Who lives in a house; the same for the same seed."""
    rng = Random(f"people {seed}")
    names = rng.sample([n for n in words("people", "test") if " " not in n], MOST_PEOPLE)
    return tuple(_resident(rng, name, house) for name in names[: rng.randint(1, MOST_PEOPLE)])


def _resident(rng: Random, name: str, house: HomeFile) -> Resident:
    rises, sleeps = rng.uniform(5.8, 8.5), rng.uniform(21.5, 23.6)
    works = rng.random() < 0.6
    leaves = rises + rng.uniform(0.8, 1.8) if works else None
    returns = rng.uniform(15.5, 19.0) if works else None
    habits: list[Usually] = []
    for _ in range(rng.randint(*_HABITS)):
        early = rng.random() < 0.5
        around = rises + rng.uniform(0, 0.7) if early else sleeps - rng.uniform(0.1, 3.0)
        found = _habit(rng, house.devices, _MORNING if early else _NIGHT)
        if found is not None:
            deed, device = found
            habits.append(
                Usually(deed=deed, device=device, hour=around, chance=rng.uniform(0.5, 1.0))
            )
    return Resident(
        name=name.capitalize(),
        rises=rises,
        sleeps=sleeps,
        leaves=leaves,
        returns=returns,
        chatty=rng.uniform(0.5, 3.0),
        habits=tuple(habits),
    )


def _habit(
    rng: Random, devices: Sequence[Furnishing], usual: dict[str, str]
) -> tuple[Deed, Furnishing] | None:
    """What people do with some device at that time of day."""
    fitting = [device for device in devices if device.kind in usual]
    if not fitting:
        return None
    device = rng.choice(fitting)
    deed = BY_NAME[usual[str(device.kind)]]
    if rng.random() < 0.2:
        deed = rng.choice([d for d in DEEDS if device.kind in d.kinds])
    return deed, device
