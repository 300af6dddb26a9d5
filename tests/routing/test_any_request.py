"""No request whatever makes a skill stumble: custom sentences put any value into any slot."""

from dataclasses import replace
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from device.context import Context
from device.effects import Notebook
from device.events import Request
from device.nlu.intents import INTENTS
from device.routing.agenda import lay_out
from device.routing.reply import reply_to
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.notebook import due, lists_json, restore, save, timers_json
from device.skills.safety import risky
from tests.skills.rooms import CONTEXT, HOME, asked, asked_for, done

ROUTER = Router(builtin_skills())

values = (
    st.sampled_from(
        ["up", "down", "on", "off", "", "red", "07:30", "25:99", "2026-11-21", "2026-13-45"]
        + ["monday", "everyday", "light", "cover", "blind", "heat", "-5", "a\nb", "Ünïcode"]
        + [d.name for d in HOME.devices[:6]]
        + ["Kitchen", "Ground Floor"]
    )
    | st.sampled_from([0, 1, -1, 50, 100, 101, 10**12, 0.5, 21.5, -0.0])
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)


@st.composite
def any_request(draw: st.DrawFn) -> Request:
    intent = draw(st.sampled_from(sorted(INTENTS)))
    names = sorted(INTENTS[intent].slots)
    slots = draw(st.dictionaries(st.sampled_from(names), values, max_size=4)) if names else {}
    scope = draw(st.sampled_from(["", "all", "any", "which", "how_many", "other", "here"]))
    return replace(asked_for(intent, slots), scope=scope)


BUSY: Context = replace(
    CONTEXT,
    room="Kitchen",
    notebook=Notebook(
        lists=MappingProxyType({"shopping": ("milk",)}), ringing=("Your timer is done.",)
    ),
)


@settings(max_examples=150)
@given(requests=st.lists(any_request(), min_size=1, max_size=3))
def test_every_turn_has_an_answer_and_a_notebook_that_can_be_kept(requests: list[Request]) -> None:
    agenda = lay_out(requests, BUSY, ROUTER)
    reply = reply_to(agenda, done(*agenda.commands), BUSY)

    assert reply.text
    assert (agenda.question is None) or not agenda.commands
    assert not any(risky(command, BUSY) for command in agenda.commands)
    if agenda.volume is not None:
        assert 0 <= agenda.volume <= 100
    if agenda.notebook is not None:
        again = restore(save(agenda.notebook, BUSY.now, BUSY.now_ms), BUSY.now, BUSY.now_ms)
        assert again == agenda.notebook
        assert timers_json(again, BUSY.now_ms) == timers_json(agenda.notebook, BUSY.now_ms)
        assert lists_json(again) == lists_json(agenda.notebook)
        due(again, BUSY.now, BUSY.now_ms)


def test_every_number_that_is_sent_lies_in_what_the_device_takes() -> None:
    sent = [
        command
        for n in (-5, 0, 7, 30, 31, 100, 101)
        for request in (
            asked("HassLightSet", name="Kitchen light", brightness=n),
            asked("HassSetPosition", name="Blind", position=n),
            asked("HassFanSetSpeed", name="Fan", percentage=n),
            asked("HassClimateSetTemperature", name="Bedroom thermostat", temperature=n),
            asked("HassSetVolume", name="TV", volume_level=n),
        )
        for command in lay_out([request], CONTEXT, ROUTER).commands
    ]

    limits = {"target_temperature": (7, 30)}
    numbers = [(c.capability, c.value) for c in sent if not isinstance(c.value, str)]
    assert len(numbers) > 15
    for capability, value in numbers:
        low, high = limits.get(capability, (0, 100))
        assert low <= value <= high
