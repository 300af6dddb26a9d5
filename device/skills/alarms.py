"""Alarms and reminders, and whatever rings until "stop"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from device.context import Context
from device.effects import Alarm, Notebook, Plan, Question, WriteNotebook
from device.events import Ask, Outcome, Request
from device.skills.moments import clock_of, date_of, days_of, moment_of
from device.skills.notebook import believed
from device.skills.phrases import WEEKDAYS, capital, clock_time, counted, duration, listed, moment
from device.skills.timers import length_ms

MOST = 100
"""How many alarms and reminders may be kept."""

SNOOZE_MS = 9 * 60_000
"""What "snooze" means without a length of time."""

LONGEST_SNOOZE_MS = 86_400_000
"""Longer is a new alarm."""

AHEAD_MS = 366 * 86_400_000
"""How far ahead a length of time may lie."""

_REMINDERS = frozenset({"SetReminder", "CancelReminder", "CancelAllReminders", "ReminderStatus"})
_ALARMS = frozenset({"SetAlarm", "CancelAlarm", "CancelAllAlarms", "AlarmStatus"})


class Alarms:
    """Comes at a time of day, once or every week, and rings."""

    name = "alarms"
    intents = _ALARMS | {"SnoozeAlarm", "StopRinging"}
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """The notebook with the alarms as they should be, and what to say."""
        match request.intent:
            case "SetAlarm" | "SetReminder":
                return _set(request, context)
            case "StopRinging":
                return stop_ringing(context.notebook)
            case "SnoozeAlarm":
                return _snooze(request, context)
            case "AlarmStatus" | "ReminderStatus":
                return Plan(reply=_status(_fitting(request, context.notebook), request, context))
        fitting = _fitting(request, context.notebook)
        if not fitting:
            return Plan(reply=f"There is no {_noun(request)} like that.")
        if len(fitting) > 1 and not request.intent.startswith("CancelAll"):
            return Plan(question=_which(fitting, request, context))
        return _cancel(fitting, request, context)

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What was planned to be said."""
        return plan.reply


class Reminders(Alarms):
    """The same with words to be reminded of."""

    name = "reminders"
    intents = _REMINDERS


def stop_ringing(book: Notebook) -> Plan:
    """Silence."""
    if not book.ringing:
        return Plan(reply="Nothing is ringing.")
    return Plan(reply="OK.", effects=(WriteNotebook(notebook=replace(book, ringing=())),))


def _noun(request: Request) -> str:
    return "reminder" if request.intent in _REMINDERS else "alarm"


def _set(request: Request, context: Context) -> Plan:
    words = request.slot("words")
    reminds = request.intent == "SetReminder"
    if not believed(context.now):
        return Plan(reply="I don't know what time it is yet, so I can't do that.")
    if reminds and words is None:
        return _ask("What should I remind you of?", request, "words")
    wait_ms = length_ms(request)
    if wait_ms is not None and not 0 < wait_ms <= AHEAD_MS:
        return Plan(reply="That can be set for 1 second to 1 year from now.")
    at = moment_of(request, context.now, mornings=not reminds)
    if at is None and clock_of(request) is not None:
        return Plan(reply="That time has passed.")
    if at is None:
        return _ask("For what time?", request, "time")
    book = context.notebook
    if len(book.alarms) >= MOST:
        return Plan(reply=f"There are {MOST} alarms and reminders already, cancel some first.")
    alarm = Alarm(
        id=book.next_id,
        at=at,
        words=str(words) if reminds else None,
        repeats=days_of(request),
        room=context.room,
    )
    alarms = tuple(sorted((*book.alarms, alarm), key=lambda a: a.at))
    after = replace(book, alarms=alarms, next_id=book.next_id + 1)
    when = _when(alarm, context)
    reply = f"I'll remind you to {alarm.words} at {when}." if reminds else f"Alarm set for {when}."
    return Plan(reply=reply, effects=(WriteNotebook(notebook=after),))


def _ask(text: str, request: Request, slot: str) -> Plan:
    return Plan(question=Question(kind=Ask.MISSING, text=text, request=request, slot=slot))


def _when(alarm: Alarm, context: Context) -> str:
    """When it comes: "7:00 AM tomorrow", "7:00 AM every Monday"."""
    if not alarm.repeats:
        return moment(alarm.at, context.now)
    return f"{clock_time(alarm.at)} {_every(alarm.repeats)}"


