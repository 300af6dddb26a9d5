"""The owner's skill packs: a folder for each, and one small file with the owner's standing.

    skills/zoo/skill.toml ...
    skills/standing.json         {"zoo": "enabled", "timers": "disabled"}

Whoever is stopped half-way leaves the old pack or the new one: a pack is copied beside the
others under a name that is none, then takes its place in one step; so is the small file. A
folder that somebody puts there by hand is a pack like any other. What is broken is passed over.
"""

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from device.errors import ConfigError, InglenookError
from device.skills.pack import Pack, Standing
from device.skills.packreading import MANIFEST, builtin_packs, read_pack
from device.skills.taken import Taken

logger = logging.getLogger(__name__)

STANDING = "standing.json"
MOST_BYTES = 8 * 1024 * 1024
"""Of everything in a pack that is installed."""
MOST_FILES = 500
_TICK_NS = 50_000_000
_NEW, _OLD = ".new-", ".old-"

Known = tuple[tuple[Pack, Standing], ...]


class PackFolder:
    """The packs in a folder, and the built-in ones."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it need not be there."""
        self.folder = folder
        self.broken: dict[str, str] = {}
        """Why packs were passed over at the last look, by the name of their folder."""
        self._complaint = ""
        self._read: dict[Path, tuple[object, Pack | InglenookError]] = {}
        """What each pack was when its files were last like this."""

    def packs(self) -> Known:
        """All packs that can be used: the built-in ones, then the owner's as they came.

        A pack that has something of another's (its name, its topic) is broken; the one that was
        there before keeps it.
        """
        standing = self._standing()
        order = {name: place for place, name in enumerate(standing)}
        there = sorted(self._folders(), key=lambda one: (order.get(one.name, len(order)), one.name))
        read = [self._pack(path) for path in there]
        broken: dict[str, str] = {}
        found: list[Pack] = []
        taken = Taken()
        for path, one in zip(there, read, strict=True):
            try:
                if isinstance(one, InglenookError):
                    raise one
                taken.take(one)
                found.append(one)
            except InglenookError as exc:
                broken[path.name] = str(exc)
        for name, why in broken.items():
            if self.broken.get(name) != why:
                logger.warning("a skill pack is passed over: %s", why)
        self.broken = broken
        usual = Standing.ENABLED
        return tuple((p, standing.get(p.id, usual)) for p in (*builtin_packs(), *found))

    def pack(self, id_: str) -> tuple[Pack, Standing]:
        """A pack by its id.

        Raises:
            ConfigError: There is none, or it is broken.
        """
        known = self.packs()
        for pack, standing in known:
            if pack.id == id_:
                return pack, standing
        if id_ in self.broken:
            raise ConfigError(self.broken[id_])
        names = ", ".join(pack.id for pack, _ in known if not pack.builtin) or "none"
        raise ConfigError(f"there is no skill pack {id_!r} in {self.folder}; there are: {names}")

    def install(self, source: Path, standing: Standing = Standing.ENABLED) -> list[Pack]:
        """Copy a pack, or every pack in a folder of packs; one with the same id is replaced.

        Args:
            source: A pack's folder, or a folder that holds several.
            standing: How the owner stands to what is new; to a pack that is there already it
                stays as it is.

        Returns:
            The packs as they are here now.

        Raises:
            ConfigError: It is no pack, takes what is another's, or cannot be written; then
                nothing of this pack has changed.
            GrammarError: Its sentences are wrong.
        """
        if (source / MANIFEST).exists():
            return [self._install(source, standing)]
        inner = sorted(path.parent for path in source.glob(f"*/{MANIFEST}"))
        if not inner:
            raise ConfigError(f"{source} is no skill pack: there is no {MANIFEST} in it")
        return [self._install(one, standing) for one in inner]

    def stand(self, id_: str, standing: Standing) -> None:
        """Enable a pack, disable it, or leave it to be found.

        Raises:
            ConfigError: There is no such pack, or it cannot be written.
        """
        self.pack(id_)
        self._write({**self._standing(), id_: standing})

    def remove(self, id_: str) -> None:
        """Delete a pack, also a broken one.

        Raises:
            ConfigError: There is none, it is built in, or it cannot be deleted.
        """
        if any(pack.id == id_ for pack in builtin_packs()):
            raise ConfigError(f"{id_} is built in; it can be disabled, not removed")
        path = self.folder / id_
        if path not in self._folders():
            self.pack(id_)
        try:
            with tempfile.TemporaryDirectory(prefix=_OLD, dir=self.folder) as old:
                path.rename(Path(old) / "removed")
        except OSError as exc:
            raise ConfigError(f"cannot remove {path}: {exc}") from exc
        self._write({name: one for name, one in self._standing().items() if name != id_})

    def _folders(self) -> list[Path]:
        try:
            inner = [path for path in self.folder.iterdir() if not path.name.startswith(".")]
            return [path for path in inner if path.is_dir()]
        except OSError:
            return []

    def _pack(self, path: Path) -> Pack | InglenookError:
        """A pack as it is now; read again only after something in it changed."""
        stamp = _stamp(path)
        known = self._read.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            read: Pack | InglenookError = read_pack(path)
        except InglenookError as exc:
            read = exc
        except OSError as exc:
            read = ConfigError(f"{path} cannot be read: {exc}")
        if known is not None and known[1] == read:
            read = known[1]
        self._read[path] = (stamp, read)
        return read

    def _install(self, source: Path, standing: Standing) -> Pack:
        read_pack(source)
        id_ = source.resolve().name
        existed = (self.folder / id_).exists()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._tidy_up()
            with tempfile.TemporaryDirectory(prefix=_NEW, dir=self.folder) as new:
                copy = Path(new) / id_
                _copied(source, copy)
                pack = read_pack(copy)
                Taken(p for p, _ in self.packs() if not p.builtin and p.id != id_).take(pack)
                self._put(copy, self.folder / id_)
        except OSError as exc:
            raise ConfigError(f"cannot install {source} into {self.folder}: {exc}") from exc
        known = self._standing()
        if id_ not in known:
            self._write({**known, id_: Standing.ENABLED if existed else standing})
        return self.pack(id_)[0]

    def _put(self, copy: Path, place: Path) -> None:
        if not place.exists():
            copy.rename(place)
            return
        with tempfile.TemporaryDirectory(prefix=_OLD, dir=self.folder) as old:
            kept = place.rename(Path(old) / place.name)
            try:
                copy.rename(place)
            except OSError:
                kept.rename(place)
                raise

    def _tidy_up(self) -> None:
        """Put back and throw away what somebody left who was stopped half-way."""
        for old in self.folder.glob(f"{_OLD}*/*"):
            if old.name != "removed" and not (self.folder / old.name).exists():
                old.rename(self.folder / old.name)
        for left in (*self.folder.glob(f"{_NEW}*"), *self.folder.glob(f"{_OLD}*")):
            shutil.rmtree(left, ignore_errors=True)

    def _standing(self) -> dict[str, Standing]:
        """What the owner decided; nothing where the file is missing or damaged."""
        file = self.folder / STANDING
        try:
            return msgspec.json.decode(file.read_bytes(), type=dict[str, Standing])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as exc:
            why = f"{file} cannot be read, no pack counts as disabled: {exc}"
            if self._complaint != why:
                logger.warning("%s", why)
                self._complaint = why
            return {}

    def _write(self, standing: Mapping[str, Standing]) -> None:
        file = self.folder / STANDING
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(prefix=_NEW, dir=self.folder, delete=False) as new:
                new.write(msgspec.json.format(msgspec.json.encode(standing)) + b"\n")
                new.flush()
                os.fsync(new.fileno())
            Path(new.name).chmod(0o644)
            Path(new.name).replace(file)
        except OSError as exc:
            raise ConfigError(f"cannot write {file}: {exc}") from exc


def _stamp(folder: Path) -> object:
    """Changes whenever a file in the folder does."""
    found: list[tuple[str, int, int, int]] = []
    waiting = [os.fspath(folder)]
    try:
        while waiting and len(found) < MOST_FILES:
            with os.scandir(waiting.pop()) as entries:
                for entry in sorted(entries, key=lambda one: one.name):
                    seen = entry.stat()
                    found.append((entry.path, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size))
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    except OSError:
        return object()
    # What was written just now may be written again within the same tick of the file's clock.
    newest = max((max(m, c) for _, m, c, _ in found), default=0)
    return object() if time.time_ns() - newest < _TICK_NS else found


def _copied(source: Path, copy: Path) -> None:
    """Copy a pack's files, as far as they lie in its folder.

    Raises:
        ConfigError: They are too many or too large.
    """
    root = source.resolve()
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    if len(files) > MOST_FILES or size > MOST_BYTES:
        raise ConfigError(
            f"{source} has {len(files)} files of {size} bytes; "
            f"{MOST_FILES} of {MOST_BYTES} together are the most"
        )
    for path in files:
        target = copy / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
