"""Whether what was said so far is a whole sentence: what tells the end of a request early."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.decoder import Decoder
from device.asr.graph import Graph, graph
from device.asr.phonemes import BLANK
from tests.asr.spoken import PRONOUNCER, labels_of, log_probs, walk
from tests.asr.test_decoder import FREE_GRAPH, FREE_MACHINE, HOME_GRAPH, machine_of

STEPS_OF_SILENCE = 12


def finished(text: str, net: Graph = HOME_GRAPH, *, noise: float = 0.0) -> tuple[float, int, int]:
    """What the decoder makes of a text and a little silence; and how many steps there were."""
    decoder = Decoder(net)
    labels = labels_of(text.split()) + [BLANK] * STEPS_OF_SILENCE
    decoder.feed(log_probs(labels, noise=noise))
    share, end_step = decoder.ending()
    return share, end_step, len(labels)


@pytest.mark.parametrize(
    "text", ["turn on the kitchen light", "turn off the fan", "set the thermostat to 20 degrees"]
)
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_a_whole_sentence_is_finished_also_where_it_could_go_on(text: str, noise: float) -> None:
    share, end_step, steps = finished(text, noise=noise)

    assert share > 0.9
    assert end_step == pytest.approx(steps - STEPS_OF_SILENCE, abs=2)


@pytest.mark.parametrize(
    "text", ["turn on the", "turn", "set the thermostat to", "turn off the fan and"]
)
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_a_sentence_that_must_go_on_is_not_finished(text: str, noise: float) -> None:
    share, _, _ = finished(text, noise=noise)

    assert share < 0.1


def test_a_word_that_breaks_off_is_not_finished() -> None:
    decoder = Decoder(FREE_GRAPH)
    labels = labels_of(["turn", "on", "the", "bedroom"])[:-4] + [BLANK] * STEPS_OF_SILENCE
    decoder.feed(log_probs(labels))

    assert decoder.ending()[0] < 0.2


def test_nothing_said_is_not_finished() -> None:
    decoder = Decoder(FREE_GRAPH)

    assert decoder.ending() == (0.0, 0)
    decoder.feed(log_probs([BLANK] * 50))
    assert decoder.ending()[0] < 0.1


def test_words_that_end_a_sentence_with_open_parts_finish_it() -> None:
    net = graph(machine_of(["remind me to {item}"]), PRONOUNCER)

    assert finished("remind me to", net)[0] < 0.1
    assert finished("remind me to milk", net)[0] > 0.9


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_every_sentence_is_finished_and_no_beginning_that_is_none(
    seed: int, data: st.DataObject
) -> None:
    said = walk(FREE_MACHINE, seed=seed)
    cut = data.draw(st.integers(1, len(said)))
    beginning = said[:cut]

    share, _, _ = finished(" ".join(beginning), FREE_GRAPH)

    if cut == len(said):
        assert share > 0.8
    elif np.isinf(_ending_cost(beginning)):
        assert share < 0.5


def _ending_cost(words: list[str]) -> float:
    """What it costs to end after these words; infinite where nothing may."""
    machine = FREE_MACHINE
    states = {0}
    for word in words:
        states = {
            int(machine.arc_target[arc])
            for state in states
            for arc in range(machine.arc_first[state], machine.arc_first[state + 1])
            if machine.arc_word[arc] < len(machine.words)
            and machine.words[machine.arc_word[arc]].rstrip("\x01") == word
        }
    return min((float(machine.final_cost[state]) for state in states), default=np.inf)
