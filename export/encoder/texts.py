"""What the utterance encoder reads in training, and what it is measured on.

Three domains of CLINC150 and five scenarios of HWU64 are held out: no sentence of theirs is
read in training, so that few-shot figures on them are of skills that the encoder never met.
SLURP grew out of HWU64; of its sentences those that lie nearest to a held-out scenario are
left out by `export.encoder.teacher`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from export.quantize import ROOT
from export.tagger.texts import TEXTS, examples

CACHE = ROOT / "export" / ".cache" / "encoder"
SPEECH = ROOT.parent / "shared" / "data" / "speech"

HELD_DOMAINS: dict[str, frozenset[str]] = {
    "banking": frozenset(
        str.split(
            "freeze_account routing pin_change bill_due pay_bill account_blocked interest_rate "
            "min_payment bill_balance transfer order_checks balance spending_history "
            "transactions report_fraud"
        )
    ),
    "kitchen_and_dining": frozenset(
        str.split(
            "food_last confirm_reservation how_busy ingredients_list calories nutrition_info "
            "recipe restaurant_reviews restaurant_reservation meal_suggestion "
            "restaurant_suggestion cancel_reservation ingredient_substitution cook_time "
            "accept_reservations"
        )
    ),
    "travel": frozenset(
        str.split(
            "plug_type travel_notification translate flight_status international_visa timezone "
            "exchange_rate travel_suggestion travel_alert vaccines lost_luggage book_flight "
            "book_hotel carry_on car_rental"
        )
    ),
}
"""Domains of CLINC150 that training never sees, with their intents."""

HELD_SCENARIOS = frozenset({"cooking", "transport", "takeaway", "news", "recommendation"})
"""Scenarios of HWU64 that training never sees."""

HELD_SNIPS = frozenset({"BookRestaurant"})
"""Intents of SNIPS about the same things."""

FRAMES = (
    *("play {}", "play the {} game", "make a {} sound", "tell me about {}", "what is {}"),
    *("open {}", "start {}", "find {}", "order some {}", "how do i {}", "give me a {} tip"),
    *("ask {} for help", "i need {}", "show me {}", "what's new with {}", "{} please"),
    *("a fact about {}", "how much {} is left", "when is the next {}", "i want to {}"),
    *("remind me of {}", "read me a {} story", "is it good to {}", "who invented {}"),
    *("where is my {}", "set up {}", "stop {}", "check my {}", "teach me {}", "count the {}"),
)
"""Around single words: skills are about anything at all, public sets about few things."""

GENERATED = 14_000
"""Sentences of the project's own."""

EXCHANGED = 100_000
"""Sentences made of others by putting other words in the place of one or two of theirs: the
teacher knows what these mean, and the sets alone speak of few things."""
_SMALL = frozenset(
    str.split(
        "a an the my your me i you it is are was do does did to of in on at for with and or what "
        "who where when how can could would will please this that there be have has not no yes"
    )
)

Part = Literal["train", "dev", "test"]
_FOLDS: dict[Part, frozenset[int]] = {
    "train": frozenset(range(1, 9)),
    "dev": frozenset({9}),
    "test": frozenset({10}),
}
_CLINC: dict[Part, str] = {"train": "train", "dev": "val", "test": "test"}
_SNIPS: dict[Part, str] = {"train": "train", "dev": "valid", "test": "test"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence of a public set."""

    text: str
    intent: str
    """With the set's name before it, as "clinc/alarm"."""
    held: bool
    """Whether its domain is held out from training."""


def labelled(part: Part, texts: Path = TEXTS) -> list[Labelled]:
    """Sentences of CLINC150, HWU64 and SNIPS with their intents.

    Args:
        part: "train", "dev" or "test" (HWU64: folds 1 to 8, 9 and 10).
        texts: Folder of the public sets.
    """
    held_intents = frozenset().union(*HELD_DOMAINS.values())
    table = json.loads((texts / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    found = [Labelled(t, f"clinc/{i}", i in held_intents) for t, i in table[_CLINC[part]]]
    for line in (texts / "hwu64" / "folds.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["fold"] in _FOLDS[part]:
            held = row["intent"].split("_")[0] in HELD_SCENARIOS
            found.append(Labelled(row["text"], f"hwu/{row['intent']}", held))
    folder = texts / "snips" / _SNIPS[part]
    said = (folder / "seq.in").read_text(encoding="utf-8").splitlines()
    intents = (folder / "label").read_text(encoding="utf-8").splitlines()
    found += [
        Labelled(text.strip(), f"snips/{intent.strip()}", intent.strip() in HELD_SNIPS)
        for text, intent in zip(said, intents, strict=True)
    ]
    return found


def outside(part: Part, texts: Path = TEXTS) -> list[str]:
    """Out-of-scope requests of CLINC150."""
    table = json.loads((texts / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    return [text for text, _ in table[f"oos_{_CLINC[part]}"]]


def slurp(texts: Path = TEXTS) -> list[str]:
    """Training sentences of SLURP, each once; those of its test part are not among them."""
    lines = (texts / "slurp" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    held = {_key(json.loads(line)["sentence"]) for line in lines}
    read = (texts / "slurp" / "lm.txt").read_text(encoding="utf-8").splitlines()
    kept = {_key(line): line.strip() for line in read if _key(line)}
    return [line for key, line in kept.items() if key not in held]


def unlabelled(
    words: list[str],
    *,
    generated: int = GENERATED,
    exchanged: int = EXCHANGED,
    texts: Path = TEXTS,
    speech: Path = SPEECH,
) -> list[str]:
    """Sentences and words without a label, each once and none of a test part.

    Args:
        words: Words that sentences about anything are made with, most frequent first.
        generated: Sentences of the project's own.
        exchanged: Sentences made of others.
        texts: Folder of the public text sets.
        speech: Folder of the public speech sets, for what is read there.
    """
    held = {_key(row.text) for part in ("dev", "test") for row in labelled(part, texts)}
    held |= {_key(text) for part in ("dev", "test") for text in outside(part, texts)}
    found = [*outside("train", texts), *_read_aloud(speech)]
    found += [" ".join(row.tokens) for row in examples(generated, 31, "train")]
    rng = Random(7)
    found += words
    found += [frame.format(word) for word in words for frame in rng.sample(FRAMES, 2)]
    known = [row.text for row in labelled("train", texts) if not row.held]
    found += [_exchanged(rng.choice(known), words, rng) for _ in range(exchanged)]
    kept = {_key(text): text for text in found}
    return [text for key, text in kept.items() if key and key not in held]


def _exchanged(text: str, words: list[str], rng: Random) -> str:
    """A sentence with one to three of its words of substance exchanged, often for frequent ones."""
    said = text.split()
    places = [i for i, word in enumerate(said) if word.lower() not in _SMALL]
    for place in rng.sample(places, min(len(places), rng.choice((1, 2, 2, 3)))):
        said[place] = words[int(len(words) * rng.random() ** 2)]
    return " ".join(said)


def _read_aloud(speech: Path) -> Iterator[str]:
    for name in ("librispeech", "kathleen", "ljspeech"):
        lines = (speech / name / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, lines):
            if row.get("split") == "train":
                yield str(row["text"]).lower()


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
