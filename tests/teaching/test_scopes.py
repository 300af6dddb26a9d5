"""What an answer does to the question that was asked."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from device.errors import ModelError
from device.models import Model, load
from device.nlu.words import tokenize
from device.teaching.answer import Scope
from device.teaching.scopes import Scopes, parts_of
from tests.teaching.lessons_at_home import encoder, offered, read

STRANGERS = Path("export/teaching/scope/strangers.yaml")
LENGTH = 24
WORDS = st.sampled_from(["yes", "no", "the", "lamp", "20", "%", ",", ".", "um", "owl's", "don't"])


@given(said=st.lists(WORDS, min_size=1, max_size=90).map(" ".join))
def test_every_word_of_an_answer_is_in_a_window_with_its_flags(said: str) -> None:
    tokens = tokenize(said)
    flags = np.arange(1, len(tokens) + 1, dtype=np.float32)[:, None]

    parts = parts_of(tokens, flags, LENGTH)

    seen: dict[float, str] = {}
    for text, padded in parts:
        assert padded.shape == (1, LENGTH, 1)
        numbers = [n for n in padded[0, :, 0] if n]
        assert len(numbers) == len(text.split()) <= LENGTH
        seen |= dict(zip(numbers, text.split(), strict=True))
    words = {float(at + 1): t.text for at, t in enumerate(tokens) if not t.mark}
    assert seen == words


def test_nobody_who_says_no_yes_is_taken_to_agree() -> None:
    table = yaml.safe_load(STRANGERS.read_text(encoding="utf-8"))
    others = [text for kind, said in table.items() if "yes" not in kind for text in said]
    said_no = [text for text in others if text not in table["willing"]]

    found = {text: read(text, proposed=offered(brightness=30)) for text in said_no}
    agreed = [t for t, f in found.items() if f.scope is Scope.YES and f.meaning is None]

    assert len(said_no) > 100
    assert agreed == []


@pytest.mark.parametrize(
    ("said", "offer", "scope"),
    [
        ("right", True, Scope.YES),
        ("spot on", True, Scope.YES),
        ("nuh uh", True, Scope.NO),
        ("ask me another day", False, Scope.CANCEL),
        ("somebody left the gate open again", False, Scope.ELSEWHERE),
        ("um", True, Scope.UNSURE),
    ],
)
def test_short_answers_are_put_in_their_place(said: str, offer: bool, scope: Scope) -> None:
    assert read(said, proposed=offered(brightness=30) if offer else None).scope is scope


@given(said=st.text(max_size=60))
def test_whatever_is_said_has_a_scope(said: str) -> None:
    found = read(said, proposed=offered(brightness=30))

    assert found.scope in Scope
    assert 0 <= found.confidence <= 1


def test_a_model_with_other_word_vectors_is_refused() -> None:
    model = load("scope")
    manifest = model.manifest
    other = Model.__new__(Model)
    other.manifest = type(manifest)(
        **{
            **{field: getattr(manifest, field) for field in manifest.__struct_fields__},
            "settings": {**manifest.settings, "table_sha256": "0" * 64},
        }
    )

    with pytest.raises(ModelError, match="make it again"):
        Scopes(other, encoder())
