"""Sentence templates in the Java Speech Grammar Format (JSGF 1.0, Sun Microsystems, 1998).

PocketSphinx reads such grammars, so it can be asked to hear the very sentences that
`device.asr.grammar` compiles. JSGF knows whole words, alternatives and repeats only: where
pieces touch without a gap ("light[s]") the words are written out, free order becomes
alternatives. These are nested by what is left to say: a list of all orders would make PocketSphinx
many times slower.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from hassil.expression import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.expression import Sequence as Row
from hassil.intents import IntentData, Intents, RangeSlotList, SlotList, TextSlotList
from hassil.util import PUNCTUATION_STR, check_excluded_context, check_required_context

from device.asr.spelling import written
from device.errors import GrammarError
from export.recognition.wordtree import (
    NEVER,
    NOTHING,
    Either,
    Joined,
    Repeated,
    Tree,
    Word,
    either,
    in_any_order,
    joined,
    words_in,
)

_DEEPEST = 40
_MOST_GLUED = 20_000
"""Words that pieces without a gap between them may make at one place."""
_PLAIN = re.compile(r"[a-z0-9'.-]+")
_GAP, _LETTER, _NONE = " ", "x", ""
"""How a part may begin or end: with a gap, with a letter, or by not being there at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jsgf:
    """A grammar for PocketSphinx."""

    text: str
    words: Mapping[str, str]
    """Each word of it, and how that is written in the sentences."""


def jsgf(tree: Tree, name: str = "sentences") -> Jsgf:
    """Write a tree as a grammar with one public rule."""
    tokens = {word: _token(word, at) for at, word in enumerate(sorted(words_in(tree)))}
    rule = _written(tree, tokens)
    return Jsgf(
        text=f"#JSGF V1.0;\ngrammar {name};\npublic <sentence> = {rule};\n",
        words={token: word for word, token in tokens.items()},
    )


def sentences(
    intents: Intents,
    *,
    lists: Mapping[str, SlotList] | None = None,
    vocabulary: Mapping[str, Sequence[str]] | None = None,
    polite: bool = True,
) -> Tree:
    """Every sentence that templates allow, as a tree of words.

    Args:
        intents: The templates.
        lists: Lists filled in from outside, such as names; they go before the templates' own.
        vocabulary: Words of open lists (hassil: wildcard) by name; "" for all others.
        polite: With the words that may be skipped before and behind every sentence.

    Raises:
        GrammarError: A list or rule is missing, a rule calls itself, or JSGF cannot say it.
    """
    ways = [joined(map(Word, _words(word))) for word in intents.skip_words if polite]
    skipped = either([NOTHING, *ways])
    found: list[Tree] = []
    for intent in intents.intents.values():
        for block in intent.data:
            inside = _Block(intents, block, lists or {}, vocabulary or {})
            found += [inside.tree(sentence.expression) for sentence in block.sentences]
    return joined([skipped, either(found), skipped])


