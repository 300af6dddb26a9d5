"""Sentence templates in Home Assistant's YAML, read and matched by hassil.

One format has three uses: the owner's custom sentences are matched here word for word;
recognition compiles the same parsed templates, together with the home's names, into what can
be said; the simulator samples them into training text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from hassil import intents as hassil_intents
from hassil.expression import Sentence as Template
from hassil.intents import SlotList
from hassil.util import merge_dict

from device.context import Home
from device.errors import GrammarError
from device.nlu.anyorder import put_in_any_order
from device.nlu.homelists import home_lists
from device.nlu.references import check_references
from device.nlu.sentencefiles import UNPARSED, Table, check_shape, files_in, parse_all, read_file
from device.nlu.sentencelimits import Limits, check_amounts

COMMON = Path(__file__).parent / "common.yaml"
"""Lists and expansion rules that every sentence file may use."""

ANSWERS = Path(__file__).parent / "answers.yaml"
"""What people answer to the speaker's own questions."""

PIN_ANSWERS = Path(__file__).parent / "pin_answers.yaml"
"""How people say a PIN, where one is asked for."""

DEFINITIONS = Path(__file__).parent / "definitions.yaml"
"""What people say when they are asked what a word means."""

TEACHING = Path(__file__).parent / "teaching.yaml"
"""How words are said that were taught, or that nobody has taught yet."""

INTRODUCTIONS = Path(__file__).parent / "introductions.yaml"
"""How people say who speaks."""

REDEFINITIONS = Path(__file__).parent / "redefinitions.yaml"
"""How people say anew, in words of their own, what something that they taught means."""

PACKS = Path(__file__).parent.parent / "skills" / "packs"
"""The built-in skill packs."""


CUSTOM = "custom"
"""Domain of an intent that only the owner's sentences know."""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Sentences:
    """Templates, parsed and checked; what was read anew is something else."""

    intents: hassil_intents.Intents
    """hassil's form: intents with their templates, slot lists and expansion rules."""

    files: tuple[Path, ...]
    """Where they came from."""

    pack: str = ""
    """Id of the skill pack that they belong to; "" for the owner's own."""

    digest: str = ""
    """SHA-256 of what it was read from, where somebody counted on it; else ""."""

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
def heard_sentences() -> Sentences:
    """What recognition knows besides names: the built-in sentences, and those about teaching."""
    ours, more = builtin_sentences().intents, _load([TEACHING]).intents
    names = dict.fromkeys((*ours.intents, *more.intents))
    whole = replace(
        ours,
        intents={name: _both(name, ours.intents, more.intents) for name in names},
        slot_lists={**more.slot_lists, **ours.slot_lists},
        expansion_rules={**more.expansion_rules, **ours.expansion_rules},
    )
    return Sentences(intents=whole, files=builtin_sentences().files)


def _both(
    name: str, ours: Mapping[str, hassil_intents.Intent], more: Mapping[str, hassil_intents.Intent]
) -> hassil_intents.Intent:
    """An intent with the sentences that both have for it."""
    blocks = [block for one in (ours, more) if name in one for block in one[name].data]
    return hassil_intents.Intent(name, data=blocks)


@cache
def verbatim_sentences() -> Sentences:
    """Those of the built-in sentences that are understood word for word, by no model."""
    return _load([PACKS / name for name in ("history", "lessons", "pronunciation", "skills")])


@cache
def answer_sentences(*, pin: bool = False) -> Sentences:
    """What people answer to the speaker's own questions; no request is made of them.

    Args:
        pin: Whether a PIN is among the answers.
    """
    return _load([ANSWERS, DEFINITIONS, *([PIN_ANSWERS] if pin else [])])


@cache
def introduction_sentences() -> Sentences:
    """How people say who speaks, with any name."""
    return _load([INTRODUCTIONS])


@cache
def redefinition_sentences() -> Sentences:
    """How people say anew what something that they taught means."""
    return _load([REDEFINITIONS])


def _load(paths: Iterable[Path], limits: Limits | None = None) -> Sentences:
    files = [file for path in paths for file in files_in(path)]
    tables = {file: read_file(file) for file in files}
    for file, table in tables.items():
        check_shape(file, table)
    if limits is not None:
        check_amounts(tables, limits)
    try:
        parsed, known = _parsed(tables.values())
    except UNPARSED as exc:
        for file in files:
            parse_all(file, read_file(file))
        raise GrammarError(f"{files[0]}: {exc}") from exc
    shared = _common()[1].slot_lists
    whole = replace(
        parsed,
        slot_lists={**shared, **parsed.slot_lists},
        expansion_rules={**known, **parsed.expansion_rules},
    )
    check_references(whole, files, limits)
    put_in_any_order(parsed, known)
    return Sentences(intents=whole, files=tuple(files))


def _parsed(tables: Iterable[Table]) -> tuple[hassil_intents.Intents, Mapping[str, Template]]:
    """Files put together and parsed, and the rules of `common.yaml` that they may use."""
    own: Table = {}
    for table in tables:
        merge_dict(own, table)
    everyones, common = _common()
    lists, rules = own.get("lists", {}), own.get("expansion_rules", {})
    known: Mapping[str, Template] = common.expansion_rules
    if rules.keys() & known.keys():
        # Rules that name one which is replaced mean something else here.
        rules, known = {**everyones["expansion_rules"], **rules}, {}
    # hassil puts templates with open text into an order of their own.
    wild = {name: one for name, one in everyones["lists"].items() if one.get("wildcard")}
    parsed = hassil_intents.Intents.from_dict(
        {
            "language": common.language,
            "intents": own.get("intents", {}),
            "lists": {**wild, **lists},
            "expansion_rules": rules,
            "skip_words": [*common.skip_words, *own.get("skip_words", [])],
        }
    )
    for intent in parsed.intents.values():
        for block in intent.data:
            block.sentences  # noqa: B018 - hassil parses them when they are first asked for
    return parsed, known


@cache
def _common() -> tuple[Table, hassil_intents.Intents]:
    """What stands in `common.yaml`, and the same parsed."""
    table = read_file(COMMON)
    parsed = hassil_intents.Intents.from_dict(table)
    put_in_any_order(parsed)
    return table, parsed


NO_SENTENCES = Sentences(
    intents=hassil_intents.Intents(language="en", intents={}, skip_words=[]), files=()
)
"""For a speaker whose owner wrote none."""


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
