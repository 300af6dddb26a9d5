"""What can be said here: hassil expressions become a net of text pieces (`device.asr.net`).

Every expression is compiled backwards: given the node that follows it, it gives the node that
it begins with. Readings are never listed: thirty optional groups in a row are some sixty nodes
and a billion sentences. A rule that calls itself at its end becomes a loop.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from hassil.expression import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.expression import Sequence as Row
from hassil.intents import (
    IntentData,
    Intents,
    RangeSlotList,
    SlotList,
    TextSlotList,
    TextSlotValue,
)
from hassil.util import check_excluded_context, check_required_context

from device.asr.net import FORK, End, Loose, Net, Space, Value
from device.asr.permutation import permutation
from device.asr.settings import Costs
from device.asr.slotkey import slot_key
from device.asr.spelling import written
from device.errors import GrammarError

UNKNOWN = "unknown"
"""The list of names that nobody has taught yet."""
NOTHING_GROWS: Mapping[str, bool] = {}

_DEEPEST = 60
"""Rules within rules."""
_ARTICLES = ("the", "my", "our")
_JOINTS = ("and", "then", "and then")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Sentences of one origin and how they may be put together."""

    intents: Intents
    lists: Mapping[str, SlotList] = field(default_factory=dict)
    """Lists filled in from outside, such as names; they go before the sentences' own."""
    joinable: bool = False
    """Whether requests may be joined by "and" and names be coordinated."""
    coordinated: frozenset[str] = frozenset()
    """Lists whose values may be joined by "and", in joinable sentences."""
    cost: float = 0.0
    """Of a whole sentence, in nats; above zero for sentences that should yield to others."""
    lenient: bool = False
    """A sentence that cannot be compiled is left out and told in `GrammarCompiler.refused`."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where rules and lists are looked up while one block of sentences is compiled."""

    rules: Mapping[str, Sentence]
    lists: Mapping[str, SlotList]
    requires: Mapping[str, object]
    excludes: Mapping[str, object]
    coordinated: frozenset[str]
    key: int
    """Blocks of one key look everything up alike."""


