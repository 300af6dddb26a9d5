"""How large sentence files may be: what strangers wrote must not take the speaker's time.

A few lines can stand for a billion nodes of YAML (aliases within aliases), for a billion parts
of a template (rules that name two others each) or for a list without end. Everything here is
counted, never written out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hassil.expression import Expression, Group, ListReference, Permutation, RuleReference
from hassil.expression import Sentence as Template
from hassil.intents import SlotList, TextSlotList

from device.errors import GrammarError

MOST_NODES = 1_000_000
"""Of a YAML file with its aliases followed."""

MOST_PARTS = 20_000
"""Of a template with its rules written out."""

DEEPEST = 40
"""Rules and lists within each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the sentences of one author may amount to."""

    files: int
    file_bytes: int
    sentences: int
    """In all files together; so is what follows."""
    values: int
    """Of lists, each number of a range counted."""
    rules: int
    parts: int
    """Of templates with their rules written out."""
    characters: int
    """Of one template, rule or list value."""
    nested: int
    """Brackets within brackets."""


PACK_LIMITS = Limits(
    files=20,
    file_bytes=256 * 1024,
    sentences=500,
    values=5_000,
    rules=200,
    parts=20_000,
    characters=500,
    nested=12,
)
"""For skill packs. Built-in packs have 190 sentences at most."""


def check_nodes(file: Path, found: object) -> None:
    """Make sure that a YAML tree is not endless once its aliases are followed.

    Raises:
        GrammarError: It is.
    """
    sizes: dict[int, int] = {}
    stack: list[tuple[Any, bool]] = [(found, False)]
    while stack:
        node, counted = stack.pop()
        inner = _inside(node)
        if counted:
            sizes[id(node)] = 1 + sum(sizes.get(id(one), 1) for one in inner)
            if sizes[id(node)] > MOST_NODES:
                raise GrammarError(
                    f"{file}: more than {MOST_NODES} values when its aliases (*) are followed"
                )
        elif id(node) not in sizes:
            # A list that holds itself is met again before it was counted: it has no end.
            sizes[id(node)] = MOST_NODES + 1 if inner else 1
            stack.append((node, True))
            stack += [(one, False) for one in inner]


def _inside(node: object) -> list[Any]:
    if isinstance(node, dict):
        return [*node.keys(), *node.values()]
    return list(node) if isinstance(node, list) else []


def check_amounts(tables: Mapping[Path, Mapping[str, Any]], limits: Limits) -> None:
    """Make sure that files of the right shape hold no more than they may.

    Raises:
        GrammarError: One does; says how much of what.
    """
    sentences = values = rules = 0
    for file, table in tables.items():
        for text in _texts(table):
            _check_text(file, text, limits)
        blocks = [block for intent in table.get("intents", {}).values() for block in intent["data"]]
        sentences += sum(len(block["sentences"]) for block in blocks)
        values += sum(_values(listed) for part in (table, *blocks) for listed in _lists(part))
        rules += sum(len(part.get("expansion_rules", {})) for part in (table, *blocks))
        for what, found, most in (
            ("sentences", sentences, limits.sentences),
            ("values and numbers in lists", values, limits.values),
            ("expansion rules", rules, limits.rules),
        ):
            if found > most:
                raise GrammarError(f"{file}: a skill pack may have {most} {what}, found {found}")


def _check_text(file: Path, text: str, limits: Limits) -> None:
    if len(text) > limits.characters:
        raise GrammarError(
            f"{file}: {text[:40]!r}... has {len(text)} characters, "
            f"{limits.characters} are the most in a skill pack"
        )
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([<{") - (letter in ")]>}")
        deepest = max(deepest, depth)
    if deepest > limits.nested:
        raise GrammarError(
            f"{file}: {text[:40]!r}... has {deepest} brackets within brackets, "
            f"{limits.nested} are the most in a skill pack"
        )


def _texts(table: Mapping[str, Any]) -> Iterator[str]:
    blocks = [block for intent in table.get("intents", {}).values() for block in intent["data"]]
    for part in (table, *blocks):
        yield from part.get("sentences", ())
        yield from part.get("expansion_rules", {}).values()
        yield from part.get("skip_words", ())
        for listed in _lists(part):
            for value in listed.get("values", ()):
                yield str(value if isinstance(value, str) else value["in"])


def _lists(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(part.get("lists", {}).values())


def _values(listed: Mapping[str, Any]) -> int:
    if "values" in listed:
        return len(listed["values"] or ())
    span = listed.get("range")
    if span is None:
        return 1
    each = {"halves": 2, "tenths": 10}.get(span.get("fractions"), 1)
    return each * ((int(span["to"]) - int(span["from"])) // max(int(span.get("step", 1)), 1) + 1)


class Extent:
    """How many parts templates have with their rules and the values of lists written out."""

    def __init__(
        self,
        rules: Mapping[str, Template],
        lists: Mapping[str, SlotList],
        *,
        strict: bool = False,
    ) -> None:
        """Take what templates may refer to.

        Args:
            rules: Expansion rules by name.
            lists: Lists by name.
            strict: Whether no rule may come back to itself, and parts in any order count as
                often as there are sets of them, as in the graph of what can be said.
        """
        self._rules = rules
        self._lists = lists
        self._strict = strict
        self._known: dict[tuple[str, str], int] = {}
        self._inside: list[tuple[str, str]] = []

    def parts(self, found: Expression) -> int:
        """The number of parts; a rule that comes back to itself counts once.

        Raises:
            GrammarError: There are more than `MOST_PARTS`, rules are nested deeper than
                `DEEPEST`, or something comes back to itself that may not.
        """
        total = 0
        stack: list[Expression] = [found]
        while stack:
            item = stack.pop()
            total += 1
            if isinstance(item, Permutation) and self._strict:
                sets = 2 ** min(len(item.items), MOST_PARTS.bit_length())
                total += sets * sum(self.parts(one) for one in item.items)
            elif isinstance(item, Group):
                stack += item.items
            elif isinstance(item, RuleReference):
                total += self._named("rule", item.rule_name)
            elif isinstance(item, ListReference):
                total += self._named("list", item.list_name)
            if total > MOST_PARTS:
                raise GrammarError(f"more than {MOST_PARTS} parts when its rules are written out")
        return total

    def _named(self, kind: str, name: str) -> int:
        key = (kind, name)
        if key in self._known:
            return self._known[key]
        if key in self._inside:
            loop = self._inside[self._inside.index(key) :]
            if self._strict or any(kind == "list" for kind, _ in loop):
                brackets = "<{}>" if kind == "rule" else "{{{}}}"
                raise GrammarError(f"{brackets.format(name)} comes back to itself")
            return 0
        if len(self._inside) >= DEEPEST:
            raise GrammarError(f"rules are nested more than {DEEPEST} deep at <{name}>")
        self._inside.append(key)
        total = sum(self.parts(one) for one in self._bodies(kind, name))
        self._inside.pop()
        self._known[key] = total
        return total

    def _bodies(self, kind: str, name: str) -> list[Expression]:
        if kind == "rule":
            return [self._rules[name].expression] if name in self._rules else []
        listed = self._lists.get(name)
        if not isinstance(listed, TextSlotList):
            return []
        return [value.text_in for value in listed.values if isinstance(value.text_in, Group)]
