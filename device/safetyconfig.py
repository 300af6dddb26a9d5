"""The config's `[safety]`: what is asked first, what is never done by voice, how often."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from device.errors import ConfigError
from device.routing.pin import checked
from device.rules import Range, Rules

Often = Annotated[int, msgspec.Meta(ge=0, le=6_000)]


class SafetyConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the voice may do. Nothing here makes a home less safe but `trust`."""

    ask: tuple[str, ...] = ()
    """Kinds, device classes and devices to ask about as well; what is always asked about
    (docs/safety.md) needs no entry."""
    trust: tuple[str, ...] = ()
    """Devices that are never asked about, each by its own name, or Room/Name where another
    device has the same name."""
    pin_file: str | None = None
    """File whose first line is a PIN, 4 to 12 digits; then a yes is not enough."""
    pin_env: str | None = None
    """Name of an environment variable that holds the PIN, instead of a file."""
    limits: dict[str, Range | dict[str, Range]] = {}
    """Capability -> smallest and largest value that the voice may set; or kind, class or device
    -> capability -> the same."""
    per_minute: Often = 30
    """How often a device may be told something within a minute; 0 is without end."""
    risky_per_minute: Often = 6
    """The same for locks and for what is asked about first."""

    def __post_init__(self) -> None:
        if self.pin_file is not None and self.pin_env is not None:
            raise ValueError("only one of pin_file and pin_env can be set")
        for capability, (low, high) in _flat(self.limits).items():
            if not low < high:
                raise ValueError(f"limits of {capability[1]} must be two numbers, lowest first")


def rules_of(config: SafetyConfig) -> Rules:
    """The same as the stages read it."""
    limits: dict[str, dict[str, Range]] = {}
    for (place, capability), span in _flat(config.limits).items():
        limits.setdefault(place, {})[capability] = span
    return Rules(
        asked=frozenset(name.casefold() for name in config.ask),
        trusted=frozenset(name.casefold() for name in config.trust),
        limits=limits,
        pin=config.pin_file is not None or config.pin_env is not None,
        per_minute=config.per_minute or None,
        risky_per_minute=config.risky_per_minute or None,
    )


def pin_of(config: SafetyConfig) -> str | None:
    """The PIN; None where none is wanted.

    Raises:
        ConfigError: A PIN is wanted and cannot be read, or is none. The message never holds it.
    """
    if config.pin_env is not None:
        found = os.environ.get(config.pin_env)
        if found is None:
            raise ConfigError(f"safety.pin_env: the environment has no {config.pin_env}")
        return checked(found)
    if config.pin_file is None:
        return None
    try:
        lines = Path(config.pin_file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"PIN file {config.pin_file} cannot be read") from exc
    return checked(lines[0] if lines else "")


def _flat(limits: Mapping[str, Range | dict[str, Range]]) -> dict[tuple[str, str], Range]:
    """(Kind, class or device, or "" for all; capability) -> range."""
    flat: dict[tuple[str, str], Range] = {}
    for name, found in limits.items():
        if isinstance(found, dict):
            flat |= {(name.casefold(), capability): span for capability, span in found.items()}
        else:
            flat["", name] = found
    return flat
