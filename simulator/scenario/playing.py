"""Plays one scenario in still time: the same report in every run."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from device.errors import AudioError, InglenookError
from device.events import Turn
from device.ports import SoundFound, SoundLost
from device.records import nothing, record
from simulator.rooms.performance import performed
from simulator.scenario.expected import Difference, Happened, differences
from simulator.scenario.written import Misbehaviour, Scenario, Step, settings, span_ms
from simulator.session import Session

MICROPHONE = SoundFound(name="pretend microphone", rate_hz=16_000, channels=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One step, and what came of it."""

    kind: str
    what: str
    """The step in a few words."""
    happened: Happened
    wrong: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One scenario, and what came of it."""

    path: str
    name: str
    steps: tuple[Played, ...] = ()
    broken: str | None = None
    """One sentence, where it could not be played to its end."""
    ms: dict[str, list[float]] = field(default_factory=dict)
    """Measured milliseconds of each stage, a number for each turn; no part of the report."""

    @property
    def wrong(self) -> int:
        """How many expectations were not met."""
        return sum(len(step.wrong) for step in self.steps)

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return self.broken is None and not self.wrong


def play(scenario: Scenario, path: Path, *, real_broker: bool = False) -> Outcome:
    """Play it from the first step to the last, whatever goes wrong on the way.

    Args:
        scenario: What happens.
        path: Its file; what it names lies beside it.
        real_broker: Whether to take a real broker and time that runs, as on a real speaker.
    """
    steps: list[Played] = []
    ms: dict[str, list[float]] = {}
    broken = None
    try:
        with tempfile.TemporaryDirectory(prefix="inglenook-") as folder:
            scene = scenario.scene(path.parent, Path(folder) / "store.db")
            with Session(
                scene,
                config=settings(scenario, path.parent),
                hears=scenario.hears,
                wake=scenario.wake,
                still=not real_broker,
                slower=None if real_broker else scenario.slower,
            ) as session:
                stage = _Stage(session, path.parent, scenario.seed)
                for step in scenario.steps:
                    happened = stage.take(step)
                    wrong = tuple(differences(step.expect, happened))
                    steps.append(
                        Played(kind=step.kind, what=worded(step), happened=happened, wrong=wrong)
                    )
                for turn in stage.turns:
                    for name, spent in turn.ms.items():
                        ms.setdefault(name, []).append(spent)
    except InglenookError as exc:
        broken = str(exc)
    except MemoryError:
        broken = "the memory ran out"
    return Outcome(path=str(path), name=scenario.name, steps=tuple(steps), broken=broken, ms=ms)


def worded(step: Step) -> str:
    """A step in a few words.

    Example: `say = "turn on the lamp"` -> 'say "turn on the lamp"'.
    """
    found: Any = getattr(step, step.kind)
    match step.kind:
        case "say":
            return f'say "{found}"'
        case "hear":
            who = f"{found.get('voice', 'slt')} says" if "text" in found else "hear"
            return f'{who} "{found.get("text") or found.get("file", "noise")}"'
        case "touch":
            return "touch " + ", ".join(found)
        case "misbehave":
            return f"{found.device} is {found.fault}"
        case "restart":
            return "the speaker restarts"
        case kind:
            return f"{kind} {found}"


class _Stage:
    """A session in which steps are taken."""

    def __init__(self, session: Session, folder: Path, seed: int) -> None:
        self._session = session
        self._folder = folder
        self._seed = seed
        self.turns: list[Turn] = []

    def take(self, step: Step) -> Happened:
        """Let one thing happen."""
        session = self._session
        began_ms = session.clock.monotonic_ms()
        session.house.commands.clear()
        problem = None
        turns: list[Turn] = []
        try:
            for turn in self._turns(step):
                turns.append(turn)
        except AudioError as exc:
            problem = str(exc)
        self.turns += turns
        records = [record(turn, session.speaker.home.home) for turn in turns]
        if problem is not None:
            records.append(nothing("", error=problem))
        return Happened(
            turns=records,
            house=session.house.values(),
            sent=len(session.house.commands),
            ms=session.clock.monotonic_ms() - began_ms,
        )

    def _turns(self, step: Step) -> Iterable[Turn]:
        """The turns that end while it happens.

        Raises:
            AudioError: A recording cannot be read, or there is no such voice here.
        """
        session, speaker = self._session, self._session.speaker
        match step:
            case Step(say=str(text)):
                return session.say(text)
            case Step(hear=dict()):
                self._seed += 1
                sound = performed(step.sound(self._folder), self._seed)
                return session.heard(iter([sound.astype("<i2").tobytes()]))
            case Step(wait=str(span)):
                return session.wait(span_ms(span))
            case Step(touch=dict(changes)):
                session.touch(changes)
            case Step(misbehave=Misbehaviour() as found):
                session.house.misbehave(found.device, found.fault, slow_ms=found.pace_ms)
            case Step(broker="gone"):
                session.broker.kill()
            case Step(broker="back"):
                session.broker.restart()
                session.settle()
            case Step(microphone="gone"):
                return session.finish(speaker.take(SoundLost(reason="it was unplugged")))
            case Step(microphone="back"):
                return session.finish(speaker.take(MICROPHONE))
            case Step(clock=datetime() as at):
                session.clock.set_wall(at)
                return session.finish(speaker.advance())
            case Step(restart=True):
                session.restart()
        return session.look_around()
