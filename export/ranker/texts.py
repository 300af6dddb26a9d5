"""What is needed and how it is said: requests for the re-ranker, as the speaker reads them.

What packs serve comes from HWU64, CLINC150 and SNIPS (`export.routing`) and from made-up skills
(`simulator.packs`); what the speaker serves itself comes from the project's own sentences, said
in a pretend home. All are read by the shipped models, whose confidences the re-ranker sees.
"""

import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import TypeVar

from device.context import Context
from device.events import Candidate, Hypothesis, Request
from device.models import SHIPPED, load
from device.nlu.encoder import Encoder
from device.nlu.intents import OUT_OF_SCOPE
from device.nlu.understanding import Understanding
from device.routing.fit import fitting
from device.routing.router import OWN as NEVER_CONTESTED
from device.skills.builtin import builtin_skills
from device.skillset import reading as read_by
from export.encoder.texts import HELD_DOMAINS, HELD_SCENARIOS, HELD_SNIPS
from export.quantize import ROOT
from export.routing.needs import SAME
from export.routing.requests import Part, outside_requests, public_requests
from export.tagger.texts import TEXTS
from simulator.homes import Split
from simulator.lives import Life, random_life
from simulator.packs import made_up
from simulator.sentences import dressed, random_phrase, sources

T = TypeVar("T")

CACHE = ROOT / "export" / ".cache" / "ranker"

MADE_UP = 500
"""Made-up skills, each a need."""
MOST_ASKED = 40
"""Requests for one need."""

OWN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "set an alarm": ("alarms", "SetAlarm SnoozeAlarm"),
        "hwu64:alarm_query": ("alarms", "AlarmStatus"),
        "hwu64:alarm_remove": ("alarms", "CancelAlarm CancelAllAlarms"),
        "clinc150:timer": ("timers", "HassStartTimer HassTimerStatus HassCancelTimer"),
        "clinc150:reminder": ("reminders", "ReminderStatus"),
        "change the calendar": ("reminders", "SetReminder"),
        "know the time and the date": ("clock", "HassGetCurrentTime HassGetCurrentDate"),
        "know the weather": ("weather", "HassGetWeather"),
        "add to a list": ("lists", "HassShoppingListAddItem HassListAddItem"),
        "read a list": ("lists", "ListItems ListHasItem"),
        "hwu64:lists_remove": (
            "lists",
            "HassListRemoveItem ClearList HassShoppingListCompleteItem HassListCompleteItem",
        ),
        "hwu64:iot_hue_lighton": ("lights", "HassTurnOn"),
        "hwu64:iot_hue_lightoff": ("lights", "HassTurnOff"),
        "hwu64:iot_hue_lightup": ("lights", "HassLightSet"),
        "hwu64:iot_hue_lightdim": ("lights", "HassLightSet"),
        "hwu64:iot_hue_lightchange": ("lights", "HassLightSet"),
        "hwu64:iot_wemo_on": ("switches", "HassTurnOn"),
        "hwu64:iot_wemo_off": ("switches", "HassTurnOff"),
        "hwu64:iot_coffee": ("switches", "HassTurnOn"),
        "hwu64:iot_cleaning": ("vacuums", "HassVacuumStart HassVacuumCleanArea"),
        "change the volume": ("volume", "HassSetVolume HassSetVolumeRelative"),
        "hwu64:audio_volume_mute": ("volume", "HassMediaPlayerMute HassSetVolume"),
        "play music": ("media", "HassMediaSearchAndPlay HassMediaUnpause"),
        "hwu64:play_radio": ("media", "HassMediaSearchAndPlay HassTurnOn"),
        "clinc150:next_song": ("media", "HassMediaNext"),
        "say it again": ("speaker", "RepeatThat"),
        "clinc150:what_can_i_ask_you": ("speaker", "WhatCanYouDo"),
    }
)
"""Need -> the speaker's own skill that serves it, and with which intents."""

NOT_ASKED = frozenset(
    {"agree", "refuse", "thank", "stop", "have no preference", "hwu64:qa_factoid"}
)
"""Needs for which nobody writes a skill, or which overlap with all others."""

_UNSAID = frozenset({"Continue", "Correct", OUT_OF_SCOPE}) | NEVER_CONTESTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sentence as the speaker's own understanding reads it."""

    text: str
    need: str
    """What is needed; "" where no skill serves it."""
    request: Request
    own: Candidate | None
    """The best of the speaker's own skills for it."""
    right: bool
    """Whether that reading is right, so that this skill truly serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """What can be asked in pretend homes."""

    examples: Mapping[str, tuple[str, ...]]
    """Need -> sentences from which packs take theirs."""
    asked: Mapping[str, tuple[Reading, ...]]
    """Need -> requests."""
    foreign: tuple[Reading, ...]
    """Requests that nothing serves."""


def unmet(need: str) -> bool:
    """Whether the shipped encoder never read a sentence of a need, as of a stranger's skill."""
    return need.startswith("made:") or all(_held(i) for i in SAME.get(need, (need,)))


