"""A slower processor takes its time: pretend time, the same in every run."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.edges.recordings import read_whole
from device.errors import ConfigError
from simulator.pace import HEARD_MS, RECOGNITION, TYPED_MS, Pace
from simulator.scenario.command import SHIPPED
from simulator.scenario.playing import play
from simulator.scenario.written import read_scenario
from simulator.session import Scene, Session

EVENING = datetime(2026, 11, 20, 21, 30)
SLOW = SHIPPED / "slow-processor.toml"
FACTORS = st.floats(0.1, 100)


@given(slower=FACTORS, faster=FACTORS, sound_ms=st.integers(0, 60_000))
def test_a_slower_processor_is_never_sooner_done(
    slower: float, faster: float, sound_ms: int
) -> None:
    slow, fast = Pace(max(slower, faster)), Pace(min(slower, faster))

    assert slow.typed_ms >= fast.typed_ms
    assert slow.heard_ms(sound_ms) >= fast.heard_ms(sound_ms)


@given(slower=st.floats(0.1, 1 / RECOGNITION - 0.01), sound_ms=st.integers(0, 60_000))
def test_the_length_of_what_is_said_counts_only_where_recognition_falls_behind(
    slower: float, sound_ms: int
) -> None:
    assert Pace(slower).heard_ms(sound_ms) == Pace(slower).heard_ms(0)
    assert Pace(20).heard_ms(10_000) - Pace(20).heard_ms(0) == pytest.approx(10_800, abs=1)


@pytest.mark.parametrize("slower", [0.0, -1.0, float("nan")])
def test_a_factor_that_is_none_is_one_sentence(slower: float) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        Pace(slower)


def test_pretend_time_passes_for_thinking_before_anything_is_sent() -> None:
    with Session(Scene(at=EVENING), still=True, slower=100) as session:
        began_ms = session.clock.monotonic_ms()
        (turn,) = session.say("turn on the kitchen light")

        assert turn.outcomes
        assert session.clock.monotonic_ms() - began_ms == round(100 * TYPED_MS)


def test_recognition_takes_time_after_the_end_of_speech() -> None:
    sound = read_whole(SHIPPED.parent / "sounds/light_and_fan.rms.ogg")
    took_ms = []
    for slower in (None, 5.0):
        with Session(Scene(at=EVENING), still=True, hears=True, slower=slower) as session:
            began_ms = session.clock.monotonic_ms()
            (turn,) = session.hear(iter([sound]))
            assert len(turn.outcomes) == 2
            took_ms.append(session.clock.monotonic_ms() - began_ms)

    assert took_ms[1] - took_ms[0] == round(5 * HEARD_MS)


def test_a_processor_that_is_too_slow_breaks_the_shipped_scenario(tmp_path: Path) -> None:
    text = SLOW.read_text(encoding="utf-8").replace("slower = 6.0", "slower = 20.0")
    (tmp_path / "sounds").mkdir()
    file = tmp_path / "scenarios/slow.toml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    name = "light_and_thermostat.slt.ogg"
    (tmp_path / "sounds" / name).write_bytes((SHIPPED.parent / "sounds" / name).read_bytes())

    outcome = play(read_scenario(file), file)

    assert outcome.broken is None
    assert [[one.what for one in step.wrong] for step in outcome.steps] == [["within_ms"]] * 2


def test_what_has_no_figures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="still time and no wake word"):
        Session(Scene(at=EVENING), slower=5)
    file = tmp_path / "one.toml"
    file.write_text('name = "x"\nwake = "okay_nabu"\nslower = 5\n[[steps]]\nwait = "1s"\n')
    with pytest.raises(ConfigError, match="slower has no figures"):
        read_scenario(file)
