"""A pack's `skill.toml`: what the skill is called and who answers."""

import re

import msgspec

_NAME = re.compile(r"(?=.{1,40}$)(?=.*[^\W\d_])[\w'&.-]+( [\w'&.-]+)*")
_KIND = re.compile(r"[a-z_]{1,40}")
_MOST_ALIASES = 8
_MOST_KINDS = 20


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack's `skill.toml`."""

    name: str
    """What people call it, such as "Zoo sounds": 1 to 40 letters, digits and spaces."""
    description: str
    """What it does, in a sentence."""
    version: str
    aliases: tuple[str, ...] = ()
    """Other names."""
    kinds: tuple[str, ...] = ()
    """Kinds of devices (light, cover ...) without which it has nothing to do."""
    hermes: str | None = None
    """Topic on which its program answers, below hermes/intent/."""
    python: str | None = None
    """File in the pack whose code answers."""
    extends: str | None = None
    """A skill of the speaker's own that answers."""

    def __post_init__(self) -> None:
        for name in (self.name, *self.aliases):
            if not _NAME.fullmatch(name):
                raise ValueError(
                    "a name is 1 to 40 letters, digits and single spaces that people can say, "
                    f"not {name[:60]!r}"
                )
        for key, text, most in (
            ("description", self.description, 300),
            ("version", self.version, 40),
        ):
            if not text.strip() or len(text) > most or not text.isprintable():
                raise ValueError(f"{key} must be one line of 1 to {most} characters")
        if len(self.aliases) > _MOST_ALIASES or len(self.kinds) > _MOST_KINDS:
            raise ValueError(f"{_MOST_ALIASES} aliases and {_MOST_KINDS} kinds are the most")
        for kind in self.kinds:
            if not _KIND.fullmatch(kind):
                raise ValueError(
                    f"kinds are words such as light or media_player, not {kind[:60]!r}"
                )
        if sum(one is not None for one in (self.hermes, self.python, self.extends)) > 1:
            raise ValueError("only one of hermes, python and extends can be set")
