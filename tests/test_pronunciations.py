"""An owner shows how a name is said: it is heard so at once, kept, and forgotten when asked to."""

import logging
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
import soxr
from hassil.intents import Intents

from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.asr.phonemes import LABELS, indices
from device.asr.taught import KEPT, load_taught
from device.context import Device, Home, Sounds
from device.edges.background import Background
from device.edges.store import SqliteStore
from device.effects import ForgetPronunciation, LearnPronunciation
from device.errors import TeachingError
from device.events import RATE_HZ, Ask
from device.names import Names
from device.nlu.templates import NO_SENTENCES, Sentences
from device.pronunciations import Pronunciations, kept_ways
from device.speech import espeak
from simulator.session import Scene, Session
from tests.asr.spoken import log_probs

OWN = ("Z", "OW", "G", "B", "EH", "R")
HOME = Home(devices=(Device(id="1", name="Zogbert's lamp", room=None, kind="light"),))
HOUSE = """
[[rooms]]
name = "Bedroom"
[[devices]]
name = "Zogbert's lamp"
room = "Bedroom"
kind = "light"
dialect = "zigbee2mqtt"
capabilities = ["power"]
"""


def grammar() -> HomeGrammar:
    table = {"intents": {"Do": {"data": [{"sentences": ["turn on [the] {name}"]}]}}}
    parsed = Sentences(intents=Intents.from_dict({"language": "en", **table}), files=())
    return HomeGrammar(NO_SENTENCES, parsed, pronounce=shared_lexicon().pronounce)


def sounds(way: tuple[str, ...]) -> Sounds:
    rows = log_probs([label for one in indices(way) for label in (one, one, 0)])
    return Sounds(content=rows.tobytes(), labels=len(LABELS))


def learn(*way: str, name: str = "Zogbert") -> LearnPronunciation:
    return LearnPronunciation(name=name, sounds=(sounds(way), sounds(way)))


def test_a_name_is_in_the_graph_as_it_was_said_at_the_next_look_and_after_a_restart() -> None:
    store = SqliteStore()
    names = Names(grammar(), store)
    before = names.look(HOME, {})
    items = {"shopping": ("milk",)}
    assert names.look(HOME, items) is not None

    assert Pronunciations(store, names).carry_out(learn(*OWN)) is None
    taught = names.look(HOME, items)

    assert before is not None
    assert taught is not None
    assert taught.nodes > before.nodes
    again = Names(grammar().knowing(kept_ways(store)), store).look(HOME, items)
    assert again is not None
    assert np.array_equal(again.sound, taught.sound)


def test_what_was_taught_is_part_of_the_key_and_comes_back_with_it() -> None:
    plain, taught = grammar(), grammar().knowing({"zogbert": (OWN,)})

    assert plain.key(HOME) != taught.key(HOME)
    assert plain.key(HOME) == taught.knowing({}).key(HOME)
    assert plain.graph(HOME).nodes == taught.knowing({}).graph(HOME).nodes


def test_forgetting_a_name_forgets_what_was_learned_of_it_and_of_nothing_else() -> None:
    store = SqliteStore()
    names = Names(grammar(), store)
    usual = names.look(HOME, {})
    pronunciations = Pronunciations(store, names)
    pronunciations.carry_out(learn(*OWN))
    pronunciations.carry_out(learn("M", "IY", "R", "AE", "B", "AH", name="Mirabel"))

    assert pronunciations.carry_out(ForgetPronunciation(name="Zogbert's lamp")) is None

    assert set(load_taught(store)) == {"mirabel"}
    found = names.look(HOME, {})
    assert found is not None
    assert usual is not None
    assert np.array_equal(found.sound, usual.sound)
    told = pronunciations.carry_out(ForgetPronunciation(name="Zogbert"))
    assert told == "I had not learned how you say Zogbert."


def test_a_way_that_is_known_already_compiles_nothing() -> None:
    store, way = SqliteStore(), shared_lexicon().pronounce("zogbert")[0]
    names = Names(grammar(), store)
    names.look(HOME, {})

    told = Pronunciations(store, names).carry_out(learn(*way))

    assert told == "That is how I hear Zogbert already."
    assert load_taught(store) == {}
    assert names.look(HOME, {}) is None


