"""Lets happen to a new speaker what happened to another one, moment by moment.

There is no pretend house: what devices said then they say now, when they said it. A device that
would be told something else than then does not answer that.
"""

import secrets
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from device.config import Config
from device.core import Speaker
from device.edges.packcode import PackProcesses
from device.edges.packfolder import PackFolder
from device.edges.packwatch import PackWatch
from device.edges.store import SqliteStore
from device.errors import ConfigError
from device.events import Turn
from device.keepsake import Came, Keepsake, Told
from device.ports import BusDown, BusMessage, BusUp, Ports, Spoken, Typed
from device.presence import will
from device.records import record
from device.speaker import build
from simulator.clock import PretendClock
from simulator.localbus import LocalBroker

BUSY_MS, QUIET_MS = 50, 250
"""How often the speaker looks at its clock while a turn is under way, and else."""
LONGER_MS = 10_000
"""How much longer than then the turn may take before it is given up."""


def replayed(keepsake: Keepsake, *, skills: Path | None = None) -> Told | None:
    """The turn again.

    Args:
        keepsake: The turn, and what led to it.
        skills: Folder with the skill packs of the speaker; None for the built-in skills alone.

    Returns:
        What came of it now; None where no turn came of it.

    Raises:
        ConfigError: Its files lie where they cannot belong.
        InglenookError: A model, a file or a setting in it cannot be used here.
    """
    with tempfile.TemporaryDirectory(prefix="inglenook-") as scratch:
        folder = Path(scratch)
        config = _laid_out(keepsake, folder)
        with (
            closing(SqliteStore(folder / "store.sqlite")) as store,
            closing(PackProcesses(config.skills.answer_ms)) as code,
        ):
            packs = None if skills is None else PackWatch(PackFolder(skills), beside=False)
            return _Rerun(keepsake, config, store, code, packs).told()


class _Rerun:
    """A speaker, and what comes in."""

    def __init__(
        self,
        keepsake: Keepsake,
        config: Config,
        store: SqliteStore,
        code: PackProcesses,
        packs: PackWatch | None,
    ) -> None:
        facts = keepsake.facts
        self._keepsake = keepsake
        self._first_ms = min((one.ms for one in keepsake.before), default=facts.began_ms)
        first = facts.at - timedelta(milliseconds=facts.began_ms - self._first_ms)
        self._clock = PretendClock(first, running=False, zone=facts.at.tzinfo)
        self._broker = LocalBroker()
        self._bus = self._broker.connect(will(config.broker.client_id))
        ports = Ports(
            bus=self._bus,
            clock=self._clock,
            store=store,
            code=code,
            secret=secrets.token_bytes(32),
            packs=packs,
        )
        self._speaker: Speaker = build(config, ports, hears=keepsake.hears, wake=False)
        self._turns: list[Turn] = []

    def told(self) -> Told | None:
        """Everything that happened, and what came of the last turn."""
        facts = self._keepsake.facts
        self._meet_the_home()
        wanted = len(facts.turns)
        for one in self._keepsake.came:
            self._live_until(one.ms)
            if one.asks:
                self._think(len(self._turns))
            self._take(one)
        end_ms = max(facts.ended_ms, self._now_ms()) + LONGER_MS
        while len(self._turns) < wanted and self._now_ms() < end_ms:
            self._live_until(self._now_ms() + BUSY_MS)
        if len(self._turns) < wanted:
            return None
        turn = self._turns[wanted - 1]
        return Told(
            record=record(turn, self._speaker.home.home),
            scores=[(one.text, one.score) for one in turn.hypotheses],
        )

    def _meet_the_home(self) -> None:
        """Let the speaker know what the other one knew when the conversation began.

        A broker that keeps everything shows it the devices first, whatever order their
        messages came in; then each value comes at the moment at which it came.
        """
        facts = self._keepsake.facts
        devices = self._broker.connect()
        for one in self._keepsake.before:
            if isinstance(one.item, BusMessage):
                item = one.item
                devices.publish(BusMessage(topic=item.topic, payload=item.payload, retained=True))
        self._drain()
        for one in sorted(self._keepsake.before, key=lambda came: came.ms):
            self._clock.jump(max(one.ms - self._now_ms(), 0))
            self._speaker.take(one.item)  # type: ignore[arg-type]
        if not facts.connected:
            self._broker.kill()
        self._drain()
        self._clock.jump(max(facts.began_ms - self._now_ms(), 0))
        self._speaker.advance()

    def _drain(self) -> None:
        """Take in what the broker has to say."""
        while (item := self._bus.receive(0)) is not None:
            self._speaker.take(item)

    def _take(self, came: Came) -> None:
        match came.item:
            case Typed(text=text):
                self._turns += self._speaker.say(text)
            case Spoken():
                self._turns += self._speaker.hear_again(came.item)
            case item:
                if isinstance(item, BusUp):
                    self._broker.restart()
                elif isinstance(item, BusDown):
                    self._broker.kill()
                self._turns += self._speaker.take(item)

    def _think(self, number: int) -> None:
        """Let as much time pass as the other speaker took to think about a turn.

        It told devices what to do only then; their answers are not to come late here.
        """
        turns = self._keepsake.facts.turns
        ms = turns[number].record["ms"] if number < len(turns) else {}
        self._clock.jump(int(ms.get("nlu", 0) + ms.get("routing", 0)))

    def _live_until(self, ms: int) -> None:
        """Let time pass."""
        while (left_ms := ms - self._now_ms()) > 0:
            self._clock.jump(min(left_ms, BUSY_MS if self._speaker.busy else QUIET_MS))
            self._turns += self._speaker.advance()

    def _now_ms(self) -> int:
        """The other speaker's monotonic time."""
        return self._first_ms + self._clock.monotonic_ms()


def _laid_out(keepsake: Keepsake, folder: Path) -> Config:
    """Write down what a speaker reads, and give the config that names it.

    Raises:
        ConfigError: A file would lie outside the folder.
    """
    (folder / "store.sqlite").write_bytes(keepsake.store)
    for name, content in keepsake.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ConfigError(f"a turn holds files for its own folder only, found {name!r}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    config = keepsake.facts.config
    home, models = config.home, config.models
    shipped = models.folder is not None and not Path(models.folder).is_dir()
    return replace(
        config,
        home=replace(home, file=None if home.file is None else str(folder / home.file)),
        models=replace(models, folder=None) if shipped else models,
        sentences=tuple(str(folder / name) for name in config.sentences),
    )
