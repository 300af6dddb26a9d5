"""Grammars for the other engine: the same sentences as templates, as JSGF, in PocketSphinx."""

from collections.abc import Iterator
from itertools import islice, permutations, product
from random import Random
from typing import Any

import numpy as np
import pytest
from hassil.intents import Intents
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.automaton import WordAutomaton
from device.asr.grammar import GrammarCompiler, Source
from device.asr.lexicon import shared_lexicon
from device.asr.settings import Costs
from device.asr.subsets import automaton
from device.asr.trees import Pronouncer
from device.asr.vocabulary import open_words
from device.errors import GrammarError
from export.recognition import domains
from export.recognition.domains import Domain, readings, sampled
from export.recognition.grammars import same_meaning
from export.recognition.jsgf import jsgf, sentences
from export.recognition.spoken import framed
from export.recognition.wordtree import (
    NOTHING,
    Either,
    Joined,
    Repeated,
    Tree,
    Word,
    either,
    in_any_order,
    joined,
    nullable,
    something,
)
from simulator.voices import Voice, engines, speak

pocketsphinx = pytest.importorskip("pocketsphinx", reason="pocketsphinx is a development extra")

from export.recognition.sphinx import Sphinx  # noqa: E402

WORDS = ("alpha", "bravo", "delta", "echo", "7", "tea cup")


@st.composite
def templates(draw: st.DrawFn, depth: int = 3) -> str:
    """Text in hassil's notation, with gaps around every part but endings."""
    kind = draw(st.sampled_from(["word", "ending", "list", "range"] + ["group"] * 3 * (depth > 0)))
    if kind == "word":
        return draw(st.sampled_from(WORDS))
    if kind == "ending":
        return draw(
            st.sampled_from(
                ["lamp[s]", "(in|out)door", "run[ning]", "{thing}[s]", "re{thing}", "re[d]o"]
            )
        )
    if kind == "list":
        return "{thing}"
    if kind == "range":
        return "{count} [(more|less)]"
    parts = draw(st.lists(templates(depth=depth - 1), min_size=1, max_size=3))
    form = draw(st.sampled_from(["row", "any", "maybe", "order", "rule"]))
    if form == "any":
        return f"({'|'.join(parts)})"
    if form == "maybe":
        return f"[{'|'.join(parts)}]"
    if form == "order" and len(parts) > 1:
        return f"({';'.join(parts)})"
    return f"{' '.join(parts)} <rule>" if form == "rule" else " ".join(parts)


def parsed(*texts: str) -> Intents:
    table: dict[str, Any] = {
        "language": "en",
        "intents": {"Do": {"data": [{"sentences": list(texts)}]}},
        "lists": {
            "thing": {"values": ["cat", "(big|small) dog", "½ cup"]},
            "count": {"range": {"from": 2, "to": 4}},
        },
        "expansion_rules": {"rule": "[very [very]] (nice|{thing})"},
        "skip_words": ["please", "can you"],
    }
    return Intents.from_dict(table)


def compiled(intents: Intents) -> WordAutomaton:
    return automaton(GrammarCompiler(open_words(), Costs()).compile([Source(intents=intents)]))


def walks(whole: WordAutomaton, seed: int) -> Iterator[list[str]]:
    """Sentences of an automaton, arc by arc."""
    random = np.random.default_rng(seed)
    while True:
        state, said = 0, list[str]()
        while True:
            first, last = int(whole.arc_first[state]), int(whole.arc_first[state + 1])
            ends = np.isfinite(whole.final_cost[state])
            if ends and (first == last or random.random() < 0.4):
                break
            arc = int(random.integers(first, last))
            number = int(whole.arc_word[arc]) - len(whole.words)
            word = whole.words[number + len(whole.words)] if number < 0 else ""
            said.append(word.rstrip("\x01") or str(random.choice(whole.sets[number])))
            state = int(whole.arc_target[arc])
        yield said


@pytest.fixture(scope="module")
def decoder() -> Any:  # noqa: ANN401
    return pocketsphinx.Decoder(lm=None, loglevel="FATAL")


def accepted(decoder: Any, tree: Tree, said: list[str]) -> bool:  # noqa: ANN401
    grammar = jsgf(tree)
    token = {word: token for token, word in grammar.words.items()}
    words = [token.get(word, "unknown") for word in said]
    return bool(decoder.parse_jsgf(grammar.text).accept(" ".join(words)))


