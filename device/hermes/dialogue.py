"""The dialogue of Hermes: whose session it is and what it waits for. The step is pure.

    Idle --Wake--> Woken --Began--> Turning --Finished--> Idle
      |                               '--Handed--> Waiting (device.hermes.waiting)
      '--Starts--> Saying --Silent--> Listening --Began--> Turning ...
                      '--Silent, nothing was asked--> Idle

Rules of the file:
1. There is one session at a time, but for those in which a turn's parts are answered;
   others wait in a short queue.
2. Whatever was `Started` is `Ended` once.
3. When a session that had asked something ends, the ears that were opened for it, or were
   about to be, are closed.
4. A client has a say only in a session that waits for clients. What the speaker itself does
   or asks is no client's to answer.
5. Nothing lasts for ever.
"""

from dataclasses import replace

from device.effects import Ending
from device.hermes.events import (
    Began,
    CloseEars,
    Continues,
    Effect,
    Ended,
    Ends,
    Event,
    Finished,
    Handed,
    Hushed,
    Leaves,
    Lost,
    Queued,
    Refused,
    Says,
    Silent,
    Speak,
    Started,
    Starts,
    Step,
    Tick,
    Unanswered,
    Wake,
)
from device.hermes.session import (
    Dialogue,
    Idle,
    Listening,
    Opening,
    Phase,
    Reason,
    Saying,
    Turning,
    Waiting,
    Woken,
)
from device.hermes.waiting import MOST_WAITING, broken_off, finished, handed, late, told

LISTENING_MS = 60_000
"""How long an answer, or what follows the wake word, may take altogether, milliseconds."""


def step(dialogue: Dialogue, event: Event, now_ms: int) -> Step:
    """Move the dialogue by one event.

    Args:
        dialogue: Where it stands.
        event: What happened.
        now_ms: When, monotonic milliseconds.

    Returns:
        Where it stands now, and what is to be done, in order.
    """
    match event:
        case Wake(session=session):
            over = _over(dialogue.phase, Reason.ABORTED, closes=False)
            woken = Woken(session=session, until_ms=now_ms + LISTENING_MS)
            return replace(dialogue, phase=woken), (*over, Started(session=session))
        case Began():
            return _began(dialogue, event)
        case Handed() | Finished():
            return _turned(dialogue, event)
        case Starts():
            return _starts(dialogue, event)
        case Continues() | Ends() | Says():
            return _told(dialogue, event, now_ms)
        case Silent(free=free):
            return _silent(dialogue, now_ms, free=free)
        case Unanswered() | Hushed() | Lost():
            return _broken_off(dialogue, event)
        case Leaves():
            after, over = _idle(replace(dialogue, queue=()), Reason.ERROR)
            return after, (*over, *_unasked(dialogue.queue, Reason.ERROR))
        case Tick():
            return _late(dialogue, now_ms)


def _over(phase: Phase, reason: Reason, *, closes: bool = True) -> tuple[Effect, ...]:
    """What ends the session of a phase, whichever it is."""
    match phase:
        case Idle():
            return ()
        case Waiting() | Turning():
            ending = Ending.LOST if reason is Reason.ERROR else Ending.BROKEN_OFF
            return broken_off(phase, ending, reason)
        case Woken(session=session) | Listening(session=session) if closes:
            return CloseEars(), Ended(session=session, reason=reason)
        case Saying(session=session, asks=True) if closes:
            return CloseEars(), Ended(session=session, reason=reason)
        case _:
            return (Ended(session=phase.session, reason=reason),)


def _idle(dialogue: Dialogue, reason: Reason) -> Step:
    return replace(dialogue, phase=Idle()), _over(dialogue.phase, reason)


def _began(dialogue: Dialogue, event: Began) -> Step:
    match dialogue.phase:
        case Woken(session=session) if not event.typed:
            return replace(dialogue, phase=Turning(session=session)), ()
        case (Listening() | Saying(asks=True)) as phase if event.answers:
            closing: tuple[Effect, ...] = (CloseEars(),) if event.typed else ()
            return replace(dialogue, phase=Turning(session=phase.session)), closing
        case Woken() as phase:
            # Somebody typed; the ears stay open for who speaks.
            before = _over(phase, Reason.ABORTED, closes=False)
        case (Listening() | Saying(asks=True)) as phase:
            before = _over(phase, Reason.ABORTED)
        case Saying() as phase:
            before = _over(phase, Reason.NOMINAL)
        case phase:
            before = _over(phase, Reason.ERROR)
    turning = Turning(session=event.session)
    return replace(dialogue, phase=turning), (*before, Started(session=event.session))


