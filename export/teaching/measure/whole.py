"""Whole lessons: who ends with the right concept stored, and after how many turns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from device.concepts import Concept, Kind, Meaning, Setting
from export.teaching.measure.tables import percent, share_of, table
from export.teaching.measure.using import Use, use
from export.teaching.measure.worlds import World, speaker_in, worlds
from simulator.session import Session
from simulator.teachers.bank import Share
from simulator.teachers.drawing import draw
from simulator.teachers.lessons import Lesson, hold, prepare
from simulator.teachers.manners import MANNERS, REFUSERS, Manner
from simulator.teachers.mishearing import Mishearing
from simulator.teachers.wishes import Topic, Wish

TOPICS = {
    Topic.VALUE: 22, Topic.VALUES: 15, Topic.DEVICES: 12, Topic.GROUP: 10, Topic.NICKNAME: 8,
    Topic.PLACE: 8, Topic.EXAMPLE: 5, Topic.REFERENCE: 5, Topic.DECLARATIVE: 15,
}  # fmt: skip
"""How many of a hundred lessons are of each kind."""
ERRORS = 0.1
"""Share of words that recognition gets wrong."""
FEW = 3
"""Turns within which a lesson should be over."""
RANDOM_HOMES = 6


@dataclass(frozen=True, slots=True)
class Held:
    """A lesson, and how the concept was used after it."""

    lesson: Lesson
    uses: tuple[Use, ...]


def lesson_tables(count: int, seed: int, share: Share, failures: Path | None) -> list[str]:
    """Tables of whole lessons, as typed and with errors of recognition."""
    clean = list(_lessons(count, seed, share, rate=0.0))
    noisy = list(_lessons(count, seed, share, rate=ERRORS))
    if failures is not None:
        _write(failures / "lessons.txt", clean)
        _write(failures / "lessons-misheard.txt", noisy)
    kinds = [(str(topic), _of_topic(topic)) for topic in Topic]
    ways = [(str(manner), _of_manner(manner)) for manner in Manner]
    return [
        f"## Whole lessons\n\n{count} owners; the same ones with {100 * ERRORS:.0f} % of the words "
        "misheard (words that sound alike, words lost, words too many; the speaker gets no hint "
        "of it). A turn is one thing that the owner says after his first request until he is "
        "done, with every correction, every repetition and the yes; a request for something "
        f'else in between is none. "In {FEW}" is the share of all owners who end with exactly '
        f"the right concept stored within {FEW} turns; who refuses ends right with nothing "
        "stored, and is left out of the turns.",
        _figures("as typed", clean, [("all", lambda _: True)], noisy),
        "### By what is taught, as typed\n\n" + _figures("taught", clean, kinds),
        "### By what is taught, misheard\n\n" + _figures("taught", noisy, kinds),
        "### By the way of speaking, as typed\n\n" + _figures("owner", clean, ways),
        "### By the way of speaking, misheard\n\n" + _figures("owner", noisy, ways),
        _uses(clean),
    ]


def _lessons(count: int, seed: int, share: Share, *, rate: float) -> Iterator[Held]:
    """The lessons of a seed: homes, owners and wishes are the same at every rate."""
    places = worlds(RANDOM_HOMES)
    each = -(-count // len(places))
    left = count
    for number, world in enumerate(places):
        with speaker_in(world) as session:
            for turn in range(min(each, left)):
                left -= 1
                yield _lesson(world, session, Random(f"{seed} {number} {turn}"), share, rate)


def _lesson(world: World, session: Session, rng: Random, share: Share, rate: float) -> Held:
    wish, manner = _owner(world, session, rng, share)
    hearing = None
    if rate:
        home = session.speaker.home.home
        names = [d.name for d in home.devices] + [r.name for r in home.rooms]
        hearing = Mishearing(Random(rng.random()), rate=rate, names=names)
    chance = Random(rng.random())
    if wish.other:
        with speaker_in(world, [_known(wish, session)]) as knowing:
            return _held(knowing, chance, wish, manner, share, hearing)
    session.start_afresh()
    return _held(session, chance, wish, manner, share, hearing)


def _held(
    session: Session, rng: Random, wish: Wish, manner: Manner, share: Share,
    hearing: Mishearing | None,
) -> Held:  # fmt: skip
    prepare(session, wish)
    lesson = hold(session, rng, wish, manner, share=share, hearing=hearing)
    used = hearing is None and lesson.right and bool(lesson.stored)
    return Held(lesson, tuple(use(session, rng, wish)) if used else ())


def _owner(world: World, session: Session, rng: Random, share: Share) -> tuple[Wish, Manner]:
    home = session.speaker.home.home
    while True:
        topic = rng.choices(list(TOPICS), weights=list(TOPICS.values()))[0]
        manner = rng.choices(list(MANNERS), weights=list(MANNERS.values()))[0]
        wish = draw(rng, home, topic, room=world.room, share=share)
        if wish is not None:
            return wish, manner


def _known(wish: Wish, session: Session) -> Concept:
    """What a wish refers to, as it was taught."""
    settings = tuple(Setting(capability=p.capability, value=p.value) for p in wish.parts)
    now = session.clock.now()
    return Concept(name=wish.other, kind=Kind.ENTITY, meaning=Meaning(settings=settings), at=now)


def _of_topic(topic: Topic) -> Callable[[Lesson], bool]:
    return lambda lesson: lesson.wish.topic is topic


def _of_manner(manner: Manner) -> Callable[[Lesson], bool]:
    return lambda lesson: lesson.manner is manner


def _figures(
    head: str,
    held: Sequence[Held],
    groups: Sequence[tuple[str, Callable[[Lesson], bool]]],
    misheard: Sequence[Held] = (),
) -> str:
    rows = []
    for name, fits in groups:
        rows += _row(name if not misheard else "as typed", [h.lesson for h in held], fits)
        if misheard:
            rows += _row("10 % of words misheard", [h.lesson for h in misheard], fits)
    return table(
        ("" if misheard else head, "owners", "asked", "right", f"in {FEW} turns", "mean turns",
         "wrong stored", "never ended"),
        rows,
    )  # fmt: skip


def _row(
    name: str, lessons: Sequence[Lesson], fits: Callable[[Lesson], bool]
) -> list[tuple[str, ...]]:
    chosen = [lesson for lesson in lessons if fits(lesson)]
    if not chosen:
        return []
    willing = [lesson for lesson in chosen if lesson.manner not in REFUSERS]
    right = [lesson.turns for lesson in willing if lesson.right]
    return [
        (
            name,
            str(len(chosen)),
            share_of([lesson.offered for lesson in chosen]),
            share_of([lesson.right for lesson in chosen]),
            percent(sum(turns <= FEW for turns in right) / len(willing)) if willing else "-",
            f"{np.mean(right):.2f}" if right else "-",
            str(sum(lesson.wrong for lesson in chosen)),
            str(sum(not lesson.ended for lesson in chosen)),
        )
    ]


def _uses(held: Sequence[Held]) -> str:
    used = [one for h in held for one in h.uses]
    rows = []
    for kind in dict.fromkeys(one.kind for one in used):
        same = [one for one in used if one.kind == kind]
        rows.append((kind, str(len(same)), share_of([one.right for one in same])))
    if used:
        rows.append(("all", str(len(used)), share_of([one.right for one in used])))
    return (
        "### After the lesson\n\nThe concept in other wordings and rooms: right where the "
        "commands are exactly those of its definition.\n\n"
        + table(("used", "number", "exactly its definition"), rows)
    )


def _write(path: Path, held: Sequence[Held]) -> None:
    """Lessons that went wrong, and uses that did."""
    lines = [h.lesson.text() for h in held if not h.lesson.right or not h.lesson.ended]
    lines += [
        f"{h.lesson.stored[0].json()}\n{one.text()}"
        for h in held
        for one in h.uses
        if not one.right
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
