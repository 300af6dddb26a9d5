"""When a request begins and when it ends: a state machine over evidence, frame by frame.

    Waiting  -> Speaking   somebody spoke for long enough
    Waiting  -> Over       nobody spoke for too long
    Speaking -> Over       quiet for long enough, or the request is too long

Time is counted in the frames that went by; no clock is read. Two thresholds (hysteresis)
keep a voice that wavers around one of them from chopping a word: speech has to rise
above the upper one to begin, and to fall below the lower one to count as silence.

How long a quiet has to be depends on what was said (as endpointers that ask the decoder do:
Maas and others, "Combining acoustic embeddings and decoding features for end-of-utterance
detection", 2018): a whole sentence needs little, one that must go on ("turn on the") more.
Where others talk in the background, the voice detector never falls silent. There the sound
that has sunk back to what it was between the words ends a request too, and so does a whole
sentence that nothing was added to for long.
"""

from dataclasses import dataclass

from device.events import FRAME_MS, EndReason

HYSTERESIS = 0.15
"""How far below the threshold speech has to fall before it counts as silence."""
WHOLE, BROKEN = 2 / 3, 2.0
"""Times `silence_ms` that a whole sentence and one that must go on need."""
SUNK = 7 / 6
"""Times the quiet of a silent voice that is needed where only the loudness fell."""
STANDING_MS = 900
"""A whole sentence that stood still for so long is over, whatever else is heard."""
_SURE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the recognizer has come with a request."""

    finished: float
    """How likely what was said is a whole sentence, 0 to 1."""

    standing_ms: int
    """Sound since the last word of it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known at one frame."""

    speech: float
    """Probability that somebody speaks in it, 0 to 1."""

    sunk: bool = False
    """Whether it is about as soft as the sound between and before the words."""

    progress: Progress | None = None
    """What the recognizer makes of the request so far; None where it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How speech is told from silence, and how long to wait for either."""

    speech_threshold: float = 0.5
    """Speech probability above which a frame begins speech, above 0 and below 1."""

    onset_ms: int = 100
    """Speech in a row that counts as a beginning; shorter is a click or a cough."""

    silence_ms: int | None = 600
    """Silence that ends a request of which nothing more is known; None waits for the end of
    the stream."""

    patience_ms: int | None = 5_000
    """How long to wait for the first word; None waits for the end of the stream."""

    longest_ms: int = 15_000
    """Longest request, counted from its beginning."""

    lead_in_ms: int = 0
    """No beginning before this much sound: the end of the wake word may still be heard.
    Speech that goes on past it counts from where it began."""

    def __post_init__(self) -> None:
        if not 0 < self.speech_threshold < 1:
            raise ValueError(
                f"speech_threshold must lie between 0 and 1, got {self.speech_threshold}"
            )
        for name in ("onset_ms", "silence_ms", "patience_ms", "longest_ms"):
            value = getattr(self, name)
            if value is not None and value < FRAME_MS:
                raise ValueError(f"{name} must be at least {FRAME_MS}, got {value}")
        if self.lead_in_ms < 0:
            raise ValueError(f"lead_in_ms must not be below zero, got {self.lead_in_ms}")

    @property
    def silence_threshold(self) -> float:
        """Speech probability below which a frame counts as silence."""
        return max(self.speech_threshold - HYSTERESIS, self.speech_threshold / 2)


def quiet_needed_ms(silence_ms: int, progress: Progress | None) -> float:
    """How long a voice has to be silent before the request is over.

    Args:
        silence_ms: The same where nothing is known of the request.
        progress: What is known of it.

    Returns:
        WHOLE times `silence_ms` for a whole sentence, BROKEN times for one that must go on.
    """
    if progress is None:
        return float(silence_ms)
    if progress.finished >= _SURE:
        return WHOLE * silence_ms
    return BROKEN * silence_ms if progress.finished <= 1 - _SURE else float(silence_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Nobody has begun to speak."""

    waited_ms: int = 0
    """Since listening began."""
    voiced_ms: int = 0
    """Speech in a row up to now, not yet enough for a beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """Somebody speaks."""

    spoken_ms: int
    """Since the beginning, pauses included."""
    silent_ms: int = 0
    """Frames without speech up to now, not yet enough for an end."""
    sunk_ms: int = 0
    """Soft frames up to now, not yet enough for an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """The request has ended, or nobody spoke; nothing more is listened to."""

    spoken: bool
    reason: EndReason


Phase = Waiting | Speaking | Over


def step(phase: Phase, evidence: Evidence, patience: Patience) -> Phase:
    """Move on by one frame.

    Args:
        phase: Where listening is.
        evidence: What is known at the frame.
        patience: How long to wait for what.

    Returns:
        Where listening is after the frame. `Over` stays as it is.
    """
    match phase:
        case Over():
            return phase
        case Waiting():
            return _wait(phase, evidence.speech, patience)
        case Speaking():
            return _speak(phase, evidence, patience)


def _wait(phase: Waiting, speech: float, patience: Patience) -> Phase:
    rising = speech >= patience.speech_threshold
    lasting = phase.voiced_ms > 0 and speech >= patience.silence_threshold
    voiced_ms = phase.voiced_ms + FRAME_MS if rising or lasting else 0
    waited_ms = phase.waited_ms + FRAME_MS
    if voiced_ms >= patience.onset_ms and waited_ms >= patience.lead_in_ms:
        return Speaking(spoken_ms=voiced_ms)
    if not voiced_ms and patience.patience_ms is not None and waited_ms >= patience.patience_ms:
        return Over(spoken=False, reason=EndReason.SILENCE)
    return Waiting(waited_ms=waited_ms, voiced_ms=voiced_ms)


def _speak(phase: Speaking, evidence: Evidence, patience: Patience) -> Phase:
    silent = evidence.speech < patience.silence_threshold
    after = Speaking(
        spoken_ms=phase.spoken_ms + FRAME_MS,
        silent_ms=phase.silent_ms + FRAME_MS if silent else 0,
        sunk_ms=phase.sunk_ms + FRAME_MS if silent or evidence.sunk else 0,
    )
    if patience.silence_ms is not None and _quiet(after, evidence.progress, patience.silence_ms):
        return Over(spoken=True, reason=EndReason.SILENCE)
    if after.spoken_ms >= patience.longest_ms:
        return Over(spoken=True, reason=EndReason.TOO_LONG)
    return after


def _quiet(phase: Speaking, progress: Progress | None, silence_ms: int) -> bool:
    """Whether there is nothing more to wait for."""
    needed_ms = quiet_needed_ms(silence_ms, progress)
    if phase.silent_ms >= needed_ms or phase.sunk_ms >= SUNK * needed_ms:
        return True
    whole = progress is not None and progress.finished >= _SURE
    return whole and progress is not None and progress.standing_ms >= STANDING_MS
