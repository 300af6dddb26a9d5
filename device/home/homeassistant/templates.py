"""Jinja templates out of announcements, in a sandbox that bounds time and memory.

A template is held against a list of allowed nodes when it is announced: no macros, imports,
blocks or recursive loops, so that nothing repeats but `for`. What is left is rewritten so
that it pays for every step (`device.home.homeassistant.sandbox`).
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

import msgspec
from jinja2 import nodes
from jinja2.exceptions import SecurityError, UndefinedError

from device.errors import HomeError
from device.home.homeassistant.budget import TEXT_LENGTH
from device.home.homeassistant.functions import FILTERS, FUNCTIONS, TESTS
from device.home.homeassistant.sandbox import Environment, Paying

SOURCE_LENGTH = 2_048
"""Longest template, characters."""
DEPTH, NODES = 40, 800
"""Deepest nesting and most nodes of a template; Jinja's compiler is slow with more."""
COMPILED = 1_024
"""Templates that are kept compiled; the devices of one maker share theirs."""

_NODES = frozenset(
    {
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign,
        nodes.AssignBlock, nodes.With, nodes.Name, nodes.NSRef, nodes.Const, nodes.Tuple,
        nodes.List, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.CondExpr, nodes.Filter,
        nodes.FilterBlock, nodes.Test, nodes.Call, nodes.Getattr, nodes.Getitem, nodes.Slice,
        nodes.Concat, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Neg,
        nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod,
        nodes.Pow,
    }
)  # fmt: skip

_ENVIRONMENT = Environment()


class Template:
    """One template, compiled."""

    def __init__(self, source: str) -> None:
        """Compile.

        Raises:
            HomeError: It is too long, broken, or asks for what templates cannot have here.
        """
        if len(source) > SOURCE_LENGTH:
            raise HomeError("template is too long")
        _ENVIRONMENT.budget.renew()
        try:
            tree = _ENVIRONMENT.parse(source)
            _refuse(tree)
            self._reads_json = any(n.name == "value_json" for n in tree.find_all(nodes.Name))
            tree = Paying().visit(tree)
            tree.set_environment(_ENVIRONMENT)
            code = _ENVIRONMENT.compile(tree)
            self._render = _ENVIRONMENT.template_class.from_code(
                _ENVIRONMENT, code, _ENVIRONMENT.globals
            )
        except HomeError:
            raise
        except Exception as exc:
            # Whatever a parser and two compilers make of hostile text.
            raise HomeError("template cannot be read") from exc
        self._loop_steps = 1 + len(source) // 32

    def render(self, **variables: Any) -> str | None:  # noqa: ANN401
        """What it makes of these values.

        Returns:
            Text without space around it; None where it asks for what is not there.

        Raises:
            HomeError: It fails, or costs too much.
        """
        environment = _ENVIRONMENT
        environment.budget.renew()
        environment.loop_steps = self._loop_steps
        try:
            context = self._render.new_context(variables)
            text = "".join(_bounded(self._render.root_render_func(context)))
        except UndefinedError:
            return None
        except SecurityError as exc:
            raise HomeError("template costs too much") from exc
        except Exception as exc:
            # It is somebody else's program: it may raise anything.
            raise HomeError("template fails") from exc
        return text.strip()

    def read(self, text: str, **variables: Any) -> str | None:  # noqa: ANN401
        """What it makes of a payload.

        Returns:
            As `render`.

        Raises:
            HomeError: As `render`, or the payload is too long for a template.
        """
        if len(text) > TEXT_LENGTH:
            raise HomeError("payload is too long for a template")
        if self._reads_json:
            with suppress(ValueError, RecursionError):
                variables["value_json"] = msgspec.json.decode(text)
        return self.render(value=text, **variables)


def _bounded(parts: Iterator[str]) -> Iterator[str]:
    """The parts of a text, while they stay below its longest."""
    length = 0
    for part in parts:
        length += len(part)
        if length > TEXT_LENGTH:
            raise SecurityError("template makes too long a text")
        yield part


@lru_cache(maxsize=COMPILED)
def template(source: str) -> Template:
    """A template, compiled once.

    Raises:
        HomeError: As `Template`.
    """
    return Template(source)


def _refuse(tree: nodes.Template) -> None:
    """Refuse what templates cannot have here, before anything of it runs.

    Raises:
        HomeError: It has such.
    """
    level: list[nodes.Node] = [tree]
    depth = count = 0
    while level:
        for node in level:
            if not _allowed(node):
                raise HomeError("template asks for what templates cannot have here")
        depth, count = depth + 1, count + len(level)
        if depth > DEPTH or count > NODES:
            raise HomeError("template is too long or nested too deeply")
        level = [child for node in level for child in node.iter_child_nodes()]


def _allowed(node: nodes.Node) -> bool:
    if isinstance(node, nodes.For):
        return not node.recursive
    if isinstance(node, nodes.Filter):
        return node.name in FILTERS
    if isinstance(node, nodes.Test):
        return node.name in TESTS
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        return node.node.name in FUNCTIONS or node.node.name == "namespace"
    return type(node) in _NODES
