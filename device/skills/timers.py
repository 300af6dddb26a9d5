"""Timers: start, change, pause, cancel, how long is left."""

from collections.abc import Sequence
from dataclasses import replace

from device.context import Context
from device.effects import Notebook, Plan, Question, Timer, WriteNotebook
from device.events import Ask, Outcome, Request
from device.nlu.times import put_off
from device.skills.notebook import timer_name
from device.skills.phrases import (
    adjective,
    called,
    capital,
    counted,
    duration,
    group_word,
    listed,
)
from device.skills.replies import NAMED

LONGEST_MS = 100 * 3_600_000
"""Longer is a reminder, not a timer."""

MOST = 50
"""How many timers may run at once."""

_MOST_UNITS = 10**9
"""Larger counts of hours, minutes and seconds are all alike."""

_UNITS_MS = {"hours": 3_600_000, "minutes": 60_000, "seconds": 1_000}


class Timers:
    """Countdowns, several at once, with and without names."""

    name = "timers"
    intents = frozenset(
        {
            "HassStartTimer",
            "HassCancelTimer",
            "HassCancelAllTimers",
            "HassIncreaseTimer",
            "HassDecreaseTimer",
            "HassPauseTimer",
            "HassUnpauseTimer",
            "HassTimerStatus",
        }
    )
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """The notebook with the timers as they should be, and what to say."""
        book, now_ms = context.notebook, context.now_ms
        if request.intent == "HassStartTimer":
            return _start(request, context)
        if request.intent == "HassCancelAllTimers":
            return _cancel_all(request, book)
        if request.intent == "HassCancelTimer" and book.ringing and not _describes(request):
            return Plan(
                reply="OK.", effects=(_written(replace(book, ringing=())),), shows_timers=True
            )
        fitting = _fitting(request, book)
        if not fitting:
            return Plan(reply=_none(request, book, now_ms), shows_timers=True)
        if request.intent == "HassTimerStatus":
            return Plan(reply=_status(fitting, now_ms), shows_timers=True)
        if len(fitting) > 1:
            return Plan(question=_which(fitting, request, now_ms))
        return _change(fitting[0], request, context)

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What was planned to be said."""
        return plan.reply


def length_ms(request: Request, prefix: str = "") -> int | None:
    """The length of time that a request's slots name, milliseconds; None when they name none.

    Args:
        request: With slots hours, minutes, seconds.
        prefix: "start_" for the length that a running timer was started with.
    """
    parts = [
        min(max(value, -_MOST_UNITS), _MOST_UNITS) * unit_ms
        for unit, unit_ms in _UNITS_MS.items()
        if isinstance(value := request.slot(prefix + unit), int | float)
    ]
    return round(sum(parts)) if parts else None


def _start(request: Request, context: Context) -> Plan:
    wanted_ms = length_ms(request)
    if wanted_ms is None:
        question = Question(
            kind=Ask.MISSING, text="For how long?", request=request, slot="duration"
        )
        return Plan(question=question)
    if not 0 < wanted_ms <= LONGEST_MS:
        span = f"1 second to {duration(LONGEST_MS)}"
        return Plan(reply=f"A timer can run for {span}, not for {duration(wanted_ms)}.")
    book = context.notebook
    if len(book.timers) >= MOST:
        return Plan(reply=f"There are {MOST} timers already, cancel some first.")
    name, command = request.slot("name"), request.slot("conversation_command")
    timer = Timer(
        id=book.next_id,
        name=None if name is None else str(name),
        duration_ms=wanted_ms,
        remaining_ms=wanted_ms,
        as_of_ms=context.now_ms,
        room=context.room,
        command=None if command is None else put_off(str(command)),
        requests=request.later,
    )
    after = replace(book, timers=(*book.timers, timer), next_id=book.next_id + 1)
    if timer.command is not None:
        reply = f"OK, in {duration(wanted_ms)}: {told(timer, context)}."
    elif timer.name is not None:
        reply = f"{capital(timer.name)} timer set for {duration(wanted_ms)}."
    else:
        reply = f"Timer set for {duration(wanted_ms)}."
    return Plan(reply=reply, effects=(_written(after),), shows_timers=True)


def told(timer: Timer, context: Context) -> str:
    """A delayed request in words, with the devices that these leave open.

    Example: "turn it off, meaning the fan".
    """
    home = context.home
    meant = {i for request in timer.requests for i in request.meant}
    devices = [d for d in home.devices if d.id in meant]
    names = [called(home, d) for d in devices]
    if len(devices) > NAMED:
        names = [counted(len(devices), group_word(devices))]
    return ", meaning ".join(filter(None, (timer.command, listed(names))))


def _describes(request: Request) -> bool:
    """Whether the request says which timer it means."""
    return request.slot("name") is not None or length_ms(request, "start_") is not None


def _fitting(request: Request, book: Notebook) -> list[Timer]:
    """The timers that the request can mean."""
    name, start_ms = request.slot("name"), length_ms(request, "start_")
    area = request.slot("area")
    return [
        timer
        for timer in book.timers
        if (name is None or _title(timer).casefold() == str(name).casefold())
        and (start_ms is None or timer.duration_ms == start_ms)
        and (area is None or (timer.room or "").casefold() == str(area).casefold())
        and not (request.intent == "HassPauseTimer" and timer.paused)
        and not (request.intent == "HassUnpauseTimer" and not timer.paused)
    ]


def _title(timer: Timer) -> str:
    """What tells a timer from others, besides its length."""
    return timer.name or timer.command or ""


def _none(request: Request, book: Notebook, now_ms: int) -> str:
    if not book.timers:
        return "There are no timers."
    start_ms, name = length_ms(request, "start_"), request.slot("name")
    if name is not None:
        wanted = f"{name} timer"
    elif start_ms is not None:
        wanted = f"{adjective(start_ms)} timer"
    else:
        wanted = {"HassPauseTimer": "running timer", "HassUnpauseTimer": "paused timer"}.get(
            request.intent, "timer like that"
        )
    return f"There is no {wanted}. {_status(book.timers, now_ms)}"


def _status(timers: Sequence[Timer], now_ms: int) -> str:
    """How long each has left."""
    if len(timers) == 1:
        return (
            f"{_left(timers[0], now_ms)} left on your {timer_name(timers[0])}{_pause(timers[0])}."
        )
    parts = [f"{_left(t, now_ms)} on the {timer_name(t)}{_pause(t)}" for t in timers]
    return f"You have {len(timers)} timers: {listed(parts)}."


def _left(timer: Timer, now_ms: int) -> str:
    return duration(max(timer.left_ms(now_ms), 0))


def _pause(timer: Timer) -> str:
    return ", which is paused" if timer.paused else ""


def _which(timers: Sequence[Timer], request: Request, now_ms: int) -> Question:
    """Several fit: their names, or the lengths that they were started with."""
    named = (_title(t) or timer_name(t).removesuffix(" timer") for t in timers)
    choices = tuple(dict.fromkeys(named))
    parts = [f"the {timer_name(t)} with {_left(t, now_ms)} left" for t in timers]
    return Question(
        kind=Ask.CHOOSE,
        text=f"Which one, {listed(parts, word='or')}?",
        request=request,
        slot="timer",
        choices=choices,
    )


def _change(timer: Timer, request: Request, context: Context) -> Plan:
    """Pause, resume, lengthen, shorten or cancel one timer."""
    book, now_ms, title = context.notebook, context.now_ms, timer_name(timer)
    left_ms = timer.left_ms(now_ms)
    match request.intent:
        case "HassCancelTimer":
            after = tuple(t for t in book.timers if t != timer)
            return _plan(replace(book, timers=after), f"The {title} is canceled.")
        case "HassPauseTimer":
            changed = replace(timer, paused=True, remaining_ms=left_ms, as_of_ms=now_ms, at=None)
            reply = f"The {title} is paused with {duration(left_ms)} left."
        case "HassUnpauseTimer":
            changed = replace(timer, paused=False, as_of_ms=now_ms)
            reply = f"The {title} goes on with {duration(left_ms)} left."
        case _:
            by_ms = length_ms(request)
            if by_ms is None:
                question = Question(
                    kind=Ask.MISSING, text="By how much?", request=request, slot="duration"
                )
                return Plan(question=question)
            by_ms = by_ms if request.intent == "HassIncreaseTimer" else -by_ms
            if left_ms + by_ms <= 0:
                return Plan(
                    reply=f"The {title} has only {duration(left_ms)} left.", shows_timers=True
                )
            if left_ms + by_ms > LONGEST_MS:
                return Plan(reply=f"A timer can run for at most {duration(LONGEST_MS)}.")
            changed = replace(
                timer,
                duration_ms=timer.duration_ms + by_ms,
                remaining_ms=left_ms + by_ms,
                as_of_ms=now_ms,
                at=None,
            )
            reply = f"{duration(left_ms + by_ms)} left on your {title}."
    after = tuple(changed if t == timer else t for t in book.timers)
    return _plan(replace(book, timers=after), reply)


def _cancel_all(request: Request, book: Notebook) -> Plan:
    fitting = _fitting(request, book)
    if not fitting:
        return Plan(reply="There are no timers.", shows_timers=True)
    after = replace(book, timers=tuple(t for t in book.timers if t not in fitting), ringing=())
    verb = "is" if len(fitting) == 1 else "are"
    return _plan(after, f"{counted(len(fitting), 'timer')} {verb} canceled.")


def _plan(book: Notebook, reply: str) -> Plan:
    return Plan(reply=reply, effects=(_written(book),), shows_timers=True)


def _written(book: Notebook) -> WriteNotebook:
    return WriteNotebook(notebook=book)