def test_what_cannot_be_the_name_changes_nothing() -> None:
    store = SqliteStore()
    Pronunciations(store, None).carry_out(learn(*OWN))

    with pytest.raises(TeachingError, match="did not sound like Zogbert"):
        Pronunciations(store, None).carry_out(learn("T"))

    assert load_taught(store) == {"zogbert": (OWN,)}


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"zogbert": [["QQ"]]}'])
def test_a_damaged_record_is_set_aside_with_one_line_and_teaching_goes_on(
    content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqliteStore()
    store.save(KEPT, content)
    store.save("notebook", b"lists")

    with caplog.at_level(logging.WARNING):
        assert kept_ways(store) == {}
        assert kept_ways(store) == {}

    assert len(caplog.records) == 1
    assert "set aside" in caplog.text
    assert store.load(f"{KEPT}-unreadable") == content
    assert store.load("notebook") == b"lists"
    Pronunciations(store, None).carry_out(learn(*OWN))
    assert load_taught(store) == {"zogbert": (OWN,)}


def test_after_ways_that_cannot_be_read_names_are_still_learned_beside_the_core() -> None:
    store = SqliteStore()
    store.save(KEPT, b"damaged")

    knowing = grammar().knowing(kept_ways(store))

    assert Background().start(partial(knowing.key, HOME)).result() == knowing.key(HOME)


def said(text: str, words_per_minute: int) -> Iterator[bytes]:
    """A recording of a synthetic voice, a little quiet around."""
    raw, rate_hz = espeak.synthesize(text, voice="en-us+m3", words_per_minute=words_per_minute)
    voice = soxr.resample(np.frombuffer(raw, "<i2").astype(np.float32), rate_hz, RATE_HZ)
    quiet = np.random.default_rng(0).normal(0, 5, len(voice) + 10_000)
    sound = np.pad(voice * 0.6, (4_000, 6_000)) + quiet
    yield np.clip(np.rint(sound), -32_768, 32_767).astype("<i2").tobytes()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("home")
    (folder / "home.toml").write_text(HOUSE, encoding="utf-8")
    return Scene(home=folder / "home.toml", store=folder / "speaker.db")


def test_a_lesson_from_the_first_word_to_the_last(scene: Scene) -> None:
    with Session(scene, hears=True) as session:
        speaker = session.speaker
        graphs = speaker.learned

        (first,) = session.say("learn how I say Zogbert")
        (second,) = session.hear(said("zohgbear", 140))
        (third,) = session.hear(said("zohgbear", 120))
        session.wait(1)

        assert [turn.reply.asks for turn in (first, second, third)] == [Ask.TEACH, Ask.TEACH, None]
        assert "Zogbert" in first.reply.text
        assert second.reply.text == "Once more, please."
        assert third.reply.text == "I have learned how you say Zogbert."
        assert third.error is None
        assert third.requests[0].intent == "LearnPronunciation"
        assert speaker.learned == graphs + 1

    with Session(scene) as again:
        assert set(load_taught(again.store)) == {"zogbert"}
        (gone,) = again.say("please forget how I say Zogbert's lamp")
        assert gone.reply.text == "I listen for Zogbert's lamp as it is written."
        assert load_taught(again.store) == {}


def test_a_lesson_ends_by_a_no_by_a_request_and_by_itself(scene: Scene) -> None:
    with Session(scene, hears=True) as session:
        session.say("learn how I say Zogbert")
        (refused,) = session.say("never mind")
        session.say("learn how I say Zogbert")
        session.hear(said("zohgbear", 140))
        (other,) = session.say("turn on Zogbert's lamp")
        session.say("learn how I say Zogbert")
        session.hear(said("zohgbear", 140))
        session.wait(61_000)
        (late,) = session.hear(said("zohgbear", 120))

        assert refused.reply.text == "OK, I won't."
        assert [o.command.value for o in other.outcomes] == ["on"]
        assert not late.requests or late.requests[0].intent != "LearnPronunciation"
        assert load_taught(session.store) == {}


def test_a_keyboard_shows_no_sound(scene: Scene) -> None:
    with Session(scene) as session:
        (asked,) = session.say("you pronounce Zogbert's lamp wrong")
        (again,) = session.say("zohgbear")
        (over,) = session.say("zohgbear")

        assert asked.reply == again.reply
        assert asked.reply.asks is Ask.TEACH
        assert over.reply.text == "OK, I leave it."
        assert load_taught(session.store) == {}
