"""The speaker: one thread owns it and hands it what happened, one thing at a time.

    take   sound, the broker, the passing of time
    say    a typed request

Both give back the turns that ended. A turn that waits for devices does not block: what
happens meanwhile is taken in, further requests wait in a short queue.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from device.acquaintances import Acquaintances
from device.asr.homegrammar import HomeGrammar
from device.asr.phrasecheck import Said
from device.changes import Changes
from device.config import Config
from device.context import Context
from device.diary import Diary
from device.dictionary import Dictionary
from device.draft import Asked, Draft
from device.events import Hypothesis, Outcome, Request, Turn, Wake
from device.floor import ANSWER_MS
from device.hearing import Heard, Hearing, Noticed
from device.home.homefile import KINDS
from device.home.homestate import HomeState
from device.installed import Installed
from device.lessons import Lessons
from device.memory import Memory
from device.microphone import Microphone
from device.names import Names
from device.persons import Persons
from device.ports import (
    BusDown,
    BusMessage,
    BusRefused,
    BusUp,
    Item,
    Ports,
    SoundBlock,
    SoundLost,
    Spoken,
    Typed,
)
from device.post import Post
from device.presence import Presence
from device.pronunciations import Pronunciations
from device.routing.agenda import Agenda
from device.rules import Rules
from device.speech.speaking import Speaking
from device.talk import Talk
from device.turns import Turns
from device.underway import Underway

logger = logging.getLogger(__name__)

LOOK_MS = 20
"""How long what only time makes due may wait while the home talks without a pause."""


class Speaker:
    """Everything joined. Made by `device.speaker.build`."""

    def __init__(
        self,
        *,
        config: Config,
        ports: Ports,
        home: HomeState,
        turns: Turns,
        diary: Diary,
        speaking: Speaking,
        lessons: Lessons,
        rules: Rules | None = None,
        hearing: Hearing | None = None,
        grammar: HomeGrammar | None = None,
        dictionary: Dictionary | None = None,
        acquaintances: Acquaintances | None = None,
        installed: Installed | None = None,
        awaits_answers: bool = False,
    ) -> None:
        """Take the parts.

        Args:
            config: What the owner set.
            ports: The world.
            home: Devices, their state, commands under way.
            turns: From hypotheses to replies.
            diary: Lists, timers and alarms as they were kept.
            speaking: What goes to the loudspeaker.
            lessons: What was taught.
            rules: What the voice may do; None for what is usual.
            hearing: From sound to hypotheses; None where only typed requests come.
            grammar: Makes the graph of what can be said, whenever a name changes.
            dictionary: The words of speech that no sentence foresees.
            acquaintances: How the owner and the skills get on; None where packs never come.
            installed: Looks after the skill packs; None where there are the built-in ones alone.
            awaits_answers: Whether a question of its own opens the ears, as on a speaker;
                a recording is one request.
        """
        self._config = config
        self._ports = ports
        self._home = home
        self._turns = turns
        self._rules = rules or Rules()
        self._rules_read = False
        self._diary = diary
        self._lessons = lessons
        self._persons = Persons(config.speaker)
        self._names = None
        if grammar is not None:
            self._names = Names(grammar, ports.store, ports.background, dictionary)
        self._installed = installed
        self._look_at_packs(ports.clock.monotonic_ms())
        self._speaking = speaking
        self._talk = Talk(
            ports.clock,
            speaking,
            hearing,
            self._names,
            longest_ms=config.listening.longest_ms,
            awaits_answers=awaits_answers,
        )
        self._microphone = Microphone(ports, speaker=config.broker.client_id)
        self._memory = Memory(config.records, ports, acquaintances)
        self._changes = Changes(
            ports.store,
            diary,
            speaking,
            self._microphone,
            self._memory.forgetting,
            Pronunciations(ports.store, self._names),
            lessons,
            self._persons,
            acquaintances,
        )
        self._presence = Presence(
            config,
            ports,
            self._talk,
            understand=self._understand,
            listens=lambda: self._microphone.on,
        )
        self._post = Post(ports.bus)
        self._underway = Underway(ports.clock)
        self._look_ms = 0
        """When what time has made due is to be looked for again, whatever the home says."""

    @property
    def learned(self) -> int:
        """How often recognition learned the home's names: each time leaves work to tidy up."""
        return self._talk.learned

    @property
    def home(self) -> HomeState:
        """The home as the speaker knows it."""
        return self._home

    @property
    def busy(self) -> bool:
        """Whether a turn is under way or waiting."""
        return self._underway.busy

    @property
    def context(self) -> Context:
        """A snapshot of everything that stages may know besides the words."""
        now, now_ms = self._ports.clock.now(), self._ports.clock.monotonic_ms()
        self._home.keep_time(now, now_ms)
        return Context(
            home=self._home.home,
            state=self._home.state,
            room=self._config.speaker.room,
            person=self._persons.at(now_ms),
            persons=self._persons.names(self._lessons.concepts),
            now=now,
            now_ms=now_ms,
            turns=self._memory.recent,
            notebook=self._diary.notebook,
            habits=self._memory.habits.seen,
            past=self._memory.past,
            volume=self._speaking.volume,
            microphone=self._microphone.seen,
            rules=self._rules,
            skills=self._turns.skills,
            settled=self._memory.settled,
            uses=self._memory.uses,
            taught=self._lessons.concepts,
            doubted=self._memory.doubts.asked,
            certain=self._memory.doubts.certain,
        )

    def say(self, text: str) -> list[Turn]:
        """Take a typed request."""
        self._note(Typed(text=text), asks=True)
        return self._ask(Asked(hypotheses=(Hypothesis(text=text, score=1.0),)))

    def attend(self, patience_ms: int | None = None) -> None:
        """Listen to a request now, without the wake word.

        Args:
            patience_ms: How long to wait for its first word; None as long as usual.
        """
        self._learn_names()
        openly = self._turns.awaits_any_words(self._ports.clock.monotonic_ms())
        self._talk.attend(patience_ms, openly=openly or self._presence.any_words)

    def hear_again(self, spoken: Spoken) -> list[Turn]:
        """Take the sound of one request once more, as it was cut out of the stream before."""
        self._learn_names()
        now_ms = self._ports.clock.monotonic_ms()
        openly = spoken.wake is None and self._turns.awaits_any_words(now_ms)
        return self._heard(self._talk.hear_again(spoken, openly=openly))

    def sound_ended(self) -> list[Turn]:
        """A recording is over, and with it the request in it."""
        return self._heard(self._talk.sound_ended())

    def sound_broken_off(self) -> None:
        """A recording cannot be read on: what is being said in it is no request."""
        self._talk.stop_hearing()

    def take(self, item: Item | None) -> list[Turn]:
        """Take one thing that happened; None when only time has passed."""
        turns: list[Turn] = []
        if item is not None and self._microphone.take(item):
            self._note(item, asks=False)
            if isinstance(item, SoundLost) or not self._microphone.on:
                self._stop_hearing()
            return self.advance()
        asked = None if item is None else self._presence.take(item)
        if item is not None:
            self._note(item, asks=bool(asked))
        if asked is not None:
            return [turn for one in asked for turn in self._ask(one)] + self.advance()
        match item:
            case BusMessage() | BusUp() | BusDown() | BusRefused():
                now = self._ports.clock.now()
                now_ms = self._ports.clock.monotonic_ms()
                self._post.run(self._home.take(item, at=now, now_ms=now_ms))
                self._memory.note(self._home, now, now_ms)
                if isinstance(item, BusMessage) and not self.busy and now_ms < self._look_ms:
                    return []
            case SoundBlock(pcm=pcm) if self._microphone.on:
                turns = self._heard(self._talk.listen(pcm))
            case _:
                pass
        return turns + self.advance()

    def advance(self) -> list[Turn]:
        """Do what is due by now, and give the turns that ended."""
        now_ms = self._ports.clock.monotonic_ms()
        self._look_ms = now_ms + LOOK_MS
        self._post.send(self._home.due(now_ms))
        self._diary.look()
        self._memory.look(now_ms)
        self._lessons.look(now_ms)
        self._turns.tick(now_ms)
        turns: list[Turn] = []
        self._look_at_the_floor(now_ms)
        while True:
            asked = self._underway.next()
            if asked is not None:
                self._begin(self._current(self._presence.current(asked)))
            if self._underway.draft is not None:
                self._ask_others(self._underway.draft)
            draft, outcomes = self._underway.draft, self._underway.outcomes()
            if draft is None or outcomes is None or self._presence.awaited:
                break
            turns.append(self._end(draft, outcomes))
        free = self._underway.draft is None and self._talk.free
        if self._diary.fallen and free:
            turns.append(self._announce())
        if self._diary.ringing and free:
            self._talk.ring(now_ms)
        quiet = free and not (self._diary.ringing or self._turns.asks(now_ms))
        self._presence.look(free=quiet)
        settled = self._home.settled(now_ms)
        if settled and not self._rules_read:
            self._rules_read = True
            for name in self._rules.strangers(self._home.home) - set(KINDS):
                logger.warning("[safety]: nothing in this home is called %r", name)
        if not self.busy:
            self._look_at_packs(now_ms)
            if self._talk.may_learn(settled=settled):
                self._learn_names()
        return turns

    def wait_ms(self, longest_ms: int) -> int:
        """How long the owner of the speaker may sleep when nothing happens."""
        return self._underway.wait_ms(longest_ms)

    def forget(self) -> None:
        """Drop what links one turn to the next: the open question, recent turns, notebook."""
        self._turns.forget()
        self._memory.drop_talk()
        self._diary.forget()
        self._memory.clear()
        self._lessons.clear()
        self._persons.forget()

    def drop_turn(self) -> None:
        """Give up the turn under way after something went wrong; the next one works."""
        self._underway.drop()
        self._presence.dropped()

    def leave(self) -> None:
        """Write down what waits to be written, and say goodbye; nothing is heard after that."""
        self._memory.save()
        self._presence.leave()

    def _ask(self, asked: Asked) -> list[Turn]:
        question = self._turns.question(self._ports.clock.monotonic_ms())
        self._underway.wait(replace(self._presence.addressed(asked), question=question))
        return self.advance()

    def _current(self, asked: Asked) -> Asked:
        """What has waited for its turn; it answers no question that was asked after it."""
        question = self._turns.question(self._ports.clock.monotonic_ms())
        return asked if asked.question is question else replace(asked, scheduled=True)

    def _understand(self, text: str) -> tuple[Request, ...]:
        return self._turns.understand((Hypothesis(text=text, score=1.0),), self.context)

    def _heard(self, items: Sequence[Noticed]) -> list[Turn]:
        turns: list[Turn] = []
        for item in items:
            if isinstance(item, Wake) and not self._presence.woke(item):
                self._talk.pass_over()
                continue
            if isinstance(item, Heard):
                self._note(Spoken(utterance=item.utterance, wake=item.wake), asks=True)
            asked = self._talk.take(item, ringing=self._diary.ringing)
            if isinstance(item, Said) and self._talk.quiet:
                self._memory.hushed(self.context)
                if self._presence.hushed():
                    continue
            if isinstance(item, Heard) and asked is None:
                self._presence.unanswered()
            turns += [] if asked is None else self._ask(asked)
        return turns

    def _note(self, item: Item | Typed | Spoken, *, asks: bool) -> None:
        """Let what comes in be kept, where that is wanted."""
        if self._ports.tape is not None:
            self._ports.tape.took(item, asks=asks)

    def _learn_names(self) -> None:
        taught = self._lessons.concepts
        persons = self._persons.names(taught)
        self._talk.learn(self._home.home, self._diary.notebook.lists, taught, persons)

    def _look_at_packs(self, now_ms: int) -> None:
        """Take the skill packs as they are by now, between two turns."""
        sentences = None if self._installed is None else self._installed.look(now_ms)
        if sentences is not None and self._names is not None:
            self._names.saying(sentences, self._turns.skills)

    def _look_at_the_floor(self, now_ms: int) -> None:
        """Open the ears for an answer, and do what was put off, when their time has come."""
        if self._talk.tick():
            self._turns.listens(now_ms)
            self.attend(ANSWER_MS)
        if self._talk.free and not (self._turns.asks(now_ms) or self._presence.asks):
            for timer in self._diary.scheduled():
                words = Hypothesis(text=timer.command or "", score=1.0)
                asked = Asked(hypotheses=(words,), scheduled=True, requests=timer.requests)
                self._underway.wait(asked)
        self._talk.interruptible(now_ms, ringing=self._diary.ringing)

    # The turn under way ----------------------------------------------------------------------

    def _begin(self, asked: Asked) -> None:
        context = self.context
        draft = self._turns.begin(asked, context, lap=self._ports.clock.lap_ms)
        self._underway.begin(draft)
        self._carry_out(draft, draft.agenda)
        self._presence.began(asked, draft)

    def _carry_out(self, draft: Draft, agenda: Agenda) -> None:
        """Do what a turn's agenda says, or a part of it."""
        self._changes.make(draft, agenda)
        if agenda.microphone is not None:
            self._stop_hearing()
        if agenda.forgets:
            self._memory.drop_talk()
        if agenda.commands:
            delivery = self._home.begin(agenda.commands, now_ms=self._ports.clock.monotonic_ms())
            left = self._post.send(delivery.messages)
            if left < len(delivery.messages):
                delivery.left(left)
            self._underway.deliver(delivery)

    def _ask_others(self, draft: Draft) -> None:
        """Let the next best skills have what those on the bus declined."""
        for place, excuse in self._presence.declined:
            more = self._turns.again(draft, place, excuse, self.context)
            self._carry_out(draft, more)
            self._presence.again(draft.agenda, place)

    def _stop_hearing(self) -> None:
        self._talk.stop_hearing()
        self._presence.hushed()

    def _end(self, draft: Draft, outcomes: tuple[Outcome, ...]) -> Turn:
        self._underway.drop()
        draft.responses = self._presence.responses
        asked = self._turns.asks(self._ports.clock.monotonic_ms())
        turn = self._turns.end(draft, outcomes, self.context, lap=self._ports.clock.lap_ms)
        turn = self._diary.told(turn)
        self._persons.spoke(self._ports.clock.monotonic_ms())
        kept, aloud = not draft.agenda.forgets, not draft.remote or self._config.announce.spoken
        # "Did I get that right?" is asked at the end of a turn; what was open before is another's.
        doubts = not asked and self._turns.asks(self._ports.clock.monotonic_ms())
        asks = draft.agenda.question is not None or doubts
        self._presence.ended(turn, kept=kept, asks=asks)
        return self._finished(turn, kept=kept, aloud=aloud)

    def _finished(self, turn: Turn, *, kept: bool = True, aloud: bool = True) -> Turn:
        if kept:
            self._memory.keep(turn, self.context)
        if self._ports.tape is not None:
            self._ports.tape.ended(turn, self._home.home, kept=kept)
        if aloud:
            self._talk.say(turn.reply, listens=self._microphone.on)
        return turn

    def _announce(self) -> Turn:
        """A turn of the speaker's own: something fell due."""
        turn = self._diary.told(self._turns.announce(self._diary.fallen, self.context))
        self._presence.announced(turn)
        return self._finished(turn)
