"""What can be said grows with the names of a home, not with their number times its sentences."""

from functools import cache
from random import Random

import pytest
from hassil.intents import Intents
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.decoder import Decoder
from device.asr.graph import Graph
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.context import Device, Home
from device.nlu.templates import NO_SENTENCES, Sentences
from device.speaker import home_grammar
from simulator.estate import DEVICES, ROOMS, estate
from simulator.homefile import furnished, furnished_home
from tests.asr.spoken import labels_of, log_probs

MOST_NODES_EACH = 4_000
"""Sounds in the graph of a large home for each of its names."""
FEW = HomeGrammar(
    NO_SENTENCES,
    Sentences(
        intents=Intents.from_dict(
            {
                "language": "en",
                "intents": {
                    "On": {"data": [{"sentences": ["turn (on|off) [the] {name}"]}]},
                    "Dim": {
                        "data": [
                            {
                                "sentences": ["(dim|brighten) {name} [in [the] {area}]"],
                                "requires_context": {"domain": "light"},
                            }
                        ]
                    },
                },
            }
        ),
        files=(),
    ),
    pronounce=shared_lexicon().pronounce,
)


@cache
def large_home() -> Home:
    file = estate(DEVICES, ROOMS)
    pieces = [furnished(piece) for piece in file.devices]
    return Home(
        rooms=file.rooms,
        devices=tuple(
            Device(
                id=str(number),
                name=piece.name,
                room=piece.room,
                kind=piece.kind,
                device_class=piece.device_class,
            )
            for number, piece in enumerate(pieces)
        ),
    )


@cache
def large_graph() -> Graph:
    return home_grammar(NO_SENTENCES).graph(large_home())


def heard(graph: Graph, text: str) -> str:
    decoder = Decoder(graph)
    decoder.feed(log_probs(labels_of(text.split())))
    best = decoder.finish(1)
    return " ".join(decoder.texts(best[0])) if best else ""


def test_a_thousand_devices_need_hardly_more_places_between_words_than_fifty() -> None:
    small = home_grammar(NO_SENTENCES).graph(furnished_home())
    names = len(large_home().devices) + len(large_home().rooms)

    assert large_graph().places < 1.5 * small.places
    assert large_graph().nodes - small.nodes < MOST_NODES_EACH * names


@pytest.mark.parametrize("seed", range(6))
def test_any_light_of_a_thousand_devices_is_heard_where_it_is(seed: int) -> None:
    lights = [device for device in large_home().devices if device.kind == "light"]
    device = Random(seed).choice(lights)
    text = f"turn off the {device.name} in the {device.room}".lower()

    assert heard(large_graph(), text) == text


@settings(max_examples=20)
@given(
    names=st.lists(
        st.tuples(
            st.lists(st.sampled_from(["red", "lamp", "desk", "nook", "fan"]), min_size=1)
            .map(" ".join),
            st.sampled_from(["light", "fan", "cover"]),
        ),
        min_size=1,
        max_size=30,
        unique=True,
    )
)  # fmt: skip
def test_more_names_of_the_same_kinds_need_no_more_places(names: list[tuple[str, str]]) -> None:
    kinds = {kind: name for name, kind in names}
    few = [(name, kind) for kind, name in kinds.items()]

    assert FEW.graph(home(names)).places == FEW.graph(home(few)).places


def home(names: list[tuple[str, str]]) -> Home:
    devices = [Device(id=name, name=name, room=None, kind=kind) for name, kind in names]
    return Home(devices=tuple(devices))
