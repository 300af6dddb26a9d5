"""Sentences of grammars that no model has seen, by synthetic strangers in computed rooms."""

from collections.abc import Sequence
from functools import partial
from itertools import islice

from device.asr.acoustic import acoustic_model
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.asr.recognizer import Recognizer
from device.asr.trees import Pronouncer
from device.models import load
from device.nlu.templates import NO_SENTENCES, Sentences, builtin_sentences
from export.recognition import domains
from export.recognition.domains import Domain
from export.recognition.duel import HEADS, Duel, duel, same_words
from export.recognition.figures import calibration, reliability
from export.recognition.hardships import CLEAN, ROOMS, heard_in
from export.recognition.parts import Options, Part, Task, table
from export.recognition.sphinx import Sphinx
from export.recognition.spoken import household_texts, said
from simulator.homefile import furnished_home

HARDSHIPS = (CLEAN, *ROOMS)
REJECTED = 0.5
"""Score under which the speaker asks again."""
SHOWN = 12


def tasks(options: Options) -> list[Task]:
    """One for each grammar, and one for the whole home."""
    return [
        *(partial(measured, name.name, options) for name in domains.domains()),
        partial(at_home, options),
    ]


def measured(name: str, options: Options) -> dict[str, Duel]:
    """Both engines on one grammar, by hardship."""
    domain = next(one for one in domains.domains() if one.name == name)
    known = domains.parsed(domain)
    pronounce = shared_lexicon().pronounce
    graph = HomeGrammar(NO_SENTENCES, known, pronounce=pronounce).graph(domain.home)
    recognizer = Recognizer(acoustic_model(load("acoustic")), graph)
    sphinx = Sphinx(Pronouncer(pronounce))
    sphinx.use(domains.as_jsgf(domain))
    texts = list(islice(domains.texts(domain, seed=1), options.sentences))
    sayings = said(texts, seed=2)
    return {
        hardship.name: duel(
            recognizer,
            sphinx,
            heard_in(sayings, hardship, options.speech, seed=3),
            partial(same_meaning, known, domain),
        )
        for hardship in HARDSHIPS
    }


def same_meaning(known: Sentences, domain: Domain, found: str, wanted: str) -> bool:
    """Whether two sentences are said alike, or have one intent and the same slots and values."""
    if same_words(found, wanted):
        return True
    meant = domains.meaning(known, wanted, domain.home)
    return meant is not None and domains.meaning(known, found, domain.home) == meant


def at_home(options: Options) -> dict[str, Duel]:
    """The whole home: every built-in sentence, joined by "and" or not, and open parts."""
    grammar = HomeGrammar(builtin_sentences(), pronounce=shared_lexicon().pronounce)
    recognizer = Recognizer(acoustic_model(load("acoustic")), grammar.graph(furnished_home()))
    sayings = said(list(islice(household_texts(1), options.sentences)), seed=2)
    found: dict[str, Duel] = {}
    for hardship in HARDSHIPS:
        there = heard_in(sayings, hardship, options.speech, seed=3)
        found[hardship.name] = duel(recognizer, None, there, same_words)
    return found


def page(options: Options, results: Sequence[dict[str, Duel]]) -> str:
    """The tables, by grammar and together, and what confidences are worth."""
    *each, home = results
    rows: list[str] = []
    for domain, found in zip(domains.domains(), each, strict=True):
        count = domains.readings(domains.words(domain, polite=False))
        title = f"{domain.name}: {domain.about}, {power(count)} sentences"
        rows += [f"{title} | {name} | {cells(one)}" for name, one in found.items()]
    together = {one.name: sum((found[one.name] for found in each), Duel()) for one in HARDSHIPS}
    rows += [f"**all five** | {name} | {cells(one)}" for name, one in together.items()]
    at_home = [f"{name} | {one.ours.cells}" for name, one in home.items()]
    return f"""## Grammars that no model has seen

Five files of custom sentences (`export/recognition/*.yaml`) with nested rules, optional groups
and free order, {options.sentences} sentences of each drawn at random, spoken by held-out
synthetic voices (`strangers.py`: accents and throats that training does not use), as they are and
in computed rooms (0.8 to 3 m, reverberation 0.2 to 0.6 s) without and with recorded kitchen
noise. *Right* is a sentence whose intent and all slots are right, or all of whose words are.
*Computing* is seconds of one thread for each second of sound. PocketSphinx 5 has the same
sentences as JSGF (`jsgf.py`), hears the same sound and is judged the same way.

{table(f"grammar | heard | {HEADS}", rows)}

The whole home at once: every built-in sentence with the names of the furnished house, requests
joined by "and", open parts with words of no list, {options.sentences} of them; right is word for
word. JSGF cannot be given what has no end.

{table("heard | right | word errors | computing", at_home)}

{confidence(together)}

What went wrong in a room (said / heard):

{misses(together)}"""


def power(count: int) -> str:
    """A large number, as people write it.

    Example: 81234 -> "8·10^4"
    """
    digits = len(str(count)) - 1
    return f"{round(count / 10**digits)}·10^{digits}"


def cells(one: Duel) -> str:
    """Both engines' cells of a row."""
    return f"{one.ours.cells} | {one.theirs.cells}"


def confidence(together: dict[str, Duel]) -> str:
    """How far confidences can be trusted."""
    rows = []
    for name, one in together.items():
        refused = sum(ok and sure < REJECTED for sure, ok in one.pairs)
        taken = sum(not ok and sure >= REJECTED for sure, ok in one.pairs)
        errors = f"{calibration(one.pairs):.3f} | {calibration(one.word_pairs):.3f}"
        rows.append(f"{name} | {errors} | {refused} | {taken} | {len(one.pairs)}")
    words = [pair for one in together.values() for pair in one.word_pairs]
    bins = [f"{sure:.2f} | {right:.2f} | {count}" for sure, right, count in reliability(words)]
    heads = "heard | sentences | words | right but refused | wrong but taken | of"
    return f"""### What confidences are worth

Expected calibration error of sentences and words in the five grammars, and what a bar of
{REJECTED} does with sentences.

{table(heads, rows)}

Words of all conditions, in five bins of confidence:

{table("mean confidence | share right | words", bins)}"""


def misses(together: dict[str, Duel]) -> str:
    """Some sentences that were heard wrong in a room without noise."""
    shown = together[ROOMS[0].name].misses[:SHOWN]
    return "\n".join(f"- {said} / {found}" for said, found in shown) or "- (nothing)"


PART = Part(name="grammars", tasks=tasks, page=page)
