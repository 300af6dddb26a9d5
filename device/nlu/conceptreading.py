"""What a request with a taught name in it asks for.

A scene stands in the name's place (`standins`). A small model tells what is wanted with it and how
long ("for an hour", "until nine"); that is cut off, for the tagger would take it for a timer.
What the tagger marks besides the scene is where: rooms, devices, kinds, what is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from device.context import Context
from device.events import Interpretation, Request, Slot, Span, Value
from device.nlu.embedding import Floats
from device.nlu.gazetteer import Gazetteer
from device.nlu.intents import CONTINUED, CORRECTED
from device.nlu.leftout import LeftOut, kept, left_out
from device.nlu.resolve import request, resolve
from device.nlu.standins import COLOR, Replaced, flagged, instead, places
from device.nlu.tagger import Span as Tagged
from device.nlu.tagger import Tagging
from device.nlu.times import clock, duration
from device.nlu.uses import Use, Uses, Wish
from device.nlu.words import Token, tokenize

Tag = Callable[[Sequence[Token], Floats, Sequence[LeftOut]], Tagging]
"""Tokens, their flags and what is left out among them -> how the tagger reads the rest."""

SET, LEAVE, ASK = "SetConcept", "LeaveConcept", "ConceptState"

SURE = 0.8
"""Confidence from which what a colour is said of is what should take the concept."""

_DELAYED = frozenset({"HassStartTimer", "ScheduleCommand"})
_FRAGMENTS = frozenset({CONTINUED, CORRECTED})
_INTENTS = {Wish.SET: SET, Wish.LEAVE: LEAVE, Wish.ASK: ASK}
_VALUES = frozenset({"brightness", "color", "brightness_step"})
_PLACES = frozenset({"name", "area", "floor", "domain", "device_class"})
_LINKS = frozenset(
    {"for", "until", "till", "til", "the", "next", "about", "just", "another", "up", "to"}
)


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
    use: Use


class ConceptReading:
    """Reads requests with stand-ins in them."""

    def __init__(self, tag: Tag, uses: Uses) -> None:
        """Take the tagger and what tells what is wanted with a name."""
        self._tag = tag
        self._uses = uses

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
        if not heard.places or len(heard.places) != len(numbers) or _left_out(heard):
            return None
        intent = _intent(heard)
        text, lasting = _cut(heard) if intent == SET else (text, ())
        if lasting:
            heard = self._hear(text, said, names)
        if intent is None or not heard.places:
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
            slots = (named, *slots, *lasting)
            found = replace(found, text=said.restored(found.text, numbers))
        return found, request(found, slots, said.span(span))

    def _hear(self, text: str, said: Replaced, names: Gazetteer) -> _Heard:
        tokens = tokenize(text)
        where = places(tokens, said.scene)
        flags = flagged(names.flags(tokens), where, "scene")
        lists = left_out(tokens, flags)
        return _Heard(
            text=text,
            tokens=tokens,
            flags=flags,
            lists=lists,
            places=where,
            tagging=self._tag(tokens, flags, lists),
            use=self._used(tokens, flags, lists, where[-1:]),
        )

    def _used(
        self,
        tokens: Sequence[Token],
        flags: Floats,
        lists: Sequence[LeftOut],
        where: Sequence[tuple[int, int]],
    ) -> Use:
        """What is wanted, by the words that leave nothing out."""
        rest = kept(len(tokens), lists)
        if not lists or any(start not in rest for start, _ in where):
            return self._uses.read(tokens, flags, where)
        seen = [(rest.index(start), rest.index(stop - 1) + 1) for start, stop in where]
        use = self._uses.read([tokens[at] for at in rest], flags[rest], seen)
        lasting = tuple((rest[start], rest[stop - 1] + 1) for start, stop in use.lasting)
        return replace(use, lasting=lasting)

    def _colored(self, heard: _Heard) -> _Heard:
        """As read with a colour in the name's place, where that tells what should take it."""
        tokens, flags = instead(heard.tokens, heard.flags, heard.places[-1], COLOR)
        if len(heard.places) > 1 or len(tokens) == 1 or heard.lists:
            return heard
        lists = left_out(tokens, flags)
        tagging = self._tag(tokens, flags, lists)
        sure = tagging.intent == "HassLightSet" and tagging.confidence >= SURE
        if not sure or not any(s.label in _PLACES | {"scope"} for s in tagging.spans):
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


def _intent(heard: _Heard) -> str | None:
    """What is asked of the concept; None where the words are about something else."""
    wish, intent = heard.use.wish, heard.tagging.intent
    if wish is Wish.LATER and intent not in _DELAYED and _valued(heard):
        return SET
    if wish is Wish.LATER:
        texts = (s for s in heard.tagging.spans if s.label == "conversation_command")
        return intent if intent in _DELAYED and any(_overlaps(s, heard) for s in texts) else None
    if wish is Wish.SET and intent in _FRAGMENTS:
        return intent
    return _INTENTS.get(wish)


def _valued(heard: _Heard) -> tuple[Tagged, ...]:
    """Where a value is said besides the name: "X at 40 percent", "X but green"."""
    sure = (s for s in heard.tagging.spans if s.label in _VALUES and s.confidence >= SURE)
    return tuple(span for span in sure if not _overlaps(span, heard))


def _left_out(heard: _Heard) -> bool:
    """Whether a name stands in what is left out: then it is no use of the concept."""
    return any(out.start <= start < out.stop for out in heard.lists for start, _ in heard.places)


def _overlaps(span: Tagged, heard: _Heard) -> bool:
    return any(span.start < stop and start < span.stop for start, stop in heard.places)


def _tagging(heard: _Heard, intent: str) -> Tagging:
    """What is said besides the name, as tagged words of the intent."""
    tagging = heard.tagging
    if intent in _DELAYED:
        return tagging
    inside = {at for start, stop in heard.places for at in range(start, stop)}
    spans: list[Tagged] = []
    valued = _valued(heard) if intent == SET else ()
    for span in (s for s in tagging.spans if s.label not in _VALUES or s in valued):
        left = [at for at in range(span.start, span.stop) if at not in inside]
        if left and heard.tokens[left[-1]].text == "the":
            left.pop()
        if left:
            spans.append(replace(span, start=left[0], stop=left[-1] + 1))
    domain = None if intent not in _FRAGMENTS else tagging.domain
    return replace(
        tagging,
        intent=intent,
        domain=domain,
        confidence=heard.use.confidence,
        spans=tuple(spans),
    )


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


def _cut(heard: _Heard) -> tuple[str, tuple[Slot, ...]]:
    """The request without how long it should last, and the slots of that."""
    for start, stop in heard.use.lasting:
        if any(start < last and first < stop for first, last in heard.places):
            continue
        words = [token.text for token in heard.tokens[start:stop]]
        while words and words[0] in _LINKS:
            words.pop(0)
        found: Mapping[str, Value] | None = duration(words) or clock(words)
        if found is not None:
            text, spoken = _without(heard, start, stop)
            slots = (Slot(name=name, value=value, text=spoken) for name, value in found.items())
            return text, tuple(slots)
    return heard.text, ()


def _without(heard: _Heard, start: int, stop: int) -> tuple[str, str]:
    """The text without some tokens, and these."""
    words = heard.text.split()
    gone = {token.word for token in heard.tokens[start:stop]}
    kept = " ".join(word for at, word in enumerate(words) if at not in gone)
    return kept, " ".join(words[at] for at in sorted(gone))
