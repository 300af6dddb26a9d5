"""The pretend house: every device of a home file, on a real broker.

It knows nothing of Inglenook: it says what Zigbee2MQTT says (and plain topics what it
lacks), and obeys what any program publishes. Devices can be told to misbehave.

`House` belongs to whoever calls `pump`; `simulator.pretend` gives it a thread. All other
methods may be called from any thread.
"""

import heapq
import itertools
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import msgspec

from device.errors import BusError, HomeError
from device.events import Value
from device.home.homefile import HomeFile
from device.home.payloads import Json, written
from device.home.plain import BASE
from device.ports import Bus, BusMessage, BusUp
from simulator.exposes import speaks_zigbee
from simulator.faults import GARBAGE, MUTE, Fault, distorted
from simulator.homefile import furnished
from simulator.plainthing import PlainThing
from simulator.things import Raw, Thing
from simulator.zigbee import ZigbeeThing

logger = logging.getLogger(__name__)

ZIGBEE = "zigbee2mqtt"
PRESENT = "pretend-house/present"
"""What the house tells itself once it has told the broker everything."""
BRIDGES = (ZIGBEE, BASE)
COMMAND = re.compile(r"(?P<device>.+?)/(?P<verb>get|set)(?:/(?P<attribute>.+))?")
KEPT = 1_000
"""Commands that are remembered."""
TRAVEL_MS = 200
"""How long a cover takes from one state on its way to the end, milliseconds in all."""