class GrammarCompiler:
    """Compiles sources into a net."""

    def __init__(
        self,
        vocabulary: Mapping[str, Sequence[str]],
        costs: Costs,
        growing: Mapping[str, bool] = NOTHING_GROWS,
        strangers: Sequence[Collection[str]] = (),
    ) -> None:
        """Say what open parts hold.

        Args:
            vocabulary: Words for each open list (hassil: wildcard) by name; "" for all others.
            costs: What less usual readings cost.
            growing: Lists whose values are filled in later (`device.asr.slots`), and whether
                also those that have none yet. Only where a value may go on into a word, as in
                "{area}'s", the values that are known stand in the net besides.
            strangers: Words of the list `unknown`, the likelier ones first.
        """
        self.net = Net()
        self.refused: list[str] = []
        """Why sentences of lenient sources were left out, one sentence each."""
        self._vocabulary = vocabulary
        self._costs = costs
        self._growing = growing
        self._strangers = strangers
        self._rules: dict[tuple[int, str, int], int] = {}
        self._open_rules: dict[tuple[int, str, int], int] = {}
        self._lists: dict[tuple[int, str, int, bool], int] = {}
        self._stack: list[str] = []
        self._scopes: dict[object, int] = {}

    def compile(self, sources: Sequence[Source]) -> Net:
        """Compile all sources into one start node.

        Raises:
            GrammarError: A rule or list is missing, or a rule calls itself within itself.
        """
        self.net.start = self.net.union(
            [self._source(source, at) for at, source in enumerate(sources)]
        )
        return self.net

    def _source(self, source: Source, at: int) -> int:
        net = self.net
        end = net.add(End(source.cost))
        again = net.promise()
        if source.joinable:
            joints = [
                net.text(f" {joint}{FORK} ", again, cost=self._costs.joined) for joint in _JOINTS
            ]
            end = net.union([end, *joints])
        polite = [f" {word} " for word in source.intents.skip_words]
        after = [net.text(word, end, cost=self._costs.polite) for word in polite]
        end = net.union([end, *after])
        starts: list[int] = []
        for name, intent in source.intents.intents.items():
            for block in intent.data:
                scope = self._scope(source, block, at)
                for sentence in block.sentences:
                    mark = len(net.nodes)
                    try:
                        starts.append(self._expression(sentence.expression, end, scope))
                    except GrammarError as exc:
                        why = f"{name}: {sentence.text!r}: {exc}"
                        if not source.lenient:
                            raise GrammarError(why) from exc
                        self.refused.append(why)
                        self._undo(mark)
        first = net.union(starts)
        before = [net.text(word, first, cost=self._costs.polite) for word in polite]
        net.fulfil(again, [first, *before])
        return again

    def _undo(self, mark: int) -> None:
        """Forget the nodes from `mark` on, after something in them went wrong."""
        self.net.forget(mark)
        self._stack.clear()
        self._open_rules.clear()
        rules, lists = self._rules.items(), self._lists.items()
        self._rules = {key: node for key, node in rules if max(key[2], node) < mark}
        self._lists = {key: node for key, node in lists if max(key[2], node) < mark}

    def _scope(self, source: Source, block: IntentData, at: int) -> _Scope:
        rules = source.intents.expansion_rules
        lists = {**source.intents.slot_lists, **source.lists}
        own = bool(block.expansion_rules or block.slot_lists)
        key = (
            at,
            id(block) if own else None,
            repr((block.requires_context, block.excludes_context)),
        )
        number = self._scopes.setdefault(key, len(self._scopes))
        return _Scope(
            rules={**rules, **block.expansion_rules} if own else rules,
            lists={**lists, **block.slot_lists} if own else lists,
            requires=block.requires_context,
            excludes=block.excludes_context,
            coordinated=source.coordinated if source.joinable else frozenset(),
            key=number,
        )

    def _expression(self, expression: Expression, then: int, scope: _Scope) -> int:
        """The node that `expression` begins with when `then` follows it."""
        if isinstance(expression, TextChunk):
            return self.net.text(expression.text, then)
        if isinstance(expression, Alternative):
            return self.net.union(self._expression(i, then, scope) for i in expression.items)
        if isinstance(expression, Permutation):
            begin = partial(self._begin, scope)
            return permutation(self.net, expression.items, then, begin)
        if isinstance(expression, Row):
            for item in reversed(expression.items):
                then = self._expression(item, then, scope)
            return then
        if isinstance(expression, ListReference):
            return self._list(expression.list_name, then, scope, expression)
        if isinstance(expression, RuleReference):
            return self._rule(expression.rule_name, then, scope)
        raise GrammarError(f"unknown kind of expression {type(expression).__name__}")

    def _begin(self, scope: _Scope, expression: Expression, then: int) -> int:
        return self._expression(expression, then, scope)

    def _rule(self, name: str, then: int, scope: _Scope) -> int:
        key = (scope.key, name, then)
        if key in self._rules:
            return self._rules[key]
        if key in self._open_rules:
            return self._open_rules[key]
        rule = scope.rules.get(name)
        if rule is None:
            raise GrammarError(f"there is no rule <{name}>")
        if self._stack.count(name) > 1 or len(self._stack) > _DEEPEST:
            raise GrammarError(f"rule <{name}> calls itself and more follows; only its end may")
        promised = self._open_rules[key] = self.net.promise()
        self._stack.append(name)
        entry = self._expression(rule.expression, then, scope)
        self._stack.pop()
        del self._open_rules[key]
        self.net.fulfil(promised, [entry])
        self._rules[key] = entry
        return entry

    def _list(self, name: str, then: int, scope: _Scope, reference: ListReference) -> int:
        key = (scope.key, name, then, True)
        if key not in self._lists:
            values = scope.lists.get(name)
            span = reference.get_inline_range() if values is None else None
            if span is not None:
                values = RangeSlotList(name=name, start=span[0], stop=span[1], step=span[2])
            if values is None:
                raise GrammarError(f"there is no list {{{name}}}")
            if name in scope.coordinated:
                again = self.net.promise()
                joints = [
                    self.net.text(f" and {article}", again, cost=self._costs.coordinated)
                    for article in ("", *(f"{article} " for article in _ARTICLES))
                ]
                rest = self.net.union([then, *joints])
                anything = replace(scope, requires={}, excludes={})
                self.net.fulfil(again, [self._values(name, values, rest, anything)])
                entry = self._values(name, values, rest, scope)
            else:
                entry = self._values(name, values, then, scope)
            self._lists[key] = entry
        return self._lists[key]

    def _values(self, name: str, values: SlotList, then: int, scope: _Scope) -> int:
        loose = self.net.add(Loose(then))
        if isinstance(values, TextSlotList):
            return self._texts(name, values, loose, scope)
        if isinstance(values, RangeSlotList):
            return self._range(values, loose)
        if name == UNKNOWN:
            return self._unknown(loose)
        words = self._vocabulary.get(name, self._vocabulary.get("", ()))
        again = self.net.promise()
        gap = self.net.add(Space(again))
        joint = self.net.text(" and ", again, cost=self._costs.open_joint)
        rest = self.net.union([loose, gap, joint])
        entry = self.net.words(words, cost=self._costs.open_word, then=rest)
        self.net.fulfil(again, [entry])
        return again

    def _unknown(self, then: int) -> int:
        """A name that nobody has taught: a word or a few."""
        again = self.net.promise()
        rest = self.net.union([then, self.net.add(Space(again))])
        costs = self._costs
        first, more = (
            [
                self.net.words(words, cost=cost + rank * costs.rare_stranger, then=rest)
                for rank, words in enumerate(self._strangers)
            ]
            for cost in (costs.stranger, costs.more_strangers)
        )
        self.net.fulfil(again, more)
        return self.net.union(first)

    def _texts(self, name: str, values: TextSlotList, then: int, scope: _Scope) -> int:
        values_here = [value for value in values.values if _stands_in(value, scope)]
        entries: list[int] = []
        if name in self._growing:
            keys = Counter(slot_key(name, value.context) for value in values_here)
            if self._growing[name] and not values.values:
                keys[slot_key(name, None)] = 1
            entries = [self.net.slot(key, then, size=size) for key, size in keys.items()]
        if name not in self._growing or self.net.goes_on(then, loose=True):
            entries += [self._text(value, then, scope) for value in values_here]
        return self.net.add(Value(self.net.union(entries)))

    def _text(self, value: TextSlotValue, then: int, scope: _Scope) -> int:
        if isinstance(value.text_in, TextChunk):
            return self.net.text(value.text_in.text.strip(), then)
        return self._expression(value.text_in, then, scope)

    def _range(self, values: RangeSlotList, then: int) -> int:
        """Numbers in digits; what is said for them is the lexicon's business."""
        texts = (written(value) for value in values.get_numbers())
        return self.net.words(texts, cost=0.0, then=then)


def _stands_in(value: TextSlotValue, scope: _Scope) -> bool:
    """Whether a list's value is one that the sentences of a scope are about."""
    if scope.requires and not check_required_context(
        scope.requires, value.context, allow_missing_keys=True
    ):
        return False
    return not scope.excludes or bool(check_excluded_context(scope.excludes, value.context))
