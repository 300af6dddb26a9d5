"""Which devices are meant where the words leave it open, with the shipped model."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.context import Context, Habit
from device.errors import ModelError
from device.events import Request, Turn
from device.models import SHIPPED, load
from device.nlu.candidates import MOST, Breadth, Candidate, candidates, open_ended
from device.nlu.deeds import DEEDS, deed
from device.nlu.embedding import load_table
from device.nlu.mentions import JUST_S, mentions
from device.nlu.referents import Referents
from device.nlu.situation import GROUPS, WIDTH, rows
from device.nlu.targets import targets
from device.nlu.understanding import Understanding
from simulator.situations import KINDS, Situation, situation
from tests.skills.rooms import CONTEXT, HOME, NOW, asked, standing_in

MODEL = load("referents")
TABLE = load_table(
    SHIPPED,
    load("tagger").manifest.settings["table"],
    load("tagger").manifest.settings["table_sha256"],
)
REFERENTS = Referents(MODEL.run, MODEL.manifest, TABLE)


def after(context: Context, *requests: Request, seconds: float = 5) -> Context:
    at = NOW - timedelta(seconds=seconds)
    return replace(context, turns=(Turn(id="1", at=at, text="", requests=requests),))


def meant(request: Request, context: Context) -> set[str]:
    found = targets(REFERENTS.refer(request, context), context)
    return {d.name for d in found.devices}


def sure_of(request: Request, found: Sequence[Candidate], context: Context) -> list[float]:
    return [float(p) for p in REFERENTS.probabilities(request, found, context, mentions(context))]


@pytest.mark.parametrize(
    "request_",
    [
        asked("HassTurnOn", name="Kitchen light"),
        asked("HassTurnOn", area="Bedroom", domain="light"),
        asked("HassTurnOff", domain="light", scope="all"),
        asked("HassStartTimer", minutes=5),
        asked("OutOfScope"),
        asked("HassTurnOn", name="Zelmo"),
    ],
)
def test_where_the_words_say_enough_the_situation_changes_nothing(request_: Request) -> None:
    context = after(standing_in("Kitchen"), asked("HassTurnOn", name="Fan"))

    assert REFERENTS.refer(request_, context) is request_


def test_it_is_what_was_just_spoken_of() -> None:
    it = asked("HassTurnOff", scope="it")

    for name in ("Kitchen light", "Fan", "TV"):
        assert meant(it, after(CONTEXT, asked("HassTurnOn", name=name))) == {name}


def test_it_is_one_thing_that_was_just_spoken_of_and_no_group_of_before() -> None:
    lights = asked("HassTurnOn", domain="light", scope="all")
    spoken_of = mentions(after(CONTEXT, lights, asked("HassTurnOn", name="Fan")))
    again = replace(asked("HassTurnOff", scope="it"), text="switch it off again")

    found = candidates(again, CONTEXT, spoken_of)
    plural = candidates(replace(again, text="switch them off again"), CONTEXT, spoken_of)
    later = candidates(again, CONTEXT, [replace(m, age_s=JUST_S + 1) for m in spoken_of])

    assert {c.breadth for c in found} == {Breadth.NOTHING, Breadth.ONE}
    assert {c.breadth for c in plural} > {Breadth.MENTION}
    assert {c.breadth for c in later} > {Breadth.MENTION}


def test_words_that_were_hardly_understood_go_on_from_nothing() -> None:
    context = after(CONTEXT, asked("HassTurnOff", name="TV"))

    assert meant(asked("HassTurnOn"), context) == {"TV"}
    doubtful = asked("HassTurnOn", confidence=0.5)
    assert REFERENTS.refer(doubtful, context) is doubtful


def test_a_door_that_was_just_closed_can_be_opened_as_it_and_no_other_door_is_touched() -> None:
    context = after(CONTEXT, asked("HassTurnOn", name="Kitchen light"))
    open_it = asked("HassTurnOn", domain="cover", scope="it")

    assert meant(open_it, after(CONTEXT, asked("HassTurnOff", name="Blind"))) == {"Blind"}
    assert "Front door" not in meant(asked("HassTurnOff", scope="it"), context)


def test_what_is_usual_at_this_hour_is_what_a_bare_word_means() -> None:
    def usual(device_id: str) -> Context:
        often = tuple(
            Habit(deed="on", devices=frozenset({device_id}), at=NOW - timedelta(days=d))
            for d in range(1, 15)
        )
        return replace(standing_in("Living Room"), habits=often)

    lamp = asked("HassTurnOn", domain="light")

    assert meant(lamp, usual("living room/lamp")) == {"Lamp"}
    assert meant(lamp, usual("living room/ceiling light")) == {"Ceiling light"}


def test_a_deed_stands_for_the_machine_that_does_it_and_a_vague_one_for_the_usual_one() -> None:
    mornings = tuple(
        Habit(deed="on", devices=frozenset({"kitchen/coffee machine"}), at=NOW - timedelta(days=d))
        for d in range(1, 9)
    )
    coffee = asked("HassTurnOn", name="coffee", scope="implied")
    brewing = asked("HassTurnOn", name="brewing", scope="implied")

    assert meant(coffee, CONTEXT) == {"Coffee machine"}
    assert meant(brewing, replace(CONTEXT, habits=mornings)) == {"Coffee machine"}


def test_a_deed_that_no_machine_does_stands_for_none() -> None:
    assert meant(asked("HassTurnOn", name="laundry", scope="implied"), CONTEXT) == set()


def test_a_deed_does_not_stand_for_what_was_just_spoken_of() -> None:
    context = after(CONTEXT, asked("HassTurnOn", name="Movie night"), seconds=20)

    for text in ("coffee", "zorgle", "pizza"):
        doing = asked("HassTurnOn", name=text, scope="implied")
        assert meant(doing, context) == meant(doing, CONTEXT)


@pytest.mark.parametrize("scores", [(0.0, 0.4, -0.8, 0.0), (0.0, 0.1, -3.0, -3.0)])
def test_a_deed_whose_machine_is_not_sure_starts_none(scores: tuple[float, ...]) -> None:
    made = np.array(scores, np.float32) * MODEL.manifest.settings.get("temperature", 1.0)
    brew = asked("HassTurnOn", name="coffee", scope="implied")
    assert len(candidates(brew, CONTEXT, ())) == len(scores)

    assert not Referents(lambda _: [made], MODEL.manifest, TABLE).refer(brew, CONTEXT).meant


def test_the_probabilities_are_one_together_and_depend_on_no_order_of_the_home() -> None:
    context = after(standing_in("Living Room"), asked("HassTurnOn", name="TV"))
    turned = replace(context, home=replace(HOME, devices=HOME.devices[::-1]))
    request = asked("HassTurnOff", scope="it")
    found = [candidates(request, c, mentions(c)) for c in (context, turned)]
    sure = [
        dict(
            zip(
                [c.ids or c.breadth for c in f],
                REFERENTS.probabilities(request, f, x, mentions(x)),
                strict=True,
            )
        )
        for f, x in zip(found, (context, turned), strict=True)
    ]

    assert sum(sure[0].values()) == pytest.approx(1.0, abs=1e-5)
    assert sure[0].keys() == sure[1].keys()
    assert all(abs(sure[0][key] - sure[1][key]) < 0.05 for key in sure[0])


def test_a_model_that_was_trained_on_other_features_is_refused() -> None:
    settings_ = {**MODEL.manifest.settings, "features": {"deed": 3}}
    manifest = MODEL.manifest.__class__(
        **{f: getattr(MODEL.manifest, f) for f in MODEL.manifest.__struct_fields__}
        | {"settings": settings_}
    )

    with pytest.raises(ModelError, match="other features"):
        Referents(MODEL.run, manifest, TABLE)


def test_a_model_that_reads_with_other_word_vectors_than_the_tagger_is_refused(
    tmp_path: Path,
) -> None:
    found = json.loads((SHIPPED / "referents.json").read_text(encoding="utf-8"))
    found["settings"]["table_sha256"] = "0" * 64
    (tmp_path / "referents.json").write_text(json.dumps(found), encoding="utf-8")
    (tmp_path / "referents.tflite").write_bytes((SHIPPED / "referents.tflite").read_bytes())

    with pytest.raises(ModelError, match="other word vectors"):
        Understanding(
            tagger=load("tagger"),
            chunker=load("chunker"),
            referents=load("referents", folder=tmp_path),
        )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_the_situation_only_candidates_of_the_home_are_meant(seed: int) -> None:
    one = situation(Random(seed), "test")
    spoken_of = mentions(one.context)
    found = candidates(one.request, one.context, spoken_of)
    features, mask = rows(one.request, found, one.context, spoken_of, TABLE)
    referred = REFERENTS.refer(one.request, one.context)

    assert features.shape == (MOST, WIDTH)
    assert np.abs(features).max() <= 1.0
    assert mask.sum() == len(found) <= MOST
    assert found[0].breadth is Breadth.NOTHING
    assert len({c.ids or c.breadth for c in found}) == len(found)
    offered = {i for c in found for i in c.ids}
    assert set(referred.meant) <= offered
    labels = {one.context.home.label(d) for c in found for d in c.devices}
    assert set(referred.rivals) <= labels
    assert not (referred.meant and referred.rivals)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_people_have_in_mind_is_nearly_always_offered(seed: int) -> None:
    rng = Random(seed)
    drawn = [situation(rng, "test") for _ in range(25)]

    assert sum(_offered(one) for one in drawn) >= 20


def _offered(one: Situation) -> bool:
    assert one.kind in KINDS
    assert deed(one.request) in DEEDS
    spoken_of = mentions(one.context)
    found = candidates(one.request, one.context, spoken_of)
    if not open_ended(one.request, spoken_of, one.context):
        return False
    return any(c.ids == one.meant for c in found) if one.meant else len(found) > 0


def test_every_feature_belongs_to_one_group() -> None:
    columns: Sequence[int] = sorted(c for group in GROUPS.values() for c in group)

    assert columns == list(range(WIDTH))
