"""What the models of teaching learn from: no example of issue 7, nothing of a test part."""

import json
import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.teaching.gap import Lacks, Verdict
from export.tagger.texts import TEXTS
from export.teaching.gap.draw import Reader, rows_of
from export.teaching.gap.manners import Sentence
from export.teaching.gap.mishearing import misheard, spoken
from export.teaching.gap.requests import templates
from export.teaching.gap.sentences import sentence
from export.teaching.gap.strangers import measured, strangers
from export.teaching.gap.substituted import substituted
from export.teaching.texts import key, said
from simulator.homefile import furnished_home
from simulator.homes import random_home

EXAMPLES = (
    "study mode",
    "set the lights to, umm, never mind",
    "it's too dark in here",
    "it's dark in here",
    "I can't see anything",
    "I can't see a thing",
    "I usually study at night by setting the light to 50% brightness",
    "Warriors",
    "I like it warm in the morning",
    "Did I get that right",
)
GENERATED = 2_500
HOME = furnished_home()

shared = pytest.mark.skipif(not TEXTS.is_dir(), reason="the shared text is not there")


def generated(seed: int, count: int) -> list[Sentence]:
    rng = Random(seed)
    homes = [HOME, *(random_home(rng) for _ in range(20))]
    return [sentence(rng, rng.choice(homes), "train") for _ in range(count)]


@pytest.fixture(scope="module")
def some() -> list[Sentence]:
    return generated(5, GENERATED)


@shared
@pytest.mark.parametrize("example", EXAMPLES)
def test_no_example_of_the_issue_is_generated(example: str, some: list[Sentence]) -> None:
    letters = key(example)

    assert len(some) == GENERATED
    assert not [s.text for s in some if letters in key(s.text) or letters in key(str(s.taught))]


@shared
def test_the_same_seed_says_the_same(some: list[Sentence]) -> None:
    again = generated(5, 200)

    assert again == some[:200]
    assert generated(6, 200) != again


@shared
def test_every_verdict_and_everything_that_can_lack_is_taught(some: list[Sentence]) -> None:
    verdicts = Counter(s.verdict for s in some)
    lacks = Counter(s.lacks for s in some if s.verdict is Verdict.GAP)

    assert set(verdicts) == {*Verdict, None}
    assert min(verdicts.values()) > GENERATED // 50
    assert set(lacks) == {Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE}
    assert min(lacks.values()) > GENERATED // 50


@shared
def test_a_gap_is_some_of_the_words_and_no_article(some: list[Sentence]) -> None:
    gaps = [s for s in some if s.verdict is Verdict.GAP]

    assert gaps
    for s in gaps:
        start, stop = s.gap
        assert 0 <= start < stop <= len(s.words)
        assert s.words[start].lower() not in ("the", "my", "our")


@shared
def test_templates_that_are_measured_are_not_learned() -> None:
    for lacks in (Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE):
        learned, measured = templates(lacks, "train"), templates(lacks, "test")
        assert len(measured) > 3
        assert not {*learned} & {*measured}


@shared
def test_no_sentence_of_a_test_part_is_read() -> None:
    lines = (TEXTS / "hwu64" / "folds.jsonl").read_text(encoding="utf-8").splitlines()
    tested = {key(r["text"]) for r in map(json.loads, lines) if r["fold"] == 10}
    table = json.loads((TEXTS / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    tested |= {key(text) for part in ("test", "oos_test") for text, _ in table[part]}

    learned, tuned = ({key(s.text) for s in said(part)} for part in ("train", "dev"))

    assert len(tested) > 5_000
    assert len(learned) > 20_000
    assert not learned & tested
    assert not tuned & tested
    assert not learned & tuned


@shared
def test_what_thresholds_are_fitted_on_was_neither_learned_nor_is_it_tested() -> None:
    lines = (TEXTS / "hwu64" / "folds.jsonl").read_text(encoding="utf-8").splitlines()
    kept_out = {key(r["text"]) for r in map(json.loads, lines) if r["fold"] == 10}
    lines = (TEXTS / "slurp" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    kept_out |= {key(json.loads(line)["sentence"]) for line in lines}
    kept_out |= {key(row.text) for row in strangers("train")}

    asked = {key(text) for text in measured()}

    assert len(asked) > 2_500
    assert not asked & kept_out


@given(
    seed=st.integers(0, 10**6),
    lacks=st.sampled_from([Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE]),
    name=st.sampled_from(["the otter parade", "my wibble", "zigzag", "a wibble of otters"]),
)
def test_a_request_of_the_speaker_keeps_its_words_around_a_name_that_nobody_knows(
    seed: int, lacks: Lacks, name: str
) -> None:
    made = substituted(Random(seed), HOME, "train", lacks, name)

    assert made is not None
    start, stop = made.gap
    assert " ".join(made.words[start:stop]) == name.removeprefix("the ").removeprefix(
        "my "
    ).removeprefix("a ")
    assert len(made.words) > stop - start
    articles = {"the", "my", "our", "a"}
    assert not (start > 1 and {*made.words[start - 2 : start]} <= articles)
    assert made.words[stop : stop + 1] != ("percent",)


@shared
def test_what_is_misheard_has_as_many_words_and_sounds_alike() -> None:
    rng, words = Random(3), ("turn", "on", "the", "kitchen", "lights")

    heard = [misheard(rng, words, names=frozenset({"lights"})) for _ in range(30)]

    assert all(len(h) == len(sure) == len(words) for h, sure in heard)
    taken = {h[4] for h, _ in heard}
    assert "lights" not in taken
    assert all(set(spoken(word)) & set(spoken("lights")) for word in taken)


@shared
def test_understanding_reads_what_was_generated_and_the_gap_keeps_its_words() -> None:
    asked = Sentence(
        words=tuple(re.split(" ", "please turn off the otter parade and open the blinds")),
        verdict=Verdict.GAP,
        gap=(4, 6),
        lacks=Lacks.DEVICES,
    )

    found = [*rows_of(asked, HOME, Reader.shipped())]

    first = next(row for row in found if row.verdict is Verdict.GAP)
    tagged = zip(first.seen.tokens, first.labels, strict=True)
    assert [t.text for t, label in tagged if label != "O"] == ["otter", "parade"]
    assert [row.verdict for row in found if row is not first] == [Verdict.CLEAR]
