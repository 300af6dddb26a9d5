"""What is there, what is missing, and the command that mends it."""

import importlib
import importlib.metadata
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from device import models, runtimes
from device.asr.lexicon import shared_lexicon
from device.asr.phrasecheck import doubt
from device.asr.trees import Pronouncer
from device.brokercheck import look_at_broker
from device.config import Config
from device.edges.echo import Echo
from device.edges.gpio import GpioPanel
from device.edges.inbox import Inbox
from device.edges.packfolder import PackFolder
from device.edges.portaudio import Device, Kind, device_info
from device.edges.store import SqliteStore
from device.errors import InglenookError
from device.findings import Finding, Health
from device.microphone import KEY, TOPIC, kept
from device.skills.pack import Standing
from device.speech import espeak
from device.wake.microwakeword import find, load_microwakeword, read_description

COLOURS = {Health.GOOD: "green", Health.LIMITED: "yellow", Health.BROKEN: "red"}


def examine(config: Config) -> Iterator[Finding]:
    """Look at everything that a speaker with this config needs."""
    version = platform.python_version()
    yield Finding(
        what="Python", health=Health.GOOD, text=f"{version} on {sys.platform} {platform.machine()}"
    )
    yield _runtime(config)
    yield from _models(config)
    yield _wake_word(config)
    yield _delegate(config)
    yield _voice(config)
    yield from _sound_cards(config)
    yield _heard(config)
    yield _echo(config)
    yield from _pins(config)
    yield _packs(config)
    yield from look_at_broker(config)


def _packs(config: Config) -> Finding:
    """The owner's skill packs."""
    folder = PackFolder(Path(config.skills.folder))
    own = [standing for pack, standing in folder.packs() if not pack.builtin]
    text = f"{len(own)} in {folder.folder}, {own.count(Standing.ENABLED)} enabled"
    if not folder.broken:
        return Finding(what="skill packs", health=Health.GOOD, text=text)
    why = "; ".join(folder.broken.values())
    mend = "mend it, or inglenook skills remove ID"
    return Finding(
        what="skill packs", health=Health.LIMITED, text=f"{text}; passed over: {why}", mend=mend
    )


def _runtime(config: Config) -> Finding:
    try:
        name = runtimes.runtime(config.models.runtime)
    except InglenookError as exc:
        mend = "pip install ai-edge-litert"
        return Finding(what="TFLite runtime", health=Health.BROKEN, text=str(exc), mend=mend)
    version = importlib.metadata.version(name)
    return Finding(what="TFLite runtime", health=Health.GOOD, text=f"{name} {version}")


def _models(config: Config) -> Iterator[Finding]:
    folder = Path(config.models.folder) if config.models.folder else models.SHIPPED
    manifests = sorted(folder.glob("*.json"))
    if not manifests:
        mend = "pip install --force-reinstall inglenook"
        yield Finding(what="models", health=Health.BROKEN, text=f"none in {folder}", mend=mend)
    for path in manifests:
        what = f"model {path.stem}"
        try:
            manifest = models.read_manifest(path)
            if manifest.file.endswith(".tflite"):
                models.load(path.stem, folder=folder, place=config.models.place)
            else:
                models.content(path.stem, folder=folder)
        except InglenookError as exc:
            mend = "pip install --force-reinstall inglenook"
            yield Finding(what=what, health=Health.BROKEN, text=str(exc), mend=mend)
            continue
        size = (folder / manifest.file).stat().st_size / 1e6
        text = f"version {manifest.version}, {size:.2f} MB, SHA-256 {manifest.sha256[:12]}"
        yield Finding(what=what, health=Health.GOOD, text=text)


def _wake_word(config: Config) -> Finding:
    """The wake model, and whether its phrase can be looked for in what people say."""
    what, model = "wake word", config.wake.model
    try:
        load_microwakeword(model, place=config.models.place)
        file = find(model)
    except InglenookError as exc:
        mend = 'name another under [wake] model, such as "okay_nabu"'
        return Finding(what=what, health=Health.BROKEN, text=str(exc), mend=mend)
    phrase = read_description(file).wake_word
    why = doubt(phrase, Pronouncer(shared_lexicon().pronounce).sounds)
    if why is None or not config.wake.check:
        return Finding(what=what, health=Health.GOOD, text=f"{phrase!r} ({file.name})")
    text = f"detections of {phrase!r} may never pass the check of their sounds: {why}"
    mend = f"write the words that are said as wake_word into {file}, or set [wake] check = false"
    return Finding(what=what, health=Health.LIMITED, text=text, mend=mend)


