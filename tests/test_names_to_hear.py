"""Recognition learns new names beside the core, and a start does not compile again."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import pytest
from hassil.intents import Intents
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.graph import Graph
from device.asr.graphfile import pack, unpack
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.context import Device, Home
from device.edges.background import Background
from device.edges.store import SqliteStore
from device.errors import GrammarError, InglenookError
from device.names import KEPT, Names
from device.nlu.templates import NO_SENTENCES, Sentences
from device.ports import Job

T = TypeVar("T")


def grammar(*templates: str) -> HomeGrammar:
    table = {"intents": {"Do": {"data": [{"sentences": list(templates)}]}}}
    parsed = Sentences(intents=Intents.from_dict({"language": "en", **table}), files=())
    return HomeGrammar(NO_SENTENCES, parsed, pronounce=shared_lexicon().pronounce)


LAMPS = grammar("turn (on|off) [the] {name}", "good night")


def home(*names: str) -> Home:
    return Home(devices=tuple(Device(id=n, name=n, room=None, kind="light") for n in names))


class LaterJob(Generic[T]):
    """Work that is done when the test says so."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self.ready = False

    def done(self) -> bool:
        return self.ready

    def result(self) -> T:
        assert self.ready, "nobody waits for it"
        return self._work()


class Later:
    """Somebody who works beside the core, and at the test's pace."""

    def __init__(self) -> None:
        self.jobs: list[LaterJob[Any]] = []

    def start(self, work: Callable[[], T]) -> LaterJob[T]:
        job = LaterJob(work)
        self.jobs.append(job)
        return job


def same(one: Graph, other: Graph) -> bool:
    arrays = [name for name in one.__dataclass_fields__ if name != "words"]
    equal = [np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays]
    kinds = [getattr(one, name).dtype == getattr(other, name).dtype for name in arrays]
    return one.words == other.words and all(equal) and all(kinds)


@cache
def packed(name: str) -> tuple[Graph, bytes, bytes]:
    graph, key = LAMPS.graph(home(name)), LAMPS.key(home(name))
    return graph, key, pack(graph, key)


@given(
    name=st.sampled_from(["Zogbert's lamp", "lampe über bett", "x"]), other=st.binary(max_size=40)
)
def test_a_graph_comes_back_from_its_bytes_and_only_under_its_own_key(
    name: str, other: bytes
) -> None:
    graph, key, content = packed(name)

    found = unpack(content, key)

    assert found is not None
    assert same(found, graph)
    assert other == key or unpack(content, other) is None


@given(data=st.data())
def test_damaged_bytes_are_never_taken_for_a_graph(data: st.DataObject) -> None:
    _, key, content = packed("fan")
    at = data.draw(st.integers(0, len(content) - 1))
    change = data.draw(st.integers(1, 255))
    damaged = content[:at] + bytes([content[at] ^ change]) + content[at + 1 :]

    for bad in (damaged, content[:at], b""):
        with pytest.raises(GrammarError, match="damaged"):
            unpack(bad, key)


def test_the_key_tells_everything_apart_that_sounds_different() -> None:
    one = LAMPS.key(home("fan"))

    assert LAMPS.key(home("fan")) == one
    assert LAMPS.key(home("fan"), ["milk"]) != one
    assert LAMPS.key(home("van")) != one
    assert grammar("turn (on|off) [the] {name}").key(home("fan")) != one
    assert grammar("turn (on|off) [the] {name}", "good night").key(home("fan")) == one


def test_a_second_start_compiles_nothing() -> None:
    store, background = SqliteStore(), Later()
    first = Names(LAMPS, store).look(home("fan"), {"shopping": ("milk",)})

    again = Names(LAMPS, store, background).look(home("fan"), {"shopping": ("milk",)})

    assert first is not None
    assert again is not None
    assert same(first, again)
    assert background.jobs == []


def test_a_damaged_graph_is_compiled_again_with_one_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = SqliteStore()
    store.save(KEPT, packed("fan")[2][:-7])

    with caplog.at_level(logging.WARNING):
        found = Names(LAMPS, store).look(home("fan"), {})

    assert found is not None
    assert same(found, packed("fan")[0])
    assert [record.message.count("damaged") for record in caplog.records] == [1]
    assert unpack(store.load(KEPT) or b"", packed("fan")[1]) is not None


