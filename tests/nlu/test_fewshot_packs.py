"""Slots of packs that nobody would write: drawn at random, or meant to do harm."""

from itertools import islice
from pathlib import Path

import pytest
import yaml
from hassil.intents import Intents
from hassil.sample import sample_expression
from hypothesis import given
from hypothesis import strategies as st

from device.nlu.alignment import Said, align
from device.nlu.anyorder import put_in_any_order
from device.nlu.fewshot import fill
from device.nlu.inflection import singular
from device.nlu.matching import match
from device.nlu.numbers import spelled
from device.nlu.packintents import MOST_EDGES as MOST_OF_INTENT
from device.nlu.packintents import pack_intent
from device.nlu.templates import Sentences, load_sentences
from device.nlu.wordgraph import MOST_EDGES, word_graph
from device.nlu.words import plain
from tests.nlu.houses import seen_from

HERE = seen_from(None)
WORDS = ["ant", "bee", "cow", "dog", "elk", "fly", "gnu", "hen", "ibis", "jay", "koi", "lark"]
COMMON = ["show", "give", "tell", "the", "of", "me", "quickly", "story"]
STEP = 3

phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
common = st.sampled_from(COMMON)
literals = st.one_of(
    common,
    common.map("[{}]".format),
    st.lists(common, min_size=2, max_size=3).map(lambda some: f"({'|'.join(some)})"),
)
closed = st.sampled_from(["{a}", "{b}", "{a:other}", "{n}", "[with {b}]", "<pair>", "{b}s"])
anything = st.sampled_from(["{open}", "({a};now;[quickly])"])
numbers = st.integers(1, 40)


def pack(templates: list[str], lists: dict[str, list[str]]) -> Sentences:
    table = {
        "language": "en",
        "intents": {"A": {"data": [{"sentences": templates, "slots": {"set": "always"}}]}},
        "lists": {
            **{name: {"values": values} for name, values in lists.items()},
            "n": {"range": {"from": STEP, "to": 30, "step": STEP}},
            "open": {"wildcard": True},
        },
        "expansion_rules": {"pair": "{a} and [{b}]"},
    }
    intents = Intents.from_dict(table)
    put_in_any_order(intents)
    return Sentences(intents=intents, files=())


@st.composite
def packs(draw: st.DrawFn, parts: st.SearchStrategy[str]) -> Sentences:
    """A pack of one intent, with two lists."""
    values = st.lists(phrases, min_size=1, max_size=4, unique=True)
    texts = st.lists(literals | parts, min_size=1, max_size=5).map(" ".join)
    templates = draw(st.lists(texts, min_size=1, max_size=4))
    return pack(templates, {"a": draw(values), "b": draw(values)})


def listed(sentences: Sentences, name: str) -> list[str]:
    found = sentences.intents.slot_lists[name]
    return [value.value_out for value in found.values]


@st.composite
def said(draw: st.DrawFn) -> str:
    """Words of packs, other words, numbers and marks, in any order."""
    word = st.one_of(
        st.sampled_from(
            [*WORDS, *COMMON, "and", "with", "ants", "unheard", "please", ",", "5-minute"]
        ),
        numbers.map(str),
        numbers.map(spelled),
    )
    return " ".join(draw(st.lists(word, max_size=12)))


@given(sentences=packs(closed), data=st.data())
def test_a_value_that_is_said_is_found_wherever_it_stands(
    sentences: Sentences, data: st.DataObject
) -> None:
    known = pack_intent(sentences, "A")
    assert known is not None
    used = {name for t in known.templates for s in t.graph.slots if (name := s.list) in ("a", "b")}
    if not used:
        return
    value = data.draw(st.sampled_from(listed(sentences, data.draw(st.sampled_from(sorted(used))))))
    before, after = (data.draw(st.lists(common, max_size=4)) for _ in range(2))

    found = fill(sentences, "A", " ".join([*before, value, *after]), HERE)

    texts = {word for slot in found.slots for word in plain(slot.text).split()}
    assert {*value.split()} <= texts


def test_a_longer_value_goes_before_its_parts_in_another_slot() -> None:
    sentences = pack(["show show {b}", "{a}"], {"a": ["ant"], "b": ["ant bee"]})

    found = fill(sentences, "A", "ant bee", HERE)

    assert [(s.name, s.value) for s in found.slots if s.name != "set"] == [("b", "ant bee")]


