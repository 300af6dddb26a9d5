"""Who there is: the devices that the dialects announced, and which of them can be reached."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from device.context import Device, Home
from device.home.dialect import Dialect, Found, Reachable
from device.home.homefile import HomeFile, topic_name
from device.home.naming import home_of


class Roster:
    """The devices of a home by their ids; makes the home as seen from outside."""

    def __init__(self, file: HomeFile) -> None:
        """Know nobody yet.

        Args:
            file: What no dialect tells.
        """
        self._file = file
        self._found: dict[str, tuple[Dialect, Found]] = {}
        self._bridges: dict[str, bool] = {}
        """Whether a whole dialect can be reached, by its name."""
        self._online: dict[str, bool] = {}
        """The same for single devices, where they tell."""
        self._home: Home | None = None
        self._moved: set[str] = set()
        """Devices that came or went since `_home` was made."""
        self._awaited: set[str] | None = None
        """What the home file names and nobody announced; None where it must be counted anew."""

    def __contains__(self, device: str) -> bool:
        return device in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    @property
    def home(self) -> Home:
        """Rooms and devices, as known now."""
        if self._home is None:
            announced = [found for _, found in self._found.values()]
            self._home = home_of(announced, self._file, self._open, self._online)
        elif self._moved:
            self._home = self._renewed(self._home)
        self._moved.clear()
        return self._home

    @property
    def complete(self) -> bool:
        """Whether everything that the home file names was announced."""
        if self._awaited is None:
            self._awaited = {device.topic_name for device in self._file.devices}
            self._awaited -= {topic_name(device.name, device.room) for device in self.home.devices}
        return not self._awaited

    def dialect(self, device: str) -> Dialect:
        """Who announced a device that is there."""
        return self._found[device][0]

    def kind(self, device: str) -> str:
        """Home Assistant domain of a device that is there, as it was announced."""
        return self._found[device][1].kind

    def reachable(self, device: str) -> bool:
        """Whether a device that is there can be reached now."""
        return self._open(self._found[device][1])

    def join(self, dialect: Dialect, found: Found) -> bool:
        """A device was announced; gives True where it is new."""
        new = found.id not in self._found
        if new or self._found[found.id] != (dialect, found):
            self._found[found.id] = (dialect, found)
            self._home = self._awaited = None
        return new

    def leave(self, device: str) -> bool:
        """A device is no longer announced; gives False where it never was."""
        if self._found.pop(device, None) is None:
            return False
        self._online.pop(device, None)
        self._home = self._awaited = None
        return True

    def others(self, dialect: Dialect, devices: Sequence[Found]) -> set[str]:
        """Those of a dialect that are not among these."""
        mine = {id_ for id_, (owner, _) in self._found.items() if owner is dialect}
        return mine - {found.id for found in devices}

    def reached(self, dialect: Dialect, reachable: Reachable) -> set[str]:
        """A device or a whole dialect came or went; gives those for whom that is news."""
        if reachable.device is None:
            self._bridges[dialect.name] = reachable.online
            changed = self.others(dialect, ())
        else:
            before = self._online.get(reachable.device)
            self._online[reachable.device] = reachable.online
            # Its first word makes a device one that tells when it goes.
            self._moved |= {reachable.device} if before is None else set()
            changed = {reachable.device} if reachable.online != (before is not False) else set()
        self._moved |= changed
        return changed

    def _open(self, found: Found) -> bool:
        dialect, _ = self._found[found.id]
        return self._bridges.get(dialect.name, True) and self._online.get(found.id, True)

    def _renewed(self, home: Home) -> Home:
        """The home with what can be reached now; the same one where that is as it was."""
        renewed: dict[str, Device] = {}
        for id_ in self._moved:
            if (before := home.device(id_)) is not None:
                now = replace(before, available=self.reachable(id_), watched=id_ in self._online)
                renewed |= {} if now == before else {id_: now}
        if not renewed:
            return home
        return replace(home, devices=tuple(renewed.get(d.id, d) for d in home.devices))
