"""One pretend device that Home Assistant's MQTT discovery finds."""

from collections.abc import Mapping

from device.events import Value
from simulator.hass.announcing import Identity, announced, config_topics
from simulator.hass.forms import entities_of
from simulator.hass.style import style_of
from simulator.homefile import Furnished
from simulator.things import Messages, Puzzled, Raw, Sense, Told, cleared, key_of, said

BASE = "home"


class HassThing:
    """One device of somebody's own firmware, below `home/ROOM/NAME`."""

    def __init__(self, device: Furnished) -> None:
        self._device = device
        self.topic_name = device.topic_name
        self._style = style_of(device.topic_name)
        self._entities = entities_of(device, self._style)
        self._words = {
            name: word for entity in reversed(self._entities) for name, word in entity.words.items()
        }
        self._raw: Raw = {"moving": ""} if device.kind in ("cover", "valve") else {}
        # Also for what the file leaves out: an entity tells all that it has.
        for name, word in self._words.items():
            if name not in device.state and name != "scene":
                self._raw |= word.write(device.modes[0] if name == "mode" else "off")
        # A lamp with both shines white: its colour comes first.
        self.put(dict(sorted(device.state.items())))

    @property
    def address(self) -> str:
        """How all its topics begin."""
        return f"{BASE}/{self.topic_name}"

    @property
    def listens(self) -> tuple[str, ...]:
        """Its command topics."""
        ends = {end: None for entity in self._entities for end in entity.takes}
        return tuple(f"{self.address}/{end}" for end in ends)

    @property
    def inventory(self) -> Raw | None:
        """It announces itself."""
        return None

    @property
    def raw(self) -> Raw:
        """Its whole state."""
        return dict(self._raw)

    @property
    def values(self) -> dict[str, Value]:
        """Its whole state in our words."""
        told: dict[str, Value] = {}
        for name in self._device.capabilities:
            value = self._words[name].read(self._raw)
            if value is not None:
                told[name] = value
        return told

    def put(self, values: Mapping[str, Value]) -> None:
        """Change by hand."""
        for name, value in values.items():
            self._raw |= self._words[name].write(value)

    def become(self, raw: Raw) -> None:
        """Stand so from now on."""
        self._raw |= raw

    def sense(self, rest: str, payload: bytes) -> Sense:
        """Take a command; what it means depends on the topic. There are no questions."""
        for number, entity in enumerate(self._entities):
            take = entity.takes.get(rest)
            steps = take(payload, self._raw) if take is not None else ()
            if steps:
                return Told(what=str(number), steps=tuple(steps))
        return Puzzled()

    def announcement(self) -> Messages:
        """Its discovery messages, retained."""
        return announced(self._identity, self._entities, self._style)

    def presence(self, *, online: bool) -> Messages:
        """Its availability, retained, in the words that its style announces."""
        word = {1: ("up", "down"), 2: ('{"state":"online"}', '{"state":"offline"}')}.get(
            self._style.manner, ("online", "offline")
        )
        payload = word[0 if online else 1].encode()
        return (said(f"{self.address}/availability", payload, retained=True),)

    def report(self) -> Messages:
        """All its state topics."""
        return self._told(range(len(self._entities)))

    def reply(self, what: str) -> Messages:
        """The state topics of the entity that was commanded."""
        return self._told([int(what)])

    def refusal(self, what: str) -> Messages:
        """Home Assistant has no word for it: the device tells how it still stands."""
        return self.reply(what)

    def forgotten(self) -> Messages:
        """Its discovery, its availability and its states."""
        states = {end: None for e in self._entities if e.retained for end in e.says}
        configs = config_topics(self._identity, self._entities, self._style)
        return cleared(
            *configs,
            f"{self.address}/availability",
            *(f"{self.address}/{end}" for end in states),
        )

    def _told(self, numbers: range | list[int]) -> Messages:
        chosen = [self._entities[number] for number in numbers]
        states = {end: (say, e.retained) for e in chosen for end, say in e.says.items()}
        return tuple(
            said(f"{self.address}/{end}", say(self._raw), retained=retained)
            for end, (say, retained) in states.items()
        )

    @property
    def _identity(self) -> Identity:
        room, name = self._device.room, self._device.name
        if self.topic_name != self._device.topic_name:
            room, _, name = self.topic_name.rpartition("/")
        return Identity(
            id=f"pretend_{key_of(self._device.topic_name)[2:]}",
            name=name,
            room=room or None,
            kind=self._device.kind,
            base=self.address,
        )
