"""A speaker as `inglenook run` makes it, but without sound card and broker, timed from its birth.

Run as a program of its own, so that nothing but the speaker is loaded.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import msgspec


class Measured(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One cold start."""

    ready_s: float
    """Seconds from the start of the program until it listens."""
    knowing_s: float
    """Seconds more until what can be said in the furnished house is compiled."""
    resident_mb: float | None
    """Megabytes then; None where the system does not tell."""


def measure_cold_start(times: int = 3) -> Measured:
    """The fastest of a few starts."""
    return min(_start() for _ in range(times))


def _start() -> Measured:
    started = time.time()
    done = subprocess.run(
        [sys.executable, "-m", "simulator.coldstart", str(started)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return msgspec.json.decode(done.stdout, type=Measured)


def resident_mb() -> float | None:
    """Megabytes of this process; None where the system does not tell."""
    if sys.platform != "linux":
        return None
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _be_a_speaker(started: float) -> Measured:
    from device.config import Config
    from device.edges.clock import SystemClock
    from device.edges.memory import give_back
    from device.edges.mqtt import BrokerAddress, MqttBus
    from device.edges.store import SqliteStore
    from device.ports import Ports
    from device.speaker import build

    ports = Ports(bus=MqttBus(BrokerAddress(port=9)), clock=SystemClock(), store=SqliteStore())
    speaker = build(Config(), ports, hears=True, wake=True)
    ready_s = time.time() - started
    graph = _furnished_graph()
    knowing_s = time.time() - started - ready_s
    give_back()
    measured = Measured(ready_s=ready_s, knowing_s=knowing_s, resident_mb=resident_mb())
    # Both count among the megabytes until here.
    del speaker, graph
    return measured


def _furnished_graph() -> object:
    """What can be said in the furnished house, as the speaker compiles it once it knows it."""
    from device.context import Device, Home
    from device.nlu.templates import NO_SENTENCES
    from device.speaker import home_grammar
    from simulator.homefile import read_house

    file = read_house()
    devices = tuple(
        Device(id=d.topic_name, name=d.name, room=d.room, kind=d.kind or "", aliases=d.aliases)
        for d in file.devices
    )
    return home_grammar(NO_SENTENCES).graph(Home(rooms=file.rooms, devices=devices))


if __name__ == "__main__":
    cold_start = _be_a_speaker(float(sys.argv[1]))
    sys.stdout.write(json.dumps(msgspec.to_builtins(cold_start)))