def _every(days: Sequence[int]) -> str:
    names = {tuple(range(7)): "every day", tuple(range(5)): "on weekdays", (5, 6): "on weekends"}
    return names.get(tuple(days)) or f"every {listed([WEEKDAYS[day] for day in days])}"


def _fitting(request: Request, book: Notebook) -> list[Alarm]:
    """The alarms or reminders that the request can mean, soonest first."""
    reminds = request.intent in _REMINDERS
    found = [alarm for alarm in book.alarms if (alarm.words is not None) is reminds]
    if request.intent.startswith("CancelAll"):
        return found
    said, day, days = clock_of(request), date_of(request), days_of(request)
    words = str(request.slot("words") or "").casefold()
    if said is not None:
        exact = request.slot("meridiem") is not None or not 1 <= said.hour <= 12
        hours = {said.hour} if exact else {said.hour % 12, said.hour % 12 + 12}
        found = [a for a in found if a.at.hour in hours and a.at.minute == said.minute]
    if day is not None:
        found = [a for a in found if a.at.date() == day or day.weekday() in a.repeats]
    if days:
        found = [a for a in found if set(days) <= {*a.repeats, a.at.weekday()}]
    if words:
        found = [a for a in found if a.words and _about(words, a.words.casefold())]
    return found


def _about(wanted: str, words: str) -> bool:
    """Whether one is part of the other, word for word."""
    return f" {wanted} " in f" {words} " or f" {words} " in f" {wanted} "


def _title(alarm: Alarm, context: Context) -> str:
    when = _when(alarm, context)
    return f"{when}: {alarm.words}" if alarm.words is not None else when


def _status(fitting: Sequence[Alarm], request: Request, context: Context) -> str:
    noun = _noun(request)
    if not fitting:
        return f"There are no {noun}s{' like that' if request.slots else ''}."
    told = listed([_title(alarm, context) for alarm in fitting])
    if noun == "alarm":
        return f"Your {'alarm is' if len(fitting) == 1 else 'alarms are'} set for {told}."
    return f"You have {counted(len(fitting), noun)}: {told}."


def _which(fitting: Sequence[Alarm], request: Request, context: Context) -> Question:
    choices = tuple(dict.fromkeys(_choice(alarm) for alarm in fitting))
    told = listed([_title(alarm, context) for alarm in fitting], word="or")
    slot = "words" if request.intent in _REMINDERS else "time"
    return Question(
        kind=Ask.CHOOSE, text=f"Which one, {told}?", request=request, slot=slot, choices=choices
    )


def _choice(alarm: Alarm) -> str:
    return f"{alarm.at:%H:%M}" if alarm.words is None else alarm.words


def _cancel(gone: Sequence[Alarm], request: Request, context: Context) -> Plan:
    book = context.notebook
    after = replace(book, alarms=tuple(a for a in book.alarms if a not in gone))
    if len(gone) == 1:
        reply = f"The {_noun(request)} for {_title(gone[0], context)} is canceled."
    else:
        reply = f"{counted(len(gone), _noun(request))} are canceled."
    return Plan(reply=reply, effects=(WriteNotebook(notebook=after),))


def _snooze(request: Request, context: Context) -> Plan:
    """What rings now falls silent and comes again as an alarm."""
    book = context.notebook
    if not book.ringing:
        return Plan(reply="Nothing is ringing.")
    if not believed(context.now):
        return stop_ringing(book)
    wait_ms = length_ms(request) or SNOOZE_MS
    if not 0 < wait_ms <= LONGEST_SNOOZE_MS:
        return Plan(reply=f"I can snooze for at most {duration(LONGEST_SNOOZE_MS)}.")
    at = context.now + timedelta(milliseconds=wait_ms)
    alarm = Alarm(id=book.next_id, at=at, room=context.room)
    alarms = tuple(sorted((*book.alarms, alarm), key=lambda a: a.at))
    after = replace(book, alarms=alarms, ringing=(), next_id=book.next_id + 1)
    reply = capital(f"OK, again at {clock_time(at)}.")
    return Plan(reply=reply, effects=(WriteNotebook(notebook=after),))
