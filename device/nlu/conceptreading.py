"""What a request with a taught name in it asks for.

The tagger reads it twice: with a scene in the name's place (`standins`), which tells what it is
about, and with a machine there, because scenes are never turned off. How long it should last
("for an hour", "until nine") is cut off first, for the tagger would take it for a timer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from device.context import Context
from device.events import Interpretation, Request, Slot, Span
from device.nlu.embedding import Floats
from device.nlu.gazetteer import Gazetteer
from device.nlu.intents import CONTINUED, CORRECTED, INTENTS, OUT_OF_SCOPE
from device.nlu.leftout import LeftOut, left_out
from device.nlu.resolve import DEVICE_INTENTS, request, resolve
from device.nlu.slotvalues import TEXTS
from device.nlu.standins import COLOR, MACHINE, Replaced, flagged, instead, places
from device.nlu.tagger import Span as Tagged
from device.nlu.tagger import Tagging
from device.nlu.times import clock, duration
from device.nlu.words import Token, tokenize

Tag = Callable[[Sequence[Token], Floats, Sequence[LeftOut]], Tagging]
"""Tokens, their flags and what is left out among them -> how the tagger reads the rest."""

SET, LEAVE, ASK = "SetConcept", "LeaveConcept", "ConceptState"

ENDS = 0.75
"""Confidence of turning a machine off from which a concept is left."""

SURE = 0.8
"""Confidence from which what a colour is said of is what should take the concept."""

_DELAYED = frozenset({"HassStartTimer", "ScheduleCommand"})
_FRAGMENTS = frozenset({CONTINUED, CORRECTED})
_ENDING = frozenset({"HassTurnOff", "Undo"})
_LASTING = frozenset({"for", "during", "over"})
_UNTIL = frozenset({"until", "till", "til"})
_NEAR = 4
"""Words before a length of time among which the word is that tells what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """The request in the tagger's eyes."""

    text: str
    tokens: tuple[Token, ...]
    flags: Floats
    lists: tuple[LeftOut, ...]
    places: tuple[tuple[int, int], ...]
    """Where stand-ins stand, as token indices."""
    tagging: Tagging


class ConceptReading:
    """Reads requests with stand-ins in them."""

    def __init__(self, tag: Tag) -> None:
        """Take the tagger."""
        self._tag = tag

    def read(
        self, text: str, span: Span, said: Replaced, names: Gazetteer, context: Context
    ) -> tuple[Interpretation, Request] | None:
        """What one request asks for.

        Args:
            text: The request, with stand-ins.
            span: Where in the sentence with stand-ins its words stand.
            said: That sentence.
            names: The home's names.
            context: The home.

        Returns:
            The request in the owner's words; None where the name is no use of the concept, as
            in "add study mode to the shopping list".
        """
        numbers = said.within(span)
        heard = self._hear(text, said, names)
        if not heard.places or len(heard.places) != len(numbers):
            return None
        text, lasting = _cut(heard, context)
        if lasting:
            heard = self._hear(text, said, names)
            if not heard.places:
                return None
        intent = self._intent(heard)
        if intent is None:
            return None
        if intent == SET and not any(s.label in _PLACES for s in _tagging(heard, intent).spans):
            heard = self._colored(heard)
        found, slots, _ = resolve(
            _tagging(heard, intent), heard.text, heard.tokens, context, None, heard.lists
        )
        if intent in _DELAYED:
            found, slots = _restored(found, slots, said, numbers)
        else:
            number = numbers[-1]
            concept = said.saids[number].concept.name
            named = Slot(name="concept", value=concept, text=said.names[number])
            allowed = INTENTS[intent].slots
            slots = (named, *slots, *(s for s in lasting if s.name in allowed))
            found = replace(found, text=said.restored(found.text, numbers))
        return found, request(found, slots, said.span(span))

    def _hear(self, text: str, said: Replaced, names: Gazetteer) -> _Heard:
        tokens = tokenize(text)
        where = places(tokens, said.scene)
        flags = flagged(names.flags(tokens), where, "scene")
        lists = left_out(tokens, flags)
        tagging = self._tag(tokens, flags, lists)
        return _Heard(
            text=text, tokens=tokens, flags=flags, lists=lists, places=where, tagging=tagging
        )

    def _intent(self, heard: _Heard) -> str | None:
        """What is asked of the concept; None where the words are not about it."""
        intent = heard.tagging.intent
        texts = [s for s in heard.tagging.spans if s.label in TEXTS]
        if intent in _DELAYED:
            return intent if any(_overlaps(s, heard) for s in texts) else None
        if intent in _FRAGMENTS:
            return intent
        if any(_overlaps(s, heard) for s in texts):
            return None
        if intent == "HassGetState":
            return ASK
        if intent in _ENDING or self._ends(heard):
            return LEAVE
        return SET if intent in DEVICE_INTENTS and intent in _DOING else None

    def _ends(self, heard: _Heard) -> bool:
        """Whether a machine in the name's place would be turned off."""
        tokens, flags = instead(heard.tokens, heard.flags, heard.places[-1], MACHINE, "switch")
        tagging = self._tag(tokens, flags, left_out(tokens, flags))
        return tagging.intent == "HassTurnOff" and tagging.confidence >= ENDS

    def _colored(self, heard: _Heard) -> _Heard:
        """The request as it is read with a colour in the name's place, where that says what
        should take it; else as it was."""
        tokens, flags = instead(heard.tokens, heard.flags, heard.places[-1], COLOR)
        if len(heard.places) > 1 or len(tokens) == 1:
            return heard
        lists = left_out(tokens, flags)
        tagging = self._tag(tokens, flags, lists)
        sure = tagging.intent == "HassLightSet" and tagging.confidence >= SURE
        if not sure or not any(s.label in _PLACES for s in tagging.spans):
            return heard
        color = next(at for at, token in enumerate(tokens) if token.text == COLOR)
        return replace(
            heard,
            tokens=tokens,
            flags=flags,
            lists=lists,
            places=((color, color + 1),),
            tagging=replace(tagging, confidence=heard.tagging.confidence),
        )


