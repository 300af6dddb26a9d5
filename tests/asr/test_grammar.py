"""Sentences compile to exactly the word sequences that hassil accepts."""

from functools import cache
from random import Random
from typing import Any

import pytest
from hassil.intents import Intents, SlotList, TextSlotList
from hassil.parse_expression import parse_sentence
from hassil.recognize import is_match
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.automaton import WordAutomaton
from device.asr.grammar import GrammarCompiler, Source
from device.asr.permutation import exact_items
from device.asr.settings import Costs
from device.asr.subsets import automaton
from device.errors import GrammarError
from tests.asr.spoken import walk, words

WORDS = ("red", "lamp", "on", "the", "off", "big")
Table = Any
"""What YAML gives."""
OPEN = {"": ("milk", "eggs")}


def intents(sentences: list[str], **more: Table) -> Intents:
    block = {"sentences": sentences, **more.pop("block", {})}
    return Intents.from_dict({"language": "en", "intents": {"Do": {"data": [block]}}, **more})


def compiled(*sources: Source) -> WordAutomaton:
    return automaton(GrammarCompiler(OPEN, Costs()).compile(sources))


def of(sentences: list[str], **more: Table) -> WordAutomaton:
    return compiled(Source(intents=intents(sentences, **more)))


expressions = st.recursive(
    st.sampled_from([*WORDS, "{place}", "re{place}", "{level}", "<polite>", "lamp[s]"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({';'.join(parts)})"),
        inner.map(lambda part: f"[{part}]"),
    ),
    max_leaves=7,
)
RULES = {"polite": "(please|[be] kind)"}
LISTS = {
    "place": {"values": ["hall", "living room", {"in": "[the] attic", "out": "top"}]},
    "level": {"range": {"from": 1, "to": 4}},
}


def hassil_accepts(parsed: Intents, text: str) -> bool:
    return any(
        is_match(
            text, sentence, slot_lists=dict(parsed.slot_lists),
            expansion_rules=parsed.expansion_rules, language="en",
        )
        for intent in parsed.intents.values()
        for block in intent.data
        for sentence in block.sentences
    )  # fmt: skip


@settings(max_examples=150)
@given(
    templates=st.lists(expressions, min_size=1, max_size=3),
    seed=st.integers(0, 10_000),
    guess=st.lists(
        st.sampled_from(
            [
                *WORDS,
                "lamps",
                "hall",
                "rehall",
                "re",
                "living",
                "room",
                "attic",
                "2",
                "please",
                "kind",
            ]
        ),
        max_size=4,
    ),
)
def test_what_is_accepted_is_what_hassil_accepts(
    templates: list[str], seed: int, guess: list[str]
) -> None:
    parsed = intents(templates, expansion_rules=RULES, lists=LISTS)
    machine = compiled(Source(intents=parsed))

    said = walk(machine, seed=seed)

    if said:
        assert hassil_accepts(parsed, " ".join(said)), (templates, said)
    if guess:
        assert machine.accepts(guess) == hassil_accepts(parsed, " ".join(guess)), (templates, guess)
    if len(said) > 1:
        shorter = said[:-1]
        assert machine.accepts(shorter) == hassil_accepts(parsed, " ".join(shorter))


@pytest.mark.parametrize(
    ("template", "yes", "no"),
    [
        ("light[s] on", ["light on", "lights on"], ["light s on", "light"]),
        ("candle[ ]light", ["candle light"], ["candle"]),
        ("{level}[ ](%|percent)", ["3 percent", "3 %"], ["3", "5 percent"]),
        ("{place}'s lamp", ["hall's lamp", "living room's lamp"], ["hall lamp"]),
        ("re{place}", ["rehall", "reliving room", "rethe attic"], ["re hall", "hall"]),
        ("(re|un){place}", ["rehall", "unhall"], ["un hall", "reun hall"]),
        ("re[ ]{place}", ["re hall", "re attic"], ["re"]),
        ("{place}{thing}", ["hall lamp", "hall big lamp"], ["hall", "halllamp", "hallbig lamp"]),
        ("(a;[very] b;c)", ["a b c", "c very b a", "b c a"], ["a b", "a b c a"]),
        ("<many>", ["x", "x and x", "x and x and x"], ["and", "x and"]),
        ("go <loop>", ["go", "go x", "go x x x"], ["x", "go go"]),
        ("{1..3:count} times", ["2 times"], ["4 times"]),
        ("say {anything}", ["say milk", "say eggs milk", "say milk and eggs"], ["say", "milk"]),
        ("Turn ON, please!", ["turn on please"], ["turn on"]),
    ],
)
def test_an_expression_means_what_hassil_means(
    template: str, yes: list[str], no: list[str]
) -> None:
    more = {"anything": {"wildcard": True}, "thing": {"values": [{"in": "[big] lamp", "out": 1}]}}
    lists = {**LISTS, **more}
    machine = of(
        [template], lists=lists, expansion_rules={"many": "x [and <many>]", "loop": "[x] [<loop>]"}
    )

    assert all(machine.accepts(text.split()) for text in yes)
    assert not any(machine.accepts(text.split()) for text in no)


def test_requests_are_joined_and_names_coordinated_only_where_that_is_wanted() -> None:
    names = TextSlotList.from_tuples(
        [("kitchen lamp", "", {"domain": "light"}), ("fan", "", {"domain": "fan"})],
        name="name",
    )
    lists: dict[str, SlotList] = {"name": names}
    parsed = intents(["turn on [the] {name}"], block={"requires_context": {"domain": "light"}})

    joined = compiled(
        Source(intents=parsed, lists=lists, joinable=True, coordinated=frozenset({"name"}))
    )
    alone = compiled(Source(intents=parsed, lists=lists))

    assert joined.accepts(words("turn on the kitchen lamp and turn on kitchen lamp"))
    assert joined.accepts(
        words("turn on the kitchen lamp and the fan and then turn on the kitchen lamp")
    )
    assert not joined.accepts(words("turn on the fan")), "the block is for lights"
    assert alone.accepts(words("turn on the kitchen lamp"))
    assert not alone.accepts(words("turn on the kitchen lamp and the fan"))


def test_words_that_may_be_skipped_may_stand_around_requests() -> None:
    machine = of(["lamp on"], skip_words=["please", "can you"])

    assert machine.accepts(words("please lamp on"))
    assert machine.accepts(words("can you lamp on please"))
    assert not machine.accepts(["please"])


@pytest.mark.parametrize(
    ("sentences", "more", "said"),
    [
        (["{nothing}"], {}, "{nothing}"),
        (["<nothing>"], {}, "<nothing>"),
        (["<a> on"], {"expansion_rules": {"a": "x <a> y"}}, "calls itself"),
        (["{empty} on"], {"lists": {"empty": {"values": []}}}, "no sentence"),
        (["(" + ";".join(f"w{i}" for i in range(101)) + ")"], {}, "permutation of 101 parts"),
    ],
)
def test_sentences_that_cannot_be_compiled_are_named(
    sentences: list[str], more: Table, said: str
) -> None:
    with pytest.raises(GrammarError, match=said):
        of(sentences, **more)


def test_a_billion_readings_stay_small() -> None:
    rules = {
        "size": "(small|medium|large|huge|tiny)",
        "milk": "[with] (oat|soy|whole|skimmed|almond) milk",
        "extra": "[<size>] [double|triple|half] [more|some] [extra] (cream|sugar|syrup) [please]",
        "drink": "[a|one|two|three] [<size>] (coffee|latte|mocha|espresso|tea) [<milk>]",
    }
    repeated = " ".join(["[<extra>]"] * 8)
    machine = of([f"(<drink>;{repeated};[to go|for here];[<size>])"], expansion_rules=rules)

    # Eight optional extras alone: (5 + 1) * 4 * 3 * 2 * 3 * 2 readings each, 864 ** 8 together.
    assert machine.states < 5_000
    assert machine.arcs < 100_000
    assert machine.accepts(
        words("to go a small coffee with oat milk large double extra cream sugar")
    )


def test_parsing_and_compiling_agree_about_permutations_in_rules() -> None:
    sentence = parse_sentence("(red;<polite>;on)")
    parsed = intents(["(red;<polite>;on)"], expansion_rules=RULES)
    machine = compiled(Source(intents=parsed))

    for text in ("red on please", "be kind red on", "on kind red", "red on"):
        matched = is_match(text, sentence, expansion_rules=parsed.expansion_rules)
        assert machine.accepts(text.split()) == (matched is not None)


@given(count=st.integers(2, 14), order=st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_large_permutations_know_every_order_and_how_many_parts_there_are(
    count: int, order: Random
) -> None:
    parts = [f"w{at}" for at in range(count)]
    machine = permuted(count)
    exact = exact_items(count)

    order.shuffle(parts)

    assert machine.accepts(parts)
    assert not machine.accepts(parts[1:])
    assert not machine.accepts([*parts, parts[0]])
    twice = [*parts[1:], parts[1]]
    told_apart = {f"w{at}" for at in range(exact)}
    if {parts[0], parts[1]} & told_apart:
        assert not machine.accepts(twice)


@given(
    count=st.integers(2, 24),
    must=st.sets(st.integers(0, 2), max_size=1),
    said=st.lists(st.integers(0, 23), unique=True, max_size=8),
)
@settings(max_examples=20, deadline=None)
def test_of_optional_parts_any_may_be_said_in_any_order_and_the_others_must(
    count: int, must: set[int], said: list[int]
) -> None:
    must = {at for at in must if at < min(count, exact_items(count))}
    machine = some_of(count, frozenset(must))
    chosen = [at for at in said if at < count]

    text = [f"w{at}" for at in chosen]

    assert machine.accepts(["go", *text, "now"]) == (must <= set(chosen))
    told_apart = [at for at in chosen if at < exact_items(count)]
    if told_apart:
        assert not machine.accepts(["go", *text, f"w{told_apart[0]}", "now"])
    assert not machine.accepts(["go", *["w0"] * (count + 1), "now"])


@cache
def some_of(count: int, must: frozenset[int]) -> WordAutomaton:
    parts = (f"w{at}" if at in must else f"[w{at}]" for at in range(count))
    machine = of([f"go ({';'.join(parts)}) now"])
    assert machine.states < 1_100
    return machine


@cache
def permuted(count: int) -> WordAutomaton:
    return of(["(" + ";".join(f"w{at}" for at in range(count)) + ")"])


BROKEN = ["<nothing> on", "<a> on", "{missing}", "(" + ";".join(["x"] * 101) + ") on"]


@settings(max_examples=20, deadline=None)
@given(
    templates=st.lists(expressions, min_size=1, max_size=3),
    broken=st.lists(st.sampled_from(BROKEN), min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
    seed=st.integers(0, 10_000),
)
def test_a_broken_sentence_leaves_the_others_as_they_would_be_without_it(
    templates: list[str], broken: list[str], order: Random, seed: int
) -> None:
    rules = {**RULES, "a": "<polite> x <a> {place}"}
    both = [*templates, *broken]
    order.shuffle(both)
    compiler = GrammarCompiler(OPEN, Costs())
    parsed = intents(both, expansion_rules=rules, lists=LISTS)

    machine = automaton(compiler.compile([Source(intents=parsed, lenient=True)]))

    alone = of(templates, expansion_rules=RULES, lists=LISTS)
    assert len(compiler.refused) == len(broken)
    assert (machine.states, machine.arcs) == (alone.states, alone.arcs)
    assert alone.accepts(walk(machine, seed=seed))
    assert machine.accepts(walk(alone, seed=seed))


def test_sentences_too_tangled_for_any_automaton_are_refused_before_they_fill_the_memory() -> None:
    # Which words may follow depends on which came before, level by level: 2 ** 20 states at least.
    tangled = {f"r{i}": f"(<r{i - 1}>|w{i} <r{i - 1}>|<r{i - 1}> w{i})" for i in range(1, 21)}

    with pytest.raises(GrammarError, match="too much that was said before"):
        of(["<r20>"], expansion_rules={**tangled, "r0": "x"})
