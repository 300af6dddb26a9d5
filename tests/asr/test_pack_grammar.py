"""Recognition knows the sentences of packs, and no pack silences another."""

from dataclasses import replace
from pathlib import Path

import pytest

from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.asr.samples import samples
from device.context import Home
from device.dictionary import Dictionary
from device.edges.store import SqliteStore
from device.names import Names
from device.nlu.templates import NO_SENTENCES, Sentences, answer_sentences, load_sentences
from device.settled import Known

PRONOUNCE = shared_lexicon().pronounce


def pack(folder: Path, name: str, *templates: str, rest: str = "") -> Sentences:
    file = folder / f"{name}.yaml"
    body = "".join(f"          - {text!r}\n" for text in templates)
    file.write_text(f"intents:\n  Do{name}:\n    data:\n      - sentences:\n{body}{rest}")
    return replace(load_sentences([file]), pack=name, digest=f"{name} {templates}")


def words(graph: object) -> set[str]:
    return {word for text in graph.words for word in text.split()}  # type: ignore[attr-defined]


def test_the_words_of_packs_can_be_said_beside_the_owners(tmp_path: Path) -> None:
    own = pack(tmp_path, "", "good night")
    zoo, farm = pack(tmp_path, "zoo", "elephant"), pack(tmp_path, "farm", "chicken")
    grammar = HomeGrammar(NO_SENTENCES, own, pronounce=PRONOUNCE)

    with_both = grammar.saying([zoo, farm])

    assert {"good", "night"} <= words(grammar.graph(Home()))
    assert "elephant" not in words(grammar.graph(Home()))
    assert {"good", "night", "elephant", "chicken"} <= words(with_both.graph(Home()))
    keys = {one.key(Home()) for one in (grammar, with_both, grammar.saying([zoo]))}
    assert len(keys) == 3
    assert with_both.saying(()).key(Home()) == grammar.key(Home())


def test_what_packs_are_called_can_be_said_in_answer_to_a_question() -> None:
    grammar = HomeGrammar(answer_sentences(), pronounce=PRONOUNCE)
    skills = [Known(id="zoo", name="Zoo sounds", aliases=("Menagerie",))]
    lights = Known(id="lights", name="chandeliers", builtin=True)

    knowing = grammar.saying((), [*skills, lights])

    assert {"zoo", "sounds", "menagerie"} <= words(knowing.graph(Home()))
    assert not {"zoo", "menagerie"} & words(grammar.graph(Home()))
    assert "chandeliers" not in words(knowing.graph(Home()))
    assert knowing.key(Home()) != grammar.key(Home())


def test_two_packs_that_extend_one_skill_are_both_heard(tmp_path: Path) -> None:
    one = replace(pack(tmp_path, "one", "elephant"), pack="lists")
    other = replace(pack(tmp_path, "other", "chicken"), pack="lists")

    graph = HomeGrammar(NO_SENTENCES, pronounce=PRONOUNCE, packs=[one, other]).graph(Home())

    assert {"elephant", "chicken"} <= words(graph)


def test_a_new_graph_is_there_after_packs_changed(tmp_path: Path) -> None:
    own, zoo = pack(tmp_path, "", "good night"), pack(tmp_path, "zoo", "elephant")
    names = Names(HomeGrammar(NO_SENTENCES, own, pronounce=PRONOUNCE), SqliteStore())
    home = Home()
    items: dict[str, tuple[str, ...]] = {}

    first = names.look(home, items)
    assert names.look(home, items) is None
    names.saying([zoo])
    second = names.look(home, items)
    names.saying([zoo])
    third = names.look(home, items)

    assert first is not None
    assert second is not None
    assert "elephant" in words(second) - words(first)
    assert third is None, "nothing has changed"


def test_a_pack_whose_sentences_branch_too_much_is_left_out_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Which of the last 17 words were "a" must be remembered: 2 ** 17 states.
    rules = "".join(f'  r{n}: "(a|b) [<r{n + 1}>]"\n' for n in range(16))
    rest = f'expansion_rules:\n{rules}  r16: "(a|b)"\n'
    bomb = pack(tmp_path, "bomb", "[<r0>] a" + " (a|b)" * 17, rest=rest)
    zoo, own = pack(tmp_path, "zoo", "elephant"), pack(tmp_path, "", "good night")

    grammar = HomeGrammar(NO_SENTENCES, own, pronounce=PRONOUNCE, packs=[bomb, zoo])

    found = words(grammar.graph(Home()))
    assert {"good", "night", "elephant"} <= found
    assert "b" not in found
    assert any("the skill pack bomb" in record.message for record in caplog.records)


def test_dictation_knows_the_words_of_packs(tmp_path: Path) -> None:
    from device.asr.language import load_general

    zoo = pack(tmp_path, "zoo", "the quokka sings")
    dictionary = Dictionary(load_general())

    dictionary.saying([zoo])
    known = dictionary.words()

    assert known is not None
    assert ("the", "quokka", "sings") in samples(zoo)
    assert "quokka" in set(known.language.words)
    assert "quokka" not in load_general().symbols
