"""A day in a house: who says what when, and what is right.

People follow their habits and ask for whatever comes to their mind in between. The house is
kept in mind as it should be, so that nobody pauses what does not play.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from device.events import Value
from device.home.homefile import Furnishing, HomeFile
from simulator.homefile import furnished
from simulator.households.deeds import BY_NAME, DEEDS, Deed
from simulator.households.people import Resident, residents
from simulator.households.speaking import Speech, joined, some_item, some_time
from simulator.households.truth import Moved, Truth, Wanted
from simulator.sentences import Phrase

FIRST_DAY = date(2026, 11, 2)
AGREES_S = 3
SOON_S = 8
"""How soon after something somebody says "it" for it, seconds."""
_TOGETHER, _AGAIN, _TWICE, _ELSE = 0.12, 0.15, 0.15, 0.25
_FEWEST_APART_S = 20
Spoken = tuple[Phrase, Truth]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One sentence of a day."""

    at: datetime
    """By the wall clock of the house."""
    person: str
    """Who says it."""
    room: str | None
    """Where the speaker stands that hears it."""
    text: str
    truth: Truth


def speaker_room(seed: int, house: HomeFile) -> str | None:
    """Where the speaker of a house stands."""
    rng = Random(f"speaker {seed}")
    inside = [room.name for room in house.rooms if room.floor != "Outside"]
    return rng.choice(inside) if inside else None


def day(seed: int, house: HomeFile, *, number: int = 0) -> list[Saying]:
    """What is said to the speaker of a house on one day, in order of time.

    Args:
        seed: Of the people, their habits and their words.
        house: Where they live.
        number: Which day, 0 is the first; habits stay, chance differs.
    """
    return _Day(seed, house, number).sayings()


@dataclass(frozen=True, slots=True)
class _Wish:
    """Somebody is about to speak; with a habit, or about anything."""

    at_s: float
    person: str
    deed: Deed | None = None
    device: Furnishing | None = None


