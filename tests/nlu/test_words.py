import itertools

from hypothesis import given
from hypothesis import strategies as st

from device.nlu.words import bare, plain, ranges, tokenize

SPOKEN = (
    st.text(st.sampled_from("abz A5%,.!?-:'/& \u00e9\u20ac\U0001f600\u3000\n"), max_size=40)
    | st.text()
)


@given(sentence=SPOKEN)
def test_every_word_gives_tokens_that_remember_it(sentence: str) -> None:
    tokens = tokenize(sentence)

    assert sorted({t.word for t in tokens}) == list(range(len(sentence.split())))
    assert [t.word for t in tokens] == sorted(t.word for t in tokens)
    assert all(t.text and not any(c.isspace() for c in t.text) for t in tokens)


@given(sentence=SPOKEN)
def test_cutting_again_changes_nothing(sentence: str) -> None:
    once = " ".join(t.text for t in tokenize(sentence) if not t.mark)

    assert [t.text for t in tokenize(once) if not t.mark] == [
        t.text
        for t in tokenize(" ".join(t.text for t in tokenize(once) if not t.mark))
        if not t.mark
    ]


def test_numbers_units_hyphens_and_marks_come_apart() -> None:
    texts = [t.text for t in tokenize("Set a 5-minute timer, dim it to 50%. At 7:30pm, 21\u00b0C!")]

    assert texts == [
        *("set", "a", "5", "minute", "timer", ",", "dim", "it", "to", "50", "%", "."),
        *("at", "7:30", "pm", ",", "21", "\u00b0c"),
    ]


def test_names_and_sentences_are_cut_alike() -> None:
    assert plain("Kids' Wi-Fi lamp") == "kids wi fi lamp"
    assert bare("(milk),") == "milk"


@given(indices=st.sets(st.integers(0, 30)))
def test_ranges_hold_exactly_the_indices(indices: set[int]) -> None:
    found = ranges(sorted(indices))

    assert {i for start, stop in found for i in range(start, stop)} == indices
    assert all(a[1] < b[0] for a, b in itertools.pairwise(found))
