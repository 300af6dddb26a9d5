"""The pretend house: every device of a home file, on a real broker.

It knows nothing of Inglenook: each device speaks its own dialect (`simulator.bridges`), and
obeys what any program publishes. Devices can be told to misbehave.

`House` belongs to whoever calls `pump`; `simulator.pretend` gives it a thread. All other
methods may be called from any thread.
"""

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial

from device.errors import BusError, ConfigError, HomeError
from device.events import Value
from device.home.homefile import HomeFile
from device.ports import Bus, BusDown, BusMessage, BusUp
from simulator.bridges import BRIDGES, dialect_of
from simulator.faults import GARBAGE, MUTE, PACE_MS, Fault, distorted, fault_called
from simulator.homefile import furnished
from simulator.placed import Placed
from simulator.things import Asked, Messages, Puzzled, Raw, Told, said

logger = logging.getLogger(__name__)

BASE = "pretend-house"
"""Where the house itself listens: `pretend-house/ROOM/NAME/fault` takes a fault."""
PRESENT = f"{BASE}/present"
"""What the house tells itself once it has told the broker everything."""
KEPT = 1_000
"""Commands that are remembered."""
TRAVEL_MS = 200
"""How long a cover takes from one state on its way to the end, milliseconds in all."""


def monotonic_ms() -> int:
    """Milliseconds that only ever grow."""
    return time.monotonic_ns() // 1_000_000


