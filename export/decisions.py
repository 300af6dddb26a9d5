"""What comes of requests once skill packs are there: `python -m export evaluate decisions`.

Packs are made of intents of CLINC150 that no skill of the speaker's own serves: ten training
sentences each, as an author would write them. Their test sentences, its out-of-scope test set and
the simulator's held-out sentences for the speaker's own skills then go the whole way, from
understanding to the decision. Nothing is learned here.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from device.context import Context
from device.events import Hypothesis, Request, Route
from device.models import SHIPPED, load
from device.nlu.understanding import Understanding
from device.routing.arbiter import Arbiter
from device.routing.ranker import Ranker
from device.routing.router import Router
from device.routing.shelf import Shelf
from device.runtimes import runtime
from device.skills.builtin import builtin_skills
from device.skills.pack import Pack, Standing
from device.skills.packreading import builtin_packs, read_pack
from device.skillset import reading
from export.encoder.texts import HELD_DOMAINS
from export.quantize import ROOT
from export.ranker.texts import own_sentences
from export.tagger.texts import TEXTS
from export.understanding import write
from simulator.lives import random_life

DOCS = ROOT / "docs" / "routing.md"

SERVED = frozenset(
    str.split(
        "timer alarm reminder reminder_update time date timezone shopping_list todo_list "
        "shopping_list_update todo_list_update play_music next_song what_song update_playlist "
        "change_volume smart_home weather calendar calendar_update what_can_i_ask_you "
        "are_you_a_bot greeting goodbye thank_you repeat cancel yes no maybe who_made_you "
        "what_is_your_name reset_settings whisper_mode change_ai_name change_user_name "
        "change_accent change_language change_speed user_name sync_device"
    )
)
"""Intents that are the speaker's own, talk about itself, or no request."""

COUNTS = (10, 40, 90)
"""How many packs there are."""
SAMPLES = 10
ASKED = 10
"""Test sentences of each pack."""
OWN = 1_000
"""Sentences for the speaker's own skills."""

OUTCOMES = ("right", "asked, right among", "asked, wrong", "wrong pack", "own skill", "nobody")
"""What can come of a request; several requests at once are nobody's."""


def main(argv: list[str]) -> None:
    """Measure, print, and write the figures into docs/routing.md."""
    parser = argparse.ArgumentParser(prog="python -m export evaluate decisions")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    asked = parser.parse_args(argv)
    file = asked.texts / "clinc150" / "data_full.json"
    table = json.loads(file.read_text(encoding="utf-8"))
    rows = [row for count in COUNTS for row in _measured(table, count)]
    text = "\n".join(
        [
            f"Measured by `python -m export evaluate decisions` in {runtime()}. *New* are packs of "
            "intents whose whole domain the encoder never met.",
            "",
            f"| packs | requests for | {' | '.join(OUTCOMES)} |",
            f"|---|---|{'---|' * len(OUTCOMES)}",
            *rows,
        ]
    )
    write(text, DOCS)
    print(text)  # noqa: T201


def _measured(table: Mapping[str, Sequence[tuple[str, str]]], count: int) -> Iterator[str]:
    """The rows of the page for so many packs."""
    rng = Random(f"decisions {count}")
    train, test = _by_intent(table["train"]), _by_intent(table["test"])
    new = frozenset().union(*HELD_DOMAINS.values())
    chosen = rng.sample(sorted(train.keys() - SERVED), count)
    with TemporaryDirectory() as folder:
        packs = [_pack(Path(folder), name, rng.sample(train[name], SAMPLES)) for name in chosen]
        life = random_life(rng, "test")
        way = _Way(packs, life.context)
        for title, names in (
            ("packs", [name for name in chosen if name not in new]),
            ("new packs", [name for name in chosen if name in new]),
        ):
            said = [(text, name) for name in names for text in rng.sample(test[name], ASKED)]
            yield _row(count, title, [way.outcome(text, name) for text, name in said])
        yield _row(count, "nobody", [way.outcome(text, None) for text, _ in table["oos_test"]])
        yield _row(
            count,
            "the speaker's own skills",
            [way.stays(one.text) for one in own_sentences(life, rng, "test", OWN)],
        )


class _Way:
    """The way of a request, with packs and without."""

    def __init__(self, packs: Sequence[Pack], context: Context) -> None:
        ranker, encoder = load("ranker"), reading(load("encoder"), SHIPPED)
        shelf = Shelf(encoder.encode, encoder.size)
        self._context = context
        self._router = Router(
            builtin_skills(), arbiter=Arbiter(shelf, Ranker(ranker.run, ranker.manifest))
        )
        self._alone = Router(builtin_skills())
        self._router.take([(pack, Standing.ENABLED) for pack in (*builtin_packs(), *packs)])
        self._understanding = Understanding(
            tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
        )

    def outcome(self, text: str, wanted: str | None) -> str:
        """What comes of a sentence that only one pack should answer, or nobody."""
        asked = self._asked(text)
        requests = self._router.meant(text, asked, self._context)
        if len(requests) != 1:
            return "nobody"
        route = self._router.route(requests[0], self._context)
        if route.tied:
            return "asked, right among" if wanted in route.tied else "asked, wrong"
        if route.skill is None:
            return "right" if wanted is None else "nobody"
        if route.skill == wanted:
            return "right"
        return "wrong pack" if route.pack else "own skill"

    def stays(self, text: str) -> str:
        """What comes of a sentence for the speaker's own skills."""
        asked = self._asked(text)
        requests = self._router.meant(text, asked, self._context)
        if requests != asked:
            return "wrong pack"
        found = [self._router.route(request, self._context) for request in requests]
        before = [self._alone.route(request, self._context) for request in asked]
        if any(route.tied for route in found):
            return "asked, wrong"
        same = [_went(route) for route in found] == [_went(route) for route in before]
        return "right" if same else "wrong pack"

    def _asked(self, text: str) -> tuple[Request, ...]:
        heard = (Hypothesis(text=text, score=1.0),)
        return self._understanding.understand(heard, self._context).requests


def _went(route: Route) -> tuple[object, ...]:
    return route.skill, route.request.intent, route.request.slots


def _pack(folder: Path, name: str, texts: Sequence[str]) -> Pack:
    """A pack of one intent with these sentences."""
    own = folder / name
    (own / "sentences" / "en").mkdir(parents=True)
    sentences = "".join(f"          - {json.dumps(_spoken(text))}\n" for text in texts)
    (own / "sentences" / "en" / "it.yaml").write_text(
        f"intents:\n  {name.title()}:\n    data:\n      - sentences:\n{sentences}",
        encoding="utf-8",
    )
    (own / "skill.toml").write_text(
        f'name = "The {name.replace("_", " ")}"\ndescription = "CLINC150."\nversion = "1"\n',
        encoding="utf-8",
    )
    return read_pack(own)


def _spoken(text: str) -> str:
    """A sentence without what is a template's."""
    return re.sub(r"[^\w' ]", " ", text)


def _by_intent(rows: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text, intent in rows:
        found.setdefault(intent, []).append(text)
    return found


def _row(count: int, title: str, outcomes: Sequence[str]) -> str:
    """One row; in per cent."""
    counted = Counter(outcomes)
    whole = max(len(outcomes), 1)
    cells = (f"{100 * counted[name] / whole:.1f}" for name in OUTCOMES)
    return f"| {count} | {title} ({len(outcomes)}) | {' | '.join(cells)} |"
