"""What the situation said: which devices an "it" or "the lamp" could mean, and how likely.

The `Turn` keeps only which were taken. This asks the device's own model again, about the same
request in the same context.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from device import models
from device.context import Context
from device.events import Request
from device.nlu.candidates import Breadth, candidates, open_ended
from device.nlu.embedding import load_table
from device.nlu.mentions import mentions
from device.nlu.referents import Referents

SHOWN = 5
"""Candidates that are told, the likeliest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """Devices that could be meant."""

    devices: tuple[str, ...]
    """Their labels; empty for none of the others."""
    breadth: Breadth
    probability: float
    """0 to 1."""


class Relevance:
    """Weighs candidates as the speaker does.

    Raises:
        ModelError: The model is missing, damaged or does not fit.
    """

    def __init__(self) -> None:
        model = models.load("referents")
        settings = models.read_manifest(models.SHIPPED / "tagger.json").settings
        table = load_table(models.SHIPPED, str(settings["table"]), str(settings["table_sha256"]))
        self._referents = Referents(model.run, model.manifest, table)

    def weigh(self, requests: Sequence[Request], context: Context) -> list[list[Likely]]:
        """What each request could have meant, likeliest first.

        Args:
            requests: Those of one turn, in order.
            context: The home before the turn.

        Returns:
            For each request; nothing where its words say enough.
        """
        return [self._of(asked, requests[:at], context) for at, asked in enumerate(requests)]

    def _of(self, asked: Request, before: Sequence[Request], context: Context) -> list[Likely]:
        asked = replace(asked, meant=(), rivals=())
        spoken_of = () if asked.scope == "implied" else mentions(context, before)
        if not open_ended(asked, spoken_of, context):
            return []
        found = candidates(asked, context, spoken_of)
        if len(found) < 2:
            return []
        sure = self._referents.probabilities(asked, found, context, spoken_of)
        weighed = [
            Likely(
                devices=tuple(context.home.label(device) for device in one.devices),
                breadth=one.breadth,
                probability=float(probability),
            )
            for one, probability in zip(found, sure, strict=True)
        ]
        return sorted(weighed, key=lambda likely: -likely.probability)[:SHOWN]
