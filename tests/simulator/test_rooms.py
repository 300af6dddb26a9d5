"""What a speaker hears in a room: the same for a seed, as far and as loud as it was described."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.acoustics import RATE_HZ, Sound, from_pcm, speech_level
from simulator.rooms import responses as ways
from simulator.rooms.heard import Heard
from simulator.rooms.noises import NOISES
from simulator.rooms.performance import Int16Array, performed, performed_to_array
from simulator.rooms.responses import responses
from simulator.rooms.room import RoomSound
from simulator.session import Scene, Session
from simulator.voices import engines

RECORDED = Path("simulator/sounds/temperature.rms.ogg")
LIVING_ROOM = RoomSound(size_m=(6.0, 5.0, 2.6), rt60_s=0.45)
SPEAKS = Heard(file=RECORDED, room=LIVING_ROOM, distance_m=2.0)

needs_voices = pytest.mark.skipif(
    not {"flite", "espeak-ng"} <= set(engines()), reason="flite and espeak-ng are not installed"
)


def level_db(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-12))


def test_the_same_seed_gives_the_same_sound_and_another_one_another_place() -> None:
    noisy = replace(SPEAKS, noise="kitchen")

    assert performed(noisy, 5).tobytes() == performed(noisy, 5).tobytes()
    assert performed(noisy, 5).tobytes() != performed(noisy, 6).tobytes()


def test_in_the_open_air_twice_as_far_is_6_db_quieter() -> None:
    near, far = (
        from_pcm(performed(Heard(file=RECORDED, distance_m=distance_m), 1))
        for distance_m in (1.0, 2.0)
    )

    assert 20 * np.log10(speech_level(near) / speech_level(far)) == pytest.approx(6.0, abs=0.3)
    assert 20 * np.log10(speech_level(near)) == pytest.approx(-26, abs=1.0)


def clarity_db(response: Sound) -> float:
    """Energy of the first 8 ms over that of the rest."""
    early = int(np.argmax(np.abs(response))) + RATE_HZ * 8 // 1000
    return float(10 * np.log10(np.sum(response[:early] ** 2) / np.sum(response[early:] ** 2)))


@pytest.mark.parametrize("there", [True, False])
def test_farther_away_in_a_room_is_quieter_and_more_reverberant(
    monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    with stand_in(monkeypatch, there):
        heard = [
            responses(LIVING_ROOM, (0.5 + distance_m, 2.0, 1.4), ((0.5, 2.0, 1.0),), 3)[0]
            for distance_m in (0.3, 0.8, 2.0)
        ]

    energies = [float(np.sum(one**2)) for one in heard]
    clear = [clarity_db(one) for one in heard]
    assert energies == sorted(energies, reverse=True)
    assert clear == sorted(clear, reverse=True)
    assert clear[0] > clear[-1] + 6


class stand_in:  # noqa: N801 - reads as a statement
    """Without pyroomacoustics, where it is not `there`; skipped where it truly is not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
        if there:
            pytest.importorskip("pyroomacoustics", reason="an extra")
        else:
            monkeypatch.setattr(ways, "find_spec", lambda name: None)

    def __enter__(self) -> None:
        responses.cache_clear()

    def __exit__(self, *error: object) -> None:
        responses.cache_clear()


def test_without_the_library_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with stand_in(monkeypatch, there=False):
        assert "pyroomacoustics is not installed" in str(ways.stands_in())
        assert performed(SPEAKS, 2).tobytes() == performed(SPEAKS, 2).tobytes()


@pytest.mark.parametrize("rt60_s", [0.25, 0.45, 0.7])
def test_a_room_fades_as_fast_as_it_was_described(rt60_s: float) -> None:
    pytest.importorskip("pyroomacoustics", reason="an extra")
    room = replace(LIVING_ROOM, rt60_s=rt60_s)
    (response,) = responses(room, (4.5, 3.9, 1.5), ((1.0, 1.2, 0.9),))

    left = np.cumsum(response[::-1].astype(np.float64) ** 2)[::-1]
    fallen_db = 10 * np.log10(left / left[0] + 1e-12)
    t20_s = 3 * (np.argmax(fallen_db < -25) - np.argmax(fallen_db < -5)) / RATE_HZ
    assert t20_s == pytest.approx(rt60_s, rel=0.25)


@needs_voices
@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("snr_db", [3.0, 20.0])
def test_noise_lies_as_far_below_the_speech_as_was_asked(noise: str, snr_db: float) -> None:
    quiet = from_pcm(performed(SPEAKS, 8))
    noisy = from_pcm(performed(replace(SPEAKS, noise=noise, snr_db=snr_db), 8))

    ratio_db = 20 * np.log10(speech_level(quiet)) - level_db(noisy - quiet)
    assert ratio_db == pytest.approx(snr_db, abs=1.0)


