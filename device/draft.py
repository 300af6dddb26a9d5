"""A turn before it is done: what is asked, and what is being made of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from device.context import Context, Sounds
from device.effects import Agreeable, Question, Response
from device.events import DeviceCommand, Hypothesis, Reply, Request, Route, Wake
from device.hermes.session import Expects
from device.routing.agenda import Agenda

Lap = Callable[[], float]
"""A stopwatch reading in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that waits for its turn."""

    hypotheses: tuple[Hypothesis, ...]
    wake: Wake | None = None
    asr_ms: float | None = None
    """Time that recognition took; None for typed requests."""
    problem: str | None = None
    """One sentence, when the sound could not be used as it was."""
    sounds: Sounds | None = None
    """What it sounded like; None where it was typed."""
    scheduled: bool = False
    """Whether it answers no question that is open, as what fell due by itself."""
    requests: tuple[Request, ...] = ()
    """What it asks for, where that was settled before; else its words are understood."""
    expects: Expects | None = None
    """What somebody on the bus asked for, where this is the answer to it."""
    remote: bool = False
    """Whether it came over the bus: then the reply is read there, and not said."""
    question: Question | None = None
    """The question of the speaker's own that was open when it was asked."""

    @property
    def answers(self) -> bool:
        """Whether it may answer a question that the speaker itself asked."""
        return not self.scheduled and self.expects is None


@dataclass(slots=True, kw_only=True)
class Draft:
    """A turn that is under way."""

    before: Context
    """The home when it began."""
    hypotheses: tuple[Hypothesis, ...]
    text: str = ""
    agenda: Agenda = field(default_factory=Agenda)
    prefix: str = ""
    """What to say before the reply to the requests."""
    reply: Reply | None = None
    """Set when the reply is known without an agenda."""
    agreed: frozenset[Agreeable] = frozenset()
    """What the person has said yes to."""
    responses: Mapping[int, Response] = field(default_factory=dict)
    """Place of a request -> what came of asking somebody on the bus for it."""
    error: str | None = None
    wake: Wake | None = None
    remote: bool = False
    """As in `Asked`."""
    ms: dict[str, float] = field(default_factory=dict)
    started_ms: float = 0.0
    """Stopwatch reading at the beginning."""
    sent_ms: float = 0.0
    """Stopwatch reading when everything was ready to be sent."""

    @property
    def commands(self) -> tuple[DeviceCommand, ...]:
        """Everything to be sent, in order."""
        return self.agenda.commands

    @property
    def requests(self) -> tuple[Request, ...]:
        """What the turn is about; only what is in question while there is a question."""
        return tuple(route.request for route in self.routes)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Where each request goes."""
        return self.agenda.routes