@dataclass(slots=True)
class _Block:
    """One block of sentences: where its rules and lists are looked up."""

    intents: Intents
    block: IntentData
    named: Mapping[str, SlotList]
    vocabulary: Mapping[str, Sequence[str]]
    rules: dict[str, Tree] = field(default_factory=dict)
    within: list[str] = field(default_factory=list)

    def tree(self, expression: Expression) -> Tree:
        """The sentences of an expression that has gaps around it."""
        match expression:
            case TextChunk():
                return joined(map(Word, _words(expression.text)))
            case Alternative():
                return either(self.tree(item) for item in expression.items)
            case Permutation():
                return in_any_order([self.tree(item) for item in expression.items])
            case Row():
                return joined(self._cluster(part) for part in self._clusters(expression.items))
            case RuleReference(rule_name=name):
                if name not in self.rules:
                    self.rules[name] = self.tree(self._entered(name))
                    self.within.pop()
                return self.rules[name]
            case ListReference():
                return self._list(expression)
        raise GrammarError(f"unknown kind of expression {type(expression).__name__}")

    def _entered(self, name: str) -> Expression:
        """The body of a rule; the caller leaves it again."""
        rule = self.block.expansion_rules.get(name) or self.intents.expansion_rules.get(name)
        if rule is None:
            raise GrammarError(f"there is no rule <{name}>")
        if name in self.within or len(self.within) > _DEEPEST:
            raise GrammarError(f"rule <{name}> calls itself; that is not written as JSGF here")
        self.within.append(name)
        return rule.expression

    def _clusters(self, items: Sequence[Expression]) -> list[list[Expression]]:
        """The parts of a row, those together that touch without a gap.

        The values of two lists never stick together, nor does anything stick to what begins or
        ends with a gap.
        """
        pieces: list[Expression | None] = []
        for item in items:
            if isinstance(item, TextChunk):
                for at, text in enumerate(item.text.split(" ")):
                    pieces += [None] if at else []
                    pieces += [TextChunk(text)] if text else []
            else:
                lists = isinstance(item, ListReference) and isinstance(
                    pieces[-1] if pieces else None, ListReference
                )
                pieces += [None, item] if lists else [item]
        clusters: list[list[Expression]] = [[]]
        for piece in pieces:
            if piece is None:
                clusters.append([])
            else:
                clusters[-1].append(piece)
        return [part for whole in clusters for part in self._apart(whole)]

    def _apart(self, cluster: list[Expression]) -> list[list[Expression]]:
        """Take off parts at either end that bring their own gap whenever they are said."""
        before: list[list[Expression]] = []
        behind: list[list[Expression]] = []
        while len(cluster) > 1 and _LETTER not in self._edges(cluster[0], -1):
            before.append([cluster.pop(0)])
        while len(cluster) > 1 and _LETTER not in self._edges(cluster[-1], 0):
            behind.insert(0, [cluster.pop()])
        return [*before, *([cluster] if cluster else []), *behind]

    def _edges(self, expression: Expression, end: int) -> set[str]:
        """How an expression may begin (end 0) or end (end -1)."""
        match expression:
            case TextChunk(text=text):
                return {(_GAP if text[end] == " " else _LETTER) if text else _NONE}
            case Alternative() | Permutation():
                return set().union(*(self._edges(item, end) for item in expression.items))
            case Row():
                found = {_NONE}
                for item in expression.items if end == 0 else reversed(expression.items):
                    if _NONE not in found:
                        break
                    found = (found - {_NONE}) | self._edges(item, end)
                return found
            case RuleReference(rule_name=name):
                found = self._edges(self._entered(name), end)
                self.within.pop()
                return found
        return {_LETTER}

    def _cluster(self, cluster: list[Expression]) -> Tree:
        if len(cluster) == 1:
            return self.tree(cluster[0])
        texts = [list(islice(self._texts(item), _MOST_GLUED + 1)) for item in cluster]
        count = 1
        for some in texts:
            count *= len(some)
        if count > _MOST_GLUED:
            raise GrammarError(f"more than {_MOST_GLUED} words are made of pieces at one place")
        return either(joined(map(Word, _words("".join(way)))) for way in product(*texts))

    def _texts(self, expression: Expression) -> Iterator[str]:
        """Every text of an expression, gaps included."""
        match expression:
            case TextChunk(text=text):
                yield text
            case Alternative():
                for item in expression.items:
                    yield from self._texts(item)
            case Row():
                for way in product(*(list(self._texts(item)) for item in expression.items)):
                    yield "".join(way)
            case RuleReference(rule_name=name):
                yield from list(self._texts(self._entered(name)))
                self.within.pop()
            case ListReference():
                yield from _each(self._list(expression))
            case _:
                raise GrammarError("parts in any order cannot stick to what is beside them")

    def _list(self, reference: ListReference) -> Tree:
        name = reference.list_name
        lists = {**self.intents.slot_lists, **self.block.slot_lists, **self.named}
        values = lists.get(name)
        span = reference.get_inline_range() if values is None else None
        if span is not None:
            values = RangeSlotList(name=name, start=span[0], stop=span[1], step=span[2])
        match values:
            case None:
                raise GrammarError(f"there is no list {{{name}}}")
            case TextSlotList():
                return either(
                    self.tree(value.text_in)
                    for value in values.values
                    if check_required_context(
                        self.block.requires_context, value.context, allow_missing_keys=True
                    )
                    and check_excluded_context(self.block.excludes_context, value.context)
                )
            case RangeSlotList():
                return either(Word(written(number)) for number in values.get_numbers())
        words = self.vocabulary.get(name, self.vocabulary.get("", ()))
        open_part = either(joined(map(Word, _words(word))) for word in (*words, "and"))
        return Repeated(open_part) if words else NEVER


def _words(text: str) -> list[str]:
    """The words of literal text, as recognition writes them."""
    parts = text.lower().replace("_", " ").split()
    return [word for part in parts if (word := part.strip(PUNCTUATION_STR))]


def _each(tree: Tree) -> Iterator[str]:
    """The texts of a tree without repeats."""
    match tree:
        case Word(text):
            yield text
        case Joined(items):
            for way in product(*(list(_each(item)) for item in items)):
                yield " ".join(filter(None, way))
        case Either(items):
            for item in items:
                yield from _each(item)
        case Repeated():
            raise GrammarError("nothing can stick to an open part")


def _token(word: str, number: int) -> str:
    """A name for a word that JSGF can read; "½" and the like have none of their own."""
    return word if _PLAIN.fullmatch(word) else f"sign{number}"


def _written(tree: Tree, tokens: Mapping[str, str]) -> str:
    match tree:
        case Word(text):
            return tokens[text]
        case Joined(items):
            return " ".join(_written(item, tokens) for item in items) if items else "<NULL>"
        case Either(()):
            return "<VOID>"
        case Either(items):
            ways = " | ".join(_written(item, tokens) for item in items if item != NOTHING)
            return f"[ {ways} ]" if NOTHING in items else f"( {ways} )"
        case Repeated(item):
            return f"( {_written(item, tokens)} )+"
