"""From scores of a benchmark model to slots and intents, in one pass or two."""

from collections.abc import Sequence

import numpy as np

from device.nlu.embedding import Floats
from export.benchmarks.reading import Labels, Reader, read_all
from export.benchmarks.scoring import Reading
from export.benchmarks.sentences import Sentence, sentence


def test_scores_become_a_reading_with_well_formed_slots_and_the_likeliest_intents() -> None:
    labels = Labels(("O", "B-x", "I-x"), ("a#b", "c"))
    still, start = np.zeros((3, 3), np.float32), np.zeros(3, np.float32)
    slots = np.array([[1, 0, 3], [0, 0, 2], [2, 0, 0], [0, 0, 9]], np.float32)
    asked = np.array([3.0, 0.0], np.float32)
    reader = Reader(labels, still, start, unsure=0.6)

    assert reader.read(slots, asked, 3) == Reading(("B-x", "I-x", "O"), frozenset("ab"))
    assert len(reader.read(slots, asked, 6).labels) == 6, "also what the graph does not hold"
    assert reader.intents(-asked) == {"c"}
    assert reader.intents(asked / 30) == {"oos"}


def test_what_a_sentence_asks_for_is_a_class_or_shared_among_its_requests() -> None:
    labels = Labels(("O",), ("a", "a#c", "b", "c"))

    assert labels.asked(frozenset("b")).tolist() == [0, 0, 1, 0]
    assert labels.asked(frozenset("ac")).tolist() == [0, 1, 0, 0], "a class of its own"
    assert labels.asked(frozenset("cb")).tolist() == [0, 0, 0.5, 0.5]


class Parrot:
    """A model that finds a join at "and", a slot at "oslo", and what the first word asks for."""

    labels = Labels(("O", "B-join", "I-join", "B-x", "I-x"), ("fly", "walk"))

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def scores(self, rows: Sequence[Sentence]) -> list[Floats]:
        self.asked += [row.tokens for row in rows]
        slots = np.zeros((len(rows), 6, 5), np.float32)
        for i, row in enumerate(rows):
            for at, token in enumerate(row.tokens[:6]):
                slots[i, at, {"and": 1, "also": 2, "oslo": 3}.get(token, 0)] = 9.0
        intents = [[row.tokens[0] == name for name in self.labels.intents] for row in rows]
        return [slots, np.array(intents, np.float32)]

    def read(self, *texts: str) -> list[Reading]:
        still, start = np.zeros((5, 5), np.float32), np.zeros(5, np.float32)
        rows = [sentence(text.split(), ["O"] * len(text.split()), []) for text in texts]
        return read_all(Reader(self.labels, still, start), rows, self.scores)


def test_joined_requests_are_read_once_more_each_and_single_ones_are_not() -> None:
    model = Parrot()

    found = model.read("fly oslo", "walk and also fly oslo", "and fly", "and", "fly and fly")

    assert found == [
        Reading(("O", "B-x"), frozenset({"fly"})),
        Reading(("O", "O", "O", "O", "B-x"), frozenset({"walk", "fly"})),
        Reading(("O", "O"), frozenset({"fly"})),
        Reading(("O",), frozenset({"fly"})),
        Reading(("O", "O", "O"), frozenset({"fly"})),
    ]
    assert model.asked[5:] == [("walk",), ("fly", "oslo"), ("fly",), ("fly",)]
