"""A speaker with packs on a real broker: real understanding, real code, real connections."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

from device.config import Config, HermesConfig
from device.core import Speaker
from device.diary import Diary
from device.edges.inbox import Inbox
from device.edges.mqtt import BrokerAddress, MqttBus
from device.edges.packcode import PackProcesses
from device.edges.store import SqliteStore
from device.effects import Notebook
from device.events import Turn
from device.home.homestate import HomeState
from device.lessons import Lessons
from device.nlu.templates import NO_SENTENCES
from device.ports import Ports
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.packreading import read_pack, sentences_of
from device.skills.packskill import PackSkill
from device.speaker import understanding
from device.speech.speaking import Speaking
from device.turns import Turns
from simulator.broker import start_broker
from simulator.clock import PretendClock
from simulator.embedded import HOST
from simulator.house import monotonic_ms
from tests.simulator.bus import PATIENCE_MS

SKILLS = Path(__file__).parent.parent.parent / "docs" / "skills"
CODE_MS = 10_000
TICK_MS = 20


class Kitchen:
    """Runs until closed; a context manager."""

    def __init__(
        self, packs: Sequence[Path], *, prefer: str | None = None, answer_ms: int = 10_000
    ) -> None:
        """Start a broker and a speaker.

        Args:
            packs: Folders of skill packs.
            prefer: Which broker.
            answer_ms: How long programs are waited for.
        """
        self._closing = ExitStack()
        self.broker = start_broker(prefer)
        self._closing.callback(self.broker.close)
        self.clock = PretendClock()
        self.address = BrokerAddress(host=HOST, port=self.broker.port)
        self._packs = [read_pack(folder) for folder in packs]
        self._config = Config(hermes=HermesConfig(site_id="kitchen", answer_ms=answer_ms))
        self._code = PackProcesses(CODE_MS)
        self._closing.callback(self._code.close)
        self.turns: list[Turn] = []
        self.start()

    def start(self) -> None:
        """The speaker begins, perhaps anew."""
        self._inbox = Inbox()
        bus = MqttBus(self.address, inbox=self._inbox)
        self._closing.callback(bus.close)
        store = SqliteStore(None)
        self._closing.callback(store.close)
        understood = understanding(self._config, NO_SENTENCES)
        understood.know([sentences_of(pack) for pack in self._packs])
        skills = [PackSkill(pack, code=self._code) for pack in self._packs]
        self.bus = bus
        self.speaker = Speaker(
            config=self._config,
            ports=Ports(
                bus=bus, clock=self.clock, store=store, code=self._code, secret=os.urandom(16)
            ),
            home=HomeState([]),
            lessons=Lessons(store),
            turns=Turns(understood, Router([*builtin_skills(), *skills], margin=0.0)),
            diary=Diary(Notebook(), self.clock, store),
            speaking=Speaking(None, None, 50),
        )
        self.until(lambda: bus.connected)

    def stop(self) -> None:
        """The speaker is switched off."""
        self.speaker.leave()
        self.bus.close()

    def live(self) -> list[Turn]:
        return self.speaker.take(self._inbox.get(TICK_MS))

    def until(self, done: Callable[[], bool]) -> None:
        until_ms = monotonic_ms() + PATIENCE_MS
        while not done():
            assert monotonic_ms() < until_ms, "it never came to be"
            self.turns += self.live()

    def say(self, text: str) -> None:
        """Ask something, and wait for nothing."""
        self.turns += self.speaker.say(text)

    def turn(self) -> Turn:
        """The next turn that ends, waited for."""
        self.until(lambda: bool(self.turns))
        return self.turns.pop(0)

    def reply(self, text: str) -> str:
        """Ask something, and wait for the reply."""
        self.say(text)
        return self.turn().reply.text

    def __enter__(self) -> "Kitchen":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()


@contextmanager
def program(address: BrokerAddress, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is told host and port of the broker, until left."""
    process = subprocess.Popen([*command, address.host, str(address.port)], start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
