"""The speaker: one thread owns it and hands it what happened, one thing at a time.

    take   sound, the broker, the passing of time
    say    a typed request

Both give back the turns that ended. A turn that waits for devices does not block: what
happens meanwhile is taken in, further requests wait in a short queue.
"""

import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from device.asr.homegrammar import HomeGrammar
from device.config import Config
from device.context import Context
from device.effects import Notebook
from device.errors import BusError, StoreError
from device.events import EndReason, Hypothesis, Outcome, Reply, Turn, Wake
from device.hearing import Heard, Hearing
from device.home.delivery import Delivery
from device.home.homestate import Errands, HomeState
from device.ports import BusDown, BusMessage, BusUp, Item, Ports, SoundBlock, SoundLost
from device.records import encode, record
from device.skills import notebook as notebooks
from device.speech.speaking import Speaking
from device.speech.tones import end_tone, error_tone, ring_tone, wake_tone
from device.turns import Asked, Draft, Turns

logger = logging.getLogger(__name__)

WAITING_TURNS = 8
"""Requests that may wait while a turn is under way; more are refused."""

RECENT_TURNS = 20
"""Turns that the context carries."""

QUESTION_MS = 8_000
"""How long the speaker listens for an answer to its own question, milliseconds."""

NOTEBOOK = "notebook"
"""Where the store keeps lists, timers, alarms and reminders."""

VOLUME = "volume"
"""Where the store keeps the speaker's volume, 0 to 100 in digits."""

SETTLE_MS = 3_000
"""How long the home may take to announce itself before recognition starts without, or with
what is known of it, milliseconds."""

RING_EVERY_MS = 4_000
"""Pause between two rings, milliseconds."""