def _delegate(config: Config) -> Finding:
    if config.models.delegate == "none":
        return Finding(
            what="delegate", health=Health.GOOD, text="none wanted, models run on the CPU"
        )
    problem = runtimes.probe_edgetpu(config.models.place)
    if problem is None:
        return Finding(what="delegate", health=Health.GOOD, text="the Edge TPU answers")
    return Finding(
        what="delegate",
        health=Health.LIMITED,
        text=problem,
        mend='install libedgetpu1-std and plug the accelerator in, or set models.delegate = "none"',
    )


def _voice(config: Config) -> Finding:
    try:
        espeak.check(config.speaker.voice)
    except InglenookError as exc:
        mend = "pip install --force-reinstall espeakng-loader"
        return Finding(what="voice", health=Health.LIMITED, text=str(exc), mend=mend)
    return Finding(what="voice", health=Health.GOOD, text=f"espeak-ng {config.speaker.voice}")


def _sound_cards(config: Config) -> Iterator[Finding]:
    sides: tuple[tuple[str, Kind, Device], ...] = (
        ("microphone", "input", config.sound.microphone),
        ("loudspeaker", "output", config.sound.loudspeaker),
    )
    for what, side, wanted in sides:
        try:
            text = str(device_info(side, wanted)["name"])
        except InglenookError as exc:
            mend = (
                "sudo apt-get install libportaudio2"
                if "PortAudio" in str(exc)
                else (f'plug one in, or name it under [sound] {what} = "..."')
            )
            yield Finding(what=what, health=Health.LIMITED, text=str(exc), mend=mend)
        else:
            yield Finding(what=what, health=Health.GOOD, text=text)


def _heard(config: Config) -> Finding:
    """How the microphone of the speaker that uses this store stands."""
    what, path = "listening", Path(config.store)
    if not path.exists():
        text = "no speaker has run with this config yet"
        return Finding(what=what, health=Health.GOOD, text=text)
    try:
        store = SqliteStore(path)
        found = kept(store.load(KEY))
        store.close()
    except InglenookError as exc:
        return Finding(what=what, health=Health.LIMITED, text=str(exc))
    when = "" if found.since is None else f" since {found.since:%Y-%m-%d %H:%M}"
    if not found.on:
        mend = f"press its button, or send ON to {TOPIC.format(config.broker.client_id)}/set"
        text = f"the microphone is switched off{when}"
        return Finding(what=what, health=Health.LIMITED, text=text, mend=mend)
    if found.lost:
        text = f"{found.lost} (lost {found.losses} times, now{when})"
        mend = "plug it in; the speaker finds it by itself"
        return Finding(what=what, health=Health.LIMITED, text=text, mend=mend)
    if not found.name:
        return Finding(what=what, health=Health.GOOD, text="the speaker has not listened yet")
    text = f"{found.name} at {found.rate_hz} Hz, channels: {found.channels}{when}"
    text += f"; lost {found.losses} times, sound missed {found.missed} times"
    if found.missed:
        mend = "give the machine less to do, or set [models] threads lower"
        return Finding(what=what, health=Health.LIMITED, text=text, mend=mend)
    return Finding(what=what, health=Health.GOOD, text=text)


def _echo(config: Config) -> Finding:
    if not config.sound.echo:
        return Finding(what="echo", health=Health.GOOD, text="cancellation is not wanted")
    try:
        Echo()
    except InglenookError as exc:
        mend = "pip install pywebrtc-audio, or set [sound] echo = false"
        return Finding(what="echo", health=Health.LIMITED, text=str(exc), mend=mend)
    version = importlib.metadata.version("pywebrtc-audio")
    return Finding(what="echo", health=Health.GOOD, text=f"pywebrtc-audio {version} cancels it")


def _pins(config: Config) -> Iterator[Finding]:
    """Button and light, where the config names any."""
    pins = config.gpio
    if pins.button is None and pins.led is None:
        return
    try:
        GpioPanel(pins, Inbox()).close()
    except InglenookError as exc:
        mend = "pip install 'inglenook[gpio]', or take [gpio] out of the config"
        yield Finding(what="button, light", health=Health.LIMITED, text=str(exc), mend=mend)
    else:
        text = f"button on pin {pins.button}, light on pin {pins.led}".replace("None", "-")
        yield Finding(what="button, light", health=Health.GOOD, text=text)


def show_findings(console: Console, findings: Iterable[Finding]) -> bool:
    """Write what the doctor found.

    Returns:
        Whether the speaker can run.
    """
    rows = Table(title="inglenook doctor", title_justify="left")
    for heading in ("", "what", "found", "to mend it"):
        rows.add_column(heading, overflow="fold")
    works = True
    for finding in findings:
        colour = COLOURS[finding.health]
        health = f"[{colour}]{finding.health}[/]"
        rows.add_row(health, finding.what, escape(finding.text), escape(finding.mend))
        works = works and finding.health is not Health.BROKEN
    console.print(rows)
    return works
