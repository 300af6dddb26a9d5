"""A pack changes nothing that it does not compete for, whatever it says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from device.events import Request, Route
from device.routing.router import Router
from device.skills.pack import Pack, Standing
from tests.routing.arbiters import elephant, made_pack, own_packs, router
from tests.skills.rooms import CONTEXT, asked

DEEDS = ("play", "tell me about", "find", "book", "order", "show", "explain", "count", "paint")
THINGS = (
    "a pizza", "the stars", "a bedtime story", "train tickets", "my horoscope", "a dad joke",
    "the football results", "a yoga exercise", "tide tables", "a recipe for soup", "bird songs",
    "french verbs", "my steps", "the lottery numbers", "an elephant sound", "the kitchen light",
)  # fmt: skip
FRAMES = ("{} {}", "please {} {}", "can you {} {} for me", "i want you to {} {}", "{} {} now")

SENTENCES = st.builds(
    lambda frame, deed, thing: frame.format(deed, thing),
    st.sampled_from(FRAMES), st.sampled_from(DEEDS), st.sampled_from(THINGS),
)  # fmt: skip


@st.composite
def packs(draw: st.DrawFn) -> Mapping[str, Sequence[str]]:
    """A few skills with some sentences each."""
    texts = draw(st.lists(SENTENCES, min_size=3, max_size=14, unique=True))
    count = draw(st.integers(1, min(5, len(texts))))
    return {f"pack{i}": texts[i::count] for i in range(count)}


@cache
def pack(id_: str, sentences: tuple[str, ...]) -> Pack:
    return made_pack(Path(mkdtemp()), id_, {f"Ask{id_.title()}": sentences})


def routed(said: Mapping[str, Sequence[str]]) -> Router:
    return router([(pack(i, tuple(s)), Standing.ENABLED) for i, s in said.items()])


def request(text: str) -> Request:
    return replace(asked("OutOfScope", confidence=0.98), text=text, span=((0, len(text.split())),))


def gone(found: Route) -> tuple[object, ...]:
    """Where it went and with what; scores aside."""
    return found.skill, found.tied, found.request.intent, found.request.slots


@settings(max_examples=40)
@given(said=packs(), text=SENTENCES)
def test_a_pack_that_is_no_candidate_changes_nothing(
    said: Mapping[str, Sequence[str]], text: str
) -> None:
    found = routed(said).route(request(text), CONTEXT)
    candidates = {candidate.skill for candidate in found.candidates}
    others = {id_: texts for id_, texts in said.items() if id_ in candidates}

    without = routed(others).route(request(text), CONTEXT)

    assert gone(without) == gone(found)
    assert [(c.skill, c.score) for c in without.candidates] == [
        (c.skill, c.score) for c in found.candidates
    ]


@settings(max_examples=30)
@given(said=packs(), data=st.data())
def test_the_very_sentence_of_one_pack_alone_reaches_it(
    said: Mapping[str, Sequence[str]], data: st.DataObject
) -> None:
    id_ = data.draw(st.sampled_from(sorted(said)))
    text = data.draw(st.sampled_from(sorted(said[id_])))

    found = routed(said).route(request(text), CONTEXT)

    assert found.skill == id_ or id_ in found.tied


@settings(max_examples=25)
@given(said=packs(), text=SENTENCES, data=st.data())
def test_the_order_in_which_packs_came_changes_nothing(
    said: Mapping[str, Sequence[str]], text: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(sorted(said)))
    one = routed(said).route(request(text), CONTEXT)
    other = routed({id_: said[id_] for id_ in shuffled}).route(request(text), CONTEXT)

    assert {(c.skill, c.score) for c in one.candidates} == {
        (c.skill, c.score) for c in other.candidates
    }
    assume(len({c.score for c in one.candidates}) == len(one.candidates))
    assert gone(one) == gone(other)


@settings(max_examples=25)
@given(said=packs(), text=SENTENCES, data=st.data())
def test_packs_taken_away_and_brought_back_leave_no_trace(
    said: Mapping[str, Sequence[str]], text: str, data: st.DataObject
) -> None:
    standings = st.sampled_from(Standing)
    way = data.draw(st.lists(st.dictionaries(st.sampled_from(sorted(said)), standings), max_size=3))
    moved = routed(said)
    for step in way:
        moved.take([*own_packs(), *((pack(i, tuple(said[i])), s) for i, s in step.items())])
    moved.take([*own_packs(), *((pack(i, tuple(s)), Standing.ENABLED) for i, s in said.items())])

    assert moved.route(request(text), CONTEXT) == routed(said).route(request(text), CONTEXT)


@settings(max_examples=30)
@given(said=packs(), light=st.sampled_from(["Kitchen light", "Fan", "Front door"]))
def test_what_the_speaker_reads_with_confidence_stays_unless_a_pack_has_the_sentence(
    said: Mapping[str, Sequence[str]], light: str
) -> None:
    own = replace(
        asked("HassTurnOn", name=light, confidence=0.97), text=f"turn on the {light.lower()}"
    )

    assert routed(said).route(own, CONTEXT).skill == router([]).route(own, CONTEXT).skill


def test_an_unrelated_pack_leaves_the_elephants_alone() -> None:
    zoo = [(elephant("zoo"), Standing.ENABLED)]
    tides = pack("tides", ("when is high tide", "tell me the tides", "is the tide coming in"))

    alone = router(zoo).route(request("make an elephant sound"), CONTEXT)
    beside = router([*zoo, (tides, Standing.ENABLED)])

    assert alone.skill == "zoo"
    assert beside.route(request("make an elephant sound"), CONTEXT) == alone
    assert beside.route(request("when is high tide"), CONTEXT).skill == "tides"
