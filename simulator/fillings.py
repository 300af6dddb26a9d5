"""What people put into the gaps of a sentence: numbers, times, names, items.

Everything comes as text, digits or words, as typed and as speech recognition writes it.
"""

from dataclasses import dataclass
from random import Random

from device.context import Device, Home
from simulator.homes import KINDS, Split, device_name, invented, lexicon, words

ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
)


def number(rng: Random, value: int, *, digits: float = 0.5) -> str:
    """A whole number from 0 to 9999, as digits with that probability, else as words."""
    if rng.random() < digits:
        return str(value)
    return spell(value, hyphen=rng.random() < 0.2, conjunction=rng.random() < 0.5)


def spell(value: int, *, hyphen: bool = False, conjunction: bool = False) -> str:
    """A whole number from 0 to 9999 in words; 105 is "one hundred [and] five"."""
    if value < 20:
        return ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return TENS[tens] + (("-" if hyphen else " ") + ONES[ones] if ones else "")
    base, name = (1000, "thousand") if value >= 1000 else (100, "hundred")
    count, rest = divmod(value, base)
    head = f"{spell(count)} {name}"
    if not rest:
        return head
    link = " and " if conjunction and rest < 100 else " "
    return head + link + spell(rest, hyphen=hyphen, conjunction=conjunction)


