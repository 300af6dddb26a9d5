"""The few built-in sentences that are understood word for word, by no model."""

from device.concepts import Kind
from device.context import Context
from device.events import Interpretation
from device.nlu.explanations import explanation
from device.nlu.introductions import introduction
from device.nlu.matching import match
from device.nlu.templates import redefinition_sentences, verbatim_sentences

_NAMED = frozenset({"name", "area", "concept", "definition", "part"})


def verbatim(text: str, context: Context, *, claimed: bool = False) -> Interpretation | None:
    """What a whole sentence means by the built-in sentences, or None.

    Args:
        text: The sentence.
        context: The home, what was taught and who lives here.
        claimed: Whether a sentence of a pack matches as well: then it is nobody's introduction.
    """
    found = match(verbatim_sentences(), text, context)
    if found is not None:
        elsewhere = _about_devices(found, context) or _about_the_world(found, context)
        return None if elsewhere else found
    if claimed:
        return None
    return introduction(text, context) or _redefinition(text, context) or explanation(text, context)


def _redefinition(text: str, context: Context) -> Interpretation | None:
    """What was taught before, explained anew."""
    found = match(redefinition_sentences(), text, context) if context.taught else None
    return None if found is None or _about_devices(found, context) else found


def _about_devices(found: Interpretation, context: Context) -> bool:
    """Whether what looks like a change of a concept sets devices that it is a name for.

    "Set the nook to 40" is about the lamps there, where the nook is a name for lamps, and so is
    "what is the color of the nook".
    """
    said = {slot.name: slot.value for slot in found.slots}
    sets = found.intent == "ChangeConcept" and said.keys() - _NAMED
    if not sets and not (found.intent == "DescribeConcept" and "attribute" in said):
        return False
    meant = (c.meaning for c in context.concepts if c.name == said.get("concept"))
    return any((m.devices or m.area is not None) and not m.settings for m in meant)


def _about_the_world(found: Interpretation, context: Context) -> bool:
    """Whether a question is about a thing that somebody likes, and not about the liking.

    "What is jazz" asks what jazz is, also of who was told that somebody likes it.
    """
    said = {slot.name: slot.value for slot in found.slots}
    kinds = {c.kind for c in context.concepts if c.name == said.get("concept")}
    return found.intent == "DescribeConcept" and kinds == {Kind.PREFERENCE}
