"""Parts of a template in any order, matched without trying the orders of what is not said.

hassil tries a permutation's parts one after the other, and a part that may be left out fits
everywhere by saying nothing: eight of them are matched in half a minute. Here a part comes next
only where something of it is said, and the permutation ends where all that is left may stay
unsaid. What matches is the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    Permutation,
    RuleReference,
    Sentence,
    Sequence,
    TextChunk,
)
from hassil.intents import Intents


def put_in_any_order(intents: Intents, known: Mapping[str, Sentence] | None = None) -> None:
    """Let the permutations of all templates and rules be matched this way.

    Args:
        intents: Templates and rules.
        known: Further rules that they may refer to, for which this was done before.
    """
    own = intents.expansion_rules
    shared = {**(known or {}), **own}
    made = [(found, Reader(shared)) for rule in own.values() for found in _replaced(rule)]
    for intent in intents.intents.values():
        for block in intent.data:
            reader = Reader({**shared, **block.expansion_rules})
            written = (*block.expansion_rules.values(), *block.sentences)
            made += [(found, reader) for sentence in written for found in _replaced(sentence)]
    for found, reader in made:
        found.optional = [reader.may_be_left_out(item) for item in found.items]
        found.said = [reader.said(item) for item in found.items]


@dataclass
class AnyOrder(Permutation):  # type: ignore[misc]  # hassil is untyped
    """A permutation that knows which of its parts may be left out."""

    said: list[Expression] = field(default_factory=list)
    """Each part without its readings that say nothing."""
    optional: list[bool] = field(default_factory=list)

    def iterate_permutations(self) -> Iterator[tuple[Expression, Permutation]]:
        """What may come next and what is left then; hassil asks for it while it matches."""
        yield from self.begun()
        if all(self.optional):
            yield TextChunk(" "), Permutation([TextChunk(" ")])

    def begun(self) -> Iterator[tuple[Expression, Permutation]]:
        """The same, without the end."""
        for at, part in enumerate(self.said):
            items, said, optional = (
                [*each[:at], *each[at + 1 :]] for each in (self.items, self.said, self.optional)
            )
            yield part, AnyOrder(items, said, optional)


def _replaced(sentence: Sentence) -> Iterator[AnyOrder]:
    """Put such a permutation in the place of each one; gives them, yet to be filled."""
    top = Sequence([sentence.expression])
    stack: list[Group] = [top]
    while stack:
        group = stack.pop()
        for at, item in enumerate(group.items):
            if isinstance(item, Permutation):
                group.items[at] = item = AnyOrder(item.items)
                yield item
            if isinstance(item, Group):
                stack.append(item)
    sentence.expression = top.items[0]


class Reader:
    """Tells apart which readings of an expression say nothing, given the rules."""

    def __init__(self, rules: Mapping[str, Sentence], inside: frozenset[str] = frozenset()) -> None:
        self._rules = rules
        self._inside = inside
        """Rules that call each other to where the reader is."""

    def may_be_left_out(self, found: Expression) -> bool:
        """Whether nothing at all is a reading."""
        match found:
            case TextChunk():
                return not found.text.strip()
            case Alternative():
                return any(self.may_be_left_out(item) for item in found.items)
            case Group():
                return all(self.may_be_left_out(item) for item in found.items)
            case RuleReference() if found.rule_name in self._rules.keys() - self._inside:
                return self._within(found).may_be_left_out(self._body(found))
        return False

    def first_rules(self, found: Expression) -> Iterator[str]:
        """The rules that a reading may begin with."""
        match found:
            case RuleReference():
                yield found.rule_name
            case Alternative() | Permutation():
                for item in found.items:
                    yield from self.first_rules(item)
            case Group():
                for item in found.items:
                    yield from self.first_rules(item)
                    if not self.may_be_left_out(item):
                        break

    def said(self, found: Expression) -> Expression:
        """The expression without its readings that say nothing."""
        if not self.may_be_left_out(found):
            return found
        match found:
            case Alternative():
                return Alternative([self.said(item) for item in found.items])
            case Permutation(items=items):
                optional = [self.may_be_left_out(item) for item in items]
                order = AnyOrder(items, [self.said(item) for item in items], optional)
                return Alternative([Sequence(list(begun)) for begun in order.begun()])
            case Group(items=items):
                return Alternative(
                    [
                        Sequence([*_gaps(items[:at]), self.said(item), *items[at + 1 :]])
                        for at, item in enumerate(items)
                    ]
                )
            case RuleReference():
                return self._within(found).said(self._body(found))
        return Alternative()

    def _body(self, found: RuleReference) -> Expression:
        return self._rules[found.rule_name].expression

    def _within(self, found: RuleReference) -> "Reader":
        return Reader(self._rules, self._inside | {found.rule_name})


def _gaps(items: Iterable[Expression]) -> list[Expression]:
    return [item for item in items if isinstance(item, TextChunk)]
