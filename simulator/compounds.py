"""Sentences that ask for several things at once, with how they fall apart.

Made as in "Parsing coordination for spoken language understanding" (Agarwal et al., SLT
2018): one entity of a sentence is replaced by two to five, with commas and a conjunction, or
with fewer of them, as speech recognition writes it. Two more kinds: several slots coordinated
together ("set the lamp to red and the fan to high"), and several requests in one breath.

Each token has one label:

    O  shared by all things asked            B I  one coordinated item
    C  conjunction between items             K    connective between requests
    N  first word of a further request
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from device.context import Home
from simulator.coordination import DETERMINERS, LIMIT, Compound, joined, single, tokens_of
from simulator.disfluency import fragment, hesitant, mended
from simulator.homes import Split, lexicon
from simulator.sentences import Phrase, dressed, random_phrase, sources

COORDINATED = {
    "name": None,
    "area": None,
    "floor": None,
    "item": None,
    "domain": None,
    "device_class": None,
    "time": {"SetAlarm", "CancelAlarm"},
    "words": {"CancelReminder"},
    "search_query": None,
}
"""Slots whose values people coordinate, and the intents in which they do (None: all)."""

_DOMAINS = {"name": "devices", "domain": "devices", "device_class": "devices", "area": "rooms"}
_DOMAINS |= {"floor": "rooms", "item": "items", "words": "items", "time": "times"}
_DOMAINS |= {"search_query": "songs"}
_TOPICS = {**_DOMAINS, **dict.fromkeys(("duration", "start_duration", "date", "days"), "times")}

_OFTEN = ("HassShoppingListAddItem",) * 6 + ("HassTurnOn",) * 3 + ("HassMediaSearchAndPlay",)
"""Intents in which several things are asked for most."""

ALONE = frozenset(
    {"HassNevermind", "HassRespond", "Undo", "RepeatThat", "WhatCanYouDo", "StopRinging"}
    | {"SnoozeAlarm", "OutOfScope"}
)
"""Intents that stand alone."""

COMPANIONS = (
    ("peanut butter", "jelly"),
    ("salt", "pepper"),
    ("bread", "butter"),
    ("bacon", "eggs"),
    ("oil", "vinegar"),
    ("chips", "salsa"),
    ("milk", "cookies"),
    ("ham", "cheese"),
    ("pork", "beans"),
    ("rice", "beans"),
    ("strawberries", "cream"),
)
"""Things that often go together and yet are two items at the end of a list."""

_VERBS = frozenset(
    {"set", "turn", "switch", "put", "make", "change", "add", "is", "are", "what's", "open"}
    | {"close", "dim", "cancel", "delete", "start", "remove", "bring", "play", "remind", "lock"}
    | {"unlock", "stop", "pause", "check", "flip", "create", "raise", "lower", "adjust", "resume"}
)
_UNITS = frozenset({"minutes", "minute", "hours", "hour", "seconds", "second"})


class Compounder:
    """Makes compounds for one pretend home."""

    def __init__(self, rng: Random, home: Home, split: Split = "train") -> None:
        self._rng = rng
        self._home = home
        self._split = split
        names = [n for n in sources() if n not in ALONE]
        self._names = names
        self._topics: frozenset[str] = frozenset()
        self._weights = [sum(len(s.block.sentences) for s in sources()[n]) ** 0.5 for n in names]

    def compound(self) -> Compound:
        """One sentence of a random kind."""
        self._topics = frozenset()
        style = self._rng.random()
        if style < 0.27:
            made = self.single() if style < 0.19 else self._until(self.halting)
        else:
            made = self._until(self.part) if style < 0.7 else self.requests()
            made = hesitant(self._rng, made) if self._rng.random() < 0.04 else made
        return replace(made, topics=self._topics)

    def single(self) -> Compound:
        """A sentence that asks for one thing."""
        rng = self._rng
        alone = rng.random() < 0.15
        name = (
            rng.choice(sorted(ALONE & set(sources())))
            if alone
            else rng.choices(self._names, weights=self._weights)[0]
        )
        return single(dressed(self._phrase(name), self._rng).text)

    def halting(self) -> Compound | None:
        """One thing asked with fillers, with a slip that is mended, or as half a sentence."""
        rng = self._rng
        style = rng.random()
        if style < 0.35:
            return hesitant(rng, self.single())
        name = rng.choices(self._names, weights=self._weights)[0]
        phrases = self._parallel(name, 3)
        if phrases is None:
            return None
        if style < 0.75:
            return mended(rng, phrases[0], phrases[1])
        fitting = [i for i, p in enumerate(phrases[0].pieces) if _coordinated(p.label, name)]
        if not fitting:
            return None
        at = rng.choice(fitting)
        value, *others = dict.fromkeys(p.pieces[at].text for p in phrases)
        several = others[:1] if rng.random() < 0.15 else []
        domain = _domain(phrases[0].pieces[at].label, name)
        return fragment(rng, value, domain=domain, others=several)

    def part(self) -> Compound | None:
        """Several things of one kind in one request; None where the draw does not allow it."""
        style = self._rng.random()
        if style < 0.72:
            return self.items()
        return self.tails() if style < 0.88 else self.verbs()

    def items(self) -> Compound | None:
        """One slot with two to five values."""
        rng = self._rng
        name = rng.choices(self._names, weights=self._weights)[0]
        if rng.random() < 0.35:
            name = rng.choice(_OFTEN)
        count = rng.choice((2, 2, 2, 3, 3, 4, 4, 5, 6))
        phrases = self._parallel(name, count)
        if phrases is None:
            return None
        first = phrases[0]
        fitting = [i for i, p in enumerate(first.pieces) if _coordinated(p.label, name)]
        if not fitting:
            return None
        at = rng.choice(fitting)
        values = list(dict.fromkeys(p.pieces[at].text for p in phrases))
        if len(values) < 2:
            return None
        if first.pieces[at].label == "item" and rng.random() < 0.1:
            values = [*values[: rng.choice((1, 2, 3))], *rng.choice(COMPANIONS)]
        before = tokens_of("".join(p.text for p in first.pieces[:at]))
        after = tokens_of("".join(p.text for p in first.pieces[at + 1 :]))
        domain = _domain(first.pieces[at].label, name)
        if domain == "songs" and any(" and " in value for value in values):
            return None
        return joined(rng, before, [tokens_of(v) for v in values], after, domain=domain)

    def tails(self) -> Compound | None:
        """Several slots coordinated together: all that follows the verb."""
        name = self._rng.choices(self._names, weights=self._weights)[0]
        count = self._rng.choice((2, 2, 3))
        phrases = self._parallel(name, count)
        if phrases is None:
            return None
        first = phrases[0].pieces
        labelled = [i for i, p in enumerate(first) if p.label and p.label != "scope"]
        if len(labelled) < 2 or labelled[0] == 0:
            return None
        at = labelled[0]
        tails = [tokens_of("".join(p.text for p in phrase.pieces[at:])) for phrase in phrases]
        before = tokens_of("".join(p.text for p in first[:at]))
        if len(set(tails)) < 2 or sum(map(len, tails)) > LIMIT - 10:
            return None
        if self._rng.random() < 0.4:
            tails = _without_units(tails)
        made = joined(self._rng, before, list(dict.fromkeys(tails)), (), domain="")
        return made and replace(made, kind="tails", domains=_touched(name))

    def verbs(self) -> Compound | None:
        """Different requests that share their verb: "set the lamp to red and a timer for ..."."""
        rng = self._rng
        found: dict[tuple[str, ...], dict[tuple[str, ...], str]] = {}
        for _ in range(14):
            name = rng.choices(self._names, weights=self._weights)[0]
            head, tail = _parted(self._phrase(name))
            if not head or head[0] not in _VERBS:
                continue
            tails = found.setdefault(head, {})
            tails[tail] = name
            if len(tails) > 1 + (rng.random() < 0.15):
                made = joined(rng, head, list(tails), (), domain="")
                domains = frozenset().union(*map(_touched, tails.values()))
                return made and replace(made, kind="verbs", domains=domains)
        return None

    def requests(self) -> Compound:
        """Two to four requests in one breath, some of them for several things."""
        rng = self._rng
        wanted = rng.choice((2, 2, 2, 3, 3, 4))
        tokens: list[str] = []
        labels: list[str] = []
        count = 0
        domains: frozenset[str] = frozenset()
        for index in range(wanted):
            part = self._until(self.part) if rng.random() < 0.25 else self._plain()
            link = self._link(last=index == wanted - 1) if index else ()
            if index and part.labels[0] != "O":
                part = self._plain()  # N has no room for the begin of an item
            if index and len(tokens) + len(link) + len(part.tokens) > LIMIT:
                break
            first = "N" if index else part.labels[0]
            tokens += [*link, *part.tokens]
            labels += ["K"] * len(link) + [first, *part.labels[1:]]
            count += part.count
            domains |= part.domains
        return Compound(tuple(tokens), tuple(labels), "requests", count, domains)

    def _plain(self) -> Compound:
        rng = self._rng
        phrase = self._phrase(rng.choices(self._names, weights=self._weights)[0])
        return single((dressed(phrase, rng) if rng.random() < 0.3 else phrase).text)

    def _link(self, *, last: bool) -> tuple[str, ...]:
        rng = self._rng
        style = rng.random()
        joiner = tuple(rng.choice(lexicon()["joiners"]).split())
        if style < 0.12:
            return ()
        if not last and style < 0.5:
            return (",",)
        if style < 0.2:
            return (rng.choice((",", ".")),)
        comma = (",",) if rng.random() < 0.2 else ()
        return (*comma, *(("and",) if rng.random() < 0.6 else joiner))

    def _parallel(self, name: str, count: int) -> list[Phrase] | None:
        """Phrases that differ in their fillings only."""
        seed = self._rng.getrandbits(32)
        phrases = [self._phrase(name, seed) for _ in range(count)]
        shapes = {tuple((p.label, "" if p.label else p.text) for p in x.pieces) for x in phrases}
        return phrases if len(shapes) == 1 else None

    def _phrase(self, name: str, seed: int | None = None) -> Phrase:
        phrase = random_phrase(name, self._rng, self._home, self._split, seed=seed)
        self._topics |= _touched(name) | {
            _TOPICS[p.label] for p in phrase.pieces if p.label in _TOPICS
        }
        return phrase

    def _until(self, draw: Callable[[], Compound | None]) -> Compound:
        before = self._topics
        while True:
            self._topics = before
            found = draw()
            if found is not None:
                return found


def _coordinated(label: str, intent: str) -> bool:
    if label not in COORDINATED:
        return False
    allowed = COORDINATED[label]
    return allowed is None or intent in allowed


def _domain(label: str, intent: str) -> str:
    timed = "times" in _touched(intent) and label in ("name", "area", "time")
    return "times" if timed else _DOMAINS[label]


def _touched(intent: str) -> frozenset[str]:
    """The domains that the words of an intent speak of, where it is not about devices."""
    timed = any(word in intent for word in ("Timer", "Alarm", "Reminder"))
    played = "Search" in intent
    return frozenset(["times"] * timed + ["songs"] * played)


def _parted(phrase: Phrase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words before the first value and those from its article on: "set", "the lamp to 3"."""
    first = phrase.pieces[0]
    if first.label or len(phrase.pieces) < 2:
        return (), ()
    head = tokens_of(first.text)
    while head and head[-1] in DETERMINERS:
        head = head[:-1]
    return head, tokens_of(phrase.text)[len(head) :]


def _without_units(tails: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """As people say it: "a pizza timer for five minutes and a pasta timer for ten"."""
    first = tails[0]
    if first[-1] not in _UNITS:
        return tails
    return [first, *(t[:-1] if t[-1] == first[-1] and t[-3] == first[-3] else t for t in tails[1:])]