@settings(max_examples=60, deadline=None)
@given(text=templates(), seed=st.integers(0, 1000))
def test_whatever_the_tree_says_both_engines_can_hear(
    decoder: Any,  # noqa: ANN401
    text: str,
    seed: int,
) -> None:
    intents = parsed(f"go {text}")
    tree, ours = sentences(intents), compiled(intents)

    said = sampled(tree, Random(seed))

    assert ours.accepts(said), said
    assert accepted(decoder, tree, said), said


@settings(max_examples=60, deadline=None)
@given(text=templates(), seed=st.integers(0, 1000))
def test_whatever_recognition_can_hear_pocketsphinx_can_hear(
    decoder: Any,  # noqa: ANN401
    text: str,
    seed: int,
) -> None:
    intents = parsed(f"go {text}")
    tree = sentences(intents)

    said = next(walks(compiled(intents), seed))

    # An ending may be said by itself behind a list's value ("cat s"); JSGF has "cats" only.
    assert "s" in said or accepted(decoder, tree, said), said


def test_endings_are_written_out() -> None:
    tree = sentences(parsed("turn the (in|out)door light[s] on"), polite=False)

    texts = {" ".join(sampled(tree, Random(seed))) for seed in range(60)}

    assert texts == {
        f"turn the {where}door {light} on"
        for where, light in product(("in", "out"), ("light", "lights"))
    }


def test_a_gap_inside_an_optional_part_parts_the_words() -> None:
    tree = sentences(parsed("add [some ]{thing}[ please]"), polite=False)

    texts = {" ".join(sampled(tree, Random(seed))) for seed in range(200)}

    assert {"add cat", "add some cat please", "add some big dog", "add ½ cup please"} <= texts
    assert not any("somecat" in text or "catplease" in text for text in texts)


def test_a_value_sticks_to_a_word_without_a_gap_and_never_to_another_value() -> None:
    intents = parsed("re{thing}", "{thing}{count}")
    tree, ours = sentences(intents, polite=False), compiled(intents)

    said = [sampled(tree, Random(seed)) for seed in range(60)]

    assert ["recat"] in said
    assert ["cat", "2"] in said
    assert all(ours.accepts(one) for one in said)
    assert not any(ours.accepts(one) for one in (["re", "cat"], ["cat2"]))


def test_parts_that_bring_their_own_gap_are_never_listed() -> None:
    intents = parsed("[{2..40:n} {2..40:n} {2..40:n} ]lamp[s][ {2..40:n} {2..40:n} {2..40:n}]")
    tree = sentences(intents, polite=False)

    assert {sampled(tree, Random(seed))[-1] for seed in range(40)} > {"lamp", "lamps"}
    assert len(jsgf(tree).text) < 3_000


def test_pieces_that_would_make_far_too_many_words_are_refused() -> None:
    with pytest.raises(GrammarError, match="20000 words"):
        sentences(parsed("(a|b{2..400:n}{2..400:n})s"))


TREES = st.recursive(
    st.sampled_from([Word("a"), Word("b"), NOTHING]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(joined),
        st.lists(inner, min_size=1, max_size=3).map(either),
    ),
    max_leaves=6,
)


def texts_of(tree: Tree) -> set[tuple[str, ...]]:
    """Every sentence of a small tree without repeats."""
    match tree:
        case Word(text):
            return {(text,)}
        case Joined(items):
            return {sum(way, ()) for way in product(*map(texts_of, items))}
        case Either(items):
            return set().union(*map(texts_of, items))
        case Repeated():
            raise AssertionError(tree)


@given(tree=TREES)
def test_something_is_everything_but_nothing(tree: Tree) -> None:
    left = something(tree)

    assert nullable(tree) == (() in texts_of(tree))
    assert (texts_of(left) if left is not None else set()) == texts_of(tree) - {()}


@given(items=st.lists(TREES, min_size=1, max_size=3))
def test_any_order_is_every_order(items: list[Tree]) -> None:
    every = set().union(*(texts_of(joined(order)) for order in permutations(items)))

    assert texts_of(in_any_order(items)) == every


def test_too_many_parts_in_any_order_are_refused() -> None:
    with pytest.raises(GrammarError, match="7 parts in any order"):
        in_any_order([Word(letter) for letter in "abcdefg"])