class House:
    """All devices of a home file."""

    def __init__(
        self,
        file: HomeFile,
        bus: Bus,
        *,
        travel_ms: int = TRAVEL_MS,
        now_ms: Callable[[], int] = monotonic_ms,
    ) -> None:
        """Furnish it; it comes to life once it is pumped.

        Raises:
            ConfigError: Two devices would listen to the same topics.
        """
        self._bus = bus
        self._travel_ms = travel_ms
        self._now_ms = now_ms
        self._lock = threading.RLock()
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._counter = itertools.count()
        self._placed: dict[str, Placed] = {}
        self._by_address: dict[str, Placed] = {}
        for written_down in file.devices:
            device = furnished(written_down)
            bridge = BRIDGES[dialect_of(device)]
            placed = Placed(thing=bridge.make(device), bridge=bridge)
            twin = self._by_address.setdefault(placed.thing.address, placed)
            if twin is not placed:
                names = f"{twin.thing.topic_name} and {device.topic_name}"
                raise ConfigError(f"{names} would share the topic {placed.thing.address}")
            self._placed[device.topic_name] = placed
        self.commands: deque[BusMessage] = deque(maxlen=KEPT)
        """The commands that arrived, oldest first."""
        self.present = threading.Event()
        """Set once the broker has passed on all that the house says when it comes up."""
        self.lost: str | None = None
        """Why the broker is away, while it is."""

    def due_in_ms(self) -> int | None:
        """How long until some device does something by itself; None where none will."""
        with self._lock:
            return max(0, self._due[0][0] - self._now_ms()) if self._due else None

    def pump(self, timeout_ms: int) -> None:
        """Wait at most `timeout_ms` for something to do, and do it."""
        due_ms = self.due_in_ms()
        event = self._bus.receive(timeout_ms if due_ms is None else min(timeout_ms, due_ms))
        with self._lock:
            try:
                match event:
                    case BusUp():
                        self.lost = None
                        self._come_up()
                    case BusDown(reason=reason):
                        self.lost = reason
                    case BusMessage():
                        self._take(event)
                self._do_what_is_due()
            except BusError as exc:
                logger.info("the house lost its broker: %s", exc)

    def values(self) -> dict[str, dict[str, Value]]:
        """How every device really stands, by its name on the bus ("Room/Name")."""
        with self._lock:
            return {name: dict(placed.thing.values) for name, placed in self._placed.items()}

    def faults(self) -> dict[str, Fault]:
        """How the devices that are not well misbehave, by their names on the bus."""
        with self._lock:
            faults = {name: placed.fault for name, placed in self._placed.items()}
        return {name: fault for name, fault in faults.items() if fault != Fault.NONE}

    def misbehave(self, name: str, fault: Fault, *, slow_ms: int = PACE_MS) -> None:
        """Let a device misbehave from now on; `Fault.NONE` mends it.

        Args:
            name: Its name on the bus, "Room/Name".
            fault: How.
            slow_ms: How late, for `Fault.SLOW`; how long each time, for `Fault.FLAPPING`.

        Raises:
            HomeError: There is no such device.
        """
        with self._lock:
            placed = self._called(name)
            placed.fault, placed.pace_ms = fault, slow_ms
            placed.spell += 1
            if fault is Fault.FLAPPING:
                self._flap(placed, placed.spell)
            else:
                self._plug(placed, away=fault is Fault.OFFLINE)

    def touch(self, name: str, values: Mapping[str, Value]) -> None:
        """Change a device by hand, as somebody at its switch would.

        Raises:
            HomeError: There is no such device.
        """
        with self._lock:
            placed = self._called(name)
            placed.journey += 1
            placed.thing.put(values)
            self._speak(placed, placed.thing.report())

    def rename(self, name: str, new: str) -> None:
        """Give a device another name on the bus; it is announced anew.

        Raises:
            HomeError: There is no such device.
        """
        with self._lock:
            placed = self._called(name)
            self._forget(placed)
            placed.thing.topic_name = new
            self._placed[new] = self._by_address[placed.thing.address] = placed
            self._bus.subscribe(placed.thing.listens)
            self._list_devices()
            self._introduce(placed)

    def remove(self, name: str) -> None:
        """Take a device out of the house.

        Raises:
            HomeError: There is no such device.
        """
        with self._lock:
            self._forget(self._called(name))
            self._list_devices()

    def leave(self) -> None:
        """Say goodbye, as bridges and devices that are stopped do."""
        with self._lock:
            for bridge in BRIDGES.values():
                self._send(bridge.state(online=False))
            for placed in self._placed.values():
                if placed.bridge.base is None:
                    self._send(placed.thing.presence(online=False))

    def _called(self, name: str) -> Placed:
        if name not in self._placed:
            raise HomeError(f"the house has no device {name!r}")
        return self._placed[name]

    def _come_up(self) -> None:
        """Say everything that bridges and devices say when they start."""
        greetings = [bridge.greeting for bridge in BRIDGES.values() if bridge.greeting]
        listens = [topic for placed in self._placed.values() for topic in placed.thing.listens]
        self._bus.subscribe([*listens, *greetings, f"{BASE}/#"])
        for bridge in BRIDGES.values():
            self._send(bridge.state(online=True))
        self._list_devices()
        for placed in self._placed.values():
            self._introduce(placed)
        self._send((said(PRESENT, {}),))

    def _list_devices(self) -> None:
        for bridge in BRIDGES.values():
            mine = [p.thing for p in self._placed.values() if p.bridge is bridge]
            self._send(bridge.inventory(mine))

    def _introduce(self, placed: Placed) -> None:
        self._send(placed.thing.announcement())
        self._send(placed.thing.presence(online=not placed.away))
        self._speak(placed, placed.thing.report())

    def _forget(self, placed: Placed) -> None:
        """Clear what the broker keeps of a device that is no longer called so."""
        del self._by_address[placed.thing.address]
        del self._placed[placed.thing.topic_name]
        self._send(placed.thing.forgotten())

    def _take(self, message: BusMessage) -> None:
        """A command, a question, a greeting, or a word to the house itself."""
        if message.topic == PRESENT:
            self.present.set()
        elif message.topic.startswith(f"{BASE}/"):
            self._order(message)
        elif any(message.topic == bridge.greeting for bridge in BRIDGES.values()):
            for placed in self._placed.values():
                if placed.bridge.greeting == message.topic and message.payload == b"online":
                    self._introduce(placed)
        elif found := self._addressed(message.topic):
            placed, rest = found
            if not isinstance(placed.thing.sense(rest, message.payload), Asked):
                self.commands.append(message)
            if not placed.away and placed.fault is not Fault.SILENT:
                self._in(placed.late_ms, partial(self._obey, placed, rest, message.payload))

    def _order(self, message: BusMessage) -> None:
        """Somebody outside wants a device to misbehave, or to be mended."""
        name, _, last = message.topic.removeprefix(f"{BASE}/").rpartition("/")
        if last != "fault" or not message.payload:
            return
        try:
            fault, pace_ms = fault_called(message.payload.decode("utf-8", "replace"))
            self.misbehave(name, fault, slow_ms=pace_ms)
        except HomeError as exc:
            logger.warning("%s: %s", message.topic, exc)

    def _addressed(self, topic: str) -> tuple[Placed, str] | None:
        """Whom a message is for, and the rest of its topic; the longest address counts."""
        cut = topic.rfind("/")
        while cut > 0:
            if (placed := self._by_address.get(topic[:cut])) is not None:
                return placed, topic[cut + 1 :]
            cut = topic.rfind("/", 0, cut)
        return None

    def _obey(self, placed: Placed, rest: str, payload: bytes) -> None:
        thing = placed.thing
        match thing.sense(rest, payload):
            case Asked(what=what):
                self._speak(placed, thing.reply(what))
            case Puzzled(says=says):
                self._speak(placed, says)
            case Told(what=what) if placed.fault is Fault.REFUSES:
                self._speak(placed, thing.refusal(what))
            case Told() as told:
                self._speak(placed, told.at_once)
                steps = told.steps
                if placed.fault is Fault.WRONG:
                    steps = (distorted(thing.raw, steps[-1]),)
                placed.journey += 1
                pause_ms = self._travel_ms // len(steps) if len(steps) > 1 else 0
                for place, raw in enumerate(steps, start=1):
                    step = partial(self._step, placed, raw, told.what, placed.journey)
                    self._in(pause_ms * place, step)

    def _step(self, placed: Placed, raw: Raw, what: str, journey: int) -> None:
        if placed.journey != journey:
            return
        before = placed.thing.raw
        placed.thing.become(raw)
        if placed.thing.raw != before or placed.fault is not Fault.TERSE:
            self._speak(placed, placed.thing.reply(what))

    def _plug(self, placed: Placed, *, away: bool) -> None:
        """Unplug a device, or plug it in again: it tells how it stands when it is back."""
        if placed.away == away:
            return
        placed.away = away
        self._send(placed.thing.presence(online=not away))
        if not away:
            self._speak(placed, placed.thing.report())

    def _flap(self, placed: Placed, spell: int) -> None:
        if placed.spell == spell:
            self._plug(placed, away=not placed.away)
            self._in(placed.pace_ms, partial(self._flap, placed, spell))

    def _in(self, after_ms: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self._now_ms() + after_ms, next(self._counter), act))

    def _do_what_is_due(self) -> None:
        while self._due and self._due[0][0] <= self._now_ms():
            heapq.heappop(self._due)[2]()

    def _speak(self, placed: Placed, messages: Messages) -> None:
        """A device says something about itself, as well as it can."""
        if placed.away or placed.fault in MUTE:
            return
        if placed.fault is Fault.MALFORMED:
            topics = dict.fromkeys(message.topic for message in messages)
            messages = tuple(said(topic, garbage) for topic in topics for garbage in GARBAGE)
        self._send(messages)

    def _send(self, messages: Messages) -> None:
        for message in messages:
            self._bus.publish(message)
