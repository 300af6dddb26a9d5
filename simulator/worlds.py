"""What a session stands in: a house, its broker, and how time passes there.

RunningWorld  a real broker, a house with a thread of its own, time that runs
StillWorld    a broker in this program, and time that passes only by being used up: the same
              things happen at the same pretend milliseconds in every run
"""

from pathlib import Path
from typing import Protocol

from device.edges.inbox import Inbox
from device.edges.mqtt import MqttBus
from device.home.homefile import HomeFile
from device.ports import Bus, BusMessage, Item
from simulator.broker import Broker
from simulator.clock import PretendClock
from simulator.homefile import read_house
from simulator.house import House
from simulator.localbus import LocalBroker, LocalBus
from simulator.pretend import PretendHome


class Breakable(Protocol):
    """A broker that can be made to vanish and to come back."""

    @property
    def name(self) -> str:
        """Which broker it is."""
        ...

    def kill(self) -> None:
        """Make it vanish without a word, as a power cut would."""
        ...

    def restart(self) -> None:
        """Start it anew, with nothing remembered."""
        ...


class World(Protocol):
    """Where a speaker can live."""

    file: HomeFile

    @property
    def house(self) -> House:
        """The devices."""
        ...

    @property
    def broker(self) -> Breakable:
        """What the devices and the speaker talk over."""
        ...

    def connect(self, will: BusMessage) -> Bus:
        """The speaker's own connection; an earlier one breaks off, as when its power is cut."""
        ...

    def next(self, wait_ms: int) -> Item | None:
        """What happens to the speaker next; None when nothing did within `wait_ms`."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class RunningWorld:
    """A house on a real broker; a `World` whose time runs with ours and can be made to jump."""

    def __init__(self, home: Path | None, *, prefer: str | None = None) -> None:
        """Start the broker and the house.

        Args:
            home: Home file; None for the furnished house.
            prefer: "mosquitto" or "amqtt"; None takes mosquitto where it is installed.

        Raises:
            InglenookError: The home file is wrong, or the broker does not come up.
        """
        self._pretend = PretendHome.at(home, prefer=prefer)
        self.file = self._pretend.file
        self.address = self._pretend.address
        self._inbox = Inbox()
        self._bus: MqttBus | None = None

    @property
    def house(self) -> House:
        """The devices."""
        return self._pretend.house

    @property
    def broker(self) -> Broker:
        """A real one."""
        return self._pretend.broker

    def connect(self, will: BusMessage) -> Bus:
        """A real connection."""
        if self._bus is not None:
            self._bus.close()
        self._inbox = Inbox()
        self._bus = MqttBus(self._pretend.address, inbox=self._inbox, will=will)
        return self._bus

    def next(self, wait_ms: int) -> Item | None:
        """Wait in real time."""
        return self._inbox.get(wait_ms)

    def close(self) -> None:
        """Stop everything on the broker, then the broker."""
        if self._bus is not None:
            self._bus.close()
        self._pretend.close()


class StillWorld:
    """A house on a broker in this program; a `World` whose time stands still while we think."""

    def __init__(self, home: Path | None, clock: PretendClock) -> None:
        """Furnish it; the house announces itself once the speaker looks.

        Raises:
            ConfigError: The home file is wrong.
        """
        self.file = read_house(home)
        self._clock = clock
        self.broker = LocalBroker()
        self._devices = self.broker.connect()
        self.house = House(self.file, self._devices, now_ms=clock.monotonic_ms)
        self._speaker: LocalBus | None = None

    def connect(self, will: BusMessage) -> Bus:
        """A connection within this program."""
        if self._speaker is not None:
            self._speaker.vanish()
        self._speaker = self.broker.connect(will)
        return self._speaker

    def next(self, wait_ms: int) -> Item | None:
        """Let the house do what it has to do now; only then time passes, no more than needed."""
        item = self._now()
        if item is None and wait_ms > 0:
            due_ms = self.house.due_in_ms()
            self._clock.jump(wait_ms if due_ms is None else min(wait_ms, due_ms))
            item = self._now()
        return item

    def close(self) -> None:
        """Nothing of it outlives this program's use of it."""

    def _now(self) -> Item | None:
        """What happens to the speaker without that any time passes."""
        while True:
            self.house.pump(0)
            if not self._devices.waits:
                break
        return None if self._speaker is None else self._speaker.receive(0)
