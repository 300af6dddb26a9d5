"""Words with a fixed meaning in Home Assistant: kinds of devices, states, modes, quantities."""

from collections.abc import Mapping
from typing import Final

DOMAINS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("light", "lighting", "lamp", "lit", "light up", "illuminate"), "light"),
    "dark": "light",
    "fan": "fan",
    **dict.fromkeys(("switch", "switche", "plug", "outlet", "socket"), "switch"),
    "lock": "lock",
    **dict.fromkeys(("cover", "window covering"), "cover"),
    **dict.fromkeys(("thermostat", "heating", "heat", "heater", "radiator", "ac"), "climate"),
    **dict.fromkeys(("air conditioning", "air conditioner", "climate"), "climate"),
    **dict.fromkeys(("media player", "tv", "television", "speaker", "radio"), "media_player"),
    "stereo": "media_player",
    **dict.fromkeys(("vacuum", "vacuum cleaner", "robot vacuum", "robot", "hoover"), "vacuum"),
    **dict.fromkeys(("mower", "lawn mower", "robot mower"), "lawn_mower"),
}
"""Kinds of devices, in the singular."""

COVER_CLASSES: Final[Mapping[str, str]] = {
    "awning": "awning",
    "blind": "blind",
    "curtain": "curtain",
    "drape": "curtain",
    "door": "door",
    "garage": "garage",
    "garage door": "garage",
    "gate": "gate",
    "shade": "shade",
    "shutter": "shutter",
    "window": "window",
}
SENSOR_CLASSES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("humidity", "humid", "damp"), "humidity"),
    "air quality": "aqi",
    "co2": "carbon_dioxide",
    "carbon dioxide": "carbon_dioxide",
    "illuminance": "illuminance",
    "light level": "illuminance",
    "power": "power",
    "power consumption": "power",
    "energy": "energy",
    "energy consumption": "energy",
    "pressure": "pressure",
    "moisture": "moisture",
    "battery": "battery",
    "battery level": "battery",
    "temperature": "temperature",
}
PEOPLE: Final = frozenset(
    {"anyone", "anybody", "someone", "somebody", "everyone", "everybody", "who", "people", "person"}
    | {"persons"}
)
"""Whom a question is about: who is in a room is told by sensors, who is at home by themselves."""

PRESENCE_CLASSES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("motion", "movement"), "motion"),
    **dict.fromkeys(("presence", "occupancy", *sorted(PEOPLE)), "occupancy"),
    "smoke": "smoke",
    **dict.fromkeys(("water", "a leak", "leak"), "moisture"),
}
CONTACTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("open", "unlocked", "detected", "triggered", "occupied"), "on"),
    **dict.fromkeys(("closed", "locked", "clear", "empty", "unoccupied"), "off"),
}
"""What the states of a binary sensor are called -> the two that it has."""

STATES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("on", "running", "lit", "burning"), "on"),
    **dict.fromkeys(("off", "out"), "off"),
    "open": "open",
    **dict.fromkeys(("closed", "shut", "close"), "closed"),
    "opening": "opening",
    **dict.fromkeys(("closing", "shutting"), "closing"),
    **dict.fromkeys(("locked", "securely locked", "lock"), "locked"),
    **dict.fromkeys(("unlocked", "unlock"), "unlocked"),
    "playing": "playing",
    "paused": "paused",
    "heating": "heat",
    "cooling": "cool",
}
MODES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("heat", "heating"), "heat"),
    **dict.fromkeys(("cool", "cooling"), "cool"),
    **dict.fromkeys(("auto", "automatic"), "auto"),
    **dict.fromkeys(("heat cool", "heat and cool"), "heat_cool"),
    **dict.fromkeys(("dry", "drying", "dehumidify"), "dry"),
    **dict.fromkeys(("fan", "fan only"), "fan_only"),
    "off": "off",
}
FAN_MODES: Final[Mapping[str, str]] = {
    "automatic": "auto",
    "focused": "focus",
    "diffused": "diffuse",
}
MEDIA_CLASSES: Final[Mapping[str, str]] = {
    **{c: c for c in ("artist", "album", "track", "playlist", "podcast", "movie")},
    "song": "track",
    "show": "tv_show",
    "tv": "tv_show",
    "tv show": "tv_show",
}
ATTRIBUTES: Final[Mapping[str, str]] = {
    **{c: c for c in ("brightness", "position", "color", "battery", "volume", "mode")},
    "colour": "color",
    "speed": "fan_speed",
    **dict.fromkeys(("battery level", "charge"), "battery"),
    "target temperature": "target_temperature",
}
EXCEPTING: Final = frozenset(
    {"except", "excepting", "but", "besides", "excluding", "without", "minus", "barring"}
)
"""Words that leave something out of a group; "apart from" and "other than" do as well."""
BETWEEN: Final = frozenset(
    {
        "the",
        "my",
        "our",
        "in",
        "on",
        "at",
        "of",
        "for",
        "from",
        "than",
        "not",
        "one",
        "ones",
        "those",
    }
)
"""Words that may stand between these and what is left out."""

_SCOPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("all", "every", "each", "everything", "everywhere", "whole"), "all"),
    **dict.fromkeys(("any", "some", "anything"), "any"),
    **dict.fromkeys(("which", "what"), "which"),
    **dict.fromkeys(("other", "another", "others"), "other"),
    **dict.fromkeys(("here", "this"), "here"),
}

_POINTING = frozenset({"it", "that", "this", "them", "those", "these", "one", "ones"})
"""Words that point at what was spoken of or is plain to see."""


def scope_of(words: list[str]) -> str:
    """One of `device.nlu.intents.SCOPES` for the words of a quantity, or ""."""
    if words[:1] == ["how"]:
        return "how_many"
    if words and set(words) <= _POINTING:
        return "it"
    found = next((_SCOPES[w] for w in words if w in _SCOPES), "")
    return "here" if not found and words[:2] == ["in", "the"] else found


def singular(words: list[str]) -> str:
    """Words of a kind in the singular: "garage doors" is "garage door"."""
    text = " ".join(words)
    if text in ("switches", "awnings"):
        return "switch" if text == "switches" else "awning"
    return text.removesuffix("s") if not text.endswith("ss") else text
