"""A house, the speaker in it, and everything that a page can do to them."""

import threading
from collections.abc import Iterator
from types import TracebackType

from device.errors import BusError, ConfigError, InglenookError
from device.events import Turn
from device.ports import BusMessage
from device.records import nothing, record
from simulator.clock import parse_jump
from simulator.faults import Fault
from simulator.session import Scene, Session
from simulator.studio import orders, sources, views
from simulator.studio.board import LOOK_MS, Board
from simulator.studio.ears import FOUND, LOST, Ears
from simulator.studio.hand import touch
from simulator.studio.pages import Page
from simulator.studio.relevance import Relevance
from simulator.studio.saving import Script
from simulator.studio.scenarios import Scenarios
from simulator.studio.strips import Exchange, Letter, asked_for, strip
from simulator.studio.trace import Tracer

LIVELY = 8
"""Things that may happen in the house during a block of sound."""


class Playhouse:
    """Belongs to one thread; what happens in it goes to the board. A context manager."""

    def __init__(
        self,
        scene: Scene,
        board: Board,
        *,
        wake: str | None,
        scenarios: Scenarios,
    ) -> None:
        """Start the broker, the house and the speaker; arguments and errors as `Keeper`."""
        self._scene, self._board = scene, board
        self._wake, self._scenarios = wake, scenarios
        self._count = 0
        self._exchange: Exchange | None = None
        self._script = Script()
        self._broker_up = True
        self._looked_ms = 0.0
        self._tracer: Tracer | None = None
        self._ears = Ears()
        self._relevance = Relevance()
        self._session = Session(
            scene, hears=True, wake=wake, ears=self._ears,
            watch=lambda message: self._note(message, out=True),
            told=lambda message: self._note(message, out=False),
        )  # fmt: skip
        self._begin("time")

    @property
    def broker(self) -> str:
        """Which broker it is on, and where."""
        return f"{self._session.broker.name} at {self._session.address}"

    def __enter__(self) -> "Playhouse":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def live(self, ms: int) -> None:
        """Let time pass until something happens, at most so long."""
        exchange = self._begin("time")
        self._ended(self._session.live(ms), exchange)

    def drop_turn(self) -> None:
        """Give up the turn under way after something went wrong."""
        self._session.speaker.drop_turn()

    def listen(self, blocks: Iterator[bytes], source: str = "microphone") -> None:
        """Let the speaker hear, and keep what it heard for the eye.

        Args:
            blocks: Sound as it comes, as PCM.
            source: What the page calls it.

        Raises:
            AudioError: The microphone is off, or the sound breaks off.
        """
        self._listen(blocks, self._begin(source))

    def carry_out(self, order: orders.Order, page: Page) -> None:
        """Do what a page asks for.

        Raises:
            InglenookError: It cannot be done; one sentence for that page.
        """
        match order:
            case orders.Say(text=text):
                self._say(text)
            case orders.Speak(text=text, voice=voice):
                exchange = self._begin(voice)
                exchange.said = text
                self._listen(sources.spoken(text, voice), exchange)
            case orders.Play(sound=sound):
                self.listen(sources.shipped(sound), sound)
            case orders.Upload(name=name, content=content):
                self.listen(sources.handed_in(name, content), name)
            case orders.Touch(device=device, values=values):
                self._did({"touch": {device: touch(self._session.house, device, values)}})
            case orders.Break(device=device, fault=fault, pace_ms=pace_ms):
                self._session.house.misbehave(device, fault, slow_ms=pace_ms)
                wrong = {"device": device, "fault": str(fault), "pace_ms": pace_ms}
                self._did({"misbehave": wrong})
            case orders.Power(of="broker", on=on):
                self._switch_broker(on=on)
            case orders.Power(on=on):
                self._plug_in(on=on)
            case orders.Afresh():
                self._start_afresh()
            case orders.Save(turn=turn, whole=whole):
                self._save(turn, page, whole=whole)
            case orders.Scenario(name=name):
                self._play(name)
            case orders.Talk():
                raise ConfigError("sound was not announced before it came")

    def welcome(self, page: Page) -> None:
        """Show a page that was just opened everything there is."""
        self.look(at_once=True)
        about = {
            **views.plan(self._session.file),
            "voices": list(sources.voices()),
            "sounds": list(sources.sounds()),
            "scenarios": self._scenarios.names(),
            "faults": [str(fault) for fault in Fault],
            "wake": self._wake,
        }
        self._board.welcome(page, about)

    def look(self, *, at_once: bool = False) -> None:
        """Show what has changed, now and then."""
        now_ms = self._session.clock.lap_ms()
        if not at_once and now_ms - self._looked_ms < LOOK_MS:
            return
        self._looked_ms = now_ms
        self._board.devices(views.devices(self._session))
        self._board.latest("shelf", views.shelf(self._session.speaker.context))
        status = {
            "now": f"{self._session.clock.now():%Y-%m-%dT%H:%M}",
            "broker": self._broker_up,
            "address": self.broker,
            "microphone": self._ears.plugged_in,
            "pages": self._board.watched,
        }
        self._board.latest("status", status)
        self._board.flush()

    def _say(self, text: str) -> None:
        jump_ms = parse_jump(text)
        exchange = self._begin("typed" if jump_ms is None else "time")
        if jump_ms is None:
            self._ended(self._session.say(text), exchange)
            return
        self._did({"wait": text.strip().removeprefix("@+")})
        self._ended(self._session.wait(jump_ms), exchange)
        self._board.notice(f"It is {self._session.clock.now():%A, %H:%M} now", kind="said")

    def _listen(self, blocks: Iterator[bytes], exchange: Exchange) -> None:
        self._ears.check()
        try:
            for turn in self._session.heard(self._while_heard(blocks, exchange)):
                self._ended([turn], exchange)
        finally:
            if exchange.pcm and not exchange.turns:
                self._unheard(exchange)

    def _while_heard(self, blocks: Iterator[bytes], exchange: Exchange) -> Iterator[bytes]:
        """The same blocks; they are kept, and the house lives on while somebody speaks."""
        for block in blocks:
            exchange.pcm += block
            yield block
            for _ in range(LIVELY):
                self._ended(self._session.live(0), exchange)

    def _ended(self, turns: list[Turn], exchange: Exchange) -> None:
        """Show turns that ended."""
        home = self._session.speaker.home.home
        for turn in turns:
            relevant = self._relevance.weigh(asked_for(turn), exchange.before)
            self._board.turn(strip(turn, home, exchange, relevant))
            exchange.letters = []
            if turn.text:
                self._script.said(turn.id, turn.at, record(turn, home))
            if exchange.pcm and not turn.events:
                exchange.turns += 1
                self._trace(turn.id, exchange)

    def _unheard(self, exchange: Exchange) -> None:
        """Show sound of which no turn came."""
        error = "The wake word was not heard." if self._wake else "Nothing came of this sound."
        self._count += 1
        turn = Turn(id=f"sound-{self._count}", at=exchange.before.now, text="", error=error)
        empty = strip(turn, exchange.before.home, exchange, [])
        self._board.turn({**empty, "record": nothing("", error=error)})
        self._trace(turn.id, exchange)

    def _trace(self, turn: str, exchange: Exchange) -> None:
        if self._tracer is None:
            self._tracer = Tracer(self._wake)
        self._board.sound(turn, self._tracer.look(bytes(exchange.pcm)).json())

    def _switch_broker(self, *, on: bool) -> None:
        if on == self._broker_up:
            return
        if on:
            self._session.broker.restart()
        else:
            self._session.broker.kill()
        self._broker_up = on
        self._did({"broker": "back" if on else "gone"})

    def _plug_in(self, *, on: bool) -> None:
        """Unplug the microphone, as somebody pulls its cable, or plug it in again."""
        if on == self._ears.plugged_in:
            return
        self._ears.plugged_in = on
        exchange = self._begin("time")
        self._ended(self._session.speaker.take(FOUND if on else LOST), exchange)
        self._did({"microphone": "back" if on else "gone"})

    def _start_afresh(self) -> None:
        if not self._broker_up:
            raise BusError("the house cannot be put back while the broker is away")
        for name in self._session.house.faults():
            self._session.house.misbehave(name, Fault.NONE)
        self._session.start_afresh()
        self._script.clear()
        self._board.afresh()

    def _save(self, turn: str, page: Page, *, whole: bool) -> None:
        """Write down a turn, or all that led to it, and give it to the page that asked."""
        scene = self._scene
        text = self._script.scenario(turn, whole=whole, room=scene.room, person=scene.person)
        self._board.tell({"is": "saved", "turn": turn, "text": text}, only=page)

    def _play(self, name: str) -> None:
        """Play a scenario beside the house, which lives on."""
        self._board.tell({"is": "playing", "name": name})

        def beside() -> None:
            try:
                told = {"is": "played", **self._scenarios.play(name)}
            except InglenookError as exc:
                told = {"is": "played", "name": name, "passed": False, "lines": [str(exc)]}
            self._board.tell(told)

        threading.Thread(target=beside, name="scenario", daemon=True).start()

    def _begin(self, source: str) -> Exchange:
        session = self._session
        now = session.speaker.context
        self._exchange = Exchange(source=source, before=now, started_ms=session.clock.lap_ms())
        return self._exchange

    def _did(self, does: views.Json) -> None:
        """Remember something that was done, for a scenario."""
        self._script.did(does, self._session.clock.now())

    def _note(self, message: BusMessage, *, out: bool) -> None:
        """Put a message into the log, and to what is under way.

        What is said while the house comes up is left out.
        """
        if self._exchange is None:
            return
        self._count += 1
        clock = self._session.clock
        letter = Letter(
            number=self._count,
            out=out,
            at=f"{clock.now():%H:%M:%S.%f}"[:-3],
            lap_ms=clock.lap_ms(),
            message=message,
        )
        self._board.letter(letter)
        self._exchange.letters.append(letter)