def _turned(dialogue: Dialogue, event: Handed | Finished) -> Step:
    match dialogue.phase, event:
        case (Turning() | Waiting()) as turn, Handed(id=id_, calls=(_, *_)):
            if turn.session.id == id_:
                return handed(dialogue, turn, event)
        case Turning(session=session) as turn, Finished() if session.id == event.id:
            if event.reason is Reason.ERROR:
                return _idle(dialogue, Reason.ERROR)
            return finished(dialogue, turn, event)
        case Waiting(session=session), Finished() if session.id == event.id:
            return _idle(dialogue, event.reason)
    return dialogue, ()


def _starts(dialogue: Dialogue, event: Starts) -> Step:
    opening = event.opening
    if isinstance(dialogue.phase, Idle) and event.free and not dialogue.queue:
        return _opened(dialogue, opening)
    if not event.may_wait:
        return dialogue, (Refused(id=opening.session.id, why="another session is under way"),)
    if len(dialogue.queue) >= MOST_WAITING:
        why = f"{MOST_WAITING} sessions are waiting already"
        return dialogue, (Refused(id=opening.session.id, why=why),)
    queued = replace(dialogue, queue=(*dialogue.queue, opening))
    return queued, (Queued(session=opening.session),)


def _opened(dialogue: Dialogue, opening: Opening) -> Step:
    saying = Saying(session=opening.session, asks=opening.asks)
    speak = Speak(text=opening.text, asks=opening.asks)
    began = () if opening.began else (Started(session=opening.session),)
    return replace(dialogue, phase=saying), (*began, speak)


def _told(dialogue: Dialogue, event: Continues | Ends | Says, now_ms: int) -> Step:
    """A client has something to say to a session."""
    phase = dialogue.phase
    match phase, event:
        case ((Saying() | Listening()), (Continues() | Ends())) if event.id == phase.session.id:
            return _answered(dialogue, phase, event)
    if isinstance(event, Ends):
        given_up = tuple(o for o in dialogue.queue if o.session.id == event.id)
        left = tuple(o for o in dialogue.queue if o.session.id != event.id)
        if given_up:
            return replace(dialogue, queue=left), _unasked(given_up, Reason.NOMINAL)
    if isinstance(phase, Waiting):
        return told(dialogue, phase, event, now_ms)
    return dialogue, (Refused(id=event.id, why="no session of this id waits for a client"),)


def _unasked(queue: tuple[Opening, ...], reason: Reason) -> tuple[Effect, ...]:
    """What ends sessions that waited for their turn, where clients know of them."""
    return tuple(Ended(session=o.session, reason=reason) for o in queue if o.began)


def _answered(dialogue: Dialogue, phase: Saying | Listening, event: Continues | Ends) -> Step:
    """The client that was heard goes on, or ends it."""
    data = phase.session.custom_data if event.custom_data is None else event.custom_data
    session = replace(phase.session, custom_data=data, client=True)
    asks = isinstance(event, Continues)
    if isinstance(event, Continues):
        session = replace(session, expects=event.expects)
    saying = replace(dialogue, phase=Saying(session=session, asks=asks))
    closing: tuple[Effect, ...] = (CloseEars(),)
    if event.text or asks:
        return saying, (*closing, Speak(text=event.text, asks=asks))
    ended = Ended(session=session, reason=Reason.NOMINAL)
    return replace(dialogue, phase=Idle()), (*closing, ended)


def _silent(dialogue: Dialogue, now_ms: int, *, free: bool) -> Step:
    match dialogue.phase:
        case Saying(session=session, asks=True):
            listening = Listening(session=session, until_ms=now_ms + LISTENING_MS)
            return replace(dialogue, phase=listening), ()
        case Saying():
            return _idle(dialogue, Reason.NOMINAL)
        case Idle() if free and dialogue.queue:
            first, *rest = dialogue.queue
            return _opened(replace(dialogue, queue=tuple(rest)), first)
    return dialogue, ()


def _broken_off(dialogue: Dialogue, event: Unanswered | Hushed | Lost) -> Step:
    match dialogue.phase, event:
        case Listening(), Unanswered():
            return _idle(dialogue, Reason.TIMEOUT)
        case ((Woken() | Saying() | Listening()), Hushed()):
            return _idle(dialogue, Reason.ABORTED)
        case ((Saying() | Listening() | Waiting() | Turning(asking=(_, *_))), Lost()):
            after, effects = _idle(replace(dialogue, queue=()), Reason.ERROR)
            return after, (*effects, *_unasked(dialogue.queue, Reason.ERROR))
        case _, Lost():
            return replace(dialogue, queue=()), _unasked(dialogue.queue, Reason.ERROR)
    return dialogue, ()


def _late(dialogue: Dialogue, now_ms: int) -> Step:
    match dialogue.phase:
        case Waiting():
            return late(dialogue, now_ms)
        case Woken(until_ms=until_ms) | Listening(until_ms=until_ms) if now_ms >= until_ms:
            return _idle(dialogue, Reason.TIMEOUT)
    return dialogue, ()
