"""What is known about each word of a request: the evidence for words that are not understood.

    words -> is it part of a name of the home? was it taught? did the tagger mark it, and was the
    value read? how near does it sound to what the home knows? how surely was it heard?

The same features in training and on the speaker.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from device.concepts import Concept, Kind
from device.context import Context, Home
from device.events import Hypothesis, Request, Slot
from device.nlu import values, vocabulary
from device.nlu.embedding import Floats, WordTable
from device.nlu.gazetteer import FLAGS, Gazetteer
from device.nlu.intents import INTENTS
from device.nlu.names import key
from device.nlu.numbers import number
from device.nlu.slotvalues import TEXTS
from device.nlu.words import Token, bare, plain, tokenize

_GROUPS = {
    "name": "name",
    "area": "area",
    "floor": "area",
    "domain": "kind",
    "device_class": "kind",
    "color": "word",
    "mode": "word",
    "fan_mode": "word",
    "state": "word",
    "attribute": "word",
    **dict.fromkeys(TEXTS, "text"),
}
SLOT_GROUPS = (*dict.fromkeys(_GROUPS.values()), "value")
"""Groups of the slots that a word can be in; what is in none of the others is a value."""

DOMAINS = (
    *("homeassistant", "light", "cover", "climate", "fan", "vacuum", "lawn_mower"),
    *("media_player", "timer", "alarm", "reminder", "shopping_list", "todo", "conversation"),
    *("time", "weather", "assist_satellite", "none", "other"),
)
"""Domains of intents that the model tells apart; "none" is out of scope."""

DEEDS = (
    *("HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition", "HassGetState"),
    *("HassClimateSetTemperature", "ClimateSetMode", "HassNevermind"),
)
"""Intents that the model can tell from others of their domain."""

SORTS = ("named", "unknown", "device", "foreign", "other")
"""What a request asks as it was understood: surely something of a device or room that the home
lacks; perhaps so; something else of devices; what is not for the speaker; something else."""

SURE = 0.76
"""Confidence from which a request surely names what the home lacks, 0 to 1."""

_OF_DEVICES = frozenset(
    {"homeassistant", "light", "cover", "climate", "fan", "vacuum", "lawn_mower"}
)

WORD_FEATURES = (
    *FLAGS,
    *("taught", "in_table", "value", "kind_word", "near", "slot_read", "slot_confidence"),
    *(f"slot_{group}" for group in SLOT_GROUPS),
    "heard_confidence",
)
REQUEST_FEATURES = (
    *("confidence", "unknown_name", "no_value", "no_target", "spoken", "score"),
    *(f"domain_{domain}" for domain in DOMAINS),
    *(f"intent_{intent}" for intent in DEEDS),
)
FEATURES = (*WORD_FEATURES, *REQUEST_FEATURES)
"""Meaning of each feature of a token, in order; the manifest repeats it."""

_AT = {name: i for i, name in enumerate(FEATURES)}
_VALUED = frozenset(
    str.split(
        "HassLightSet HassSetPosition HassClimateSetTemperature ClimateSetMode HassFanSetSpeed "
        "HassClimateSetFanMode HassSetVolume"
    )
)
"""Intents that say nothing without a value."""

_UNITS = frozenset(str.split("percent % degrees degree ° k kelvin"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A request as the model of gaps sees it."""

    tokens: tuple[Token, ...]
    features: Floats
    """Shape (tokens, len(FEATURES)), 0 to 1."""
    known: npt.NDArray[np.bool_]
    """Which tokens are part of a name of the home or a value that was read."""
    taught: npt.NDArray[np.bool_]
    """Which tokens are part of a name that was taught."""

    @property
    def sort(self) -> str:
        """One of SORTS."""
        return sort(self.features)


def sort(features: Floats) -> str:
    """What a request asks, one of SORTS, by the features of its words."""
    told = features[0]
    if any(told[_AT[f"domain_{domain}"]] for domain in _OF_DEVICES):
        if not told[_AT["unknown_name"]]:
            return "device"
        return "named" if told[_AT["confidence"]] >= SURE else "unknown"
    return "foreign" if told[_AT["domain_none"]] else "other"


