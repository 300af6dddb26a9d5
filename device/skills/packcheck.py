"""What a pack's author should know: which of its sentences are others' as well."""

from collections.abc import Iterable
from datetime import UTC, datetime

from device.context import Context, Home
from device.effects import Notebook
from device.nlu.matching import Matching
from device.skills.pack import Extends, Pack
from device.skills.packreading import sentences_of

NOWHERE = Context(home=Home(), now=datetime(2026, 1, 1, tzinfo=UTC), notebook=Notebook())
"""A home without names: only what packs themselves say is compared."""


def shared(pack: Pack, others: Iterable[Pack]) -> dict[str, tuple[str, ...]]:
    """Sample sentences of a pack that other packs' sentences match whole.

    Args:
        pack: The one that is looked at.
        others: Packs beside it; itself among them, and skills that it extends, count for nothing.

    Returns:
        Sentence -> ids of the packs that have it too.
    """
    mine = pack.answers.skill if isinstance(pack.answers, Extends) else pack.id
    found: dict[str, list[str]] = {}
    for other in others:
        sentences = sentences_of(other)
        if other.id == pack.id or sentences.pack == mine or sentences.empty:
            continue
        matching = Matching((sentences,))
        for example in pack.examples:
            if matching.find(example.text, NOWHERE):
                found.setdefault(example.text, []).append(other.id)
    return {text: tuple(ids) for text, ids in found.items()}
