"""Templates do what Home Assistant's do, and nothing else: they come from anybody."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import HomeError
from device.home.homeassistant import templates
from device.home.homeassistant.budget import STEPS, TEXT_LENGTH
from device.home.homeassistant.sandbox import Environment
from device.home.homeassistant.templates import SOURCE_LENGTH, Template


@pytest.mark.parametrize(
    ("source", "payload", "text"),
    [
        ("{{ value_json.state }}", '{"state":"ON"}', "ON"),
        ("{{ value_json['a']['b'] }}", '{"a":{"b":true}}', "True"),
        ("{{ value_json.update.state }}", '{"update":{"state":"idle"}}', "idle"),
        ("{{ value_json.t | float(0) | round(1) }}", '{"t":"21.37"}', "21.4"),
        ("{{ (value_json.x / 255 * 100) | round(0) }}", '{"x":128}', "50"),
        ("{{ value | int(base=16) }}", "ff", "255"),
        ("{{ value | int(7) }}", "many", "7"),
        ("{{ 2.51 | round(1, 'floor') }} {{ 2.3 | round(1, 'half') }}", "", "2.5 2.5"),
        ("{{ 100 - (value_json.pos | int) }}", '{"pos":"30"}', "70"),
        ("{% if value_json.x == 'a' %}1{% else %}2{% endif %}", '{"x":"b"}', "2"),
        ("{{ {'1':'open','0':'closed'}[value] }}", "1", "open"),
        ('{{ {0:"off",1:"heat"}[value_json.value] | default("off") }}', '{"value":5}', "off"),
        ("{% set m = {None:None,'idle':'off'} %}{{ m[value_json.s] }}", '{"s":"idle"}', "off"),
        ("{{ iif(value == 'x', 'ON', 'OFF') }}", "x", "ON"),
        ("{{ 'ON' if value|int > 3 else 'OFF' }}", "4", "ON"),
        ("{{ value_json.a is defined and value_json.a }}", '{"a":3}', "3"),
        ("{{ value_json.b | is_defined }}", '{"a":3}', None),
        ("{{ value_json.a.b.c }}", "{}", None),
        ("{{ value_json.a }}", "no json", None),
        ("{{ value_json.a }}", "{}", ""),
        ("{{ value_json.a }}", '{"a":null}', "None"),
        ("{{ value.split(',')[1] }}", "a,b", "b"),
        ("{{ value_json.Color.split(',')[0:3]|join(',') }}", '{"Color":"1,2,3,4"}', "1,2,3"),
        ("{{ value | regex_replace('a+', 'b') }}", "caat", "cbt"),
        ("{{ value | regex_findall_index('\\\\d+', 1) }}", "a1b22", "22"),
        ("{{ value | regex_match('on') }}", "once", "True"),
        ("{{ '#%02x%02x' | format(1, 255) }}", "", "#01ff"),
        ("{{ '%.1f' % (value|float) }}", "3.14", "3.1"),
        ("{{ '{:.1f}'.format(value|float) }}", "3.14", "3.1"),
        ("{{ 'a' ~ value ~ 3 }}", "q", "aq3"),
        ("{{ value_json | tojson }}", '{"a":[1]}', '{"a":[1]}'),
        ("{{ (value | from_json).a }}", '{"a":4}', "4"),
        ("{{ value_json.v | map('float') | sum }}", '{"v":["1",2]}', "3.0"),
        ("{{ value_json|selectattr('a','eq',1)|map(attribute='b')|first }}",
         '[{"a":0,"b":5},{"a":1,"b":6}]', "6"),
        ("{% for k, v in value_json.items() %}{{ k }}{{ v }}{% endfor %}", '{"a":1,"b":2}', "a1b2"),
        ("{% for i in range(3) %}{{ loop.index }}{% if not loop.last %},{% endif %}{% endfor %}",
         "", "1,2,3"),
        ("{% set ns = namespace(x=0) %}{% for i in [1,2,3] %}{% set ns.x = ns.x + i %}"
         "{% endfor %}{{ ns.x }}", "", "6"),
        ("{{ this.state }}", "", None),
        ("{{ as_timestamp('1970-01-01T00:01:00+00:00') }}", "", "60.0"),
    ],
)  # fmt: skip
def test_templates_of_real_devices_are_rendered(
    source: str, payload: str, text: str | None
) -> None:
    assert Template(source).read(payload) == text


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range.__self__ }}",
    "{{ value.format.__self__ }}",
    "{{ '{0.__class__}'.format(value) }}",
    "{{ '{0[__class__]}'.format(value) }}",
    "{{ value.format_map({}) }}",
    "{{ value.encode() }}",
    "{{ [].append(1) }}",
    "{{ value_json.pop('a') }}",
    "{% for i in [1] %}{{ loop.__init__ }}{% endfor %}",
    "{% for i in [1] %}{{ loop._iterable }}{% endfor %}",
    "{% for i in [1] %}{{ loop.cycle(1, 2) }}{% endfor %}",
    "{{ [value]|map(attribute='__class__')|list }}",
    "{{ [value]|map('attr', '__class__')|list }}",
    "{{ range }}",
    "{{ [range] }}",
    "{{ dict(a=range) }}",
    "{{ namespace(a=1).__class__ }}",
    "{% include 'secret' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% extends 'page' %}",
    "{% macro f() %}{% endmacro %}{{ f() }}",
    "{{ caller() }}",
    "{{ lipsum() }}",
    "{{ states('lock.front_door') }}",
    "{{ now() }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_a_template_cannot_look_behind_its_values(source: str) -> None:
    with pytest.raises(HomeError):
        Template(source).read('{"a":1}')


DOUBLING = "{% set a=[1,2,3,4,5,6,7,8] %}" + "{% set a=[a,a,a,a,a,a,a,a] %}" * 30 + "{{ a }}"
BOMBS = [
    "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}x"
    "{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in value %}{% for b in value %}{{ a == b }}{% endfor %}{% endfor %}",
    "{% set r = range(1000) %}{% for a in r %}{% for b in r %}{% for c in r %}{% endfor %}"
    "{% endfor %}{% endfor %}",
    "{% for i in [[[]]] recursive %}{{ loop(i) }}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% set ns = namespace(x='ab') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}"
    "{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}"
    "{% endfor %}",
    "{% set ns = namespace(x=2) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}"
    "{% endfor %}",
    "{% set x %}{% for i in range(1000) %}{{ value }}{% endfor %}{% endset %}{{ x }}",
    DOUBLING,
    "{{ 'x' * 10**9 }}",
    "{{ 10**9 * [1] }}",
    "{{ 10**10**10 }}",
    "{{ 2**-100000000 }}",
    "{{ range(10**12) }}",
    "{{ 5|round(-1000000000) ~ 'x' * 10**8 }}",
    "{{ 'a'.center(10**9) }}",
    "{{ 'a'.ljust(width=10**9) }}",
    "{{ 'a'.zfill(10**9) }}",
    "{{ 'a'.expandtabs(10**9) }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '%*d'|format(1000000000, 1) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000d}'.format(1) }}",
    "{{ '{0:{1}}'.format(1, 1000000000) }}",
    "{{ 'a'|replace('', 'b' * 60000) }}",
    "{{ 'aaaa'.replace('a', 'b' * 60000) }}",
    "{{ value|list|join('x' * 1000) }}",
    "{{ ('x' * 60000).join(['y'] * 60000) }}",
    "{{ value[:4000]|regex_search('(a|aa)+$') ~ value[:4000]|regex_search('^(([a-z])+.)+[A-Z]') }}"
    * 5,
    "{{ value|regex_replace('(a+)+$', 'b') }}",
    "{{ 'a'|regex_search('(?:a{99}){99}') }}",
    "{{ 'a'|regex_search('((((a?){50}){50}){50})') }}",
    "{{ 'a'|regex_search('(?R)') }}",
    "{{ [value[:4000], value[:4000]]|map('regex_search', '(.*a)*b$')|list }}" * 5,
    "{{ value|list|sort|unique|list|reverse|list|map('upper')|join }}",
    "{% for i in range(99) %}{{ value == value }}{% endfor %}",
]
BIG = ["a" * 60_000 + "b", "[" + ",".join("0" * 30_000) + "]", '{"a":' * 300 + "1" + "}" * 300]


@pytest.mark.parametrize("source", BOMBS)
def test_a_hostile_template_is_stopped_before_it_grows(source: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(HomeError):
            Template(source).read(BIG[0])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8_000_000, "bytes"


@pytest.mark.parametrize("payload", BIG)
def test_no_template_is_paid_for_more_often_than_it_has_steps(
    payload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = templates._ENVIRONMENT.budget
    spend, paid = budget.spend, 0

    def counted(steps: int) -> None:
        nonlocal paid
        paid += 1
        spend(steps)

    monkeypatch.setattr(budget, "spend", counted)
    most = 0
    for source in BOMBS:
        with suppress(HomeError):
            template = Template(source)
            paid = 0
            template.read(payload)
        most = max(most, paid)

    assert 100 < most <= STEPS + 1


def test_payloads_and_templates_have_a_longest() -> None:
    with pytest.raises(HomeError, match="too long"):
        Template("{{ value }}").read("a" * (TEXT_LENGTH + 1))
    with pytest.raises(HomeError, match="too long"):
        Template("x" * (SOURCE_LENGTH + 1))


@pytest.mark.parametrize(
    "source",
    [
        "{{",
        "{% for %}",
        "{{ " + "(" * 900 + ")" * 900 + " }}",
        "{% if 1 %}" * 90 + "{% endif %}" * 90,
        "{{ " + "<".join("a" * 900) + " }}",
        "{{ 1|nosuch }}",
    ],
)
def test_a_broken_template_is_refused_when_it_is_announced(source: str) -> None:
    with pytest.raises(HomeError, match="template"):
        Template(source).read("")


WORDS = st.sampled_from(
    ["{{", "}}", "{%", "%}", "for", "in", "if", "else", "endif", "endfor", "set", "value",
     "value_json", ".", "|", "(", ")", "[", "]", ",", ":", "~", "+", "*", "**", "%", "'a'", "1",
     "0.5", "-1", "==", "not", "and", "range", "namespace", "loop", "ns", "map", "join",
     "replace", "format", "int", "float", "round", "regex_search", "tojson", "sort", "list",
     "items", "__class__", "recursive", "macro", "endmacro", "import"]
)  # fmt: skip


@given(words=st.lists(WORDS | st.text(max_size=4), max_size=25), payload=st.text(max_size=30))
def test_whatever_is_written_only_home_errors_come_out(words: list[str], payload: str) -> None:
    for source in (" ".join(words), "{{ " + " ".join(words) + " }}"):
        try:
            found = Template(source).read(payload)
        except HomeError:
            continue
        assert found is None or isinstance(found, str)


def test_every_operator_is_paid_for() -> None:
    assert Environment.intercepted_binops >= {"+", "-", "*", "/", "//", "**", "%"}
