"""The proxy of published sentences says what Home Assistant makes of them."""

from collections import Counter

import pytest
import yaml
from hassil import RecognizeResult, recognize_all

from device.nlu.homelists import home_lists
from device.nlu.intents import INTENTS
from export.tagger.published import intents
from export.tagger.reference import HELD_OUT, Meaning, held_out_cases, plainly
from export.tagger.truth import FURNITURE, Sampled, sample
from simulator.sentences import PARAPHRASES, sources


@pytest.fixture(scope="module")
def sampled() -> list[Sampled]:
    return [one for _, one in sample(330, 5)]


def test_hassil_can_read_the_truth_out_of_nearly_every_sampled_sentence() -> None:
    tried = sample(120, 6)
    right = 0
    for home, one in tried:
        found = recognize_all(
            one.text,
            intents(),
            slot_lists=home_lists(home),
            intent_context={"area": home.rooms[0].name},
        )
        meant = plainly(one.intent, one.slots)
        right += any(_without_context(result, one) == meant for result in found)

    assert right >= 0.97 * len(tried)


def _without_context(found: RecognizeResult, one: Sampled) -> Meaning:
    """What was recognized, without the room that context filled in."""
    entities = [e for e in found.entities_list if e.name != "area" or "area" in one.slots]
    return plainly(found.intent.name, {e.name: e.value for e in entities})


def test_blocks_are_sampled_evenly(sampled: list[Sampled]) -> None:
    counts = Counter(one.intent for one in sampled)
    blocks = {i.name: len(i.data) for i in intents().intents.values()}

    assert set(counts) == set(blocks)
    assert all(counts[name] >= 0.5 * blocks[name] for name in blocks)


def test_the_same_seed_gives_the_same_sentences() -> None:
    assert [s for _, s in sample(40, 8)] == [s for _, s in sample(40, 8)]


def test_each_home_has_every_kind_of_device_under_names_of_their_own() -> None:
    for home, _ in sample(20, 9):
        assert Counter(d.kind for d in home.devices) == FURNITURE
        assert len({d.name.casefold() for d in home.devices}) == len(home.devices)


def test_held_out_sentences_ask_for_known_intents_and_slots() -> None:
    cases = held_out_cases()

    assert len(cases) >= 400
    assert len({c.text for c in cases}) == len(cases), "a sentence stands there twice"
    for case in cases:
        intent, slots = case.meaning
        assert {name for name, _ in slots} - {"excepted"} <= INTENTS[intent].slots, case.text


def test_no_held_out_sentence_stands_among_the_templates() -> None:
    held_out = {t for row in yaml.safe_load(HELD_OUT.read_text()) for t in row["say"]}
    written = {
        sentence
        for blocks in sources(otherwise=True).values()
        for source in blocks
        for sentence in source.block.sentence_texts
    }

    assert not held_out & written


def test_paraphrases_add_to_the_packs_and_leave_recognition_alone() -> None:
    files = {f.stem for f in PARAPHRASES.glob("*.yaml")}
    packs, everything = sources(), sources(otherwise=True)

    assert "common" in files
    assert set(packs) == set(everything)
    assert sum(map(len, everything.values())) > sum(map(len, packs.values()))


def test_a_volume_that_goes_down_is_a_negative_change() -> None:
    steps = [
        (one.text, one.slots["volume_step"])
        for _, one in sample(1_200, 11)
        if isinstance(one.slots.get("volume_step"), int) and one.slots["volume_step"] != 0
    ]

    assert steps
    for text, change in steps:
        assert (change < 0) == ("down" in text.split() or "decrease" in text), text