@dataclass(slots=True)
class _Placed:
    """A thing and how it is doing."""

    thing: Thing
    fault: Fault = Fault.NONE
    slow_ms: int = 0
    journey: int = 0
    """Counts commands, so that a new one ends the journey of the one before."""


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
        self._bus = bus
        self._travel_ms = travel_ms
        self._now_ms = now_ms
        self._lock = threading.RLock()
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._counter = itertools.count()
        self._placed: dict[str, _Placed] = {}
        for written_down in file.devices:
            device = furnished(written_down)
            thing: Thing = ZigbeeThing(device) if speaks_zigbee(device) else PlainThing(device)
            self._placed[device.topic_name] = _Placed(thing=thing)
        self._by_topic = {placed.thing.topic: placed for placed in self._placed.values()}
        self.foreign_dialects = tuple(
            sorted({device.dialect for device in file.devices} - {ZIGBEE})
        )
        """Dialects of the home file that are played over Zigbee2MQTT's for now."""
        self.commands: deque[BusMessage] = deque(maxlen=KEPT)
        """The commands that arrived, oldest first."""
        self.present = threading.Event()
        """Set once the broker has passed on all that the house says when it comes up."""

    def pump(self, timeout_ms: int) -> None:
        """Wait at most `timeout_ms` for something to do, and do it."""
        wait_ms = timeout_ms
        with self._lock:
            if self._due:
                wait_ms = max(0, min(timeout_ms, self._due[0][0] - self._now_ms()))
        event = self._bus.receive(wait_ms)
        with self._lock:
            try:
                match event:
                    case BusUp():
                        self._come_up()
                    case BusMessage():
                        self._take(event)
                self._do_what_is_due()
            except BusError as exc:
                logger.info("the house lost its broker: %s", exc)

    def values(self) -> dict[str, dict[str, Value]]:
        """How every device really stands, by its name on the bus ("Room/Name")."""
        with self._lock:
            return {name: dict(placed.thing.values) for name, placed in self._placed.items()}

    def misbehave(self, name: str, fault: Fault, *, slow_ms: int = 500) -> None:
        """Let a device misbehave from now on; `Fault.NONE` mends it.

        Args:
            name: Its name on the bus, "Room/Name".
            fault: How.
            slow_ms: For `Fault.SLOW`.

        Raises:
            HomeError: There is no such device.
        """
        with self._lock:
            placed = self._called(name)
            was, placed.fault, placed.slow_ms = placed.fault, fault, slow_ms
            if Fault.OFFLINE in (was, fault):
                self._say_availability(placed)
            if was is Fault.OFFLINE:
                self._report(placed)

    def touch(self, name: str, values: Mapping[str, Value]) -> None:
        """Change a device by hand, as somebody at its switch would.

        Raises:
            HomeError: There is no such device.
        """
        with self._lock:
            placed = self._called(name)
            placed.journey += 1
            placed.thing.put(values)
            self._report(placed)

    def rename(self, name: str, new: str) -> None:
        """Give a device another name on the bus; the inventory is announced anew.

        Raises:
            HomeError: There is no such device.
        """
        with self._lock:
            placed = self._called(name)
            self._forget(placed)
            del self._placed[name]
            assert isinstance(placed.thing, ZigbeeThing | PlainThing)
            placed.thing.topic_name = new
            self._placed[new] = placed
            self._announce()
            self._welcome(placed)

    def remove(self, name: str) -> None:
        """Take a device out of the house; the inventory is announced anew.

        Raises:
            HomeError: There is no such device.
        """
        with self._lock:
            self._forget(self._called(name))
            del self._placed[name]
            self._announce()

    def leave(self) -> None:
        """Say goodbye, as a bridge that is stopped does."""
        with self._lock:
            for base in BRIDGES:
                self._publish(f"{base}/bridge/state", {"state": "offline"}, retained=True)

    def _called(self, name: str) -> _Placed:
        if name not in self._placed:
            raise HomeError(f"the house has no device {name!r}")
        return self._placed[name]

    def _come_up(self) -> None:
        """Say everything that a bridge says when it starts."""
        self._listen_to(*self._placed.values())
        for base in BRIDGES:
            self._publish(f"{base}/bridge/state", {"state": "online"}, retained=True)
        self._announce()
        for placed in self._placed.values():
            self._say_availability(placed)
            self._report(placed)
        self._bus.subscribe([PRESENT])
        self._publish(PRESENT, {})

    def _announce(self) -> None:
        coordinator: Raw = {
            "ieee_address": "0x00124b0000000000", "type": "Coordinator", "supported": True,
            "friendly_name": "Coordinator", "definition": None, "disabled": False,
        }  # fmt: skip
        zigbee: list[Json] = [coordinator]
        plain: list[Json] = []
        for placed in self._placed.values():
            mine = zigbee if isinstance(placed.thing, ZigbeeThing) else plain
            mine.append(placed.thing.inventory)
        self._publish(f"{ZIGBEE}/bridge/devices", zigbee, retained=True)
        self._publish(f"{BASE}/bridge/devices", plain, retained=True)

    def _welcome(self, placed: _Placed) -> None:
        self._by_topic[placed.thing.topic] = placed
        self._listen_to(placed)
        self._say_availability(placed)
        self._report(placed)

    def _listen_to(self, *some: _Placed) -> None:
        topics = [placed.thing.topic for placed in some]
        self._bus.subscribe([t + end for t in topics for end in ("/set", "/set/+", "/get")])

    def _forget(self, placed: _Placed) -> None:
        """Clear what the broker keeps of a device that is no longer called so."""
        del self._by_topic[placed.thing.topic]
        self._publish(f"{placed.thing.topic}/availability", None, retained=True)
        if placed.thing.retained:
            self._publish(placed.thing.topic, None, retained=True)

    def _take(self, message: BusMessage) -> None:
        """A command, a question, or the end of the house's own words on coming up."""
        if message.topic == PRESENT:
            self.present.set()
            return
        asked = COMMAND.fullmatch(message.topic)
        placed = self._by_topic.get(asked["device"]) if asked else None
        if asked is None or placed is None:
            return
        request = _json(message.payload)
        if asked["verb"] == "set":
            self.commands.append(message)
            attribute = asked["attribute"]
            self._command(placed, {attribute: request} if attribute else request)
        elif placed.fault not in MUTE and placed.thing.asked(request):
            self._in(_late_ms(placed), partial(self._report, placed))

    def _command(self, placed: _Placed, request: Json) -> None:
        if placed.fault not in (Fault.OFFLINE, Fault.SILENT):
            self._in(_late_ms(placed), partial(self._obey, placed, request))

    def _obey(self, placed: _Placed, request: Json) -> None:
        before = placed.thing.raw
        steps = list(placed.thing.told(request))
        if placed.fault is Fault.WRONG and steps:
            steps = [distorted(before, steps[-1])]
        placed.journey += 1
        pause_ms = self._travel_ms // len(steps) if len(steps) > 1 else 0
        for place, raw in enumerate(steps, start=1):
            self._in(pause_ms * place, partial(self._step, placed, raw, placed.journey))

    def _step(self, placed: _Placed, raw: Raw, journey: int) -> None:
        if placed.journey != journey:
            return
        same = placed.thing.raw == {**placed.thing.raw, **raw}
        placed.thing.become(raw)
        if not (same and placed.fault is Fault.TERSE):
            self._report(placed)

    def _in(self, after_ms: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self._now_ms() + after_ms, next(self._counter), act))

    def _do_what_is_due(self) -> None:
        while self._due and self._due[0][0] <= self._now_ms():
            heapq.heappop(self._due)[2]()

    def _report(self, placed: _Placed) -> None:
        """A device tells its whole state."""
        thing = placed.thing
        if placed.fault is Fault.MALFORMED:
            for garbage in GARBAGE:
                self._bus.publish(BusMessage(topic=thing.topic, payload=garbage))
        elif placed.fault not in MUTE:
            self._publish(thing.topic, dict(thing.raw), retained=thing.retained)

    def _say_availability(self, placed: _Placed) -> None:
        word = "offline" if placed.fault is Fault.OFFLINE else "online"
        self._publish(f"{placed.thing.topic}/availability", {"state": word}, retained=True)

    def _publish(self, topic: str, content: Json, *, retained: bool = False) -> None:
        payload = b"" if content is None else written(content)
        self._bus.publish(BusMessage(topic=topic, payload=payload, retained=retained))


def _late_ms(placed: _Placed) -> int:
    return placed.slow_ms if placed.fault is Fault.SLOW else 0


def _json(payload: bytes) -> Json:
    """A payload as JSON; what is none is a bare word."""
    try:
        found: Json = msgspec.json.decode(payload)
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace").strip()
    return found
