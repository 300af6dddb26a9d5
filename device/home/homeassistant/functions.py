"""The filters, tests and functions that templates of real firmwares use.

Named and defined as Home Assistant's template pages do; each takes plain values and gives
one. What would need Home Assistant itself (`states`, `now`) is not there.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from jinja2.exceptions import FilterArgumentError, SecurityError, UndefinedError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.runtime import Undefined
from jinja2.tests import TESTS as JINJA_TESTS

from device.home.homeassistant import patterns
from device.home.homeassistant.budget import TEXT_LENGTH

_MISSING: Any = object()

_PERCENT = re.compile(r"%[-+ #0]*\d{0,2}(?:\.\d{1,2})?[diouxXeEfFgGcs%]")
_BRACES = re.compile(r"\{(?:\w*)(?::[<>=^]?[-+ ]?#?0?\d{0,2},?(?:\.\d{1,2})?[bcdeEfFgGnosxX%]?)?\}")


def _number(value: Any, default: Any, kind: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    try:
        return kind(value)
    except (ValueError, TypeError, OverflowError):
        if default is _MISSING:
            raise FilterArgumentError(
                "template has something else where a number belongs"
            ) from None
        return default


def forgiving_float(value: Any, default: Any = _MISSING) -> Any:  # noqa: ANN401
    """A number, or the default."""
    return _number(value, default, float)


def forgiving_int(value: Any, default: Any = _MISSING, base: int = 10) -> Any:  # noqa: ANN401
    """A whole number, or the default; "21.7" is 21."""
    if isinstance(value, str) and base != 10:
        return _number(value, default, lambda text: int(text, base))
    return _number(value, default, lambda found: int(float(found)))


def forgiving_round(
    value: Any,  # noqa: ANN401
    precision: int = 0,
    method: str = "common",
    default: Any = _MISSING,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """A number rounded: common, ceil, floor or half."""
    places = max(-15, min(15, int(precision)))
    number = _number(value, default, float)
    if not isinstance(number, float) or not math.isfinite(number):
        return number
    scale = 10.0**places
    rounded: float
    if method == "ceil":
        rounded = math.ceil(number * scale) / scale
    elif method == "floor":
        rounded = math.floor(number * scale) / scale
    elif method == "half":
        rounded = round(number * 2) / 2
    else:
        rounded = round(number, places)
    return int(rounded) if places == 0 else rounded


def boolean(value: Any, default: Any = _MISSING) -> Any:  # noqa: ANN401
    """True for true, yes, on, enable and 1; false for their opposites."""
    word = str(value).lower()
    if word in ("true", "yes", "on", "enable", "1"):
        return True
    if word in ("false", "no", "off", "disable", "0"):
        return False
    if default is _MISSING:
        raise FilterArgumentError("template has something else where true or false belongs")
    return default


def iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = _MISSING) -> Any:  # noqa: ANN401
    """An if in one expression."""
    if value is None and if_none is not _MISSING:
        return if_none
    return if_true if value else if_false


def is_defined(value: Any) -> Any:  # noqa: ANN401
    """The value, unless it is missing: then the message says nothing."""
    if isinstance(value, Undefined):
        raise UndefinedError("value is not there")
    return value


def is_number(value: Any) -> bool:  # noqa: ANN401
    """Whether it is, or reads as, a finite number."""
    try:
        return not isinstance(value, bool) and math.isfinite(float(value))
    except (ValueError, TypeError, OverflowError):
        return False


def from_json(value: Any, default: Any = _MISSING) -> Any:  # noqa: ANN401
    """JSON text as a value."""
    try:
        return msgspec.json.decode(str(value))
    except (ValueError, RecursionError):
        if default is _MISSING:
            raise FilterArgumentError("template has no JSON where it belongs") from None
        return default


def to_json(value: Any) -> str:  # noqa: ANN401
    """A value as JSON text, compact."""
    return msgspec.json.encode(value).decode()


def formatted(template: Any, *args: Any) -> str:  # noqa: ANN401
    """printf-style formatting: "%.1f"|format(value)."""
    text = str(template)
    if text.count("%") != sum(2 if m == "%%" else 1 for m in _PERCENT.findall(text)):
        raise SecurityError("template formats in a way that is not allowed")
    try:
        return text % args
    except (TypeError, ValueError, OverflowError):
        raise FilterArgumentError("template formats what does not fit") from None


def braced(template: str, *args: Any, **named: Any) -> str:  # noqa: ANN401
    """str.format with plain fields only: "{:02x}".format(value)."""
    bare = template.replace("{{", "").replace("}}", "")
    if re.search(r"[{}]", _BRACES.sub("", bare)):
        raise SecurityError("template formats in a way that is not allowed")
    try:
        return template.format(*args, **named)
    except (TypeError, ValueError, OverflowError, LookupError):
        raise FilterArgumentError("template formats what does not fit") from None


def replaced(value: Any, old: Any, new: Any, count: int | None = None) -> str:  # noqa: ANN401
    """A text with one piece of it replaced."""
    text, piece, other = str(value), str(old), str(new)
    times = len(text) + 1 if not piece else text.count(piece)
    if len(text) + times * len(other) > TEXT_LENGTH:
        raise SecurityError("template makes too long a text")
    return text.replace(piece, other, -1 if count is None else int(count))


def joined(values: Any, between: str = "", attribute: Any = None) -> str:  # noqa: ANN401
    """The values as text, one after the other."""
    found = [v[attribute] if attribute is not None else v for v in values]
    words = [str(v) for v in found]
    if sum(map(len, words)) + len(words) * len(str(between)) > TEXT_LENGTH:
        raise SecurityError("template makes too long a text")
    return str(between).join(words)


def counted_range(*bounds: int) -> list[int]:
    """range(), at most a thousand numbers."""
    numbers = range(*[int(bound) for bound in bounds])
    if len(numbers) > 1_000:
        raise SecurityError("template counts too far")
    return list(numbers)


def as_timestamp(value: Any, default: Any = _MISSING) -> Any:  # noqa: ANN401
    """Seconds since 1970 of an ISO 8601 time with an offset, or of a number."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return _number(value, default, float)
    if found.tzinfo is None:
        raise FilterArgumentError("template has a time without an offset")
    return found.timestamp()


