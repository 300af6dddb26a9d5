"""What the model of needs and preferences learns from, and what it must never learn from."""

from random import Random

import pytest

from device.teaching.needs import NEEDS
from export.teaching.declarative.rendering import Templates, apart_from_templates, read
from export.teaching.declarative.rows import LABELS, MARKS, TOPICS, own, reserved, varied


def test_the_examples_that_people_will_try_are_never_learned() -> None:
    learned = varied(own("train", 1, scale=0.05), 2)

    assert len(learned) > 800
    assert not [row.text for row in learned if reserved(row.text)]


@pytest.mark.parametrize(
    "text",
    [
        "honestly it's too dark in here",
        "It's dark in here!",
        "I can't see a thing",
        "oh I can't see anything tonight",
        "I'm a big Warriors fan",
        "I like it warm in the morning",
    ],
)
def test_an_example_is_found_whatever_stands_around_it(text: str) -> None:
    assert reserved(text)


def test_every_need_has_many_templates_and_some_of_them_tune() -> None:
    needs = read("needs")
    assert set(needs.by_label) == set(NEEDS)
    for need in NEEDS:
        learn, tune = (set(needs.part(p).by_label[need]) for p in ("train", "tuning"))
        assert len(learn) >= 20
        assert len(tune) >= 2
        assert not learn & tune


@pytest.mark.parametrize(("name", "least"), [("strangers", 180), ("visitors", 140)])
def test_sentences_written_apart_cover_every_need_and_are_never_learned(
    name: str, least: int
) -> None:
    apart = apart_from_templates(name)
    assert set(apart) == set(LABELS)
    said = [text for texts in apart.values() for text in texts]
    assert len(said) > least
    assert [text for text in said if not reserved(text)] == []


@pytest.mark.parametrize("text", ["hardly can I read my book", "chattering my teeth are"])
def test_the_words_of_what_measures_are_not_learned_in_another_order_either(text: str) -> None:
    assert reserved(text)


def test_what_shares_only_its_frame_with_what_measures_is_learned() -> None:
    assert not reserved("I can hardly read the recipe in here")


def test_a_preference_marks_what_is_liked_and_when() -> None:
    templates = Templates({"thing": ["cold brew"]}, {"drink": ["i like <thing> <when: at noon>"]})

    (made,) = templates.sentences(1, Random(0))

    assert made.words == ("i", "like", "cold", "brew", "at", "noon")
    assert made.marks == ("", "", "like", "like", "when", "when")


def test_what_is_left_out_and_chosen_is_all_that_varies() -> None:
    templates = Templates({"room": ["den", "loft"]}, {"x": ["(a|b) [c] in the {room}"]})

    said = {s.text for s in templates.sentences(50, Random(0))}

    assert said == {
        f"{one}{more} in the {room}"
        for one in "ab"
        for more in ("", " c")
        for room in ("den", "loft")
    }


def test_every_topic_says_what_is_liked() -> None:
    for row in own("train", 5, scale=0.02):
        if row.topic >= 0:
            assert TOPICS[row.topic]
            assert MARKS.index("like") in row.marks, row.text
