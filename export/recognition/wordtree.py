"""Sets of sentences as trees of whole words: rows, alternatives and repeats.

The common ground of sentence templates and speech grammars such as JSGF. A tree may say
nothing at all (an optional part); `something` takes that away, so that parts in any order can
be written down without saying any sentence in two ways.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from device.errors import GrammarError

LARGEST_PERMUTATION = 6


@dataclass(frozen=True, slots=True)
class Word:
    """One word as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Joined:
    """One part after the other."""

    items: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """Any one of several parts."""

    items: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A part, once or more often."""

    item: "Tree"


Tree = Word | Joined | Either | Repeated
NOTHING = Joined(())
NEVER = Either(())
"""What cannot be said at all, such as any value of an empty list."""


def joined(items: Iterable[Tree]) -> Tree:
    """Parts in a row, rows within rows laid out flat."""
    flat: list[Tree] = []
    for item in items:
        if item == NEVER:
            return NEVER
        flat.extend(item.items if isinstance(item, Joined) else (item,))
    return flat[0] if len(flat) == 1 else Joined(tuple(flat))


def either(items: Iterable[Tree]) -> Tree:
    """Any of several parts, each of them once."""
    flat: dict[Tree, None] = {}
    for item in items:
        flat.update(dict.fromkeys(item.items if isinstance(item, Either) else (item,)))
    return next(iter(flat)) if len(flat) == 1 else Either(tuple(flat))


def nullable(tree: Tree) -> bool:
    """Whether nothing at all may be said for it."""
    match tree:
        case Word():
            return False
        case Joined(items):
            return all(nullable(item) for item in items)
        case Either(items):
            return any(nullable(item) for item in items)
        case Repeated(item):
            return nullable(item)


def something(tree: Tree) -> Tree | None:
    """The same without saying nothing; None where nothing else is left.

    Example: "[a] [b]" -> "a [b] | b"
    """
    if not nullable(tree):
        return tree
    match tree:
        case Joined(items) if items:
            begun, later = something(items[0]), something(joined(items[1:]))
            ways = [joined([begun, *items[1:]])] if begun is not None else []
            ways += [later] if later is not None else []
            return either(ways) if ways else None
        case Either(items):
            kept = [found for item in items if (found := something(item)) is not None]
            return either(kept) if kept else None
        case Repeated(item):
            once = something(item)
            return None if once is None else Repeated(once)
        case _:
            return None


def in_any_order(items: Sequence[Tree]) -> Tree:
    """Every order of the items, each sentence in one way only.

    Orders are nested by what is left to say: (a; [b]) -> "a [b] | b a".

    Raises:
        GrammarError: There are more than LARGEST_PERMUTATION items.
    """
    if len(items) > LARGEST_PERMUTATION:
        raise GrammarError(
            f"{len(items)} parts in any order; at most {LARGEST_PERMUTATION} can be written out"
        )
    begun = [something(item) for item in items]
    rests: dict[int, Tree] = {0: NOTHING}
    for left in range(1, 1 << len(items)):
        there = [at for at in range(len(items)) if left >> at & 1]
        ways = [
            joined([first, rests[left & ~(1 << at)]])
            for at in there
            if (first := begun[at]) is not None
        ]
        if all(nullable(items[at]) for at in there):
            ways.append(NOTHING)
        rests[left] = either(ways)
    return rests[(1 << len(items)) - 1]


def words_in(tree: Tree) -> frozenset[str]:
    """Every word that can be said."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        match part:
            case Word(text):
                found.add(text)
            case Joined(items) | Either(items):
                waiting.extend(items)
            case Repeated(item):
                waiting.append(item)
    return frozenset(found)