@dataclass(slots=True)
class Filler:
    """Fills gaps for one pretend home."""

    rng: Random
    home: Home
    split: Split = "train"

    def duration(self, *, adjective: bool = False) -> str:
        """A length of time: "5 minutes", "an hour and a half", "90-second" as adjective."""
        rng = self.rng
        style = rng.random()
        if adjective:
            unit = rng.choice(("minute", "minute", "hour", "second"))
            joint = rng.choice((" ", " ", "-"))
            plural = "s" if rng.random() < 0.25 else ""
            return f"{number(rng, self._count(unit))}{joint}{unit}{plural}"
        if style < 0.1:
            return rng.choice(
                (
                    *("half an hour", "an hour", "a minute", "an hour and a half", "half a minute"),
                    *("a quarter of an hour", "one and a half hours", "two and a half hours"),
                    *("a minute and a half", "three quarters of an hour", "a couple of minutes"),
                    *("an hour and a quarter", "a half hour", "one and a half minutes"),
                )
            )
        unit = rng.choice(("minute", "minute", "minute", "hour", "second"))
        count = self._count(unit)
        text = f"{number(rng, count)} {unit}{'s' if count != 1 else ''}"
        if style < 0.3 and unit != "second":
            below = "minute" if unit == "hour" else "second"
            more = rng.choice((5, 10, 15, 20, 30, 45, rng.randint(1, 59)))
            link = rng.choice((" and ", " and ", " ", ", "))
            tail = f" {below}s" if rng.random() < 0.9 else ""
            text += f"{link}{number(rng, more)}{tail}"
        elif style < 0.33 and unit == "hour":
            text += f" {number(rng, 20)} minutes and {number(rng, 30)} seconds"
        return text

    def _count(self, unit: str) -> int:
        rng = self.rng
        if unit == "hour":
            return rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 8, 12, 24))
        return rng.choice((1, 2, 3, 5, 5, 10, 10, 15, 20, 30, 45, 60, 90, rng.randint(1, 100)))

    def clock_time(self) -> str:
        """A time of day: "7", "7:30 pm", "half past seven", "noon"."""
        rng = self.rng
        hour, minute = rng.randint(1, 12), rng.choice((0, 15, 30, 45, rng.randint(1, 59)))
        part = rng.choice(
            (
                *("", "", "", " am", " pm", "am", " a.m.", " p.m.", " in the morning"),
                *(" in the evening", " in the afternoon", " at night", " o'clock", " tonight"),
            )
        )
        style = rng.random()
        if style < 0.25:
            return number(rng, hour) + (part if part != "am" else " am")
        if style < 0.55:
            digits = rng.random() < 0.6
            clock = f"{hour}:{minute:02d}" if digits else f"{spell(hour)} {self._minute(minute)}"
            suffix = "" if "o'clock" in part or (not digits and part == "am") else part
            return clock + suffix
        if style < 0.75:
            what = rng.choice(("half past", "quarter past", "quarter to", "a quarter to"))
            return f"{what} {number(rng, hour, digits=0.3)}" + (part if "o'" not in part else "")
        if style < 0.82:
            past = rng.choice(("past", "to", "after", "before"))
            return f"{number(rng, rng.choice((5, 10, 20, 25)))} {past} {number(rng, hour)}"
        if style < 0.92:
            return f"{rng.randint(0, 23)}:{minute:02d}"
        return rng.choice(("noon", "midnight", "midday", "noon", "seven thirty", "0730"))

    def _minute(self, minute: int) -> str:
        if minute == 0:
            return self.rng.choice(("o'clock", "hundred"))
        return f"oh {spell(minute)}" if minute < 10 else spell(minute)

    def date(self) -> str:
        """A day: "tomorrow", "on friday", "the 5th of march"."""
        rng = self.rng
        day, month = rng.randint(1, 28), rng.choice(MONTHS)
        ordinal = ORDINALS[day - 1] if day <= 20 else f"{day}th"
        ordinal = ordinal if rng.random() < 0.5 else f"{day}{_ending(day)}"
        return rng.choice(
            (
                *("today", "tomorrow", "tomorrow", "tomorrow morning", "the day after tomorrow"),
                *(f"on {rng.choice(WEEKDAYS)}", f"next {rng.choice(WEEKDAYS)}"),
                *(f"this {rng.choice(WEEKDAYS)}", rng.choice(WEEKDAYS), "tonight"),
                *(f"on the {ordinal} of {month}", f"on {month} {day}", f"{month} {ordinal}"),
                *("tomorrow evening", "this evening", f"on the {ordinal}"),
            )
        )

    def days(self) -> str:
        """Days of a repeating alarm: "every weekday", "on mondays"."""
        rng = self.rng
        day, other = rng.sample(WEEKDAYS, 2)
        return rng.choice(
            (
                *("every day", "daily", "every weekday", "on weekdays", "every weekend"),
                *("on weekends", f"every {day}", f"on {day}s", f"every {day} and {other}"),
                *(f"on {day}s and {other}s", "every morning", "each day", "weekdays"),
            )
        )

    def device(self, kinds: frozenset[str]) -> str:
        """A device's name, usually one of the home's, else one that it does not have."""
        rng = self.rng
        fitting: list[Device] = [d for d in self.home.devices if d.kind in kinds]
        if fitting and rng.random() < 0.75:
            device = rng.choice(fitting)
            return rng.choice((device.name, *device.aliases)).lower()
        usual = [k for k in kinds if k in KINDS] or ["switch"]
        rooms = tuple(r.name.lower() for r in self.home.rooms)
        name = device_name(rng, rng.choice(sorted(usual)), self.split, rooms)
        plain = name in GENERIC or name.startswith(rooms)
        return f"{rng.choice(words('adjectives', self.split))} {name}" if plain else name

    def area(self) -> str:
        """A room of the home; sometimes one that it does not have."""
        known = self.home.rooms and self.rng.random() < 0.85
        if known:
            return self.rng.choice(self.home.rooms).name.lower()
        return self.rng.choice(words("rooms", self.split))

    def floor(self) -> str:
        """A floor of the home, without the word "floor" where the sentence says it itself."""
        known = [r.floor for r in self.home.rooms if r.floor]
        if known and self.rng.random() < 0.85:
            return self.rng.choice(known).lower()
        return self.rng.choice(lexicon()["floors"])

    def item(self) -> str:
        """Something to buy."""
        rng = self.rng
        style = rng.random()
        if style < 0.06:
            return rng.choice(words("joined_items", self.split))
        if style < 0.09:
            return invented(rng)
        if style < 0.13:
            return rng.choice(words("nouns", self.split))
        base = rng.choice(words("items", self.split))
        if style < 0.18:
            return f"{number(rng, rng.randint(2, 12))} {base}"
        if style < 0.24:
            return f"{rng.choice(_MEASURES)} {base}"
        if style < 0.29:
            return f"{rng.choice(_SORTS)} {base}"
        return base

    def task(self) -> str:
        """Something to do."""
        style = self.rng.random()
        if style < 0.4:
            rng, split = self.rng, self.split
            whose = rng.choice(("the ", "the ", "my ", "a ", "", "our "))
            noun = invented(rng) if style < 0.05 else rng.choice(words("nouns", split))
            more = f" for {rng.choice(words('people', split))}" if style > 0.37 else ""
            return f"{rng.choice(words('verbs', split))} {whose}{noun}{more}"
        joined = style > 0.96
        return self.rng.choice(words("joined_tasks" if joined else "tasks", self.split))

    def word(self, name: str) -> str:
        """An entry of one of the lexicon's lists."""
        if name == "lists" and self.rng.random() < 0.35:
            return self.rng.choice(("to do", "to do", "todo", "to-do", "task", "tasks"))
        if name == "messages" and self.rng.random() < 0.3:
            noun = self.rng.choice(words("nouns", self.split))
            return f"the {noun} is {self.rng.choice(('ready', 'here', 'broken', 'done', 'gone'))}"
        if name in ("timer_names", "queries") and self.rng.random() < 0.06:
            return invented(self.rng)
        return self.rng.choice(words(name, self.split))


GENERIC = frozenset(
    {"light", "lights", "lamp", "lamps", "fan", "fans", "switch", "plug", "outlet", "socket"}
    | {"tv", "television", "speaker", "speakers", "radio", "stereo", "media player", "lock"}
    | {"thermostat", "heating", "heater", "radiator", "ac", "air conditioner", "climate"}
    | {"air conditioning", "blind", "blinds", "curtain", "curtains", "shade", "shades", "gate"}
    | {"shutter", "shutters", "awning", "window", "door", "garage door", "drapes", "front door"}
    | {"back door", "vacuum", "vacuum cleaner", "robot vacuum", "robot", "hoover", "mower"}
    | {"lawn mower", "robot mower"}
)
"""What names a kind of device rather than one device, where the home has none of that name."""

_MEASURES = (
    *("a bag of", "a box of", "a bottle of", "a pound of", "some", "more", "a can of"),
    *("a carton of", "a kilo of", "a pack of", "two packs of", "a jar of", "a bunch of"),
)
_SORTS = (
    *("organic", "fresh", "frozen", "low fat", "gluten free", "dried", "large", "canned"),
    *("unsalted", "whole grain", "sugar free", "extra virgin", "lactose free"),
)


def _ending(day: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day not in (11, 12, 13) else 0, "th")
