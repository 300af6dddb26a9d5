"""The slots of one request while they are put together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from device.events import Slot, Value
from device.nlu.tagger import Span
from device.nlu.vocabulary import ATTRIBUTES
from device.nlu.words import Token, bare


@dataclass(slots=True)
class Reading:
    """A tagged request and what was understood of it so far."""

    tokens: Sequence[Token]
    words: Sequence[str]
    """Words of the request as they were typed."""
    spans: Sequence[Span]
    slots: dict[str, Slot] = field(default_factory=dict)

    def texts(self, span: Span) -> list[str]:
        """Tokens of a slot."""
        return [t.text for t in self.tokens[span.start : span.stop]]

    def typed(self, span: Span) -> str:
        """Words of a slot as they were typed."""
        indices = dict.fromkeys(t.word for t in self.tokens[span.start : span.stop])
        return " ".join(filter(None, (bare(self.words[i]) for i in indices)))

    def labelled(self, label: str) -> list[Span]:
        """All slots of one kind, in order."""
        return [span for span in self.spans if span.label == label]

    def put(self, name: str, value: Value | None, span: Span) -> None:
        """Keep a value, unless the slot has one or the words meant nothing."""
        if value is not None and value != "":
            said = Slot(name=name, value=value, text=self.typed(span), confidence=span.confidence)
            self.slots.setdefault(name, said)


def merged(spans: Sequence[Span], labels: Sequence[str]) -> tuple[Span, ...]:
    """Neighbours of the same kind as one, where a request has one of the kind at most.

    The model cuts a text now and then where a new one could begin: "buy milk and | call mom".

    Args:
        spans: In order.
        labels: Kinds that are merged.
    """
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        joins = last is not None and span.label == last.label and span.start == last.stop
        if last is not None and joins and span.label in labels:
            found[-1] = Span(
                label=span.label,
                start=last.start,
                stop=span.stop,
                confidence=min(span.confidence, last.confidence),
            )
        else:
            found.append(span)
    return tuple(found)


def owned(spans: Sequence[Span], tokens: Sequence[Token]) -> tuple[Span, ...]:
    """The battery of a thing that is named is a reading of the thing, not a kind of sensor."""
    if all(span.label != "name" for span in spans):
        return tuple(spans)
    return tuple(
        replace(span, label="attribute")
        if span.label == "device_class"
        and " ".join(t.text for t in tokens[span.start : span.stop]) in ATTRIBUTES
        else span
        for span in spans
    )
