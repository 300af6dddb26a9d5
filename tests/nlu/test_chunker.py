from hypothesis import given
from hypothesis import strategies as st

from device.nlu.chunker import assemble
from device.nlu.words import tokenize

WORD = st.sampled_from(["turn", "on", "the", "fan", "and", "milk,", "then", "...", "kids'", "a-b"])


@st.composite
def labelled(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A sentence with any labels at all, sensible or not."""
    sentence = " ".join(draw(st.lists(WORD | st.text(min_size=1, max_size=4), max_size=12)))
    count = len(tokenize(sentence))
    labels = draw(st.lists(st.sampled_from("OBICKN"), min_size=count, max_size=count))
    return sentence, labels


@given(given_=labelled())
def test_every_word_is_in_a_request_or_is_a_connective(given_: tuple[str, list[str]]) -> None:
    sentence, labels = given_
    tokens = tokenize(sentence)

    chunks = assemble(sentence, tokens, labels)

    covered = {i for c in chunks for start, stop in c.span for i in range(start, stop)}
    joined = {t.word for t, label in zip(tokens, labels, strict=True) if label in "CK" or t.mark}
    assert covered | joined == set(range(len(sentence.split())))
    assert bool(chunks) == bool(sentence.split())
    for chunk in chunks:
        assert all(a[1] < b[0] for a, b in zip(chunk.span, chunk.span[1:], strict=False))


@given(given_=labelled())
def test_a_text_has_the_words_of_its_span(given_: tuple[str, list[str]]) -> None:
    sentence, labels = given_
    words = sentence.split()

    for chunk in assemble(sentence, tokenize(sentence), labels):
        spoken = [words[i] for start, stop in chunk.span for i in range(start, stop)]
        assert len(chunk.text.split()) <= len(spoken)
        assert all(any(part in word for word in spoken) for part in chunk.text.split())


def chunks_of(sentence: str, labels: str) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
    return [(c.text, c.span) for c in assemble(sentence, tokenize(sentence), labels.split())]


def test_items_are_put_back_into_the_shared_words() -> None:
    assert chunks_of("turn on the kitchen light and the fan", "O O B I I C B I") == [
        ("turn on the kitchen light", ((0, 5),)),
        ("turn on the fan", ((0, 2), (6, 8))),
    ]


def test_a_shared_end_goes_to_all() -> None:
    assert chunks_of("turn on the kitchen and hall lights", "O O O B C B O") == [
        ("turn on the kitchen lights", ((0, 4), (6, 7))),
        ("turn on the hall lights", ((0, 3), (5, 7))),
    ]


def test_requests_in_one_breath_come_apart_at_their_connective() -> None:
    assert chunks_of("dim it, then lock up", "O O K K N O") == [
        ("dim it", ((0, 2),)),
        ("lock up", ((3, 5),)),
    ]


def test_a_connective_that_joins_nothing_stays() -> None:
    assert chunks_of("rock and roll", "O K O") == [("rock and roll", ((0, 3),))]
    assert chunks_of("and milk", "K O")[0][0] in ("and milk", "milk")


def test_one_item_alone_is_no_list() -> None:
    assert chunks_of("salt and pepper", "B C O") == [("salt and pepper", ((0, 3),))]


def test_a_conjunction_behind_the_last_item_is_a_shared_word() -> None:
    assert chunks_of("buy milk and eggs and now", "O B C B C O") == [
        ("buy milk and now", ((0, 2), (4, 6))),
        ("buy eggs and now", ((0, 1), (3, 6))),
    ]


def test_a_unit_of_time_that_one_item_says_is_every_items() -> None:
    labels = "O B I I I I I C B I I I I"
    assert chunks_of("set a pizza timer for five minutes and a pasta timer for ten", labels) == [
        ("set a pizza timer for five minutes", ((0, 7),)),
        ("set a pasta timer for ten minutes", ((0, 1), (6, 7), (8, 13))),
    ]
    assert [text for text, _ in chunks_of("add 5 and 10 minutes", "O B C B I")] == [
        "add 5 minutes",
        "add 10 minutes",
    ]


def test_a_number_after_another_word_borrows_no_unit() -> None:
    labels = "O B I I I I C B I I I"
    assert chunks_of("set a timer for 5 minutes and the heating to twenty", labels)[1] == (
        "set the heating to twenty",
        ((0, 1), (7, 11)),
    )
