"""Turns as text for people."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def show_turn(console: Console, found: dict[str, Any]) -> None:
    """Write one turn, stage by stage.

    Args:
        console: Where to.
        found: The turn's record (`device.records.record`).
    """
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    for name, text in _lines(found):
        rows.add_row(name, text)
    console.print(f"[bold]> {escape(found['text']) or '(nothing was said)'}[/]")
    console.print(rows)
    console.print()


def _lines(found: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Label and text of each line below the sentence."""
    for hypothesis in found["hypotheses"][:3]:
        if found["ms"].get("asr"):
            yield "heard", f"{escape(hypothesis['text'])} ({hypothesis['score']:.2f})"
    for request in found["requests"]:
        slots = ", ".join(f"{name}={value}" for name, value in request["slots"].items())
        meaning = f"{request['intent']}({escape(slots)})"
        yield (
            "asked",
            f"{escape(request['text'])} [dim]->[/] {meaning} ({request['confidence']:.2f})",
        )
        yield "skill", request["skill"] or "none"
    for command in found["commands"]:
        reported = found["state"].get(command["device"], {}).get(command["capability"])
        answer = "no report" if reported is None else f"reported {reported}"
        text = f"{command['device']}: {command['capability']} = {command['value']}"
        yield "sent", f"{escape(text)} [dim]->[/] {answer}"
    for event in found["events"]:
        yield "event", escape(event)
    if found["reply"]:
        asks = f" [yellow]({found['asks']}?)[/]" if found["asks"] else ""
        yield "reply", f"[bold green]{escape(found['reply'])}[/]{asks}"
    if found["error"]:
        yield "error", f"[red]{escape(found['error'])}[/]"
    if found["ms"]:
        yield "ms", "  ".join(f"{stage} {spent:.1f}" for stage, spent in found["ms"].items())
