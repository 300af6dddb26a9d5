"""Skill packs are read, and whatever is wrong with one is one clear sentence."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.errors import InglenookError
from device.nlu.matching import match
from device.nlu.templates import PACKS
from device.skills.pack import Extends, Hermes, Python
from device.skills.packreading import (
    builtin_packs,
    read_pack,
    sentences_of,
)
from device.skills.taken import Taken, topics
from tests.nlu.houses import seen_from
from tests.skills.packs import ZOO_TOML, ZOO_YAML, simple, written

TOML = 'name = "Zoo"\ndescription = "Sounds."\nversion = "1"\n'


def sentences(*texts: str, rest: str = "") -> str:
    body = "".join(f"          - {text!r}\n" for text in texts)
    return f"intents:\n  ZooSound:\n    data:\n      - sentences:\n{body}{rest}"


def doubled(depth: int) -> str:
    """Rules that name the one before them twice each."""
    rules = "".join(f'  r{n}: "<r{n - 1}> [<r{n - 1}>]"\n' for n in range(1, depth))
    return sentences(f"say <r{depth - 1}>", rest=f'expansion_rules:\n  r0: "a"\n{rules}')


def laughs() -> str:
    """A billion values in a few lines."""
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "a0: &a0 [ha, ha]\n" + "\n".join(lines) + "\n" + sentences("a")


def outside(folder: Path) -> None:
    target = folder.parent / "secret.py"
    target.write_text("skill = None\n")
    (folder / "zoo.py").symlink_to(target)


def sentences_outside(folder: Path) -> None:
    target = folder.parent / "theirs.yaml"
    target.write_text(ZOO_YAML)
    (folder / "sentences" / "en" / "more.yaml").symlink_to(target)


def a_folder_for_manifest(folder: Path) -> None:
    (folder / "skill.toml").unlink()
    (folder / "skill.toml").mkdir()


def endless_link(folder: Path) -> None:
    (folder / "sentences" / "en" / "loop.yaml").symlink_to("loop.yaml")


def latin(folder: Path) -> None:
    (folder / "skill.toml").write_bytes(b'name = "Z\xff\xfeo"')


WRONG_TOML = {
    "no TOML": ("name = Zoo", "is not TOML"),
    "a missing key": ('description = "x"\nversion = "1"', "name"),
    "a misspelt key": (TOML + 'alias = ["x"]', "did you mean aliases"),
    "a wrong kind of value": (TOML.replace('"Zoo"', "7"), "name must be"),
    "two that answer": (TOML + 'hermes = "hermes/intent/a"\npython = "a.py"', "only one of"),
    "a name without letters": (TOML.replace("Zoo", "42"), "a name is"),
    "a name of many lines": (TOML.replace("Zoo", r"Zoo\nof doom"), "a name is"),
    "a long name": (TOML.replace("Zoo", "Zoo " * 20), "a name is"),
    "the name of a built-in skill": (TOML.replace("Zoo", "Timers"), "speaker's own"),
    "its name in other letters": (TOML.replace("Zoo", "LIGHTS"), "speaker's own"),
    "an alias of a built-in skill": (TOML + 'aliases = ["the best", "locks"]', "speaker's own"),
    "the speaker's name": (TOML.replace("Zoo", "Inglenook"), "speaker's own"),
    "too many aliases": (TOML + f"aliases = {[f'zoo {n}' for n in range(9)]}", "aliases"),
    "an empty description": (TOML.replace("Sounds.", " "), "description"),
    "a topic with a wildcard": (TOML + 'hermes = "hermes/intent/#"', "without wildcards"),
    "a topic with a plus": (TOML + 'hermes = "hermes/intent/+/a"', "without wildcards"),
    "a topic elsewhere": (TOML + 'hermes = "zigbee2mqtt/lock/set"', "below hermes/intent/"),
    "a topic with a gap": (TOML + 'hermes = "hermes/intent//a"', "without wildcards"),
    "a topic of the speaker's own": (TOML + 'hermes = "hermes/intent/HassTurnOn"', "none of"),
    "an endless topic": (TOML + f'hermes = "hermes/intent/{"a" * 300}"', "below hermes/intent/"),
    "code above the folder": (TOML + 'python = "../zoo.py"', "outside the pack's folder"),
    "code from anywhere": (TOML + 'python = "/usr/lib/python3/os.py"', "outside"),
    "code that is not there": (TOML + 'python = "zoo.py"', "there is no file zoo.py"),
    "code that is none": (TOML + 'python = "skill.toml"', "must name a .py file"),
    "a NUL in a name": (TOML + 'python = "zoo\\u0000.py"', "cannot be read"),
    "an unknown skill": (TOML + 'extends = "lamps"', "lights"),
    "a kind that is none": (TOML + 'kinds = ["the lights!"]', "kinds are words"),
    "a huge manifest": (TOML + "# " + "x" * 20_000, "bytes"),
}  # fmt: skip

WRONG_YAML = {
    "no YAML": ("intents: [", "line"),
    "a list": ("- a\n- b\n", "wanted a table"),
    "nothing": ("", "wanted a table"),
    "no intents": ("language: en\n", "no sentences in it"),
    "an intent without sentences": ("intents: {ZooSound: {data: []}}", "ZooSound"),
    "an intent of the speaker's own": (ZOO_YAML.replace("ZooSound", "HassTurnOn"), "HassTurnOn"),
    "an intent that is no topic": (ZOO_YAML.replace("ZooSound", "Zoo/#"), "an intent is named"),
    "numbers for names": ("intents: {7: {data: [{sentences: [a]}]}}", "zoo.yaml"),
    "a sentence that cannot be parsed": (sentences("make (a|b sound"), "cannot parse"),
    "a list that is not there": (sentences("make a {beast} sound"), "{beast}"),
    "a list within a list that is not there": (
        sentences("a {x}", rest='lists: {x: {values: ["b {y}"]}}'), "{y}",
    ),
    "a rule that is not there": (sentences("make <beast>"), "<beast>"),
    "10,000 sentences": (sentences(*[f"say {n}" for n in range(10_000)]), "500 sentences"),
    "a file of a megabyte": (sentences("a") + "# " + "x" * 1_000_000, "bytes"),
    "a billion values by aliases": (laughs(), "aliases"),
    "a list that holds itself": (f"x: &x [*x]\n{sentences('a')}", "aliases"),
    "a billion readings by rules": (doubled(30), "parts"),
    "rules within rules without end": (doubled(60), "deep"),
    "a rule that begins with itself": (
        sentences("say <r>", rest='expansion_rules: {r: "<r> a"}'), "comes back to itself",
    ),
    "a rule that ends with itself": (
        sentences("say <r>", rest='expansion_rules: {r: "a [<r>] [<r>]"}'), "comes back to itself",
    ),
    "a list that comes back to itself": (
        sentences("say {x}", rest='lists: {x: {values: ["a [{x}]"]}}'), "comes back to itself",
    ),
    "a list by way of a rule": (
        sentences("say <r>", rest='lists: {x: {values: ["a <r>"]}}\nexpansion_rules: {r: "{x} b"}'),
        "comes back to itself",
    ),
    "a regular-expression bomb": (sentences("[a] " * 40 + "b"), "ways"),
    "one of alternatives": (sentences("(a|a a|a a a) " * 12 + "b"), "ways"),
    "one of open text": (
        sentences("{x} a " * 12, rest="lists: {x: {wildcard: true}}"), "ways",
    ),
    "one of parts in any order": (sentences("(" + ";".join("abcdefghijkl") + ")"), "parts"),
    "one of equal parts in any order": (sentences("(" + ";".join("a" * 8) + ")"), "ways"),
    "brackets without end": (sentences("(" * 30 + "a" + ")" * 30), "brackets"),
    "a sentence that anything is": (
        sentences("[please] {x}", rest="lists: {x: {wildcard: true}}"), "whatever is said",
    ),
    "a sentence that nothing is": (sentences("[a] [b|c]"), "whatever is said"),
    "a sentence without end": (sentences("a " * 600), "characters"),
    "a list of 10,000 values": (
        sentences("say {x}", rest=f"lists: {{x: {{values: {[f'v{n}' for n in range(10_000)]}}}}}"),
        "5000 values",
    ),
    "a range of a million": (
        sentences("say {x}", rest="lists: {x: {range: {from: 1, to: 1000000}}}"), "range",
    ),
    "a range of tenths": (
        sentences("say {x}", rest="lists: {x: {range: {from: 1, to: 900, fractions: tenths}}}"),
        "5000 values",
    ),
    "a number of 5,000 digits": (sentences("a", rest=f"x: {'9' * 5_000}\n"), "zoo.yaml"),
    "brackets of YAML without end": ("a: " + "[" * 5_000 + "]" * 5_000, "zoo"),
    "a date that is none": (sentences("a", rest="x: 2026-99-99\n"), "zoo.yaml"),
}  # fmt: skip

WRONG_FOLDER: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda folder: (folder / "skill.toml").unlink(), "skill.toml"),
    "a manifest that is a folder": (a_folder_for_manifest, "skill.toml"),
    "a manifest in no letters": (latin, "is not TOML"),
    "no sentences": (lambda folder: shutil.rmtree(folder / "sentences"), "no sentences"),
    "sentences that lie elsewhere": (sentences_outside, "outside the pack's folder"),
    "a link to itself": (endless_link, "cannot be read"),
    "too many files": (
        lambda folder: [
            (folder / "sentences" / "en" / f"{n}.yaml").write_text(ZOO_YAML) for n in range(30)
        ],
        "more than 20 sentence files",
    ),
}


@pytest.mark.parametrize(("toml", "complaint"), WRONG_TOML.values(), ids=WRONG_TOML)
def test_a_wrong_manifest_is_one_sentence(tmp_path: Path, toml: str, complaint: str) -> None:
    folder = written(tmp_path, toml=toml)

    with pytest.raises(InglenookError) as refused:
        read_pack(folder)

    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 900


@pytest.mark.parametrize(("yaml", "complaint"), WRONG_YAML.values(), ids=WRONG_YAML)
def test_wrong_sentences_are_one_sentence(tmp_path: Path, yaml: str, complaint: str) -> None:
    folder = written(tmp_path, yaml=yaml)

    with pytest.raises(InglenookError) as refused:
        read_pack(folder)

    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 900


@pytest.mark.parametrize(("spoil", "complaint"), WRONG_FOLDER.values(), ids=WRONG_FOLDER)
def test_a_wrong_folder_is_one_sentence(
    tmp_path: Path, spoil: Callable[[Path], object], complaint: str
) -> None:
    folder = written(tmp_path)
    spoil(folder)

    with pytest.raises(InglenookError) as refused:
        read_pack(folder)

    assert complaint in str(refused.value)


def test_code_behind_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, toml=TOML + 'python = "zoo.py"')
    outside(folder)

    with pytest.raises(InglenookError, match="outside the pack's folder"):
        read_pack(folder)


@pytest.mark.parametrize("id_", ["Zoo", "zoo sounds", "zoo.1", "-zoo", "z" * 41, "zoö", "lights"])
def test_a_folder_whose_name_is_no_id_or_a_built_in_one_is_refused(
    tmp_path: Path, id_: str
) -> None:
    with pytest.raises(InglenookError, match=r"a pack's id is|speaker's own"):
        read_pack(written(tmp_path, id_))


def test_a_pack_says_what_it_is_called_who_answers_and_what_people_say(tmp_path: Path) -> None:
    pack = read_pack(written(tmp_path))

    assert (pack.id, pack.name, pack.version) == ("zoo", "Zoo sounds", "1.0")
    assert pack.answers == Hermes(topic="hermes/intent/zoo")
    assert pack.intents == ("ZooSound", "ZooHours")
    texts = [one.text for one in pack.examples if one.intent == "ZooSound"]
    assert len(set(texts)) == len(texts) >= 10
    for animal in ("cat", "dog", "elephant", "lion", "cow", "frog"):
        assert any(animal in text or "savanna" in text for text in texts), animal
    assert [one.text for one in pack.examples if one.intent == "ZooHours"] == [
        "when does the zoo open"
    ]


def test_every_example_is_matched_by_the_templates_that_it_comes_from(tmp_path: Path) -> None:
    pack = read_pack(written(tmp_path))

    for example in pack.examples:
        found = match(sentences_of(pack), example.text, seen_from(None))
        assert found is not None, example
        assert found.intent == example.intent


def test_the_same_pack_gives_the_same_examples_and_another_file_another_digest(
    tmp_path: Path,
) -> None:
    first = read_pack(written(tmp_path))
    again = read_pack(written(tmp_path))
    other = read_pack(written(tmp_path, yaml=ZOO_YAML.replace("cow", "cows")))

    assert first == again
    assert first.digest != other.digest
    assert not sentences_of(other).empty
    unread = replace(first, digest="0" * 64)
    assert sentences_of(unread).empty, "its files are no longer what they were"


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        ("", Hermes(topic=None)),
        ('hermes = "hermes/intent/zoo/sounds"', Hermes(topic="hermes/intent/zoo/sounds")),
        ('extends = "lists"', Extends(skill="lists")),
    ],
)
def test_who_answers(tmp_path: Path, keys: str, answers: object) -> None:
    intent = "ClearList" if "extends" in keys else "ZooSound"

    pack = read_pack(
        written(tmp_path, toml=TOML + keys, yaml=sentences("a b c").replace("ZooSound", intent))
    )

    assert pack.answers == answers


def test_code_in_the_pack_answers(tmp_path: Path) -> None:
    folder = written(tmp_path, toml=TOML + 'python = "zoo.py"')
    (folder / "zoo.py").write_text("def answer(request, context): return 'Toot.'\n")

    assert read_pack(folder).answers == Python(file=folder.resolve() / "zoo.py")


def test_a_pack_that_extends_a_skill_has_that_skills_intents_only(tmp_path: Path) -> None:
    folder = written(tmp_path, toml=TOML + 'extends = "lists"')

    with pytest.raises(InglenookError, match="lists has no intent 'ZooSound'"):
        read_pack(folder)


def test_two_packs_cannot_have_one_name_or_one_topic(tmp_path: Path) -> None:
    zoo = read_pack(written(tmp_path))
    safari = TOML.replace("Zoo", "Safari") + 'aliases = ["zoo-SOUNDS"]'
    same_name = read_pack(written(tmp_path, "safari", toml=safari))
    circus = TOML.replace("Zoo", "Circus") + 'hermes = "hermes/intent/zoo"'
    same_topic = read_pack(written(tmp_path, "circus", toml=circus))
    plain = read_pack(written(tmp_path, "farm", toml=TOML.replace("Zoo", "Farm")))
    twin = read_pack(written(tmp_path, "barn", toml=TOML.replace("Zoo", "Barn")))

    Taken([zoo, plain]).take(zoo)
    with pytest.raises(InglenookError, match="'zoo-SOUNDS' is the name of the pack zoo"):
        Taken([zoo]).take(same_name)
    with pytest.raises(InglenookError, match="hermes/intent/zoo too"):
        Taken([plain, zoo]).take(same_topic)
    with pytest.raises(InglenookError, match="hermes/intent/ZooHours too"):
        Taken([plain]).take(twin)
    assert topics(plain) == {"hermes/intent/ZooSound", "hermes/intent/ZooHours"}


def test_the_built_in_skills_are_packs_with_examples_of_all_their_intents() -> None:
    packs = builtin_packs()

    assert [pack.id for pack in packs] == sorted(
        path.parent.name for path in PACKS.glob("*/skill.toml")
    )
    for pack in packs:
        assert pack.builtin
        assert len(pack.examples) >= 10, pack.id
        assert all(one.text == " ".join(one.text.lower().split()) for one in pack.examples)


def test_a_pack_of_one_sentence_has_one_example(tmp_path: Path) -> None:
    pack = read_pack(simple(tmp_path, "moo", "moo like a cow"))

    assert [(one.intent, one.text) for one in pack.examples] == [("Moo", "moo like a cow")]


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_for_sentences_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = written(tmp_path_factory.mktemp("packs"), yaml=None)
    (folder / "sentences" / "en" / "zoo.yaml").write_bytes(content)

    with pytest.raises(InglenookError):
        read_pack(folder)


PIECES = st.recursive(
    st.sampled_from(["a", "b ", " c", "<r>", "{x}", "{y:z}", "", "{1..9:n}", "name", "-", "%"]),
    lambda inner: st.lists(inner, max_size=4).flatmap(
        lambda parts: st.sampled_from(
            [
                "".join(parts), "[" + "|".join(parts) + "]", "(" + "|".join(parts) + ")",
                "(" + ";".join(parts) + ")", "(" + " ".join(parts), "".join(parts) + ">",
            ]
        )
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=40)
@given(template=PIECES, rule=PIECES, value=PIECES)
def test_whatever_templates_say_they_are_read_with_examples_that_match_or_refused(
    tmp_path_factory: pytest.TempPathFactory, template: str, rule: str, value: str
) -> None:
    lists = f"lists: {{x: {{values: [{value!r}, z]}}, y: {{wildcard: true}}}}"
    rest = f"{lists}\nexpansion_rules: {{r: {rule!r}}}"
    folder = written(tmp_path_factory.mktemp("packs"), yaml=sentences(template, "moo", rest=rest))
    try:
        pack = read_pack(folder)
    except InglenookError:
        return

    assert "moo" in [one.text for one in pack.examples]
    for example in pack.examples:
        match(sentences_of(pack), example.text, seen_from(None))


def test_the_toml_of_the_tests_is_right(tmp_path: Path) -> None:
    assert read_pack(written(tmp_path, toml=TOML)).name == "Zoo"
    assert ZOO_TOML.startswith("\nname")
