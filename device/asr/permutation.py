"""Parts of a sentence in any order: what is left to say is a set, so nodes grow as 2^n, not n!.

Beyond ten parts only some of them are told apart, and of the others it is known how many are
left: there a sentence may say one twice and leave another out. What was heard is matched against
the template afterwards, which finds that out.

A part that is optional leads nowhere by being left out: where all that is left may be left out,
the permutation may end. So no place between parts can be reached without a word, and what may
come next stays small.
"""

from collections.abc import Callable, Sequence

from hassil.expression import Expression

from device.asr.net import Net, Space
from device.errors import GrammarError

_MOST_ENTRIES = 10_240
"""Parts of a permutation, each counted once for everything that may be left to say after it."""

Begin = Callable[[Expression, int], int]
"""The node that an expression begins with when a node follows it."""


def exact_items(count: int) -> int:
    """How many items of a permutation can be told apart without growing too large.

    Raises:
        GrammarError: It is too large even if none is.

    Example: 10 -> 10; 12 -> 7; 20 -> 5
    """
    for exact in range(count, -1, -1):
        if (count - exact + 1) * count << exact <= _MOST_ENTRIES:
            return exact
    raise GrammarError(f"a permutation of {count} parts is too large; write fewer")


def permutation(net: Net, items: Sequence[Expression], then: int, begin: Begin) -> int:
    """Every order of the items.

    Args:
        net: Takes the nodes.
        items: Each with a space on both sides, as hassil parses them.
        then: The node after the last.
        begin: Compiles an item.

    Returns:
        The node that they begin with.

    Raises:
        GrammarError: There are too many items.
    """
    exact = exact_items(len(items))
    told_apart, others = items[:exact], items[exact:]
    optional = [_may_be_left_out(net, item, begin) for item in items]
    must = sum(1 << at for at in range(exact) if not optional[at])
    end = net.add(Space(then))
    entries: dict[tuple[int, int], int] = {}
    for count in range(len(others) + 1):
        may_stop = not count or any(optional[exact:])
        for left in range(1 << exact):
            ways = [
                _said(net, item, entries[left & ~(1 << at), count], begin)
                for at, item in enumerate(told_apart)
                if left >> at & 1
            ]
            if count:
                fewer = entries[left, count - 1]
                ways += [_said(net, item, fewer, begin) for item in others]
            if may_stop and not left & must:
                ways.append(end)
            entries[left, count] = net.union(ways)
    return entries[(1 << exact) - 1, len(others)]


def _may_be_left_out(net: Net, item: Expression, begin: Begin) -> bool:
    """Whether nothing at all is a reading of an item."""
    then = net.promise()
    return net.leaves(begin(item, then), then)[1]


def _said(net: Net, item: Expression, then: int, begin: Begin) -> int:
    """The node that an item begins with where it is not left out."""
    leaves, _ = net.leaves(begin(item, then), then)
    return net.add(Space(net.union(leaves)))
