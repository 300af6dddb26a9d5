"""What templates refer to: every list and rule exists, and nothing is without end."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hassil.expression import Expression, Group, ListReference, RuleReference
from hassil.expression import Sentence as Template
from hassil.intents import Intents, SlotList, TextSlotList

from device.errors import GrammarError
from device.nlu.anyorder import Reader
from device.nlu.homelists import HOME_LISTS
from device.nlu.sentencelimits import Extent, Limits


def check_references(parsed: Intents, files: Sequence[Path], limits: Limits | None) -> None:
    """Make sure that every list and rule that a template names exists and comes to an end.

    Args:
        parsed: Templates, rules and lists.
        files: Where they were read, for the complaint.
        limits: What they may amount to; None where only what has no end is refused.

    Raises:
        GrammarError: One does not; names the file and the place.
    """
    total = 0
    strict = limits is not None
    shared = Extent(parsed.expansion_rules, parsed.slot_lists, strict=strict)
    # Sizes come first: what follows walks through rules within rules.
    for intent in parsed.intents.values():
        for block in intent.data:
            rules = {**parsed.expansion_rules, **block.expansion_rules}
            lists = {**parsed.slot_lists, **block.slot_lists}
            own = bool(block.expansion_rules or block.slot_lists)
            extent = Extent(rules, lists, strict=strict) if own else shared
            for template, text in zip(block.sentences, block.sentence_texts, strict=True):
                for missing in _missing(template.expression, rules, lists):
                    raise GrammarError(
                        f"{_file_with(files, text)}: intent {intent.name} uses {missing}, "
                        f"which is not defined"
                    )
                total += _parts(extent, template.expression, files, text)
    for name, rule in parsed.expansion_rules.items():
        _parts(shared, rule.expression, files, f"<{name}>")
    if limits is not None and total > limits.parts:
        raise GrammarError(
            f"{files[0]}: the sentences of a skill pack may have {limits.parts} parts with their "
            f"rules written out, found {total}"
        )
    _check_ends(parsed.expansion_rules, files)
    for intent in parsed.intents.values():
        for block in intent.data:
            if block.expansion_rules:
                _check_ends({**parsed.expansion_rules, **block.expansion_rules}, files)


def _parts(extent: Extent, found: Expression, files: Sequence[Path], text: str) -> int:
    try:
        return extent.parts(found)
    except GrammarError as exc:
        raise GrammarError(f"{_file_with(files, text)}: {text!r}: {exc}") from exc


def _missing(
    found: Expression, rules: Mapping[str, Template], lists: Mapping[str, SlotList]
) -> Iterator[str]:
    """What an expression names that is not there, also by way of rules and list values."""
    stack: list[Expression] = [found]
    seen: set[tuple[str, str]] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, Group):
            stack += item.items
        elif isinstance(item, ListReference) and ("list", item.list_name) not in seen:
            seen.add(("list", item.list_name))
            listed = lists.get(item.list_name)
            if listed is None and item.list_name not in HOME_LISTS and not item.is_inline_range:
                yield f"the list {{{item.list_name}}}"
            elif isinstance(listed, TextSlotList):
                stack += [v.text_in for v in listed.values if isinstance(v.text_in, Group)]
        elif isinstance(item, RuleReference) and ("rule", item.rule_name) not in seen:
            seen.add(("rule", item.rule_name))
            if item.rule_name in rules:
                stack.append(rules[item.rule_name].expression)
            else:
                yield f"the expansion rule <{item.rule_name}>"


def _check_ends(rules: Mapping[str, Template], files: Sequence[Path]) -> None:
    """No rule begins with itself, also not by way of others: hassil would never be through."""
    reader = Reader(rules)
    firsts = {name: set(reader.first_rules(rule.expression)) for name, rule in rules.items()}
    for name in firsts:
        found: set[str] = set()
        new = {name}
        while new := {rule for one in new for rule in firsts.get(one, ())} - found:
            found |= new
        if name in found:
            raise GrammarError(
                f"{_file_with(files, f'<{name}>')}: the expansion rule <{name}> begins with "
                "itself; only its end may be itself again"
            )


def _file_with(files: Sequence[Path], text: str) -> str:
    for file in files:
        if text in file.read_text(encoding="utf-8"):
            return str(file)
    return str(files[0]) if files else "sentences"