def test_a_new_name_goes_into_the_graph_that_is_there_until_a_new_one_is_made() -> None:
    background = Later()
    names = Names(LAMPS, SqliteStore(), background)
    house = home("fan")

    assert names.look(house, {}) is None
    assert names.look(home("fan", "lamp"), {}) is None, "one thing after the other"
    background.jobs[0].ready = True
    old = names.look(home("fan", "lamp"), {})
    assert old is not None
    assert {"fan", "lamp"} <= set(old.words)
    assert names.look(home("fan", "lamp"), {}) is None
    assert len(background.jobs) == 2
    background.jobs[1].ready = True
    new = names.look(home("fan", "lamp"), {})
    assert new is not None
    assert {"fan", "lamp"} <= set(new.words)
    assert new.places < old.places, "compiled with it, not grown by it"


def test_sentences_that_cannot_be_said_are_complained_about_once() -> None:
    names = Names(grammar("{name} on"), SqliteStore())
    empty = home()

    with pytest.raises(GrammarError, match="no sentence"):
        names.look(empty, {})
    assert names.look(empty, {}) is None
    assert names.look(home("fan"), {}) is not None


@settings(max_examples=20)
@given(steps=st.lists(st.sampled_from(["fan", "lamp", "done"]), max_size=12))
def test_in_the_end_what_is_heard_are_the_names_of_the_home_as_it_is(steps: list[str]) -> None:
    background, now, heard = Later(), home("door"), None
    names = Names(LAMPS, SqliteStore(), background)
    for step in [*steps, "done", "done", "done"]:
        if step == "done":
            for job in background.jobs:
                job.ready = True
        else:
            now = home(step)
        heard = names.look(now, {}) or heard
    for _ in range(2):
        for job in background.jobs:
            job.ready = True
        heard = names.look(now, {}) or heard

    assert heard is not None
    assert now.devices[0].name in heard.words
    assert len({"fan", "lamp", "door"} & set(heard.words)) == 1


def killed(file: Path, times: int) -> int:
    """Work whose process is ended from outside the first few times."""
    with file.open("a", encoding="ascii") as log:
        log.write("begun\n")
    begun = file.read_text(encoding="ascii").count("begun")
    if begun <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return begun


def ended(work: Callable[[], T]) -> Job[T]:
    job = Background().start(work)
    while not job.done():
        time.sleep(0.01)
    return job


def test_work_whose_process_is_ended_from_outside_begins_again_but_not_for_ever(
    tmp_path: Path,
) -> None:
    assert ended(partial(killed, tmp_path / "once", 1)).result() == 2
    with pytest.raises(InglenookError, match="was ended from outside"):
        ended(partial(killed, tmp_path / "always", 99)).result()


def test_work_in_the_background_is_done_and_its_mistakes_come_back() -> None:
    assert Background().start(partial(sorted, [2, 1])).result() == [1, 2]
    with pytest.raises(TypeError):
        Background().start(partial(sorted, [2, "a"])).result()


class Counting(HomeGrammar):
    """Counts how often it was asked what it would make a graph of."""

    asked = 0

    def key(self, home: Home, known: Iterable[str] = ()) -> bytes:
        type(self).asked += 1
        return super().key(home, known)


def test_a_device_that_comes_and_goes_is_not_learned_anew(tmp_path: Path) -> None:
    Counting.asked = 0
    sentences = LAMPS._custom
    names = Names(
        Counting(NO_SENTENCES, sentences, pronounce=shared_lexicon().pronounce),
        SqliteStore(tmp_path / "store"),
    )
    there = home("Lamp", "Fan")
    gone = replace(there, devices=(replace(there.devices[0], available=False), there.devices[1]))
    items: dict[str, tuple[str, ...]] = {}

    first = names.look(there, items)
    assert first is not None
    assert [names.look(one, items) for one in (gone, there, gone)] == [None] * 3
    assert Counting.asked == 1

    assert names.look(home("Lamp"), {}) is not None
    assert names.look(there, items) is not None, "known before, but not what was learned last"
