"""Whole sentences matched against the templates of many authors by hassil.

Of thousands of templates few share a word with a sentence: an index of the words that each
cannot do without finds those, a count of the ways to read the sentence by each (`readings`)
leaves out what cannot match and what would take for ever, and hassil reads by the rest.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hassil.expression import Sentence as Template
from hassil.intents import Intent, IntentData, Intents, SlotList
from hassil.recognize import recognize_all
from hassil.util import normalize_for_matching, remove_skip_words_tracked

from device.context import Context
from device.events import Interpretation
from device.nlu.homelists import (
    CONCEPTS,
    PERSONS,
    SKILL_NAMES,
    concept_names,
    person_names,
    skill_names,
)
from device.nlu.readings import MOST_WAYS, Readings, TooManyWaysError, Values
from device.nlu.recognized import interpretation, literal
from device.nlu.templates import Sentences, lists_of
from device.settled import Known

logger = logging.getLogger(__name__)

_PLACES = ("name", "area", "floor", "domain", "device_class")

MOST_WAYS_TOGETHER = 3 * MOST_WAYS
"""Ways to read one sentence by all templates of one author that are followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A sentence that somebody's template matches whole."""

    pack: str
    """Id of the skill pack that has the template; "" for the owner's own."""
    interpretation: Interpretation
    """What it means, with list values exactly as the YAML writes them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One template."""

    intent: Intent
    block: IntentData
    """Holds this template alone."""
    template: Template
    needed: frozenset[frozenset[str]]
    """Of each of these sets of pieces of words, a sentence that matches has one."""


class Matching:
    """Finds what whole sentences mean."""

    def __init__(self, all_: Sequence[Sentences]) -> None:
        """Take the sentences of all authors; of equals those that come first go first."""
        self._all = tuple(all_)
        self._always: list[tuple[int, int]] = []
        """Author and template that need no word."""
        self._index: dict[str, list[tuple[int, int]]] = {}
        often = Counter(
            piece
            for one in self._all
            for row in _rows(one)
            for each in row.needed
            for piece in each
        )
        for author, sentences in enumerate(self._all):
            for at, row in enumerate(_rows(sentences)):
                rare = min(row.needed, key=lambda each: sum(often[p] for p in each), default=())
                for piece in rare:
                    self._index.setdefault(piece, []).append((author, at))
                if not rare:
                    self._always.append((author, at))
        self._longest = max(map(len, self._index), default=0)
        self._names: tuple[object, ...] | None = None
        self._lists: dict[str, SlotList] = {}
        self._values = Values()
        self.passed_over: Counter[str] = Counter()
        """Templates that would have taken for ever, and how often they were left out."""

    def find(self, text: str, context: Context, *, intent: str | None = None) -> list[Matched]:
        """Match a whole sentence.

        Args:
            text: The sentence.
            context: The home, whose names fill `{name}`, `{area}` and `{floor}`.
            intent: The only one whose templates count; None for all.

        Returns:
            The best reading of each author who has one: the owner's own before packs', then
            those with the most literal text.
        """
        if not text.strip():
            return []
        lists = self._named(context)
        where = {"area": context.room} if context.room is not None else {}
        if _packs_answered(context):
            where["answered"] = "pack"
        found: list[tuple[tuple[bool, int, int], Matched]] = []
        said: dict[tuple[str, ...], _Said] = {}
        for author, rows in self._candidates(text, said):
            sentences = self._all[author]
            words = said[tuple(sentences.intents.skip_words)]
            rows = [row for row in rows if intent in (None, row.intent.name)]
            rows = list(self._readable(sentences, rows, words))
            if not rows:
                continue
            results = recognize_all(
                text, _only(sentences.intents, rows), slot_lists=lists, intent_context=where
            )
            best = max(results, key=literal, default=None)
            if best is not None:
                own = Matched(
                    pack=sentences.pack, interpretation=interpretation(best, text, context)
                )
                found.append(((not sentences.pack, *literal(best)), own))
        return [one for _, one in sorted(found, key=lambda each: each[0], reverse=True)]

    def _named(self, context: Context) -> Mapping[str, SlotList]:
        """The lists that the home, its skills and its owner fill in."""
        home, skills = lists_of(context.home), _skills_of(context.skills)
        owned = _owned_by(context)
        names = (home, skills, owned)
        if self._names is None or any(a is not b for a, b in zip(names, self._names, strict=True)):
            self._names, self._values = names, Values()
            self._lists = {**home, SKILL_NAMES: skills, **owned}
        return self._lists

    def _candidates(
        self, text: str, said: "dict[tuple[str, ...], _Said]"
    ) -> Iterator[tuple[int, list[_Row]]]:
        """The templates of each author whose needed words are there, in the author's order.

        Args:
            text: The sentence.
            said: Filled in: the sentence without polite words, which authors may add to.
        """
        for sentences in self._all:
            polite = tuple(sentences.intents.skip_words)
            if polite not in said:
                said[polite] = _Said(text, polite)
        found: dict[int, set[int]] = {}
        for author, at in self._always:
            found.setdefault(author, set()).add(at)
        for piece in {piece for one in said.values() for piece in one.pieces(self._longest)}:
            for author, at in self._index.get(piece, ()):
                found.setdefault(author, set()).add(at)
        for author in sorted(found):
            rows = _rows(self._all[author])
            haystack = said[tuple(self._all[author].intents.skip_words)].haystack
            near = [rows[at] for at in sorted(found[author])]
            yield (
                author,
                [row for row in near if all(any(p in haystack for p in n) for n in row.needed)],
            )

    def _readable(
        self, sentences: Sentences, rows: Iterable[_Row], said: "_Said"
    ) -> Iterator[_Row]:
        """Those templates by which the sentence can be read in a moment."""
        intents, left = sentences.intents, MOST_WAYS_TOGETHER
        rules, lists = intents.expansion_rules, {**intents.slot_lists, **self._lists}
        shared = Readings(rules, lists, self._values)
        for row in rows:
            readings, block = shared, row.block
            if block.expansion_rules or block.slot_lists:
                readings = Readings(
                    {**rules, **block.expansion_rules},
                    {**lists, **block.slot_lists},
                    self._values,
                )
            try:
                ways = sum(readings.count(row.template.expression, one) for one in said.forms)
            except TooManyWaysError:
                ways = left + 1
            if ways > left:
                self._pass_over(sentences, row)
            elif ways:
                left -= ways
                yield row

    def _pass_over(self, sentences: Sentences, row: _Row) -> None:
        name = f"{sentences.pack or 'your own'}: {row.template.text!r}"
        self.passed_over[name] += 1
        if self.passed_over[name] == 1:
            logger.warning(
                "a sentence is passed over, there are too many ways to read it: %s", name
            )


