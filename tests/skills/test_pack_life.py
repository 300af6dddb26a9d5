"""Packs come, go, break and are switched in any order: what is enabled is understood, nothing else.

The folder, the understanding with its models and the router are the real ones; beside them goes a
plain dict of what ought to be there.
"""

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from device.edges.packfolder import PackFolder
from device.edges.packwatch import PackWatch
from device.errors import InglenookError
from device.events import Hypothesis, Source
from device.installed import LOOK_EVERY_MS, Installed
from device.models import load
from device.nlu.understanding import Understanding
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.pack import Standing
from tests.nlu.houses import seen_from
from tests.skills.packs import simple

UNDERSTANDING = Understanding(
    tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
)
HERE = seen_from("Kitchen")
IDS = ("zoo", "farm", "safari", "circus")
VERSIONS = ("one", "two")
BUILTINS = {"clock": "what time is it", "timers": "set a timer for 5 minutes"}
OTHERS = {"turn on the kitchen light": "HassTurnOn", **dict(zip(BUILTINS.values(), (
    "HassGetCurrentTime", "HassStartTimer"), strict=True))}  # fmt: skip

BROKEN = ("intents: [", "", "- a", "\0", "x" * 300_000)


def sentence(id_: str, version: str) -> str:
    return f"let the {id_} sing song number {version} please"


@dataclass(frozen=True)
class Kept:
    """What ought to be known of a pack."""

    version: str
    standing: Standing
    broken: bool = False

    @property
    def heard(self) -> bool:
        return self.standing is Standing.ENABLED and not self.broken


class Packs(RuleBasedStateMachine):
    """An owner with four packs and two hands."""

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.skills = self.root / "skills"
        self.kept: dict[str, Kept] = {}
        self.off: set[str] = set()
        self.now_ms = 0
        self.restart()

    def teardown(self) -> None:
        if hasattr(self, "root"):
            shutil.rmtree(self.root)

    def written(self, id_: str, version: str, folder: str = "source") -> Path:
        return simple(self.root / folder, id_, sentence(id_, version))

    @property
    def owner(self) -> PackFolder:
        """Somebody at the command line: another process than the speaker."""
        return PackFolder(self.skills)

    @rule()
    def restart(self) -> None:
        self.router = Router(builtin_skills())
        self.watch = PackWatch(PackFolder(self.skills), beside=False)
        self.installed = Installed(self.watch, router=self.router, understanding=UNDERSTANDING)

    @rule(
        id_=st.sampled_from(IDS),
        version=st.sampled_from(VERSIONS),
        standing=st.sampled_from([Standing.ENABLED, Standing.AVAILABLE]),
    )
    def install(self, id_: str, version: str, standing: Standing) -> None:
        self.owner.install(self.written(id_, version), standing)
        before = self.kept.get(id_)
        self.kept[id_] = Kept(version, standing if before is None else before.standing)

    @rule(id_=st.sampled_from(IDS), standing=st.sampled_from(Standing))
    def stand(self, id_: str, standing: Standing) -> None:
        kept = self.kept.get(id_)
        if kept is None or kept.broken:
            with pytest.raises(InglenookError):
                self.owner.stand(id_, standing)
            return
        self.owner.stand(id_, standing)
        self.kept[id_] = replace(kept, standing=standing)

    @rule(id_=st.sampled_from(IDS))
    def remove(self, id_: str) -> None:
        if self.kept.pop(id_, None) is None:
            with pytest.raises(InglenookError):
                self.owner.remove(id_)
        else:
            self.owner.remove(id_)

    @rule(
        id_=st.sampled_from(IDS),
        how=st.sampled_from(["intents: [", "", "- a", "\0", "x" * 300_000]),
    )
    def spoil(self, id_: str, how: str) -> None:
        if id_ in self.kept:
            file = self.skills / id_ / "sentences" / "en" / f"{id_}.yaml"
            file.write_text(how)
            self.kept[id_] = replace(self.kept[id_], broken=True)

    @rule(id_=st.sampled_from(IDS), version=st.sampled_from(VERSIONS))
    def edit_by_hand(self, id_: str, version: str) -> None:
        """A folder that is written where the packs lie is a pack, and an editor mends one."""
        before = self.kept.get(id_, Kept(version, Standing.ENABLED))
        self.written(id_, version, "skills")
        self.kept[id_] = replace(before, version=version, broken=False)

    @rule(id_=st.sampled_from(sorted(BUILTINS)), off=st.booleans())
    def switch_builtin(self, id_: str, off: bool) -> None:
        self.owner.stand(id_, Standing.DISABLED if off else Standing.ENABLED)
        (self.off.add if off else self.off.discard)(id_)

    @invariant()
    def what_is_enabled_is_understood_and_nothing_else(self) -> None:
        self.now_ms += LOOK_EVERY_MS
        self.installed.look(self.now_ms)
        assert self.watch.changed() is None, "nothing has changed since"
        for id_ in IDS:
            kept = self.kept.get(id_)
            for version in VERSIONS:
                asked = UNDERSTANDING.understand(
                    [Hypothesis(text=sentence(id_, version), score=1.0)], HERE
                ).requests
                heard = kept is not None and kept.heard and kept.version == version
                whole = [one.intent for one in asked if one.source is Source.SENTENCE]
                assert whole == ([id_.title()] if heard else []), (id_, version, kept)

    @invariant()
    def what_nobody_touched_goes_where_it_went(self) -> None:
        for text, intent in OTHERS.items():
            (asked,) = UNDERSTANDING.understand([Hypothesis(text=text, score=1.0)], HERE).requests
            assert asked.intent == intent
            skill = self.router.route(asked, HERE).skill
            mine = next((id_ for id_, said in BUILTINS.items() if said == text), "lights")
            assert skill == (None if mine in self.off else mine), text


TestPacks = Packs.TestCase
TestPacks.settings = settings(max_examples=12, stateful_step_count=14)
