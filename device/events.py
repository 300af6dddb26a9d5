"""The nouns that travel through the speaker, in order of travel.

    AudioFrame -> Wake -> Utterance -> Hypothesis -> Interpretation -> Request
        -> Route -> Plan (DeviceCommands, Effects, Question) -> Outcome -> Reply -> Turn

All are frozen; a stage gives new ones. What the home is and how it stands is in
`device.context`; what skills change besides devices is in `device.effects`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from device.concepts import Concept
    from device.effects import Notebook

RATE_HZ = 16_000
FRAME_MS = 20
FRAME_SAMPLES = RATE_HZ * FRAME_MS // 1000
FRAME_BYTES = 2 * FRAME_SAMPLES

Value = str | int | float
"""A capability's or a slot's value, as the command-line contract writes it in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFrame:
    """Twenty milliseconds of sound, the only unit of audio inside the speaker."""

    pcm: bytes
    """FRAME_SAMPLES little-endian int16 samples, mono, RATE_HZ."""

    start_ms: int
    """Start of the frame in milliseconds since the stream opened."""

    @property
    def samples(self) -> "npt.NDArray[np.int16]":
        """The same sound as a read-only view of shape (FRAME_SAMPLES,)."""
        import numpy as np  # The processes in which packs run know requests, but no sound.

        return np.frombuffer(self.pcm, dtype="<i2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """The wake word was heard."""

    model: str
    """Name of the wake model."""

    start_ms: int
    """Where the detection fired, milliseconds since the stream opened."""

    score: float
    """Mean score over the detection window, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted:
    """Somebody began to speak; the frames of the request follow."""

    start_ms: int
    """Start of the first of these frames, milliseconds since the stream opened."""


class EndReason(StrEnum):
    """Why an utterance ended."""

    SILENCE = "silence"
    TOO_LONG = "too_long"
    STREAM_END = "stream_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """The sound of one request, from the first frame of speech to the end of speech."""

    pcm: bytes
    """Little-endian int16 mono PCM at RATE_HZ; empty when nothing was said."""

    start_ms: int
    """Start of the sound, milliseconds since the stream opened."""

    reason: EndReason
    """Why it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One recognized word."""

    text: str
    start_ms: int
    """Milliseconds since the utterance began."""
    end_ms: int
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One reading of what was said (typed requests have exactly one, score 1)."""

    text: str
    """Words in lower case, separated by single spaces; numbers as words or digits."""

    score: float
    """Confidence of the whole text, 0 to 1."""

    words: tuple[Word, ...] = ()
    """Word times and confidences; empty for typed requests."""


class Source(StrEnum):
    """Who understood a request."""

    MODEL = "model"
    SENTENCE = "sentence"
    """A custom sentence of the owner matched it whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One piece of a request's meaning."""

    name: str
    """Home Assistant's slot name: name, area, floor, domain, device_class, brightness ..."""

    value: Value
    """Normalized: a number, or a name in the home's own spelling."""

    text: str
    """The words it was read from."""

    confidence: float = 1.0
    """0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """What one completed sentence means, before names are looked up in the home."""

    text: str
    domain: str
    intent: str
    slots: tuple[Slot, ...]
    confidence: float
    """Calibrated, 0 to 1."""
    source: Source = Source.MODEL
    scope: str = ""
    """How it counts what it names: one of `device.nlu.intents.SCOPES`, or ""."""
    excepted: tuple[str, ...] = ()
    """Rooms and devices that are left out, in the home's spelling: "all but the kitchen"."""


Span = tuple[tuple[int, int], ...]
"""Half-open word ranges of the sentence, as ((0, 2), (6, 8))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing asked."""

    text: str
    """Completed: "turn on the fan" for the end of "turn on the kitchen light and the fan"."""

    span: Span
    """Word ranges of the sentence that it came from."""

    domain: str
    intent: str
    slots: tuple[Slot, ...]
    confidence: float
    """0 to 1."""
    source: Source = Source.MODEL
    scope: str = ""
    """How it counts what it names: one of `device.nlu.intents.SCOPES`, or ""."""
    excepted: tuple[str, ...] = ()
    """Rooms and devices that are left out, in the home's spelling: "all but the kitchen"."""
    meant: tuple[str, ...] = ()
    """Ids of the devices that the context tells are meant; empty where the words say it."""
    rivals: tuple[str, ...] = ()
    """Labels of the devices between which the context does not decide."""
    corrects: str = ""
    """Id of the turn whose place it takes, and which is taken back; "" for none."""
    later: tuple["Request", ...] = ()
    """What a request for later asks for, with what its words mean when they are said."""
    otherwise: tuple["Request", ...] = ()
    """What the models read in the same words, where a sentence matched them whole whose intent
    none of the speaker's own skills knows."""
    refused: tuple[str, ...] = ()
    """Skills that somebody has just turned down for it: "not that one"."""

    def slot(self, name: str) -> Value | None:
        """The value of the first slot called `name`, or None."""
        return next((slot.value for slot in self.slots if slot.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A skill that might answer."""

    skill: str
    score: float
    """0 to 1."""
    intent: str = ""
    """What the request is in the skill's own words; "" where it is the request's own intent."""
    slots: tuple[Slot, ...] = ()
    """The slots that go with that intent."""
    pack: bool = False
    """Whether it is a pack, and no skill of the speaker's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where one request goes; `skill` is None when none can answer."""

    request: Request
    """As the skill understands it."""
    skill: str | None
    asked: Request | None = None
    """The request before it was routed; None where it is the same."""
    candidates: tuple[Candidate, ...] = ()
    """The skills that might answer, best first."""
    tied: tuple[str, ...] = ()
    """Skills between which somebody must choose; then there is no winner."""
    decided: bool = False
    """Whether somebody chose the skill for this request."""
    off: str = ""
    """The skill that would answer and is switched off, where no other does."""
    declined: tuple[str, ...] = ()
    """Skills that were asked before and said that they do not know this one, in that order."""

    @property
    def pack(self) -> bool:
        """Whether a pack answers."""
        return any(c.pack and c.skill == self.skill for c in self.candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCommand:
    """One value that one device should take."""

    device: str
    """Id of the device (`Device.id`)."""

    capability: str
    """power, brightness, position ... (DESIGN section 7)."""

    value: Value


class OutcomeKind(StrEnum):
    """What became of a command."""

    DONE = "done"
    NO_ANSWER = "no_answer"
    OFFLINE = "offline"
    OTHER_VALUE = "other_value"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    """The broker does not let the speaker tell the device anything."""
    NO_BROKER = "no_broker"
    """Nothing was sent."""
    LOST = "lost"
    """It was sent, and the broker went away before an answer came."""
    SENT = "sent"
    """It went out to a device that never reports."""
    TOO_OFTEN = "too_often"
    """Nothing was sent: the device was told enough within the last minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one command."""

    command: DeviceCommand
    kind: OutcomeKind
    reported: Value | None = None
    """The value that the device reported, when it reported one."""


class Ask(StrEnum):
    """Kinds of questions that the speaker asks."""

    CONFIRM = "confirm"
    CHOOSE = "choose"
    MISSING = "missing"
    TEACH = "teach"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the speaker says back."""

    text: str
    """Plain English, numbers in digits."""

    asks: Ask | None = None
    """Set when the reply is a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The record of one turn: what each stage took, gave, how sure it was, how long it took."""

    id: str
    at: datetime
    """When it began, by the home's clock."""
    text: str
    """What was heard or typed; "" when nothing was."""
    hypotheses: tuple[Hypothesis, ...] = ()
    requests: tuple[Request, ...] = ()
    routes: tuple[Route, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    reply: Reply = Reply(text="")
    events: tuple[str, ...] = ()
    """What fell due, such as a timer that rings."""
    ms: dict[str, float] = field(default_factory=dict)
    """Milliseconds spent by stage."""
    error: str | None = None
    """One sentence, when the turn failed."""
    wake: Wake | None = None
    room: str | None = None
    person: str | None = None
    lists: dict[str, tuple[str, ...]] | None = None
    """Full contents of all lists, in a turn that changed or asked for them."""
    timers: tuple[dict[str, Value | None], ...] | None = None
    """All timers, in a turn that changed or asked for them."""
    concepts: tuple[dict[str, object], ...] | None = None
    """All that was taught, in a turn that changed or asked for it."""
    before: tuple[DeviceCommand, ...] = ()
    """Commands that would put back what this turn's commands changed, for "undo"."""
    notebooks: "tuple[Notebook, Notebook] | None" = None
    """Before and after, in a turn that changed the notebook, for "undo"."""
    volume_before: int | None = None
    """The speaker's volume before, in a turn that changed it, for "undo"."""
    learned: "tuple[Concept, ...]" = ()
    """What was learned or changed in the turn, as it is since, for "undo"."""
    unlearned: "tuple[Concept, ...]" = ()
    """What was forgotten or changed in the turn, as it was before, likewise."""