class Witness:
    """Collects evidence; indexes the names of a home once."""

    def __init__(self, table: WordTable) -> None:
        """Take the tagger's words."""
        self._table = table
        self._indexed: tuple[Home, tuple[str, ...], Gazetteer, _Sounds] | None = None

    def evidence(
        self, request: Request, context: Context, heard: Hypothesis | None = None
    ) -> Evidence:
        """What is known about the words of a request.

        Args:
            request: As understanding gave it.
            context: The home and what was taught.
            heard: The sentence that it came from, where it was heard.
        """
        names, sounds = self._names(context)
        said = tokenize(request.text)
        tokens = names.mended(said, self._table)
        found = np.zeros((len(tokens), len(FEATURES)), np.float32)
        flags = names.flags(tokens)
        found[:, : len(FLAGS)] = flags
        texts = [t.text for t in tokens]
        taught = _taught(texts, context.concepts)
        valued = _values(texts)
        read = np.zeros(len(tokens), bool)
        for slot, part in _placed(request.slots, texts):
            read[part] |= _mark(found[part], slot, context)
        found[:, _AT["taught"]] = taught
        found[:, _AT["value"]] = valued
        for i, token in enumerate(tokens):
            found[i, _AT["in_table"]] = token.mark or token.text in self._table
            found[i, _AT["kind_word"]] = _is_kind(token.text)
            found[i, _AT["near"]] = sounds.near(token.text)
        _hear(found, tokens, request, heard)
        _whole(found, request, context)
        named = flags[:, : FLAGS.index("list_begin")].any(axis=1)
        return Evidence(said, found, named | valued | read, taught)

    def _names(self, context: Context) -> tuple[Gazetteer, "_Sounds"]:
        lists = tuple(context.notebook.lists)
        at = self._indexed
        if at is None or (at[0] is not context.home and at[0] != context.home) or at[1] != lists:
            home = context.home
            at = (home, lists, Gazetteer(home, lists), _Sounds(home))
            self._indexed = at
        return at[2], at[3]


class _Sounds:
    """Words of the home's names and kinds of devices, by spelling and by sound."""

    def __init__(self, home: Home) -> None:
        names = [n for d in home.devices for n in (d.name, *d.aliases)]
        names += [n for r in home.rooms for n in (r.name, *r.aliases, r.floor or "")]
        names += [*vocabulary.DOMAINS, *vocabulary.COVER_CLASSES, "lights", "lamps", "blinds"]
        self._words = sorted({w for n in names for w in plain(n).split() if len(w) > 2})
        self._keys = [key(word) for word in self._words]
        self._known: dict[str, float] = {}

    def near(self, word: str) -> float:
        """How near a word comes to the nearest of them, 0 to 1; 1 is the word itself."""
        if len(word) < 3 or not word.isalpha():
            return 0.0
        if word not in self._known:
            if len(self._known) > 2_000:
                self._known.clear()
            self._known[word] = max(_best(word, self._words), 0.95 * _best(key(word), self._keys))
        return self._known[word]


def _best(text: str, choices: Sequence[str]) -> float:
    found = process.extractOne(text, choices, scorer=OSA.normalized_similarity)
    return 0.0 if found is None else float(found[1])


def _taught(texts: Sequence[str], concepts: Sequence[Concept]) -> npt.NDArray[np.bool_]:
    """Tokens that are part of what was taught, names and whole sentences alike."""
    found = np.zeros(len(texts), bool)
    for concept in concepts:
        if concept.kind is Kind.PREFERENCE:
            continue
        for start in _places(texts, plain(concept.name).split()):
            found[start : start + len(plain(concept.name).split())] = True
    return found


