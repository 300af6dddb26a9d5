"""What the speaker publishes in Hermes besides intents: topics, and what their payloads hold."""

import msgspec

from device.hermes.session import Reason, Session

WOKEN = "hermes/hotword/{}/detected"
CAPTURED = "hermes/asr/textCaptured"
INTENT = "hermes/intent/{}"
PARSED = "hermes/nlu/intentParsed"
NOT_RECOGNIZED = "hermes/nlu/intentNotRecognized"
STARTED = "hermes/dialogueManager/sessionStarted"
QUEUED = "hermes/dialogueManager/sessionQueued"
ENDED = "hermes/dialogueManager/sessionEnded"
NOT_UNDERSTOOD = "hermes/dialogueManager/intentNotRecognized"
SAID = "hermes/tts/sayFinished"
ERROR = "hermes/error/{}"


class Publication(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What all of them carry."""

    site_id: str
    session_id: str = ""


class Woken(Publication, frozen=True, kw_only=True, rename="camel"):
    """The wake word was heard."""

    model_id: str
    model_version: str = ""
    model_type: str = "universal"
    current_sensitivity: float


class Captured(Publication, frozen=True, kw_only=True, rename="camel"):
    """What was heard."""

    text: str
    likelihood: float
    seconds: float
    """How long recognition took."""
    wakeword_id: str = ""


class NotRecognized(Publication, frozen=True, kw_only=True, rename="camel"):
    """Words that nobody here makes sense of."""

    input: str
    id: str = ""
    custom_data: str = ""


class Talking(Publication, frozen=True, kw_only=True, rename="camel"):
    """A session began, or waits."""

    custom_data: str = ""


class Termination(msgspec.Struct, frozen=True, kw_only=True):
    """Why it ended."""

    reason: Reason


class Over(Talking, frozen=True, kw_only=True, rename="camel"):
    """A session is over."""

    termination: Termination


class SayFinished(Publication, frozen=True, kw_only=True, rename="camel"):
    """A text was said."""

    id: str = ""


class Trouble(Publication, frozen=True, kw_only=True, rename="camel"):
    """A client wanted what cannot be had."""

    error: str
    context: str = ""


def talking(session: Session, site: str) -> Talking:
    """That a session began, or waits."""
    return Talking(site_id=site, session_id=session.id, custom_data=session.custom_data)


def over(session: Session, reason: Reason, site: str) -> Over:
    """That a session is over."""
    return Over(
        site_id=site,
        session_id=session.id,
        custom_data=session.custom_data,
        termination=Termination(reason=reason),
    )
