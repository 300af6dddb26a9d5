"""Skill packs that strangers might have written, for pretend homes to choose from.

Every need has up to five packs that truly serve it, each with its author's own sentences of the
public sets, some of them copied from another pack; a pack serves one to three needs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from hassil.intents import Intents

from device.nlu.templates import Sentences
from device.skills.pack import Example, Hermes, Pack

AUTHORS = 5
"""Packs that serve a need, at most."""
MOST_NEEDS = 3
"""Needs that a pack serves, at most."""
KINDS = ("light", "switch", "media_player", "climate", "vacuum", "cover", "fan", "weather")

_MARKUP = re.compile(r"[^\w\s'.,:-]")


@dataclass(slots=True)
class Catalogue:
    """Packs and what they serve."""

    packs: Mapping[str, Pack]
    """Id -> pack; its intents are the needs that it serves."""
    serving: Mapping[str, tuple[str, ...]]
    """Need -> ids."""
    _parsed: dict[str, Sentences] = field(default_factory=dict)

    def sentences(self, pack: Pack) -> Sentences:
        """A pack's sentences, parsed."""
        if pack.id not in self._parsed:
            said: dict[str, list[str]] = {}
            for example in pack.examples:
                said.setdefault(example.intent, []).append(_MARKUP.sub(" ", example.text))
            table = {need: {"data": [{"sentences": texts}]} for need, texts in said.items()}
            made = Intents.from_dict({"language": "en", "intents": table})
            self._parsed[pack.id] = Sentences(intents=made, files=())
        return self._parsed[pack.id]


def catalogue(examples: Mapping[str, tuple[str, ...]], rng: Random) -> Catalogue:
    """Packs for all needs.

    Args:
        examples: Need -> sentences from which packs take theirs.
        rng: The same state gives the same packs.
    """
    found: dict[str, list[Example]] = {}
    needs: dict[str, list[str]] = {}
    serving: dict[str, list[str]] = {need: [] for need in examples}
    for need in sorted(examples):
        for _ in range(AUTHORS):
            open_ones = [s for s in list(needs)[-40:] if len(needs[s]) < MOST_NEEDS]
            open_ones = [s for s in open_ones if need not in needs[s]]
            fresh = f"pack{len(found)}"
            skill = rng.choice(open_ones) if open_ones and rng.random() < 0.3 else fresh
            copied = [e.text for s in serving[need] for e in found[s] if e.intent == need]
            said = _sentences(rng, examples[need], copied)
            found.setdefault(skill, []).extend(Example(intent=need, text=t) for t in said)
            needs.setdefault(skill, []).append(need)
            serving[need].append(skill)
    packs = {skill: _pack(skill, tuple(said), rng) for skill, said in found.items()}
    return Catalogue(packs, {need: tuple(ids) for need, ids in serving.items()})


def _sentences(rng: Random, said: tuple[str, ...], others: list[str]) -> list[str]:
    """A pack's sentences for one need: its author's own, and some from another pack."""
    most = rng.randint(8, 14) if len(said) > 20 else rng.randint(5, 8)
    mine = rng.sample(said, min(len(said), most))
    copied = [rng.choice(others) if others and rng.random() < 0.12 else text for text in mine]
    return list(dict.fromkeys(copied))


def _pack(skill: str, examples: tuple[Example, ...], rng: Random) -> Pack:
    kinds = rng.sample(KINDS, rng.choice((1, 1, 2))) if rng.random() < 0.2 else ()
    return Pack(
        id=skill,
        name=skill,
        description="",
        version="1",
        answers=Hermes(),
        files=(),
        examples=examples,
        kinds=frozenset(kinds),
    )
