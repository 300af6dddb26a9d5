from dataclasses import replace
from itertools import permutations, product
from pathlib import Path

import pytest

from device.errors import GrammarError
from device.events import Source
from device.nlu.matching import match
from device.nlu.templates import builtin_sentences, load_sentences
from simulator.homefile import furnished_home
from tests.nlu.houses import seen_from

CUSTOM = """
language: en
intents:
  BrewTea:
    data:
      - sentences:
          - "(brew|make) [me] [a cup of] {tea} [please]"
          - "(tea;{tea};now)"
        slots: {kind: hot}
  HassTurnOn:
    data:
      - sentences:
          - "let <name> shine"
        requires_context: {domain: light}
      - sentences:
          - "wind (up|down) to {level:brightness}"
lists:
  tea:
    values:
      - {in: "(green|sencha) tea", out: Sencha}
      - Earl Grey
  level: {range: {from: 0, to: 10}}
"""

ANY_ORDER = """
intents:
  Order: {data: [{sentences: ["order (tea;[hot|iced];<more>)"]}]}
expansion_rules:
  more: "(([with] (milk;[sugar]))|[today])"
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("said", "intent", "slots"),
    [
        ("brew me a cup of green tea", "BrewTea", {"tea": "Sencha", "kind": "hot"}),
        ("Make Earl Grey, please!", "BrewTea", {"tea": "Earl Grey", "kind": "hot"}),
        ("now earl grey tea", "BrewTea", {"tea": "Earl Grey", "kind": "hot"}),
        ("let the kitchen light shine", "HassTurnOn", {"name": "Kitchen light"}),
        ("wind up to seven", "HassTurnOn", {"brightness": 7}),
    ],
)
def test_a_custom_sentence_means_exactly_what_its_author_wrote(
    tmp_path: Path, said: str, intent: str, slots: dict[str, str | int]
) -> None:
    sentences = load_sentences([written(tmp_path, CUSTOM)])

    found = match(sentences, said, seen_from("Kitchen"))

    assert found is not None
    assert (found.intent, {s.name: s.value for s in found.slots}) == (intent, slots)
    assert (found.source, found.confidence) == (Source.SENTENCE, 1.0)


def test_a_sentence_takes_the_names_that_the_home_has_by_now(tmp_path: Path) -> None:
    sentences = load_sentences([written(tmp_path, CUSTOM)])
    home = furnished_home()
    renamed = tuple(
        replace(d, name="Glow") if d.name == "Kitchen light" else d for d in home.devices
    )

    assert match(sentences, "let the glow shine", seen_from(None, home)) is None
    after = seen_from(None, replace(home, devices=renamed))
    assert match(sentences, "let the glow shine", after) is not None
    assert match(sentences, "let the kitchen light shine", after) is None


@pytest.mark.parametrize("said", ["brew coffee", "let the fan shine", "brew", "", "wind up to 11"])
def test_other_sentences_do_not_match(tmp_path: Path, said: str) -> None:
    sentences = load_sentences([written(tmp_path, CUSTOM)])

    assert match(sentences, said, seen_from("Kitchen")) is None


def test_a_folder_is_read_with_its_subfolders(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "more"
    folder.mkdir(parents=True)
    written(folder, CUSTOM)

    sentences = load_sentences([tmp_path])

    assert [f.name for f in sentences.files] == ["mine.yaml"]
    assert match(sentences, "brew green tea", seen_from(None)) is not None


def test_parts_in_any_order_may_be_said_in_every_order_and_none_twice(tmp_path: Path) -> None:
    sentences = load_sentences([written(tmp_path, ANY_ORDER)])
    parts = (("tea",), ("", "hot", "iced"), ("", "milk", "with sugar milk", "today"))
    orders = [
        " ".join(" ".join(said).split()) for row in permutations(parts) for said in product(*row)
    ]
    wrong = ["", "hot", "tea tea", "tea hot iced", "sugar tea", "with tea", "milk tea today"]

    for said in orders:
        assert match(sentences, f"order {said}", seen_from(None)) is not None, said
    for said in wrong:
        assert match(sentences, f"order {said}", seen_from(None)) is None, said


def test_a_rule_may_end_with_itself_and_one_that_nobody_uses_may_be_unfinished(
    tmp_path: Path,
) -> None:
    text = """
