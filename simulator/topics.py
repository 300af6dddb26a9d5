"""What people want to hear, watch or have done, in a word or two."""

from collections.abc import Sequence
from random import Random

from simulator.homes import invented

FILMS = (
    *("hunger games", "the matrix", "star wars", "inception", "frozen", "the lion king", "dune"),
    *("stranger things", "the crown", "harry potter", "lord of the rings", "the office", "friends"),
    *("game of thrones", "casablanca", "jaws", "alien", "titanic", "gladiator", "amelie"),
)
"""Titles of films and series; most are books or soundtracks as well."""
MUSIC = (
    *("music", "some music", "jazz", "rock", "classical music", "the beatles", "taylor swift"),
    *("my playlist", "hip hop", "mozart", "queen", "techno", "relaxing music", "a song", "abba"),
    *("the radio", "the news", "a podcast", "something", "blues", "country music", "madonna"),
)
"""What is listened to."""

MACHINES_FOR = {
    "coffee": ("coffee", "espresso"),
    "espresso": ("espresso", "coffee"),
    "cappuccino": ("coffee", "espresso"),
    "latte": ("coffee", "espresso"),
    "brewing": ("coffee", "espresso", "kettle"),
    "tea": ("kettle",),
    "hot chocolate": ("kettle", "coffee"),
    "dishes": ("dishwasher",),
    "washing up": ("dishwasher",),
    "plates": ("dishwasher",),
    "laundry": ("washing machine", "washer"),
    "clothes": ("washing machine", "washer", "dryer"),
    "washing": ("washing machine", "washer", "dishwasher"),
    "sheets": ("washing machine", "washer"),
    "towels": ("washing machine", "dryer", "towel"),
    "drying": ("dryer",),
    "garden": ("sprinkler", "irrigation", "garden hose", "pump"),
    "lawn": ("sprinkler", "irrigation"),
    "plants": ("sprinkler", "irrigation"),
    "flowers": ("sprinkler", "irrigation"),
    "watering": ("sprinkler", "irrigation"),
    "oven": ("oven",),
    "pool": ("pool",),
    "hot tub": ("hot tub", "jacuzzi"),
    "sauna": ("sauna",),
    "kettle": ("kettle",),
    "water": ("kettle", "water heater", "boiler"),
    "boiling": ("kettle", "boiler"),
    "bath": ("water heater", "boiler"),
    "car": ("car charger", "ev charger"),
    "ev": ("ev charger", "car charger"),
    "electric car": ("ev charger", "car charger"),
    "charging": ("charger",),
    "cooking": ("oven", "stove", "cooker", "fryer"),
    "baking": ("oven", "bread maker"),
    "printing": ("printer",),
}
"""What is to be done -> words in the names of machines that do it."""


_ELSEWHERE = (
    *("pizza", "homework", "bed", "dog", "money", "phone", "friend", "job", "shoes", "window"),
    *("story", "joke", "flight", "restaurant", "letter", "hair", "party", "game", "photo", "run"),
    *("the", "something", "nothing", "thing", "noise", "fun", "mess", "call", "walk", "bath mat"),
)
"""What people do themselves, or have done elsewhere."""


def nonsense(rng: Random) -> str:
    """What no machine of any home does, though it may stand where a deed stands."""
    style = rng.random()
    if style < 0.3:
        return invented(rng)
    if style < 0.6:
        return rng.choice((*FILMS, *MUSIC))
    if style < 0.8:
        return " ".join(rng.sample(_ELSEWHERE, rng.randint(1, 3)))
    return "".join(rng.choice("\u0431\u4e2d\U0001f525xq?!7%") for _ in range(rng.randint(1, 12)))


def machine_name(rng: Random, words: Sequence[str]) -> str:
    """What an owner could call a machine that one of these words tells of."""
    word = rng.choice(words)
    if word in ("coffee", "espresso", "bread", "pool", "towel"):
        word = f"{word} {rng.choice(('maker', 'machine', 'pump', 'warmer'))}"
    extra = rng.choice(("", "", "", "big ", "old ", "my ", f"{invented(rng)} "))
    return f"{extra}{word}".capitalize()
