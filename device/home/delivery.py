"""What becomes of commands: sent, then awaited until the device itself reports the value.

Each command is `Waiting` until it is `Settled`:

    Waiting -- the device reports the value ------------> DONE
            -- nothing, or nothing new, by the deadline -> NO_ANSWER
            -- another value by the deadline ------------> OTHER_VALUE
            -- the device says that it will not ---------> REFUSED
            -- the broker does not pass it on -----------> FORBIDDEN
            -- the device goes offline ------------------> OFFLINE
            -- the broker goes away ----------------------> LOST
            -- it could not be sent at all ---------------> NO_BROKER
            -- it never reports, and was sent ------------> SENT

A device that stands already where it should be may stay silent: after `ASK_MS` it is asked
for its state. What moves (covers) is given new time with every step it reports. Retained
messages prove nothing, since they may be older than the command.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from device.events import DeviceCommand, Outcome, OutcomeKind, Value
from device.home.capabilities import STOP, matches
from device.home.dialect import Reported
from device.ports import BusMessage

ANSWER_MS = 2_000
"""How long a device may take to report, milliseconds."""
ASK_MS = 400
"""Silence after which a device is asked for its state, milliseconds."""
LONGEST_MS = 60_000
"""How long a cover may go on moving, milliseconds."""
PATIENCE = {"lock": 3.0, "cover": 2.0, "valve": 2.0}
"""How many times longer than others a kind of device may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Sent, and not yet answered."""

    command: DeviceCommand
    messages: tuple[BusMessage, ...]
    """What was sent."""
    expected: Value | None
    """What the device reports when it obeys; None where it never reports."""
    ask: tuple[BusMessage, ...]
    """What makes it tell its state, until it was sent."""
    sent_ms: int
    patience_ms: int
    deadline_ms: int
    reported: Value | None = None
    """The last other value that it reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """It is known what became of it."""

    outcome: Outcome


Entry = Waiting | Settled


def settled(command: DeviceCommand, kind: OutcomeKind, reported: Value | None = None) -> Settled:
    """A command whose outcome is known."""
    return Settled(outcome=Outcome(command=command, kind=kind, reported=reported))


class Delivery:
    """A few commands under way, side by side."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = list(entries)

    @property
    def messages(self) -> tuple[BusMessage, ...]:
        """What to publish now, in order."""
        return tuple(m for e in self._entries if isinstance(e, Waiting) for m in e.messages)

    def hear(self, report: Reported, *, now_ms: int) -> None:
        """Take what a device told just now (never what was retained)."""
        for index, entry in enumerate(self._entries):
            if isinstance(entry, Waiting) and entry.command.device == report.device:
                self._entries[index] = _heard(entry, report, now_ms)

    def unreachable(self, device: str) -> None:
        """A device went offline."""
        self._settle(OutcomeKind.OFFLINE, device=device)

    def refused(self, device: str, capability: str | None = None) -> None:
        """A device says that it will not do what it was told; None: whatever that was."""
        self._settle(OutcomeKind.REFUSED, device=device, capability=capability)

    def forbidden(self, topic: str) -> None:
        """The broker did not pass on what was sent there."""
        for index, entry in enumerate(self._entries):
            if isinstance(entry, Waiting) and topic in (m.topic for m in entry.messages):
                self._entries[index] = settled(entry.command, OutcomeKind.FORBIDDEN)

    def left(self, count: int) -> None:
        """Only so many of `messages` left, and then the broker was gone; the rest never will."""
        for index, entry in enumerate(self._entries):
            if isinstance(entry, Waiting):
                kind = OutcomeKind.NO_BROKER if count <= 0 else OutcomeKind.LOST
                count -= len(entry.messages)
                if count < 0:
                    self._entries[index] = settled(entry.command, kind)

    def lost(self) -> None:
        """The broker went away: nothing more is heard of what was sent."""
        self._settle(OutcomeKind.LOST)

    def due(self, now_ms: int) -> tuple[BusMessage, ...]:
        """What to publish by now: questions to devices that stay silent."""
        asked: list[BusMessage] = []
        for index, entry in enumerate(self._entries):
            if isinstance(entry, Waiting) and entry.ask and now_ms >= entry.sent_ms + ASK_MS:
                asked += entry.ask
                self._entries[index] = replace(entry, ask=())
        return tuple(dict.fromkeys(asked))

    def outcomes(self, now_ms: int) -> tuple[Outcome, ...] | None:
        """What became of every command, in their order; None while one is still awaited."""
        for index, entry in enumerate(self._entries):
            if isinstance(entry, Waiting) and now_ms >= entry.deadline_ms:
                self._entries[index] = settled(entry.command, _end(entry), entry.reported)
        done = [entry.outcome for entry in self._entries if isinstance(entry, Settled)]
        return tuple(done) if len(done) == len(self._entries) else None

    def wait_ms(self, now_ms: int) -> int:
        """Milliseconds until `due` or `outcomes` has something new, if nothing is heard."""
        waiting = [entry for entry in self._entries if isinstance(entry, Waiting)]
        times = [entry.deadline_ms for entry in waiting]
        times += [entry.sent_ms + ASK_MS for entry in waiting if entry.ask]
        return max(0, min(times) - now_ms) if times else 0

    def _settle(
        self, kind: OutcomeKind, device: str | None = None, capability: str | None = None
    ) -> None:
        for index, entry in enumerate(self._entries):
            if not isinstance(entry, Waiting) or device not in (None, entry.command.device):
                continue
            if capability in (None, entry.command.capability):
                self._entries[index] = settled(entry.command, kind, entry.reported)


def waiting(
    command: DeviceCommand,
    *,
    messages: tuple[BusMessage, ...],
    expected: Value | None,
    ask: tuple[BusMessage, ...],
    kind: str,
    now_ms: int,
    answer_ms: int = ANSWER_MS,
) -> Waiting:
    """A command that is about to be sent.

    Args:
        command: What was asked.
        messages: What is sent for it.
        expected: What the device reports when it obeys; None where it never reports: then
            nothing is waited for.
        ask: What makes it tell its state.
        kind: Home Assistant domain of the device; locks and covers get more time.
        now_ms: Monotonic milliseconds.
        answer_ms: How long other devices may take to report.
    """
    patience_ms = 0 if expected is None else round(answer_ms * PATIENCE.get(kind, 1.0))
    return Waiting(
        command=command,
        messages=messages,
        expected=expected,
        ask=ask,
        sent_ms=now_ms,
        patience_ms=patience_ms,
        deadline_ms=now_ms + patience_ms,
    )


def _end(entry: Waiting) -> OutcomeKind:
    """What a command has come to whose time is over."""
    if entry.expected is None:
        return OutcomeKind.SENT
    return OutcomeKind.NO_ANSWER if entry.reported is None else OutcomeKind.OTHER_VALUE


def _heard(entry: Waiting, report: Reported, now_ms: int) -> Entry:
    name = entry.command.capability
    if name not in report.values:
        return entry
    value = report.values[name]
    if entry.expected is None or now_ms >= entry.deadline_ms:
        return entry
    if matches(name, entry.expected, value):
        return settled(entry.command, OutcomeKind.DONE, value)
    moved = name == "position" and value != entry.reported and entry.expected != STOP
    deadline_ms = entry.deadline_ms
    if moved:
        latest_ms = max(entry.sent_ms + LONGEST_MS, entry.deadline_ms)
        deadline_ms = max(deadline_ms, min(now_ms + entry.patience_ms, latest_ms))
    return replace(entry, reported=value, deadline_ms=deadline_ms)
