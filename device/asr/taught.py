"""The owner's own ways to say words, kept over restarts."""

from collections.abc import Iterable, Mapping

import msgspec

from device.asr.lexicon import Pronunciation
from device.asr.phonemes import PHONEMES
from device.errors import StoreError
from device.ports import Store

KEPT = "pronunciations"
"""Where the store keeps them."""
MOST_WAYS = 3
"""Own ways of one word that are kept; the oldest goes."""

Taught = Mapping[str, tuple[Pronunciation, ...]]
"""Words in lower case, each with the ways that its owner says it, newest first."""
NOTHING_TAUGHT: Taught = {}


def load_taught(store: Store) -> Taught:
    """What has been taught so far.

    Raises:
        StoreError: What is kept cannot be read or names sounds that do not exist.
    """
    content = store.load(KEPT)
    if content is None:
        return {}
    try:
        taught = msgspec.json.decode(content, type=dict[str, tuple[Pronunciation, ...]])
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise StoreError(f"the kept pronunciations cannot be read: {exc}") from exc
    for word, ways in taught.items():
        _check(word, ways)
    return taught


def teach(store: Store, word: str, way: Pronunciation) -> Taught:
    """Keep one more way to say a word, before those that were taught earlier.

    Args:
        store: Survives a restart.
        word: One word in any case.
        way: ARPAbet phonemes without stress, at least one.

    Returns:
        All that is taught now, for a new `Lexicon`.

    Raises:
        StoreError: The way has no sound or one that does not exist, or it cannot be written; what
            was kept before is still there.
    """
    word = word.lower()
    _check(word, (way,))
    before = load_taught(store)
    ways = tuple(dict.fromkeys((way, *before.get(word, ()))))[:MOST_WAYS]
    taught = {**before, word: ways}
    store.save(KEPT, msgspec.json.encode(taught))
    return taught


def unteach(store: Store, words: Iterable[str]) -> Taught:
    """Forget the own ways of some words.

    Args:
        store: Survives a restart.
        words: In any case; those that were never taught change nothing.

    Returns:
        All that is taught now, for a new `Lexicon`.

    Raises:
        StoreError: It cannot be written; what was kept before is still there.
    """
    before = load_taught(store)
    gone = {word.lower() for word in words}
    taught = {word: ways for word, ways in before.items() if word not in gone}
    if len(taught) < len(before):
        store.save(KEPT, msgspec.json.encode(taught))
    return taught


def _check(word: str, ways: tuple[Pronunciation, ...]) -> None:
    for way in ways:
        unknown = [sound for sound in way if sound not in PHONEMES]
        if unknown or not way:
            raise StoreError(f"{word!r} cannot be said as {list(way)}: no sounds of English")
