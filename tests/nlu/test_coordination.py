"""Worked sentences through the shipped chunker, in the furnished house."""

from functools import cache

import pytest

from device.models import SHIPPED, load
from device.nlu.chunker import Chunker
from device.nlu.embedding import load_table
from device.nlu.gazetteer import Gazetteer
from device.nlu.words import tokenize
from simulator.homefile import furnished_home

TOGETHER = [
    "add rock and roll to my shopping list",
    "add peanut butter and jelly sandwich mix to the shopping list",
    "turn on the, no, off the kitchen light",
    "um, turn on, uh, the kitchen light",
    "turn on the kitchen light, no, the bedroom light",
    "no, the other lamp",
    "turn the lights off, please",
    "and the bedroom",
    "what about the kitchen",
    "in ten minutes turn off the fan",
    "set a timer for an hour and a half",
    "play simon and garfunkel",
    "shopping list add drill bits",
    "add pizza dough on my shopping list",
    "set the temperature to twenty one and a half degrees",
]
APART = {
    "dim the lights play some jazz and lock the front door": [
        "dim the lights", "play some jazz", "lock the front door",
    ],
    "turn on the kitchen and living room lights": [
        "turn on the kitchen lights", "turn on the living room lights",
    ],
    "set the lamp to red and the fan to high": ["set the lamp to red", "set the fan to high"],
    "add apples peanut butter and jelly to the shopping list": [
        "add apples to the shopping list",
        "add peanut butter to the shopping list",
        "add jelly to the shopping list",
    ],
    "set a pizza timer for five minutes and a pasta timer for ten": [
        "set a pizza timer for five minutes", "set a pasta timer for ten minutes",
    ],
    "turn off the fan and the lamp at seven": [
        "turn off the fan at seven", "turn off the lamp at seven",
    ],
    "buy apples bananas": ["buy apples", "buy bananas"],
    "buy milk eggs bread": ["buy milk", "buy eggs", "buy bread"],
    "buy milk eggs bread and butter": ["buy milk", "buy eggs", "buy bread", "buy butter"],
    "open the blinds in the bedroom and the office": [
        "open the blinds in the bedroom", "open the blinds in the office",
    ],
    "wake me up at six thirty and seven": ["wake me up at six thirty", "wake me up at seven"],
}  # fmt: skip


@cache
def shipped() -> tuple[Chunker, Gazetteer]:
    model = load("chunker")
    settings = model.manifest.settings
    table = load_table(SHIPPED, settings["table"], settings["table_sha256"])
    home = Gazetteer(furnished_home(), ("shopping", "to-do"))
    return Chunker(model.run, model.manifest, table), home


def split(sentence: str) -> list[str]:
    chunker, names = shipped()
    tokens = tokenize(sentence)
    return [c.text for c in chunker.split(sentence, tokens, names.flags(tokens))]


@pytest.mark.parametrize("sentence", TOGETHER)
def test_one_request_stays_one(sentence: str) -> None:
    assert len(split(sentence)) == 1


@pytest.mark.parametrize("sentence", APART)
def test_several_requests_come_apart_and_each_is_whole(sentence: str) -> None:
    assert split(sentence) == APART[sentence]