def _values(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Tokens that are a number, a unit, a colour or a temperature of light."""
    found = np.array([number([t]) is not None or t in _UNITS for t in texts], bool)
    for start in range(len(texts)):
        for stop in range(start + 1, min(start + 3, len(texts)) + 1):
            words = texts[start:stop]
            if " ".join(words) in _NAMED_VALUES:
                found[start:stop] = True
    return found


_NAMED_VALUES = frozenset({*values.COLORS, *values.KELVINS})


def _placed(slots: Sequence[Slot], texts: Sequence[str]) -> Iterator[tuple[Slot, slice]]:
    """Slots with the tokens that they were read from."""
    for slot in slots:
        words = [t.text for t in tokenize(slot.text) if not t.mark]
        if words and len(words) < len(texts):  # else it was gathered from the whole request
            for start in _places(texts, words)[:1]:
                yield slot, slice(start, start + len(words))


def _places(texts: Sequence[str], words: Sequence[str]) -> list[int]:
    count = len(words)
    return [
        i for i in range(len(texts) - count + 1) if count and [*texts[i : i + count]] == [*words]
    ]


def _mark(rows: Floats, slot: Slot, context: Context) -> bool:
    """Note a slot at its words; whether it is a value that was read."""
    group = _GROUPS.get(slot.name, "value")
    read = _read(slot, group, context)
    rows[:, _AT[f"slot_{group}"]] = 1.0
    rows[:, _AT["slot_read"]] = read
    rows[:, _AT["slot_confidence"]] = slot.confidence
    return read and group == "value"


def _read(slot: Slot, group: str, context: Context) -> bool:
    """Whether the value of a slot means something."""
    value = str(slot.value)
    if group in ("name", "area"):
        return _in_home(value, context)
    if slot.name == "color":
        return value in values.COLORS
    if slot.name in ("mode", "fan_mode", "state", "attribute"):
        return any(value in words.values() for words in _FIXED)
    return True


_FIXED = (vocabulary.MODES, vocabulary.FAN_MODES, vocabulary.STATES, vocabulary.ATTRIBUTES)


def _in_home(value: str, context: Context) -> bool:
    home, named = context.home, value.casefold()
    spelled = (n for d in home.devices for n in (d.name, *d.aliases))
    rooms = (n for r in home.rooms for n in (r.name, *r.aliases, r.floor or ""))
    return any(named == n.casefold() for n in (*spelled, *rooms))


def _is_kind(word: str) -> bool:
    one = vocabulary.singular([word])
    return one in vocabulary.DOMAINS or one in vocabulary.COVER_CLASSES


def _hear(
    found: Floats, tokens: Sequence[Token], request: Request, heard: Hypothesis | None
) -> None:
    """How surely each word was heard; what was typed is sure."""
    found[:, _AT["heard_confidence"]] = 1.0
    if heard is None or not heard.words:
        return
    found[:, _AT["spoken"]], found[:, _AT["score"]] = 1.0, heard.score
    sentence = heard.text.split()
    at = [i for start, stop in request.span for i in range(start, min(stop, len(sentence)))]
    words = request.text.split()
    if [bare(sentence[i]).lower() for i in at] != [bare(w).lower() for w in words]:
        return
    if len(heard.words) == len(sentence):
        sure = [heard.words[i].confidence for i in at]
        found[:, _AT["heard_confidence"]] = [sure[t.word] for t in tokens]


def _whole(found: Floats, request: Request, context: Context) -> None:
    """What concerns the request as a whole, the same for each word."""
    said = {s.name for s in request.slots}
    kind = INTENTS.get(request.intent)
    domain = "other" if kind is None else kind.domain or "none"
    domain = domain if domain in DOMAINS else "other"
    unknown = any(
        s.name in ("name", "area") and not _in_home(str(s.value), context) for s in request.slots
    )
    valueless = not any(_GROUPS.get(s.name, "value") in ("value", "word") for s in request.slots)
    whole = {
        "confidence": request.confidence,
        "unknown_name": float(unknown),
        "no_value": float(request.intent in _VALUED and valueless),
        "no_target": float(not said & {"name", "area", "floor", "domain", "device_class"}),
        f"domain_{domain}": 1.0,
    }
    if request.intent in DEEDS:
        whole[f"intent_{request.intent}"] = 1.0
    for name, value in whole.items():
        found[:, _AT[name]] = value
