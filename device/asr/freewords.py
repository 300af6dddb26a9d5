"""All words that can be said in one home in any order: what dictation searches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from device.asr.language import General, HomeLanguage
from device.asr.lexicon import Lexicon
from device.asr.samples import samples
from device.asr.symbols import names_of
from device.asr.taught import NOTHING_TAUGHT, Taught
from device.asr.trees import Pronouncer
from device.asr.wordtree import WordTree, word_tree
from device.context import Home
from device.nlu.templates import NO_SENTENCES, Sentences

PACK_SAMPLES = 60
"""Sentences of a skill pack that the language model counts; more where it has more templates."""


@dataclass(frozen=True, slots=True)
class FreeWords:
    """The words, as sounds and one after the other."""

    language: HomeLanguage
    tree: WordTree


def free_words(
    general: General,
    home: Home,
    known: Iterable[str] = (),
    *,
    custom: Sentences = NO_SENTENCES,
    packs: Sequence[Sentences] = (),
    taught: Taught = NOTHING_TAUGHT,
    names: Iterable[str] = (),
) -> FreeWords:
    """Put the words of a home together; takes a second or two.

    Args:
        general: The language model that ships.
        home: Its names.
        known: Texts that may be said besides, such as items on its lists.
        custom: The owner's sentences.
        packs: Sentences of skill packs.
        taught: How the owner says words.
        names: What the owner has taught besides, wherever it may be said.
    """
    own = [] if custom.empty else samples(custom)
    said = own + [words for pack in packs for words in samples(pack, count=PACK_SAMPLES)]
    language = HomeLanguage(general, names_of(home, known, (*taught, *names)), said)
    # Ten thousand pronunciations are wanted once: they go with this lexicon.
    pronouncer = Pronouncer(Lexicon(taught).pronounce)
    return FreeWords(language, word_tree(language.words, language.unigram(), pronouncer))