@given(sentences=packs(closed | anything), text=said())
def test_no_value_is_of_words_that_were_not_said(sentences: Sentences, text: str) -> None:
    found = fill(sentences, "A", text, HERE)

    spoken = plain(text)
    names = [slot.name for slot in found.slots]
    assert len(names) == len(set(names))
    assert 0.0 <= found.confidence <= 1.0
    for slot in found.slots:
        if slot.name == "set":
            continue
        words = plain(slot.text)
        assert f" {words} " in f" {spoken} "
        if slot.name in ("a", "b", "other"):
            values = listed(sentences, "b" if slot.name == "b" else "a")
            assert slot.value in values
            assert [*map(singular, str(slot.value).split())] == [*map(singular, words.split())]
        elif slot.name == "n":
            assert isinstance(slot.value, int)
            assert slot.value % STEP == 0
            assert plain(slot.text) in (str(slot.value), plain(spelled(slot.value)))


@given(sentences=packs(closed | anything), data=st.data())
def test_a_sentence_of_a_template_means_what_hassil_says(
    sentences: Sentences, data: st.DataObject
) -> None:
    intents = sentences.intents
    template = data.draw(st.sampled_from(intents.intents["A"].data[0].sentences))
    texts = sample_expression(template.expression, intents.slot_lists, intents.expansion_rules)
    nth = data.draw(st.integers(0, 20))
    text = [*islice(texts, nth + 1)][-1].replace("{open}", data.draw(phrases))
    expected = match(sentences, text, HERE)

    found = fill(sentences, "A", text, HERE)

    if expected is not None:
        assert (found.slots, found.confidence) == (expected.slots, 1.0)


@given(sentences=packs(st.nothing()), text=st.lists(common, min_size=1, max_size=5).map(" ".join))
def test_what_costs_nothing_to_align_is_what_hassil_matches(
    sentences: Sentences, text: str
) -> None:
    said = Said.of(text.split(), ())
    intents = sentences.intents

    ways = [
        align(word_graph(template, intents.expansion_rules), said, (), 100.0)
        for template in intents.intents["A"].data[0].sentences
    ]

    free = any(way is not None and way.cost == 0 for way in ways)
    assert free == (match(sentences, text, HERE) is not None)


@given(text=st.text(max_size=60))
def test_any_text_at_all_is_read(text: str) -> None:
    found = fill(ODD, "A", text, HERE)

    assert 0.0 <= found.confidence <= 1.0


ODD = pack(
    ["{n}% of [the] {a}[s], {open}!", "\u00bf{b}? - {open}", "{a}{b}"],
    {"a": ["\u00e9-lan vital", "x"], "b": ["-", "'s", "1/2"]},
)

LAUGHS = {"r0": "(ha|ho|{open})", **{f"r{i}": f"<r{i - 1}> [<r{i - 1}>]" for i in range(1, 11)}}
HOSTILE = {
    "the same choice thirty times over": [" ".join(["(a|a|[a]|(a|a))"] * 30)] * 60,
    "choices within a word": ["".join(["(a|aa|[a])"] * 30)] * 60,
    "open slots side by side": ["{open}{open:x}{open:y} {open} {open:x}"] * 60,
    "a dozen parts in any order": ["(" + ";".join(f"[{c} {{open}}]" for c in "abcdefghijkl") + ")"],
    "rules of rules": ["<r10>"] * 50,
    "a choice within a choice": ["(a|" * 40 + "a" + ")" * 40] * 100,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("templates", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_pack_costs_no_more_than_another(templates: list[str], tmp_path: Path) -> None:
    table = {
        "language": "en",
        "intents": {"A": {"data": [{"sentences": templates}]}},
        "lists": {"open": {"wildcard": True}},
        "expansion_rules": LAUGHS,
    }
    (tmp_path / "pack.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")
    sentences = load_sentences([tmp_path])

    for text in ("a " * 60, "ha a b", "turn on the light", "a b c d e f g h i j k l" * 4):
        assert fill(sentences, "A", text, HERE).confidence <= 1.0

    known = pack_intent(sentences, "A")
    assert known is not None
    assert not known.tame
    assert sum(one.graph.size for one in known.templates) <= MOST_OF_INTENT + MOST_EDGES
