"""Made-up skills: different, reproducible, and with paraphrases that their samples do not give."""

import re

import pytest

from simulator.packs import PARAPHRASES, SAMPLES, how_many, made_up, more_samples

SKILLS = made_up(600)


def test_there_are_more_than_ten_thousand_different_ones() -> None:
    assert how_many() > 10_000
    assert len({skill.id for skill in SKILLS}) == len(SKILLS)
    assert len({skill.name for skill in SKILLS}) == len(SKILLS)
    assert all(re.fullmatch("[a-z0-9_-]+", skill.id) for skill in SKILLS)


def test_fewer_of_them_are_the_first_of_more_and_a_seed_gives_the_same() -> None:
    assert made_up(50) == SKILLS[:50]
    assert made_up(50, seed=2) != SKILLS[:50]


def test_each_has_its_sentences_and_no_paraphrase_is_a_sample_of_any() -> None:
    samples = {text for skill in SKILLS for text in skill.samples}
    paraphrases = {text for skill in SKILLS for text in skill.paraphrases}

    assert len(samples) == SAMPLES * len(SKILLS)
    assert len(paraphrases) == PARAPHRASES * len(SKILLS)
    assert not samples & paraphrases


def test_no_sentence_has_a_gap_left_and_most_name_their_topic() -> None:
    for skill in SKILLS:
        said = (*skill.samples, *skill.paraphrases, *more_samples(skill, 5, seed=1))
        assert not any(set("{}?") & set(text) for text in said)
        named = [skill.topic.lower().removeprefix("the ")[:3] in text for text in said]
        assert sum(named) > 0.8 * len(said), skill


def test_nobody_asks_for_more_than_there_are() -> None:
    with pytest.raises(ValueError, match="there are"):
        made_up(how_many() + 1)
