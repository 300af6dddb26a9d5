"""From the parts of an answer to what it defines in this home.

Settings that are for what the failed request names stay without devices, so that the concept
holds in other rooms as well; other devices keep their names. "Set the office light to X", then
"50 percent" or "the light at 50 percent" gives {brightness: 50}; "the desk lamp at 80 and the
blinds closed" gives settings with devices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from device.concepts import Concept, Meaning, Setting
from device.context import Context, Device
from device.events import Value
from device.nlu.names import likeness
from device.nlu.places import room_named
from device.nlu.values import color as color_named
from device.teaching.abilities import COUNTED, OF_KIND, OWN, can, impossible
from device.teaching.aims import About, Aim, aim, means_others
from device.teaching.alterations import UNKNOWN, changed
from device.teaching.amending import corrected, moved
from device.teaching.clauses import Clause, Said
from device.teaching.definition import Definition, each_alone
from device.teaching.gap import Gap, Lacks
from device.teaching.saidvalues import AMOUNT, STEP, change_of, value_of
from device.teaching.standing import as_they_are

_ATTRIBUTES: Mapping[str, str] = {
    **dict.fromkeys(("brightness", "light level"), "brightness"),
    **dict.fromkeys(("color", "colour", "colors", "colours"), "color"),
    **dict.fromkeys(("temperature", "heating", "degrees"), "target_temperature"),
    **dict.fromkeys(("volume", "sound"), "volume"),
    **dict.fromkeys(("speed",), "fan_speed"),
    **dict.fromkeys(("position",), "position"),
    **dict.fromkeys(("white tone", "color temperature", "colour temperature"), "color_temperature"),
}
_PERCENT = frozenset({"percent", "%", "cent"})
_DEGREES = frozenset({"degrees", "degree", "celsius", "°"})
_SAME = 0.9
"""Likeness from which a name is that of something taught, 0 to 1."""


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
                offered, unless they change a part of it and do not say all of it anew.
        """
        offered: tuple[Setting, ...] = ()
        if self._proposed is not None:
            offered = each_alone(self._proposed.settings)
            self._found.settings = list(offered)
        before: tuple[str, ...] = ()
        for clause in clauses:
            carried = bool(before) and clause.says and not clause.targets and clause.area is None
            if carried:
                clause = replace(clause, targets=before)
            before = clause.targets or before
            self._clause(clause, carried=carried)
        if instead and not self._found.said:
            self._found.keep(moved(offered, self._found.devices, self._context.home))
        elif instead and self._found.restates(offered):
            self._found.settings = list(self._found.told)
        elif instead and not self._found.corrects:
            self._found.settings = [s for s in self._found.settings if s not in offered]
        return self._meaning(clauses)

    def _meaning(self, clauses: Sequence[Clause]) -> tuple[Meaning | None, str]:
        found = self._found
        problem = found.problems[0] if found.problems else ""
        naming = self._gap.lacks is Lacks.DEVICES and (
            not found.devices or not any(c.targets for c in clauses)
        )
        if (self._gap.lacks is Lacks.PLACE or naming) and not found.said:
            room = self._room(clauses)
            if room is not None:
                return Meaning(area=room), ""
            problem = problem.replace("device or room", "room")
        if found.settings and found.said:
            whole = replace(self._proposed or Meaning(), devices=(), area=None)
            return replace(whole, settings=tuple(found.settings)), ""
        if found.devices and self._gap.lacks is not Lacks.NEED:
            labels = tuple(dict.fromkeys(self._context.home.label(d) for d in found.devices))
            return Meaning(devices=labels), ""
        return None, problem

    def _room(self, clauses: Sequence[Clause]) -> str | None:
        said = [t for c in clauses for t in ((c.area,) if c.area else ()) + c.targets]
        rooms = (room_named(text, self._context) for text in said)
        return next((room for room in rooms if room is not None), None)

    def _clause(self, clause: Clause, *, carried: bool) -> None:
        aims = [self._aim(target, clause.area) for target in clause.targets]
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
        own = Aim(devices=self._about.devices, same=True, named=False)
        further = carried or len(clause.values) > 1
        for said in clause.values:
            self._value(said, aims or [own], instead=own if further else None)
        for words in clause.denied:
            self._denied(words)
        if not clause.says:
            self._found.devices += [d for a in aims for d in a.devices]

    def _aim(self, target: str, area: str | None) -> Aim:
        found = aim(target, area, self._about, self._context)
        if not means_others(target):
            return found
        named = {label for setting in self._found.settings for label in setting.devices}
        rest = tuple(d for d in found.devices if self._context.home.label(d) not in named)
        return replace(found, devices=rest, same=found.same and rest == found.devices)

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
            self._found.problems.append(UNKNOWN)
        for setting in found:
            self._found.put(setting)

    def _value(self, said: Said, aims: Sequence[Aim], *, instead: Aim | None = None) -> None:
        """Set one value.

        Args:
            said: Its words.
            aims: What it is said of.
            instead: What it is of where those devices have no such thing: "the thermostat at 18
                and brightness 40"; None where it can be said of nothing else.
        """
        home = self._context.home
        for one in aims:
            for setting in self._settings(said, one):
                known = any(s.capability == setting.capability for s in self._found.settings)
                alone = len(one.devices) == 1 and self._about.by_name and not known
                devices = one.devices if one.named or alone else ()
                lacking = not any(can(d, setting.capability) for d in devices)
                if instead is not None and one.named and devices and lacking:
                    self._value(said, [instead])
                    return
                problem = impossible(setting, devices, home)
                loose = self._proposed is None or one.named
                held = () if loose else corrected(setting, self._found.settings, home)
                if problem:
                    self._found.problems.append(problem)
                elif held:
                    for devices_held in held:
                        self._found.put(replace(setting, devices=devices_held))
                elif self._anywhere(setting, one):
                    self._found.put(setting)
                else:
                    for device in one.devices:
                        if len(one.devices) == 1 or can(device, setting.capability):
                            label = self._context.home.label(device)
                            self._found.put(replace(setting, devices=(label,)))

    def _anywhere(self, setting: Setting, one: Aim) -> bool:
        """Whether a setting is for whatever a later request names.

        It is where nothing else was named, and where a kind of device was said, and no other
        room, of which this is what no other kind has: "the blinds closed".
        """
        labels = {self._context.home.label(d) for d in one.devices}
        held = self._found.settings
        loose = any(s.capability == setting.capability and not s.devices for s in held)
        apart = not loose and any(labels & {*s.devices} for s in held)
        own = setting.capability in OWN.get(one.kind, ()) and not apart
        own = own and self._gap.lacks is not Lacks.NEED
        return not one.named or one.same or own

    def _settings(self, said: Said, one: Aim) -> Iterable[Setting]:
        """What one value sets on devices, by what they can do."""
        if said.label == STEP:
            labels = () if one.same else tuple(self._context.home.label(d) for d in one.devices)
            change = change_of(said.words)
            if change is None:
                return ()
            return changed(change, self._found, one.devices, labels, self._context)
        if said.label == "target_temperature" and _PERCENT & {*said.words}:
            said = replace(said, label=AMOUNT)
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
        if name == "power" and devices and not any(can(d, "power") for d in devices):
            if any(can(d, "position") for d in devices):
                return [("position", 100 if value == "on" else 0)]
            if any(can(d, "mode") for d in devices) and value == "off":
                return [("mode", "off")]
        if name == "position" and any(d.kind == "lock" for d in devices):
            return [("lock", "unlocked" if value == 100 else "locked")]
        return [(name, value)]

    def _capability(
        self, said: Said, value: Value, devices: Sequence[Device], *, named: bool
    ) -> str:
        """What a value sets: what its words say, or the number that its devices take."""
        label = said.label
        kinds = {d.kind for d in devices} or {self._about.kind}
        own = next((OF_KIND[k] for k in OF_KIND if k in kinds), None)
        if label == AMOUNT:
            counted = [s for s in self._found.settings if s.capability in COUNTED]
            counted = [s for s in counted if not s.devices] or counted
            said_so = [s.capability for s in counted]
            if not named and said_so and own not in said_so:
                return said_so[-1]
            if own is not None:
                return own
            return "target_temperature" if _DEGREES & {*said.words} else "brightness"
        if label == "target_temperature" and isinstance(value, int | float) and value >= 1_000:
            return "color_temperature"
        if _DEGREES & {*said.words}:
            return label
        if any(s.capability == label for s in self._found.settings):
            return label
        number = label in COUNTED and value_of(AMOUNT, said.words) == value
        if number and devices and own is not None:
            able = any(can(d, label) for d in devices)
            told = any(s.capability == own for s in self._found.settings)
            return label if able or told else own
        return label

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
        if labels and all(s.devices and labels.isdisjoint(s.devices) for s in self._found.settings):
            self._found.devices += found.devices  # what was not offered is what is meant
            return
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
        self._found.keep(kept)


def _stands(device: Device) -> bool:
    return device.kind in OF_KIND or can(device, "power")
