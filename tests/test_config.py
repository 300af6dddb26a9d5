"""A config is read whole or refused with one sentence that says where and why."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.config import Config, load
from device.errors import ConfigError

CONFIGS = sorted((Path(__file__).parent.parent / "firmware_configs").glob("*.toml"))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "speaker.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_there_are_firmware_configs() -> None:
    assert {path.name for path in CONFIGS} >= {"desktop.toml", "raspberry-pi-4-respeaker.toml"}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_every_firmware_config_loads(path: Path) -> None:
    config = load(path)

    assert config != Config(), "a config that says nothing is not an example"
    assert Path(config.store).is_absolute()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[wake]\ntreshold = 0.5", "unknown key wake.treshold; did you mean wake.threshold?"),
        ('[wake]\nthreshold = "high"', "wake.threshold must be float | null, found 'high'"),
        ("[wake]\nthreshold = 7.0", "wake.threshold must be float < 1.0, found 7.0"),
        ('[broker.tls]\ncaa = "x"', "unknown key broker.tls.caa; did you mean broker.tls.ca?"),
        ("zzz = 1", "unknown key zzz; known keys: speaker, sound, wake"),
        ("[broker]\nport = 99999", "broker.port must be int <= 65535, found 99999"),
        ("= 3", "is not TOML"),
        ('[home]\ntasmota = "a/#"', "home must name topics that can be used, not 'a/#'"),
        ('[home]\nzigbee2mqtt = ["z", "z"]', "home must name the topic 'z' once"),
        ('[home]\nzigbee2mqtt = ["z", "z/2"]', "home must name the topic 'z/2' once, and none"),
    ],
)
def test_a_wrong_config_is_refused_with_the_place_and_the_reason(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = written(tmp_path, text)

    with pytest.raises(ConfigError) as caught:
        load(path)

    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_config_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")


def test_paths_are_relative_to_the_config(tmp_path: Path) -> None:
    path = written(tmp_path, 'sentences = ["mine"]\n[home]\nfile = "home.toml"')

    config = load(path)

    assert config.sentences == (str(tmp_path / "mine"),)
    assert config.home.file == str(tmp_path / "home.toml")


def test_one_zigbee2mqtt_several_or_none(tmp_path: Path) -> None:
    one, several, none = (
        load(written(tmp_path, f"[home]\nzigbee2mqtt = {text}\ntasmota = ''"))
        for text in ('"z"', '["z", "z2"]', "[]")
    )

    assert one.home.zigbee2mqtt_bases == ("z",)
    assert several.home.zigbee2mqtt_bases == ("z", "z2")
    assert none.home.zigbee2mqtt_bases == ()
    assert Config().home.zigbee2mqtt_bases == ("zigbee2mqtt",)


@given(text=st.text(max_size=60))
def test_any_text_is_a_config_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = written(tmp_path_factory.mktemp("config"), text)

    try:
        load(path)
    except ConfigError as exc:
        assert str(path) in str(exc)  # noqa: PT017
