"""Jinja templates out of announcements, in a sandbox that bounds time and memory.

A template is held against a list of allowed nodes when it is announced: no macros, imports,
blocks or recursive loops, so that nothing repeats but `for`. What is left is rewritten so
that every loop, operator, filter, test and call pays out of one `Budget`, and never sees
anything but plain values: with no objects there are no attributes to climb.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, wraps
from typing import Any

import msgspec
from jinja2 import nodes
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, pass_context
from jinja2.visitor import NodeTransformer

from device.errors import HomeError
from device.home.homeassistant_budget import NUMBER_BITS, STEPS, TEXT_LENGTH, Budget
from device.home.homeassistant_functions import (
    EXPENSIVE,
    FILTERS,
    FUNCTIONS,
    TESTS,
    braced,
    formatted,
    joined,
    replaced,
)

SOURCE_LENGTH = 2_048
"""Longest template, characters."""
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

_TEXT_METHODS = frozenset(
    """capitalize casefold count endswith find format isalnum isalpha isdecimal isdigit islower
    isnumeric isspace isupper join lower lstrip partition removeprefix removesuffix replace
    rfind rpartition rsplit rstrip split splitlines startswith strip swapcase title upper
    center ljust rjust zfill""".split()
)
_METHODS: Mapping[type, frozenset[str]] = {
    str: _TEXT_METHODS,
    dict: frozenset({"get", "items", "keys", "values"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
    float: frozenset({"is_integer"}),
}
_LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})
_PADDING = frozenset({"center", "ljust", "rjust", "zfill"})
WIDTH = 200
"""Widest padding, characters."""


class _Environment(ImmutableSandboxedEnvironment):
    """Where templates run: everything that they do passes through here and is paid for."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self) -> None:
        super().__init__(optimized=False, autoescape=False, finalize=self._written)
        self.budget = Budget()
        self.loop_steps = 1
        """What one round of a loop costs."""
        self.filters = {n: self._paid(f, n in EXPENSIVE) for n, f in FILTERS.items()}
        self.filters |= {"_weighed": self.budget.weigh, "_looped": self._looped}
        self.filters["_concatenated"] = self._concatenated
        self.tests = {n: self._paid(f, n in EXPENSIVE) for n, f in TESTS.items()}
        self.globals = {**FUNCTIONS, "namespace": Namespace}

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401
        """A key of a mapping, or one of the few methods that plain values have here."""
        self.budget.spend(1)
        if isinstance(obj, Undefined):
            raise UndefinedError(f"{attribute} of nothing")
        if attribute.startswith("_"):
            raise SecurityError("template looks behind a value")
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, Namespace) or (isinstance(obj, LoopContext) and attribute in _LOOP):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(name=attribute)
        if attribute in _METHODS.get(type(obj), ()):
            return getattr(obj, attribute)
        return self.undefined(name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """An item of a list or mapping; nothing where it has none."""
        self.budget.spend(1)
        if isinstance(obj, Undefined):
            raise UndefinedError("item of nothing")
        if isinstance(argument, slice):
            self.budget.weigh(obj)
        if isinstance(obj, str | list | tuple | dict):
            try:
                return obj[argument]
            except (TypeError, LookupError, ValueError):
                pass
        return self.getattr(obj, argument) if isinstance(argument, str) else self.undefined()

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """An operator on plain values, once its result is known to be of a modest size."""
        weigh = self.budget.weigh
        weigh(left), weigh(right)
        if operator == "%" and isinstance(left, str):
            return weigh(formatted(left, *(right if isinstance(right, tuple) else (right,))))
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, str | list | tuple) and isinstance(other, int):
                    if len(one) * other > TEXT_LENGTH:
                        raise SecurityError("template makes too long a text")
                    self.budget.spend(max(0, other))
        if operator == "**":
            bits = left.bit_length() if isinstance(left, int) else 64
            if abs(right) > NUMBER_BITS or bits * abs(right) > 64 * NUMBER_BITS:
                raise SecurityError("template makes too large a number")
        return weigh(super().call_binop(context, operator, left, right))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N805
        """One of our functions, or one of the few methods of a plain value."""
        weigh = __self.budget.weigh
        # Jinja hands over the variables of loops and blocks, for functions that take them.
        kwargs = {n: v for n, v in kwargs.items() if n not in ("_loop_vars", "_block_vars")}
        for argument in (*args, *kwargs.values()):
            weigh(argument)
        if __obj is Namespace:
            return Namespace(**kwargs)
        if any(__obj is function for function in FUNCTIONS.values()):
            return weigh(__obj(*args, **kwargs))
        owner, name = getattr(__obj, "__self__", None), getattr(__obj, "__name__", "")
        if name not in _METHODS.get(type(owner), ()):
            raise SecurityError("template calls what is not there")
        weigh(owner)
        if name in _PADDING and not (args and isinstance(args[0], int) and args[0] <= WIDTH):
            raise SecurityError("template makes too long a text")
        ours: dict[str, Callable[..., Any]] = {
            "format": lambda *a, **k: braced(owner, *a, **k),
            "replace": lambda *a: replaced(owner, *a),
            "join": lambda values: joined(values, owner),
        }
        found = ours.get(name, __obj)(*args, **kwargs)
        plain = found is None or isinstance(found, str | int | float | list | tuple | dict)
        return weigh(found if plain else list(found))

    def _paid(self, function: Callable[..., Any], expensive: bool) -> Callable[..., Any]:  # noqa: FBT001
        """A filter or test that pays for what it reads and gives."""

        @wraps(function)
        def act(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self.budget.spend(STEPS // 4 if expensive else 1)
            for argument in (*args, *kwargs.values()):
                if not isinstance(argument, Context | EvalContext | _Environment):
                    self.budget.weigh(argument)
            found = function(*args, **kwargs)
            return self.budget.weigh(list(found) if isinstance(found, Iterator) else found)

        return act

    def _looped(self, values: Any) -> Any:  # noqa: ANN401
        """What a loop goes through, paid for at once."""
        if not isinstance(values, str | list | tuple | dict | Undefined):
            raise SecurityError("template loops through what is no list")
        self.budget.spend(len(values) * self.loop_steps)
        return values

    def _concatenated(self, values: list[Any]) -> str:
        return joined([self._text(value) for value in values])

    def _text(self, value: Any) -> str:  # noqa: ANN401
        return str(self.budget.weigh(value))

    @staticmethod
    @pass_context
    def _written(context: Context, value: Any) -> str:  # noqa: ANN401
        """A value as it is written out; needing the context, it is never done in advance."""
        environment = context.environment
        assert isinstance(environment, _Environment)
        return environment._text(value)  # noqa: SLF001


class _Paying(NodeTransformer):
    """Puts what is paid for by the environment where Jinja would do it by itself."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "_looped")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "_concatenated")

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _filtered(node.expr, "_weighed")
        for operand in node.ops:
            operand.expr = _filtered(operand.expr, "_weighed")
        return node

    def _contained(self, node: nodes.Expr) -> nodes.Node:
        self.generic_visit(node)
        target = isinstance(node, nodes.Tuple) and node.ctx != "load"
        return node if target else _filtered(node, "_weighed")

    visit_List = visit_Tuple = visit_Dict = _contained  # noqa: N815


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


_ENVIRONMENT = _Environment()


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
            tree = _Paying().visit(tree)
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
        length, parts = 0, []
        try:
            for part in self._render.root_render_func(self._render.new_context(variables)):
                length += len(part)
                if length > TEXT_LENGTH:
                    raise SecurityError("template makes too long a text")
                parts.append(part)
        except UndefinedError:
            return None
        except SecurityError as exc:
            raise HomeError("template costs too much") from exc
        except Exception as exc:
            # It is somebody else's program: it may raise anything.
            raise HomeError("template fails") from exc
        return "".join(parts).strip()

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
            try:
                variables["value_json"] = msgspec.json.decode(text)
            except (ValueError, RecursionError):
                pass
        return self.render(value=text, **variables)


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
    for node in (tree, *tree.find_all(nodes.Node)):
        allowed = type(node) in _NODES
        if isinstance(node, nodes.For):
            allowed = not node.recursive
        elif isinstance(node, nodes.Filter):
            allowed = node.name in FILTERS
        elif isinstance(node, nodes.Test):
            allowed = node.name in TESTS
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            allowed = node.node.name in FUNCTIONS or node.node.name == "namespace"
        if not allowed:
            raise HomeError("template asks for what templates cannot have here")
