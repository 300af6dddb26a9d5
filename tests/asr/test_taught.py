"""The owner's own ways to say words go first and survive restarts."""

import pickle
from pathlib import Path

import pytest

from device.asr.lexicon import Lexicon
from device.asr.taught import KEPT, MOST_WAYS, load_taught, teach
from device.edges.store import SqliteStore
from device.errors import StoreError

OWN = ("Z", "OW", "G", "B", "EH", "R")


def test_what_was_taught_is_there_after_a_restart_and_goes_first(tmp_path: Path) -> None:
    teach(SqliteStore(tmp_path / "home.db"), "Zogbert", OWN)

    taught = load_taught(SqliteStore(tmp_path / "home.db"))

    ways = Lexicon(taught).pronounce("zogbert")
    assert ways == (OWN, *Lexicon().pronounce("zogbert"))
    assert Lexicon(taught).pronounce("Zogbert's")[0] == (*OWN, "Z")


def test_a_word_of_the_dictionary_can_be_taught_too_and_keeps_its_usual_way() -> None:
    own = ("T", "OW", "M", "AA", "T", "OW")
    plain = Lexicon().pronounce("spatula")

    lexicon = Lexicon({"spatula": (own,)})

    assert lexicon.pronounce("spatula") == (own, *plain)
    assert lexicon.pronounce("spatula's")[0][: len(own)] == own
    assert lexicon.pronounce("spatula-lamp")[0][: len(own)] == own


def test_a_lexicon_in_another_process_knows_what_was_taught() -> None:
    sent: Lexicon = pickle.loads(pickle.dumps(Lexicon({"zogbert": (OWN,)})))

    assert sent.pronounce("zogbert")[0] == OWN


def test_the_newest_ways_are_kept_each_once() -> None:
    store = SqliteStore()
    ways = [(*OWN, last) for last in ("T", "D", "S", "T", "Z")]

    for way in ways:
        taught = teach(store, "zogbert", way)

    assert taught == load_taught(store)
    assert taught["zogbert"] == (ways[4], ways[3], ways[2])
    assert len(taught["zogbert"]) == MOST_WAYS


@pytest.mark.parametrize("way", [(), ("ZZ",), ("AH0",)])
def test_what_is_no_sound_is_refused_and_nothing_is_lost(way: tuple[str, ...]) -> None:
    store = SqliteStore()
    teach(store, "zogbert", OWN)

    with pytest.raises(StoreError, match="cannot be said"):
        teach(store, "zogbert", way)

    assert load_taught(store) == {"zogbert": (OWN,)}


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[1]", b'{"zogbert": [["QQ"]]}'])
def test_a_broken_record_has_one_clear_sentence(content: bytes) -> None:
    store = SqliteStore()
    store.save(KEPT, content)

    with pytest.raises(StoreError, match=r"cannot be (read|said)"):
        load_taught(store)
