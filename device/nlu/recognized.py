"""What hassil recognized, in the speaker's words."""

from hassil.recognize import RecognizeResult

from device.context import Context
from device.events import Interpretation, Slot, Source, Value
from device.nlu.intents import INTENTS
from device.nlu.templates import CUSTOM


def literal(result: RecognizeResult) -> tuple[int, int]:
    """How literal a match is: more where less of it is open text, then with more own words."""
    wild = sum(len(e.text) for e in result.entities_list if e.is_wildcard)
    return -wild, result.text_chunks_matched


def interpretation(result: RecognizeResult, text: str, context: Context) -> Interpretation:
    """What hassil found, in our words."""
    slots: dict[str, Slot] = {}
    for entity in result.entities_list:
        if not entity.text.strip() and entity.name == "area" and "area" in result.context:
            continue  # filled in by hassil from the speaker's room, not said
        value = slot_value(entity.value)
        if value is not None:
            said = entity.text.strip() or str(value)
            slots.setdefault(entity.name, Slot(name=entity.name, value=value, text=said))
    known = INTENTS.get(result.intent.name)
    domain = slots["domain"].value if "domain" in slots else None
    if domain is None and "name" in slots:
        kinds = [d.kind for d in context.home.devices if d.name == slots["name"].value]
        domain = kinds[0] if kinds else None
    if domain is None:
        domain = known.domain if known is not None else CUSTOM
    return Interpretation(
        text=text,
        domain=str(domain),
        intent=result.intent.name,
        slots=tuple(slots.values()),
        confidence=1.0,
        source=Source.SENTENCE,
    )


def slot_value(found: object) -> Value | None:
    """A slot value that JSON and skills can carry."""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float) and found.is_integer():
        return int(found)
    if isinstance(found, int | float):
        return found
    if found is None:
        return None
    return str(found).strip()