intents: {A: {data: [{sentences: ["count <beats>"]}]}}
expansion_rules: {beats: "boom [<beats>]", later: "([<nothing>];x)"}
"""
    sentences = load_sentences([written(tmp_path, text)])

    assert match(sentences, "count boom boom boom", seen_from(None)) is not None


@pytest.mark.timeout(20)
def test_two_dozen_parts_that_may_be_left_out_are_matched_at_once(tmp_path: Path) -> None:
    parts = ";".join(f"[{letter}]" for letter in "abcdefghijklmnopqrstuvwx")
    text = f"intents: {{A: {{data: [{{sentences: ['take ({parts})']}}]}}}}"
    sentences = load_sentences([written(tmp_path, text)])

    assert match(sentences, "take x b", seen_from(None)) is not None
    assert match(sentences, "take x b x", seen_from(None)) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("intents: {a: [}", "line 1"),
        ("- a\n- b", "wanted a table"),
        ("intents: 5", "got `int` - at `$.intents`"),
        ("intents: {5: {}}", "got `int` - at `key` in `$.intents`"),
        ("intents: {A: {}}", "intent A: Object missing required field `data`"),
        ("intents: {A: {data: [{slots: {}}]}}", "intent A: Object missing required field `sente"),
        ("intents: {A: {data: [{sentences: [a], slots: 5}]}}", "A: Expected `object`, got `int`"),
        ("intents: {A: {data: [{sentences: [a], requires_context: 5}]}}", "got `int`"),
        ("intents: {A: {data: [{sentences: [a], lists: 5}]}}", "A: Expected `object`, got `int`"),
        ("intents: {A: {data: [{sentences: [a], lists: {b: {}}}]}}", "list b of intent A"),
        ("intents: {A: {data: [{sentences: [a], expansion_rules: {b: 5}}]}}", "got `int`"),
        ("intents: {A: {data: [{sentences: ['" + "(" * 999 + "']}]}}", "line 1"),
        ("intents:\n  A:\n    data:\n      - sentences:\n          - 'turn (on'\n", "line 5"),
        ("intents: {A: {data: [{sentences: ['do {nothing}']}]}}", "the list {nothing}"),
        ("intents: {A: {data: [{sentences: ['do <nothing>']}]}}", "the expansion rule <nothing>"),
        ("lists: {a: {values: 3}}", "list a: Expected `array | null`, got `int`"),
        ("lists: {a: {values: [b, 3]}}", "list a: Expected `str | object`, got `int`"),
        ("lists: {a: {values: [{in: b, context: 3}]}}", "got `int` - at `$.values[0].context`"),
        ("lists: {a: {values: ['(b']}}", "Unable to find end of group"),
        ("lists: {a: {range: 3}}", "list a: Expected `object | null`, got `int`"),
        ("lists: {a: {range: {to: 3}}}", "list a: Object missing required field `from`"),
        ("lists: {a: {range: {from: 0, to: 20000}}}", "20000 numbers at most, found 0 to 20000"),
        ("lists: {a: {}}", "list a: a list needs `values`, `range` or `wildcard`"),
        ("expansion_rules: {a: [b]}", "expansion rule a: Expected `str`, got `array`"),
        ("expansion_rules: {a: '[<a>] b'}", "the expansion rule <a> begins with itself"),
        ("expansion_rules: {a: '[c] <b>', b: '(x|<a>)'}", "the expansion rule <a> begins with it"),
        ("skip_words:", "got `null` - at `$.skip_words`"),
        ("skip_words: [1]", "got `int` - at `$.skip_words[0]`"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(GrammarError) as refused:
        load_sentences([written(tmp_path, text)])

    assert "mine.yaml" in str(refused.value)
    assert complaint in str(refused.value)


def test_of_several_files_the_broken_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("lists: {a: {range: {from: 3, to: 1}}}", encoding="utf-8")
    written(tmp_path, CUSTOM)

    with pytest.raises(GrammarError, match=r"a\.yaml: start cannot be greater than stop"):
        load_sentences([tmp_path])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=r"nowhere\.yaml do not exist"):
        load_sentences([tmp_path / "nowhere.yaml"])


def test_the_built_in_sentences_know_every_intent_that_can_be_said() -> None:
    from device.nlu.intents import INTENTS, OUT_OF_SCOPE

    said = set(builtin_sentences().intents.intents)

    assert said == set(INTENTS) - {OUT_OF_SCOPE}
