"""Which of the sentences that can be said here fits the sound best.

A time-synchronous beam search (token passing: Young, Russell and Thornton, 1989) over the
graph of sounds with the transitions of connectionist temporal classification (Graves and
others, 2006): a sound may be held, a blank may follow it, and equal sounds in a row need a
blank between them. Every node that is alive has a score with its sound last and one with a
blank last. A word that ends makes an entry at the place behind it (`device.asr.history`);
blanks between words, silence included, are waited out there, where readings with different
words meet and the best few are kept. Sounds that are none of a word's ("um", a cough, the
noise before and after a request) may be waited out there too, at a cost for each step.

Work per step is a handful of array operations over what is alive, however large the graph.
"""

from dataclasses import dataclass
from itertools import chain
from math import exp

import numpy as np
import numpy.typing as npt

from device.asr.graph import Graph
from device.asr.history import (
    Entries,
    History,
    Path,
    best_of_each_place,
    extended_hash,
    start_entries,
)
from device.asr.phonemes import BLANK
from device.asr.prior import corrections
from device.asr.settings import Search
from device.asr.spelling import as_said
from device.asr.tokens import NEVER, Doors, rows

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

_FAR = 60.0
"""Nats; what lies farther apart is certain."""


@dataclass(slots=True)
class _Alive:
    """Nodes with a chance, arrays of one length; each node once."""

    node: Int32Array
    sound: Float32Array
    """Score with the node's sound last."""
    blank: Float32Array
    """Score with a blank last."""
    sound_from: Int64Array
    """The entry that the word left from."""
    blank_from: Int64Array


