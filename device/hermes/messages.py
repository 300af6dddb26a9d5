"""What clients may send: Hermes messages, read from bytes.

Anything at all may arrive on any topic. A message is read whole or not at all; keys that
nobody here knows are passed over, as other Hermes services do. The names of topics and keys
are those of Rhasspy's reference.
"""

from typing import Annotated, Literal

import msgspec

from device.errors import HermesError

PAYLOAD_BYTES = 16 * 1024
"""Largest message that is read."""
TEXT_CHARACTERS = 500
"""Longest text that is said for a client, and longest sentence that is understood for one."""

Name = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS)]
Custom = Annotated[str, msgspec.Meta(max_length=4096)]
Filter = Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)]


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What all messages to a site carry."""

    site_id: Name | None = None
    """None is the site called "default"."""

    @property
    def site(self) -> str:
        """The site that it is for."""
        return self.site_id or "default"


class Say(Message, frozen=True, kw_only=True, rename="camel"):
    """`hermes/tts/say`: say a text."""

    text: Text
    id: Name | None = None
    session_id: Name | None = None


class Query(Message, frozen=True, kw_only=True, rename="camel"):
    """`hermes/nlu/query`: what does a text mean?"""

    input: Text
    intent_filter: Filter | None = None
    id: Name | None = None
    session_id: Name | None = None


class Init(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How a session is to begin."""

    type: Literal["action", "notification"] = "action"
    text: Text | None = None
    can_be_enqueued: bool | None = None
    """For an action: whether it may wait for its turn. A notification always may."""
    intent_filter: Filter | None = None
    send_intent_not_recognized: bool | None = None


class StartSession(Message, frozen=True, kw_only=True, rename="camel"):
    """`hermes/dialogueManager/startSession`: say something, and listen to an answer."""

    init: Init
    custom_data: Custom | None = None


class ContinueSession(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`hermes/dialogueManager/continueSession`: ask the next question."""

    session_id: Name
    text: Text | None = None
    intent_filter: Filter | None = None
    slot: Name | None = None
    """The slot that the answer fills, in any words."""
    custom_data: Custom | None = None
    send_intent_not_recognized: bool | None = None


class EndSession(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`hermes/dialogueManager/endSession`: the last word of a session."""

    session_id: Name
    text: Text | None = None
    custom_data: Custom | None = None
    declined: bool = False
    """Not in Rhasspy's reference: whether the client does not know what was asked."""


class HotwordOff(Message, frozen=True, kw_only=True, rename="camel"):
    """`hermes/hotword/toggleOff`: pass over the wake word for a while."""


class HotwordOn(Message, frozen=True, kw_only=True, rename="camel"):
    """`hermes/hotword/toggleOn`: mind the wake word again."""


Asked = (
    Say | Query | StartSession | ContinueSession | EndSession | HotwordOff | HotwordOn
)  # fmt: skip

SERVED: dict[str, type[Asked]] = {
    "hermes/tts/say": Say,
    "hermes/nlu/query": Query,
    "hermes/dialogueManager/startSession": StartSession,
    "hermes/dialogueManager/continueSession": ContinueSession,
    "hermes/dialogueManager/endSession": EndSession,
    "hermes/hotword/toggleOff": HotwordOff,
    "hermes/hotword/toggleOn": HotwordOn,
}
"""Every topic that is listened to."""


def read(topic: str, payload: bytes) -> Asked:
    """A client's message.

    Args:
        topic: One of `SERVED`.
        payload: Anything.

    Raises:
        HermesError: It is too large, no JSON object, or lacks what it needs; one sentence.
    """
    if len(payload) > PAYLOAD_BYTES:
        raise HermesError(f"payload of {len(payload)} bytes is larger than {PAYLOAD_BYTES}")
    try:
        return msgspec.json.decode(payload, type=SERVED[topic])
    except (ValueError, RecursionError) as exc:
        raise HermesError(f"payload cannot be read: {str(exc)[:200]}") from exc


def spoken(text: str | None) -> str:
    """A client's text as it may be said: one line, nothing but what can be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
