"""The only place where the stages are joined: `build(config, ports)`.

The device and the simulator both call it; what differs between them is the ports.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as replace_struct

from device import models
from device.acquaintances import Acquaintances
from device.asr.acoustic import acoustic_model
from device.asr.freewords import FreeWords
from device.asr.homegrammar import HomeGrammar
from device.asr.language import likeliest, load_general
from device.asr.lexicon import Lexicon, shared_lexicon
from device.asr.phrasecheck import STOP_LOSS, STOP_WORDS, WAKE_LOSS, PhraseCheck, ways
from device.asr.recognizer import Recognizer
from device.asr.taught import NOTHING_TAUGHT, Taught
from device.asr.trees import Pronouncer
from device.audio.endpoint import Patience
from device.audio.vad import silero
from device.changes import VOLUME
from device.config import Config
from device.core import Speaker
from device.diary import Diary, kept_notebook
from device.dictionary import Dictionary
from device.events import AudioFrame, Wake
from device.hearing import Hearing, NoWakeWord
from device.home.dialect import Dialect
from device.home.homeassistant.dialect import HomeAssistant
from device.home.homefile import HomeFile, read_home
from device.home.homestate import HomeState
from device.home.plain import Plain
from device.home.tasmota import Tasmota
from device.home.zigbee2mqtt import Zigbee2Mqtt
from device.installed import Installed
from device.lessons import Lessons
from device.nlu.encoder import Encoder
from device.nlu.templates import (
    NO_SENTENCES,
    Sentences,
    answer_sentences,
    heard_sentences,
    load_sentences,
)
from device.nlu.understanding import Understanding
from device.ports import Packs, Ports
from device.pronunciations import kept_ways
from device.routing.dialogue import TYPED_PATIENCE_MS
from device.routing.pin import Pin
from device.routing.router import Router
from device.runtimes import usable
from device.safetyconfig import pin_of, rules_of
from device.skills import meanings
from device.skills.builtin import builtin_skills
from device.skillset import reading, skillset
from device.speech.speaking import Speaking
from device.speech.voice import Voice
from device.stage import Stage
from device.teaching.answers import Answers
from device.teaching.declaratives import Declaratives
from device.teaching.gaps import Gaps
from device.teaching.interview import Interview
from device.teaching.needs import Needs
from device.teaching.noticing import Noticing
from device.teaching.preferences import Preferences
from device.teaching.scopes import Scopes
from device.teaching.teacher import Teacher
from device.turns import Turns
from device.wake.attention import Attention
from device.wake.microwakeword import find, load_microwakeword, read_description
from device.wake.wakeword import WakeWord

OURS = ("inglenook", "hermes")
"""Topics below which no device but one of our own speaks."""


def build(config: Config, ports: Ports, *, hears: bool, wake: bool) -> Speaker:
    """Join the stages.

    Args:
        config: What the owner set.
        ports: The world.
        hears: Whether sound is listened to; typed requests need no recognition.
        wake: Whether sound streams through the wake word first; recordings need none and
            are heard to their end.

    Returns:
        A speaker that knows nothing of the home yet: hand it what the bus says.

    Raises:
        InglenookError: A model, a file or a setting cannot be used; one sentence.
    """
    place = usable(config.models.place)
    settings = replace_struct(config.models, delegate=place.delegate)
    config = replace_struct(config, models=settings)
    custom = custom_sentences(config)
    taught = kept_ways(ports.store)
    dictionary, grammar, ears = None, None, None
    if hears:
        general = load_general(_model_folder(config))
        dictionary = Dictionary(general, custom, taught)
        words = likeliest(general)
        grammar, ears = hearing(
            config, custom, taught, wake=wake, free=dictionary.words, words=words
        )
    understood = understanding(config, custom)
    encoder = _model(config, "encoder")
    read = reading(encoder, _model_folder(config))
    router, acquaintances = _skills(config, ports, read, made_by=encoder.manifest.sha256)
    teacher, noticing, interview = _teacher(config, understood, read)
    longest_ms = config.listening.longest_ms
    file = HomeFile() if config.home.file is None else read_home(Path(config.home.file))
    return Speaker(
        config=config,
        ports=ports,
        home=HomeState(
            dialects(config),
            file=file,
            answer_ms=config.home.answer_ms,
            rules=rules_of(config.safety),
        ),
        turns=Turns(
            understood,
            router,
            pin=_pin(config, ports),
            teacher=teacher,
            noticing=noticing,
            interview=interview,
            longest_ms=longest_ms,
        ),
        lessons=Lessons(ports.store),
        rules=rules_of(config.safety),
        diary=Diary(kept_notebook(ports), ports.clock, ports.store),
        speaking=Speaking(
            None if ports.loudspeaker is None else _voice(config),
            ports.loudspeaker,
            _volume(config, ports),
            signals=config.sound.signals,
        ),
        hearing=ears,
        grammar=grammar,
        dictionary=dictionary,
        acquaintances=acquaintances,
        installed=_installed(ports.packs, understood, router),
        awaits_answers=wake,
    )


def dialects(config: Config) -> list[Dialect]:
    """The ways in which the home's devices speak, as the config turns them on."""
    bases = config.home.zigbee2mqtt_bases
    found: list[Dialect] = [Zigbee2Mqtt(base) for base in bases]
    ignoring = (*bases, *OURS)
    tasmota = Tasmota(config.home.tasmota, ignoring=ignoring)
    if config.home.tasmota:
        found.append(tasmota)
    if config.home.homeassistant:
        prefix, theirs = config.home.homeassistant, tasmota.speaks_for
        found.append(HomeAssistant(prefix, ignoring=ignoring, spoken_for=theirs))
    return [*found, Plain()]