class _Said:
    """A sentence with and without polite words, as hassil compares it."""

    def __init__(self, text: str, polite: Sequence[str]) -> None:
        whole = normalize_for_matching(text)
        forms = [whole]
        for start, end in ((True, True), (True, False), (False, True)) if polite else ():
            less = whole.copy()
            remove_skip_words_tracked(less, polite, False, start=start, end=end)
            forms.append(less)
        self.forms = tuple(dict.fromkeys(one.text for one in forms))
        self.haystack = "\n".join(one.casefold() for one in self.forms)

    def pieces(self, longest: int) -> set[str]:
        """Every piece of a word, of `longest` letters at most."""
        return {
            word[first:after]
            for word in set(self.haystack.split())
            for first in range(len(word))
            for after in range(first + 1, min(len(word), first + longest) + 1)
        }


def match(
    sentences: Sentences, text: str, context: Context, *, intent: str | None = None
) -> Interpretation | None:
    """Match a whole sentence against one author's templates; see `Matching.find`."""
    found = _matching(sentences).find(text, context, intent=intent)
    return found[0].interpretation if found else None


@lru_cache(maxsize=64)
def _matching(sentences: Sentences) -> Matching:
    return Matching((sentences,))


@lru_cache(maxsize=4_096)
def _rows(sentences: Sentences) -> tuple[_Row, ...]:
    """Each template of some sentences by itself."""
    rows: list[_Row] = []
    for intent in sentences.intents.intents.values():
        for block in intent.data:
            rules = {**sentences.intents.expansion_rules, **block.expansion_rules}
            for template in block.sentences:
                alone = replace(block, sentence_texts=[template.text])
                # hassil parses a block's sentences when it is first asked for them.
                alone.__dict__["sentences"] = [template]
                needed = template.get_required_clauses(rules)
                rows.append(_Row(intent, alone, template, needed))
    return tuple(rows)


def _only(intents: Intents, rows: Sequence[_Row]) -> Intents:
    """The same intents with these templates alone."""
    left: dict[str, Intent] = {}
    for row in rows:
        left.setdefault(row.intent.name, Intent(row.intent.name)).data.append(row.block)
    return replace(intents, intents=left)


class _SkillNames:
    """The names of the skills that were there last, made anew only for others."""

    def __init__(self) -> None:
        self._last: tuple[tuple[Known, ...], SlotList] = ((), skill_names(()))

    def __call__(self, skills: tuple[Known, ...]) -> SlotList:
        if self._last[0] is not skills:
            self._last = (skills, skill_names(skills))
        return self._last[1]


_skills_of = _SkillNames()


class _Owned:
    """What was taught to whoever spoke last, and who lives here; made anew only for others."""

    def __init__(self) -> None:
        self._last: tuple[object, str | None, tuple[str, ...]] = (None, None, ())
        self._lists: dict[str, SlotList] = {}

    def __call__(self, context: Context) -> Mapping[str, SlotList]:
        taught, person, persons = self._last
        if taught is not context.taught or (person, persons) != (context.person, context.persons):
            self._last = (context.taught, context.person, context.persons)
            names = concept_names(concept.name for concept in context.concepts)
            self._lists = {CONCEPTS: names, PERSONS: person_names(context.persons)}
        return self._lists


_owned_by = _Owned()


def _packs_answered(context: Context) -> bool:
    """Whether packs might have answered what was asked last, and no device was named in it."""
    routes = context.turns[-1].routes if context.turns else ()
    if not routes:
        return False
    last = routes[-1]
    pointed = last.request.meant or any(last.request.slot(s) is not None for s in _PLACES)
    return last.pack or (not pointed and any(c.pack for c in last.candidates))
