# ruff: noqa: SIM905
"""Sentences for synthetic voices to read: what people say to a house, and to an assistant."""

import json
import re
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from unicode_rbnf import RbnfEngine

ROOMS = (
    "kitchen|living room|bedroom|bathroom|hallway|hall|office|study|garage|attic|basement|nursery|"
    "dining room|guest room|kids room|laundry room|master bedroom|garden|patio|porch|balcony|"
    "terrace|cellar|den|pantry|workshop|library|playroom|entrance|utility room|conservatory|"
    "upstairs|downstairs|ground floor|first floor|second floor|lounge|toilet|closet|loft|gym"
).split("|")
_ADJECTIVES = (
    "|||||main|big|small|left|right|front|back|desk|floor|ceiling|bedside|wall|reading|corner|"
    "night|table|outdoor|garage|kitchen|bedroom|bathroom|living room|office|hallway|garden|"
    "counter|christmas|tv|pendant|shower|fireplace|sofa|smart|old|new|blue|red|white"
).split("|")
_THINGS = (
    "light|lamp|lights|fan|blind|blinds|curtain|curtains|shade|shutter|door|window|lock|heater|"
    "thermostat|plug|outlet|switch|speaker|tv|television|coffee maker|kettle|vacuum|mower|"
    "sprinkler|valve|camera|humidifier|air purifier|radiator|chandelier|spotlights|led strip|"
    "garage door|gate|dishwasher|washing machine|oven|dryer|toaster|fridge|freezer|dimmer|radio|"
    "boiler|air conditioner|doorbell|sensor|scene|alarm|pump|monitor|printer|projector"
).split("|")
_PEOPLE = "anna|tom|sarah|emma|lucas|grandma|dad|mom|john|mia|alex|the kids|peter|olivia".split("|")
_ITEMS = (
    "milk|eggs|bread|butter|peanut butter|paper towels|apples|bananas|cheese|chicken|rice|pasta|"
    "tomatoes|onions|garlic|coffee|green tea|sugar|flour|olive oil|salt|pepper|orange juice|"
    "toilet paper|dish soap|shampoo|toothpaste|yogurt|cereal|carrots|potatoes|ground beef|fish|"
    "salmon|lettuce|cucumbers|grapes|strawberries|ice cream|cookies|chocolate|batteries|"
    "light bulbs|cat food|dog food|napkins|vinegar|honey|jam|avocados|lemons|mushrooms"
).split("|")
_TASKS = (
    "call the dentist|water the plants|pick up the kids|pay the bills|walk the dog|buy a present|"
    "clean the car|feed the cat|send the letter|take out the trash|do the laundry|book a table"
).split("|")
_TEMPLATES = (
    "[please] (turn|switch) (on|off) [the] {name} [in the {area}]",
    "[please] (turn|switch) [the] {name} (on|off) and {do}",
    "turn (on|off) [the] {name} and [the] {name}",
    "turn (on|off) [the] {name}, [the] {name} and [the] {name}",
    "(dim|brighten|set) the {name} to {n} [percent]",
    "set the {name} [in the {area}] to (red|green|blue|purple|orange|yellow|pink|warm white|{n})",
    "(open|close|lock|unlock|raise|lower|stop) the {name} [in the {area}]",
    "(is|are) the {name} (on|off|open|closed|locked|unlocked) [in the {area}]",
    "set [the] {area} (thermostat|temperature) to {degrees} [degrees]",
    "(what is|what's) the (temperature|humidity) in the {area}",
    "add {item} (to my|to the) (shopping|grocery) list",
    "add {item}, {item} and {item} to (my|the) shopping list",
    "add {item} {item} and {item} to the list",
    "(put|remove|take) {item} (on|off|from) the (shopping|to do) list",
    "(remind me to|add) {task} [to my to do list]",
    "remind me to {task} (in {n} minutes|at {hour}|tomorrow)",
    "set (a|another) timer for {n} (minutes|seconds|hours) [and {do}]",
    "set a {item} timer for {n} minutes",
    "set an alarm for {hour} [thirty|fifteen|forty five] [a m|p m|tomorrow]",
    "(cancel|pause|resume|stop) (the|my) [{n} minute] (timer|alarm)",
    "how much time is left on (the|my) timer",
    "what (time|day|date) is it",
    "(turn the volume|volume) (up|down) [to {n} percent]",
    "(undo that|undo|repeat that|what can you do|never mind|stop|cancel|yes|no|yes please|okay)",
    "when i say {task} i mean {do}",
    "(call|name) the {name} {person}'s {name}",
    "turn (on|off) {person}'s {name} and {do}",
    "{do} and {do}",
    "{do} then {do}",
)
_DO = (
    "(turn|switch) (on|off) the {name}",
    "(open|close) the {name}",
    "set the {name} to {n} percent",
    "make it (warmer|cooler|brighter|darker)",
    "lock the {name}",
    "add {item} to my list",
    "play some (music|jazz|rock|news)",
    "start the {name}",
)
_TOKEN = re.compile(r"\(|\)|\[|\]|\||;|<[^>]+>|\{[^}]+\}|[^()\[\]|;<>{}]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Grammar:
    """Random sentences of templates in Home Assistant's notation."""

    def __init__(self, intents: dict[str, Any]) -> None:
        self._rules: dict[str, str] = intents["expansion_rules"]
        self._lists: dict[str, Any] = intents["lists"]
        self._templates = [
            [text for block in intent["data"] for text in block["sentences"]]
            for intent in intents["intents"].values()
        ]

    def sentence(self, random: np.random.Generator) -> str:
        """One sentence of a built-in intent; each intent is equally likely."""
        templates = self._templates[random.integers(len(self._templates))]
        return self.expand(templates[random.integers(len(templates))], random)

    def expand(self, template: str, random: np.random.Generator) -> str:
        """Walk one random way through a template."""
        tokens = _TOKEN.findall(template)
        words = self._walk(tokens, random, None)
        return " ".join(words.split())

    def _walk(self, tokens: list[str], random: np.random.Generator, end: str | None) -> str:
        """Take tokens up to `end`; choose between what stands between bars."""
        ways, joined = [""], False
        while tokens and (token := tokens.pop(0)) != end:
            if token == "|":
                ways.append("")
            elif token == ";":
                ways, joined = [*ways, ""], True
            else:
                ways[-1] += self._word(token, tokens, random)
        if joined:
            return " ".join(ways[at] for at in random.permutation(len(ways)))
        return ways[random.integers(len(ways))]

    def _word(self, token: str, tokens: list[str], random: np.random.Generator) -> str:
        if token == "(":
            return self._walk(tokens, random, ")")
        if token == "[":
            inside = self._walk(tokens, random, "]")
            return inside if random.random() < 0.5 else ""
        if token.startswith("<"):
            return self.expand(self._rules.get(token[1:-1], ""), random)
        if token.startswith("{"):
            return self._slot(token[1:-1].split(":")[0], random)
        return token

    def _slot(self, name: str, random: np.random.Generator) -> str:
        def any_of(choices: tuple[str, ...] | list[str]) -> str:
            return choices[random.integers(len(choices))]

        match name:
            case "name":
                return f"{any_of(_ADJECTIVES)} {any_of(_THINGS)}"
            case "area" | "floor" | "zone":
                return any_of(ROOMS)
            case "item" | "shopping_list_item" | "todo_list_item" | "timer_name":
                return any_of(_ITEMS)
            case "task" | "message" | "search_query":
                return any_of(_TASKS)
            case "person":
                return any_of(_PEOPLE)
            case "do" | "timer_command":
                return self.expand(any_of(_DO), random)
            case "n":
                return str(random.integers(1, 101))
            case "hour":
                return str(random.integers(1, 13))
            case "degrees":
                return str(random.integers(5, 86))
        return self._listed(self._lists.get(name, {}), random)

    def _listed(self, entry: dict[str, Any], random: np.random.Generator) -> str:
        if "range" in entry:
            span = entry["range"]
            return str(random.integers(span["from"], span["to"] + 1))
        values = entry.get("values", [])
        if not values:
            return ""
        value = values[random.integers(len(values))]
        return self.expand(value["in"] if isinstance(value, dict) else str(value), random)


@lru_cache(maxsize=1)
def _numbers() -> RbnfEngine:
    return RbnfEngine.for_language("en")


def spelled(text: str) -> str:
    """Text with numbers in words and nothing but letters, apostrophes and spaces.

    Example: "set it to 21.5 %" -> "set it to twenty one point five percent"
    """
    text = _NUMBER.sub(lambda found: f" {_numbers().format_number(found[0]).text} ", text.lower())
    text = text.replace("%", " percent ").replace("°", " degrees ").replace("&", " and ")
    return " ".join(re.sub(r"[^a-z' ]+", " ", text.replace("\u2019", "'")).split())


def built_in_grammar() -> Grammar:
    """The published English sentences of Home Assistant (home-assistant-intents, CC BY 4.0)."""
    source = resources.files("home_assistant_intents") / "data" / "en.json"
    return Grammar(json.loads(source.read_text(encoding="utf-8")))


def shared_requests(text_folder: Path) -> list[str]:
    """Requests of the training parts of slurp, hwu64 and snips, each text once."""
    lines = (text_folder / "slurp" / "lm.txt").read_text(encoding="utf-8").splitlines()
    lines += (text_folder / "snips" / "train" / "seq.in").read_text(encoding="utf-8").splitlines()
    folds = (text_folder / "hwu64" / "folds.jsonl").read_text(encoding="utf-8").splitlines()
    lines += [fold["text"] for fold in map(json.loads, folds) if fold["fold"] <= 8]
    texts = sorted({spelled(line) for line in lines})
    return [text for text in texts if 2 <= len(text.split()) <= 14]


def household_sentences(count: int, *, text_folder: Path, seed: int) -> list[str]:
    """Sentences for synthetic speech.

    Args:
        count: How many; a third each from the built-in intents, from templates of this
            module and from the shared text sets.
        text_folder: Where the sets slurp, snips and hwu64 lie.
        seed: The same seed gives the same sentences.

    Returns:
        Lower-case words with numbers spelled out.
    """
    random = np.random.default_rng(seed)
    grammar, requests = built_in_grammar(), shared_requests(text_folder)
    found: list[str] = []
    while len(found) < count:
        match len(found) % 3:
            case 0:
                text = grammar.sentence(random)
            case 1:
                text = grammar.expand(_TEMPLATES[random.integers(len(_TEMPLATES))], random)
            case _:
                text = requests[random.integers(len(requests))]
        if words := spelled(text):
            found.append(words)
    return found