def custom_sentences(config: Config) -> Sentences:
    """The owner's sentences.

    Raises:
        GrammarError: A file is missing or broken.
    """
    if not config.sentences:
        return NO_SENTENCES
    return load_sentences(Path(name) for name in config.sentences)


def understanding(config: Config, custom: Sentences) -> Understanding:
    """Chunker, tagger and references, with the owner's sentences before them.

    Raises:
        ModelError: A model is missing, damaged or does not fit.
    """
    return Understanding(
        tagger=_model(config, "tagger"),
        chunker=_model(config, "chunker"),
        referents=_model(config, "referents"),
        uses=_model(config, "uses"),
        sentences=custom,
        folder=_model_folder(config),
    )


def wake_word(config: Config) -> Stage[AudioFrame, Wake]:
    """The wake word of a config.

    Raises:
        ModelError: The model is missing, damaged or does not fit.
    """
    model = load_microwakeword(config.wake.model, place=config.models.place)
    return WakeWord(model, threshold=config.wake.threshold, refractory_ms=config.wake.refractory_ms)


def home_grammar(
    custom: Sentences,
    taught: Taught = NOTHING_TAUGHT,
    *,
    pin: bool = False,
    words: Iterable[str] = (),
) -> HomeGrammar:
    """What can be said in any home, and how: the built-in sentences and the owner's.

    Args:
        custom: The owner's sentences.
        taught: How the owner says words.
        pin: Whether rows of digits can be said, in answer to a question for the PIN.
        words: Words that unknown names may be made of, beside the usual ones.
    """
    pronounce = Lexicon(taught).pronounce
    return HomeGrammar(
        heard_sentences(),
        custom,
        pronounce=pronounce,
        answers=answer_sentences(pin=pin),
        taught=taught,
        words=words,
    )


def hearing(
    config: Config,
    custom: Sentences,
    taught: Taught = NOTHING_TAUGHT,
    *,
    wake: bool,
    free: Callable[[], FreeWords | None] | None = None,
    words: Iterable[str] = (),
) -> tuple[HomeGrammar, Hearing]:
    """What can be said in any home, and the stages from sound to hypotheses.

    Args:
        config: Settings of listening and the models.
        custom: The owner's sentences.
        taught: How the owner says words.
        wake: Whether sound streams through the wake word first, and silence ends a request.
        free: Gives the words of speech that no sentence foresees; None where nobody dictates.
        words: Words that unknown names may be made of, beside the usual ones.

    Raises:
        ModelError: A model is missing, damaged or does not fit.
    """
    grammar = home_grammar(custom, taught, pin=rules_of(config.safety).pin, words=words)
    model = _model(config, "acoustic")
    return grammar, Hearing(
        attention(config, model if wake else None),
        lambda graph: Recognizer(acoustic_model(model), graph, free=free),
        stop_words=_stop_words(model) if wake else None,
    )


