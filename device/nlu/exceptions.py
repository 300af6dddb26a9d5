"""What a request leaves out of a group: "all the lights but the kitchen".

The words that leave something out are few and all known. To take an exception for what is meant,
or the other way round, does the opposite of what was asked: here the tagger is not believed
against them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from device.context import Context
from device.nlu import vocabulary
from device.nlu.leftout import LeftOut
from device.nlu.places import room_named
from device.nlu.slotvalues import TEXTS
from device.nlu.tagger import Span, Tagging
from device.nlu.words import Token

LEAVING_OUT = frozenset(
    {"HassTurnOn", "HassTurnOff", "HassToggle", "HassGetState", "HassLightSet", "HassSetPosition"}
    | {"HassStopMoving", "HassClimateSetTemperature", "ClimateSetMode", "HassFanSetSpeed"}
)
"""Intents for groups of devices, of which some can be left out."""

COMMAND = "conversation_command"
"""Slot of the command that is put off."""

_GROUPS = frozenset({"scope", "domain", "device_class", "area", "floor"})
"""Labels of what something can be left out of."""

_LEFT_OUT = frozenset({"area", "name", "domain"})
"""Labels of what can be left out."""


def leaves_out(tagging: Tagging) -> bool:
    """Whether a request is for a group of devices, of which some can be left out."""
    return tagging.intent in LEAVING_OUT and all(s.label not in TEXTS for s in tagging.spans)


def put_off_with(tagging: Tagging, lists: Sequence[LeftOut]) -> Tagging | None:
    """A request for later, with what its command leaves out as part of the command.

    Returns:
        None where a list stands elsewhere than behind a command.
    """
    ends = {one.start: one.stop for one in lists}
    spans = tuple(
        replace(span, stop=ends.pop(span.stop, span.stop)) if span.label == COMMAND else span
        for span in tagging.spans
    )
    return None if ends else replace(tagging, spans=spans)


def exceptions(
    spans: Sequence[Span],
    tokens: Sequence[Token],
    context: Context,
    lists: Sequence[LeftOut] = (),
) -> tuple[Span, ...]:
    """Rooms and names marked as left out exactly where a word leaves them out.

    Args:
        spans: As the tagger marked them.
        tokens: The request.
        context: The home: what was marked wrongly is a room of it, or else a name.
        lists: What the sentence lists as left out; the tagger did not see it.

    Returns:
        The spans in their order; what is left out is labelled "denied".
    """
    rest = {span.label for span in spans} & _GROUPS
    found: list[Span] = []
    for part in (part for span in spans for part in _parted(span, tokens)):
        left_out = _left_out(tokens[: part.start])
        if part.label == "denied" and not left_out:
            found.append(_meant(part, tokens, context))
        elif part.label in _LEFT_OUT and left_out and rest - {part.label}:
            found.append(replace(part, label="denied"))
        else:
            found.append(part)
    names = (name for one in lists for name in one.names)
    listed = [Span(label="denied", start=a, stop=b, confidence=1.0) for a, b in names]
    return tuple(sorted([*found, *listed], key=lambda span: span.start))


def rejections(
    spans: Sequence[Span], tokens: Sequence[Token], context: Context
) -> tuple[Span, ...]:
    """Of a correction, what is not meant: the office in "not the office, the bedroom".

    Args:
        spans: As the tagger marked them.
        tokens: The correction.
        context: The home.
    """
    small = vocabulary.BETWEEN - {"not"}

    def rejected(span: Span) -> bool:
        before = [token.text for token in tokens[: span.start] if token.text not in small]
        return before[-1:] == ["not"]

    return tuple(
        _meant(span, tokens, context) if span.label == "denied" and not rejected(span) else span
        for span in spans
    )


def _meant(span: Span, tokens: Sequence[Token], context: Context) -> Span:
    """What was marked as left out and is not: a room of the home, or else a name."""
    said = " ".join(token.text for token in tokens[span.start : span.stop])
    return replace(span, label="area" if room_named(said, context) else "name")


def _parted(span: Span, tokens: Sequence[Token]) -> Iterator[Span]:
    """A place without the word that leaves something out, which the model may have taken in."""
    start = span.start
    for i in range(span.start, span.stop + 1):
        place = span.label in (*_LEFT_OUT, "denied")
        if i == span.stop or (place and tokens[i].text in vocabulary.EXCEPTING):
            if i > start:
                yield replace(span, start=start, stop=i)
            start = i + 1


def _left_out(before: Sequence[Token]) -> bool:
    """Whether the words before a place leave it out: "all but", "apart from the one in the"."""
    words = [token.text for token in before if not token.mark]
    skipped: set[str] = set()
    while words and words[-1] in vocabulary.BETWEEN:
        skipped.add(words.pop())
    last = words[-1] if words else ""
    return last in vocabulary.EXCEPTING or (last, True) in (
        ("apart", "from" in skipped), ("aside", "from" in skipped), ("other", "than" in skipped),
    )  # fmt: skip
