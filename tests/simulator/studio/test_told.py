"""What goes to pages and into files is what it was made of."""

import asyncio
import json
import tomllib
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.written import read_scenario
from simulator.studio.pages import MOST, Page, Pages
from simulator.studio.saving import Script, Step, written
from simulator.studio.views import changes

AT = datetime(2026, 11, 20, 21, 30)
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
VALUES = st.one_of(TEXTS, st.integers(-1000, 1000), st.floats(-100, 100), st.booleans())
ENTRIES = st.dictionaries(st.sampled_from("abc"), st.fixed_dictionaries({"v": st.integers(0, 2)}))


@given(before=ENTRIES, now=ENTRIES)
def test_changes_lead_from_before_to_now_and_name_nothing_else(
    before: dict[str, dict[str, int]], now: dict[str, dict[str, int]]
) -> None:
    found = changes(before, now)

    after = {**before, **found}
    assert {name: entry for name, entry in after.items() if entry is not None} == now
    assert all(before.get(name) != entry for name, entry in found.items())


@given(
    name=TEXTS,
    values=st.dictionaries(TEXTS, st.dictionaries(TEXTS, VALUES, max_size=3), max_size=3),
    reply=TEXTS,
)
def test_whatever_is_saved_is_read_again(
    name: str, values: dict[str, dict[str, object]], reply: str
) -> None:
    expect = {"reply": reply, "commands": [{"device": name, "value": 20.5}]}
    steps = [Step(does={"touch": values}, at=AT), Step(does={"say": name}, at=AT, expect=expect)]

    found = tomllib.loads(written(steps, name=name, room="Kitchen"))

    assert found["steps"] == [{"touch": values}, {"say": name, "expect": expect}]
    assert (found["name"], found["at"], found["room"]) == (name, AT, "Kitchen")


@given(text=TEXTS, reply=TEXTS)
def test_a_saved_turn_is_a_scenario_of_the_simulator(text: str, reply: str) -> None:
    script = Script()
    script.did({"wait": "10m"}, AT)
    script.did({"misbehave": {"device": text, "fault": "slow", "pace_ms": 800}}, AT)
    script.did({"broker": "gone"}, AT)
    script.said("one", AT, {"text": text, "commands": [], "asks": "teach", "reply": reply})

    with TemporaryDirectory() as folder:
        file = Path(folder) / "saved.toml"
        content = script.scenario("one", whole=True, room=None, person="Ada")
        file.write_bytes(content.encode())
        found = read_scenario(file)

    assert [step.kind for step in found.steps] == ["wait", "misbehave", "broker", "say"]
    assert found.steps[-1].say == text
    assert (found.steps[-1].expect.reply, found.steps[-1].expect.asks) == (reply, "teach")
    assert found.person == "Ada"


def test_a_page_that_cannot_keep_up_is_let_go_and_no_other() -> None:
    async def watched() -> tuple[list[str | None], list[str | None]]:
        pages, slow, quick = Pages(), Page(), Page()
        pages.add(slow)
        pages.add(quick)
        heard: list[str | None] = []
        for number in range(MOST + 3):
            pages.tell({"is": "number", "number": number})
            heard.append(await quick.next())
        return [await slow.next() for _ in range(MOST + 1)], heard

    slow, quick = asyncio.run(watched())

    assert slow[-1] is None
    assert None not in slow[:-1]
    assert [json.loads(one or "")["number"] for one in quick] == list(range(MOST + 3))
