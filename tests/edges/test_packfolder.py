"""Packs are installed whole or not at all, and one that is broken costs the others nothing."""

import json
import shutil
from pathlib import Path

import pytest

from device.edges.packfolder import PackFolder
from device.edges.packwatch import PackWatch
from device.errors import InglenookError
from device.ports import Packs
from device.skills.pack import Standing
from tests.skills.packs import ZOO_TOML, ZOO_YAML, simple, written


def own(folder: PackFolder) -> dict[str, str]:
    return {pack.id: str(standing) for pack, standing in folder.packs() if not pack.builtin}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "source"


@pytest.fixture
def folder(tmp_path: Path) -> PackFolder:
    return PackFolder(tmp_path / "skills")


def test_a_pack_is_copied_with_all_its_files_and_counts_as_chosen(
    source: Path, folder: PackFolder
) -> None:
    zoo = written(source)
    (zoo / "zoo.sh").write_text("#!/bin/sh\n")
    (zoo / "zoo.sh").chmod(0o755)

    installed = folder.install(zoo)

    assert [pack.id for pack in installed] == ["zoo"]
    assert own(folder) == {"zoo": "enabled"}
    assert (folder.folder / "zoo" / "zoo.sh").stat().st_mode & 0o111
    assert installed[0].folder == (folder.folder / "zoo").resolve()


def test_a_folder_of_packs_installs_each_of_them(source: Path, folder: PackFolder) -> None:
    for id_ in ("a", "b", "c"):
        simple(source, id_, f"say {id_}")

    folder.install(source, Standing.AVAILABLE)

    assert own(folder) == {"a": "available", "b": "available", "c": "available"}


def test_a_new_version_takes_the_place_of_the_old_one_and_keeps_its_standing(
    source: Path, folder: PackFolder
) -> None:
    folder.install(written(source))
    folder.stand("zoo", Standing.DISABLED)

    folder.install(written(source, toml=ZOO_TOML.replace("1.0", "2.0")))

    pack, standing = folder.pack("zoo")
    assert (pack.version, standing) == ("2.0", Standing.DISABLED)


def test_a_pack_that_was_put_there_by_hand_stays_chosen_when_it_is_installed(
    source: Path, folder: PackFolder
) -> None:
    written(folder.folder)

    folder.install(written(source), Standing.AVAILABLE)

    assert own(folder) == {"zoo": "enabled"}


def test_what_is_wrong_leaves_the_old_one_as_it_was(source: Path, folder: PackFolder) -> None:
    folder.install(written(source))

    with pytest.raises(InglenookError):
        folder.install(written(source, yaml="intents: ["))

    assert folder.pack("zoo")[0].version == "1.0"
    assert sorted(path.name for path in folder.folder.iterdir()) == ["standing.json", "zoo"]