class _Day:
    def __init__(self, seed: int, house: HomeFile, number: int) -> None:
        self._rng = Random(f"day {seed} {number}")
        self._house = house
        self._people = residents(seed, house)
        self._room = speaker_room(seed, house)
        self._midnight = datetime.combine(FIRST_DAY + timedelta(days=number), time())
        self._speech = Speech(house, self._room, self._rng)
        self._stands = {d.topic_name: dict(furnished(d).state) for d in house.devices}
        self._shopping: set[str] = set()
        self._timed = False
        """Whether a timer was set before, which may still run."""
        self._now_s = 0.0

    def sayings(self) -> list[Saying]:
        """All of the day."""
        found: list[Saying] = []
        for wish in sorted(self._wishes(), key=lambda w: w.at_s):
            self._now_s = max(self._now_s + _FEWEST_APART_S, wish.at_s)
            for truth in self._told(wish):
                at = self._midnight + timedelta(seconds=round(self._now_s))
                found.append(
                    Saying(
                        at=at, person=wish.person, room=self._room, text=truth.words, truth=truth
                    )
                )
                self._happen(truth)
                self._now_s += AGREES_S if truth.asks else SOON_S
        return found

    def _wishes(self) -> Iterator[_Wish]:
        for person in self._people:
            for usual in person.habits:
                if self._rng.random() < usual.chance:
                    hour = usual.hour + self._rng.gauss(0, 0.25)
                    yield _Wish(hour * 3_600, person.name, usual.deed, usual.device)
            yield from self._whims(person)

    def _whims(self, person: Resident) -> Iterator[_Wish]:
        hour = person.rises
        while (hour := hour + self._rng.expovariate(person.chatty)) < person.sleeps:
            if person.at_home(hour):
                yield _Wish(hour * 3_600, person.name)

    def _told(self, wish: _Wish) -> Iterator[Truth]:
        """What is said for a wish: a sentence, a yes to a question, sometimes one more."""
        rng = self._rng
        spoken = self._of_habit(wish) if wish.deed is not None else self._anything()
        if spoken is None:
            return
        phrase, truth = spoken
        truth = replace(truth, words=self._speech.dressed(phrase).text)
        yield truth
        if truth.asks:
            yield Truth(words="yes", moves=truth.agreed)
        elif len(truth.moves) == 1 and rng.random() < _AGAIN:
            again = self._again(truth.moves[0])
            if again is not None:
                yield again

    def _of_habit(self, wish: _Wish) -> Spoken | None:
        deed, device = wish.deed, wish.device
        if deed is None or device is None:
            return None
        if not deed.fits(device, self._stands[device.topic_name].get(deed.capability)):
            return None
        return self._done(deed, device)

    def _anything(self) -> Spoken | None:
        """Whatever comes to somebody's mind; None where no sentence was found for it."""
        rng = self._rng
        style = rng.random()
        if style < _TOGETHER:
            return self._together()
        if style < _TOGETHER + _ELSE:
            return rng.choice((self._shop, self._time, self._clock, self._ask_warmth))()
        found = self._something()
        if found is not None and rng.random() < _TWICE:
            return self._twice(found)
        return found

    def _something(self) -> Spoken | None:
        """One deed with one device."""
        able = [
            (deed, device)
            for device in self._house.devices
            for deed in DEEDS
            if deed.fits(device, self._stands[device.topic_name].get(deed.capability))
        ]
        # A kind that can do much is not asked for more often.
        device = self._rng.choice(sorted({d.topic_name for _, d in able}))
        return self._done(*self._rng.choice([p for p in able if p[1].topic_name == device]))

    def _done(self, deed: Deed, device: Furnishing) -> Spoken | None:
        ways = self._speech.called(device)
        if not ways:
            return None
        called, value = self._rng.choice(ways), deed.drawn(self._rng)
        phrase = self._speech.about(deed, device, called, value)
        if phrase is None:
            return None
        slots: dict[str, Value] = {"name": device.name}
        if called.area:
            slots["area"] = called.area
        if deed.slot:
            slots[deed.slot] = value
        moves = (self._moved(device, deed.capability, value),)
        asked = deed.asked_first(device)
        return phrase, Truth(
            words=phrase.text,
            requests=(Wanted(intent=_intent(deed.intent), slots=slots),),
            moves=() if asked else moves,
            asks="confirm" if asked else "",
            agreed=moves if asked else (),
        )

    def _twice(self, first: Spoken) -> Spoken | None:
        """That, and something else, in one sentence."""
        second = self._something()
        if second is None or first[1].asks or second[1].asks:
            return first
        names = {move.device for _, truth in (first, second) for move in truth.moves}
        if len(names) < 2:
            return first
        phrase = joined(first[0], second[0])
        if phrase is None:
            return first
        return phrase, Truth(
            words=phrase.text,
            requests=first[1].requests + second[1].requests,
            moves=first[1].moves + second[1].moves,
        )

    def _together(self) -> Spoken | None:
        """All lights of a room."""
        rooms = [r.name for r in self._house.rooms if len(self._lights(r.name)) > 1]
        if not rooms:
            return None
        room, word = self._rng.choice(rooms), self._rng.choice(("on", "off"))
        intent = BY_NAME[word].intent
        phrase = self._speech.together(intent, room)
        if phrase is None:
            return None
        wanted = Wanted(intent=intent, slots={"area": room, "domain": "light"})
        moves = tuple(self._moved(light, "power", word) for light in self._lights(room))
        return phrase, Truth(words=phrase.text, requests=(wanted,), moves=moves)

    def _again(self, move: Moved) -> Truth | None:
        """The same device the other way: "turn it off again"."""
        if move.capability != "power":
            return None
        word = "off" if move.value == "on" else "on"
        phrase = self._speech.again(BY_NAME[word].intent)
        if phrase is None:
            return None
        back = Moved(device=move.device, label=move.label, capability="power", value=word)
        return Truth(
            words=phrase.text, requests=(Wanted(intent=BY_NAME[word].intent),), moves=(back,)
        )

    def _shop(self) -> Spoken | None:
        item = some_item(self._rng)
        phrase = self._speech.plain("HassShoppingListAddItem", ("item",), item)
        if phrase is None or item in self._shopping:
            return None
        wanted = Wanted(intent=phrase.intent, slots={"item": item})
        self._shopping.add(item)
        return phrase, Truth(words=phrase.text, requests=(wanted,), buys=item)

    def _time(self) -> Spoken | None:
        text, minutes = some_time(self._rng)
        phrase = self._speech.plain("HassStartTimer", ("duration",), text)
        if phrase is None:
            return None
        wanted = Wanted(intent=phrase.intent, slots={"minutes": minutes})
        timers = None if self._timed else (60 * minutes,)
        self._timed = True
        return phrase, Truth(words=phrase.text, requests=(wanted,), timers=timers)

    def _clock(self) -> Spoken | None:
        phrase = self._speech.plain("HassGetCurrentTime", ())
        if phrase is None:
            return None
        return phrase, Truth(words=phrase.text, requests=(Wanted(intent=phrase.intent),))

    def _ask_warmth(self) -> Spoken | None:
        """How warm it is in a room where something tells."""
        rooms = sorted(
            {
                str(device.room)
                for device in self._house.devices
                if "temperature" in furnished(device).capabilities
            }
        )
        if not rooms:
            return None
        room = self._rng.choice(rooms)
        phrase = self._speech.plain("HassClimateGetTemperature", ("area",), room)
        if phrase is None:
            return None
        wanted = Wanted(intent=phrase.intent, slots={"area": room})
        return phrase, Truth(words=phrase.text, requests=(wanted,))

    def _lights(self, room: str) -> list[Furnishing]:
        return [d for d in self._house.devices if d.room == room and d.kind == "light"]

    def _moved(self, device: Furnishing, capability: str, value: Value) -> Moved:
        label = self._speech.names.label(device)
        return Moved(device=device.topic_name, label=label, capability=capability, value=value)

    def _happen(self, truth: Truth) -> None:
        """Note how everything stands after it."""
        for move in truth.moves:
            self._stands[move.device][move.capability] = move.value


def _intent(name: str) -> str:
    """The intent without the variant by which the tagger knows it."""
    return name.partition("/")[0]
