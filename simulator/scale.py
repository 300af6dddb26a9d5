"""How the speaker does in a home of 1,000 devices in 200 rooms, in three dialects.

The house and its broker live in this process, the speaker in one of its own, as on a real
speaker but without sound card. `inglenook bench` prints what is measured here.
"""

import json
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Iterator
from random import Random

import msgspec

from device.home.homefile import Furnishing
from device.ports import BusMessage
from simulator.coldstart import resident_mb
from simulator.estate import DEVICES, SEED, estate
from simulator.pretend import PretendHome

REQUESTS = 30
PATIENCE_S = 300.0
"""How long a large home may take to be known, seconds."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured in one large home."""

    devices: int
    found_s: float
    """Seconds from the start of the program until every device is known and has told its state."""
    named_s: float
    """Seconds more until recognition knows their names, worked out beside the core."""
    resident_mb: float | None
    """Megabytes of the speaker then; None where the system does not tell."""
    compiling_mb: float | None
    """Megabytes, at most, of the process that works the names out; it ends with the work."""
    typed_ms: tuple[float, ...]
    """Milliseconds from each typed request to its first command."""


def measure_scale() -> Measured:
    """Play a large home to a speaker in a process of its own; takes about a minute."""
    with PretendHome(estate(), travel_ms=0) as pretend:
        started = time.time()
        done = subprocess.run(
            [sys.executable, "-m", "simulator.scale", str(pretend.address.port), str(started)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return msgspec.json.decode(done.stdout, type=Measured)


def for_a_device(message: BusMessage) -> bool:
    """Whether a message is for the home, not about the speaker itself."""
    return not message.topic.startswith(("hermes/", "inglenook/speaker/"))


def requests() -> Iterator[str]:
    """What is asked of single lights and of the lights of rooms."""
    rng = Random(SEED)
    lights = [device for device in estate().devices if device.kind == "light"]
    for place, device in enumerate(rng.sample(lights, REQUESTS)):
        yield _request(device, whole_room=place % 3 == 2, on=place % 2 == 0)


def _request(device: Furnishing, *, whole_room: bool, on: bool) -> str:
    what = f"the {device.room} lights" if whole_room else f"the {device.name} in the {device.room}"
    return f"turn {'on' if on else 'off'} {what}".lower()


def be_the_speaker(port: int, started: float) -> Measured:
    """Be a speaker on this broker until everything is measured.

    Args:
        port: Where the broker is, on this machine.
        started: When the program was started, seconds since the epoch.
    """
    from device.config import Config
    from device.edges.background import Background
    from device.edges.clock import SystemClock
    from device.edges.inbox import Inbox
    from device.edges.memory import give_back
    from device.edges.mqtt import BrokerAddress, MqttBus
    from device.edges.store import SqliteStore
    from device.ports import Ports
    from device.speaker import build
    from simulator.session import UNHURRIED
    from simulator.watchedbus import WatchedBus

    inbox, stamps = Inbox(), list[float]()

    def stamp(message: BusMessage) -> None:
        if for_a_device(message):
            stamps.append(time.perf_counter())

    bus = MqttBus(BrokerAddress(port=port), inbox=inbox)
    ports = Ports(
        bus=WatchedBus(bus, stamp),
        clock=SystemClock(),
        store=SqliteStore(),
        background=Background(),
    )
    speaker = build(Config(safety=UNHURRIED), ports, hears=True, wake=True)

    def live() -> None:
        speaker.take(inbox.get(speaker.wait_ms(20)))
        if time.time() - started > PATIENCE_S:
            raise TimeoutError(f"only {len(speaker.home.home.devices)} devices are known")

    def known() -> bool:
        settled = speaker.home.settled(ports.clock.monotonic_ms())
        return settled and len(speaker.home.home.devices) >= DEVICES

    while not known():
        live()
    found_s = time.time() - started
    learned = speaker.learned
    while speaker.learned == learned:
        live()
    named_s = time.time() - started - found_s
    give_back()
    resident = resident_mb()
    compiling_mb = _largest_child_mb()
    typed: list[float] = []
    for text in requests():
        stamps.clear()
        begun = time.perf_counter()
        speaker.say(text)
        if stamps:
            typed.append((stamps[0] - begun) * 1000)
        while speaker.busy:
            live()
    speaker.leave()
    bus.close()
    return Measured(
        devices=len(speaker.home.home.devices),
        found_s=found_s,
        named_s=named_s,
        resident_mb=resident,
        compiling_mb=compiling_mb,
        typed_ms=tuple(typed),
    )


def _largest_child_mb() -> float | None:
    if sys.platform != "linux":
        return None
    import resource

    for child in multiprocessing.active_children():
        child.join()  # counts once it has ended
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    measured = be_the_speaker(int(sys.argv[1]), float(sys.argv[2]))
    sys.stdout.write(json.dumps(msgspec.to_builtins(measured)))
