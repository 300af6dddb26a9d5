"""The budgets of the design, measured on one thread of the machine that this runs on.

Numbers are printed, never asserted: machines are shared and noisy. Run it on the speaker
itself for figures that mean something there.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from device.audio.framer import Framer
from device.config import Config
from device.edges.recordings import read_whole
from device.events import RATE_HZ
from device.models import SHIPPED
from device.ports import BusMessage
from device.runtimes import runtime
from device.speaker import wake_word
from simulator.coldstart import measure_cold_start
from simulator.estate import DEVICES, ROOMS
from simulator.manyskills import SKILLS, Routed, measure_routing
from simulator.scale import Measured, for_a_device, measure_scale
from simulator.session import Session

SOUNDS = Path(__file__).parent / "sounds"
ROUNDS = 5
IDLE_S = 30
BLOCK_BYTES = 2 * RATE_HZ // 50
TYPED = (
    "turn on the kitchen light",
    "set the bedroom thermostat to 21 degrees",
    "turn off the kitchen light and the fan",
    "close the bedroom blinds",
    "dim the living room lights to 30 percent",
    "lock the front door",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One row of the table."""

    what: str
    budget: float | None
    """None where the design sets none."""
    unit: str
    measured: float | None
    """None where there is nothing to measure yet."""
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the budget was kept."""
        if self.measured is None or self.budget is None:
            return None
        return self.measured <= self.budget

    def as_json(self) -> dict[str, Any]:
        """The row as a JSON object."""
        return {
            "what": self.what,
            "budget": self.budget,
            "unit": self.unit,
            "measured": None if self.measured is None else round(self.measured, 4),
            "kept": self.kept,
            "note": self.note,
        }


def measure() -> list[Budget]:
    """Measure every budget; takes about four minutes."""
    stamps: list[float] = []

    def stamp(message: BusMessage) -> None:
        if for_a_device(message):
            stamps.append(time.perf_counter())

    with Session(hears=True, watch=stamp) as session:
        typed = list(_typed(session, stamps))
        spoken, computing_s, sound_s = _spoken(session, stamps)
    cold = measure_cold_start()
    return [
        _p95("typed request to MQTT publish, p95", 10, typed),
        _p95("end of speech to MQTT publish, p95", 150, spoken),
        Budget(
            what="speech recognition, computing per second of speech",
            budget=0.10,
            unit="s",
            measured=computing_s / sound_s,
            note=f"{sound_s:.0f} s of speech",
        ),
        Budget(
            what="listening for the wake word, idle",
            budget=5,
            unit="% of a core",
            measured=_idle_percent(),
            note=f"{IDLE_S} s of soft noise",
        ),
        Budget(
            what="resident memory, all models loaded",
            budget=150,
            unit="MB",
            measured=cold.resident_mb,
        ),
        Budget(
            what="cold start to listening",
            budget=1.5,
            unit="s",
            measured=cold.ready_s,
            note=f"{cold.knowing_s:.2g} s more until the names of a home of 51 devices are known",
        ),
        *_routing(measure_routing()),
        Budget(
            what="shipped models together",
            budget=12,
            unit="MB",
            measured=_shipped_mb(),
        ),
        *_scale(measure_scale()),
    ]


def _routing(measured: Routed) -> list[Budget]:
    """The rows of many skills."""
    return [
        _p95(f"route among {SKILLS:,} skills, p95", 5, measured.spent_ms),
        Budget(
            what=f"shortlist of {SKILLS:,} skills",
            budget=20,
            unit="MB",
            measured=measured.shelf_mb,
        ),
    ]


def _scale(measured: Measured) -> list[Budget]:
    """The rows of a large home; the design sets no budget for it."""
    where = f"{DEVICES:,} devices in {ROOMS} rooms"
    rows = [
        (f"{where}: start until all have told their state", "s", measured.found_s, ""),
        (f"{where}: until their names can be heard", "s", measured.named_s, "in the background"),
        (f"{where}: memory to work these out", "MB", measured.compiling_mb, "given back after it"),
        (f"{where}: resident memory", "MB", measured.resident_mb, ""),
    ]
    return [
        *(
            Budget(what=what, budget=None, unit=unit, measured=value, note=note)
            for what, unit, value, note in rows
        ),
        _p95(f"{where}: typed request to MQTT publish, p95", None, measured.typed_ms),
    ]


def _shipped_mb() -> float:
    """Megabytes of the shipped models with their word tables."""
    files = (path for path in SHIPPED.iterdir() if path.suffix in (".tflite", ".npz"))
    return sum(path.stat().st_size for path in files) / 1e6


def show(console: Console, budgets: Sequence[Budget]) -> None:
    """Write the table."""
    table = Table(title=f"inglenook bench ({runtime()})", title_justify="left")
    for heading in ("what", "budget", "measured", ""):
        table.add_column(heading, overflow="fold")
    for row in budgets:
        measured = "not measured" if row.measured is None else f"{row.measured:.3g} {row.unit}"
        colour = {True: "green", False: "red", None: "dim"}[row.kept]
        budget = "" if row.budget is None else f"{row.budget:g} {row.unit}"
        table.add_row(row.what, budget, f"[{colour}]{measured}[/]", row.note)
    console.print(table)


def _p95(what: str, budget_ms: float | None, spent_ms: Sequence[float]) -> Budget:
    measured = float(np.percentile(spent_ms, 95)) if spent_ms else None
    middle = f"median {np.median(spent_ms):.1f} ms of {len(spent_ms)}" if spent_ms else ""
    return Budget(what=what, budget=budget_ms, unit="ms", measured=measured, note=middle)


def _typed(session: Session, stamps: list[float]) -> Iterator[float]:
    """Milliseconds from each typed request to its first message."""
    for _ in range(ROUNDS):
        session.start_afresh()
        for text in TYPED:
            stamps.clear()
            started = time.perf_counter()
            session.say(text)
            if stamps:
                yield (stamps[0] - started) * 1000


def _spoken(session: Session, stamps: list[float]) -> tuple[list[float], float, float]:
    """Milliseconds from each recording's end to its first message; seconds computed and heard."""
    spent: list[float] = []
    computing_s = sound_s = 0.0
    for path in sorted(SOUNDS.glob("*.ogg")):
        session.start_afresh()
        pcm = read_whole(path)
        stamps.clear()
        blocks = [pcm[at : at + BLOCK_BYTES] for at in range(0, len(pcm), BLOCK_BYTES)]
        started = time.perf_counter()
        ended = _Blocks(blocks)
        turns = session.hear(ended)
        computing_s += sum(turn.ms.get("asr", 0.0) for turn in turns) / 1000
        sound_s += len(pcm) / 2 / RATE_HZ
        if stamps and ended.at > started:
            spent.append((stamps[0] - ended.at) * 1000)
    return spent, computing_s, sound_s


class _Blocks(Iterator[bytes]):
    """Blocks of sound that remember when the last one was taken."""

    def __init__(self, blocks: Sequence[bytes]) -> None:
        self._blocks = iter(blocks)
        self.at = 0.0

    def __next__(self) -> bytes:
        try:
            return next(self._blocks)
        except StopIteration:
            self.at = time.perf_counter()
            raise


def _idle_percent() -> float:
    """Share of a core that listening for the wake word takes, in percent."""
    noise = np.random.default_rng(0).normal(0, 30, IDLE_S * RATE_HZ).astype("<i2").tobytes()
    stage, frames = wake_word(Config()), Framer().feed(noise)
    started = time.process_time()
    for frame in frames:
        stage.feed(frame)
    return (time.process_time() - started) / IDLE_S * 100
