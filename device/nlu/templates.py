"""Sentence templates in Home Assistant's YAML, read and matched by hassil.

One format has three uses: the owner's custom sentences are matched here word for word;
recognition compiles the same parsed templates, together with the home's names, into what can
be said; the simulator samples them into training text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from hassil import intents as hassil_intents
from hassil.intents import SlotList
from hassil.recognize import RecognizeResult, recognize_all
from hassil.util import merge_dict

from device.context import Context, Home
from device.errors import GrammarError
from device.events import Interpretation, Slot, Source, Value
from device.nlu.anyorder import put_in_any_order
from device.nlu.homelists import SKILL_NAMES, home_lists, skill_names
from device.nlu.intents import INTENTS
from device.nlu.references import check_references
from device.nlu.sentencefiles import UNPARSED, check_shape, files_in, parse_all, read_file
from device.nlu.sentencelimits import Limits, check_amounts
from device.settled import Known

COMMON = Path(__file__).parent / "common.yaml"
"""Lists and expansion rules that every sentence file may use."""

ANSWERS = Path(__file__).parent / "answers.yaml"
"""What people answer to the speaker's own questions."""

PIN_ANSWERS = Path(__file__).parent / "pin_answers.yaml"
"""How people say a PIN, where one is asked for."""

PACKS = Path(__file__).parent.parent / "skills" / "packs"
"""The built-in skill packs."""

_PLACES = ("name", "area", "floor", "domain", "device_class")

CUSTOM = "custom"
"""Domain of an intent that only the owner's sentences know."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Sentences:
    """Templates, parsed and checked."""

    intents: hassil_intents.Intents
    """hassil's form: intents with their templates, slot lists and expansion rules."""

    files: tuple[Path, ...]
    """Where they came from."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to match."""
        return not self.intents.intents


def load_sentences(paths: Iterable[Path], *, limits: Limits | None = None) -> Sentences:
    """Read sentence files in Home Assistant's custom-sentences YAML.

    The lists and rules of `common.yaml` are known to all; a list or rule of the same name
    in a file replaces it.

    Args:
        paths: Files, or folders whose `.yaml` and `.yml` files are read, also in subfolders.
        limits: What a stranger's sentences may amount to; None for the owner's own.

    Raises:
        GrammarError: A file is missing or broken; names the file, the line and what is wrong.
    """
    return _load(paths, limits)


@cache
def builtin_sentences() -> Sentences:
    """The sentences of all built-in skill packs."""
    return _load([PACKS])


@cache
def verbatim_sentences() -> Sentences:
    """Those of the built-in sentences that are understood word for word, by no model."""
    return _load([PACKS / "history", PACKS / "pronunciation"])


@cache
def answer_sentences(*, pin: bool = False) -> Sentences:
    """What people answer to the speaker's own questions; no request is made of them.

    Args:
        pin: Whether a PIN is among the answers.
    """
    return _load([ANSWERS, PIN_ANSWERS] if pin else [ANSWERS])


def _load(paths: Iterable[Path], limits: Limits | None = None) -> Sentences:
    files = [file for path in paths for file in files_in(path)]
    tables = {file: read_file(file) for file in files}
    for file, table in tables.items():
        check_shape(file, table)
    if limits is not None:
        check_amounts(tables, limits)
    table, common = _common()
    try:
        own: dict[str, Any] = {}
        for one in tables.values():
            merge_dict(own, one)
        replaced = own.get("expansion_rules", {}).keys() & common.expansion_rules.keys()
        known = {} if replaced else common.expansion_rules
        parsed = hassil_intents.Intents.from_dict(
            {
                "language": common.language,
                "intents": own.get("intents", {}),
                "lists": {**table["lists"], **own.get("lists", {})},
                # Rules that name one which is replaced mean something else here.
                "expansion_rules": {
                    **(table["expansion_rules"] if replaced else {}),
                    **own.get("expansion_rules", {}),
                },
                "skip_words": [*common.skip_words, *own.get("skip_words", [])],
            }
        )
        for intent in parsed.intents.values():
            for block in intent.data:
                block.sentences  # noqa: B018 - it is only now that hassil parses them
    except UNPARSED as exc:
        for file in files:
            parse_all(file, read_file(file))
        raise GrammarError(f"{files[0]}: {exc}") from exc
    whole = replace(parsed, expansion_rules={**known, **parsed.expansion_rules})
    check_references(whole, files, limits)
    put_in_any_order(parsed, known)
    return Sentences(intents=whole, files=tuple(files))


@cache
def _common() -> tuple[dict[str, Any], hassil_intents.Intents]:
    """What stands in `common.yaml`, and the same parsed."""
    table = read_file(COMMON)
    parsed = hassil_intents.Intents.from_dict(table)
    put_in_any_order(parsed)
    return table, parsed


NO_SENTENCES = Sentences(
    intents=hassil_intents.Intents(language="en", intents={}, skip_words=[]), files=()
)
"""For a speaker whose owner wrote none."""


def match(
    sentences: Sentences, text: str, context: Context, *, intent: str | None = None
) -> Interpretation | None:
    """Match a whole sentence against templates.

    Args:
        sentences: The owner's.
        text: The sentence.
        context: The home, whose names fill `{name}`, `{area}` and `{floor}`.
        intent: The only one whose templates count; None for all.

    Returns:
        What it means, with list values exactly as the YAML writes them, or None. Where
        several templates match, the one with the most literal text counts.
    """
    if sentences.empty or not text.strip():
        return None
    intents = sentences.intents
    if intent is not None:
        asked = {name: one for name, one in intents.intents.items() if name == intent}
        intents = replace(intents, intents=asked)
    where = {"area": context.room} if context.room is not None else {}
    if _packs_answered(context):
        where["answered"] = "pack"
    lists = {**lists_of(context.home), SKILL_NAMES: _skills_of(context.skills)}
    found = recognize_all(text, intents, slot_lists=lists, intent_context=where)
    best = max(found, key=_literal, default=None)
    return None if best is None else _interpretation(best, text, context)


class _Lists:
    """The lists of the last home, made anew only for other names."""

    def __init__(self) -> None:
        self._last: tuple[tuple[object, ...], dict[str, SlotList]] | None = None

    def __call__(self, home: Home) -> dict[str, SlotList]:
        last = self._last
        if last is None or last[0] != home.names:
            last = self._last = (home.names, home_lists(home))
        return last[1]


lists_of = _Lists()
"""The names of a home as hassil slot lists; the same object while the names stay the same."""


class _SkillNames:
    """The names of the skills that were there last, made anew only for others."""

    def __init__(self) -> None:
        self._last: tuple[tuple[Known, ...], SlotList] = ((), skill_names(()))

    def __call__(self, skills: tuple[Known, ...]) -> SlotList:
        if self._last[0] is not skills:
            self._last = (skills, skill_names(skills))
        return self._last[1]


_skills_of = _SkillNames()


def _packs_answered(context: Context) -> bool:
    """Whether packs might have answered what was asked last, and no device was named in it."""
    routes = context.turns[-1].routes if context.turns else ()
    if not routes:
        return False
    last = routes[-1]
    pointed = last.request.meant or any(last.request.slot(s) is not None for s in _PLACES)
    return last.pack or (not pointed and any(c.pack for c in last.candidates))


def _literal(result: RecognizeResult) -> tuple[int, int]:
    wild = sum(len(e.text) for e in result.entities_list if e.is_wildcard)
    return -wild, result.text_chunks_matched


def _interpretation(result: RecognizeResult, text: str, context: Context) -> Interpretation:
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
