"""Where requests go among the speaker's own skills, and which of these are switched off."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from device.context import Context
from device.events import Candidate, Request, Route, Slot
from device.nlu.intents import INTENTS, OUT_OF_SCOPE
from device.routing.fit import fitting
from device.settled import Known
from device.skills.pack import Extends, Pack, Standing
from device.skills.skill import Skill

MARGIN = 0.03
"""Two of the speaker's own skills whose scores are closer than this are a tie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Where a request goes without packs."""

    request: Request
    ranked: tuple[Candidate, ...] = ()
    """The skills that know its intent, best first."""
    off: str = ""
    """The best of them where it is switched off: then there are no others."""
    unserved: float = 0.0
    """How sure the reading is where none of them has anything to do with it in this home."""

    @property
    def best(self) -> Candidate | None:
        """The best of them, if any."""
        return self.ranked[0] if self.ranked else None

    @property
    def score(self) -> float:
        """Its score, or how sure a reading is that none of them serves."""
        return self.ranked[0].score if self.ranked else self.unserved

    def gave(self, candidate: Candidate) -> bool:
        """Whether a candidate is this one's best, and no pack's reading for the same skill."""
        best = self.best
        return best is not None and (best.skill, best.intent, best.slots) == (
            candidate.skill, candidate.intent, candidate.slots,
        )  # fmt: skip


class OwnSkills:
    """The speaker's own skills."""

    def __init__(self, skills: Sequence[Skill], *, threshold: float, margin: float) -> None:
        """Take them.

        Args:
            skills: With names that differ; earlier ones win ties of the same kind of device.
            threshold: Scores below it are no answer, 0 to 1.
            margin: Closer scores are a tie, 0 to 1.

        Raises:
            ValueError: Two have the same name.
        """
        self.skills = {skill.name: skill for skill in skills}
        """Each by its name."""
        if len(self.skills) != len(skills):
            raise ValueError(f"skills with the same name: {[skill.name for skill in skills]}")
        self.names = {name: name.replace("_", " ") for name in self.skills}
        """What people call each of them."""
        self._off: frozenset[str] = frozenset()
        self._threshold = threshold
        self._margin = margin

    @property
    def known(self) -> tuple[Known, ...]:
        """Those that are not switched off."""
        return tuple(
            Known(id=name, name=self.names[name], builtin=True)
            for name in self.skills
            if name not in self._off
        )

    def take(self, packs: Sequence[tuple[Pack, Standing]]) -> None:
        """Learn which are switched off: those of which all packs that extend them are."""
        on, off = set[str](), set[str]()
        for pack, standing in packs:
            if pack.builtin and isinstance(pack.answers, Extends):
                (off if standing is Standing.DISABLED else on).add(pack.answers.skill)
                self.names[pack.answers.skill] = pack.name
        self._off = frozenset(off - on)

    def read(self, request: Request, context: Context, without: Collection[str] = ()) -> Own:
        """Rank them.

        Args:
            request: What was asked.
            context: The home and the speaker's room.
            without: Names of those that are not asked.

        Returns:
            None of them where the best was turned down or is switched off: the next best would
            do the same with other words, or what nobody meant.
        """
        skills = [skill for name, skill in self.skills.items() if name not in without]
        ranked = fitting(skills, without_choice(request), context)
        best = ranked[0].skill if ranked else ""
        off = best if best in self._off else ""
        gone = bool(off) or best in request.refused
        known = request.intent in INTENTS and request.intent != OUT_OF_SCOPE
        return Own(
            request=request,
            ranked=() if gone else ranked,
            off=off,
            unserved=request.confidence if known and not (ranked or without) else 0.0,
        )

    def alone(self, own: Own, decided: str | None) -> Route:
        """The route where no pack might be meant.

        Args:
            own: What `read` gave.
            decided: The skill that somebody chose.
        """
        ranked = own.ranked
        skill = next((c.skill for c in ranked if c.skill == decided), None)
        if skill is not None:
            return to(own.request, skill, ranked, decided=True)
        tied = self._tied(ranked)
        if not ranked or own.score < self._threshold or tied:
            return to(own.request, None, ranked, tied=tied, off=own.off)
        return to(own.request, ranked[0].skill, ranked)

    def _tied(self, ranked: Sequence[Candidate]) -> tuple[str, ...]:
        """Those that are as good as the best, if any is good enough and there are several."""
        if not ranked or ranked[0].score < self._threshold:
            return ()
        best = ranked[0].score
        tied = tuple(c.skill for c in ranked if best - c.score < self._margin)
        return tied if len(tied) > 1 else ()


def choice(request: Request) -> tuple[Slot, ...]:
    """The slot that holds which skill somebody chose, if anybody did."""
    return tuple(slot for slot in request.slots if slot.name == "skill")


def without_choice(request: Request) -> Request:
    """The request for whoever answers it."""
    return replace(request, slots=tuple(slot for slot in request.slots if slot.name != "skill"))


def to(
    request: Request,
    skill: str | None,
    ranked: tuple[Candidate, ...],
    *,
    tied: tuple[str, ...] = (),
    decided: bool = False,
    off: str = "",
) -> Route:
    """A route whose request holds what its skill is asked, and not who was chosen to answer."""
    asked = replace(without_choice(request), otherwise=())
    return Route(request=asked, skill=skill, candidates=ranked, tied=tied, decided=decided, off=off)
