"""Names to be taught: their owners' ways are others than the lexicon's, and can be spoken."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.lexicon import Lexicon
from device.asr.ownway import apart
from device.asr.phonemes import PHONEMES, from_ipa, indices
from device.speech import espeak
from export.recognition import names
from export.recognition.parts import Options
from simulator.voices import engines, speak


def test_the_same_seed_gives_the_same_names_and_no_two_alike() -> None:
    owned = names.names(12, seed=3)

    assert owned == names.names(12, seed=3)
    assert owned != names.names(12, seed=4)
    assert len({one.name for one in owned}) == 12


def test_every_owner_says_the_name_otherwise_than_the_lexicon_in_english_sounds() -> None:
    lexicon = Lexicon()

    for one in names.names(12, seed=3):
        usual = lexicon.pronounce(one.name)
        assert usual
        assert min(apart(indices(one.way), indices(way)) for way in usual) >= 2
        assert set(one.way) <= set(PHONEMES)


@settings(max_examples=40)
@given(way=st.lists(st.sampled_from(PHONEMES), min_size=1, max_size=8).map(tuple))
def test_sounds_are_written_as_espeak_reads_them(way: tuple[str, ...]) -> None:
    written = names.mnemonics(way)

    assert written.startswith("[[")
    assert written.endswith("]]")
    assert written.count("'") == 1
    assert all(written.count(names._MNEMONICS[sound]) for sound in way)


def test_the_mnemonics_name_every_sound_once() -> None:
    assert set(names._MNEMONICS) == set(PHONEMES)
    assert len(set(names._MNEMONICS.values())) == len(PHONEMES)


@pytest.mark.skipif("espeak-ng" not in engines(), reason="espeak-ng is not installed")
def test_a_way_of_saying_is_spoken_and_not_spelled_out() -> None:
    (one,) = names.names(1, seed=5)

    spoken = speak(names.mnemonics(one.way), one.voice)
    spelled = speak(" ".join(names.mnemonics(one.way)), one.voice)

    assert 0 < len(spoken) < len(spelled) / 2
    assert np.abs(spoken).max() > 1_000
    assert from_ipa(espeak.phonemes(one.name)) != one.way


def test_the_page_tells_how_many_were_heard() -> None:
    counts = {names.key("owner", hardship): at for at, hardship in enumerate(names.HARDSHIPS)}
    result = names.Names(count=9, learned=7, before=counts, after=dict.fromkeys(counts, 8))

    page = names.page(Options(speech=Path()), [result])

    assert "| owner, clean | 0 | 8 | 9 |" in page
    assert "7 of the lessons" in page
