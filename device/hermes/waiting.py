"""A turn that waits for clients, for each in a session of its own.

    Turning --Handed--> Waiting --the last call is over--> Turning --Finished--> Idle
                            '--Handed, one declined--> Waiting  '--one asked--> Saying

What a client is asked in its session, nobody answers in another. A client may answer with a
question: the first question is put at the end of the turn, others when it is their turn.
"""

from dataclasses import replace

from device.effects import Ending, Response
from device.hermes.events import (
    Answered,
    Continues,
    Effect,
    Ended,
    Ends,
    Finished,
    Handed,
    Refused,
    Says,
    Started,
    Step,
)
from device.hermes.session import (
    Call,
    Dialogue,
    Idle,
    Opening,
    Reason,
    Saying,
    Turning,
    Waiting,
)

GRACE_MS = 500
"""How long a client that has said something may take to add to it, milliseconds."""
MOST_WAITING = 8
"""Sessions that may wait for their turn."""

_REASONS = {
    Ending.ANSWERED: Reason.NOMINAL,
    Ending.DECLINED: Reason.NOMINAL,
    Ending.SILENT: Reason.TIMEOUT,
    Ending.LOST: Reason.ERROR,
    Ending.BROKEN_OFF: Reason.ABORTED,
}


def handed(dialogue: Dialogue, phase: Turning | Waiting, event: Handed) -> Step:
    """Clients are asked, perhaps while others have yet to answer."""
    turn = phase.turn if isinstance(phase, Waiting) else phase
    waited_for = phase.calls if isinstance(phase, Waiting) else ()
    began = tuple(
        Started(session=c.session) for c in event.calls if c.session.id != turn.session.id
    )
    calls = (*waited_for, *event.calls)
    return replace(dialogue, phase=Waiting(turn=turn, calls=calls)), began


def told(dialogue: Dialogue, phase: Waiting, event: Continues | Ends | Says, now_ms: int) -> Step:
    """A client has something to say; what is said to no call goes nowhere."""
    anyone = isinstance(event, Says) and not event.id and len(phase.calls) == 1
    call = next((c for c in phase.calls if anyone or c.session.id == event.id), None)
    if call is None:
        return dialogue, (Refused(id=event.id, why="no session of this id waits for a client"),)
    if isinstance(event, Says):
        until_ms = min(call.until_ms, now_ms + GRACE_MS)
        more = replace(call, said=(*call.said, event.text), until_ms=until_ms)
        calls = tuple(more if c is call else c for c in phase.calls)
        return replace(dialogue, phase=replace(phase, calls=calls)), ()
    data = call.session.custom_data if event.custom_data is None else event.custom_data
    session = replace(call.session, custom_data=data, client=True)
    call = replace(call, session=session)
    text = " ".join(part for part in (*call.said, event.text) if part)
    if isinstance(event, Ends):
        ending = Ending.DECLINED if event.declined else Ending.ANSWERED
        return _over(dialogue, phase, call, Response(ending=ending, text=text))
    session = replace(session, expects=event.expects)
    opening = Opening(session=session, text=text, asks=True, began=True)
    turn = replace(phase.turn, asking=(*phase.turn.asking, opening))
    answer = Answered(
        id=session.id, response=Response(ending=Ending.ANSWERED, text=text, asks=True)
    )
    return replace(dialogue, phase=_left(replace(phase, turn=turn), call)), (answer,)


def late(dialogue: Dialogue, now_ms: int) -> Step:
    """Time passed: whoever has not answered yet will not be waited for any longer."""
    effects: tuple[Effect, ...] = ()
    while isinstance(phase := dialogue.phase, Waiting):
        call = next((c for c in phase.calls if now_ms >= c.until_ms), None)
        if call is None:
            break
        dialogue, more = _over(dialogue, phase, call, _response(call, Ending.SILENT))
        effects += more
    return dialogue, effects


def broken_off(phase: Waiting | Turning, ending: Ending, reason: Reason) -> tuple[Effect, ...]:
    """What ends a turn's sessions before their time; also those that have asked something."""
    turn = phase.turn if isinstance(phase, Waiting) else phase
    calls = phase.calls if isinstance(phase, Waiting) else ()
    answers = [Answered(id=c.session.id, response=_response(c, ending)) for c in calls]
    unasked = Response(ending=ending)
    answers += [Answered(id=o.session.id, response=unasked) for o in turn.asking]
    sessions = [*(c.session for c in calls), *(o.session for o in turn.asking), turn.session]
    open_ = {session.id: session for session in sessions}
    return (*answers, *(Ended(session=session, reason=reason) for session in open_.values()))


def finished(dialogue: Dialogue, turn: Turning, event: Finished) -> Step:
    """The turn is over: its session ends, or goes on with a client's question."""
    asking = turn.asking
    first = asking[0] if asking and not event.asks else None
    rest = asking if first is None else asking[1:]
    room = max(0, MOST_WAITING - len(dialogue.queue))
    effects: list[Effect] = []
    if turn.session.id not in {opening.session.id for opening in asking}:
        effects.append(Ended(session=turn.session, reason=turn.reason or event.reason))
    for opening in rest[room:]:
        why = f"{MOST_WAITING} sessions are waiting already"
        effects.append(Refused(id=opening.session.id, why=why))
        effects.append(Ended(session=opening.session, reason=Reason.ERROR))
    phase = Idle() if first is None else Saying(session=first.session, asks=True)
    queue = (*rest[:room], *dialogue.queue)
    return replace(dialogue, phase=phase, queue=queue), tuple(effects)


def _over(dialogue: Dialogue, phase: Waiting, call: Call, response: Response) -> Step:
    """A call is over; so is its session, unless that is the turn's."""
    answer = Answered(id=call.session.id, response=response)
    reason = _REASONS[response.ending]
    if call.session.id != phase.session.id:
        ended = Ended(session=call.session, reason=reason)
        return replace(dialogue, phase=_left(phase, call)), (answer, ended)
    turn = replace(phase.turn, session=call.session, reason=reason)
    return replace(dialogue, phase=_left(replace(phase, turn=turn), call)), (answer,)


def _left(phase: Waiting, call: Call) -> Waiting | Turning:
    """What is waited for without a call."""
    calls = tuple(c for c in phase.calls if c.session.id != call.session.id)
    return replace(phase, calls=calls) if calls else phase.turn


def _response(call: Call, ending: Ending) -> Response:
    """What a call comes to that nobody ended: what was said to it, if anything was."""
    if not call.said:
        return Response(ending=ending)
    return Response(ending=Ending.ANSWERED, text=" ".join(call.said))