def attention(config: Config, acoustic: models.Model | None) -> Attention:
    """What finds the sound of a request in all that is heard.

    Args:
        config: Settings of listening and the models.
        acoustic: Looks once more at the wake word, through which sound streams first; None
            where there is no wake word, and a request ends where the sound does.

    Raises:
        ModelError: A model is missing, damaged or does not fit.
    """
    listening = config.listening
    patience = Patience(
        speech_threshold=listening.speech_threshold,
        silence_ms=listening.silence_ms,
        patience_ms=listening.patience_ms,
        longest_ms=listening.longest_ms,
    )
    if acoustic is None:
        patience = replace(patience, silence_ms=None, patience_ms=None)
        return Attention(NoWakeWord(), silero(), patience)
    check = _wake_check(config, acoustic) if config.wake.check else None
    return Attention(wake_word(config), silero(), patience, check=check)


def _installed(packs: Packs | None, understood: Understanding, router: Router) -> Installed | None:
    """Who looks after the skill packs, where there may be any."""
    if packs is None:
        return None
    return Installed(packs, router=router, understanding=understood)


def _skills(
    config: Config, ports: Ports, encoder: Encoder, *, made_by: str
) -> tuple[Router, Acquaintances | None]:
    """Who routes, and what is learned about skills where packs may come.

    Raises:
        ModelError: A model is missing, damaged or does not fit.
    """
    if ports.packs is None:
        return Router(builtin_skills()), None
    ranker = _model(config, "ranker")
    return skillset(config, ports, encoder=encoder, made_by=made_by, ranker=ranker)


def _teacher(
    config: Config, understood: Understanding, encoder: Encoder
) -> tuple[Teacher, Noticing, Interview]:
    """Who asks about what is not understood, who notices when, and who asks about likings.

    Raises:
        ModelError: A model is missing, damaged or does not fit.
    """
    gaps = Gaps(_model(config, "gap"), understood.table)
    scopes = Scopes(_model(config, "scope"), encoder)
    answers = Answers(_model(config, "concept"), understood.table, scopes)
    declaratives = Declaratives(_model(config, "declarative"), encoder)
    preferences = Preferences(declaratives)
    teacher = Teacher(
        gaps,
        answers,
        Needs(declaratives),
        preferences,
        understand=understood.requests,
        wording=meanings,
        patience_ms=TYPED_PATIENCE_MS,
    )
    interview = Interview(answers, preferences, patience_ms=TYPED_PATIENCE_MS)
    return teacher, Noticing(teacher, gaps, encoder.encode), interview


def _pin(config: Config, ports: Ports) -> Pin | None:
    """The PIN, where the owner set one.

    Raises:
        ConfigError: It cannot be read.
    """
    digits = pin_of(config.safety)
    if digits is None:
        return None
    return Pin(digits, ports.store, now_ms=ports.clock.monotonic_ms())


def _wake_check(config: Config, acoustic: models.Model) -> PhraseCheck | None:
    """The second look at the wake word; None where nobody knows how its phrase is said."""
    phrase = read_description(find(config.wake.model)).wake_word
    known = ways(phrase, Pronouncer(shared_lexicon().pronounce).sounds)
    if not known:
        return None
    return PhraseCheck(acoustic_model(acoustic), {phrase: known}, most_loss=WAKE_LOSS)


def _stop_words(acoustic: models.Model) -> PhraseCheck:
    """Hears the words that end what the speaker says or rings."""
    sounds = Pronouncer(shared_lexicon().pronounce).sounds
    known = {phrase: ways(phrase, sounds) for phrase in STOP_WORDS}
    return PhraseCheck(acoustic_model(acoustic), known, most_loss=STOP_LOSS)


def _model(config: Config, name: str) -> models.Model:
    return models.load(name, folder=_model_folder(config), place=config.models.place)


def _model_folder(config: Config) -> Path:
    return models.SHIPPED if config.models.folder is None else Path(config.models.folder)


def _volume(config: Config, ports: Ports) -> int:
    """The volume as it was left, else the config's."""
    kept = ports.store.load(VOLUME) or b""
    return min(int(kept), 100) if kept.isdigit() else config.speaker.volume


def _voice(config: Config) -> Voice:
    return Voice(voice=config.speaker.voice, words_per_minute=config.speaker.words_per_minute)
