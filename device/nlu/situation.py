"""A request in its situation, as numbers: what the model of references sees.

Every candidate has one row. The groups let an evaluation hide one kind of context at a time.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from device.context import Context, Device, Habit
from device.events import Request
from device.nlu.candidates import MOST, Breadth, Candidate, kind_said
from device.nlu.deeds import DEEDS, deed
from device.nlu.embedding import WordTable
from device.nlu.gazetteer import KIND_FLAGS, kind_flag
from device.nlu.mentions import Mention
from device.nlu.names import likeness, stems
from device.nlu.words import shape, tokenize

Floats = npt.NDArray[np.float32]

SCREENS = frozenset({"tv", "projector", "receiver"})
"""Device classes of players with a picture."""

_ON = {
    "media": "playing", "lock": "locked", "vacuum": "cleaning", "mower": "mowing", "power": "on",
}  # fmt: skip
"""Capability -> the value that counts as on; the first that a device has told decides."""
_AGES_S = (15.0, 60.0, 300.0)
_CHANGES_S = (30.0, 120.0, 600.0)
_USUAL_HOURS = 1.5
_RINGING_S = 300.0
_WORDS = 40

_LAYOUT = (
    ("deed", len(DEEDS)),
    ("words", 7),
    ("topic", _WORDS),
    ("clock", 2),
    ("turns", len(_AGES_S) + 1),
    ("events", 1),
    ("breadth", len(Breadth) + 1),
    ("kind", len(KIND_FLAGS)),
    ("screen", 2),
    ("room", 2),
    ("turns", 6),
    ("state", 4),
    ("changes", len(_CHANGES_S)),
    ("habits", 4),
    ("names", 3),
    ("title", _WORDS),
)

GROUPS = MappingProxyType(
    {
        name: tuple(
            at
            for i, (other, size) in enumerate(_LAYOUT)
            if other == name
            for at in range(sum(s for _, s in _LAYOUT[:i]), sum(s for _, s in _LAYOUT[: i + 1]))
        )
        for name, _ in _LAYOUT
    }
)
"""Name of a group of features -> their columns."""

WIDTH = sum(size for _, size in _LAYOUT)
"""Columns of a row."""


def rows(
    request: Request,
    found: Sequence[Candidate],
    context: Context,
    spoken_of: Sequence[Mention],
    table: WordTable,
) -> tuple[Floats, Floats]:
    """The features of all candidates.

    Args:
        request: What was asked.
        found: What it could be about.
        context: How the home stands.
        spoken_of: What was spoken of lately, newest first.
        table: Word vectors of size 40.

    Returns:
        Features of shape (MOST, WIDTH), between -1 and 1, zero beyond the last candidate, and
        a mask of shape (MOST, 1).
    """
    features, mask = np.zeros((MOST, WIDTH), np.float32), np.zeros((MOST, 1), np.float32)
    shared = _shared(request, context, spoken_of, table)
    habits = _Habits(request, context, found)
    for i, candidate in enumerate(found):
        own = _own(request, candidate, context, spoken_of, habits, table)
        features[i] = np.clip(np.concatenate([shared, own]), -1.0, 1.0)
        mask[i] = 1.0
    return features, mask


def _shared(
    request: Request, context: Context, spoken_of: Sequence[Mention], table: WordTable
) -> Floats:
    """What is the same for all candidates."""
    doing, said = deed(request), kind_said(request)
    topic = str(request.slot("name") or request.slot("search_query") or "")
    words = [
        *(request.scope == scope for scope in ("it", "other", "implied", "here")),
        bool(said),
        bool(topic),
        request.slot("search_query") is not None,
    ]
    day = 2 * math.pi * (context.now.hour + context.now.minute / 60) / 24
    age = spoken_of[0].age_s if spoken_of else math.inf
    rang = any(
        turn.events and 0 <= (context.now - turn.at).total_seconds() < _RINGING_S
        for turn in context.turns[-6:]
    )
    return np.concatenate(
        [
            [float(doing == d) for d in DEEDS],
            np.array(words, np.float32),
            _vector(topic, table),
            [math.sin(day), math.cos(day)],
            [*(float(age < limit) for limit in _AGES_S), float(bool(spoken_of))],
            [float(rang)],
        ]
    ).astype(np.float32)


def _own(
    request: Request,
    candidate: Candidate,
    context: Context,
    spoken_of: Sequence[Mention],
    habits: "_Habits",
    table: WordTable,
) -> Floats:
    """What is a candidate's own."""
    devices = candidate.devices
    count = max(1, len(devices))

    def share(test: Sequence[bool]) -> float:
        return sum(test) / count

    floors = {r.name: r.floor for r in context.home.rooms}
    here = floors.get(context.room or "")
    one = devices[0] if candidate.breadth is Breadth.ONE else None
    kinds = [kind_flag(d) for d in devices]
    on = [_is_on(d, context) for d in devices]
    aim = {"on": True, "play": True, "open": True, "lock": True, "off": False, "close": False,
           "unlock": False, "pause": False}.get(deed(request) or "")  # fmt: skip
    changed = min((_changed_s(d, context) for d in devices), default=math.inf)
    topic = str(request.slot("name") or request.slot("search_query") or kind_said(request))
    alike = max((likeness(topic, d.name) for d in devices), default=0.0) if topic else 0.0
    return np.concatenate(
        [
            [float(candidate.breadth is b) for b in Breadth],
            [min(1.0, math.log2(1 + len(devices)) / 5)],
            [share([k == flag for k in kinds]) for flag in KIND_FLAGS],
            [share([d.device_class in SCREENS for d in devices]), _screens(context)],
            [
                share([d.room is not None and d.room == context.room for d in devices]),
                share([here is not None and floors.get(d.room or "") == here for d in devices]),
            ],
            _spoken(candidate, context, spoken_of),
            [
                share([v is True for v in on]),
                share([v is False for v in on]),
                share([aim is not None and v is not None and v != aim for v in on]),
                share([_gives_heat(d, v) for d, v in zip(devices, on, strict=True)]),
            ],
            [float(changed < limit) for limit in _CHANGES_S],
            habits.of(candidate),
            [
                alike,
                _common(topic, devices),
                float(bool(devices) and all(d.available for d in devices)),
            ],
            _vector(one.name if one else "", table),
        ]
    ).astype(np.float32)


