"""Names in a graph: they are filled in after the sentences were compiled.

Compiling takes seconds, learning a word must not; and a home of a thousand names would be
spelled out anew for every sentence that has room for them. So wherever a name may stand, the graph
has an opening, and names go into all openings of their list by a few array operations. That is how
classes of a language model are filled while it runs (Aleksic and others, "Improved recognition
of contact names in voice commands", 2015). A value stands there as one word, whatever number of
words it is said with.

The openings of a place are filled together: one prefix tree for all of its names, so that a name
that may go on in many ways is searched once. Places with the same openings share the tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from hassil.expression import TextChunk
from hassil.intents import SlotList, TextSlotList, TextSlotValue
from hassil.util import PUNCTUATION_STR

from device.asr.copies import blocks, bounds, copies
from device.asr.graph import Graph
from device.asr.slotkey import slot_key
from device.asr.trees import Pronouncer, Trees
from device.nlu.homelists import CONCEPTS, DECLARED, HOME_LISTS, PERSONS

Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]

GROWING = {name: name in (CONCEPTS, DECLARED, PERSONS) for name in HOME_LISTS}
"""Lists that are filled in and may grow while the speaker runs, and whether they may begin with
nothing."""


@dataclass(frozen=True, slots=True)
class _Hubs:
    """What the openings of a place lead to; places that have the same openings share a hub.

    An opening of a hub is a row of `slot`, `target` and `cost`.
    """

    place: Int64Array
    """Places that have openings."""
    of_place: Int64Array
    """The hub of each of them."""
    place_cost: Float32Array
    """Nats for going there."""
    first: Int64Array
    """Shape (hubs + 1,): the first opening of each hub."""
    slot: Int64Array
    target: Int64Array
    """Place after the value."""
    cost: Float32Array
    """Nats beyond what was paid for going there."""


def filled(graph: Graph, lists: Mapping[str, SlotList], pronouncer: Pronouncer) -> Graph:
    """The graph with more values in the openings of their lists.

    Args:
        graph: As it was compiled, or filled before with other values.
        lists: The new values, by list.
        pronouncer: How they are said; what nobody can say is left out.
    """
    values = _values(lists)
    slots, slot_of = np.unique(graph.opening_word, return_inverse=True)
    texts = [values.get(graph.words[slot], ()) for slot in slots]
    words = tuple(dict.fromkeys(text for some in texts for text in some))
    if not words:
        return graph
    number = {word: at for at, word in enumerate(words)}
    numbers = [[number[text] for text in some] for some in texts]
    used = np.array([bool(some) for some in texts])[slot_of]
    hubs = _hubs(graph, slot_of.astype(np.int64), np.flatnonzero(used))
    trees = Trees([pronouncer.sounds(word) for word in words])
    linked = _linked(graph, hubs.place, hubs.of_place + graph.places, hubs.place_cost)
    return _with_hubs(linked, words, trees, numbers, hubs)


def _hubs(graph: Graph, slot_of: Int64Array, used: Int64Array) -> _Hubs:
    """Put the openings of each place together.

    Args:
        graph: Has the openings.
        slot_of: The slot of each opening.
        used: The openings that something is filled into.
    """
    used = used[np.lexsort((graph.opening_target[used], slot_of[used], graph.opening_place[used]))]
    place, first = np.unique(graph.opening_place[used], return_index=True)
    least = np.minimum.reduceat(graph.opening_cost[used], first)
    sizes = np.diff(np.append(first, len(used)))
    cost = graph.opening_cost[used] - np.repeat(least, sizes)
    rows = np.stack([slot_of[used], graph.opening_target[used], cost.view(np.int32)], axis=1)
    known: dict[bytes, int] = {}
    of_place = np.array(
        [
            known.setdefault(rows[at : at + size].tobytes(), len(known))
            for at, size in zip(first.tolist(), sizes.tolist(), strict=True)
        ]
    )
    _, shown = np.unique(of_place, return_index=True)
    openings, _ = blocks(np.append(first, len(used)), shown)
    return _Hubs(
        place=place.astype(np.int64),
        of_place=of_place,
        place_cost=least,
        first=np.concatenate([[0], np.cumsum(sizes[shown])]),
        slot=rows[openings, 0].astype(np.int64),
        target=rows[openings, 1].astype(np.int64),
        cost=cost[openings],
    )


def _values(lists: Mapping[str, SlotList]) -> dict[str, tuple[str, ...]]:
    """What may be said in the openings of each slot."""
    found: dict[str, dict[str, None]] = {}
    for name, listed in lists.items():
        for value in listed.values if isinstance(listed, TextSlotList) else ():
            text = _written(value)
            if text:
                found.setdefault(slot_key(name, value.context), {})[text] = None
    return {key: tuple(texts) for key, texts in found.items()}


def _written(value: TextSlotValue) -> str:
    """As the net writes texts: in lower case, without signs around words."""
    text = value.text_in.text if isinstance(value.text_in, TextChunk) else ""
    parts = text.lower().replace("_", " ").split()
    return " ".join(filter(None, (part.strip(PUNCTUATION_STR) for part in parts)))


def _linked(graph: Graph, place: Int64Array, hub: Int64Array, cost: Float32Array) -> Graph:
    """The graph with links to hubs that are yet to come."""
    old = np.repeat(np.arange(graph.places), np.diff(graph.link_first))
    source = np.concatenate([old, place])
    order = np.argsort(source, kind="stable")
    return replace(
        graph,
        link_first=bounds(np.bincount(source, minlength=graph.places)),
        link_place=np.concatenate([graph.link_place, hub])[order].astype(np.int32),
        link_cost=np.concatenate([graph.link_cost, cost])[order],
    )


def _with_hubs(
    graph: Graph, words: tuple[str, ...], trees: Trees, numbers: list[list[int]], hubs: _Hubs
) -> Graph:
    """The graph with further words, and a place for each hub.

    Args:
        graph: Links to hubs behind its places.
        words: The new words.
        trees: Makes prefix trees of them.
        numbers: The words of each slot.
        hubs: What the openings of places lead to.
    """
    count, join = len(hubs.first) - 1, np.concatenate
    slots = np.split(hubs.slot, hubs.first[1:-1])
    chosen = [tuple(some.tolist()) for some in slots]
    tree_of = np.array(
        [trees.number([at for one in some for at in numbers[one]]) for some in chosen]
    )
    new = copies(trees, tree_of)
    # An exit's word is one of a slot's; its opening tells where it leads.
    sizes = np.array([len(some) for some in numbers])[hubs.slot]
    opening = np.repeat(np.arange(len(sizes)), sizes)
    before = np.concatenate([[0], np.cumsum(sizes)])[hubs.first[:-1]]
    leads = opening[before[new.exit_place] + new.exit_at]
    exits = np.bincount(new.exit_node, minlength=len(new.sound))
    return replace(
        graph,
        words=graph.words + words,
        root_first=_more(graph.root_first, new.roots),
        root_node=join([graph.root_node, (new.root_node + graph.nodes).astype(np.int32)]),
        link_first=_more(graph.link_first, np.zeros(count, np.int64)),
        entry_cost=join([graph.entry_cost, np.zeros(count, np.float32)]),
        final_cost=join([graph.final_cost, np.full(count, np.inf, np.float32)]),
        sound=join([graph.sound, new.sound]),
        child_first=join([graph.child_first, (new.child_first + graph.nodes).astype(np.int32)]),
        child_count=join([graph.child_count, new.child_count.astype(np.int32)]),
        exit_first=_more(graph.exit_first, exits),
        exit_word=join([graph.exit_word, (new.exit_word + len(graph.words)).astype(np.int32)]),
        exit_target=join([graph.exit_target, hubs.target[leads].astype(np.int32)]),
        exit_cost=join([graph.exit_cost, hubs.cost[leads]]),
    )


def _more(first: npt.NDArray[np.int32], counts: Int64Array) -> npt.NDArray[np.int32]:
    """Where rows begin, with further rows behind them."""
    return np.concatenate([first, (first[-1] + bounds(counts)[1:]).astype(np.int32)])