class Decoder:
    """Searches a graph while log probabilities come in."""

    def __init__(self, graph: Graph, search: Search | None = None) -> None:
        self.graph = graph
        self.search = search or Search()
        self._corrections = corrections(self.search.prior)
        self._corrections[BLANK] -= np.float32(self.search.blank_penalty)
        self._where = np.full(graph.nodes, -1, dtype=np.int32)
        self._hub = np.zeros(graph.places, dtype=bool)
        self._hub[graph.link_place] = True
        self._history = History()
        self.reset()

    def reset(self) -> None:
        """Begin a new utterance."""
        self._history.clear()
        self.steps = 0
        self._free = [0.0]
        none = np.zeros(0, np.int64)
        empty = np.zeros(0, np.float32)
        self._alive = _Alive(np.zeros(0, np.int32), empty, empty, none, none)
        first, last = self.graph.link_first[:2]
        places = np.append(np.int32(0), self.graph.link_place[first:last])
        costs = np.append(np.float32(0.0), self.graph.link_cost[first:last])
        self._enter(start_entries(places.astype(np.int32), costs))

    def feed(self, log_probs: Float32Array) -> None:
        """Go on by some steps.

        Args:
            log_probs: Shape (steps, labels): natural logarithms, the blank first.
        """
        for row in np.atleast_2d(log_probs):
            scores = row.astype(np.float32) + self._corrections
            self.steps += 1
            self._free.append(self._free[-1] + float(scores.max()))
            self._step(scores)

    def finish(self, most: int = 5) -> tuple[Path, ...]:
        """The best whole sentences, best first, no two that are said with the same words.

        Nothing where no sentence can end here.
        """
        cost = self.graph.final_cost[self._entries.place]
        ending = np.flatnonzero(np.isfinite(cost))
        scores = self._entries.score[ending] - cost[ending]
        found: dict[tuple[str, ...], Path] = {}
        for path in self._history.best_paths(self._first + ending, scores):
            found.setdefault(tuple(chain.from_iterable(map(as_said, self.texts(path)))), path)
            if len(found) == most:
                break
        return tuple(found.values())

    def partial(self) -> Path:
        """The best reading so far, whole words only."""
        ways = [(self._entries.score, np.arange(len(self._entries.score)) + self._first)]
        ways.append((self._alive.sound, self._alive.sound_from))
        ways.append((self._alive.blank, self._alive.blank_from))
        scores, entries = (np.concatenate(some) for some in zip(*ways, strict=True))
        best = int(scores.argmax())
        return self._history.path(int(entries[best]), score=float(scores[best]))

    def ending(self) -> tuple[float, int]:
        """Whether what was said so far is a whole sentence.

        Returns:
            The share of the best whole reading against the best one that must go on, within a
            word or between words, 0 to 1; and the step at which its last word ended.
        """
        entries, alive = self._entries, self._alive
        cost = self.graph.final_cost[entries.place]
        whole = np.isfinite(cost) & (entries.end_step > 0)
        if not whole.any():
            return 0.0, 0
        scores = np.where(whole, entries.score - cost, NEVER)
        best = int(scores.argmax())
        inside = self.graph.exit_first[alive.node] == self.graph.exit_first[alive.node + 1]
        between = entries.score[~whole & ~self._hub[entries.place]]
        others = (between, alive.sound[inside], alive.blank[inside])
        rival = max((float(some.max()) for some in others if len(some)), default=float(NEVER))
        lead = min(max(float(scores[best]) - rival, -_FAR), _FAR)
        return 1.0 / (1.0 + exp(-lead)), int(entries.end_step[best])

    def texts(self, path: Path) -> tuple[str, ...]:
        """The words of a path as written."""
        return tuple(self.graph.words[said.word] for said in path.words)

    def free_score(self, start_step: int, end_step: int) -> float:
        """Log probability of the likeliest sounds between two steps, whatever they say."""
        return self._free[end_step] - self._free[start_step]

    def _step(self, scores: Float32Array) -> None:
        fresh = self._fresh(scores)
        alive = self._held(scores)
        # Between words the blank stands for silence, and any sound may be a filler.
        idle = max(float(scores[BLANK]), float(scores.max()) - self.search.filler)
        waiting = self._entries.score + np.float32(idle)
        best = max(
            (
                float(some.max())
                for some in (fresh.sound, alive.sound, alive.blank, waiting)
                if len(some)
            ),
            default=0.0,
        )
        bar = np.float32(best - self.search.beam)
        alive = self._merged(alive, _chosen(fresh, fresh.sound >= bar))
        self._alive = self._pruned(alive, bar)
        entries = Entries(
            self._entries.place, waiting, self._entries.word, self._entries.origin,
            self._entries.end_step, self._entries.end_score,
            np.full(len(waiting), -1, np.int32), self._entries.hash,
        )  # fmt: skip
        ended = self._ended(bar)
        self._enter(Entries.joined(entries.chosen(waiting >= bar), ended))

    def _held(self, scores: Float32Array) -> _Alive:
        """Sounds that go on, and blanks behind them."""
        old = self._alive
        from_sound = old.sound >= old.blank
        return _Alive(
            node=old.node,
            sound=old.sound + scores[self.graph.sound[old.node]],
            blank=np.where(from_sound, old.sound, old.blank) + scores[BLANK],
            sound_from=old.sound_from,
            blank_from=np.where(from_sound, old.sound_from, old.blank_from),
        )

    def _fresh(self, scores: Float32Array) -> _Alive:
        """Sounds that begin: the next ones within words, and the first ones of words."""
        graph, old = self.graph, self._alive
        parent, children = rows(graph.child_first[old.node], graph.child_count[old.node])
        sound = graph.sound[children]
        same = sound == graph.sound[old.node[parent]]
        by_blank = same | (old.blank > old.sound)[parent]
        score = np.where(by_blank, old.blank[parent], old.sound[parent])
        origin = np.where(by_blank, old.blank_from[parent], old.sound_from[parent])

        place = self._doors.place
        first = graph.root_first[place]
        row, at = rows(first, graph.root_first[place + 1] - first)
        roots = graph.root_node[at]
        root_sound = graph.sound[roots]
        root_score, root_origin = self._doors.through(row, root_sound)
        root_score = root_score - graph.entry_cost[place][row]
        every = np.concatenate([sound, root_sound])
        nodes = np.concatenate([children, roots]).astype(np.int32)
        total = np.concatenate([score, root_score]) + scores[every]
        origins = np.concatenate([origin, root_origin])
        return _Alive(nodes, total.astype(np.float32), total, origins, origins)

    def _merged(self, held: _Alive, fresh: _Alive) -> _Alive:
        """Both in one, the better score where a node is in both."""
        where = self._where
        where[held.node] = np.arange(len(held.node), dtype=np.int32)
        at = where[fresh.node]
        where[held.node] = -1
        known = at >= 0
        better = np.flatnonzero(known)
        better = better[fresh.sound[better] > held.sound[at[better]]]
        held.sound[at[better]] = fresh.sound[better]
        sound_from = held.sound_from.copy()
        sound_from[at[better]] = fresh.sound_from[better]
        new = ~known
        count = int(new.sum())
        return _Alive(
            node=np.concatenate([held.node, fresh.node[new]]),
            sound=np.concatenate([held.sound, fresh.sound[new]]),
            blank=np.concatenate([held.blank, np.full(count, NEVER, np.float32)]),
            sound_from=np.concatenate([sound_from, fresh.sound_from[new]]),
            blank_from=np.concatenate([held.blank_from, np.full(count, -1, np.int64)]),
        )

    def _pruned(self, alive: _Alive, bar: np.float32) -> _Alive:
        best = np.maximum(alive.sound, alive.blank)
        most = self.search.most_nodes
        kept = best >= bar
        if kept.sum() > most:
            kept = best >= np.partition(best, len(best) - most)[len(best) - most]
        return _chosen(alive, kept)

    def _ended(self, bar: np.float32) -> Entries:
        """Entries for the words that end in this step, at their places and the hubs there."""
        graph, alive = self.graph, self._alive
        first = graph.exit_first[alive.node]
        row, at = rows(first, graph.exit_first[alive.node + 1] - first)
        score = alive.sound[row] - graph.exit_cost[at]
        good = score >= bar
        row, at, score = row[good], at[good], score[good]
        place, word = graph.exit_target[at], graph.exit_word[at]
        origin = alive.sound_from[row]
        last = graph.sound[alive.node[row]].astype(np.int32)
        hashes = extended_hash(self._history.hashes(origin), word)
        first_link = graph.link_first[place]
        source, link = rows(first_link, graph.link_first[place + 1] - first_link)
        source = np.concatenate([np.arange(len(place)), source])
        reached = score[source]
        reached[len(place) :] -= graph.link_cost[link]
        return Entries(
            place=np.concatenate([place, graph.link_place[link]]),
            score=reached,
            word=word[source],
            origin=origin[source],
            end_step=np.full(len(source), self.steps, np.int32),
            end_score=reached,
            last=last[source],
            hash=hashes[source],
        )

    def _enter(self, entries: Entries) -> None:
        """Keep the best entries of each place and lay them out for the next step."""
        search = self.search
        most = search.most_places * search.alternatives
        if len(entries.score) > most:
            bar = np.partition(entries.score, len(entries.score) - most)[len(entries.score) - most]
            entries = entries.chosen(entries.score >= bar)
        entries, rank = best_of_each_place(entries, search.alternatives)
        self._first = self._history.record(entries, rank, self.steps)
        self._entries = entries
        self._doors = Doors.of(entries, rank, self._first, search.alternatives + 1)


def _chosen(alive: _Alive, which: npt.NDArray[np.bool_]) -> _Alive:
    return _Alive(
        alive.node[which], alive.sound[which], alive.blank[which],
        alive.sound_from[which], alive.blank_from[which],
    )  # fmt: skip