def _spoken(candidate: Candidate, context: Context, spoken_of: Sequence[Mention]) -> list[float]:
    """How a candidate stands to what was spoken of."""
    if not spoken_of or not candidate.devices:
        return [0.0] * 6
    ids, last = candidate.ids, spoken_of[0].devices
    before = spoken_of[1].devices if len(spoken_of) > 1 else frozenset[str]()
    known = {d.id: d for d in context.home.devices}
    rooms = {known[i].room for i in last if i in known}
    kinds = {known[i].kind for i in last if i in known}
    count = len(ids)
    return [
        len(ids & last) / count,
        float(ids == last),
        len(ids & before) / count,
        sum(d.room in rooms for d in candidate.devices) / count,
        sum(d.kind in kinds and d.id not in last for d in candidate.devices) / count,
        float(bool(last) and ids > last),
    ]


class _Habits:
    """How often each device was used like this."""

    def __init__(self, request: Request, context: Context, found: Sequence[Candidate]) -> None:
        doing = deed(request)
        same = [h for h in context.habits if h.deed == doing and h.person in (context.person, None)]
        self._now = [h for h in same if _near(h, context)]
        self._ever = same
        self._most_now = max((self._count(self._now, c) for c in found), default=0)
        self._most_ever = max((self._count(self._ever, c) for c in found), default=0)

    def of(self, candidate: Candidate) -> list[float]:
        """Two counts, and the two shares of the most usual candidate's."""
        now, ever = self._count(self._now, candidate), self._count(self._ever, candidate)
        return [
            min(1.0, math.log2(1 + now) / 5),
            min(1.0, math.log2(1 + ever) / 6),
            now / self._most_now if self._most_now else 0.0,
            ever / self._most_ever if self._most_ever else 0.0,
        ]

    @staticmethod
    def _count(habits: Sequence[Habit], candidate: Candidate) -> int:
        return sum(h.devices == candidate.ids for h in habits) if candidate.devices else 0


def _near(habit: Habit, context: Context) -> bool:
    """Whether it was at about this time of day."""
    hours = (habit.at.hour + habit.at.minute / 60) - (context.now.hour + context.now.minute / 60)
    return min(hours % 24, -hours % 24) <= _USUAL_HOURS


def _is_on(device: Device, context: Context) -> bool | None:
    position = context.value(device.id, "position")
    if isinstance(position, int | float):
        return position > 0
    for capability, value in _ON.items():
        told = context.value(device.id, capability)
        if told is not None:
            return told == value
    mode = context.value(device.id, "mode")
    return None if mode is None else mode not in ("off", "disarmed")


def _gives_heat(device: Device, on: bool | None) -> bool:
    """Whether it is an appliance at work that measures its own temperature: an oven."""
    plain = device.kind in ("climate", "sensor", "binary_sensor", "weather")
    return on is True and not plain and device.capability("temperature") is not None


def _screens(context: Context) -> float:
    """Whether the speaker's room, or the home where it has none, has a picture."""
    return float(
        any(
            d.device_class in SCREENS and (context.room is None or d.room == context.room)
            for d in context.home.devices
        )
    )


def _changed_s(device: Device, context: Context) -> float:
    """Seconds since a value of the device changed."""
    ages = [
        (context.now - reading.since) / timedelta(seconds=1)
        for reading in context.state.get(device.id, {}).values()
        if reading.since is not None
    ]
    return min((age for age in ages if age >= 0), default=math.inf)


def _common(topic: str, devices: Sequence[Device]) -> float:
    """Largest share of a device's name that was said."""
    said = set(stems(topic)) if topic else set()
    shares = [
        len(said & set(stems(name))) / max(1, len(stems(name)))
        for d in devices
        for name in (d.name, *d.aliases)
    ]
    return max(shares, default=0.0)


def _vector(text: str, table: WordTable) -> Floats:
    """The mean of the vectors of the words, zeros without any."""
    vectors = [table.vector(shape(t.text)) for t in tokenize(text) if not t.mark]
    return np.mean(vectors, axis=0) if vectors else np.zeros(_WORDS, np.float32)
