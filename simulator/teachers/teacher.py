"""An owner in a lesson: answers what the speaker asks, until it knows what he means.

He knows the speaker by its replies alone: whether it asks, what kind of question it is, and the
words. He says yes only where the words hold all that he has in mind and nothing beside it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from random import Random

from device.context import Home
from device.events import Ask
from simulator.teachers.agreeing import agrees
from simulator.teachers.bank import Share, wordings
from simulator.teachers.judging import bare
from simulator.teachers.manners import REFUSERS, Manner
from simulator.teachers.phrasing import Part, listed, said, value_of
from simulator.teachers.wishes import Topic, Wish, request

PATIENCE = 8
"""Things that somebody says in a lesson before he gives up."""
_REPEATS = 2
"""How often somebody asks again who got no question."""
_CORRECTIONS = 3

_ABOUT = re.compile(r"I (?:still )?don't know what (.+?) (?:is|are)\b|([^:.?]+): ")
"""How a speaker says what it asks about, or offers a meaning for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the owner does next."""

    text: str
    """"" where he says nothing for a while."""
    counts: bool = True
    """Whether it is a turn of the lesson; a request in between is none."""


class Teacher:
    """One owner with one thing to teach."""

    def __init__(
        self,
        rng: Random,
        home: Home,
        wish: Wish,
        manner: Manner,
        *,
        share: Share = "all",
        seen: Collection[str] = frozenset(),
    ) -> None:
        """Take what he has in mind.

        Args:
            rng: The only source of chance.
            home: His home.
            wish: What he means.
            manner: How he answers.
            share: Which wordings he uses.
            seen: How the device that he points at stands; as in `agreeing.agrees`.
        """
        self._rng = rng
        self._home = home
        self.wish = wish
        self.manner = manner
        self._share: Share = share
        self._seen = seen
        self._last = ""
        self._acted = False
        """Whether he has shown his manner."""
        self._defined = 0
        self._corrected = 0
        self._repeated = 0
        self._between = False
        self._parts = wish.parts
        """What he says: at first something else than he means, where he corrects himself."""
        if manner is Manner.CORRECTS and wish.parts and wish.topic in _CORRECTABLE:
            self._parts = self._slip()
        self.agreed_to: str | None = None
        """The reply that he said yes to last."""
        self.opened = False
        """Whether the speaker ever asked what the words mean."""

    def begin(self) -> str:
        """The request that holds the words."""
        return self._say(request(self._rng, self.wish, share=self._share))

    def answer(self, reply: str, asks: Ask | None) -> Said | None:
        """What comes next; None where there is nothing more to say.

        Args:
            reply: What the speaker said.
            asks: What kind of question that is, as its tone tells.
        """
        if self._between:
            self._between = False
            if asks is None:
                return self._ask_again()
        match asks:
            case Ask.TEACH | Ask.CONFIRM if self._misnamed(reply) and self._repeated < _REPEATS:
                return self._ask_again()
            case Ask.TEACH:
                self.opened = True
                return self._teach()
            case Ask.CONFIRM if self.opened or self.wish.topic is Topic.DECLARATIVE:
                self.opened = True
                return self._judge(reply)
            case Ask.REPEAT if self._repeated < _REPEATS:
                self._repeated += 1
                return Said(text=self._last)
            case Ask.REPEAT if self.opened:
                return Said(text=self._remark("cancel"))
            case Ask.REPEAT:
                return None
            case None:
                return None if self.opened or self.agreed_to else self._ask_again()
            case _:
                # Some other question than what it means: that helps nobody.
                return self._ask_again()

    def define(self) -> str:
        """What he answers to the question what the words mean."""
        self._defined += 1
        return self._say(self._around(self._definition()))

    def _ask_again(self) -> Said | None:
        self._repeated += 1
        if self._repeated > _REPEATS:
            return None
        return Said(text=self._say(request(self._rng, self.wish, share=self._share)))

    def _misnamed(self, reply: str) -> bool:
        """Whether the speaker calls what it asks about by another name than he did."""
        found = _ABOUT.match(reply)
        if found is None or self.wish.topic is Topic.DECLARATIVE:
            return False
        return bare(found[1] or found[2]) not in (bare(self.wish.name), "that", "it")

    def _teach(self) -> Said:
        if self.manner is Manner.REFUSES or (self.manner is Manner.REFUSES_LATE and self._acted):
            return Said(text=self._remark("cancel"))
        if not self._acted and (first := self._first()) is not None:
            self._acted = True
            return first
        self._acted = True
        return Said(text=self.define())

    def _first(self) -> Said | None:
        """What he does before he answers."""
        match self.manner:
            case Manner.VAGUE | Manner.REFUSES_LATE:
                return Said(text=self._say(self._remark("vague")))
            case Manner.UNSURE:
                return Said(text=self._say(self._remark("unsure")))
            case Manner.WILLING:
                return Said(text=self._say(self._remark("willing")))
            case Manner.BETWEEN:
                self._between = True
                return Said(text=self._remark("between"), counts=False)
            case Manner.SILENT:
                return Said(text="", counts=False)
            case _:
                return None

    def _judge(self, reply: str) -> Said:
        if self.manner in REFUSERS:
            return Said(text=self._remark("cancel"))
        if self.means(reply):
            self.agreed_to = reply
            return Said(text=self._say(self._remark("yes")))
        self._parts = self.wish.parts
        self._corrected += 1
        if self._corrected > _CORRECTIONS:
            return Said(text=self._remark("cancel"))
        return Said(text=self._say(self._correction()))

    def means(self, reply: str) -> bool:
        """Whether what a reply offers is what he has in mind, all of it and nothing else."""
        return agrees(self.wish, reply, self._home, seen=self._seen)

    def _definition(self) -> str:
        wish, rng = self.wish, self._rng
        match wish.topic:
            case Topic.GROUP | Topic.NICKNAME:
                names = [wish.called[label] for label in wish.devices]
                return self._frame("devices", list=listed(rng, names))
            case Topic.PLACE:
                return self._frame("place", place=wish.called[""])
            case Topic.EXAMPLE:
                if self._defined == 1:
                    return self._frame("example")
            case Topic.REFERENCE:
                return self._frame("reference", other=wish.other)
            case Topic.VALUE if self._bare():
                return self._frame("bare", b=said(rng, self._parts, wish.called, "b"))
            case Topic.DECLARATIVE:
                return said(rng, self._parts, wish.called, "vp")
            case _ if self._defined > 1:
                return said(rng, self._parts, wish.called, "vp")
        if wish.topic is Topic.EXAMPLE:
            shown = [replace(p, device="") for p in self._parts if p.capability != "power"]
            return said(rng, shown, {"": "it"}, "vp")
        return self._frame("setting")

    def _bare(self) -> bool:
        """Whether the value alone is said: by the terse, and where all else failed."""
        chance = 0.15 if self._defined == 1 else 0.6
        return self.manner is Manner.TERSE or self._rng.random() < chance

    def _correction(self) -> str:
        wish, rng = self.wish, self._rng
        if wish.devices:
            names = [wish.called[label] for label in wish.devices]
            return self._frame("restated", list=listed(rng, names))
        if wish.area:
            return self._frame("restated", list=wish.called[""])
        if wish.topic in (Topic.EXAMPLE, Topic.REFERENCE):
            return f"no, {self._definition()}"
        frames = wordings("definitions", "correction", self._share)
        alone = len(wish.parts) == 1 and wish.topic is Topic.VALUE
        frame = rng.choice([f for f in frames if alone or "{b}" not in f])
        return frame.format(**self._forms())

    def _frame(self, kind: str, **fillings: str) -> str:
        frame = self._rng.choice(wordings("definitions", kind, self._share))
        if kind == "setting":
            fillings = self._forms()
        return frame.format(name=self.wish.name, **fillings)

    def _forms(self) -> dict[str, str]:
        forms = ("vp", "vg", "st", "cl", "np")
        said_ = {f: said(self._rng, self._parts, self.wish.called, f) for f in forms}
        if self.wish.topic is Topic.VALUE:
            said_["b"] = said(self._rng, self._parts, self.wish.called, "b")
        return said_

    def _around(self, text: str) -> str:
        """The answer with what people say around it."""
        rng = self._rng
        match self.manner:
            case Manner.CHATTY:
                text = _hesitating(rng, text)
                text = f"{self._remark('opening')} {text}"
                return f"{text} {self._remark('closing')}" if rng.random() < 0.5 else text
            case Manner.DIGRESSES:
                return f"{self._remark('digression')} {text}"
            case Manner.CHANGES if self.wish.topic in _CORRECTABLE and self._defined == 1:
                slip = said(rng, self._slip()[:1], self.wish.called, "vp")
                whole = said(rng, self.wish.parts, self.wish.called, "vp")
                return f"{slip}, {self._remark('repair')} {whole}"
            case _:
                return text

    def _slip(self) -> tuple[Part, ...]:
        """The same with another value first."""
        first, *rest = self.wish.parts
        other = first.value
        while other == first.value:
            other = value_of(self._rng, first.capability)
        return (replace(first, value=other), *rest)

    def _remark(self, kind: str) -> str:
        return self._rng.choice(wordings("remarks", kind, self._share))

    def _say(self, text: str) -> str:
        self._last = text
        return text


_CORRECTABLE = frozenset({Topic.VALUE, Topic.VALUES, Topic.DEVICES})


def _hesitating(rng: Random, text: str) -> str:
    """One or two fillers between words."""
    words = text.split()
    for _ in range(rng.choice((0, 1, 1, 2))):
        words.insert(rng.randint(0, len(words)), rng.choice(("um", "uh", "er", "like", "you know")))
    return " ".join(words)
