import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device import models
from device.models import SHIPPED
from device.nlu.embedding import load_table
from device.nlu.encoder import Encoder
from device.routing.shelf import Shelf
from device.skills.pack import Example


def shipped() -> Encoder:
    model = models.load("encoder")
    settings_ = model.manifest.settings
    table = load_table(SHIPPED, settings_["table"], settings_["table_sha256"])
    return Encoder(model.run, model.manifest, table)


ENCODER = shipped()


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_a_vector_of_length_one_or_none_at_all(text: str) -> None:
    vector = ENCODER.encode(text)

    assert vector.shape == (ENCODER.size,)
    length = float(np.linalg.norm(vector))
    assert abs(length - 1) < 1e-3 or (length == 0 and not any(map(str.isalnum, text)))


def test_the_same_words_have_the_same_vector_whatever_was_encoded_before() -> None:
    first = ENCODER.encode("make an elephant sound")
    for i in range(400):
        ENCODER.encode(f"something else {i}")

    assert np.array_equal(ENCODER.encode("Make an elephant sound!"), first)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("make an elephant sound", "can you do an elephant noise", "play some jazz"),
        ("tell me a joke", "say something funny", "how tall is mount everest"),
        ("water the roses", "give my plants some water", "start the vacuum"),
        ("how many calories are in a banana", "is a banana fattening", "what's the time in rome"),
        ("i want to meditate", "help me relax", "convert ten miles to kilometers"),
    ],
)
def test_what_means_alike_is_nearer_than_what_does_not(text: str, near: str, far: str) -> None:
    said = ENCODER.encode(text)

    assert said @ ENCODER.encode(near) > said @ ENCODER.encode(far)


def test_a_skill_that_nobody_trained_is_found_by_words_that_its_author_did_not_write() -> None:
    skills = {
        "zoo": ["make an elephant sound", "what sound does a lion make", "roar like a tiger"],
        "garden": ["water the roses", "when did i last water the plants", "is the soil dry"],
        "jokes": ["tell me a joke", "say something funny", "make me laugh"],
        "trains": ["when is the next train to york", "is my train late", "trains to leeds"],
        "calm": ["start a breathing exercise", "i want to meditate", "help me relax"],
    }
    shelf = Shelf(ENCODER.encode, ENCODER.size)
    for name, said in skills.items():
        shelf.put(name, [Example(intent="Ask", text=text) for text in said])

    wanted = {
        "can you do the noise of an elephant": "zoo",
        "do my flowers need water": "garden",
        "i could use a good laugh": "jokes",
        "what time does the train leave for london": "trains",
        "i am so stressed": "calm",
    }
    found = {text: shelf.find(text)[0].skill for text in wanted}
    assert found == wanted
