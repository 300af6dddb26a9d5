"""Slots whose value is in their words alone: quantities, times, texts, words with a meaning.

The tagger marks the words; what it left unmarked is read only where a request would have no
value at all: "the lamp a bit brighter" changes something, whichever word was missed.
"""

from device.context import Context
from device.events import Value
from device.nlu import times, values, vocabulary
from device.nlu.intents import INTENTS
from device.nlu.reading import Reading
from device.nlu.tagger import Span as Tagged

TEXTS = ("item", "words", "message", "search_query", "conversation_command", "zone")
"""Slots that are text as it was said."""

_STEPS = ("brightness_step", "temperature_step", "position_step", "percentage_step", "volume_step")
_LEVELS = ("brightness", "position", "volume_level")
_WORDS = {
    "state": vocabulary.STATES,
    "mode": vocabulary.MODES,
    "fan_mode": vocabulary.FAN_MODES,
    "media_class": vocabulary.MEDIA_CLASSES,
    "attribute": vocabulary.ATTRIBUTES,
}
_NAMES = ("name", "area", "floor", "domain", "device_class", "scope")
_NEEDED = {
    "HassLightSet": "brightness",
    "HassFanSetSpeed": "percentage",
    "HassClimateSetTemperature": "temperature",
    "HassSetVolume": "volume_level",
    "HassSetVolumeRelative": "volume_step",
    "HassSetPosition": "position",
}
"""Intents that say nothing without a value, and the value that is most often meant."""


def read_values(reading: Reading, intent: str, context: Context) -> None:
    """Put the values of all slots that need no names into the reading."""
    for span in reading.spans:
        _value(reading, span, intent, context)
    _steps(reading)
    _times(reading, context)
    wanted = _NEEDED.get(intent)
    alike = ("color", "temperature", "temperature_step")
    given = INTENTS[intent].slots & set(reading.slots)
    if wanted and not any(s in alike or s.startswith(wanted.split("_")[0]) for s in given):
        _unmarked(reading, wanted)


def _unmarked(reading: Reading, wanted: str) -> None:
    """A value among the words that name no device or place: colour, amount or direction."""
    tagged = {i for s in reading.spans if s.label in _NAMES for i in range(s.start, s.stop)}
    words = [t.text for i, t in enumerate(reading.tokens) if i not in tagged]
    around = Tagged(label=wanted, start=0, stop=len(reading.tokens), confidence=0.5)
    found: dict[str, Value | None] = {}
    if wanted == "brightness":
        found["color"] = values.color(words)
    if not wanted.endswith("step"):
        found[wanted] = values.amount_in(words, levels=wanted != "temperature")
    name = wanted if wanted.endswith("step") else f"{wanted.removesuffix('_level')}_step"
    found[name] = values.step([words])
    for slot, value in found.items():
        if value is not None:
            reading.put(slot, value, around)
            return


def _value(reading: Reading, span: Tagged, intent: str, context: Context) -> None:
    """Slots whose value does not depend on others."""
    label, words = span.label, reading.texts(span)
    value: Value | None
    if label in _LEVELS:
        value = values.level(words)
    elif label == "percentage":
        value = values.speed(words)
    elif label == "temperature":
        value = values.kelvin(words) if intent == "HassLightSet" else values.amount(words)
    elif label == "color":
        value = values.color(words) or reading.typed(span).lower()
    elif label in _WORDS:
        said = " ".join(words)
        value = _WORDS[label].get(said, said)
    elif label in TEXTS:
        value = reading.typed(span)
    elif label in ("duration", "start_duration"):
        prefix = "start_" if label.startswith("start") else ""
        for unit, count in (times.duration(words) or {}).items():
            reading.put(prefix + unit, count, span)
        return
    elif label == "days":
        value = times.days(words)
    else:
        return
    reading.put(label, value, span)


def _steps(reading: Reading) -> None:
    """Relative changes, whose direction and size stand apart: "brighten ... by 10 percent".

    "Turn it up to 20" is no change but a value.
    """
    tagged = {i for s in reading.spans for i in range(s.start, s.stop)}
    others = [t.text for i, t in enumerate(reading.tokens) if i not in tagged]
    for label in _STEPS:
        spans = reading.labelled(label)
        if spans:
            change = values.step([reading.texts(s) for s in spans], others)
            if label.removesuffix("_step") not in reading.slots:
                reading.put(label, change, spans[-1])


def _times(reading: Reading, context: Context) -> None:
    """Clock time and date; "tomorrow evening at 7" is seven in the evening."""
    part = None
    for span in reading.labelled("date"):
        found = times.day(reading.texts(span), context.now.date())
        if found is not None:
            reading.put("date", found[0], span)
            part = found[1]
    for span in reading.labelled("time"):
        words = reading.texts(span)
        said = times.clock(words)
        if said is not None and "meridiem" not in said and part is not None:
            said = times.clock([*words, part])
        for name, value in (said or {}).items():
            reading.put(name, value, span)
