"""Requests in the words of Hermes: what listeners and skills on the bus read."""

import re
from collections.abc import Sequence

import msgspec

from device.events import Request, Slot, Value, Word

_FORBIDDEN = re.compile(r"[+#/\x00-\x1f\x7f]")


class SlotRange(msgspec.Struct, frozen=True, kw_only=True):
    """Where a slot's words stand, in characters of `input`, the end exclusive."""

    start: int
    end: int


class SlotValue(msgspec.Struct, frozen=True, kw_only=True):
    """A slot's value, normalized."""

    kind: str
    """Number or Custom."""
    value: Value


class IntentSlot(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One slot."""

    entity: str
    slot_name: str
    confidence: float
    raw_value: str
    """The words it was read from."""
    value: SlotValue
    range: SlotRange | None = None
    """None where the words do not stand in `input` as they are."""


class Intent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An intent's name, and how sure it is, 0 to 1."""

    intent_name: str
    confidence_score: float


class AsrTime(msgspec.Struct, frozen=True, kw_only=True):
    """When a word was said, in seconds since the request began."""

    start: float
    end: float


class AsrToken(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One word as it was heard or typed."""

    value: str
    confidence: float
    range_start: int
    range_end: int
    time: AsrTime | None = None


class IntentMessage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`hermes/intent/NAME`, and `hermes/nlu/intentParsed` with an id."""

    input: str
    intent: Intent
    slots: tuple[IntentSlot, ...] = ()
    site_id: str
    session_id: str = ""
    custom_data: str = ""
    asr_tokens: tuple[tuple[AsrToken, ...], ...] = ()
    asr_confidence: float = 1.0
    id: str = ""


def level(name: str) -> str:
    """A name as one level of a topic: what would lead it astray becomes `_`."""
    return _FORBIDDEN.sub("_", name) or "_"


def slots_of(request: Request) -> tuple[IntentSlot, ...]:
    """The slots of a request, with where their words stand in its text."""
    return tuple(
        IntentSlot(
            entity=slot.name,
            slot_name=slot.name,
            confidence=round(slot.confidence, 4),
            raw_value=slot.text,
            value=SlotValue(kind=_kind(slot.value), value=slot.value),
            range=_range(slot, request.text),
        )
        for slot in request.slots
    )


def tokens_of(text: str, words: Sequence[Word], confidence: float) -> tuple[AsrToken, ...]:
    """The words of a sentence as tokens.

    Args:
        text: The sentence.
        words: Times and confidences of its words, as many as it has; else they are left out.
        confidence: That of the whole sentence, for words that have none.
    """
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    timed: Sequence[Word | None] = words if len(words) == len(spans) else [None] * len(spans)
    return tuple(
        AsrToken(
            value=text[start:end],
            confidence=round(confidence if word is None else word.confidence, 4),
            range_start=start,
            range_end=end,
            time=None
            if word is None
            else AsrTime(start=word.start_ms / 1000, end=word.end_ms / 1000),
        )
        for (start, end), word in zip(spans, timed, strict=True)
    )


def _kind(value: Value) -> str:
    return "Custom" if isinstance(value, str) else "Number"


def _range(slot: Slot, text: str) -> SlotRange | None:
    if not slot.text:
        return None
    found = re.search(rf"(?<!\w){re.escape(slot.text)}(?!\w)", text, re.IGNORECASE)
    return None if found is None else SlotRange(start=found.start(), end=found.end())
