"""From the parts of an answer to what it defines in this home.

Settings that are for what the failed request names stay without devices, so that the concept
holds in other rooms as well; other devices keep their names. "Set the office light to X", then
"50 percent" or "the light at 50 percent" gives {brightness: 50}; "the desk lamp at 80 and the
blinds closed" gives settings with devices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from device.concepts import Concept, Meaning, Setting
from device.context import Context, Device
from device.events import Value
from device.nlu.names import likeness
from device.nlu.places import room_named
from device.nlu.values import color as color_named
from device.teaching.aims import About, Aim, aim
from device.teaching.clauses import Clause, Said
from device.teaching.gap import Gap, Lacks
from device.teaching.saidvalues import AMOUNT, STEP, STEPS, Change, change_of, value_of
from device.teaching.standing import as_they_are

OF_KIND: Mapping[str, str] = {
    "light": "brightness",
    "climate": "target_temperature",
    "water_heater": "target_temperature",
    "cover": "position",
    "valve": "position",
    "fan": "fan_speed",
    "media_player": "volume",
}
"""Kind of device -> what a number alone sets."""

RANGES: Mapping[str, tuple[float, float]] = {
    "brightness": (0, 100),
    "position": (0, 100),
    "fan_speed": (0, 100),
    "volume": (0, 100),
    "color_temperature": (1_000, 20_000),
    "target_temperature": (5, 35),
}
"""What a device takes that does not say so itself, in the capability's unit."""

UNITS: Mapping[str, str] = {"color_temperature": " kelvin", "target_temperature": " degrees"}

_ATTRIBUTES: Mapping[str, str] = {
    **dict.fromkeys(("brightness", "light level"), "brightness"),
    **dict.fromkeys(("color", "colour", "colors", "colours"), "color"),
    **dict.fromkeys(("temperature", "heating", "degrees"), "target_temperature"),
    **dict.fromkeys(("volume", "sound"), "volume"),
    **dict.fromkeys(("speed",), "fan_speed"),
    **dict.fromkeys(("position",), "position"),
    **dict.fromkeys(("white tone", "color temperature", "colour temperature"), "color_temperature"),
}
_OWN: Mapping[str, tuple[str, ...]] = {
    "light": ("brightness", "color", "color_temperature"),
    "climate": ("target_temperature",),
    "fan": ("fan_speed",),
    "media_player": ("volume",),
}
"""Kind of device -> what no other kind has."""
_MOVES = {"position": {"on": 100, "open": 100, "off": 0, "closed": 0}}
_SAME = 0.9
"""Likeness from which a name is that of something taught, 0 to 1."""


@dataclass(slots=True)
class Definition:
    """What an answer defines, while it is put together."""

    settings: list[Setting] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    """Devices of which nothing was said but their names."""
    problems: list[str] = field(default_factory=list)
    said: bool = False
    """Whether anything was said that defines or corrects."""
    corrects: bool = False
    """Whether something that was there before was changed or taken out."""

    def put(self, setting: Setting) -> None:
        """Take a setting, in place of what was said of the same devices before."""
        kept = [s for s in self.settings if not _replaces(setting, s)]
        self.corrects = self.corrects or len(kept) < len(self.settings)
        if setting.capability == "power" and setting.value == "on":
            others = [s for s in kept if s.devices == setting.devices]
            if others:
                self.settings = kept
                return
        self.settings = [*kept, setting]


def _replaces(new: Setting, old: Setting) -> bool:
    if new.devices != old.devices:
        return False
    if new.capability == old.capability:
        return True
    tones = {"color", "color_temperature"}
    return {new.capability, old.capability} <= tones or "power" in (new.capability, old.capability)


