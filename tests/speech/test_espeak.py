"""The real espeak-ng library, as the wheel brings it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.errors import AudioError
from device.events import Reply
from device.speech import espeak
from device.speech.voice import Voice

HOSTILE = [
    "",
    "\0\0",
    "\ud800",
    "\ud800 lamp",
    "\u200f\u202e",
    "\t\n\r",
    "<speak><break time='1000s'/></speak>",
    "[[xx]]",
    "日本語 テスト",
    "🎉🎊",
    "9" * 500,
    "%s%n%x",
    "a" * 100_000,
    ". " * 5_000,
]


def seconds(sound: tuple[bytes, int]) -> float:
    pcm, rate_hz = sound
    return len(pcm) / 2 / rate_hz


def test_a_reply_becomes_audible_speech_of_a_fitting_length() -> None:
    pcm, rate_hz = espeak.synthesize("The kitchen light and the fan are on.")

    samples = np.frombuffer(pcm, dtype="<i2")
    assert rate_hz == 22_050
    assert 1.0 < len(samples) / rate_hz < 4.0
    assert np.abs(samples.astype(np.int32)).max() > 5_000


def test_a_reply_does_not_take_over_voice_or_speed_of_the_one_before() -> None:
    first = seconds(espeak.synthesize("It is half past nine."))
    espeak.phonemes("something else", voice="de")
    espeak.synthesize("something else", voice="en-gb", words_per_minute=300, pitch=90)

    # Not the same bits: the library's noise for "s" and "f" goes on from where it was.
    assert seconds(espeak.synthesize("It is half past nine.")) == pytest.approx(first, rel=0.02)


def test_speed_and_voice_are_heard() -> None:
    text = "The front door is locked."

    assert seconds(espeak.synthesize(text, words_per_minute=320)) < 0.75 * seconds(
        espeak.synthesize(text, words_per_minute=160)
    )
    assert espeak.synthesize(text, voice="en-us+f3") != espeak.synthesize(text, voice="en-us")
    assert espeak.synthesize(text, voice="en-gb") != espeak.synthesize(text, voice="en-us")


def test_phonemes_of_a_name_made_up_a_second_ago() -> None:
    assert espeak.phonemes("Zogbert's lamp") == "zˈɑːɡbɚts lˈæmp"  # noqa: RUF001
    assert espeak.phonemes("Hello. You.") == "həlˈoʊ\njuː"  # noqa: RUF001


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_neither_crashes_nor_speaks_for_ever(text: str) -> None:
    assert seconds(espeak.synthesize(text)) <= espeak.LONGEST_SPEECH_S + 1
    assert "\0" not in espeak.phonemes(text)

    assert seconds(espeak.synthesize("still here")) > 0.3


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_can_be_said(text: str) -> None:
    pcm, rate_hz = espeak.synthesize(text)

    assert len(pcm) % 2 == 0
    assert rate_hz == 22_050
    assert isinstance(espeak.phonemes(text), str)


@given(text=st.text(max_size=5_000))
def test_what_the_library_gets_is_one_printable_line_that_fits(text: str) -> None:
    line = espeak.clean(text)

    assert len(line) <= espeak.LONGEST_TEXT
    assert line.isprintable()
    assert "\0" not in line.encode().decode()


def test_a_text_that_is_too_long_ends_at_a_word() -> None:
    line = espeak.clean("word " * 1_000)

    assert line == " ".join(["word"] * 400)


@pytest.mark.parametrize("voice", ["klingonish", "", "en-us\0", "\ud800"])
def test_a_voice_that_is_not_there_is_one_clear_sentence(voice: str) -> None:
    with pytest.raises(AudioError, match="espeak-ng has no voice"):
        Voice(voice=voice)


def test_a_voice_says_replies_and_keeps_silent_on_empty_ones() -> None:
    voice = Voice(words_per_minute=200)

    (sound,) = voice.feed(Reply(text="Done."))

    assert 200 < sound.ms < 1_500
    assert voice.feed(Reply(text="  ")) == []
