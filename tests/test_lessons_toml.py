"""Lessons as TOML: what is written is read back, what a person breaks is one sentence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device import lessonfile
from device.cli import add_commands
from device.concepts import Concept, Kind, Meaning, Setting
from device.edges.store import SqliteStore
from device.errors import ConfigError
from device.lessons import LONGEST_NAME, Lessons
from simulator.cli import main

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=timezone(timedelta(hours=1)))

TEXTS = st.tuples(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12),
    st.text(
        st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=LONGEST_NAME - 12
    ),
).map("".join)
SETTINGS = st.tuples(
    st.one_of(
        st.tuples(st.sampled_from(["brightness", "volume", "position"]), st.integers(0, 100)),
        st.tuples(st.just("target_temperature"), st.sampled_from([18, 20.5, 21])),
        st.tuples(st.just("color"), st.sampled_from(["blue", "coral"])),
        st.tuples(st.just("power"), st.sampled_from(["on", "off"])),
        st.tuples(st.just("mode"), st.sampled_from(["heat", "eco"])),
    ),
    st.lists(TEXTS, max_size=2).map(tuple),
).map(lambda found: Setting(capability=found[0][0], value=found[0][1], devices=found[1]))
MEANINGS = st.builds(
    Meaning,
    settings=st.lists(SETTINGS, max_size=5).map(tuple),
    devices=st.lists(TEXTS, max_size=3).map(tuple),
    area=st.none() | TEXTS,
    need=st.sampled_from(["", "more_light", "warmer"]),
    likes=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    when=st.sampled_from(lessonfile.WHEN),
).map(lambda m: m if m != Meaning(when=m.when) else replace(m, need="quieter"))
CONCEPTS = st.builds(
    Concept,
    name=TEXTS,
    kind=st.sampled_from(Kind),
    meaning=MEANINGS,
    person=st.none() | TEXTS,
    room=st.none() | TEXTS,
    at=st.datetimes(
        min_value=datetime(2000, 1, 1),
        max_value=datetime(2100, 1, 1),
        timezones=st.sampled_from([UTC, NOW.tzinfo]),
    ),
)


def read(text: str) -> tuple[Concept, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lessons.toml"
        path.write_text(text, encoding="utf-8")
        return lessonfile.read(path, NOW)


@settings(max_examples=30)
@given(st.lists(CONCEPTS, max_size=3))
def test_what_is_written_is_read_back_whole(concepts: list[Concept]) -> None:
    assert read(lessonfile.write(concepts)) == tuple(concepts)


def test_a_person_can_write_the_least() -> None:
    (one,) = read(
        '[[lessons]]\nname = "soup hour"\nset = [{brightness = 40, color = "light blue"}]'
    )

    assert one.meaning.json() == {"brightness": 40, "color": "lightblue"}
    assert (one.kind, one.person, one.at) == (Kind.ENTITY, None, NOW)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[[lesso", "is not TOML"),
        ('[[lessons]]\nnme = "x"', "did you mean lessons[0].name?"),
        ('[[lessons]]\nname = "x"', "'x' means nothing"),
        ('[[lessons]]\nname = ""\narea = "Office"', "lessons[0].name"),
        ('[[lessons]]\nname = "x"\nset = [{brigtness = 4}]', "'brigtness'"),
        ('[[lessons]]\nname = "x"\nset = [{brightness = 400}]', "0 to 100 %, found 400"),
        ('[[lessons]]\nname = "x"\nset = [{brightness = ["4"]}]', "must be one value"),
        ('[[lessons]]\nname = "x"\nset = [{power = "on", devices = "TV"}]', "list of names"),
        ('[[lessons]]\nname = "x"\nset = [{temperature = 20}]', "'temperature'"),
        ('[[lessons]]\nname = "x"\nkind = "thing"\narea = "Office"', "lessons[0].kind"),
        ('[[lessons]]\nname = "x"\nwhen = "noon"\narea = "Office"', "'noon'"),
        ('[[lessons]]\nname = "a\\u0007b"\narea = "Office"', "must be words"),
    ],
)
def test_what_is_broken_is_told_in_one_sentence(text: str, part: str) -> None:
    with pytest.raises(ConfigError) as told:
        read(text)

    assert part in str(told.value)
    assert "\n" not in str(told.value).replace("\x07", "")


SOUP = Concept(
    name="soup hour",
    kind=Kind.ENTITY,
    meaning=Meaning(settings=(Setting(capability="brightness", value=40, devices=("Lamp",)),)),
    at=NOW,
)
ANNAS = replace(SOUP, name="tea hour", person="Anna")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "kept.sqlite"
    kept = SqliteStore(path)
    Lessons(kept).learn_all((SOUP, ANNAS))
    kept.close()
    return path


def lessons_in(path: Path) -> tuple[Concept, ...]:
    kept = SqliteStore(path)
    try:
        return Lessons(kept).concepts
    finally:
        kept.close()


def test_the_commands_show_export_import_and_forget(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, other = tmp_path / "all.toml", tmp_path / "other.sqlite"

    assert main(["lessons", "list", "--json", "--store", str(store)]) == 0
    page = msgspec.json.decode(capsys.readouterr().out)
    assert [one["name"] for one in page] == ["soup hour", "tea hour"]
    assert page[0]["meaning"] == {"Lamp": {"brightness": 40}}
    assert main(["lessons", "show", "Tea hour", "--store", str(store)]) == 0
    assert 'person = "Anna"' in capsys.readouterr().out
    assert main(["lessons", "export", str(file), "--store", str(store)]) == 0
    assert main(["lessons", "export", str(file), "--store", str(store)]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["lessons", "import", str(file), "--store", str(other)]) == 0
    assert lessons_in(other) == lessons_in(store) == (SOUP, ANNAS)
    assert main(["lessons", "forget", "1", "--store", str(other)]) == 0
    assert lessons_in(other) == (ANNAS,)
    assert main(["lessons", "forget", "nothing of that name", "--store", str(other)]) == 2
    assert main(["lessons", "forget", "all", "--person", "Ben", "--store", str(other)]) == 0
    assert lessons_in(other) == (ANNAS,)
    assert main(["lessons", "list", "--store", str(tmp_path / "none.sqlite")]) == 2


def test_a_broken_file_loses_nothing(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text('[[lessons]]\nname = "new"\narea = "Office"\n[[lessons]]\nname = "x"\n')

    assert main(["lessons", "import", str(file), "--store", str(store)]) == 2
    assert lessons_in(store) == (SOUP, ANNAS)


def test_devices_that_the_home_does_not_have_are_told_and_kept(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home.toml").write_text('[[devices]]\nname = "Fan"\nkind = "fan"\n')
    config = tmp_path / "config.toml"
    config.write_text('store = "kept.sqlite"\n[home]\nfile = "home.toml"\n')
    file = tmp_path / "more.toml"
    file.write_text('[[lessons]]\nname = "x"\nset = [{power = "on", devices = ["Fan", "Organ"]}]\n')

    assert main(["lessons", "import", str(file), "--config", str(config)]) == 0
    assert "kept all the same: Organ." in capsys.readouterr().out
    assert lessons_in(store)[-1].meaning.settings[0].devices == ("Fan", "Organ")


def test_the_speaker_alone_has_the_commands_too() -> None:
    import argparse

    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    assert parser.parse_args(["lessons", "list"]).command.__module__ == "device.lessonscli"
