"""`inglenook skills`: install, list, disable, remove skill packs, and check one's own."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from device.config import Config, load
from device.settledcli import add_experience_commands
from device.skills.pack import Extends, Hermes, Pack, Python, Standing

if TYPE_CHECKING:
    from device.edges.packfolder import PackFolder

MOST_SHOWN = 10
"""Sample sentences of an intent that are shown."""

_COLOURS = {Standing.ENABLED: "green", Standing.AVAILABLE: "yellow", Standing.DISABLED: "red"}


def add_skill_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `skills` with everything about packs to a command line."""
    skills = commands.add_parser("skills", help="install, list, disable, remove skill packs")
    inner = skills.add_subparsers(required=True, metavar="COMMAND")
    listing = inner.add_parser("list", help="all skill packs")
    listing.add_argument("--json", action="store_true", help="one JSON array instead of a table")
    listing.set_defaults(command=run_list)
    show = inner.add_parser("show", help="one pack and what people say to it")
    show.set_defaults(command=run_show)
    install = inner.add_parser("install", help="copy packs in and enable them")
    install.add_argument(
        "source", type=Path, nargs="+", metavar="FOLDER", help="a pack, or a folder of packs"
    )
    install.add_argument(
        "--available", action="store_true", help="to be found by what is said, without choosing it"
    )
    install.set_defaults(command=run_install)
    enable = inner.add_parser("enable", help="choose a pack")
    enable.set_defaults(command=run_stand, standing=Standing.ENABLED)
    disable = inner.add_parser("disable", help="never ask a pack, built-in ones included")
    disable.set_defaults(command=run_stand, standing=Standing.DISABLED)
    remove = inner.add_parser("remove", help="delete a pack")
    remove.set_defaults(command=run_remove)
    check = inner.add_parser("check", help="for authors: read a pack and say what it answers to")
    check.add_argument("source", type=Path, metavar="FOLDER")
    check.set_defaults(command=run_check)
    for parser in (show, enable, disable, remove):
        parser.add_argument("id", metavar="ID")
    for parser in (listing, show, install, enable, disable, remove, check):
        parser.add_argument(
            "--config", type=Path, metavar="CONFIG.toml", help="whose packs; [skills] folder"
        )
        parser.add_argument(
            "--skills",
            type=Path,
            metavar="FOLDER",
            help='where the packs lie; without both "skills" in this folder',
        )
    add_experience_commands(inner)


def run_list(arguments: argparse.Namespace) -> int:
    """Show all packs, broken ones with what is wrong."""
    folder = _folder(arguments)
    packs, broken = folder.packs(), sorted(folder.broken.items())
    if arguments.json:
        found = [_told(pack, standing) for pack, standing in packs]
        found += [{"id": name, "error": why} for name, why in broken]
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return 0
    table = Table(title="skill packs", title_justify="left")
    for heading in ("id", "standing", "name", "version", "answers", "description"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("id", "standing"))
    for pack, standing in sorted(packs, key=lambda one: (one[0].builtin, one[0].id)):
        colour = _COLOURS[standing]
        cells = (pack.name, pack.version, _answers(pack), pack.description)
        table.add_row(pack.id, f"[{colour}]{standing}[/]", *map(escape, cells))
    for name, why in broken:
        table.add_row(escape(name), "[red]broken[/]", "", "", "", escape(why))
    Console().print(table)
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Show one pack with its sample sentences."""
    pack, standing = _folder(arguments).pack(arguments.id)
    _show(Console(), pack, standing)
    return 0


def run_install(arguments: argparse.Namespace) -> int:
    """Copy packs in; those before a wrong one stay installed."""
    folder = _folder(arguments)
    wanted = Standing.AVAILABLE if arguments.available else Standing.ENABLED
    for source in arguments.source:
        for pack in folder.install(source, wanted):
            _, standing = folder.pack(pack.id)
            sys.stdout.write(f"{pack.id}: {pack.name} {pack.version} is {standing}.\n")
            if isinstance(pack.answers, Python):
                sys.stdout.write(f"{pack.id} brings Python code, which may do what you may do.\n")
    return 0


def run_stand(arguments: argparse.Namespace) -> int:
    """Enable or disable a pack."""
    _folder(arguments).stand(arguments.id, arguments.standing)
    sys.stdout.write(f"{arguments.id} is {arguments.standing}.\n")
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Delete a pack."""
    _folder(arguments).remove(arguments.id)
    sys.stdout.write(f"{arguments.id} is removed.\n")
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Read a pack where it lies, and say what an author should know."""
    from device.skills.packcheck import shared
    from device.skills.packreading import read_pack
    from device.skills.taken import Taken

    pack = read_pack(arguments.source)
    others = _folder(arguments).packs()
    beside = [p for p, _ in others if not p.builtin and p.id != pack.id]
    Taken(beside).take(pack)
    console = Console(highlight=False)
    _show(console, pack, None)
    for intent in pack.intents:
        count = sum(example.intent == intent for example in pack.examples)
        if count < MOST_SHOWN:
            console.print(
                f"[yellow]{escape(intent)} has {count} sample sentences; ten and more that "
                "differ are understood much better.[/]"
            )
    enabled = [other for other, standing in others if standing is Standing.ENABLED]
    for text, names in shared(pack, enabled).items():
        console.print(f"[yellow]{escape(text)!r} is also said to: {escape(', '.join(names))}.[/]")
    return 0


def _folder(arguments: argparse.Namespace) -> "PackFolder":
    """The folder of packs that the options name."""
    from device.edges.packfolder import PackFolder

    config = Config() if arguments.config is None else load(arguments.config)
    return PackFolder(arguments.skills or Path(config.skills.folder))


def _show(console: Console, pack: Pack, standing: Standing | None) -> None:
    facts = {
        "name": ", ".join((pack.name, *pack.aliases)),
        "version": pack.version,
        "answers": _answers(pack),
        "standing": str(standing or ""),
        "devices": ", ".join(sorted(pack.kinds)),
        "folder": str(pack.folder),
    }
    console.print(f"[bold]{escape(pack.id)}[/]: {escape(pack.description)}")
    for what, text in facts.items():
        if text:
            console.print(f"  {what}: {escape(text)}", soft_wrap=True)
    for intent in pack.intents:
        texts = [one.text for one in pack.examples if one.intent == intent]
        console.print(f"  {escape(intent)}, such as")
        for text in texts[:MOST_SHOWN]:
            console.print(f"    {escape(text)}", soft_wrap=True)


def _told(pack: Pack, standing: Standing) -> dict[str, Any]:
    """A pack as JSON."""
    return {
        "id": pack.id,
        "name": pack.name,
        "aliases": list(pack.aliases),
        "description": pack.description,
        "version": pack.version,
        "standing": str(standing),
        "builtin": pack.builtin,
        "answers": _answers(pack),
        "intents": list(pack.intents),
    }


def _answers(pack: Pack) -> str:
    match pack.answers:
        case Hermes(topic=topic):
            return topic or "hermes/intent/INTENT"
        case Python(file=file):
            return f"python {file.name}"
        case Extends(skill=skill):
            return "built in" if pack.builtin else f"extends {skill}"
