"""What came of scenarios: a table for people, JSON and JUnit XML for programs.

Measured times are in none of them: the same scenarios give the same bytes.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from rich.console import Console
from rich.markup import escape

from simulator.scenario.playing import Outcome, Played


def show(console: Console, outcomes: Sequence[Outcome], *, every: bool = False) -> None:
    """Write a line for each scenario, the steps that were not as expected, and a count.

    Args:
        console: Where to.
        outcomes: What came of them.
        every: Whether each step is told, also those that were as expected.
    """
    for outcome in outcomes:
        mark = "[green]ok  [/]" if outcome.passed else "[bold red]FAIL[/]"
        console.print(f"{mark} {escape(outcome.name)} [dim]{escape(outcome.path)}[/]")
        for number, step in enumerate(outcome.steps, start=1):
            if every or step.wrong:
                _show_step(console, number, step)
        if outcome.broken is not None:
            console.print(f"       [red]{escape(outcome.broken)}[/]")
    failed = sum(not outcome.passed for outcome in outcomes)
    steps = [step for outcome in outcomes for step in outcome.steps]
    told = f"\n{len(outcomes)} scenarios, {len(steps)} steps: "
    if not failed:
        console.print(f"{told}[green]all as expected[/]")
        return
    wrong = Counter(one.what.partition(":")[0] for step in steps for one in step.wrong)
    right = sum(not step.wrong for step in steps)
    kinds = ", ".join(f"{what} {count}" for what, count in wrong.most_common())
    console.print(f"{told}[bold red]{failed} scenarios failed[/], {right} steps as expected")
    if kinds:
        console.print(f"[dim]not as expected: {kinds}[/]")


def _show_step(console: Console, number: int, step: Played) -> None:
    console.print(f"    {number:2d} {escape(step.what)}", style="red" if step.wrong else "dim")
    for turn in step.happened.turns:
        for event in turn["events"]:
            console.print(f"       [dim]event[/] {escape(event)}")
        asks = f" [yellow]({turn['asks']}?)[/]" if turn["asks"] else ""
        console.print(f"       [dim]reply[/] {escape(turn['reply'])}{asks}")
        if turn["error"]:
            console.print(f"       [dim]error[/] [red]{escape(turn['error'])}[/]")
    for difference in step.wrong:
        console.print(f"       [bold red]{escape(str(difference))}[/]")


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The report as a JSON-ready object."""
    return {
        "passed": all(outcome.passed for outcome in outcomes),
        "scenarios": [
            {
                "name": outcome.name,
                "path": outcome.path,
                "passed": outcome.passed,
                "error": outcome.broken,
                "steps": [_step(step) for step in outcome.steps],
            }
            for outcome in outcomes
        ],
    }


def _step(step: Played) -> dict[str, Any]:
    return {
        "step": step.what,
        "pretend_ms": step.happened.ms,
        "sent": step.happened.sent,
        "turns": [{k: v for k, v in turn.items() if k != "ms"} for turn in step.happened.turns],
        "differences": [
            {"what": one.what, "wanted": one.wanted, "found": one.found} for one in step.wrong
        ],
    }


def as_junit(outcomes: Sequence[Outcome]) -> bytes:
    """The report as JUnit XML: a test case for each scenario."""
    failures = sum(bool(outcome.wrong) and outcome.broken is None for outcome in outcomes)
    errors = sum(outcome.broken is not None for outcome in outcomes)
    suite = ElementTree.Element(
        "testsuite",
        name="scenarios",
        tests=str(len(outcomes)),
        failures=str(failures),
        errors=str(errors),
    )
    for outcome in outcomes:
        case = ElementTree.SubElement(
            suite, "testcase", classname=_plain(outcome.path), name=_plain(outcome.name)
        )
        told = [
            f"{number}. {step.what}: {difference}"
            for number, step in enumerate(outcome.steps, start=1)
            for difference in step.wrong
        ]
        if outcome.broken is not None:
            ElementTree.SubElement(case, "error", message=_plain(outcome.broken))
        elif told:
            failure = ElementTree.SubElement(case, "failure", message=_plain(told[0]))
            failure.text = _plain("\n".join(told))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return bytes(ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _plain(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c if c in "\n\t" or c.isprintable() else "�" for c in text)
