"""Requests for the re-ranker: needs of the public sets and the speaker's own sentences, as read.

What the packs of a pretend home serve comes from HWU64, CLINC150 and SNIPS (`export.routing`);
what the speaker serves itself comes from the project's own sentences, said in that home. All
are read by the shipped models of understanding, whose confidences the re-ranker sees.
"""

import hashlib
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType

from device.context import Context
from device.events import Hypothesis, Request
from device.models import load
from device.nlu.intents import OUT_OF_SCOPE
from device.nlu.understanding import Understanding
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from export.quantize import ROOT
from export.routing.requests import Part, outside_requests, public_requests
from export.tagger.texts import TEXTS
from simulator.homes import Split
from simulator.lives import Life, random_life
from simulator.sentences import dressed, random_phrase, sources

CACHE = ROOT / "export" / ".cache"

HELD_OUT = 0.25
"""Share of the needs that training never sees."""

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
        "stop": ("speaker", "HassNevermind HassMediaPause StopRinging"),
        "clinc150:what_can_i_ask_you": ("speaker", "WhatCanYouDo"),
    }
)
"""Need -> the speaker's own skill that serves it, and with which intents."""

NOT_ASKED = frozenset({"agree", "refuse", "thank", "have no preference", "hwu64:qa_factoid"})
"""Needs for which nobody writes a skill, or which overlap with all others."""

_FRAGMENTS = frozenset({"Continue", "Correct", OUT_OF_SCOPE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sentence as the speaker's own understanding reads it."""

    text: str
    need: str | None
    """What is needed; None where no skill serves it."""
    request: Request
    own: tuple[tuple[str, float], ...]
    """The speaker's own skills that might answer, each with its score, best first."""
    right: bool
    """Whether the speaker's own understanding is right, so that its best skill truly serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """What can be asked in pretend homes."""

    examples: Mapping[str, tuple[str, ...]]
    """Need -> sentences from which packs take theirs."""
    asked: Mapping[str, tuple[Reading, ...]]
    """Need -> requests."""
    foreign: tuple[Reading, ...]
    """Requests that nothing serves."""


def held_out(need: str) -> bool:
    """Whether a need is kept from training; it depends on its name only."""
    return int(hashlib.sha256(need.encode()).hexdigest(), 16) % 100 < 100 * HELD_OUT


@cache
def understanding() -> Understanding:
    """The shipped models."""
    return Understanding(
        tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
    )


def sayings(part: Part, *, texts: Path = TEXTS) -> Sayings:
    """What is asked in homes of one part of the sets.

    Args:
        part: "train" has the needs of training; "dev" and "test" only those held out, with
            the sets' own sentences of that part as requests. Packs' sentences are always the
            sets' training sentences.
        texts: Folder with the public sets.
    """
    rows = [row for row in public_requests(texts) if row.need not in NOT_ASKED]
    mine = [row for row in rows if held_out(row.need) == (part != "train")]
    examples: dict[str, list[str]] = {}
    for row in mine:
        if row.part == "train":
            examples.setdefault(row.need, []).append(row.text)
    wanted = [(row.text, row.need) for row in mine if row.part == part]
    outside = [(text, None) for text in outside_requests(texts, part)]
    read = _cached(f"{part}-public", lambda: _public([*wanted, *outside], part))
    asked: dict[str, list[Reading]] = {}
    for one in read:
        if one.need is not None:
            asked.setdefault(one.need, []).append(one)
    return Sayings(
        examples=MappingProxyType({n: tuple(t) for n, t in examples.items()}),
        asked=MappingProxyType({n: tuple(r) for n, r in asked.items()}),
        foreign=tuple(one for one in read if one.need is None),
    )


def _public(rows: Sequence[tuple[str, str | None]], part: Part) -> list[Reading]:
    """Public sentences as they are read in one home or another."""
    rng = Random(f"public {part}")
    split: Split = "train" if part == "train" else "test"
    contexts = [random_life(rng, split).context for _ in range(40)]
    found = []
    for i, (text, need) in enumerate(rows):
        made = reading(text, need, contexts[i % len(contexts)])
        if made is not None:
            found.append(made)
    return found


def own_sentences(life: Life, rng: Random, split: Split, count: int) -> list[Reading]:
    """Requests for the speaker's own skills, said in a home."""
    names = [name for name in sources() if name.partition("/")[0] not in _FRAGMENTS]
    context = life.context
    found: list[Reading] = []
    while len(found) < count:
        phrase = dressed(random_phrase(rng.choice(names), rng, life.home, split), rng)
        intent = phrase.intent.partition("/")[0]
        made = reading(phrase.text, f"own:{intent}", context, intents=frozenset({intent}))
        if made is not None:
            found.append(made)
    return found


def reading(
    text: str, need: str | None, context: Context, *, intents: frozenset[str] | None = None
) -> Reading | None:
    """Read a sentence; None where it is several requests.

    Args:
        text: The sentence.
        need: What is needed.
        context: The home in which it is said.
        intents: What it means; None looks into OWN.
    """
    read = understanding().understand([Hypothesis(text=text, score=1.0)], context)
    if len(read.requests) != 1:
        return None
    asked = read.requests[0]
    if intents is None:
        intents = frozenset(OWN[need][1].split()) if need in OWN else frozenset()
    route = _router().route(asked, context)
    own = tuple((candidate.skill, candidate.score) for candidate in route.candidates)
    right = bool(own) and asked.intent in intents
    return Reading(text=text, need=need, request=asked, own=own, right=right)


@cache
def _router() -> Router:
    return Router(builtin_skills())


def _cached(name: str, make):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """What was read before with the same models, else read now."""
    tagger = load("tagger").manifest.sha256[:12]
    path = CACHE / f"ranker-{name}-{tagger}.pickle"
    if path.exists():
        return pickle.loads(path.read_bytes())  # noqa: S301
    made = make()
    CACHE.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(made))
    return made
