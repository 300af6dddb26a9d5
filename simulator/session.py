"""A speaker in a pretend house: the very same code, with pretend ports."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import TracebackType

import msgspec

from device.config import Config, HermesConfig
from device.core import Speaker
from device.edges.keepsakes import KeepsakeFolder
from device.edges.mqtt import BrokerAddress
from device.edges.packcode import PackProcesses
from device.edges.packfolder import PackFolder
from device.edges.packwatch import PackWatch
from device.edges.store import SqliteStore
from device.edges.tape import SpeakerTape
from device.errors import AudioError, BusError, ConfigError, HomeError
from device.events import RATE_HZ, Turn, Value
from device.home.homefile import HomeFile, topic_name
from device.ports import Bus, BusMessage, Ears, Item, Loudspeaker, Ports, SoundBlock
from device.presence import will
from device.safetyconfig import SafetyConfig
from device.speaker import build
from simulator.clock import PretendClock
from simulator.homefile import DEFAULT_HOME
from simulator.house import House
from simulator.pace import Pace
from simulator.watchedbus import WatchedBus
from simulator.worlds import Breakable, RunningWorld, StillWorld, World

UNHURRIED = SafetyConfig(per_minute=0, risky_per_minute=0)

SETTLE_MS = 30_000
"""How long the house may take to announce itself, milliseconds."""

TICK_MS = 50
HUSH_MS = 60
"""After so long without a word from a real broker the home has said what it had to say."""
QUIET_MS = 250
"""How often a speaker for whom nothing happens looks at its clock, milliseconds of still time."""

MOST_KEPT = 1_000
"""Turns that are kept to be replayed, where the config does not say how many."""

ALONE = Config(hermes=HermesConfig(answer_ms=0), safety=UNHURRIED)
"""Nobody else is on the bus of a pretend house: no turn waits for other people's skills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where, when and by whom the speaker is used."""

    home: Path | None = None
    """Home file; None for the furnished house."""
    room: str | None = None
    person: str | None = None
    at: datetime | None = None
    """The pretend time to start at; None for now."""
    sentences: Sequence[Path] = ()
    skills: Path | None = None
    """Folder with skill packs; None for the built-in ones alone."""
    store: Path | None = None
    """Where lists, timers and turns are kept; None throws them away."""


