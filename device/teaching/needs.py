"""What somebody wishes who says how it is: from "it's gloomy in here" to an action that helps.

    read       which need a sentence declares, and where
    known      what was taught for a sentence that says the same in other words
    proposals  what would help now, best first
    fits       whether an action helps what was declared
    answer_now what to do now for what was taught: the same, or what helps instead

The model says which need it is (`device.teaching.declaratives`); what helps is reasoned from a
small model of causes (`device.teaching.influences`) and from how the home stands.
"""

from dataclasses import dataclass

from device.concepts import Concept, Kind, Meaning
from device.context import Context, Device
from device.nlu.words import plain
from device.teaching import remedies
from device.teaching.declaratives import Declaratives
from device.teaching.influences import WISHES

NEEDS: tuple[str, ...] = tuple(WISHES)
"""Everything that a sentence can be found to wish for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a sentence declares."""

    need: str
    """One of NEEDS."""
    confidence: float
    """Calibrated, 0 to 1."""
    area: str | None = None
    """The room that was said, in the home's spelling; None for where the speaker stands."""


class Needs:
    """Reads needs and reasons about them."""

    def __init__(self, declaratives: Declaratives) -> None:
        """Take what reads sentences."""
        self._declaratives = declaratives

    def read(self, text: str, context: Context) -> Need | None:
        """Which need a sentence declares; None for requests, questions, chatter, preferences.

        Args:
            text: One sentence.
            context: The home, for the room that is said.
        """
        declared = self._declaratives.read(text)
        if declared.label not in NEEDS or declared.confidence < self._declaratives.sure:
            return None
        area = room_said(text, context)
        return Need(need=declared.label, confidence=declared.confidence, area=area)

    def known(self, text: str, need: Need, context: Context) -> Concept | None:
        """What was taught for a sentence of which this is a paraphrase.

        The same need, and near enough in meaning; the nearest where there are several, and of
        equally near ones the latest.
        """
        alike = [
            (self._declaratives.likeness(text, concept.name), concept.at, concept)
            for concept in context.concepts
            if concept.kind is Kind.DECLARATIVE and concept.meaning.need == need.need
        ]
        near = [found for found in alike if found[0] >= self._declaratives.alike]
        return max(near, key=lambda found: found[:2])[2] if near else None

    def proposals(self, need: Need, context: Context) -> tuple[Meaning, ...]:
        """What would help now, best first; empty where nothing would.

        Each changes something: what is on already is not turned on. Its settings name their
        devices.
        """
        return remedies.proposals(need.need, _place(need, context), context)

    def fits(self, meaning: Meaning, need: Need, context: Context) -> bool:
        """Whether an action helps what was declared, as far as is known.

        What it does to a room may be unknown (a scene, a plug): then it is taken for help.
        What does the opposite is none.
        """
        return remedies.helps(meaning, need.need, _place(need, context), context)

    def serves(self, device: Device, need: Need) -> bool:
        """Whether a device can do something for a need, however it stands now."""
        return remedies.serves(device, need.need)

    def answer_now(
        self, concept: Concept, need: Need, context: Context
    ) -> tuple[Meaning, bool] | None:
        """What is to be done now about a need for which something was taught.

        Args:
            concept: What was taught.
            need: What was declared now, and where.
            context: The home as it stands.

        Returns:
            What to do, and whether it is what was taught: then it is simply done. Else it is
            what helps instead, and should be asked about first. None where nothing would help.
        """
        place = _place(need, context)
        taught = remedies.transferred(concept.meaning, concept.room, place, context)
        if (
            taught is not None
            and remedies.alters(taught, place, context)
            and self.fits(taught, need, context)
        ):
            return taught, True
        others = self.proposals(need, context)
        return (others[0], False) if others else None

    def helpless(self, need: Need, context: Context) -> str:
        """One honest sentence for a need that nothing here can serve now."""
        return remedies.helpless(need.need, _place(need, context), context)


def room_said(text: str, context: Context) -> str | None:
    """The room that a sentence names, in the home's spelling; the longest name wins."""
    said = f" {plain(text)} "
    found = [
        (len(name), room.name)
        for room in context.home.rooms
        for name in map(plain, (room.name, *room.aliases))
        if name and f" {name} " in said
    ]
    return max(found)[1] if found else None


def _place(need: Need, context: Context) -> str | None:
    return need.area or context.room
