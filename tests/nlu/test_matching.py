"""Finding the few templates that may match loses none, and nothing takes for ever."""

from pathlib import Path

import pytest
from hassil.recognize import recognize_all
from hypothesis import example, given, settings
from hypothesis import strategies as st

from device.errors import GrammarError
from device.nlu.matching import Matching
from device.nlu.templates import Sentences, builtin_sentences, lists_of, load_sentences
from simulator.sentences import random_phrase, sources
from tests.nlu.houses import seen_from

HERE = seen_from("Kitchen")


def loaded(folder: Path, text: str, pack: str = "") -> Sentences:
    file = folder / f"{pack or 'own'}.yaml"
    file.write_text(text, encoding="utf-8")
    found = load_sentences([file])
    return Sentences(intents=found.intents, files=found.files, pack=pack)


def one(*templates: str, rest: str = "", intent: str = "Try") -> str:
    body = "".join(f"          - {text!r}\n" for text in templates)
    return f"intents:\n  {intent}:\n    data:\n      - sentences:\n{body}{rest}"


WORDS = ["turn", "on", "the", "light", "lights", "kitchen", "20.5%", "Über", "twenty-one", "please"]
PIECES = st.recursive(
    st.sampled_from([*WORDS, "<verb>", "{thing}", "{name}", "{1..30:n}", "{open}", "can you", ""]),
    lambda inner: st.builds(
        lambda parts, form: form(parts),
        st.lists(inner, min_size=1, max_size=4),
        st.sampled_from(
            [
                " ".join,
                "".join,
                lambda parts: f"[{'|'.join(parts)}]",
                lambda parts: f"({'|'.join(parts)})",
                lambda parts: f"({';'.join(parts)})",
            ]
        ),
    ),
    max_leaves=8,
)
REST = """
lists:
  thing: {values: [lamp, "big(ger|gest) lamp", {in: "Über[wachung]", out: x}, kitchen light]}
  open: {wildcard: true}
expansion_rules:
  verb: "(turn|switch) [on|off]"
"""
SAID = st.lists(
    st.sampled_from(
        [*WORDS, "lamp", "bigger lamp", "21", "fan", "kitchen-light", "off", "can you"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join) | st.text(max_size=20)


def plainly(sentences: Sentences, text: str) -> set[tuple[str, str]]:
    """What hassil finds when it tries every template."""
    found = recognize_all(
        text, sentences.intents, slot_lists=lists_of(HERE.home), intent_context={"area": "Kitchen"}
    )
    return {(one.intent.name, repr(sorted(e.name for e in one.entities_list))) for one in found}


@settings(max_examples=40)
@given(templates=st.lists(PIECES, min_size=1, max_size=4), texts=st.lists(SAID, max_size=6))
@example(templates=["{open}", "turn {open}"], texts=["<", "\x1b", "turn \u20ac"])
def test_no_sentence_is_lost_by_looking_for_its_templates(
    tmp_path_factory: pytest.TempPathFactory, templates: list[str], texts: list[str]
) -> None:
    try:
        sentences = loaded(tmp_path_factory.mktemp("own"), one(*templates, rest=REST))
    except GrammarError:
        return
    matching = Matching([sentences])

    for text in filter(str.strip, [*texts, *templates]):
        found = matching.find(text, HERE)
        assert matching.passed_over or bool(found) == bool(plainly(sentences, text)), text


def test_the_built_in_sentences_are_all_found_again() -> None:
    from random import Random

    rng, sentences = Random(6), builtin_sentences()
    matching = Matching([sentences])
    said = [random_phrase(intent, rng, HERE.home).text for intent in sorted(sources())]

    for text in said:
        assert bool(matching.find(text, HERE)) == bool(plainly(sentences, text)), text
    assert not matching.passed_over
    assert len(said) > 50


def test_each_author_who_matches_is_told_and_the_owner_goes_first(tmp_path: Path) -> None:
    zoo = loaded(tmp_path, one("make an elephant sound"), "zoo")
    safari = loaded(tmp_path, one("make {x} sound", rest="lists: {x: {wildcard: true}}"), "safari")
    other = loaded(tmp_path, one("make tea"), "kitchen")
    own = loaded(tmp_path, one("make {x}", rest="lists: {x: {wildcard: true}}"))

    matching = Matching([safari, zoo, own, other])

    found = matching.find("Make an elephant sound, please", HERE)
    assert [one.pack for one in found] == ["", "zoo", "safari"]
    assert [one.pack for one in matching.find("make tea", HERE)] == ["", "kitchen"]
    assert matching.find("brew tea", HERE) == []


def test_a_list_of_one_author_is_nothing_to_another(tmp_path: Path) -> None:
    zoo = loaded(tmp_path, one("say {x}", rest="lists: {x: {values: [moo]}}"), "zoo")
    farm = loaded(tmp_path, one("tell {x}", rest="lists: {x: {values: [oink]}}"), "farm")

    matching = Matching([zoo, farm])

    assert [one.pack for one in matching.find("say moo", HERE)] == ["zoo"]
    assert matching.find("say oink", HERE) == []
    assert matching.find("tell moo", HERE) == []


@pytest.mark.parametrize(
    ("template", "rest", "said"),
    [
        ("[a] " * 60 + "b", "", "a " * 30 + "b"),
        ("(a|a a|a a a) " * 20 + "b", "", "a " * 40 + "b"),
        ("{x} a " * 20, "lists: {x: {wildcard: true}}", "a b " * 40),
        ("(" + ";".join("a" * 9) + ")", "", "a " * 8),
        ("say <r>", 'expansion_rules: {r: "a [<r>] [<r>]"}', "say " + "a " * 60),
        ("say <r>", 'expansion_rules: {r: "a [<r>]"}', "say " + "a " * 5_000),
    ],
)
def test_a_template_that_would_take_for_ever_is_passed_over_and_the_others_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, template: str, rest: str, said: str
) -> None:
    bomb = loaded(tmp_path, one(template, rest=rest), "bomb")
    whole = loaded(tmp_path, one("{x}", rest="lists: {x: {wildcard: true}}"), "zoo")
    matching = Matching([bomb, whole])

    for _ in range(3):
        assert [one.pack for one in matching.find(said, HERE)] == ["zoo"]

    assert sum(matching.passed_over.values()) == 3
    assert sum("too many ways" in record.message for record in caplog.records) == 1
