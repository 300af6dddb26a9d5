"""Does the speaker stay well when the broker never falls silent?

`python -m simulator.endurance` floods a broker with 1,000 messages a second for an hour: states,
devices that come and go, rubbish. A speaker in a process of its own takes them all in, and
does what it is told every ten seconds. Its memory and what it dropped are printed.
"""

import argparse
import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from device.config import Config
from device.edges.clock import SystemClock
from device.edges.inbox import Inbox
from device.edges.mqtt import BrokerAddress, MqttBus
from device.edges.store import SqliteStore
from device.errors import BusError, InglenookError
from device.events import OutcomeKind
from device.home.homefile import HomeFile
from device.ports import BusMessage, Ports
from device.speaker import build
from simulator.bridges import BRIDGES, dialect_of
from simulator.faults import GARBAGE
from simulator.homefile import furnished
from simulator.pretend import PretendHome

ASKED = "Kitchen/Kitchen light"
"""The device that is told what to do; the flood leaves it alone."""
ASK_EVERY_S = 10.0
TICK_S = 0.01
"""How often a share of the flood is sent."""
GHOSTS = 100
"""Announced devices that are there at a time, before they are taken away again."""
WARM_S = 60.0
"""What happens in the first minute (or the first fifth) does not count as growth: by then the
speaker knows the house."""
TICK_MS = 200


@dataclass(frozen=True, slots=True)
class Look:
    """How the speaker does at one moment."""

    s: float
    """Seconds since it was started."""
    memory_mb: float
    """Resident; 0 where the system does not tell."""
    taken: int
    """Messages taken in so far."""
    dropped: int
    """Messages that found no place in its queue so far."""
    asked: int
    """Requests so far."""
    done: int
    """Those that the device confirmed."""
    slowest_ms: float
    """The longest that a request took since the last look."""


