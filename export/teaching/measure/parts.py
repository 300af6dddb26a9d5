"""Figures of the single models: spans of gaps, definitions, scopes of answers, needs."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from device.concepts import Concept, Kind, Meaning, Setting
from device.config import Config
from device.context import Context
from device.events import Hypothesis, Request
from device.models import SHIPPED, load
from device.nlu.templates import NO_SENTENCES
from device.nlu.understanding import Understanding
from device.skillset import reading
from device.speaker import understanding
from device.teaching.answer import Scope
from device.teaching.answers import Answers
from device.teaching.declaratives import Declaratives
from device.teaching.gap import Gap, Lacks
from device.teaching.gaps import Gaps
from device.teaching.needs import Needs
from device.teaching.scopes import Scopes
from export.teaching.declarative.rows import own
from export.teaching.measure.tables import percent, share_of, table
from export.teaching.measure.worlds import speaker_in, worlds
from export.teaching.texts import key
from simulator.teachers.bank import Share, kinds, wordings
from simulator.teachers.drawing import draw
from simulator.teachers.judging import bare, meant
from simulator.teachers.lessons import prepare
from simulator.teachers.manners import Manner
from simulator.teachers.teacher import Teacher
from simulator.teachers.wishes import SETTINGS, Topic, Wish, request

LACKS = {Topic.PLACE: Lacks.PLACE, Topic.GROUP: Lacks.DEVICES, Topic.NICKNAME: Lacks.DEVICES}
"""What the words of a topic stand for; of all others, a setting."""
SCOPES = {
    "yes": Scope.YES, "willing": Scope.YES, "no": Scope.NO, "vague": Scope.VAGUE,
    "unsure": Scope.UNSURE, "cancel": Scope.CANCEL, "elsewhere": Scope.ELSEWHERE,
    "between": Scope.ELSEWHERE,
}  # fmt: skip
"""What remarks do to a question, by their kind."""
SEEDS = (1,)
"""Of the draw of training text that no sentence measured may be in."""
SPEAKING = (Manner.PLAIN, Manner.TERSE, Manner.CHATTY, Manner.DIGRESSES, Manner.CHANGES)
NEEDED = {
    "light": {"more_light"}, "dark": {"less_light"}, "warm": {"warmer"}, "cool": {"cooler"},
    "quiet": {"quieter"}, "loud": {"louder"}, "air": {"fresher_air", "less_humid"},
    "privacy": {"more_privacy"}, "safe": {"safer"}, "glare": {"less_light"},
    "dirty": {"cleaner"}, "dry": {"more_humid"},
}  # fmt: skip
"""What each kind of needs.yaml is to the speaker; steam can be either."""


@dataclass(frozen=True, slots=True)
class Case:
    """A wish in a home, and the request that it begins with."""

    wish: Wish
    said: str
    requests: tuple[Request, ...]
    context: Context


def part_tables(count: int, seed: int, share: Share, failures: Path | None) -> list[str]:
    """Tables of the single models."""
    config = Config()
    understood = understanding(config, NO_SENTENCES)
    notes: list[str] = []
    cases = list(_cases(count, seed, share, understood))
    encoder = reading(load("encoder"), SHIPPED)
    answers = Answers(load("concept"), understood.table, Scopes(load("scope"), encoder))
    needs = Needs(Declaratives(load("declarative"), encoder))
    tables = [
        _gap_table(cases, Gaps(load("gap"), understood.table), notes),
        _definition_table(cases, seed, share, answers, notes),
        _scope_table(cases, seed, share, answers, notes),
        _need_table(cases, share, needs, notes),
    ]
    if failures is not None:
        failures.mkdir(parents=True, exist_ok=True)
        (failures / "parts.txt").write_text("\n".join(notes) + "\n", encoding="utf-8")
    return tables


def _cases(count: int, seed: int, share: Share, understood: Understanding) -> Iterator[Case]:
    """Wishes of all kinds but declaratives, spread over the homes."""
    topics = [t for t in Topic if t is not Topic.DECLARATIVE]
    places = worlds(6)
    for number, world in enumerate(places):
        rng = Random(f"{seed} parts {number}")
        with speaker_in(world) as session:
            home = session.speaker.home.home
            for turn in range(count // len(places)):
                wish = draw(rng, home, topics[turn % len(topics)], room=world.room, share=share)
                if wish is None:
                    continue
                if wish.topic is Topic.EXAMPLE:
                    prepare(session, wish)
                said = request(rng, wish, share=share)
                context = session.speaker.context
                if wish.other:
                    context = replace(context, taught=(_other(wish, context),))
                found = understood.understand([Hypothesis(text=said, score=1.0)], context)
                yield Case(wish, said, found.requests, context)


def _other(wish: Wish, context: Context) -> Concept:
    settings = tuple(Setting(capability=p.capability, value=p.value) for p in wish.parts)
    meaning = Meaning(settings=settings)
    return Concept(name=wish.other, kind=Kind.ENTITY, meaning=meaning, at=context.now)


def _gap_table(cases: Sequence[Case], gaps: Gaps, notes: list[str]) -> str:
    rows = []
    for title, fits in _topics():
        right = found = kind = wanted = 0
        for case in cases:
            if not fits(case.wish):
                continue
            diagnoses = [gaps.diagnose(one, case.context) for one in case.requests]
            gaps_found = {bare(d.gap.words): d.gap for d in diagnoses if d.gap is not None}
            seen = list(gaps_found.values())
            hits = [gap for gap in seen if bare(gap.words) == bare(case.wish.name)]
            right, found, wanted = right + bool(hits), found + len(seen), wanted + 1
            kind += any(g.lacks is LACKS.get(case.wish.topic, Lacks.SETTING) for g in hits)
            if title == "all" and (not hits or len(seen) > 1):
                told = [
                    (d.verdict.value, d.gap and (d.gap.words, str(d.gap.lacks))) for d in diagnoses
                ]
                notes.append(
                    f"gap: {case.said!r} [{case.wish.topic}] -> {told}; "
                    f"should be {bare(case.wish.name)!r}"
                )
        if wanted:
            precision, recall = right / max(found, 1), right / wanted
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            rows.append(
                (
                    title,
                    str(wanted),
                    percent(precision),
                    percent(recall),
                    percent(f1),
                    percent(kind / wanted),
                )
            )
    return (
        "## Gaps\n\nFirst requests with words that nobody taught: which words are found, to "
        "the letter (articles aside), and what they stand for.\n\n"
        + table(("request", "number", "precision", "recall", "F1", "kind right too"), rows)
    )


def _definition_table(
    cases: Sequence[Case], seed: int, share: Share, answers: Answers, notes: list[str]
) -> str:
    rng = Random(f"{seed} definitions")
    results: dict[str, list[bool]] = {}
    for case in cases:
        if not case.requests:
            continue
        wish = case.wish
        manner = rng.choice(SPEAKING)
        teacher = Teacher(rng, case.context.home, wish, manner, share=share)
        said = teacher.define()
        answer = answers.read(said, _gap(case), case.context)
        concept = Concept(
            name=wish.name,
            kind=Kind.ENTITY,
            meaning=answer.meaning or Meaning(),
            at=case.context.now,
        )
        exact = answer.meaning is not None and meant(wish, concept)
        for group in ("all", str(wish.topic), str(manner)):
            results.setdefault(group, []).append(exact)
        if not exact:
            told = answer.meaning.json() if answer.meaning else answer.problem
            notes.append(
                f"definition: {case.said!r} / {said!r} [{wish.topic}] -> "
                f"{answer.scope} {told}; should be {_wanted(wish)}"
            )
    order = ["all", *map(str, Topic), *map(str, Manner)]
    rows = [
        (key, str(len(results[key])), share_of(results[key])) for key in order if key in results
    ]
    return (
        "## Definitions\n\nWhat is taken out of an answer, against what its owner has in "
        "mind: all of it and nothing else.\n\n" + table(("answers", "number", "exact match"), rows)
    )


def _scope_table(
    cases: Sequence[Case], seed: int, share: Share, answers: Answers, notes: list[str]
) -> str:
    rng = Random(f"{seed} scopes")
    settings = [c for c in cases if c.wish.topic is Topic.VALUE and c.requests]
    said: list[tuple[str, Scope, Case, bool]] = []
    for kind, scope in SCOPES.items():
        for text in wordings("remarks", kind, share):
            said.append((text, scope, rng.choice(settings), kind in ("yes", "no")))
    number = max(len(said) // 4, 1)
    for case in rng.choices([c for c in cases if c.requests], k=number):
        teacher = Teacher(rng, case.context.home, case.wish, Manner.PLAIN, share=share)
        said.append((teacher.define(), Scope.DEFINES, case, False))
    seen: dict[Scope, Counter[Scope]] = {}
    for text, scope, case, asked in said:
        proposed = Meaning(settings=(Setting(capability="brightness", value=35),))
        read = answers.read(text, _gap(case), case.context, proposed if asked else None)
        seen.setdefault(scope, Counter())[read.scope] += 1
        if read.scope is not scope:
            notes.append(f"scope: {text!r} -> {read.scope}; should be {scope}")
    rows = []
    for scope, found in seen.items():
        others = ", ".join(f"{s} {n}" for s, n in found.most_common() if s is not scope)
        rows.append((str(scope), str(found.total()), percent(found[scope] / found.total()), others))
    total = sum(c.total() for c in seen.values())
    right = sum(c[s] for s, c in seen.items())
    rows.append(("all", str(total), percent(right / total), ""))
    return "## Scope of an answer\n\n" + table(
        ("what is said", "number", "accuracy", "taken for"), rows
    )


def _need_table(cases: Sequence[Case], share: Share, needs: Needs, notes: list[str]) -> str:
    context = cases[0].context
    trained = {key(told.text) for seed in SEEDS for told in own("train", seed)}
    rows: list[tuple[str, ...]] = []
    top: list[bool] = []
    again: list[bool] = []
    other: list[bool] = []
    for kind in kinds("needs"):
        said = [text for text in wordings("needs", kind, share) if key(text) not in trained]
        found = []
        for text in said:
            need = needs.read(text, context)
            found.append(need is not None and need.need in NEEDED[kind])
            if not found[-1]:
                notes.append(f"need: {text!r} -> {need and need.need}; should be {kind}")
        known = [_known(needs, context, a, b, kind) for a in said for b in said if a != b]
        wrong = [
            _known(needs, context, a, wordings("needs", far, share)[0], kind)
            for a in said[:3]
            for far in kinds("needs")
            if NEEDED[far] != NEEDED[kind]
        ]
        rows.append((kind, str(len(said)), share_of(found), share_of(known), str(sum(wrong))))
        top, again, other = top + found, again + known, other + wrong
    rows.append(("all", str(len(top)), share_of(top), share_of(again), str(sum(other))))
    return (
        "## Declaratives\n\nWhich need a sentence declares, of those that the training "
        "text does not hold word for word; and, one sentence taught, whether "
        "another of the same need is known by it, and how many of another need are.\n\n"
        + table(("need", "sentences", "top-1", "reused for paraphrases", "reused for others"), rows)
    )


def _known(needs: Needs, context: Context, taught: str, said: str, kind: str) -> bool:
    """Whether a sentence is known by another one that was taught."""
    meaning = Meaning(settings=(Setting(capability="power", value="on"),), need=min(NEEDED[kind]))
    concept = Concept(name=taught, kind=Kind.DECLARATIVE, meaning=meaning, at=context.now)
    knowing = replace(context, taught=(concept,))
    need = needs.read(said, knowing)
    return need is not None and needs.known(said, need, knowing) is not None


def _gap(case: Case) -> Gap:
    """The gap as it should be found."""
    lacks = LACKS.get(case.wish.topic, Lacks.SETTING)
    words = bare(case.wish.name)
    request_ = next((r for r in case.requests if words in r.text.lower()), case.requests[0])
    return Gap(words=words, lacks=lacks, request=request_, confidence=1.0)


def _wanted(wish: Wish) -> str:
    values = [f"{p.device} {p.capability} {p.value}".strip() for p in wish.parts]
    return ", ".join(values or wish.devices) or str(wish.area)


def _topics() -> list[tuple[str, Callable[[Wish], bool]]]:
    return [
        ("all", lambda wish: True),
        ("settings", lambda wish: wish.topic in SETTINGS),
        ("names for devices", lambda wish: bool(wish.devices)),
        ("names for places", lambda wish: wish.area is not None),
    ]