@needs_voices
def test_a_noise_alone_is_as_loud_as_beside_somebody_who_speaks() -> None:
    near = replace(SPEAKS, room=None, noise="rain", snr_db=10)
    alone = replace(near, file=None, before_s=2, behind_s=2)

    beside = from_pcm(performed(near, 8)) - from_pcm(performed(replace(near, noise=None), 8))
    assert level_db(from_pcm(performed(alone, 8))) == pytest.approx(level_db(beside), abs=1.0)


def test_the_first_microphone_of_an_array_is_the_one_that_is_used() -> None:
    noisy = replace(SPEAKS, noise="rain")

    sound = performed_to_array(noisy, 5, 4)

    assert sound.shape[1] == 4
    assert np.array_equal(sound[:, 0], performed(noisy, 5))
    assert len({sound[:, n].tobytes() for n in range(4)}) == 4


@needs_voices
def test_the_echo_of_the_speaker_itself_is_there_and_mostly_taken_out() -> None:
    pytest.importorskip("pywebrtc_audio", reason="no wheel here")
    talks = Heard(
        reply="the temperature in the living room is 21 degrees and the door is open",
        room=LIVING_ROOM, before_s=2, behind_s=2,
    )  # fmt: skip
    silent, left, taken = (
        from_pcm(performed(one, 3))[2 * RATE_HZ :]
        for one in (replace(talks, reply=""), replace(talks, cancels=False), talks)
    )

    assert level_db(left) > level_db(silent) + 20
    assert level_db(taken) < level_db(left) - 10


PLACES = st.sampled_from([None, LIVING_ROOM, RoomSound(size_m=(2.5, 2.0, 2.2), rt60_s=0.2)])
DESCRIPTIONS = st.builds(
    Heard,
    file=st.sampled_from([None, RECORDED]),
    room=PLACES,
    distance_m=st.floats(0.1, 1.2),
    loudness_db=st.floats(-40, 30),
    noise=st.sampled_from([None, "kitchen", "music", "rain"]),
    snr_db=st.floats(-20, 60),
    before_s=st.floats(0.05, 1),
    behind_s=st.floats(0.05, 1),
)


@settings(max_examples=40)
@given(heard=DESCRIPTIONS, seed=st.integers(0, 2**32))
def test_any_sound_is_as_long_as_described_and_too_loud_is_cut_not_turned_round(
    heard: Heard, seed: int
) -> None:
    sound = performed(heard, seed)
    softer = performed(replace(heard, loudness_db=-40), seed)

    speech = 0 if heard.file is None else len(performed(SPEAKS, 0)) - round(1.3 * RATE_HZ)
    quiet = round(heard.before_s * RATE_HZ) + round(heard.behind_s * RATE_HZ)
    assert (str(sound.dtype), len(sound)) == ("int16", speech + quiet)
    clear = np.abs(softer.astype(int)) > 50
    assert np.array_equal(np.sign(sound[clear]), np.sign(softer[clear]))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"noise": "party"}, "noise is one of kitchen, babble, music, tv, rain, got 'party'"),
        ({"voice": "polly", "text": "hello"}, "no voice is called 'polly'"),
        ({"distance_m": 50.0}, "distance_m must lie between 0.1 and 20, got 50"),
        ({"text": "hello", "file": RECORDED}, "not both"),
        ({"person_m": (1.0, 1.0, 1.0)}, "there is no room"),
        ({"person_m": (9.0, 1.0, 1.0), "room": LIVING_ROOM}, "not in the room: 9 x 1 x 1 m"),
        ({"before_s": 0.0, "behind_s": 0.0}, "0.1 s or more"),
    ],
)
def test_what_cannot_be_gets_one_sentence(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Heard(**wrong)  # type: ignore[arg-type]


def test_rooms_that_cannot_be_get_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"sound cannot fade within 0\.06 s"):
        RoomSound(rt60_s=0.06)
    with pytest.raises(ValueError, match="a room measures 1 to 30 m each way, got 5 x 90 x 2 m"):
        RoomSound(size_m=(5, 90, 2))
    with pytest.raises(ValueError, match="nobody can stand 15 m from the speaker"):
        performed(replace(SPEAKS, distance_m=15.0), 1)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Scene(room="Kitchen"), hears=True, still=True) as found:
        yield found


def understood(session: Session, sound: Int16Array) -> list[tuple[str, tuple[object, ...]]]:
    session.start_afresh()
    turns = session.hear(iter([sound.astype("<i2").tobytes()]))
    return [(turn.text, tuple(o.command.value for o in turn.outcomes)) for turn in turns]


@needs_voices
def test_a_request_across_a_living_room_is_understood(session: Session) -> None:
    request = Heard(
        text="turn on the kitchen light", room=LIVING_ROOM, distance_m=3, noise="rain", snr_db=18
    )

    heard = understood(session, performed(request, 7))

    assert heard == [("turn on the kitchen light", ("on",))]


@needs_voices
def test_a_television_alone_moves_nothing(session: Session) -> None:
    film = Heard(room=LIVING_ROOM, noise="tv", snr_db=0, before_s=4, behind_s=4)

    for seed in range(3):
        assert all(not values for _, values in understood(session, performed(film, seed)))
