"""Room in a graph for names that come to be after it was compiled.

Compiling takes seconds, learning a word must not: wherever a list may grow, the graph has an
opening, and new values go into all openings of their list by a few array operations. That is how
classes of a language model are filled while it runs (Aleksic and others, "Improved recognition
of contact names in voice commands", 2015). A value stands there as one word, whatever number of
words it is said with.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from hassil.expression import TextChunk
from hassil.intents import SlotList, TextSlotList, TextSlotValue
from hassil.util import PUNCTUATION_STR

from device.asr.copies import bounds, copies
from device.asr.graph import Graph
from device.asr.slotkey import slot_key
from device.asr.trees import Pronouncer, Trees
from device.nlu.homelists import CONCEPTS, DECLARED, PERSONS

Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]

GROWING = {"name": False, "area": False, CONCEPTS: True, DECLARED: True, PERSONS: True}
"""Lists that may grow while the speaker runs, and whether they may begin with nothing."""


def filled(graph: Graph, lists: Mapping[str, SlotList], pronouncer: Pronouncer) -> Graph:
    """The graph with more values in the openings of their lists.

    Args:
        graph: As it was compiled.
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
    trees = Trees([pronouncer.sounds(word) for word in words])
    tree_of = np.array([trees.number([number[text] for text in some]) for some in texts])
    used = np.array([bool(some) for some in texts])[slot_of]
    rows = np.stack([slot_of[used], graph.opening_target[used]])
    hubs, hub_of = np.unique(rows, axis=1, return_inverse=True)
    hub_of = hub_of.reshape(-1) + graph.places
    linked = _linked(graph, graph.opening_place[used], hub_of, graph.opening_cost[used])
    return _with_hubs(linked, words, trees, tree_of[hubs[0]], hubs[1].astype(np.int64))


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


def _linked(
    graph: Graph, place: npt.NDArray[np.int32], hub: Int64Array, cost: Float32Array
) -> Graph:
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
    graph: Graph,
    words: tuple[str, ...],
    trees: Trees,
    tree_of: Int64Array,
    target: Int64Array,
) -> Graph:
    """The graph with further words and places: one for each tree, left to its target."""
    new = copies(trees, tree_of)
    count, join = len(tree_of), np.concatenate
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
        exit_target=join([graph.exit_target, target[new.exit_place].astype(np.int32)]),
        exit_cost=join([graph.exit_cost, np.zeros(len(new.exit_node), np.float32)]),
    )


def _more(first: npt.NDArray[np.int32], counts: Int64Array) -> npt.NDArray[np.int32]:
    """Where rows begin, with further rows behind them."""
    return np.concatenate([first, (first[-1] + bounds(counts)[1:]).astype(np.int32)])
