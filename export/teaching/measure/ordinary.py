"""False offers: ordinary requests, and what deserves no lesson, typed into the furnished house."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from device.errors import ModelError
from device.events import Ask
from export.teaching.measure.tables import table
from export.teaching.measure.worlds import FURNISHED, speaker_in
from simulator.homefile import furnished_home
from simulator.sentences import dressed, random_phrase, sources
from simulator.session import Session
from simulator.teachers.bank import Share, wordings

FOLD = 10
"""The fold of HWU64 that is only ever measured."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one sentence."""

    said: str
    asks: Ask | None
    reply: str

    @property
    def taught(self) -> bool:
        """Whether a lesson was offered."""
        return self.asks is Ask.TEACH


def ordinary_tables(
    texts: Path,
    count: int,
    seed: int,
    share: Share,
    failures: Path | None,
    folds: Sequence[int] = (FOLD,),
) -> list[str]:
    """False offers per thousand.

    Args:
        texts: Folder of the public sets.
        count: Generated requests.
        seed: Of these.
        share: Of the remarks.
        failures: Folder for what was offered, to read; sentences of the last fold are not for
            reading by whoever makes the models.
        folds: Of HWU64, a row for each.

    Raises:
        ModelError: HWU64 is not there.
    """
    asked_elsewhere = texts / "hwu64" / "folds.jsonl"
    sets: list[tuple[str, Sequence[str]]] = [
        *((f"HWU64, fold {fold}", published(asked_elsewhere, fold)) for fold in folds),
        ("generated requests of the furnished house", generated(count, seed)),
    ]
    named = {
        "given_up": "broken off",
        "beyond": "beyond its powers",
        "mumbled": "mumbled",
        "elsewhere": "said to somebody else",
        "between": "asked in lessons, in between",
    }
    sets += [(title, wordings("remarks", kind, share)) for kind, title in named.items()]
    rows, wrong = [], []
    with speaker_in(FURNISHED[0]) as session:
        for title, sentences in sets:
            answered = [_answered(session, sentence) for sentence in sentences]
            asked = Counter(a.asks for a in answered)
            offers = sum(a.taught for a in answered)
            rows.append(
                (title, str(len(answered)), str(offers), f"{1000 * offers / len(answered):.1f}",
                 str(asked[Ask.CONFIRM]), str(asked[Ask.REPEAT]))
            )  # fmt: skip
            wrong += [f"{title}: {a.said} -> {a.reply}" for a in answered if a.taught]
    if failures is not None:
        failures.mkdir(parents=True, exist_ok=True)
        (failures / "ordinary.txt").write_text("\n".join(wrong) + "\n", encoding="utf-8")
    return [
        "## False offers\n\nEach sentence typed into the furnished house, independent of the "
        "others, no packs: how many are answered with a question for what words mean.",
        table(("sentences", "number", "lessons offered", "per 1,000", "asked to confirm",
               "asked to repeat"), rows),
    ]  # fmt: skip


def published(path: Path, fold: int = FOLD) -> list[str]:
    """The sentences of a fold; unless told otherwise of the one that is only measured.

    Raises:
        ModelError: It is not there.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise ModelError(f"text set {path} is missing; --texts names the folder of all") from exc
    rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows if row["fold"] == fold]


def generated(count: int, seed: int) -> list[str]:
    """Ordinary requests of the furnished house, with its own names only."""
    rng = Random(seed)
    return [next(_known(rng)) for _ in range(count)]


def _known(rng: Random) -> Iterator[str]:
    """Requests until one names nothing that the house does not have."""
    home = furnished_home()
    names = {name.lower() for d in home.devices for name in (d.name, *d.aliases)}
    rooms = {name.lower() for r in home.rooms for name in (r.name, *r.aliases)}
    floors = {r.floor.lower() for r in home.rooms if r.floor}
    known = {"name": names, "area": rooms, "floor": floors | {"ground", "upstairs", "outside"}}
    intents = sorted(sources(otherwise=True))
    while True:
        phrase = random_phrase(rng.choice(intents), rng, home, "test", otherwise=True)
        pieces = [p for p in phrase.pieces if p.label in known]
        if all(p.text.strip().lower() in known[p.label] for p in pieces):
            yield dressed(phrase, rng).text


def _answered(session: Session, sentence: str) -> Answered:
    session.start_afresh()
    turns = session.say(sentence)
    reply = turns[-1].reply if turns else None
    return Answered(sentence, reply.asks if reply else None, reply.text if reply else "")