QUIET = bytes(2 * RATE_HZ * 3 // 10)
"""Silence before and behind a recording, as PCM."""


class Session:
    """A pretend home with a speaker in it, until closed; a context manager."""

    def __init__(
        self,
        scene: Scene | None = None,
        *,
        config: Config | None = None,
        hears: bool = False,
        wake: str | None = None,
        loudspeaker: Loudspeaker | None = None,
        ears: Ears | None = None,
        still: bool = False,
        slower: float | None = None,
        prefer: str | None = None,
        keep: Path | None = None,
        watch: Callable[[BusMessage], None] | None = None,
        told: Callable[[BusMessage], None] | None = None,
    ) -> None:
        """Start the broker, the house and the speaker.

        Args:
            scene: Where, when and by whom.
            config: Settings of the speaker beside those of the scene; None for the usual ones,
                without a limit to how often a device is told something: pretend relays do not
                wear out, and typed lines come faster than speech.
            hears: Whether recognition is loaded.
            wake: Wake model that sound streams through first; None hears at once.
            loudspeaker: Where replies go; None leaves them unspoken.
            ears: A microphone that can be switched; None where there is none.
            still: Whether the broker is one in this program and time passes only where something
                waits for it: the same in every run, and over at once.
            slower: How many times slower to think than one core of a server, in still time and
                without a wake word (`simulator.pace`); None takes no time for it.
            prefer: "mosquitto" or "amqtt"; None takes mosquitto where it is installed.
            keep: Folder for the turns, each whole, to be replayed; None keeps none.
            watch: Called with every message that the speaker publishes.
            told: Called with every message that reaches the speaker, before it takes it.

        Raises:
            InglenookError: A file of the scene or an argument is wrong, or the broker does not
                come up.
        """
        scene = scene or Scene()
        self.clock = PretendClock(scene.at, running=not still)
        self.store = SqliteStore(scene.store)
        self._still = still
        if slower is not None and (not still or wake is not None):
            raise ConfigError("a slower processor needs still time and no wake word")
        self._pace = None if slower is None else Pace(slower)
        self._told = told
        self._keep = keep
        self._hears, self._wake, self._watch = hears, wake, watch
        self._settings = _settings(config or ALONE, scene, wake)
        self._closing = ExitStack()
        try:
            self._closing.callback(self.store.close)
            self._world: World = (
                StillWorld(scene.home, self.clock)
                if still
                else RunningWorld(scene.home, prefer=prefer)
            )
            self._closing.callback(self._world.close)
            code = PackProcesses(self._settings.skills.answer_ms)
            self._closing.callback(code.close)
            self._ports = Ports(
                bus=self._connected(),
                clock=self.clock,
                store=self.store,
                code=code,
                secret=secrets.token_bytes(32),
                loudspeaker=loudspeaker,
                ears=ears,
                tape=self._tape(),
                packs=None
                if scene.skills is None
                else PackWatch(PackFolder(scene.skills), beside=False),
            )
            self.speaker: Speaker = self._built()
            self._closing.callback(lambda: self.speaker.leave())
            self.settle()
            _known_room(scene.room, self.speaker)
            self._furnished = self.house.values()
        except BaseException:
            self.close()
            raise

    @property
    def house(self) -> House:
        """The devices."""
        return self._world.house

    @property
    def broker(self) -> Breakable:
        """What they and the speaker talk over."""
        return self._world.broker

    @property
    def file(self) -> HomeFile:
        """The home as it is written down."""
        return self._world.file

    @property
    def address(self) -> BrokerAddress:
        """Where others can reach the broker.

        Raises:
            BusError: It is one in this program.
        """
        if not isinstance(self._world, RunningWorld):
            raise BusError("a broker in this program has no address")
        return self._world.address

    def say(self, text: str) -> list[Turn]:
        """Say one typed request and wait until its turn ends."""
        meanwhile = [] if self._pace is None else self.wait(self._pace.typed_ms)
        return self.finish([*meanwhile, *self.speaker.say(text)])

    def hear(self, blocks: Iterator[bytes]) -> list[Turn]:
        """Let the speaker hear a recording and wait until the turns in it end.

        Without a wake word the whole recording is one request.

        Raises:
            AudioError: The recording cannot be read on.
        """
        return list(self.heard(blocks))

    def heard(self, blocks: Iterator[bytes]) -> Iterator[Turn]:
        """The same, turn by turn; those before the place where it cannot be read on count."""
        if not self._wake:
            # A microphone is open before somebody speaks; a recording may begin with a word.
            self.speaker.attend()
            blocks = chain([QUIET], blocks, [QUIET])
        sound_ms = 0
        try:
            for block in blocks:
                yield from self.speaker.take(SoundBlock(pcm=block))
                block_ms = len(block) // 2 * 1000 // RATE_HZ
                sound_ms += block_ms
                if self._still:
                    yield from self.wait(block_ms)
        except AudioError:
            self.speaker.sound_broken_off()
            yield from self.finish([])
            raise
        if self._pace is not None:
            yield from self.wait(self._pace.heard_ms(sound_ms))
        yield from self.finish(self.speaker.sound_ended())

    def wait(self, ms: int) -> list[Turn]:
        """Let pretend time pass at once, and give what fell due.

        Still time passes in steps, so that whatever is due on the way happens when it is due.
        """
        if not self._still:
            self.clock.jump(ms)
            return self.finish(self.speaker.advance())
        turns: list[Turn] = []
        until_ms = self.clock.monotonic_ms() + ms
        while (left_ms := until_ms - self.clock.monotonic_ms()) > 0:
            longest_ms = min(left_ms, TICK_MS if self.speaker.busy else QUIET_MS)
            turns += self.live(longest_ms)
        return turns

    def restart(self) -> None:
        """Cut the speaker's power and give it back: what is not in its store is gone.

        Raises:
            InglenookError: The speaker does not come up again.
        """
        self._ports = replace(self._ports, bus=self._connected(), tape=self._tape())
        self.speaker = self._built()
        self.settle()

    def look_around(self) -> list[Turn]:
        """Take in all that the home has said by now, and give the turns that ended."""
        turns: list[Turn] = []
        while (item := self._next(0 if self._still else HUSH_MS)) is not None:
            turns += self.speaker.take(item)
        return self.finish(turns)

    def start_afresh(self) -> None:
        """Put the house, the lists and the conversation back to where they began."""
        self.speaker.forget()
        now = self.house.values()
        self.touch({name: v for name, v in self._furnished.items() if v != now[name]})

    def touch(self, changes: Mapping[str, Mapping[str, Value]]) -> None:
        """Change devices by hand, and wait until the speaker has heard of it.

        Who has never told anything, such as a scene of Home Assistant, is not waited for.

        Args:
            changes: Device as the house calls it -> capability -> value.

        Raises:
            HomeError: There is no such device.
        """
        home = self.speaker.home
        devices = {topic_name(d.name, d.room): d.id for d in home.home.devices}
        if strangers := [name for name in changes if name not in devices]:
            raise HomeError(f"the house has no device {strangers[0]!r}")
        awaited = [
            (devices[name], capability, reading)
            for name, values in changes.items()
            for capability, reading in home.state.get(devices[name], {}).items()
            if capability in values
        ]
        for name, values in changes.items():
            self.house.touch(name, values)
        # Some devices tell what changed in several messages.
        self._live_until(
            lambda: all(
                home.state.get(device, {}).get(capability) is not before
                for device, capability, before in awaited
            )
        )

    def live(self, longest_ms: int = TICK_MS) -> list[Turn]:
        """Live on until something happens to the speaker, or for so long; gives what ended."""
        return self.speaker.take(self._next(self.speaker.wait_ms(longest_ms)))

    def finish(self, turns: list[Turn]) -> list[Turn]:
        """Live on until no turn is under way; gives these turns and those that end meanwhile."""
        while self.speaker.busy:
            turns += self.live()
        return turns

    def settle(self) -> None:
        """Wait until the speaker knows the house, as at the start and after a broker's return."""
        home = self.speaker.home
        self._live_until(lambda: home.settled(self.clock.monotonic_ms()))
        # What the settled home makes possible, such as learning its names, waits for a look.
        self.speaker.advance()

    def close(self) -> None:
        """Stop the speaker, the house and the broker."""
        self._closing.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _next(self, wait_ms: int) -> Item | None:
        item = self._world.next(wait_ms)
        if self._told is not None and isinstance(item, BusMessage):
            self._told(item)
        return item

    def _connected(self) -> Bus:
        self._bus = self._world.connect(will(self._settings.broker.client_id))
        return self._bus if self._watch is None else WatchedBus(self._bus, self._watch)

    def _tape(self) -> SpeakerTape | None:
        """What the speaker keeps of what comes in, from its start on."""
        if self._keep is None:
            return None
        folder = KeepsakeFolder(self._keep, most=self._settings.records.replays or MOST_KEPT)
        return SpeakerTape(folder, self._settings, clock=self.clock, store=self.store)

    def _built(self) -> Speaker:
        return build(self._settings, self._ports, hears=self._hears, wake=self._wake is not None)

    def _live_until(self, ready: Callable[[], bool]) -> None:
        """Take in all that waits, and live on until the speaker has heard from the house."""
        started_ms = self.clock.lap_ms()
        while True:
            while (item := self._next(0)) is not None:
                self.speaker.take(item)
            if self._bus.connected and ready():
                return
            if self.clock.lap_ms() - started_ms > SETTLE_MS:
                raise BusError(f"the pretend house did not answer within {SETTLE_MS / 1000:g} s")
            self.live()


def _known_room(room: str | None, speaker: Speaker) -> None:
    """Refuse a room that the home does not have.

    Raises:
        ConfigError: It is one.
    """
    rooms = speaker.home.home.rooms
    names = {name.casefold() for r in rooms for name in (r.name, *r.aliases)}
    if room is not None and names and room.casefold() not in names:
        known = ", ".join(r.name for r in rooms)
        raise ConfigError(f"the home has no room {room!r}; its rooms are {known}")


def _settings(config: Config, scene: Scene, wake: str | None) -> Config:
    """The config of a speaker in this scene."""
    changed = msgspec.structs.replace
    if wake is not None:
        config = changed(config, wake=changed(config.wake, model=wake))
    speaker = config.speaker
    return changed(
        config,
        speaker=changed(
            speaker, room=scene.room or speaker.room, person=scene.person or speaker.person
        ),
        home=changed(config.home, file=str(scene.home or DEFAULT_HOME)),
        sentences=(*config.sentences, *(str(path) for path in scene.sentences)),
    )
