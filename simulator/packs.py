"""Made-up skills by the thousand: different enough to be plausible, alike enough to be hard.

A skill is something to do (make its sound, look after it, read the news about it ...) with one
topic (elephants, Oslo, sourdough ...). Each has ten sample sentences, as an author would write
them, and five paraphrases in frames that none of the samples of its family has. All words stand
in packwords.yaml and were written for this project. Skills of one family share their frames and
those of one topic share its name, so that each has hundreds of near neighbours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

SAMPLES, PARAPHRASES = 10, 5
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """A skill that nobody wrote."""

    id: str
    """As a pack's folder would be called."""
    name: str
    family: str
    topic: str
    samples: tuple[str, ...]
    """SAMPLES sentences, each in another frame."""
    paraphrases: tuple[str, ...]
    """PARAPHRASES sentences in frames that no sample has."""


def made_up(count: int, *, seed: int = 1) -> tuple[MadeUp, ...]:
    """Different made-up skills.

    Args:
        count: How many.
        seed: The same seed gives the same skills; fewer of them are the first of more.

    Raises:
        ValueError: There are not as many.
    """
    every = list(_pairs())
    if count > len(every):
        raise ValueError(f"wanted {count} made-up skills, there are {len(every)}")
    Random(seed).shuffle(every)
    return tuple(_skill(family, topic, kind, seed) for family, topic, kind in every[:count])


def more_samples(skill: MadeUp, count: int, *, seed: int) -> tuple[str, ...]:
    """Further sentences in the frames of a skill's samples, with other words around them.

    Args:
        skill: As `made_up` gives it.
        count: How many; they may repeat each other where it is many.
        seed: The same seed gives the same sentences.
    """
    kind = next(kind for kind, topics in _words()["topics"].items() if skill.topic in topics)
    told, forms = _words()["families"][skill.family], _forms(skill.topic, kind)
    rng = Random(f"{seed} {skill.id} more")
    return tuple(_said(told["samples"], 1, forms, rng)[0] for _ in range(count))


def how_many() -> int:
    """Made-up skills that there are."""
    return sum(1 for _ in _pairs())


@cache
def _words() -> Mapping[str, Any]:
    table: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "packwords.yaml").read_text(encoding="utf-8")
    )
    for key in ("topics", "values"):
        table[key] = {kind: _listed(words) for kind, words in table[key].items()}
    return table


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


def _pairs() -> Iterator[tuple[str, str, str]]:
    """Family, topic and the topic's class of every skill."""
    topics = _words()["topics"]
    for family, told in _words()["families"].items():
        for kind in topics if told["of"] == "any" else _listed(told["of"]):
            for topic in topics[kind]:
                yield family, topic, kind


def _skill(family: str, topic: str, kind: str, seed: int) -> MadeUp:
    rng = Random(f"{seed} {family} {topic}")
    told = _words()["families"][family]
    forms = _forms(topic, kind)
    id_ = "-".join(f"{family} {topic}".lower().split())
    return MadeUp(
        id=id_,
        name=str(told["name"]).format_map(forms).capitalize(),
        family=family,
        topic=topic,
        samples=_said(told["samples"], SAMPLES, forms, rng),
        paraphrases=_said(told["held_out"], PARAPHRASES, forms, rng),
    )


def _forms(topic: str, kind: str) -> dict[str, str]:
    """How a sentence names the topic: "elephant", "an elephant", "elephants"."""
    if kind not in _listed(_words()["counted"]):
        return {"topic": topic.removeprefix("the "), "one": topic, "many": topic}
    odd: dict[str, str] = _words()["odd_plurals"]
    article = "an" if topic[0].lower() in _VOWELS and not topic.startswith("u") else "a"
    return {"topic": topic, "one": f"{article} {topic}", "many": odd.get(topic, f"{topic}s")}


def _said(
    frames: Sequence[str], count: int, forms: Mapping[str, str], rng: Random
) -> tuple[str, ...]:
    """Sentences in different frames, some with words of politeness around them."""
    said = []
    for frame in rng.sample(frames, count):
        values = {key: rng.choice(words) for key, words in _words()["values"].items()}
        text = frame.rstrip("?").format_map({**values, **forms}).lower()
        opener = rng.choice(_words()["openers"]) if _asks_to_do(frame) else ""
        said.append(opener + text + rng.choice(_words()["closers"]))
    return tuple(said)


def _asks_to_do(frame: str) -> bool:
    """Whether a frame starts with a verb, so that "could you" may stand before it."""
    first = frame.split()[0]
    return not (frame.endswith("?") or "{" in first or first in _listed(_words()["unasked"]))
