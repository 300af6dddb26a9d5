"""A house with a speaker in it, as tests see it."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from device.config import Config
from device.edges.recordings import read_blocks
from device.events import Turn, Value
from device.home.homefile import HomeFile
from device.ports import BusMessage
from device.records import joined, nothing, record
from simulator.estate import as_toml
from simulator.faults import PACE_MS, Fault
from simulator.session import Scene, Session

EVENING = datetime(2026, 11, 20, 18, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one request, or of time that passed: the JSON object of a turn, as a type.

    Several turns that ended meanwhile are one answer, as `inglenook say --json` tells them.
    """

    text: str
    reply: str
    asks: str | None
    """confirm, choose, missing, teach or repeat, where the reply is a question."""
    requests: Sequence[Mapping[str, Any]]
    commands: Sequence[Mapping[str, Any]]
    state: Mapping[str, Mapping[str, Value]]
    events: Sequence[str]
    error: str | None
    whole: Mapping[str, Any] = field(repr=False)
    """All of it (DESIGN section 7), `lists`, `timers` and `concepts` where the turn has them."""


class Playhouse:
    """A house on a broker in this program, whose clock is a pretend one; a context manager."""

    def __init__(
        self,
        *,
        home: Path | str | HomeFile | None = None,
        room: str | None = None,
        person: str | None = None,
        at: datetime = EVENING,
        sentences: Sequence[Path | str] = (),
        skills: Path | str | None = None,
        config: Config | None = None,
        hears: bool = False,
        broker: bool = False,
    ) -> None:
        """Furnish it; takes a tenth of a second, a second where it hears.

        Args:
            home: A home file, or what is in one; None for the furnished house.
            room: Where the speaker stands.
            person: Who speaks.
            at: The pretend time.
            sentences: Custom sentences, files or folders.
            skills: A folder of skill packs.
            config: Settings of the speaker; None for those of `inglenook say`.
            hears: Whether recognition is loaded, for `hear`.
            broker: Whether to start a real broker, for programs that answer on the bus; then
                devices take real time.

        Raises:
            InglenookError: A file is wrong, or the home has no such room.
        """
        self._closing = ExitStack()
        folder = Path(tempfile.mkdtemp(prefix="inglenook-"))
        self._closing.callback(shutil.rmtree, folder, ignore_errors=True)
        if isinstance(home, HomeFile):
            written = folder / "home.toml"
            written.write_text(as_toml(home), encoding="utf-8")
            home = written
        self.sent: list[BusMessage] = []
        """What the speaker has published, oldest first."""
        scene = Scene(
            home=None if home is None else Path(home),
            room=room,
            person=person,
            at=at.astimezone(),
            sentences=[Path(path) for path in sentences],
            skills=None if skills is None else Path(skills),
            store=folder / "store.db",
        )
        try:
            self.session = self._closing.enter_context(
                Session(scene, config=config, hears=hears, still=not broker, watch=self.sent.append)
            )
        except BaseException:
            self.close()
            raise

    @property
    def values(self) -> dict[str, dict[str, Value]]:
        """How every device really stands, by "Room/Name"."""
        return self.session.house.values()

    @property
    def now(self) -> datetime:
        """The pretend time."""
        return self.session.clock.now()

    def say(self, text: str) -> Answer:
        """Say a typed request, and wait until its turn ends."""
        return self._answer(text, self.session.say(text))

    def hear(self, sound: Path | str | npt.NDArray[np.int16]) -> Answer:
        """Let the speaker hear a recording, a file or samples at 16 kHz.

        Raises:
            AudioError: The file cannot be read.
        """
        if isinstance(sound, np.ndarray):
            return self._answer("", self.session.hear(iter([sound.astype("<i2").tobytes()])))
        return self._answer(str(sound), self.session.hear(read_blocks(Path(sound))))

    def wait(self, seconds: float) -> Answer:
        """Let time pass; the answer holds what fell due."""
        return self._answer("", self.session.wait(round(seconds * 1000)))

    def touch(self, device: str, **values: Value) -> None:
        """Change a device by hand: `touch("Kitchen/Fan", power="on")`.

        Raises:
            HomeError: There is no such device.
        """
        self.session.touch({device: values})

    def misbehave(self, device: str, fault: Fault | str, *, pace_ms: int = PACE_MS) -> None:
        """Let a device go wrong (`simulator.faults.Fault`); "none" mends it.

        Raises:
            HomeError: There is no such device.
            ValueError: There is no such fault.
        """
        self.session.house.misbehave(device, Fault(fault), slow_ms=pace_ms)
        self.session.look_around()

    def lose_broker(self) -> None:
        """Cut the broker's power."""
        self.session.broker.kill()
        self.session.look_around()

    def restore_broker(self) -> None:
        """Start it again, and wait until the speaker knows the home."""
        self.session.broker.restart()
        self.session.settle()

    def restart(self) -> None:
        """Cut the speaker's power and give it back: what is in its store is all that is left."""
        self.session.restart()

    def close(self) -> None:
        """Tear it down."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, text: str, turns: Sequence[Turn]) -> Answer:
        whole = record(joined(turns), self.session.speaker.home.home) if turns else nothing(text)
        return Answer(
            text=whole["text"],
            reply=whole["reply"],
            asks=whole["asks"],
            requests=whole["requests"],
            commands=whole["commands"],
            state=whole["state"],
            events=whole["events"],
            error=whole["error"],
            whole=whole,
        )