def flood(file: HomeFile) -> Iterator[BusMessage]:
    """Everything that a restless home and a hostile neighbour say, without end."""
    devices = [furnished(d) for d in file.devices if d.topic_name != ASKED]
    names = [d.topic_name for d in devices if dialect_of(d) == "zigbee2mqtt"]
    plain = [d.topic_name for d in devices if dialect_of(d) == "plain"]
    others = [d for d in devices if dialect_of(d) not in ("zigbee2mqtt", "plain")]
    reports = [m for d in others for m in BRIDGES[dialect_of(d)].make(d).report()]
    for number in itertools.count():
        device = f"zigbee2mqtt/{names[number % len(names)]}"
        kind = number % 10
        if kind < 4:
            state = {"state": "ON" if number % 4 else "OFF", "brightness": number % 255}
            yield BusMessage(topic=device, payload=json.dumps(state).encode())
        elif kind < 6:
            yield reports[number % len(reports)]
        elif kind == 6:
            word = b"offline" if number % 20 < 10 else b"online"
            yield BusMessage(topic=f"{device}/availability", payload=word)
        elif kind == 7:
            yield BusMessage(topic=device, payload=GARBAGE[number % len(GARBAGE)])
        elif kind == 8:
            yield from _ghosts(number // 10)
        else:
            topic = f"inglenook/home/{plain[number % len(plain)]}"
            yield BusMessage(topic=topic, payload=b'{"strange%d":%d}' % (number, number))


def _ghosts(number: int) -> Iterator[BusMessage]:
    """A device that joins, and one that leaves."""
    gone, new = f"ghost{number - GHOSTS}", f"ghost{number}"
    light = {"name": new, "unique_id": new, "command_topic": f"{new}/set", "state_topic": new}
    yield BusMessage(topic=f"homeassistant/light/{new}/config", payload=json.dumps(light).encode())
    yield BusMessage(topic=f"homeassistant/light/{gone}/config", payload=b"")


def live(port: int, folder: str, look_every_s: float) -> None:
    """Be the speaker until killed, with its store in a folder, and write a look per line."""
    inbox = Inbox()
    clock, store = SystemClock(), SqliteStore(Path(folder) / "kept.sqlite")
    bus = MqttBus(BrokerAddress(port=port, client_id="endurance"), inbox=inbox)
    ports = Ports(bus=bus, clock=clock, store=store)
    speaker = build(Config(), ports, hears=False, wake=False)
    began = looked = told = time.monotonic()
    taken = asked = done = 0
    asked_s = slowest_ms = 0.0
    known = False
    while True:
        item = inbox.get(speaker.wait_ms(TICK_MS))
        taken += isinstance(item, BusMessage)
        turns = speaker.take(item)
        now = time.monotonic()
        known = known or any(d.name == "Kitchen light" for d in speaker.home.home.devices)
        if known and not speaker.busy and now - told > ASK_EVERY_S:
            asked, asked_s, told = asked + 1, now, now
            turns += speaker.say(f"turn {'on' if asked % 2 else 'off'} the kitchen light")
        for turn in turns:
            done += bool(turn.outcomes) and all(o.kind is OutcomeKind.DONE for o in turn.outcomes)
            slowest_ms = max(slowest_ms, (time.monotonic() - asked_s) * 1000)
        if now - looked >= look_every_s:
            look = [now - began, resident_mb(), taken, inbox.dropped, asked, done, slowest_ms]
            sys.stdout.write(f"{json.dumps(look)}\n")
            sys.stdout.flush()
            looked, slowest_ms = now, 0.0


def resident_mb() -> float:
    """Memory of this process; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = status.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def measure(
    *, rate: int, seconds: float, look_every_s: float, seen: Callable[[Look], None]
) -> tuple[list[Look], float]:
    """Flood a speaker.

    Args:
        rate: Messages a second.
        seconds: How long.
        look_every_s: How often to look at the speaker, seconds.
        seen: Called with every look.

    Returns:
        The looks, and the messages a second that were sent in fact.

    Raises:
        BusError: The broker does not come up, or the speaker ended.
    """
    looks: list[Look] = []
    child = f"from simulator.endurance import live; live({{}}, {{!r}}, {look_every_s})"
    with TemporaryDirectory(prefix="inglenook-") as folder, PretendHome() as home:
        command = [sys.executable, "-c", child.format(home.broker.port, folder)]
        speaker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert speaker.stdout is not None
        sender = _Sender(home, rate)
        try:
            while not looks or looks[-1].s < seconds:
                line = speaker.stdout.readline()
                if not line:
                    raise BusError("the speaker ended before its time")
                looks.append(Look(*json.loads(line)))
                seen(looks[-1])
            return looks, sender.reached
        finally:
            sender.close()
            speaker.kill()
            speaker.wait()
            speaker.stdout.close()


class _Sender:
    """Floods a home's broker, from a thread of its own, until closed."""

    def __init__(self, home: PretendHome, rate: int) -> None:
        self._bus = MqttBus(home.address)
        self._flood = flood(home.file)
        self._rate = rate
        self._closing = threading.Event()
        self._began_s = time.monotonic()
        self._sent = 0
        self._thread = threading.Thread(target=self._send, name="flood", daemon=True)
        self._thread.start()

    @property
    def reached(self) -> float:
        """Messages a second that were sent in fact."""
        return self._sent / (time.monotonic() - self._began_s)

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self._bus.close()

    def _send(self) -> None:
        last_s = time.monotonic()
        while not self._closing.wait(TICK_S):
            now_s = time.monotonic()
            # Where the machine cannot keep up, the rest is left out, and the rate says so.
            share = min(now_s - last_s, 10 * TICK_S)
            last_s = now_s
            for message in itertools.islice(self._flood, round(self._rate * share)):
                with suppress(BusError):
                    self._bus.publish(message)
                    self._sent += 1


def growth(looks: Sequence[Look]) -> float:
    """How fast the memory grew once the speaker was warm, in MB an hour.

    The slope of the straight line that lies nearest to the looks.
    """
    warm_s = min(WARM_S, looks[-1].s / 5)
    warm = [look for look in looks if look.s >= warm_s]
    if len(warm) < 2:
        return 0.0
    slope, _ = np.polyfit([look.s for look in warm], [look.memory_mb for look in warm], 1)
    return float(slope) * 3600


def main(argv: Sequence[str]) -> int:
    """Measure, and print a row a minute.

    Args:
        argv: `--rate`, `--minutes`, `--json`.

    Returns:
        The exit code: 0, or 2 after one sentence about what is wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m simulator.endurance")
    parser.add_argument("--rate", type=int, default=1_000, help="messages a second")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--json", action="store_true", help="one JSON object at the end")
    arguments = parser.parse_args(argv)
    seconds = arguments.minutes * 60
    every_s = min(60.0, max(1.0, seconds / 10))

    def seen(look: Look) -> None:
        if not arguments.json:
            sys.stdout.write(
                f"{look.s / 60:5.1f} min  {look.memory_mb:6.1f} MB  {look.taken:8d} taken in  "
                f"{look.dropped} dropped  {look.done}/{look.asked} requests done, "
                f"slowest {look.slowest_ms:.0f} ms\n"
            )
            sys.stdout.flush()

    try:
        looks, rate = measure(rate=arguments.rate, seconds=seconds, look_every_s=every_s, seen=seen)
    except InglenookError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    if arguments.json:
        result = {"rate": rate, "growth_mb_an_hour": growth(looks)}
        sys.stdout.write(f"{json.dumps(result | {'looks': [asdict(look) for look in looks]})}\n")
    else:
        sys.stdout.write(f"{rate:.0f} messages a second; {growth(looks):+.1f} MB an hour\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