def test_what_takes_anothers_name_is_refused_and_what_is_dropped_in_is_passed_over(
    source: Path, folder: PackFolder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.install(written(source))
    twin = written(source, "aardvark", toml=ZOO_TOML)

    with pytest.raises(InglenookError, match="'Zoo sounds' is the name of the pack zoo"):
        folder.install(twin)
    shutil.copytree(twin, folder.folder / "aardvark")
    for _ in range(3):
        assert own(folder) == {"zoo": "enabled"}

    assert list(folder.broken) == ["aardvark"]
    assert sum("is passed over" in record.message for record in caplog.records) == 1


def test_links_that_lead_out_of_a_pack_are_not_followed(source: Path, folder: PackFolder) -> None:
    zoo = written(source)
    secret = source / "secret.txt"
    secret.write_text("secret")
    (zoo / "link.txt").symlink_to(secret)

    folder.install(zoo)

    assert not (folder.folder / "zoo" / "link.txt").exists()


def test_a_pack_of_gigabytes_is_refused(source: Path, folder: PackFolder) -> None:
    zoo = written(source)
    with (zoo / "video.bin").open("wb") as large:
        large.truncate(5_000_000_000)

    with pytest.raises(InglenookError, match="the most"):
        folder.install(zoo)

    assert own(folder) == {}


@pytest.mark.parametrize("left", ["copied half-way", "swapped half-way", "removed half-way"])
def test_whoever_was_stopped_half_way_leaves_the_old_one_or_nothing(
    source: Path, folder: PackFolder, left: str
) -> None:
    folder.install(written(source))
    root = folder.folder
    if left == "copied half-way":
        shutil.copytree(root / "zoo", root / ".new-x" / "zoo")
        (root / ".new-x" / "zoo" / "skill.toml").write_text("na")
    elif left == "swapped half-way":
        shutil.copytree(root / "zoo", root / ".new-x" / "zoo")
        (root / ".old-x").mkdir()
        (root / "zoo").rename(root / ".old-x" / "zoo")
    else:
        (root / ".old-x").mkdir()
        (root / "zoo").rename(root / ".old-x" / "removed")

    other = PackFolder(root)
    other.install(simple(source, "farm", "moo like a cow"))

    gone = {} if left == "removed half-way" else {"zoo": "enabled"}
    assert own(other) == {**gone, "farm": "enabled"}
    assert not [path for path in root.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("content", [b"", b"{", b'{"zoo": "loved"}', b"[1]", b"\xff\xfe"])
def test_a_damaged_list_of_standings_is_told_once_and_the_packs_work(
    source: Path, folder: PackFolder, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    folder.install(written(source))
    (folder.folder / "standing.json").write_bytes(content)

    for _ in range(3):
        assert own(folder) == {"zoo": "enabled"}
    folder.stand("zoo", Standing.DISABLED)

    assert own(folder) == {"zoo": "disabled"}
    assert json.loads((folder.folder / "standing.json").read_text()) == {"zoo": "disabled"}
    assert sum("cannot be read" in record.message for record in caplog.records) == 1


def test_built_in_packs_are_switched_off_and_on_and_stay(folder: PackFolder) -> None:
    folder.stand("timers", Standing.DISABLED)
    assert {p.id: s for p, s in folder.packs()}["timers"] is Standing.DISABLED

    folder.stand("timers", Standing.ENABLED)
    with pytest.raises(InglenookError, match="disabled, not removed"):
        folder.remove("timers")

    assert {p.id: s for p, s in folder.packs()}["timers"] is Standing.ENABLED


@pytest.mark.parametrize("id_", ["zebra", "..", "../skills", ".new-x", ""])
def test_what_is_not_there_cannot_be_chosen_or_removed(
    source: Path, folder: PackFolder, id_: str
) -> None:
    folder.install(written(source))

    for change in (folder.remove, lambda one: folder.stand(one, Standing.DISABLED)):
        with pytest.raises(InglenookError, match="there is no skill pack"):
            change(id_)

    assert own(folder) == {"zoo": "enabled"}


def test_a_broken_pack_can_be_removed(folder: PackFolder) -> None:
    written(folder.folder, yaml="intents: [")
    assert own(folder) == {}
    assert list(folder.broken) == ["zoo"]

    folder.remove("zoo")

    assert folder.packs()
    assert not folder.broken
    assert not (folder.folder / "zoo").exists()


@pytest.mark.parametrize("beside", [False, True])
def test_a_change_is_noticed_once_and_only_when_something_changed(
    source: Path, folder: PackFolder, *, beside: bool
) -> None:
    watch: Packs = PackWatch(folder, beside=beside)

    def ids() -> list[str]:
        """What is there at the next change; nobody waits for less than it takes."""
        while (found := watch.changed()) is None:
            pass
        return [pack.id for pack, _ in found if not pack.builtin]

    assert ids() == []
    folder.install(written(source))
    assert ids() == ["zoo"]
    file = folder.folder / "zoo" / "sentences" / "en" / "zoo.yaml"
    file.write_text(ZOO_YAML.replace("cow", "emu"))
    assert ids() == ["zoo"]
    file.write_text("intents: [")
    assert ids() == []
    file.write_text(ZOO_YAML)
    assert ids() == ["zoo"]
    folder.stand("zoo", Standing.DISABLED)
    assert ids() == ["zoo"]
    for _ in range(5):
        assert watch.changed() is None
    folder.remove("zoo")
    assert ids() == []


def test_what_did_not_change_is_the_very_same_pack(source: Path, folder: PackFolder) -> None:
    folder.install(written(source))
    before = folder.pack("zoo")[0]

    folder.install(simple(source, "farm", "moo like a cow"))
    (folder.folder / "zoo" / "README").write_text("touched")

    assert folder.pack("zoo")[0] is before
