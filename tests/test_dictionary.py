"""The words of free speech follow the home, and nobody waits for them who need not."""

from collections.abc import Callable
from functools import cache
from typing import NoReturn, TypeVar

import pytest

from device.asr.language import General, load_general
from device.context import Device, Home
from device.dictionary import Dictionary
from device.errors import InglenookError
from tests.test_names_to_hear import Later, LaterJob

T = TypeVar("T")


class Doomed:
    """Somebody who works beside the core and never gets to the end."""

    def start(self, work: Callable[[], T]) -> LaterJob[T]:
        job: LaterJob[T] = LaterJob(fail)
        job.ready = True
        return job


def fail() -> NoReturn:
    raise InglenookError("it was ended")


@cache
def general() -> General:
    return load_general()


def home(name: str) -> Home:
    return Home(devices=(Device(id="a", name=name, room=None, kind="light"),))


def test_without_anybody_beside_the_core_the_words_are_made_when_wanted_and_once() -> None:
    dictionary = Dictionary(general())
    dictionary.know(home("Zogbert's lamp"), ("marmite",))

    words = dictionary.words()

    assert words is not None
    assert {"zogbert's lamp", "marmite"} <= set(words.language.words)
    assert dictionary.words() is words


def test_beside_the_core_the_old_words_serve_until_the_new_ones_are_there() -> None:
    dictionary, background = Dictionary(general()), Later()
    dictionary.know(home("Fan"), ())
    dictionary.work(background)
    assert dictionary.words() is None, "nobody waits for them"
    background.jobs[0].ready = True
    first = dictionary.words()
    dictionary.know(home("Zogbert's lamp"), ())
    dictionary.work(background)
    dictionary.work(background)

    assert dictionary.words() is first
    background.jobs[1].ready = True
    second = dictionary.words()

    assert second is not None
    assert "zogbert's lamp" in second.language.words
    assert len(background.jobs) == 2


def test_words_that_could_not_be_put_together_cost_one_warning_and_the_old_ones_stay(
    caplog: pytest.LogCaptureFixture,
) -> None:
    dictionary, background = Dictionary(general()), Later()
    dictionary.know(home("Fan"), ())
    dictionary.work(background)
    background.jobs[0].ready = True
    first = dictionary.words()
    dictionary.know(home("Zogbert's lamp"), ())
    dictionary.work(Doomed())

    assert dictionary.words() is first
    assert dictionary.words() is first
    assert [record.message for record in caplog.records] == ["it was ended"]


def test_a_home_that_changes_during_the_work_is_caught_up_with() -> None:
    dictionary, background = Dictionary(general()), Later()
    for name in ("Fan", "Zogbert's lamp"):
        dictionary.know(home(name), ())
        dictionary.work(background)
    assert len(background.jobs) == 1, "one thing after the other"
    background.jobs[0].ready = True
    dictionary.work(background)
    background.jobs[1].ready = True

    words = dictionary.words()

    assert words is not None
    assert "zogbert's lamp" in words.language.words
