"""The evaluation listens through the speaker's own stages and writes whole pages."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from device.asr.acoustic import acoustic_model
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.asr.recognizer import Recognizer
from device.asr.trees import Pronouncer
from device.config import Config, WakeConfig
from device.context import Home
from device.events import RATE_HZ
from device.models import load
from device.nlu.templates import NO_SENTENCES
from device.speaker import hearing
from export.__main__ import main
from export.recognition import costs, domains, endings, grammars, people, phrases, wakes
from export.recognition.costs import Cost
from export.recognition.domains import Domain
from export.recognition.duel import Duel, Score, duel, same_words
from export.recognition.endings import Endings
from export.recognition.figures import Errors
from export.recognition.parts import Options, run, table
from export.recognition.people import Read
from export.recognition.phrases import Phrase
from export.recognition.report import stamp
from export.recognition.sphinx import Sphinx
from export.recognition.spoken import Saying, framed
from export.recognition.wakes import Wakes
from simulator.voices import Voice, engines, speak

pytest.importorskip("pocketsphinx", reason="a development extra")
speaks = pytest.mark.skipif("flite" not in engines(), reason="flite is not installed")
OPTIONS = Options(speech=Path("nowhere"), sentences=2)
SLT = Voice(engine="flite", name="slt")


def counter() -> Domain:
    return next(one for one in domains.domains() if one.name == "counter")


@speaks
def test_both_engines_hear_the_same_sound_and_are_judged_alike() -> None:
    known, pronounce = domains.parsed(counter()), shared_lexicon().pronounce
    graph = HomeGrammar(NO_SENTENCES, known, pronounce=pronounce).graph(Home())
    sphinx = Sphinx(Pronouncer(pronounce))
    sphinx.use(domains.as_jsgf(counter()))
    sound = framed(speak("i want a small cappuccino", SLT), np.random.default_rng(1))
    sayings = [Saying(text="i want a small cappuccino", samples=sound)]

    found = duel(Recognizer(acoustic_model(load("acoustic")), graph), sphinx, sayings, same_words)

    assert found.ours.sentences == found.theirs.sentences == 1
    assert found.ours.words.said == found.theirs.words.said == 5
    assert found.theirs.right == 1
    assert found.ours.right == 1 - len(found.misses)
    assert [ok for _, ok in found.pairs] == [found.ours.right == 1]
    assert min(found.ours.computing_s, found.theirs.computing_s) > 0


@speaks
def test_a_request_ends_after_its_last_word_and_before_the_sound_does() -> None:
    sound = framed(speak("turn on the light", SLT), np.random.default_rng(1))
    slots = (("turn", "burn"), ("on", "off"), ("the", "a"), ("light", "night"))
    saying = Saying(text="turn on the light", samples=sound)
    phrase = Phrase(saying=saying, end=len(sound) - 6_000, slots=slots)
    longer = endings.padded(phrase, np.random.default_rng(2))
    _, ears = hearing(Config(), NO_SENTENCES, wake=True)
    pronounce = shared_lexicon().pronounce
    ears.use(HomeGrammar(NO_SENTENCES, phrase.sentences, pronounce=pronounce).graph(Home()))

    end_ms = endings.ended_ms(ears, longer.samples)

    assert end_ms is not None
    last_ms = 1000 * (endings.BEFORE_S + phrase.end / RATE_HZ)
    assert last_ms - 300 < end_ms < 1000 * len(longer.samples) / RATE_HZ
    assert endings.ended_ms(ears, np.zeros(RATE_HZ, np.int16)) is None


@speaks
def test_wake_words_are_counted_where_they_are_said_and_nowhere_else() -> None:
    config = Config(wake=WakeConfig(model="alexa"))
    _, ears = hearing(config, NO_SENTENCES, wake=True)
    random = np.random.default_rng(1)

    said = [wakes.alarms(ears, speak("alexa", SLT), random) for _ in range(2)]
    other = wakes.alarms(ears, speak("good morning everybody", SLT), random)

    assert said == [1, 1]
    assert other == 0


def test_phrases_of_wake_models_are_compared_letter_by_letter() -> None:
    assert wakes.letters("Okay_Nabu ") == wakes.letters("okay nabu") == "okay nabu"


def test_the_wheel_brings_wake_models_and_further_ones_can_be_named() -> None:
    options = Options(speech=Path("nowhere"), wake_models=("mine.json",))

    found = wakes.models(options)

    assert "okay_nabu" in found
    assert found[-1] == "mine.json"


SCORE = Score(sentences=4, right=3, words=Errors(wrong=1, said=20), computing_s=1, sound_s=20)
DUEL = Duel(
    ours=SCORE,
    theirs=SCORE + SCORE,
    pairs=((0.9, True), (0.2, True), (0.8, False)),
    word_pairs=((0.9, True), (0.3, False)),
    misses=(("go on", "go off"),),
)


def rows(page: str) -> list[list[str]]:
    """The cells of every row of every table."""
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_of_grammars_has_both_engines_in_every_row() -> None:
    by_hardship = {one.name: DUEL for one in grammars.HARDSHIPS}

    page = grammars.page(OPTIONS, [by_hardship] * 6)

    hearings = [row for row in rows(page) if len(row) == 8 and row[1] != "heard"]
    assert len(hearings) == 5 * len(grammars.HARDSHIPS) + len(grammars.HARDSHIPS)
    assert {tuple(row[2:5]) for row in hearings} == {("75.0%", "5.0%", "0.050")}
    assert hearings[0][2:5] == hearings[0][5:8]
    assert "- go on / go off" in page


def test_a_number_of_readings_is_written_as_a_power() -> None:
    assert [grammars.power(count) for count in (81_234, 10**9)] == ["8·10^4", "1·10^9"]


def test_the_other_pages_have_a_row_for_each_result() -> None:
    errors = {"int8": Errors(wrong=1, said=4), "float": Errors(wrong=1, said=8)}
    read = Read(sentences=3, phonemes=errors, words=errors, alike=2, checked=2)
    ended = Endings(delays_ms=(300, 500, -40), endless=0)
    woken = Wakes(phrase="alexa", real=False, said=20, missed=1, alarms=3, hours=1.5)
    cost = Cost(compile_s=0.1, compile_mb=9, resident_mb=80, whole=0.05)
    names = wakes.models(OPTIONS)

    assert ["clean", "25.0%", "12.5%", "25.0%", "12.5%"] in rows(people.page(OPTIONS, [read] * 5))
    phrase_rows = rows(phrases.page(OPTIONS, [DUEL] * len(phrases.HARDSHIPS)))
    assert len(phrase_rows) == 1 + len(phrases.HARDSHIPS)
    assert ["clean", "3", "400", "490", "1", "0"] in rows(endings.page(OPTIONS, [ended] * 4))
    wake_rows = rows(wakes.page(OPTIONS, [woken, woken] * len(names)))[1:]
    assert [row[1] for row in wake_rows[:2]] == ["one", "two"]
    assert wake_rows[0][2:] == ["alexa", "synthetic strangers", "20", "5.0%", "2.0 (3)"]
    assert len(rows(costs.page(OPTIONS, [cost] * 10))) == 12


def test_the_command_beside_a_table_names_the_wake_models_that_are_in_it() -> None:
    options = Options(speech=Path("nowhere"), wake_models=("models/mine.json",))

    assert stamp(wakes.PART, options).endswith("--wake mine.json`")
    assert "--wake" not in stamp(phrases.PART, options)


def test_a_table_has_as_many_rules_as_headings() -> None:
    assert table("a | b", ["1 | 2"]) == "| a | b |\n|---|---|\n| 1 | 2 |"


def test_tasks_come_back_in_their_order() -> None:
    assert run([lambda: 1, lambda: 2], jobs=1) == [1, 2]


def test_a_compiled_grammar_is_measured_in_a_process_of_its_own() -> None:
    if "espeak-ng" not in engines():
        pytest.skip("espeak-ng is not installed")

    found = costs.in_a_process("inglenook", "garage")

    assert 0 < found.features + found.acoustic < 2 * found.whole
    assert found.resident_mb > found.compile_mb > 0


def test_texts_of_a_domain_are_the_same_every_time_and_none_comes_twice() -> None:
    first, again = (list(islice(domains.texts(counter(), seed=5), 30)) for _ in range(2))

    assert first == again
    assert len(set(first)) == 30


@pytest.mark.parametrize("option", ["--phrases", "--sentences", "--jobs"])
def test_none_of_something_cannot_be_measured(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "recognition", "--part", "phrases", option, "0"]) == 2
    assert f"{option} must be at least 1, got 0" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["evaluate", "recognition"], ["tune"]])
def test_a_folder_without_speech_is_one_sentence(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--speech", "nowhere"]) == 2
    assert "no speech sets in nowhere" in capsys.readouterr().err
