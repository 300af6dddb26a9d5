"""Where templates run: Jinja's immutable sandbox, in which every step is paid for.

Loops, operators, filters, tests and calls pay out of one `Budget` and never see anything but
plain values: with no objects there are no attributes to climb.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, pass_context
from jinja2.visitor import NodeTransformer

from device.home.homeassistant.budget import NUMBER_BITS, STEPS, TEXT_LENGTH, Budget
from device.home.homeassistant.functions import (
    EXPENSIVE,
    FILTERS,
    FUNCTIONS,
    TESTS,
    braced,
    formatted,
    joined,
    replaced,
)

_TEXT_METHODS = frozenset(
    {
        "capitalize", "casefold", "center", "count", "endswith", "find", "format", "isalnum",
        "isalpha", "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "isupper", "join",
        "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace",
        "rfind", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith",
        "strip", "swapcase", "title", "upper", "zfill",
    }
)  # fmt: skip
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


class Environment(ImmutableSandboxedEnvironment):
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
        owner: Any = getattr(__obj, "__self__", None)
        name = getattr(__obj, "__name__", "")
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

    def _paid(self, function: Callable[..., Any], expensive: bool) -> Callable[..., Any]:
        """A filter or test that pays for what it reads and gives."""

        @wraps(function)
        def act(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self.budget.spend(STEPS // 4 if expensive else 1)
            for argument in (*args, *kwargs.values()):
                if not isinstance(argument, Context | EvalContext | Environment):
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
        assert isinstance(environment, Environment)
        return environment._text(value)  # noqa: SLF001


class Paying(NodeTransformer):
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


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
