"""The form of a scenario file.

    name = "A lamp that does not answer"
    at = 2026-11-20T21:30:00
    room = "Kitchen"

    [[steps]]
    misbehave = {device = "Kitchen/Kitchen light", fault = "silent"}

    [[steps]]
    say = "turn on the kitchen light"
    [steps.expect]
    reply = "The kitchen light did not answer."
    house = {"Kitchen/Kitchen light" = {power = "off"}}
    within_ms = 2500

docs/scenarios.md lists every key.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from device.config import Config, anchored, read_toml
from device.errors import ConfigError
from device.events import Value
from simulator.clock import parse_jump
from simulator.faults import Fault
from simulator.rooms.heard import Heard
from simulator.session import ALONE, Scene

Positive = Annotated[float, msgspec.Meta(gt=0)]
Values = dict[str, dict[str, Value]]


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to come of a step; what is not named may be anything.

    The keys are those of the JSON object of a turn (DESIGN section 7); tables of `requests` and
    `commands` need only hold the keys that matter.
    """

    turns: int | None = None
    """How many turns ended."""
    text: str | None = None
    """The words that were understood, to the letter."""
    requests: list[dict[str, Any]] | None = None
    """All requests, in their order."""
    commands: list[dict[str, Any]] | None = None
    """All commands, in any order."""
    state: Values | None = None
    """What devices reported; each value that is named."""
    house: Values | None = None
    """How devices really stand afterwards, by "Room/Name"; each value that is named."""
    asks: str | None = None
    """What the reply asks; "" for nothing."""
    reply: str | None = None
    """The reply, to the letter."""
    reply_like: str | None = None
    """A regular expression that is found in the reply; letters in either case."""
    events: list[str] | None = None
    lists: dict[str, list[str]] | None = None
    timers: list[dict[str, Any]] | None = None
    concepts: list[dict[str, Any]] | None = None
    error: str | None = None
    """A regular expression that is found in the error; "" for none."""
    sent: int | None = None
    """Messages that devices got, commands and nothing else."""
    within_ms: Positive | None = None
    """Pretend time from the step's beginning until its last turn ended."""

    def __post_init__(self) -> None:
        for pattern in (self.reply_like, self.error):
            try:
                re.compile(pattern or "")
            except re.error as exc:
                raise ValueError(f"{pattern!r} is no regular expression: {exc}") from exc


class Misbehaviour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device that goes wrong, or is mended (`fault = "none"`)."""

    device: str
    """ "Room/Name"."""
    fault: Fault
    pace_ms: Annotated[int, msgspec.Meta(ge=1, le=600_000)] = 500
    """How slow, or how fast it comes and goes."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that happens; exactly one of the keys before `expect`."""

    say: str | None = None
    """A typed request."""
    hear: dict[str, Any] | None = None
    """Sound, as `simulator.rooms.heard.Heard` describes it; `file` as a path from the scenario's
    folder."""
    wait: str | None = None
    """Time that passes, as "90s" or "1h30m"."""
    touch: Values | None = None
    """What somebody does to devices by hand."""
    misbehave: Misbehaviour | None = None
    broker: str | None = None
    """ "gone" or "back"."""
    microphone: str | None = None
    """ "gone" or "back"."""
    clock: datetime | None = None
    """The wall clock is set; what counts down is not touched."""
    restart: bool | None = None
    """The speaker's power is cut and comes back."""
    expect: Expected = Expected()

    def __post_init__(self) -> None:
        kinds = [name for name in KINDS if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError(f"a step has one of {', '.join(KINDS)}, found {kinds or 'none'}")
        for name in ("broker", "microphone"):
            if getattr(self, name) not in (None, "gone", "back"):
                raise ValueError(f'{name} is "gone" or "back", found {getattr(self, name)!r}')
        if self.wait is not None:
            span_ms(self.wait)
        if self.hear is not None:
            self.sound(Path())
        if self.restart is False:
            raise ValueError("restart can only be true")

    def sound(self, folder: Path) -> Heard:
        """What is heard.

        Args:
            folder: Where the scenario lies.

        Raises:
            msgspec.ValidationError: It is not described rightly.
        """

        def path(wanted: type, found: object) -> object:
            return folder / str(found) if wanted is Path else found

        return msgspec.convert(self.hear, Heard, dec_hook=path)

    @property
    def kind(self) -> str:
        """Which of the keys it has."""
        return next(name for name in KINDS if getattr(self, name) is not None)


KINDS = tuple(field for field in Step.__struct_fields__ if field != "expect")


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    """A sentence that says what is so."""
    house: str | None = None
    """A home file, as a path from the scenario's folder; the furnished house."""
    at: datetime = datetime(2026, 11, 20, 18, 0)
    room: str | None = None
    person: str | None = None
    sentences: list[str] = []
    """Custom sentences, as paths from the scenario's folder."""
    skills: str | None = None
    """A folder of skill packs, likewise."""
    wake: str | None = None
    """A wake model that recordings stream through first."""
    seed: int = 1
    """Draws whatever is random in what is heard."""
    slower: Positive | None = None
    """How many times slower than one core of a server the speaker thinks; None takes no time."""
    config: dict[str, Any] = {}
    """Settings of the speaker, as in a config file."""
    steps: Annotated[list[Step], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        if self.slower is not None and self.wake is not None:
            raise ValueError("slower has no figures for what follows a wake word: set one of both")

    @property
    def hears(self) -> bool:
        """Whether recognition is needed."""
        return any(step.hear is not None for step in self.steps)

    def scene(self, folder: Path, store: Path) -> Scene:
        """Where and when it plays.

        Args:
            folder: Where its file lies.
            store: Where the speaker keeps what survives a power cut.
        """
        return Scene(
            home=None if self.house is None else folder / self.house,
            room=self.room,
            person=self.person,
            at=self.at.astimezone(),
            sentences=[folder / path for path in self.sentences],
            skills=None if self.skills is None else folder / self.skills,
            store=store,
        )


def read_scenario(path: Path) -> Scenario:
    """Read a scenario.

    Raises:
        ConfigError: The file is missing, is not TOML, or a key is wrong; one sentence with the
            file, the key, what was found and what was wanted.
    """
    found = read_toml(path, Scenario)
    try:
        settings(found, path.parent)
    except msgspec.ValidationError as exc:
        raise ConfigError(f"{path}: config: {exc}") from exc
    return found


def settings(scenario: Scenario, folder: Path) -> Config:
    """The speaker's config: the usual one of a pretend house, with what the scenario changes.

    Args:
        scenario: What changes it.
        folder: Where its file lies; the paths in it start there.

    Raises:
        msgspec.ValidationError: A key is wrong.
    """
    usual: dict[str, Any] = msgspec.to_builtins(ALONE)
    for key, value in scenario.config.items():
        both = isinstance(value, dict) and isinstance(usual.get(key), dict)
        usual[key] = usual[key] | value if both else value
    return anchored(msgspec.convert(usual, Config), folder.resolve())


def span_ms(text: str) -> int:
    """A length of time in milliseconds.

    Example: "1h30m" -> 5_400_000.

    Raises:
        ValueError: It is none.
    """
    try:
        span = parse_jump(f"@+{text}")
    except ConfigError as exc:
        raise ValueError(f'a time looks like "90s" or "1h30m", found {text!r}') from exc
    assert span is not None
    return span