def held_out(need: str) -> bool:
    """Whether the re-ranker's training does not see it either: half of those, by their names.

    Made-up needs are held out by family, so that their frames are new as well.
    """
    name = need.partition("-")[0]
    return unmet(need) and hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def _held(intent: str) -> bool:
    source, _, name = intent.partition(":")
    if source == "hwu64":
        return name.split("_")[0] in HELD_SCENARIOS
    return name in HELD_SNIPS or any(name in domain for domain in HELD_DOMAINS.values())


@cache
def understanding() -> Understanding:
    """The shipped models."""
    return Understanding(
        tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
    )


@cache
def utterance_encoder() -> Encoder:
    """The shipped encoder."""
    return read_by(load("encoder"), SHIPPED)


def sayings(part: Part, *, texts: Path = TEXTS) -> Sayings:
    """What is asked in homes of one part of the sets.

    Args:
        part: "train" has the needs of training; "dev" and "test" only those held out, with
            the sets' own sentences of that part as requests. Packs' sentences are always the
            sets' training sentences.
        texts: Folder with the public sets.
    """
    rng = Random(f"asked {part}")
    rows = [row for row in public_requests(texts) if row.need not in NOT_ASKED]
    examples: dict[str, list[str]] = {}
    asked: dict[str, list[str]] = {}
    for row in rows:
        if held_out(row.need) == (part != "train"):
            if row.part == "train":
                examples.setdefault(row.need, []).append(row.text)
            if row.part == part:
                asked.setdefault(row.need, []).append(row.text)
    for need, samples, paraphrases in _made_up(part):
        examples[need], asked[need] = list(samples), list(paraphrases)
    wanted = [
        (text, need)
        for need, said in asked.items()
        for text in rng.sample(said, min(len(said), MOST_ASKED))
    ]
    outside = [(text, "") for text in outside_requests(texts, part)]
    read = cached(f"{part}-public", lambda: _public([*wanted, *outside], part))
    grouped: dict[str, list[Reading]] = {}
    for one in read:
        grouped.setdefault(one.need, []).append(one)
    foreign = tuple(grouped.pop("", ()))
    return Sayings(
        examples=MappingProxyType({n: tuple(t) for n, t in examples.items()}),
        asked=MappingProxyType({n: tuple(r) for n, r in grouped.items()}),
        foreign=foreign,
    )


def _made_up(part: Part) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Made-up needs of a part with samples and paraphrases; "dev" and "test" share none."""
    for place, skill in enumerate(made_up(MADE_UP, seed=5)):
        need = f"made:{skill.id}"
        mine = "train" if not held_out(need) else ("dev", "test", "test")[place % 3]
        if mine == part:
            yield need, skill.samples, skill.paraphrases


def _public(rows: Sequence[tuple[str, str]], part: Part) -> list[Reading]:
    """Sentences as they are read in one home or another."""
    rng = Random(f"public {part}")
    split: Split = "train" if part == "train" else "test"
    contexts = [random_life(rng, split).context for _ in range(40)]
    found = []
    for i, (text, need) in enumerate(rows):
        made = reading(text, need, contexts[i * len(contexts) // len(rows)])
        if made is not None:
            found.append(made)
    return found


def own_sentences(life: Life, rng: Random, split: Split, count: int) -> list[Reading]:
    """Requests for the speaker's own skills, said in a home."""
    names = [name for name in sources() if name.partition("/")[0] not in _UNSAID]
    context = life.context
    found: list[Reading] = []
    while len(found) < count:
        phrase = dressed(random_phrase(rng.choice(names), rng, life.home, split), rng)
        intent = phrase.intent.partition("/")[0]
        made = reading(phrase.text, f"own:{intent}", context, intents=frozenset({intent}))
        if made is not None:
            found.append(replace(made, need=_need_of(made)))
    return found


def _need_of(one: Reading) -> str:
    """The need that packs serve as well, where there is one."""
    skill = one.own.skill if one.own is not None else ""
    meant = one.need.removeprefix("own:")
    known = (n for n, (own, intents) in OWN.items() if own == skill and meant in intents.split())
    return next(known, one.need)


def reading(
    text: str, need: str, context: Context, *, intents: frozenset[str] | None = None
) -> Reading | None:
    """Read a sentence; None where it is several requests.

    Args:
        text: The sentence.
        need: What is needed, "" for nothing that a skill does.
        context: The home in which it is said.
        intents: What it means; None looks into OWN.
    """
    read = understanding().understand([Hypothesis(text=text, score=1.0)], context)
    if len(read.requests) != 1:
        return None
    asked = read.requests[0]
    if intents is None:
        intents = frozenset(OWN[need][1].split()) if need in OWN else frozenset()
    own = next(iter(fitting(builtin_skills(), asked, context)), None)
    right = own is not None and asked.intent in intents
    return Reading(text=text, need=need, request=asked, own=own, right=right)


def cached(name: str, make: Callable[[], T]) -> T:
    """What was made before by the same tagger and the same lines of this file, else made now."""
    tagger = load("tagger").manifest.sha256
    code = hashlib.sha256(Path(__file__).read_bytes() + tagger.encode()).hexdigest()[:12]
    path = CACHE / f"{name}-{code}.pickle"
    if path.exists():
        kept: T = pickle.loads(path.read_bytes())
        return kept
    made = make()
    CACHE.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(made))
    return made
