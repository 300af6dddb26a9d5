import numpy as np
import pytest

from device.errors import AudioError
from simulator.voices import RATE_HZ, Voice, choose, engines, speak

VOICES = {
    "flite": Voice(engine="flite", name="slt"),
    "espeak-ng": Voice(engine="espeak-ng", name="en-us+f3"),
    "festival": Voice(engine="festival", name="kal_diphone"),
}


@pytest.mark.parametrize("engine", VOICES)
def test_every_speech_program_that_is_there_says_a_sentence(engine: str) -> None:
    if engine not in engines():
        pytest.skip(f"{engine} is not installed")

    sound = speak("turn on the kitchen light", VOICES[engine])

    assert sound.dtype == np.int16
    assert 0.8 * RATE_HZ < len(sound) < 4 * RATE_HZ
    assert np.abs(sound.astype(int)).max() > 3_000


@pytest.mark.skipif("flite" not in engines(), reason="flite is not installed")
def test_a_fast_voice_takes_less_time_and_the_same_voice_repeats_itself() -> None:
    slow, fast = (
        speak("set a timer for five minutes", Voice(engine="flite", name="kal16", speed=speed))
        for speed in (0.8, 1.4)
    )
    again = speak("set a timer for five minutes", Voice(engine="flite", name="kal16", speed=0.8))

    assert len(fast) < 0.75 * len(slow)
    assert np.array_equal(slow, again)


@pytest.mark.skipif(not engines(), reason="no speech program is installed")
def test_the_choice_of_a_voice_repeats_with_its_seed_and_varies_otherwise() -> None:
    first, again = (
        [choose(random) for _ in range(20)] for random in map(np.random.default_rng, (4, 4))
    )

    assert first == again
    assert len(set(first)) > 10


def test_a_voice_that_does_not_exist_gets_one_clear_sentence() -> None:
    with pytest.raises(AudioError, match="unknown speech program 'parrot'"):
        speak("hello", Voice(engine="parrot", name="polly"))
    with pytest.raises(ValueError, match="speed must lie between"):
        Voice(engine="flite", name="slt", speed=9.0)
