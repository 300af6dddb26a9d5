"""Files of sentences: found, read, and checked so that each complaint names its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml
from hassil import intents as hassil_intents
from hassil.errors import HassilError
from hassil.parser import ParseError

from device.errors import GrammarError
from device.nlu.sentencelimits import check_nodes

Table = dict[str, Any]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_NUMBERS = 20_000
"""Of one list; recognition knows each of them by its sound."""


def files_in(path: Path) -> list[Path]:
    """The file, or the YAML files of a folder and its subfolders, sorted.

    Raises:
        GrammarError: There is neither.
    """
    if path.is_dir():
        return sorted(f for f in path.rglob("*") if f.suffix in (".yaml", ".yml"))
    if not path.is_file():
        raise GrammarError(f"sentences {path} do not exist; name a YAML file or a folder of them")
    return [path]


def read_file(file: Path) -> dict[str, Any]:
    """What stands in a file.

    Raises:
        GrammarError: It cannot be read, is no YAML or no table, or has no end; names the line.
    """
    try:
        table = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as exc:
        line = f" line {exc.problem_mark.line + 1}:" if exc.problem_mark else ""
        raise GrammarError(f"{file}:{line} {exc.problem or 'not YAML'}") from exc
    except RecursionError as exc:
        raise GrammarError(f"{file}: not readable as YAML: nested too deeply") from exc
    except (OSError, ValueError, yaml.YAMLError) as exc:
        raise GrammarError(f"{file}: not readable as YAML: {exc}") from exc
    if not isinstance(table, dict):
        found = type(table).__name__
        raise GrammarError(f"{file}: wanted a table with `intents`, found {found}")
    check_nodes(file, table)
    return table


def check_shape(file: Path, table: Mapping[str, Any]) -> None:
    """Make sure of the shape that hassil takes for granted.

    Raises:
        GrammarError: Something is of another kind; names the place.
    """
    _shaped(file, "", table, _File)
    for name, intent in table.get("intents", {}).items():
        _shaped(file, f" intent {name}:", intent, _Intent)
        for block in intent["data"]:
            for inner, listed in block.get("lists", {}).items():
                _shaped(file, f" list {inner} of intent {name}:", listed, _List)
    for name, listed in table.get("lists", {}).items():
        _shaped(file, f" list {name}:", listed, _List)
    for name, rule in table.get("expansion_rules", {}).items():
        _shaped(file, f" expansion rule {name}:", rule, str)


def _shaped(file: Path, what: str, found: object, wanted: type[Any]) -> None:
    try:
        msgspec.convert(found, wanted)
    except msgspec.ValidationError as exc:
        raise GrammarError(f"{file}:{what} {exc}") from exc


class _Range(msgspec.Struct):
    start: int = msgspec.field(name="from")
    stop: int = msgspec.field(name="to")
    step: int = 1

    def __post_init__(self) -> None:
        if (self.stop - self.start) // max(self.step, 1) >= _MOST_NUMBERS:
            raise ValueError(
                f"a range may have {_MOST_NUMBERS} numbers at most, "
                f"found {self.start} to {self.stop} in steps of {self.step}"
            )


class _Text(msgspec.Struct):
    text: str = msgspec.field(name="in")
    context: Table | None = None
    metadata: Table | None = None


class _List(msgspec.Struct):
    values: list[str | _Text] | None = None
    range: _Range | None = None
    wildcard: bool = False

    def __post_init__(self) -> None:
        if self.values is None and self.range is None and not self.wildcard:
            raise ValueError("a list needs `values`, `range` or `wildcard`")


class _Block(msgspec.Struct):
    sentences: list[str]
    slots: Table = {}
    requires_context: Table = {}
    excludes_context: Table = {}
    metadata: Table | None = None
    lists: Table = {}
    expansion_rules: dict[str, str] = {}
    settings: Table = {}


class _Intent(msgspec.Struct):
    data: Annotated[list[_Block], msgspec.Meta(min_length=1)]


class _File(msgspec.Struct):
    intents: Table = {}
    lists: Table = {}
    expansion_rules: Table = {}
    skip_words: list[str] = []
    settings: Table = {}


UNPARSED = (HassilError, ParseError, ValueError, TypeError, AssertionError, RecursionError)
"""What hassil raises for something that it cannot parse."""


def parse_all(file: Path, table: Mapping[str, Any]) -> None:
    """Parse each sentence, rule and list by itself, after they could not be parsed together.

    Raises:
        GrammarError: The first that cannot be parsed; names its place.
    """
    for intent in table.get("intents", {}).values():
        for block in intent["data"]:
            for text in block["sentences"]:
                _parse(file, text)
            for rule in block.get("expansion_rules", {}).values():
                _parse(file, rule)
    for rule in table.get("expansion_rules", {}).values():
        _parse(file, rule)
    try:
        hassil_intents.Intents.from_dict({"language": "en", "intents": {}, **table})
    except UNPARSED as exc:
        raise GrammarError(f"{file}: {exc}") from exc


def _parse(file: Path, text: str) -> None:
    try:
        hassil_intents.parse_sentence(text)
    except UNPARSED as exc:
        lines = file.read_text(encoding="utf-8").splitlines()
        at = next((i for i, line in enumerate(lines, 1) if text in line), None)
        where = f" line {at}:" if at else ""
        raise GrammarError(f"{file}:{where} cannot parse the sentence {text!r}: {exc}") from exc
