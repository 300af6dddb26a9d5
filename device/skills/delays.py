"""Requests for later: "turn off the fan at seven" waits as a timer that carries them out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from device.context import Context
from device.effects import Plan, Question, Timer, WriteNotebook
from device.events import Ask, Outcome, Request
from device.nlu.times import put_off
from device.skills.moments import moment_of
from device.skills.notebook import believed
from device.skills.phrases import duration
from device.skills.phrases import moment as spoken_moment
from device.skills.timers import LONGEST_MS, MOST, told


class Delays:
    """Keeps a request until a time of day."""

    name = "delays"
    intents = frozenset({"ScheduleCommand"})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """The notebook with the request in it, and what to say."""
        command = request.slot("conversation_command")
        if command is None:
            question = Question(kind=Ask.REPEAT, text="What should I do then?", request=request)
            return Plan(question=question)
        if not believed(context.now):
            return Plan(reply="I don't know what time it is yet, so I can't do that.")
        at = moment_of(request, context.now, mornings=False)
        if at is None:
            return Plan(reply="That time has passed.")
        wait_ms = round((at - context.now) / timedelta(milliseconds=1))
        if wait_ms > LONGEST_MS:
            return Plan(reply=f"I can wait {duration(LONGEST_MS)} at most.")
        book = context.notebook
        if len(book.timers) >= MOST:
            return Plan(reply=f"There are {MOST} timers already, cancel some first.")
        timer = Timer(
            id=book.next_id,
            name=None,
            duration_ms=wait_ms,
            remaining_ms=wait_ms,
            as_of_ms=context.now_ms,
            room=context.room,
            command=put_off(str(command)),
            requests=request.later,
            at=at,
        )
        after = replace(book, timers=(*book.timers, timer), next_id=book.next_id + 1)
        return Plan(
            reply=f"OK, at {spoken_moment(at, context.now)}: {told(timer, context)}.",
            effects=(WriteNotebook(notebook=after),),
            shows_timers=True,
        )

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What was planned to be said."""
        return plan.reply
