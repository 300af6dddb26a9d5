"""How the speaker does with 300 skill packs of 12 sentences enabled.

`python -m simulator.packscale` prints it, in time of computing: other programs count for nothing.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec

from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.context import Context
from device.edges.packfolder import PackFolder
from device.effects import Notebook
from device.nlu.matching import Matching
from device.nlu.templates import builtin_sentences
from device.skills.packreading import builtin_packs, sentences_of
from simulator.clock import PretendClock
from simulator.homefile import furnished_home
from simulator.packs import MadeUp, made_up

PACKS = 300
SENTENCES = 12
ASKED = 300
"""Sentences of each kind that are looked for."""
SEED = 6


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured."""

    read_s: float
    """Seconds to read all packs, as at a start."""
    looked_ms: float
    """Milliseconds to see that none has changed."""
    indexed_ms: float
    """Milliseconds to take them into understanding after one has changed."""
    matched_ms: tuple[float, ...]
    """Milliseconds to look one sentence up: the packs' own, others of their kind, built-in ones."""
    compiled_s: float
    """Seconds to compile what can be said, worked out beside the core."""


def measure_packs() -> Measured:
    """Write packs down, read them, and look sentences up; takes about a minute."""
    skills = made_up(PACKS, seed=SEED)
    home, now = furnished_home(), PretendClock(None).now()
    with TemporaryDirectory() as name:
        for skill in skills:
            _write(skill, Path(name))
        builtin_packs()
        folder = PackFolder(Path(name))
        started = time.process_time()
        packs = folder.packs()
        read_s = time.process_time() - started
        started = time.process_time()
        folder.packs()
        looked_ms = (time.process_time() - started) * 1e3
        sentences = [sentences_of(pack) for pack, _ in packs if not pack.builtin]
    assert len(sentences) == PACKS, folder.broken
    Matching(sentences)
    started = time.process_time()
    matching = Matching(sentences)
    indexed_ms = (time.process_time() - started) * 1e3
    context = Context(home=home, now=now, notebook=Notebook())
    texts = _texts(skills)
    matched = tuple(_ms(matching, text, context) for text in texts)
    grammar = HomeGrammar(
        builtin_sentences(), pronounce=shared_lexicon().pronounce, packs=sentences
    )
    started = time.process_time()
    grammar.graph(home)
    return Measured(
        read_s=read_s,
        looked_ms=looked_ms,
        indexed_ms=indexed_ms,
        matched_ms=matched,
        compiled_s=time.process_time() - started,
    )


def _ms(matching: Matching, text: str, context: Context) -> float:
    started = time.process_time()
    matching.find(text, context)
    return (time.process_time() - started) * 1e3


def _texts(skills: Sequence[MadeUp]) -> list[str]:
    rng = Random(SEED)
    own = [text for skill in skills for text in skill.samples]
    alike = [text for skill in skills for text in skill.paraphrases]
    builtin = [example.text for pack in builtin_packs() for example in pack.examples]
    return [text for kind in (own, alike, builtin) for text in rng.sample(kind, ASKED)]


def _write(skill: MadeUp, folder: Path) -> None:
    """A made-up skill as an author would hand it in."""
    place = folder / skill.id / "sentences" / "en"
    place.mkdir(parents=True)
    manifest = f"name = {skill.id!r}\ndescription = 'Made up.'\nversion = '1'\n"
    topic = f"hermes = 'hermes/intent/{skill.id}'\n"
    (folder / skill.id / "skill.toml").write_text(manifest + topic, encoding="utf-8")
    texts = (*skill.samples, *skill.paraphrases)[:SENTENCES]
    block = {"sentences": [f"[please] {_plain(text)}" for text in texts]}
    intent = "".join(part.title() for part in skill.id.split("-"))
    table = {"intents": {intent: {"data": [block]}}}
    (place / "made-up.yaml").write_bytes(msgspec.yaml.encode(table))


def _plain(text: str) -> str:
    """Without what templates would read as something else."""
    return "".join(" " if letter in "()[]{}<>|;@\\" else letter for letter in text)


def main() -> int:
    """Print what was measured."""
    found = measure_packs()
    ordered = sorted(found.matched_ms)
    sys.stdout.write(
        f"{PACKS} packs of {SENTENCES} sentences\n"
        f"read: {found.read_s:.2f} s\n"
        f"seen not to have changed: {found.looked_ms:.1f} ms\n"
        f"taken into understanding: {found.indexed_ms:.1f} ms\n"
        f"one sentence looked up: median {ordered[len(ordered) // 2]:.2f} ms, "
        f"p95 {ordered[int(0.95 * len(ordered))]:.2f} ms of {len(ordered)}\n"
        f"compiled for recognition: {found.compiled_s:.1f} s\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
