"""Names that come to be after a graph was compiled go into it, and change nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
from hassil.intents import Intents
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.decoder import Decoder
from device.asr.graph import Graph
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.concepts import Concept, Kind, Meaning
from device.context import Device, Home, Room
from device.nlu.templates import NO_SENTENCES, Sentences
from tests.asr.spoken import labels_of, log_probs

TEMPLATES = {
    "On": ({}, ["turn (on|off) [the] {name}", "turn on the lights in the {area}"]),
    "Set": ({"domain": "light"}, ["set [the] {name} to {concept}", "dim [the] {name}"]),
    "Lit": ({}, ["are the {area}'s lights on"]),
    "Concept": ({}, ["{concept} please", "forget {concept}", "{declared}", "this is {person}"]),
}
LAMP = Device(id="1", name="Reading lamp", room="Office", kind="light")
FAN = Device(id="2", name="Fan", room="Office", kind="fan")
HOME = Home(rooms=(Room(name="Office"),), devices=(LAMP, FAN))
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = st.sampled_from(
    [
        "party",
        "mode",
        "zogbert",
        "nook",
        "quiet",
        "evening",
        "blurple",
        "corner",
        "seven",
        "o'neill",
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@cache
def grammar() -> HomeGrammar:
    intents = {
        name: {"data": [{"sentences": said, "requires_context": wanted}]}
        for name, (wanted, said) in TEMPLATES.items()
    }
    parsed = Intents.from_dict({"language": "en", "intents": intents})
    own = Sentences(intents=parsed, files=())
    return HomeGrammar(NO_SENTENCES, own, pronounce=shared_lexicon().pronounce)


@cache
def compiled() -> Graph:
    return grammar().graph(HOME)


def concept(name: str, kind: Kind = Kind.ENTITY) -> Concept:
    return Concept(name=name, kind=kind, meaning=Meaning(), at=AT)


def renamed(name: str, device: Device = LAMP) -> Home:
    """The home in which a device has a further name."""
    more = replace(device, aliases=(name,))
    return replace(HOME, devices=tuple(more if d is device else d for d in HOME.devices))


def heard(graph: Graph, text: str) -> str:
    decoder = Decoder(graph)
    decoder.feed(log_probs(labels_of(text.split())))
    best = decoder.finish(1)
    return " ".join(decoder.texts(best[0])) if best else ""


@settings(max_examples=8)
@given(name=NAMES)
def test_what_was_taught_is_heard_in_every_sentence_that_has_room_for_it(name: str) -> None:
    graph = grammar().grown(compiled(), HOME, HOME, [concept(name)])

    for text in (f"{name} please", f"forget {name}", f"set the reading lamp to {name}"):
        assert heard(graph, text) == text


@settings(max_examples=8)
@given(name=NAMES)
def test_a_new_name_is_heard_where_the_old_names_of_its_kind_are(name: str) -> None:
    lamp = grammar().grown(compiled(), HOME, renamed(name))
    fan = grammar().grown(compiled(), HOME, renamed(name, FAN))

    for text in (f"turn on {name}", f"turn off the {name}"):
        assert heard(lamp, text) == text
        assert heard(fan, text) == text
    assert heard(lamp, f"dim the {name}") == f"dim the {name}"
    assert heard(fan, f"dim the {name}") != f"dim the {name}", "no fan is dimmed"


@settings(max_examples=8)
@given(name=NAMES)
def test_all_that_was_heard_before_is_heard_as_before(name: str) -> None:
    graph = grammar().grown(compiled(), HOME, renamed(name), [concept(name)], ["Anna"])

    for text in ("turn on the fan", "dim reading lamp", "turn on the lights in the office"):
        assert heard(graph, text) == heard(compiled(), text) == text


def test_rooms_people_and_what_somebody_declares_are_heard_too() -> None:
    den = replace(HOME, rooms=(Room(name="Office", aliases=("the den",)),))
    taught = [concept("my back hurts", Kind.DECLARATIVE)]
    graph = grammar().grown(compiled(), HOME, den, taught, ["Ottilie"])

    for text in ("turn on the lights in the the den", "my back hurts", "this is ottilie"):
        assert heard(graph, text) == text
        assert heard(compiled(), text) != text
    assert heard(graph, "forget my back hurts") != "forget my back hurts", "it is no name"


def test_a_name_that_was_there_before_may_go_on_into_a_word() -> None:
    assert heard(compiled(), "are the office's lights on") == "are the office's lights on"


def test_names_of_one_sound_lead_on_to_all_that_can_be_said_with_each() -> None:
    both = replace(HOME, devices=(LAMP, replace(FAN, name=LAMP.name)))
    alone = replace(HOME, devices=(replace(FAN, name=LAMP.name),))

    assert heard(grammar().graph(both), "turn off reading lamp") == "turn off reading lamp"
    assert heard(grammar().graph(both), "dim reading lamp") == "dim reading lamp"
    assert heard(grammar().graph(alone), "dim reading lamp") != "dim reading lamp", "a fan now"


def test_a_graph_that_nothing_came_to_stays_as_it_is() -> None:
    assert grammar().grown(compiled(), HOME, HOME) is compiled()
    assert grammar().grown(compiled(), HOME, HOME, [concept("...")]) is compiled()


@settings(max_examples=8)
@given(names=st.lists(NAMES, max_size=6))
def test_a_grown_graph_is_whole(names: list[str]) -> None:
    graph = grammar().grown(compiled(), HOME, HOME, [concept(name) for name in names])

    for first, count, last in (
        (graph.root_first, graph.places, len(graph.root_node)),
        (graph.link_first, graph.places, len(graph.link_place)),
        (graph.exit_first, graph.nodes, len(graph.exit_word)),
    ):
        assert len(first) == count + 1
        assert first[0] == 0
        assert first[-1] == last
        assert (np.diff(first) >= 0).all()
    children = graph.child_first + graph.child_count
    assert children.max() <= graph.nodes
    assert set(graph.link_place.tolist()) <= set(range(graph.places))
    assert graph.exit_target.max() < graph.places
    assert graph.exit_word.max() < len(graph.words)
    assert len(graph.link_cost) == len(graph.link_place)