def _arithmetic(action: Callable[[float, float], float]) -> Callable[..., Any]:
    def act(value: Any, other: Any, default: Any = _MISSING) -> Any:  # noqa: ANN401
        return _number(value, default, lambda found: action(float(found), float(other)))

    return act


def _bits(action: Callable[[int, int], int]) -> Callable[[Any, Any], int]:
    return lambda value, other: action(int(value), int(other))


def _mathematics(action: Callable[[float], float]) -> Callable[..., Any]:
    def act(value: Any, default: Any = _MISSING) -> Any:  # noqa: ANN401
        return _number(value, default, lambda found: action(float(found)))

    return act


EXPENSIVE = frozenset(
    {"regex_match", "regex_search", "regex_replace", "regex_findall", "regex_findall_index"}
    | {"match", "search"}
)
"""What may take `PATTERN_S`: paid for as a quarter of all steps."""


def _known(table: Mapping[str, Any], names: str) -> dict[str, Callable[..., Any]]:
    return {name: table[name] for name in names.split()}


_JINJA_FILTERS = """
abs capitalize count d default first items last length list lower map max min reject
rejectattr reverse select selectattr sort string title trim unique upper
"""
_JINJA_TESTS = """
== != < <= > >= boolean defined divisibleby eq equalto even false float ge gt in integer
iterable le lower lt mapping ne none number odd sequence string true undefined upper
"""

FILTERS: Mapping[str, Callable[..., Any]] = {
    **_known(JINJA_FILTERS, _JINJA_FILTERS),
    "add": _arithmetic(lambda a, b: a + b),
    "as_timestamp": as_timestamp,
    "bitwise_and": _bits(lambda a, b: a & b),
    "bitwise_or": _bits(lambda a, b: a | b),
    "bitwise_xor": _bits(lambda a, b: a ^ b),
    "bool": boolean,
    "contains": lambda value, item: item in value,
    "float": forgiving_float,
    "format": formatted,
    "from_json": from_json,
    "iif": iif,
    "int": forgiving_int,
    "is_defined": is_defined,
    "is_number": is_number,
    "join": joined,
    "log": _mathematics(math.log),
    "multiply": _arithmetic(lambda a, b: a * b),
    "ord": lambda value: ord(value),
    "regex_findall": patterns.find_all,
    "regex_findall_index": patterns.find_one,
    "regex_match": patterns.matches,
    "regex_replace": patterns.replace,
    "regex_search": patterns.holds,
    "replace": replaced,
    "round": forgiving_round,
    "split": lambda value, between=None: str(value).split(between),
    "sqrt": _mathematics(math.sqrt),
    "sum": lambda values: sum(float(v) if not isinstance(v, int) else v for v in values),
    "to_json": to_json,
    "tojson": to_json,
}
TESTS: Mapping[str, Callable[..., Any]] = {
    **_known(JINJA_TESTS, _JINJA_TESTS),
    "contains": lambda value, item: item in value,
    "is_number": is_number,
    "match": patterns.matches,
    "search": patterns.holds,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": lambda value: abs(value),
    "as_timestamp": as_timestamp,
    "bool": boolean,
    "dict": lambda *args, **named: dict(*args, **named),
    "float": forgiving_float,
    "iif": iif,
    "int": forgiving_int,
    "is_number": is_number,
    "log": FILTERS["log"],
    "max": lambda *values: max(*values),
    "min": lambda *values: min(*values),
    "range": counted_range,
    "round": forgiving_round,
    "sqrt": FILTERS["sqrt"],
}