_PLACES = frozenset({"name", "area", "floor", "domain", "device_class"})
_TELLING = frozenset({"HassGetState", "HassClimateGetTemperature", "GetVolume", "LastChange"})
_DOING = DEVICE_INTENTS - _TELLING - {OUT_OF_SCOPE}
"""Intents that do something to devices."""


def _overlaps(span: Tagged, heard: _Heard) -> bool:
    return any(span.start < stop and start < span.stop for start, stop in heard.places)


def _tagging(heard: _Heard, intent: str) -> Tagging:
    """What is said besides the name, as tagged words of the intent."""
    tagging = heard.tagging
    if intent in _DELAYED:
        return tagging
    inside = {at for start, stop in heard.places for at in range(start, stop)}
    spans: list[Tagged] = []
    for span in tagging.spans:
        left = [at for at in range(span.start, span.stop) if at not in inside]
        if left and heard.tokens[left[-1]].text == "the":
            left.pop()
        if left:
            spans.append(replace(span, start=left[0], stop=left[-1] + 1))
    domain = None if intent not in _FRAGMENTS else tagging.domain
    return replace(tagging, intent=intent, domain=domain, spans=tuple(spans))


def _restored(
    found: Interpretation, slots: tuple[Slot, ...], said: Replaced, numbers: Sequence[int]
) -> tuple[Interpretation, tuple[Slot, ...]]:
    """A request for later in the owner's words."""

    def in_words(slot: Slot) -> Slot:
        if not isinstance(slot.value, str):
            return slot
        value, text = (said.restored(str(t), numbers) for t in (slot.value, slot.text))
        return replace(slot, value=value, text=text)

    told = replace(
        found,
        text=said.restored(found.text, numbers),
        slots=tuple(in_words(slot) for slot in found.slots),
    )
    return told, tuple(in_words(slot) for slot in slots)


def _cut(heard: _Heard, context: Context) -> tuple[str, tuple[Slot, ...]]:
    """The request without how long it should last, and the slots of that."""
    texts = [token.text for token in heard.tokens]
    for at, word in enumerate(texts):
        if word in _UNTIL and not _within(at, heard):
            for stop in range(len(texts), at + 1, -1):
                said = clock(texts[at + 1 : stop])
                if said is not None and not any(_within(i, heard) for i in range(at, stop)):
                    text, spoken = _without(heard, at, stop)
                    return text, tuple(
                        Slot(name=name, value=value, text=spoken) for name, value in said.items()
                    )
    for span in heard.tagging.spans:
        if span.label != "duration":
            continue
        length = duration(texts[span.start : span.stop])
        before = range(span.start - 1, max(-1, span.start - 1 - _NEAR), -1)
        lead = next((at for at in before if texts[at] in _LEADS), None)
        if length is None or lead is None or texts[lead] not in _LASTING:
            continue
        text, spoken = _without(heard, lead, span.stop)
        return text, tuple(
            Slot(name=name, value=value, text=spoken) for name, value in length.items()
        )
    return heard.text, ()


_LEADS = _LASTING | {"in", "after", "within", "at", "from"}


def _within(at: int, heard: _Heard) -> bool:
    return any(start <= at < stop for start, stop in heard.places)


def _without(heard: _Heard, start: int, stop: int) -> tuple[str, str]:
    """The text without some tokens, and these."""
    words = heard.text.split()
    gone = {token.word for token in heard.tokens[start:stop]}
    kept = " ".join(word for at, word in enumerate(words) if at not in gone)
    return kept, " ".join(words[at] for at in sorted(gone))