class Reader:
    """Reads the clauses of one answer."""

    def __init__(self, gap: Gap, context: Context, about: About, proposed: Meaning | None) -> None:
        """Take what is known when the answer comes.

        Args:
            gap: What is being taught.
            context: The home.
            about: What the failed request is about.
            proposed: What the question offered, which the answer may correct.
        """
        self._gap = gap
        self._context = context
        self._about = about
        self._proposed = proposed
        self._found = Definition()

    def read(
        self, clauses: Sequence[Clause], *, instead: bool = False
    ) -> tuple[Meaning | None, str]:
        """What they define together, and one sentence where it cannot be.

        Args:
            clauses: In the order said.
            instead: Whether they were said after a no: then they take the place of all that was
                offered, unless they change a part of it.
        """
        offered: tuple[Setting, ...] = ()
        if self._proposed is not None:
            offered = each_alone(self._proposed.settings)
            self._found.settings = list(offered)
        before: tuple[str, ...] = ()
        for clause in clauses:
            if clause.says and not clause.targets and clause.area is None:
                clause = replace(clause, targets=before)
            before = clause.targets or before
            self._clause(clause)
        if instead and not self._found.corrects and self._found.said:
            self._found.settings = [s for s in self._found.settings if s not in offered]
        return self._meaning(clauses)

    def _meaning(self, clauses: Sequence[Clause]) -> tuple[Meaning | None, str]:
        found = self._found
        problem = found.problems[0] if found.problems else ""
        if self._gap.lacks is Lacks.PLACE and not found.said:
            room = self._room(clauses)
            if room is not None:
                return Meaning(area=room), ""
            problem = problem.replace("device or room", "room")
        if found.settings and found.said:
            return replace(self._proposed or Meaning(), settings=tuple(found.settings)), ""
        if found.devices and self._gap.lacks is not Lacks.NEED:
            labels = tuple(dict.fromkeys(self._context.home.label(d) for d in found.devices))
            return Meaning(devices=labels), ""
        return None, problem

    def _room(self, clauses: Sequence[Clause]) -> str | None:
        said = [t for c in clauses for t in ((c.area,) if c.area else ()) + c.targets]
        rooms = (room_named(text, self._context) for text in said)
        return next((room for room in rooms if room is not None), None)

    def _clause(self, clause: Clause) -> None:
        aims = [aim(t, clause.area, self._about, self._context) for t in clause.targets]
        if not aims and clause.area is not None:
            aims = [aim(self._about.kind or "light", clause.area, self._about, self._context)]
        unknown = next((a.unknown for a in aims if a.unknown), "")
        if unknown:
            self._found.problems.append(f"I know no device or room called {unknown}.")
            aims = [a for a in aims if a.devices]
            if not aims:
                return
        for name in clause.concepts:
            self._concept(name)
        if clause.now and not any(v.label == STEP for v in clause.values):
            self._now(aims)
        for said in clause.values:
            self._value(said, aims or [Aim(devices=self._about.devices, same=True, named=False)])
        for words in clause.denied:
            self._denied(words)
        if not clause.says:
            self._found.devices += [d for a in aims for d in a.devices]

    def _concept(self, name: str) -> None:
        """What was taught before, by the name that is most like what was said."""
        known: list[Concept] = [c for c in self._context.concepts if c.meaning.settings]
        like, _, concept = max(
            ((likeness(name, c.name), -i, c) for i, c in enumerate(known)),
            key=lambda one: one[:2],
            default=(0.0, 0, None),
        )
        if concept is None or like < _SAME:
            self._found.problems.append(f"I don't know what {name} is.")
            return
        self._found.said = True
        for setting in concept.meaning.settings:
            self._found.put(setting)

    def _now(self, aims: Sequence[Aim]) -> None:
        devices = [d for a in aims for d in a.devices] or [*self._about.devices]
        same = not aims or all(a.same for a in aims)
        if not devices:
            rooms, same = self._about.rooms, False
            devices = [d for d in self._context.home.devices if d.room in rooms and _stands(d)]
        found = as_they_are(devices, self._context, same=same)
        if not found:
            self._found.problems.append("I don't know how that stands now.")
        for setting in found:
            self._found.said = True
            self._found.put(setting)

    def _value(self, said: Said, aims: Sequence[Aim]) -> None:
        for one in aims:
            for setting in self._settings(said, one):
                devices = self._takers(setting, one)
                if not self._possible(setting, devices):
                    continue
                self._found.said = True
                if self._anywhere(setting, one, devices):
                    self._found.put(setting)
                    continue
                for device in devices:
                    if len(devices) == 1 or _can(device, setting.capability):
                        label = self._context.home.label(device)
                        self._found.put(replace(setting, devices=(label,)))

    def _takers(self, setting: Setting, one: Aim) -> tuple[Device, ...]:
        """The devices that take a value: those meant, unless none of them can and nobody named
        them; then those of the same rooms that can."""
        name = setting.capability
        if one.named or not one.devices or any(_can(d, name) for d in one.devices):
            return one.devices
        kinds = {d.kind for d in one.devices}
        home = self._context.home.devices
        if any(d.kind in kinds and _can(d, name) for d in home):
            return one.devices  # colour, of lamps that have none: other rooms have lamps that do
        rooms = self._about.rooms
        return tuple(d for d in home if d.room in rooms and _can(d, name)) or one.devices

    def _anywhere(self, setting: Setting, one: Aim, devices: tuple[Device, ...]) -> bool:
        """Whether a setting is for whatever a later request names.

        It is where nothing else was named, where it changes such a setting, and where a kind of
        device was meant rather than the devices of one room.
        """
        name = setting.capability
        changes = any(s.capability == name and not s.devices for s in self._found.settings)
        of_kind = not self._about.devices and name in _OWN.get(one.kind, ())
        return (one.same and devices == one.devices) or of_kind or (changes and not one.named)

    def _settings(self, said: Said, one: Aim) -> Iterable[Setting]:
        """What one value sets on devices, by what they can do."""
        if said.label == STEP:
            labels = () if one.same else tuple(self._context.home.label(d) for d in one.devices)
            return self._changed(said, one.devices, labels)
        value = value_of(said.label, said.words)
        if value is None:
            if said.label == "color":
                self._found.problems.append(f"I know no color called {' '.join(said.words)}.")
            return ()
        return (Setting(capability=c, value=v) for c, v in self._set(said, value, one))

    def _set(self, said: Said, value: Value, one: Aim) -> Iterable[tuple[str, Value]]:
        devices = one.devices
        name = self._capability(said, value, one.devices, named=one.named)
        if name == "position" and value == 1 and "down" in said.words:
            return [(name, 0)]
        if name == "power" and devices and not any(_can(d, "power") for d in devices):
            if any(_can(d, "position") for d in devices):
                return [("position", _MOVES["position"][str(value)])]
            if any(_can(d, "mode") for d in devices) and value == "off":
                return [("mode", "off")]
        if name == "position" and any(d.kind == "lock" for d in devices):
            return [("lock", "unlocked" if value == 100 else "locked")]
        return [(name, value)]

    def _capability(
        self, said: Said, value: Value, devices: Sequence[Device], *, named: bool
    ) -> str:
        """What a value sets: by its words, unless no device of those can take it and another
        number of theirs can be meant."""
        label = said.label
        kinds = {d.kind for d in devices} or {self._about.kind}
        own = next((OF_KIND[k] for k in sorted(kinds) if k in OF_KIND), None)
        if label == AMOUNT:
            counted = [s for s in self._found.settings if s.capability in OF_KIND.values()]
            counted = [s for s in counted if not s.devices] or counted
            said_so = [s.capability for s in counted]
            if not named and said_so and own not in said_so:
                return said_so[-1]
            if own is not None:
                return own
            return (
                "target_temperature"
                if {"degrees", "celsius", "°"} & {*said.words}
                else "brightness"
            )
        if label == "target_temperature" and isinstance(value, int | float) and value >= 1_000:
            return "color_temperature"
        if {"degrees", "celsius", "°"} & {*said.words}:
            return label
        if any(s.capability == label for s in self._found.settings):
            return label
        number = label in OF_KIND.values() and value_of(AMOUNT, said.words) == value
        if number and devices and own is not None:
            return label if any(_can(d, label) for d in devices) else own
        return label

    def _possible(self, setting: Setting, devices: Sequence[Device]) -> bool:
        """Whether some device can take it; else what is wrong is noted."""
        name, value = setting.capability, setting.value
        able = [d for d in devices if _can(d, name)]
        everywhere = [d for d in self._context.home.devices if _can(d, name)]
        kinds = {d.kind for d in devices}
        alike = [d for d in everywhere if not kinds or d.kind in kinds]
        if not able and not alike:
            what, who = name.replace("_", " "), devices[0].name if devices else ""
            problem = f"{who} has no {what} to set." if who else f"There is no {what} to set here."
            self._found.problems.append(problem)
            return False
        low, high = _range(name, able or alike)
        if isinstance(value, int | float) and not low <= value <= high:
            unit = UNITS.get(name, " percent")
            self._found.problems.append(
                f"The {name.replace('_', ' ')} goes from {low:g} to {high:g}{unit}, not to {value:g}."
            )
            return False
        return True

    def _changed(
        self, said: Said, devices: Sequence[Device], labels: tuple[str, ...]
    ) -> Iterable[Setting]:
        """A change of what was said before, of what was offered, or of how it stands now."""
        change = change_of(said.words)
        if change is None:
            return
        name = self._changes(change, devices, labels)
        low, high = _range(name, [d for d in devices if _can(d, name)])
        size = change.size if change.size is not None else change.share * STEPS[name]
        if name == "color_temperature" and change.of == "warmth":
            size = -size
        before = [s for s in self._found.settings if s.capability == name]
        at = [s for s in before if s.devices == labels] or before
        if at:
            self._found.corrects = True
            for setting in at:
                if isinstance(setting.value, int | float):
                    yield replace(setting, value=_tidy(min(max(setting.value + size, low), high)))
            return
        known = [
            v for d in devices if isinstance(v := self._context.value(d.id, name), int | float)
        ]
        if not known:
            self._found.problems.append("I don't know how that stands now.")
            return
        value = min(max(sum(known) / len(known) + size, low), high)
        yield Setting(capability=name, value=_tidy(round(value)), devices=labels)

    def _changes(self, change: Change, devices: Sequence[Device], labels: tuple[str, ...]) -> str:
        """The capability that changes."""
        if change.of == "warmth":
            heated = any(d.kind in ("climate", "water_heater") for d in devices)
            named = {s.capability for s in self._found.settings if s.devices == labels}
            lit = "color_temperature" in named or not heated
            return (
                "color_temperature"
                if lit and "target_temperature" not in named
                else "target_temperature"
            )
        if change.of:
            return change.of
        for setting in reversed(self._found.settings):
            if setting.capability in STEPS:
                return setting.capability
        kinds = [OF_KIND[d.kind] for d in devices if d.kind in OF_KIND]
        return kinds[0] if kinds else OF_KIND.get(self._about.kind, "brightness")

    def _denied(self, words: str) -> None:
        """Take out a value, a quantity or a device."""
        said = words.split()
        capability = _ATTRIBUTES.get(" ".join(w for w in said if w not in ("the", "any", "a")))
        color = color_named(said)
        kept: list[Setting] = []
        found = aim(words, None, self._about, self._context)
        labels = (
            {self._context.home.label(d) for d in found.devices} if not found.unknown else set()
        )
        for setting in self._found.settings:
            if capability is not None and setting.capability == capability:
                continue
            if capability == "color" and setting.capability == "color_temperature":
                continue
            if color is not None and setting.value == color:
                continue
            left = tuple(d for d in setting.devices if d not in labels)
            if setting.devices and not left:
                continue
            kept.append(replace(setting, devices=left))
        if kept != self._found.settings:
            self._found.said = self._found.corrects = True
            self._found.settings = kept


def each_alone(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The same with one setting for each device."""
    return tuple(
        replace(setting, devices=devices)
        for setting in settings
        for devices in ([(d,) for d in setting.devices] or [()])
    )


def _can(device: Device, name: str) -> bool:
    found = device.capability(name)
    return found is not None and found.settable


def _stands(device: Device) -> bool:
    return device.kind in OF_KIND or _can(device, "power")


def _range(name: str, devices: Sequence[Device]) -> tuple[float, float]:
    low, high = RANGES.get(name, (float("-inf"), float("inf")))
    found = [c for d in devices if (c := d.capability(name)) is not None]
    lows = [low if c.minimum is None else c.minimum for c in found] or [low]
    highs = [high if c.maximum is None else c.maximum for c in found] or [high]
    return min(lows), max(highs)


def _tidy(value: float) -> Value:
    return int(value) if float(value).is_integer() else round(value, 1)
