"""How well answers are read: whole definitions and scopes, on lines, names and texts kept aside.

python -m export.teaching.concept.report
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from device.models import SHIPPED, load, read_manifest
from device.nlu.embedding import load_table
from device.skillset import reading
from device.teaching.answer import Scope
from device.teaching.answers import Answers
from device.teaching.scopes import Scopes
from export.tagger.texts import TEXTS
from export.teaching.concept.rows import Example, examples

SEED = 311
"""Of the answers that are measured; training and tuning have others."""


def report(count: int, texts: Path = TEXTS) -> str:
    """Two tables: definitions that are exactly right, and scopes, by kind of answer.

    Args:
        count: Answers to measure.
        texts: Folder of the public sets.
    """
    settings = read_manifest(SHIPPED / "tagger.json").settings
    table = load_table(SHIPPED, settings["table"], settings["table_sha256"])
    telling = Scopes(load("scope"), reading(load("encoder"), SHIPPED))
    answers = Answers(load("concept"), table, telling)
    drawn = examples(count, SEED, "test", texts, homes=100)
    whole: dict[str, list[bool]] = defaultdict(list)
    scopes: dict[Scope, list[Scope]] = defaultdict(list)
    for row in drawn:
        at, said = row.drawn.scene, row.drawn
        found = answers.read(row.text, at.gap, at.context, said.proposed)
        scopes[said.scope].append(found.scope)
        if said.meaning is not None:
            exact = found.meaning is not None and found.meaning.json() == said.meaning.json()
            whole[_kind(row)].append(exact)
        elif said.problem:
            whole[said.kind].append(found.meaning is None and found.problem != "")
    command = f"python -m export.teaching.concept.report --answers {count}"
    return "\n\n".join(
        [f"Measured by `{command}` on held-out lines.", _definitions(whole), _scopes(scopes)]
    )


def _kind(row: Example) -> str:
    return f"{row.drawn.kind}, a minute of talk" if len(row.tokens) > 60 else row.drawn.kind


def _definitions(whole: dict[str, list[bool]]) -> str:
    lines = ["| definitions | number | exactly right |", "| --- | --- | --- |"]
    for kind, right in sorted(whole.items()):
        lines.append(f"| {kind} | {len(right)} | {_share(right)} |")
    every = [one for right in whole.values() for one in right]
    return "\n".join([*lines, f"| all | {len(every)} | {_share(every)} |"])


def _scopes(scopes: dict[Scope, list[Scope]]) -> str:
    lines = ["| scope | number | right | taken for |", "| --- | --- | --- | --- |"]
    for scope, found in sorted(scopes.items()):
        wrong = sorted({f for f in found if f is not scope}, key=lambda f: -found.count(f))
        taken = ", ".join(f"{f} {found.count(f)}" for f in wrong[:3])
        right = [f is scope for f in found]
        lines.append(f"| {scope} | {len(found)} | {_share(right)} | {taken} |")
    every = [f is scope for scope, found in scopes.items() for f in found]
    return "\n".join([*lines, f"| all | {len(every)} | {_share(every)} | |"])


def _share(right: Sequence[bool]) -> str:
    return f"{100 * sum(right) / max(1, len(right)):.1f} %"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m export.teaching.concept.report")
    parser.add_argument("--answers", type=int, default=3_000)
    print(report(parser.parse_args().answers))  # noqa: T201
