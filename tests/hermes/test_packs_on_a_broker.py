"""Packs of the docs on real brokers: programs and code that answer, decline, die and come back."""

import os
import re
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from device.edges.packcode import PackProcesses
from tests.hermes.guests import Guest, guest_at
from tests.hermes.kitchens import CODE_MS, SKILLS, Kitchen, program
from tests.simulator.bus import BROKERS
from tests.skills.rooms import CONTEXT, asked

NEEDED = ("perl", "mosquitto_sub", "mosquitto_pub")
MISSING = [name for name in NEEDED if shutil.which(name) is None]
ANIMALS, DICE = SKILLS / "animals", SKILLS / "dice"
CRYSTAL = """
name = "Crystal ball"
description = "Rolls what it likes."
version = "1"
hermes = "hermes/intent/crystal"
"""

with_perl = pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} not installed")


def crystal(folder: Path) -> Path:
    """Another pack that rolls dice, after the first in everything."""
    pack = folder / "crystal"
    (pack / "sentences" / "en").mkdir(parents=True)
    (pack / "skill.toml").write_text(CRYSTAL, encoding="utf-8")
    shutil.copy(DICE / "sentences" / "en" / "dice.yaml", pack / "sentences" / "en")
    return pack


def end(guest: Guest, session: str, text: str, **more: object) -> None:
    guest.tell("dialogueManager/endSession", {"sessionId": session, "text": text, **more})


@pytest.mark.parametrize("prefer", BROKERS)
def test_programs_and_code_answer_side_by_side_on_every_broker(prefer: str) -> None:
    with (
        Kitchen([ANIMALS, DICE], prefer=prefer) as kitchen,
        guest_at(kitchen.address, kitchen) as guest,
    ):
        kitchen.say("what does the cow say and then roll the dice")
        asked = guest.first("intent/dice")
        end(guest, asked["sessionId"], "You rolled 4.")
        guest.turns += kitchen.turns

        assert guest.turn().reply.text == "The cow says moo. You rolled 4."
        guest.catch_up()
        assert [t for t in guest.topics if t.startswith("intent/")] == ["intent/dice"]


@with_perl
def test_the_dice_of_the_docs_roll_and_decline() -> None:
    with (
        Kitchen([DICE], answer_ms=2_000) as kitchen,
        program(kitchen.address, "perl", str(DICE / "dice.pl")),
    ):
        replies = [kitchen.reply("roll 3 dice")]
        while replies[-1] == "Dice does not answer.":
            # The program may still be on its way to the broker.
            replies.append(kitchen.reply("roll 3 dice"))
            assert len(replies) < 20

        assert re.fullmatch(r"You rolled [1-6] and [1-6] and [1-6]\.", replies[-1])
        kitchen.say("roll 9 dice")
        turn = kitchen.turn()
        assert turn.reply.text == "I have six dice."
        assert turn.routes[0].declined == ("dice",)


@with_perl
def test_a_program_that_is_killed_is_missed_and_welcome_back(tmp_path: Path) -> None:
    ready = re.compile(r"You rolled [1-6]\.")
    with Kitchen([DICE], answer_ms=2_000) as kitchen:
        for _ in range(2):
            with program(kitchen.address, "perl", str(DICE / "dice.pl")) as process:
                replies = [""]
                while not ready.fullmatch(replies[-1]):
                    replies.append(kitchen.reply("roll a die"))
                    assert len(replies) < 20
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=20)
            assert set(replies[1:-1]) <= {"Dice does not answer."}

            assert kitchen.reply("roll a die") == "Dice does not answer."


def test_what_one_program_declines_another_answers(tmp_path: Path) -> None:
    with (
        Kitchen([DICE, crystal(tmp_path)]) as kitchen,
        guest_at(kitchen.address, kitchen) as guest,
    ):
        kitchen.say("roll 9 dice")
        first = guest.first("intent/dice")
        end(guest, first["sessionId"], "I have six dice.", declined=True)
        second = guest.first("intent/crystal")
        # The first may not put words into the mouth of the second.
        end(guest, first["sessionId"], "You rolled 99.")
        end(guest, second["sessionId"], "You rolled 9.")

        assert guest.turn().reply.text == "You rolled 9."
        assert first["sessionId"] != second["sessionId"]
        guest.first("error/dialogueManager")


def test_the_broker_that_dies_in_the_middle_ends_the_turn_and_the_next_one_works() -> None:
    with Kitchen([DICE]) as kitchen:
        with guest_at(kitchen.address, kitchen) as guest:
            kitchen.say("roll the dice")
            guest.first("intent/dice")
            kitchen.broker.kill()
            guest.turns += kitchen.turns
            turn = guest.turn()
            assert turn.reply.text == "I can't reach Dice, because the home's broker is gone."

        kitchen.broker.restart()
        kitchen.until(lambda: kitchen.bus.connected)
        with guest_at(kitchen.address, kitchen) as guest:
            kitchen.say("roll the dice")
            end(guest, guest.first("intent/dice")["sessionId"], "You rolled 2.")
            assert guest.turn().reply.text == "You rolled 2."


def test_what_a_speaker_was_asked_before_it_stopped_is_no_answer_to_the_one_after() -> None:
    with Kitchen([DICE]) as kitchen, guest_at(kitchen.address, kitchen) as guest:
        kitchen.say("roll the dice")
        before = guest.first("intent/dice")["sessionId"]
        kitchen.stop()
        ended = guest.first("dialogueManager/sessionEnded")
        assert (ended["sessionId"], ended["termination"]) == (before, {"reason": "error"})

        kitchen.start()
        guest.turns.clear()
        heard = len(guest.heard)
        kitchen.say("roll the dice")
        after = guest.first("intent/dice", heard)["sessionId"]
        end(guest, before, "You rolled 7.")
        guest.first("error/dialogueManager", heard)
        end(guest, after, "You rolled 1.")

        assert guest.turn().reply.text == "You rolled 1."


def test_the_docs_show_the_packs_as_they_are_and_they_are_short() -> None:
    page = (SKILLS.parent / "skills.md").read_text(encoding="utf-8")

    for path in (ANIMALS / "animals.py", DICE / "dice.pl"):
        code = path.read_text(encoding="utf-8")
        assert code in page, path
        assert len(code.splitlines()) <= 20, path


def test_the_party_of_the_docs_lights_the_room(tmp_path: Path) -> None:
    page = (SKILLS.parent / "skills.md").read_text(encoding="utf-8")
    (code,) = [part for part in page.split("```python\n") if "class Party" in part]
    file = tmp_path / "party.py"
    file.write_text(code.partition("```")[0], encoding="utf-8")
    processes = PackProcesses(CODE_MS)

    context = replace(CONTEXT, room="Living Room")
    plan = processes.plan(file, asked("StartParty"), context, name="Party")
    processes.close()

    assert plan.reply == "Party time!"
    assert {(c.device, c.value) for c in plan.commands} == {
        ("living room/ceiling light", 100),
        ("living room/lamp", 100),
    }