def test_a_rule_that_calls_itself_is_refused() -> None:
    intents = Intents.from_dict(
        {
            "language": "en",
            "intents": {"Do": {"data": [{"sentences": ["go <on>"]}]}},
            "expansion_rules": {"on": "further [<on>]"},
        }
    )

    with pytest.raises(GrammarError, match="<on> calls itself"):
        sentences(intents)


@settings(max_examples=40, deadline=None)
@given(text=templates(depth=2))
def test_readings_are_counted_as_if_they_were_listed(text: str) -> None:
    whole = compiled(parsed(f"go {text}"))

    def listed(state: int) -> int:
        count = int(np.isfinite(whole.final_cost[state]))
        for arc in range(whole.arc_first[state], whole.arc_first[state + 1]):
            number = int(whole.arc_word[arc]) - len(whole.words)
            count += listed(int(whole.arc_target[arc])) * (
                1 if number < 0 else len(whole.sets[number])
            )
        return count

    assert readings(whole) == listed(0)


def test_sentences_without_end_cannot_be_counted() -> None:
    intents = Intents.from_dict(
        {
            "language": "en",
            "intents": {"Do": {"data": [{"sentences": ["go <on>"]}]}},
            "expansion_rules": {"on": "further [<on>]"},
        }
    )

    with pytest.raises(ValueError, match="no end"):
        readings(compiled(intents))


@pytest.mark.parametrize("domain", domains.domains(), ids=lambda domain: domain.name)
def test_every_measured_sentence_is_in_its_grammar_and_means_something(
    domain: Domain,
    decoder: Any,  # noqa: ANN401
) -> None:
    known, ours, grammar = domains.parsed(domain), domains.words(domain), domains.as_jsgf(domain)
    theirs = decoder.parse_jsgf(grammar.text)
    token = {word: token for token, word in grammar.words.items()}

    for text in islice(domains.texts(domain, seed=3), 12):
        assert ours.accepts(text.split()), text
        assert theirs.accept(" ".join(token[word] for word in text.split())), text
        assert domains.meaning(known, text, domain.home) is not None, text


def test_the_grammars_have_from_ten_thousand_to_a_billion_readings_and_more() -> None:
    counts = [readings(domains.words(domain, polite=False)) for domain in domains.domains()]

    assert min(counts) >= 10_000
    assert sum(count >= 10**9 for count in counts) >= 2


def test_what_is_right_is_judged_by_meaning_for_both_engines() -> None:
    domain = next(one for one in domains.domains() if one.name == "counter")
    known = domains.parsed(domain)

    assert same_meaning(known, domain, "i want 2 lattes", "i want two lattes")
    assert same_meaning(known, domain, "give me 3 bagel", "may i have 3 bagels")
    assert not same_meaning(known, domain, "give me 3 bagels", "give me 4 bagels")
    assert not same_meaning(known, domain, "", "give me 4 bagels")


@pytest.mark.skipif("flite" not in engines(), reason="flite is not installed")
def test_pocketsphinx_hears_words_that_its_dictionary_lacks() -> None:
    sphinx = Sphinx(Pronouncer(shared_lexicon().pronounce))
    sphinx.use(jsgf(sentences(parsed("turn on the {thing} in zogberts (kitchen|den)"))))
    sound = speak("turn on the small dog in zogberts kitchen", Voice(engine="flite", name="slt"))

    heard = sphinx.hear(framed(sound, np.random.default_rng(1)))

    assert heard == "turn on the small dog in zogberts kitchen"


@pytest.mark.skipif("flite" not in engines(), reason="flite is not installed")
def test_words_are_aligned_where_they_are_said() -> None:
    first = speak("good morning", Voice(engine="flite", name="slt"))
    second = speak("open the door", Voice(engine="flite", name="slt"))
    pause = np.zeros(16_000, np.int16)
    sound = framed(np.concatenate([first, pause, second]), np.random.default_rng(1))

    spans = Sphinx(Pronouncer(shared_lexicon().pronounce)).spans(
        sound, "good morning open the door"
    )

    assert [word for word, _, _ in spans] == ["good", "morning", "open", "the", "door"]
    assert spans[2][1] - spans[1][2] > 0.8
    assert all(start < end for _, start, end in spans)
