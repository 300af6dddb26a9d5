"""Ears and mouth: who has the floor, what is heard, what is played and when a name is learned."""

from collections.abc import Callable, Mapping, Sequence

from device.asr.phrasecheck import Said
from device.concepts import Concept
from device.context import Home
from device.draft import Asked
from device.events import EndReason, Hypothesis, Reply, Wake
from device.floor import (
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
from device.hearing import Heard, Hearing, Noticed
from device.names import Names
from device.ports import Clock, Spoken
from device.speech.sound import Sound
from device.speech.speaking import Speaking
from device.speech.tones import end_tone, error_tone, ring_tone, wake_tone

SETTLE_MS = 3_000
"""How long the home may take to announce itself before recognition starts without, or with
what is known of it, milliseconds."""
RING_EVERY_MS = 4_000
"""Pause between two rings, milliseconds."""


class Talk:
    """One speaker's side of a talk."""

    def __init__(
        self,
        clock: Clock,
        speaking: Speaking,
        hearing: Hearing | None,
        names: Names | None,
        *,
        longest_ms: int,
        awaits_answers: bool,
    ) -> None:
        """Take the parts.

        Args:
            clock: Time.
            speaking: What goes to the loudspeaker.
            hearing: From sound to hypotheses; None where only typed requests come.
            names: Gives a graph of what can be said, whenever a name changes.
            longest_ms: Where a request is cut off, milliseconds.
            awaits_answers: Whether a question of its own opens the ears.
        """
        self._clock = clock
        self._speaking = speaking
        self._hearing = hearing
        self._names = names
        self._longest_ms = longest_ms
        self._awaits_answers = awaits_answers
        self._floor = Floor()
        self._saying = ""
        self._asr_ms = 0.0
        self._next_ring_ms = 0
        self._learn_by_ms = clock.monotonic_ms() + SETTLE_MS
        self.learned = 0
        """How often recognition learned the home's names: each time leaves work to tidy up."""

    @property
    def free(self) -> bool:
        """Whether something may be announced or rung."""
        return self._floor.free

    @property
    def quiet(self) -> bool:
        """Whether nothing is being said or played."""
        return not self._floor.loud(self._clock.monotonic_ms())

    def pass_over(self) -> None:
        """Forget the wake word that was just heard; who has the floor keeps it."""
        if self._hearing is not None:
            self._hearing.reset()

    def attend(self, patience_ms: int | None, *, openly: bool) -> None:
        """Listen to a request now, without the wake word.

        Args:
            patience_ms: How long to wait for its first word; None as long as usual.
            openly: Whether it may be in any words, as the answer to an open question.
        """
        if self._hearing is not None:
            self._asr_ms = 0.0
            self._hearing.attend(patience_ms, openly=openly)

    def listen(self, pcm: bytes) -> Sequence[Noticed]:
        """Take a block of sound; gives what it completed."""
        hearing = self._hearing
        return [] if hearing is None else self._timed(lambda: hearing.feed(pcm))

    def hear_again(self, spoken: Spoken, *, openly: bool) -> Sequence[Noticed]:
        """Recognize the sound of one request once more.

        Args:
            spoken: The sound.
            openly: As in `attend`.
        """
        hearing = self._hearing
        if hearing is None:
            return []
        self._asr_ms = 0.0
        return self._timed(lambda: [hearing.again(spoken.utterance, spoken.wake, openly=openly)])

    def sound_ended(self) -> Sequence[Noticed]:
        """A recording is over, and with it the request in it."""
        return [] if self._hearing is None else self._timed(self._hearing.finish)

    def stop_hearing(self) -> None:
        """Drop what is being heard, and listen for no answer."""
        self._move(Stopped())
        if self._hearing is not None:
            self._hearing.reset()

    def may_learn(self, *, settled: bool) -> bool:
        """Whether it is time to look for new names.

        Args:
            settled: Whether the home has told what it can. One that goes on announcing
                itself is not learned anew with every device.
        """
        now_ms = self._clock.monotonic_ms()
        if settled or now_ms < self._learn_by_ms:
            return settled
        self._learn_by_ms = now_ms + SETTLE_MS
        return True

    def learn(
        self,
        home: Home,
        items: Mapping[str, tuple[str, ...]],
        concepts: tuple[Concept, ...] = (),
        persons: tuple[str, ...] = (),
    ) -> None:
        """Let recognition know the names of the home as it is now, between two requests."""
        if self._hearing is None or self._names is None or self._hearing.attentive:
            return
        graph = self._names.look(home, items, concepts, persons)
        if graph is not None:
            self.learned += 1
            self._hearing.use(graph)

    def take(self, item: Noticed, *, ringing: bool) -> Asked | None:
        """Do what something that was heard calls for.

        Args:
            item: The wake word, a word that interrupts, or a request.
            ringing: Whether something rings that a stop word ends.

        Returns:
            What is asked with it; None where nothing is.
        """
        match item:
            case Wake():
                self._speaking.stop()
                self._asr_ms = 0.0
                self._move(Woken())
                self._signal(wake_tone())
                return None
            case Said(phrase=phrase):
                return self._stop(phrase, ringing=ringing)
            case Heard():
                return self._request(item)

    def tick(self) -> bool:
        """Time passed.

        Returns:
            Whether a question has just been said and the ears are to be opened for an answer.
        """
        asking = isinstance(self._floor.phase, Asking)
        self._move(Tick())
        return asking and isinstance(self._floor.phase, Listening)

    def interruptible(self, now_ms: int, *, ringing: bool) -> None:
        """Listen for words that interrupt while there is something to interrupt."""
        if self._hearing is not None:
            self._hearing.interruptible(self._floor.loud(now_ms) or ringing)

    def ring(self, now_ms: int) -> None:
        """Ring, if it is time to ring again."""
        if now_ms >= self._next_ring_ms:
            self._next_ring_ms = now_ms + RING_EVERY_MS
            self._speaking.play(ring_tone())
            self._move(Plays(length_ms=ring_tone().ms))

    def say(self, reply: Reply, *, listens: bool) -> None:
        """Say a reply; a question opens the ears behind it where the microphone `listens`."""
        self._saying = reply.text
        length_ms = self._speaking.say(reply)
        asks = reply.asks if self._awaits_answers and listens else None
        self._move(Plays(length_ms=length_ms, asks=asks))

    def _timed(self, work: Callable[[], Sequence[Noticed]]) -> Sequence[Noticed]:
        started = self._clock.lap_ms()
        found = work()
        self._asr_ms += self._clock.lap_ms() - started
        return found

    def _request(self, heard: Heard) -> Asked | None:
        """What was said after the wake word or a question."""
        asked = self._floor.phase
        self._move(Closed())
        answers = isinstance(asked, Listening) and asked.asks is not None
        if answers and not heard.utterance.pcm:
            return None  # Nobody answered; the question lapses by itself.
        self._signal(end_tone() if heard.hypotheses else error_tone())
        asr_ms, self._asr_ms = self._asr_ms, 0.0
        return Asked(
            hypotheses=heard.hypotheses,
            wake=heard.wake,
            asr_ms=asr_ms,
            problem=_problem(heard, self._longest_ms),
            sounds=heard.sounds,
        )

    def _stop(self, phrase: str, *, ringing: bool) -> Asked | None:
        """A stop word in the midst of what is being said or rung: silence at once."""
        if phrase in self._saying.lower():
            return None  # The speaker's own word, heard again.
        self._speaking.stop()
        asking = isinstance(self._floor.phase, Asking)
        self._move(Stopped())
        if not (asking or ringing):
            return None
        return Asked(hypotheses=(Hypothesis(text=phrase, score=1.0),))

    def _signal(self, sound: Sound) -> None:
        self._speaking.signal(sound)
        self._move(Plays(length_ms=sound.ms))

    def _move(self, event: Event) -> None:
        self._floor = step(self._floor, event, self._clock.monotonic_ms())


def _problem(heard: Heard, longest_ms: int) -> str | None:
    """What was wrong with the sound itself, in one sentence."""
    if not heard.utterance.pcm:
        return "Nothing was said."
    if heard.utterance.reason is EndReason.TOO_LONG:
        return f"A request ends after {longest_ms / 1000:g} seconds; the rest was not listened to."
    return None
