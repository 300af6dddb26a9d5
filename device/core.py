"""The speaker: one thread owns it and hands it what happened, one thing at a time.

    take   sound, the broker, the passing of time
    say    a typed request

Both give back the turns that ended. A turn that waits for devices does not block: what
happens meanwhile is taken in, further requests wait in a short queue.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from device.asr.homegrammar import HomeGrammar
from device.asr.phrasecheck import Said
from device.config import Config
from device.context import Context
from device.effects import Notebook
from device.errors import BusError, InglenookError, StoreError
from device.events import EndReason, Hypothesis, Outcome, Reply, Turn, Wake
from device.floor import (
    ANSWER_MS,
    Asking,
    Closed,
    Event,
    Floor,
    Listening,
    Plays,
    Stopped,
    Tick,
    Woken,
    step,
)
from device.forgetting import Forgetting
from device.hearing import Heard, Hearing, Noticed
from device.home.delivery import Delivery
from device.home.homestate import Errands, HomeState
from device.microphone import Microphone
from device.names import Names
from device.ports import BusDown, BusMessage, BusUp, Item, Ports, SoundBlock, SoundLost
from device.pronunciations import Pronunciations
from device.records import encode, record
from device.skills import notebook as notebooks
from device.speech.sound import Sound
from device.speech.speaking import Speaking
from device.speech.tones import end_tone, error_tone, ring_tone, wake_tone
from device.turns import Asked, Draft, Turns

logger = logging.getLogger(__name__)

WAITING_TURNS = 8
"""Requests that may wait while a turn is under way; more are refused."""

RECENT_TURNS = 20
"""Turns that the context carries."""

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
        self._names = None if grammar is None else Names(grammar, ports.store, ports.background)
        self._pronunciations = Pronunciations(ports.store, self._names)
        self.learned = 0
        """How often recognition learned the home's names: each time leaves work to tidy up."""
        self._learn_by_ms = ports.clock.monotonic_ms() + SETTLE_MS
        self._speaking = speaking
        self._microphone = Microphone(ports, speaker=config.broker.client_id)
        self._forgetting = Forgetting(config.records, ports.store, ports.clock)
        self._awaits_answers = awaits_answers
        self._recent: deque[Turn] = deque(maxlen=RECENT_TURNS)
        self._waiting: deque[Asked] = deque()
        self._draft: Draft | None = None
        self._delivery: Delivery | None = None
        self._fallen: list[str] = []
        self._timer_fell = False
        self._asr_ms = 0.0
        self._floor = Floor()
        self._saying = ""
        self._scheduled: deque[str] = deque()
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
            microphone=self._microphone.seen,
        )

    def say(self, text: str) -> list[Turn]:
        """Take a typed request."""
        return self._ask(Asked(hypotheses=(Hypothesis(text=text, score=1.0),)))

    def attend(self, patience_ms: int | None = None) -> None:
        """Listen to a request now, without the wake word.

        Args:
            patience_ms: How long to wait for its first word; None as long as usual.
        """
        if self._hearing is not None:
            self._learn_names()
            self._asr_ms = 0.0
            self._hearing.attend(patience_ms)

    def sound_ended(self) -> list[Turn]:
        """A recording is over, and with it the request in it."""
        return [] if self._hearing is None else self._heard(self._timed(self._hearing.finish))

    def take(self, item: Item | None) -> list[Turn]:
        """Take one thing that happened; None when only time has passed."""
        turns: list[Turn] = []
        if item is not None and self._microphone.take(item):
            if isinstance(item, SoundLost) or not self._microphone.on:
                self._stop_hearing()
            return self.advance()
        match item:
            case BusMessage() | BusUp() | BusDown():
                if isinstance(item, BusDown):
                    logger.warning("%s", item.reason)
                now = self._ports.clock.now()
                now_ms = self._ports.clock.monotonic_ms()
                self._run(self._home.take(item, at=now, now_ms=now_ms))
            case SoundBlock(pcm=pcm) if self._microphone.on:
                turns = self._listen(pcm)
            case _:
                pass
        return turns + self.advance()

    def advance(self) -> list[Turn]:
        """Do what is due by now, and give the turns that ended."""
        now_ms = self._ports.clock.monotonic_ms()
        self._send(self._home.due(now_ms))
        self._look_at_the_clock()
        self._forgetting.look()
        self._turns.tick(now_ms)
        turns: list[Turn] = []
        self._look_at_the_floor(now_ms)
        while True:
            if self._draft is None and self._waiting:
                self._begin(self._waiting.popleft())
            if self._draft is None:
                break
            outcomes = self._outcomes()
            if outcomes is None:
                break
            turns.append(self._end(self._draft, outcomes))
        if self._fallen and self._draft is None and self._floor.free:
            turns.append(self._announce())
        self._ring(now_ms)
        if not self.busy and (self._home.settled(now_ms) or now_ms >= self._learn_by_ms):
            self._learn_names()
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
            logger.warning("too many requests at once; one is dropped")
            return []
        self._waiting.append(asked)
        return self.advance()

    # Sound ---------------------------------------------------------------------------------

    def _listen(self, pcm: bytes) -> list[Turn]:
        hearing = self._hearing
        return [] if hearing is None else self._heard(self._timed(lambda: hearing.feed(pcm)))

    def _stop_hearing(self) -> None:
        """Drop what is being heard, and listen for no answer."""
        self._move(Stopped())
        if self._hearing is not None:
            self._hearing.reset()

    def _learn_names(self) -> None:
        """Let recognition know the names of the home as it is now, between two requests."""
        if self._hearing is None or self._names is None or self._hearing.attentive:
            return
        graph = self._names.look(self._home.home, self._notebook.lists)
        if graph is not None:
            self.learned += 1
            self._hearing.use(graph)

    def _timed(self, work: Callable[[], Sequence[Noticed]]) -> Sequence[Noticed]:
        started = self._ports.clock.lap_ms()
        found = work()
        self._asr_ms += self._ports.clock.lap_ms() - started
        return found

    def _heard(self, items: Sequence[Noticed]) -> list[Turn]:
        turns: list[Turn] = []
        for item in items:
            match item:
                case Wake():
                    self._speaking.stop()
                    self._asr_ms = 0.0
                    self._move(Woken())
                    self._signal(wake_tone())
                case Said(phrase=phrase):
                    turns += self._stop(phrase)
                case Heard():
                    turns += self._request(item)
        return turns

    def _request(self, heard: Heard) -> list[Turn]:
        """What was said after the wake word or a question."""
        asked = self._floor.phase
        self._move(Closed())
        answers = isinstance(asked, Listening) and asked.asks is not None
        if answers and not heard.utterance.pcm:
            return []  # Nobody answered; the question lapses by itself.
        self._signal(end_tone() if heard.hypotheses else error_tone())
        problem = _problem(heard, self._config.listening.longest_ms)
        asr_ms, self._asr_ms = self._asr_ms, 0.0
        return self._ask(
            Asked(
                hypotheses=heard.hypotheses,
                wake=heard.wake,
                asr_ms=asr_ms,
                problem=problem,
                sounds=heard.sounds,
            )
        )

    def _stop(self, phrase: str) -> list[Turn]:
        """A stop word in the midst of what is being said or rung: silence at once."""
        if phrase in self._saying.lower():
            return []  # The speaker's own word, heard again.
        self._speaking.stop()
        asking = isinstance(self._floor.phase, Asking)
        self._move(Stopped())
        if not (asking or self._notebook.ringing):
            return []
        return self._ask(Asked(hypotheses=(Hypothesis(text=phrase, score=1.0),)))

    def _look_at_the_floor(self, now_ms: int) -> None:
        """Open the ears for an answer, and do what was put off, when their time has come."""
        asking = isinstance(self._floor.phase, Asking)
        self._move(Tick())
        if asking and isinstance(self._floor.phase, Listening):
            self._turns.listens(now_ms)
            self.attend(ANSWER_MS)
        if self._floor.free:
            while self._scheduled:
                words = Hypothesis(text=self._scheduled.popleft(), score=1.0)
                self._waiting.append(Asked(hypotheses=(words,), scheduled=True))
        if self._hearing is not None:
            loud = self._floor.loud(now_ms) or bool(self._notebook.ringing)
            self._hearing.interruptible(loud)

    def _move(self, event: Event) -> None:
        self._floor = step(self._floor, event, self._ports.clock.monotonic_ms())

    def _signal(self, sound: Sound) -> None:
        self._speaking.signal(sound)
        self._move(Plays(length_ms=sound.ms))

    # The turn under way ----------------------------------------------------------------------

    def _begin(self, asked: Asked) -> None:
        context = self.context
        draft = self._turns.begin(asked, context, lap=self._ports.clock.lap_ms)
        if draft.agenda.notebook is not None:
            self._keep(draft.agenda.notebook)
        if draft.agenda.volume is not None:
            self._speaking.volume = draft.agenda.volume
            self._save(VOLUME, str(draft.agenda.volume).encode())
        if draft.agenda.microphone is not None:
            self._microphone.turn(on=draft.agenda.microphone)
            self._stop_hearing()
        if draft.agenda.forgets:
            self._forget(draft)
        self._pronounce(draft)
        self._draft = draft
        if draft.commands:
            now_ms = self._ports.clock.monotonic_ms()
            self._delivery = self._home.begin(draft.commands, now_ms=now_ms)
            if not self._send(self._delivery.messages):
                self._delivery.lost()

    def _forget(self, draft: Draft) -> None:
        """Delete records, also those that are only remembered, and let none be made of this."""
        self._recent.clear()
        try:
            self._forgetting.forget(draft.agenda.forgets)
        except StoreError as exc:
            draft.error = str(exc)
            draft.reply = Reply(text=f"I could not delete everything: {exc}.")

    def _pronounce(self, draft: Draft) -> None:
        """Learn or forget how names are said; the last one that went otherwise has the word."""
        for wanted in draft.agenda.pronunciations:
            try:
                told = self._pronunciations.carry_out(wanted)
            except InglenookError as exc:
                draft.error = str(exc)
                told = f"I could not do that: {exc}."
            draft.reply = draft.reply if told is None else Reply(text=told)

    def _outcomes(self) -> tuple[Outcome, ...] | None:
        if self._delivery is None:
            return ()
        return self._delivery.outcomes(self._ports.clock.monotonic_ms())

    def _end(self, draft: Draft, outcomes: tuple[Outcome, ...]) -> Turn:
        self._draft = self._delivery = None
        turn = self._turns.end(draft, outcomes, self.context, lap=self._ports.clock.lap_ms)
        return self._finished(self._with_events(turn), kept=not draft.agenda.forgets)

    def _finished(self, turn: Turn, *, kept: bool = True) -> Turn:
        if kept:
            self._recent.append(turn)
        if kept and self._forgetting.keeps:
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
        self._scheduled += found.commands

    def _ring(self, now_ms: int) -> None:
        quiet = self._draft is None and self._floor.free
        if self._notebook.ringing and now_ms >= self._next_ring_ms and quiet:
            self._next_ring_ms = now_ms + RING_EVERY_MS
            self._speaking.play(ring_tone())
            self._move(Plays(length_ms=ring_tone().ms))

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
        self._saying = reply.text
        length_ms = self._speaking.say(reply)
        asks = reply.asks if self._awaits_answers and self._microphone.on else None
        self._move(Plays(length_ms=length_ms, asks=asks))


def _problem(heard: Heard, longest_ms: int) -> str | None:
    """What was wrong with the sound itself, in one sentence."""
    if not heard.utterance.pcm:
        return "Nothing was said."
    if heard.utterance.reason is EndReason.TOO_LONG:
        return f"A request ends after {longest_ms / 1000:g} seconds; the rest was not listened to."
    return None
