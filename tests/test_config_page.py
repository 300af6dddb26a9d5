"""docs/config.md names every key, each with what it is when it is left out."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from device.config import Config

PAGE = (Path(__file__).parents[1] / "docs/config.md").read_text(encoding="utf-8")
BLOCK = PAGE.split("```toml\n")[1].split("```")[0]


def keys(kind: type[msgspec.Struct], place: str = "") -> set[str]:
    """Every key of a config, as "broker.tls.ca"."""
    found: set[str] = set()
    for field in msgspec.structs.fields(kind):
        name, kinds = f"{place}{field.name}", (field.type, *getattr(field.type, "__args__", ()))
        inside = [k for k in kinds if isinstance(k, type) and issubclass(k, msgspec.Struct)]
        found |= keys(inside[0], f"{name}.") if inside else {name}
    return found


def named(table: dict[str, Any], place: str = "") -> set[str]:
    """Every key of a TOML table, the same way; limits have keys of the owner's own."""
    found: set[str] = set()
    for name, value in table.items():
        inside = isinstance(value, dict) and f"{place}{name}" != "safety.limits"
        found |= named(value, f"{place}{name}.") if inside else {f"{place}{name}"}
    return found


def test_what_the_page_sets_is_what_a_config_is_without_it() -> None:
    assert msgspec.convert(tomllib.loads(BLOCK), Config) == Config()


def test_the_page_names_every_key_and_no_other() -> None:
    whole = tomllib.loads(re.sub(r"^# ", "", BLOCK, flags=re.MULTILINE))
    instead = {f"{place}_env" for place in ("broker.user", "broker.password", "safety.pin")}

    assert named(whole) | instead == keys(Config)
    assert all(key.rpartition(".")[2] in BLOCK for key in instead)
    del whole["broker"]["user"], whole["broker"]["password_file"]
    msgspec.convert(whole, Config)
