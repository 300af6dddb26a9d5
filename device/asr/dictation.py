"""What was said in any words: a search over all words of a language model.

Token passing over one prefix tree of all pronunciations (Ney and others, "Improvements in beam
search for 10000-word continuous speech recognition", 1992) with the transitions of
connectionist temporal classification, as in `device.asr.decoder`. A token stands at a node of
the tree in a context of the language model; only where contexts are equal do readings meet.
While a word is being said it has paid for the likeliest word that it can still become; the
model is asked what it really costs when it ends. Between words a blank is silence and any
sound may be a filler.

Sounds are weighed as the decoder of the graph weighs them, so the scores of both can be
compared.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device.asr.history import (
    Entries,
    History,
    Path,
    best_of_each_place,
    extended_hash,
    start_entries,
)
from device.asr.language import LanguageModel
from device.asr.phonemes import BLANK
from device.asr.prior import corrections
from device.asr.settings import Dictating, Search
from device.asr.tokens import NEVER, Doors, rows
from device.asr.wordtree import WordTree

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

_CONTEXT_FACTOR, _NODE_FACTOR = 0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F


@dataclass(slots=True)
class _Tokens:
    """Readings within a word, arrays of one length in order of `key`."""

    key: npt.NDArray[np.uint64]
    """A hash of context and node."""
    context: Int64Array
    node: Int32Array
    sound: Float32Array
    """Score with the node's sound last."""
    blank: Float32Array
    """Score with a blank last."""
    sound_from: Int64Array
    """The entry that the word left from."""
    blank_from: Int64Array

    @property
    def best(self) -> Float32Array:
        """The better of both scores."""
        return np.maximum(self.sound, self.blank)

    def chosen(self, which: Truths | Int64Array) -> "_Tokens":
        """Some of them."""
        return _Tokens(
            self.key[which], self.context[which], self.node[which], self.sound[which],
            self.blank[which], self.sound_from[which], self.blank_from[which],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the language model said, in order of `key`; never empty."""

    key: npt.NDArray[np.uint64]
    """A hash of context and word."""
    cost: Float32Array
    after: Int64Array


class Dictation:
    """Searches all words while log probabilities come in."""

    def __init__(
        self,
        tree: WordTree,
        language: LanguageModel,
        *,
        search: Search | None = None,
        dictating: Dictating | None = None,
    ) -> None:
        """Nothing was said yet.

        Args:
            tree: The words of `language` as sounds.
            language: What words cost after others.
            search: How sounds are weighed: the same weights as for the graph.
            dictating: How widely to look, and what words cost.
        """
        self.search, self.dictating = search or Search(), dictating or Dictating()
        self._tree, self._language = tree, language
        self._ahead = tree.ahead * np.float32(self.dictating.language_scale)
        self._ahead += np.float32(self.dictating.word_cost)
        before = np.zeros(tree.nodes, np.float32)
        before[tree.roots :] = np.repeat(self._ahead, tree.child_count)
        self._paid = self._ahead - before
        """What going on to a node adds to what the word has paid."""
        self._corrections = corrections(self.search.prior)
        self._corrections[BLANK] -= np.float32(self.search.blank_penalty)
        self._asked = self._ask_first()
        self._history = History()
        self.reset()

    def reset(self) -> None:
        """Begin a new utterance."""
        self._history.clear()
        self.steps = 0
        none, empty = np.zeros(0, np.int64), np.zeros(0, np.float32)
        self._tokens = _Tokens(
            none.astype(np.uint64), none, none.astype(np.int32), empty, empty, none, none
        )
        start = np.array([self._language.start], np.int64)
        begun = start_entries(start, np.zeros(1, np.float32))
        self._enter(begun, begun.chosen(none))

    def feed(self, log_probs: Float32Array) -> None:
        """Go on by some steps.

        Args:
            log_probs: Shape (steps, labels): natural logarithms, the blank first.
        """
        for row in np.atleast_2d(log_probs):
            self.steps += 1
            self._step(row.astype(np.float32) + self._corrections)

    def finish(self, most: int = 5) -> tuple[Path, ...]:
        """The best readings, best first, no two of the same words; nothing where nobody spoke."""
        cost = self._language.final(self._entries.place.astype(np.int64))
        scores = self._entries.score - np.float32(self.dictating.language_scale) * cost
        ends = np.arange(self._first, self._first + len(scores))
        found: dict[str, Path] = {}
        for path in self._history.best_paths(ends, scores):
            if not path.words and not found:
                break
            if path.words:
                found.setdefault(" ".join(self.texts(path)), path)
            if len(found) == most:
                break
        return tuple(found.values())

    def texts(self, path: Path) -> tuple[str, ...]:
        """The words of a path as written."""
        return tuple(self._tree.words[said.word] for said in path.words)

    def _ask_first(self) -> _Asked:
        context, word = np.array([self._language.start], np.int64), np.zeros(1, np.int32)
        return _Asked(_key(context, word), *self._language.costs(context, word))

    def _step(self, scores: Float32Array) -> None:
        dictating = self.dictating
        idle = max(float(scores[BLANK]), float(scores.max()) - self.search.filler)
        waiting = self._entries.score + np.float32(idle)
        held = self._held(scores)
        best = max((float(some.max()) for some in (waiting, held.best) if len(some)), default=0.0)
        fresh = self._fresh(scores, np.float32(best - dictating.beam))
        if len(fresh.sound):
            best = max(best, float(fresh.sound.max()))
        bar = np.float32(best - dictating.beam)
        self._tokens = self._merged(held.chosen(held.best >= bar), fresh.chosen(fresh.sound >= bar))
        entries = Entries(
            self._entries.place, waiting, self._entries.word, self._entries.origin,
            self._entries.end_step, self._entries.end_score,
            np.full(len(waiting), -1, np.int32), self._entries.hash,
        )  # fmt: skip
        self._enter(entries.chosen(waiting >= bar), self._ended(bar))

    def _held(self, scores: Float32Array) -> _Tokens:
        """Sounds that go on, and blanks behind them."""
        old = self._tokens
        from_sound = old.sound >= old.blank
        return _Tokens(
            old.key, old.context, old.node,
            sound=old.sound + scores[self._tree.sound[old.node]],
            blank=np.where(from_sound, old.sound, old.blank) + scores[BLANK],
            sound_from=old.sound_from,
            blank_from=np.where(from_sound, old.sound_from, old.blank_from),
        )  # fmt: skip

    def _fresh(self, scores: Float32Array, bar: np.float32) -> _Tokens:
        """Sounds that begin, above a bar: the next ones within words, and the first ones."""
        tree, old = self._tree, self._tokens
        # What nodes cost beforehand never falls, so these have no chance.
        old = old.chosen(old.best + scores[1:].max() >= bar)
        parent, node = rows(tree.child_first[old.node], tree.child_count[old.node])
        sound = tree.sound[node]
        same = sound == tree.sound[old.node[parent]]
        by_blank = same | (old.blank > old.sound)[parent]
        score = np.where(by_blank, old.blank[parent], old.sound[parent])
        score = score + scores[sound] - self._paid[node]
        good = np.flatnonzero(score >= bar)
        parent, node, score, by_blank = parent[good], node[good], score[good], by_blank[good]
        origin = np.where(by_blank, old.blank_from[parent], old.sound_from[parent])

        roots = slice(0, tree.roots)
        reach = scores[tree.sound[roots]] - self._paid[roots]
        row, root = np.nonzero(self._doors.score[:, :1] + reach >= bar)
        begun, entry = self._doors.through(row, tree.sound[root].astype(np.int32))
        context = np.concatenate([old.context[parent], self._doors.place[row]])
        node = np.concatenate([node, root]).astype(np.int32)
        total = np.concatenate([score, begun + reach[root]])
        origins = np.concatenate([origin, entry])
        never = np.full(len(total), NEVER, np.float32)
        return _Tokens(_key(context, node), context, node, total, never, origins, origins)

    def _merged(self, held: _Tokens, fresh: _Tokens) -> _Tokens:
        """Both in one, the better score where a token is in both; not more than are wanted."""
        order = np.argsort(np.concatenate([held.key, fresh.key]), kind="stable")
        both = _Tokens(*(
            np.concatenate([getattr(held, name), getattr(fresh, name)])[order]
            for name in _Tokens.__slots__
        ))  # fmt: skip
        # A run of one key is at most: held, within a word, first sound of a word.
        first = np.ones(len(order), dtype=bool)
        first[1:] = both.key[1:] != both.key[:-1]
        for _ in range(2):
            twin = np.flatnonzero(~first)
            twin = twin[both.sound[twin] > both.sound[twin - 1]]
            better, origin = both.sound[twin], both.sound_from[twin]
            both.sound[twin - 1], both.sound_from[twin - 1] = better, origin
        kept = np.flatnonzero(first)
        most = self.dictating.most_tokens
        if len(kept) > most:
            best = both.best[kept]
            kept = kept[best >= np.partition(best, len(best) - most)[len(best) - most]]
        return both.chosen(kept)

    def _ended(self, bar: np.float32) -> Entries:
        """Entries for the words that end in this step."""
        tree, tokens, dictating = self._tree, self._tokens, self.dictating
        # What was paid beforehand is given back; no word is cheaper than the likeliest one here.
        whole = tokens.sound + self._ahead[tokens.node]
        some = np.flatnonzero(whole >= bar)
        some = some[tree.exit_first[tokens.node[some]] < tree.exit_first[tokens.node[some] + 1]]
        first = tree.exit_first[tokens.node[some]]
        row, at = rows(first, tree.exit_first[tokens.node[some] + 1] - first)
        row, word = some[row], tree.exit_word[at]
        costs, after = self._costs(tokens.context[row], word)
        score = whole[row] - np.float32(dictating.language_scale) * costs
        score -= np.float32(dictating.word_cost)
        good = score >= bar
        row, word, score, after = row[good], word[good], score[good], after[good]
        origin = tokens.sound_from[row]
        return Entries(
            place=after,
            score=score,
            word=word,
            origin=origin,
            end_step=np.full(len(row), self.steps, np.int32),
            end_score=score,
            last=tree.sound[tokens.node[row]].astype(np.int32),
            hash=extended_hash(self._history.hashes(origin), word),
        )

    def _costs(self, contexts: Int64Array, words: Int32Array) -> tuple[Float32Array, Int64Array]:
        """As the language model's; what was asked in the step before is not asked again."""
        key = _key(contexts, words)
        before = self._asked
        at = np.searchsorted(before.key, key)
        at[at == len(before.key)] = 0
        new = np.flatnonzero(before.key[at] != key)
        costs, after = before.cost[at], before.after[at]
        if len(new):
            costs[new], after[new] = self._language.costs(contexts[new], words[new])
        if len(key):
            order = np.argsort(key)
            self._asked = _Asked(key[order], costs[order], after[order])
        return costs, after

    def _enter(self, waiting: Entries, ended: Entries) -> None:
        """Keep the best entries of each context and lay them out for the next step.

        Those whose word has just ended stay apart for this step: behind them no word may
        begin with the very sound that they ended with.
        """
        most = self.dictating.most_places * self.dictating.alternatives
        everything = np.concatenate([waiting.score, ended.score])
        if len(everything) > most:
            bar = np.partition(everything, len(everything) - most)[len(everything) - most]
            waiting = waiting.chosen(waiting.score >= bar)
            ended = ended.chosen(ended.score >= bar)
        parts = [best_of_each_place(some, self.dictating.alternatives) for some in (waiting, ended)]
        entries = Entries.joined(parts[0][0], parts[1][0])
        rank = np.concatenate([parts[0][1], parts[1][1]])
        self._first = self._history.record(entries, rank, self.steps)
        self._entries = entries
        self._doors = Doors.of(entries, rank, self._first, self.dictating.alternatives + 1)


def _key(context: Int64Array, node: Int32Array) -> npt.NDArray[np.uint64]:
    mixed = context.astype(np.uint64) * np.uint64(_CONTEXT_FACTOR)
    mixed ^= mixed >> np.uint64(31)
    return mixed + node.astype(np.uint64) * np.uint64(_NODE_FACTOR)
