import gc
import weakref
from pathlib import Path

import pytest

from device.events import Value
from device.nlu.fewshot import PARAPHRASE, Filled, fill
from device.nlu.inflection import singular, stem
from device.nlu.packintents import pack_intent
from device.nlu.templates import Sentences, load_sentences
from export.fewshot_slots import results
from tests.nlu.houses import seen_from

ZOO = """
language: en
intents:
  AnimalSound:
    data:
      - sentences:
          - "make (a|an|the) {animal} (sound|noise)"
          - "let me hear {count} {animal}[s]"
  Travel:
    data:
      - sentences: ["book (a|the) train from {town:origin} to {town:goal}"]
        slots: {by: train}
      - sentences: ["book (a|the) bus to {town:goal} [at {hour} o'clock]"]
        slots: {by: bus}
  Note:
    data:
      - sentences: ["write down {text}", "note that {text} on {day}"]
  Glow:
    data:
      - sentences: ["let <name> glow"]
        requires_context: {domain: light}
      - sentences: ["make the {area} glow for {1..30:minutes} minutes"]
lists:
  animal:
    values: [elephant, polar bear, bear, {in: "(grey|gray) wol(f|ves)", out: wolf}, butterfly]
  count: {range: {from: 1, to: 20}}
  hour: {range: {from: 1, to: 12}}
  town: {values: [York, The Hague, Ely]}
  day: {values: [monday, friday]}
  text: {wildcard: true}
"""


def written(folder: Path, text: str) -> Sentences:
    file = folder / "pack.yaml"
    file.write_text(text, encoding="utf-8")
    return load_sentences([file])


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Sentences:
    return written(tmp_path_factory.mktemp("zoo"), ZOO)


def slots(filled: Filled) -> dict[str, Value]:
    return {slot.name: slot.value for slot in filled.slots}


def values(sentences: Sentences, intent: str, said: str) -> dict[str, Value]:
    return slots(fill(sentences, intent, said, seen_from("Kitchen")))


def test_a_sentence_that_a_template_says_is_sure(zoo: Sentences) -> None:
    filled = fill(zoo, "AnimalSound", "Make an elephant noise, please!", seen_from(None))

    assert (slots(filled), filled.confidence) == ({"animal": "elephant"}, 1.0)


@pytest.mark.parametrize(
    ("intent", "said", "wanted"),
    [
        ("AnimalSound", "could you please do the noise of an elephant for me", "elephant"),
        ("AnimalSound", "how do butterflies sound", "butterfly"),
        ("AnimalSound", "i would love to hear gray wolves", "wolf"),
        ("AnimalSound", "the polar bear's noise", "polar bear"),
    ],
)
def test_a_value_is_found_however_the_sentence_goes(
    zoo: Sentences, intent: str, said: str, wanted: str
) -> None:
    filled = fill(zoo, intent, said, seen_from(None))

    assert slots(filled) == {"animal": wanted}
    assert 0 < filled.confidence <= PARAPHRASE


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("i need a train from york to ely", {"origin": "York", "goal": "Ely", "by": "train"}),
        ("to ely from york, book a train", {"origin": "York", "goal": "Ely", "by": "train"}),
        ("book me the bus to the hague", {"goal": "The Hague", "by": "bus"}),
        ("book a bus at nine to ely", {"goal": "Ely", "hour": 9, "by": "bus"}),
        ("book a bus at thirteen to ely", {"goal": "Ely", "by": "bus"}),
    ],
)
def test_words_beside_a_value_tell_its_slot(
    zoo: Sentences, said: str, wanted: dict[str, Value]
) -> None:
    assert values(zoo, "Travel", said) == wanted


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("write down the eggs are gone", "the eggs are gone"),
        ("write down the Eggs for me", "the Eggs"),
        ("would you write this down, buy milk, thanks", "buy milk"),
        ("could you note for me that grandma comes on friday please", "grandma comes"),
        ("write down thank you", "thank you"),
    ],
)
def test_an_open_slot_takes_what_stands_in_its_place_without_courtesies(
    zoo: Sentences, said: str, text: str
) -> None:
    assert values(zoo, "Note", said)["text"] == text


def test_an_open_slot_is_not_filled_where_nothing_of_its_template_is_said(zoo: Sentences) -> None:
    filled = fill(zoo, "Note", "is it going to rain today", seen_from(None))

    assert filled == Filled()


def test_names_of_the_home_are_found_where_the_block_takes_their_kind(zoo: Sentences) -> None:
    assert values(zoo, "Glow", "the floor lamp should glow") == {"name": "Floor lamp"}
    assert "name" not in values(zoo, "Glow", "the dishwasher should glow")
    half = values(zoo, "Glow", "five minutes of glow in the bedroom")
    assert half == {"area": "Bedroom", "minutes": 5}


def test_an_intent_that_nobody_wrote_has_no_slots(zoo: Sentences) -> None:
    assert fill(zoo, "Sing", "make an elephant sound", seen_from(None)) == Filled()


def test_other_sentences_account_for_less(zoo: Sentences) -> None:
    said = ["make an elephant sound", "do an elephant sound", "do an elephant", "do a dance"]

    sure = [fill(zoo, "AnimalSound", text, seen_from(None)).confidence for text in said]

    assert sure == sorted(set(sure), reverse=True)


def test_what_was_compiled_goes_with_its_sentences(tmp_path: Path) -> None:
    sentences = written(tmp_path, ZOO)
    intent = pack_intent(sentences, "AnimalSound")
    assert intent is not None
    assert pack_intent(sentences, "AnimalSound") is intent

    kept = weakref.ref(intent.open)
    del intent, sentences
    gc.collect()

    assert kept() is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("potato", "potatoes"), ("lily", "lilies"), ("movie", "movies"), ("box", "boxes"),
     ("house", "houses"), ("grandma's", "grandma"), ("bus", "buses"), ("pie", "pies")],
)  # fmt: skip
def test_plurals_and_owners_are_one_word(one: str, other: str) -> None:
    assert singular(one) == singular(other)


@pytest.mark.parametrize(
    ("one", "other"), [("plan", "plane"), ("car", "care"), ("bus", "bu"), ("glass", "glas")]
)
def test_other_words_stay_others(one: str, other: str) -> None:
    assert singular(one) != singular(other)


def test_a_verb_is_one_word_in_all_its_forms() -> None:
    assert len({stem(word) for word in ("roll", "rolls", "rolled", "rolling")}) == 1
    assert len({stem(word) for word in ("make", "makes", "making")}) == 1
    assert stem("bring") == "bring"


def test_paraphrases_of_a_handful_of_packs_fill_their_slots() -> None:
    tried, measured = results()

    assert len(measured) == 40
    assert sum(one.right for one in tried) >= 19
    assert sum(one.right for one in measured) >= 35