class Speaker:
    """Everything joined. Made by `device.speaker.build`."""

    def __init__(
        self,
        *,
        config: Config,
        ports: Ports,
        home: HomeState,
        turns: Turns,
        notebook: Notebook,
        speaking: Speaking,
        hearing: Hearing | None = None,
        grammar: HomeGrammar | None = None,
        awaits_answers: bool = False,
    ) -> None:
        """Take the parts.

        Args:
            config: What the owner set.
            ports: The world.
            home: Devices, their state, commands under way.
            turns: From hypotheses to replies.
            notebook: Lists, timers and alarms as they were kept.
            speaking: What goes to the loudspeaker.
            hearing: From sound to hypotheses; None where only typed requests come.
            grammar: Makes the graph of what can be said, whenever a name changes.
            awaits_answers: Whether a question of its own opens the ears, as on a speaker;
                a recording is one request.
        """
        self._config = config
        self._ports = ports
        self._home = home
        self._turns = turns
        self._notebook = notebook
        self._hearing = hearing
        self._grammar = grammar
        self._named: Hashable = None
        self.learned = 0
        """How often recognition learned the home's names: each time leaves work to tidy up."""
        self._looked_at: tuple[object, object] = (None, None)
        self._learn_by_ms = ports.clock.monotonic_ms() + SETTLE_MS
        self._speaking = speaking
        self._awaits_answers = awaits_answers
        self._recent: deque[Turn] = deque(maxlen=RECENT_TURNS)
        self._waiting: deque[Asked] = deque()
        self._draft: Draft | None = None
        self._delivery: Delivery | None = None
        self._fallen: list[str] = []
        self._timer_fell = False
        self._asr_ms = 0.0
        self._attend_at_ms: int | None = None
        self._next_ring_ms = 0
        self._clock_reading = (ports.clock.now(), ports.clock.monotonic_ms())

    @property
    def home(self) -> HomeState:
        """The home as the speaker knows it."""
        return self._home

    @property
    def busy(self) -> bool:
        """Whether a turn is under way or waiting."""
        return self._draft is not None or bool(self._waiting)

    @property
    def context(self) -> Context:
        """A snapshot of everything that stages may know besides the words."""
        return Context(
            home=self._home.home,
            state=self._home.state,
            room=self._config.speaker.room,
            person=self._config.speaker.person,
            now=self._ports.clock.now(),
            now_ms=self._ports.clock.monotonic_ms(),
            turns=tuple(self._recent),
            notebook=self._notebook,
            volume=self._speaking.volume,
        )

    def say(self, text: str) -> list[Turn]:
        """Take a typed request."""
        return self._ask(Asked(hypotheses=(Hypothesis(text=text, score=1.0),)))

    def attend(self) -> None:
        """Listen to a request now, without the wake word."""
        if self._hearing is not None:
            self._learn_names()
            self._asr_ms = 0.0
            self._hearing.attend()

    def sound_ended(self) -> list[Turn]:
        """A recording is over, and with it the request in it."""
        return [] if self._hearing is None else self._heard(self._timed(self._hearing.finish))

    def take(self, item: Item | None) -> list[Turn]:
        """Take one thing that happened; None when only time has passed."""
        turns: list[Turn] = []
        match item:
            case BusMessage() | BusUp() | BusDown():
                if isinstance(item, BusDown):
                    logger.warning("%s", item.reason)
                now = self._ports.clock.now()
                now_ms = self._ports.clock.monotonic_ms()
                self._run(self._home.take(item, at=now, now_ms=now_ms))
            case SoundBlock(pcm=pcm):
                turns = self._listen(pcm)
            case SoundLost(reason=reason):
                logger.warning("%s", reason)
                if self._hearing is not None:
                    self._hearing.reset()
            case None:
                pass
        return turns + self.advance()

    def advance(self) -> list[Turn]:
        """Do what is due by now, and give the turns that ended."""
        now_ms = self._ports.clock.monotonic_ms()
        self._send(self._home.due(now_ms))
        self._look_at_the_clock()
        turns: list[Turn] = []
        while True:
            if self._draft is None and self._waiting:
                self._begin(self._waiting.popleft())
            if self._draft is None:
                break
            outcomes = self._outcomes()
            if outcomes is None:
                break
            turns.append(self._end(self._draft, outcomes))
        if self._fallen and self._draft is None:
            turns.append(self._announce())
        self._ring(now_ms)
        if not self.busy and (self._home.settled(now_ms) or now_ms >= self._learn_by_ms):
            self._learn_names()
        if self._attend_at_ms is not None and now_ms >= self._attend_at_ms:
            self._attend_at_ms = None
            self._turns.listens(now_ms)
            self.attend()
        return turns

    def wait_ms(self, longest_ms: int) -> int:
        """How long the owner of the speaker may sleep when nothing happens."""
        if self._delivery is None:
            return longest_ms
        return min(longest_ms, self._delivery.wait_ms(self._ports.clock.monotonic_ms()) + 1)

    def forget(self) -> None:
        """Drop what links one turn to the next: the open question, recent turns, notebook."""
        self._turns.forget()
        self._recent.clear()
        self._notebook = Notebook()
        self._fallen.clear()

    def drop_turn(self) -> None:
        """Give up the turn under way after something went wrong; the next one works."""
        self._draft = self._delivery = None

    def _ask(self, asked: Asked) -> list[Turn]:
        if len(self._waiting) >= WAITING_TURNS:
            logger.warning("too many requests at once; %r is dropped", asked.hypotheses[:1])
            return []
        self._waiting.append(asked)
        return self.advance()

    # Sound ---------------------------------------------------------------------------------

    def _listen(self, pcm: bytes) -> list[Turn]:
        hearing = self._hearing
        return [] if hearing is None else self._heard(self._timed(lambda: hearing.feed(pcm)))

    def _learn_names(self) -> None:
        """Let recognition know the names of the home as it is now, between two requests."""
        if self._hearing is None or self._grammar is None or self._hearing.attentive:
            return
        home, items = self._home.home, self._notebook.lists
        if self._looked_at[0] is home and self._looked_at[1] is items:
            return
        self._looked_at = (home, items)
        devices = frozenset((d.name, d.room, d.kind, d.aliases) for d in home.devices)
        named = (home.rooms, devices, frozenset(items.items()))
        if named == self._named:
            return
        self._named = named
        self.learned += 1
        logger.info("recognition knows %d devices in %d rooms", len(devices), len(home.rooms))
        known = [text for name, texts in items.items() for text in (name, *texts)]
        self._hearing.use(self._grammar.graph(home, known))

    def _timed(self, work: Callable[[], Sequence[Wake | Heard]]) -> Sequence[Wake | Heard]:
        started = self._ports.clock.lap_ms()
        found = work()
        self._asr_ms += self._ports.clock.lap_ms() - started
        return found

    def _heard(self, items: Sequence[Wake | Heard]) -> list[Turn]:
        turns: list[Turn] = []
        for item in items:
            if isinstance(item, Wake):
                self._speaking.stop()
                self._asr_ms = 0.0
                self._speaking.play(wake_tone())
                continue
            self._speaking.play(end_tone() if item.hypotheses else error_tone())
            turns += self._ask(
                Asked(
                    hypotheses=item.hypotheses,
                    wake=item.wake,
                    asr_ms=self._asr_ms,
                    problem=_problem(item, self._config.listening.longest_ms),
                )
            )
            self._asr_ms = 0.0
        return turns

    # The turn under way ----------------------------------------------------------------------

    def _begin(self, asked: Asked) -> None:
        context = self.context
        draft = self._turns.begin(asked, context, lap=self._ports.clock.lap_ms)
        if draft.agenda.notebook is not None:
            self._keep(draft.agenda.notebook)
        if draft.agenda.volume is not None:
            self._speaking.volume = draft.agenda.volume
            self._save(VOLUME, str(draft.agenda.volume).encode())
        self._draft = draft
        if draft.commands:
            now_ms = self._ports.clock.monotonic_ms()
            self._delivery = self._home.begin(draft.commands, now_ms=now_ms)
            if not self._send(self._delivery.messages):
                self._delivery.lost()

    def _outcomes(self) -> tuple[Outcome, ...] | None:
        if self._delivery is None:
            return ()
        return self._delivery.outcomes(self._ports.clock.monotonic_ms())

    def _end(self, draft: Draft, outcomes: tuple[Outcome, ...]) -> Turn:
        self._draft = self._delivery = None
        turn = self._turns.end(draft, outcomes, self.context, lap=self._ports.clock.lap_ms)
        return self._finished(self._with_events(turn))

    def _finished(self, turn: Turn) -> Turn:
        self._recent.append(turn)
        try:
            found = encode(record(turn, self._home.home))
            self._ports.store.append_turn(turn.id, turn.at, found)
        except StoreError as exc:
            logger.warning("%s", exc)
        self._speak(turn.reply)
        return turn

    def _announce(self) -> Turn:
        """A turn of the speaker's own: something fell due."""
        turn = self._turns.announce(self._fallen, self.context)
        return self._finished(self._with_events(turn))

    def _with_events(self, turn: Turn) -> Turn:
        """The turn with what fell due, and the timers that are left where one did."""
        turn = replace(turn, events=tuple(self._fallen))
        if self._timer_fell:
            turn = replace(turn, timers=notebooks.timers_json(self._notebook, self.context.now_ms))
        self._fallen.clear()
        self._timer_fell = False
        return turn

    # Time --------------------------------------------------------------------------------------

    def _look_at_the_clock(self) -> None:
        clock = self._ports.clock
        before, reading = self._clock_reading, (clock.now(), clock.monotonic_ms())
        self._clock_reading = reading
        found = notebooks.due(self._notebook, *reading)
        self._timer_fell |= len(found.notebook.timers) < len(self._notebook.timers)
        if found.notebook != self._notebook or notebooks.clock_jumped(before, reading):
            self._keep(found.notebook)
        self._fallen += found.events
        for words in found.commands:
            self._waiting.append(Asked(hypotheses=(Hypothesis(text=words, score=1.0),)))

    def _ring(self, now_ms: int) -> None:
        if self._notebook.ringing and now_ms >= self._next_ring_ms and self._draft is None:
            self._next_ring_ms = now_ms + RING_EVERY_MS
            self._speaking.play(ring_tone())

    def _keep(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._save(NOTEBOOK, notebooks.save(notebook, *self._clock_reading))

    def _save(self, key: str, content: bytes) -> None:
        try:
            self._ports.store.save(key, content)
        except StoreError as exc:
            logger.warning("%s", exc)

    # Going out -----------------------------------------------------------------------------------

    def _run(self, errands: Errands) -> None:
        if errands.topics:
            self._ports.bus.subscribe(errands.topics)
        self._send(errands.messages)

    def _send(self, messages: Sequence[BusMessage]) -> bool:
        """Publish; gives False, with a warning, when the broker is away."""
        try:
            for message in messages:
                self._ports.bus.publish(message)
        except BusError as exc:
            logger.warning("%s", exc)
            return False
        return True

    def _speak(self, reply: Reply) -> None:
        length_ms = self._speaking.say(reply)
        if reply.asks is not None and self._awaits_answers:
            self._attend_at_ms = self._ports.clock.monotonic_ms() + length_ms


def _problem(heard: Heard, longest_ms: int) -> str | None:
    """What was wrong with the sound itself, in one sentence."""
    if not heard.utterance.pcm:
        return "Nothing was said."
    if heard.utterance.reason is EndReason.TOO_LONG:
        return f"A request ends after {longest_ms / 1000:g} seconds; the rest was not listened to."
    return None
