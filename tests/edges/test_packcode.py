"""Whatever the code of a pack does, the speaker goes on in time."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device.edges.packcode import MOST, PackProcesses
from device.effects import Plan
from device.errors import SkillError
from device.events import DeviceCommand, Outcome, OutcomeKind, Request, Slot
from simulator.house import monotonic_ms
from tests.skills.rooms import CONTEXT, asked

ANSWER_MS = 20_000
"""Nothing is expected to take this long."""
HURRIED_MS = 400
LIMIT_MS = 60_000
"""Where a test gives up; a call that never came back would fail here."""

Ask = Callable[..., Plan]


class Packs:
    """The code of one pack, written anew by each test."""

    def __init__(self, folder: Path, answer_ms: int) -> None:
        self.file = folder / "zoo.py"
        self.processes = PackProcesses(answer_ms)
        self._moment = CONTEXT.now_ms

    def write(self, code: str) -> None:
        self.file.write_text(code, encoding="utf-8")

    def ask(self, animal: str = "elephant") -> Plan:
        self._moment += 1
        slots = (Slot(name="animal", value=animal, text=animal),)
        request: Request = replace(asked("MakeAnimalSound"), slots=slots)
        context = replace(CONTEXT, now_ms=self._moment)
        began_ms = monotonic_ms()
        try:
            return self.processes.plan(self.file, request, context, name="Zoo sounds")
        finally:
            assert monotonic_ms() - began_ms < LIMIT_MS

    def trouble(self, animal: str = "elephant") -> str:
        with pytest.raises(SkillError) as caught:
            self.ask(animal)
        return str(caught.value)


@pytest.fixture(name="zoo")
def _zoo(tmp_path: Path) -> Iterator[Packs]:
    packs = Packs(tmp_path, ANSWER_MS)
    yield packs
    packs.processes.close()


@pytest.fixture(name="hurried")
def _hurried(tmp_path: Path) -> Iterator[Packs]:
    packs = Packs(tmp_path, HURRIED_MS)
    yield packs
    packs.processes.close()


def test_a_function_of_a_few_lines_is_a_skill(zoo: Packs) -> None:
    zoo.write(
        "def answer(request, context):\n"
        "    animal = request.slot('animal')\n"
        "    return f'The {animal} says toot.' if animal == 'elephant' else None\n"
    )

    assert zoo.ask("elephant") == Plan(reply="The elephant says toot.")
    assert zoo.ask("snail") == Plan(declined=True)


def test_a_skill_may_plan_commands_and_report_on_them(zoo: Packs) -> None:
    zoo.write(
        "from device.effects import Plan\n"
        "from device.events import DeviceCommand\n"
        "class Zoo:\n"
        "    def plan(self, request, context):\n"
        "        lamp = next(d for d in context.home.devices if d.kind == 'light')\n"
        "        wish = DeviceCommand(device=lamp.id, capability='power', value='on')\n"
        "        return Plan(reply='Lit.', commands=(wish,))\n"
        "    def report(self, plan, outcomes, request, context):\n"
        "        return f'{len(outcomes)} of {len(plan.commands)}: {outcomes[0].kind}'\n"
        "skill = Zoo()\n"
    )

    plan = zoo.ask()
    (command,) = plan.commands
    assert (command.capability, command.value, plan.reply) == ("power", "on", "Lit.")
    outcome = Outcome(command=command, kind=OutcomeKind.DONE, reported="on")
    request = asked("MakeAnimalSound")
    told = zoo.processes.report(zoo.file, plan, [outcome], request, CONTEXT, name="Zoo sounds")
    assert told == "1 of 1: done"


def test_it_is_told_of_the_home_and_of_nothing_else_that_was_said(zoo: Packs) -> None:
    zoo.write(
        "def answer(request, context):\n"
        "    seen = [len(context.home.devices) > 0, len(context.state) > 0, context.now_ms > 0]\n"
        "    kept = [*context.turns, *context.habits, *context.past, *context.lesson,\n"
        "            *context.notebook.lists, *context.notebook.timers]\n"
        "    return f'{seen} {kept}'\n"
    )

    assert CONTEXT.state
    assert zoo.ask().reply == "[True, True, True] []"


@pytest.mark.parametrize(
    "code",
    [
        "def answer(request, context):\n    return 1 / 0\n",
        "def answer(request, context):\n    return ['toot']\n",
        "def answer(request, context):\n    return 'toot' * 100_000\n",
        "def answer(request, context):\n    return '\\ud800'\n",
        "def answer(request, context):\n    raise SystemExit\n",
        "def answer(request, context):\n    raise KeyboardInterrupt\n",
        "def answer(request, context):\n    return answer(request, context)\n",
        "def answer(request, context):\n    return str(bytearray(1 << 33))\n",
        "def answer(request, context):\n    import os\n    os._exit(0)\n",
        "def answer(request, context):\n    import ctypes\n    ctypes.string_at(0)\n",
        "def answer():\n    return 'toot'\n",
        "import a_module_that_is_not_there\n",
        "raise SystemExit\n",
        "answer = 'toot'\n",
        "def answer(request, context)\n    this is no Python\n",
        "",
        "class Zoo:\n    def plan(self, request, context):\n        return 'toot'\nskill = Zoo()\n",
        "class Zoo:\n    def plan(self, request, context):\n        return self.__class__\n"
        "skill = Zoo()\n",
        "import os\nos.write(3, b'x' * 100)\nos.write(4, b'x' * 100)\nos.write(5, b'x' * 100)\n"
        "def answer(request, context):\n    return 'toot'\n",
    ],
)
def test_code_that_goes_wrong_is_one_sentence(zoo: Packs, code: str) -> None:
    zoo.write(code)

    assert zoo.trouble() == "Something went wrong in Zoo sounds."

    zoo.write("def answer(request, context):\n    return 'Well again.'\n")
    assert zoo.ask().reply == "Well again."


def test_what_is_wrong_is_logged_with_its_line_and_not_every_time(
    zoo: Packs, caplog: pytest.LogCaptureFixture
) -> None:
    zoo.write("def answer(request, context):\n    return 1 / 0\n")
    for _ in range(5):
        zoo.trouble()

    said = [r.getMessage() for r in caplog.records if "ZeroDivisionError" in r.getMessage()]
    assert said == [
        "Zoo sounds: ZeroDivisionError: division by zero (zoo.py, line 2) (1 times so far)"
    ]


@pytest.mark.parametrize(
    "busy",
    [
        "    while True: pass\n",
        "    __import__('time').sleep(1_000)\n",
        "    __import__('re').match('(a+)+$', 'a' * 60 + 'b')\n",
        "    while True: print('toot' * 1_000)\n",
    ],
)
def test_code_that_never_ends_is_not_waited_for(hurried: Packs, busy: str) -> None:
    hurried.write(
        f"def answer(request, context):\n    if request.slot('animal') == 'ant':\n    {busy}"
        "    return 'Toot.'\n"
    )
    assert hurried.ask("elephant").reply == "Toot."

    assert hurried.trouble("ant") == "Zoo sounds did not answer in time."
    assert hurried.trouble("elephant") == "Zoo sounds did not answer in time."


def test_code_that_comes_back_late_is_asked_again_and_its_late_words_are_dropped(
    hurried: Packs, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    hurried.write(
        "import pathlib, time\n"
        "def answer(request, context):\n"
        "    if request.slot('animal') == 'sloth':\n"
        f"        while not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)\n"
        "    return f'The {request.slot(\"animal\")} came.'\n"
    )
    assert hurried.trouble("sloth") == "Zoo sounds did not answer in time."
    gate.touch()

    until_ms = monotonic_ms() + LIMIT_MS
    reply = ""
    while not reply:
        assert monotonic_ms() < until_ms
        try:
            reply = hurried.ask("hare").reply
        except SkillError:
            continue
    assert reply == "The hare came."


def test_code_that_is_killed_begins_anew(zoo: Packs) -> None:
    zoo.write("import os\ndef answer(request, context):\n    return str(os.getpid())\n")
    pid = int(zoo.ask().reply)
    os.kill(pid, signal.SIGKILL)

    assert zoo.trouble() == "Something went wrong in Zoo sounds."
    assert int(zoo.ask().reply) != pid


def test_a_new_version_is_taken_at_once(zoo: Packs) -> None:
    zoo.write("def answer(request, context):\n    return 'One.'\n")
    assert zoo.ask().reply == "One."
    newer = zoo.file.with_suffix(".new")
    newer.write_text("def answer(request, context):\n    return 'Two.'\n", encoding="utf-8")
    newer.replace(zoo.file)

    assert zoo.ask().reply == "Two."


def test_code_that_was_removed_is_one_sentence(zoo: Packs) -> None:
    zoo.write("def answer(request, context):\n    return 'One.'\n")
    zoo.ask()
    zoo.file.unlink()

    assert zoo.trouble() == "Something went wrong in Zoo sounds."


@pytest.mark.parametrize(
    ("wants", "found"),
    [
        ("effects=(SetVolume(volume=100),)", Plan(reply="Loud.")),
        ("shows_lists=True", Plan(reply="Loud.")),
        ("commands=(DeviceCommand(device='nobody', capability='power', value='on'),)", None),
        ("commands=(DeviceCommand(device=3, capability='power', value='on'),)", None),
        ("commands=(DeviceCommand(device='x', capability='power', value=float('nan')),)", None),
    ],
)
def test_a_pack_gets_no_more_than_words_and_commands_to_devices(
    zoo: Packs, wants: str, found: Plan | None
) -> None:
    zoo.write(
        "from device.effects import Plan, SetVolume\n"
        "from device.events import DeviceCommand\n"
        "class Zoo:\n"
        "    def plan(self, request, context):\n"
        f"        return Plan(reply='Loud.', {wants})\n"
        "skill = Zoo()\n"
    )

    if found is None:
        zoo.trouble()
    else:
        assert zoo.ask() == found


def test_all_packs_of_a_turn_have_three_times_the_time_of_one(tmp_path: Path) -> None:
    processes = PackProcesses(HURRIED_MS)
    files = [tmp_path / f"pack{number}.py" for number in range(5)]
    for file in files:
        file.write_text(
            "import time\ndef answer(request, context):\n    time.sleep(1_000)\n", encoding="utf-8"
        )
        context = replace(CONTEXT, now_ms=1)
    sent = []
    for file in files:
        with pytest.raises(SkillError):
            processes.plan(file, asked("MakeAnimalSound"), context, name=file.stem)
        sent.append(processes._spent_s)
    processes.close()

    # The last ones were not waited for at all.
    assert sent[-1] - sent[-2] < HURRIED_MS / 1000


def lives(pid: int) -> bool:
    """Whether a process runs; one that ended may still wait to be noticed."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_nothing_is_left_running(tmp_path: Path) -> None:
    packs = Packs(tmp_path, HURRIED_MS)
    child = "import subprocess\nchild = subprocess.Popen(['sleep', '1000'])\n"
    packs.write(f"{child}def answer(request, context):\n    return str(child.pid)\n")
    pid = int(packs.ask().reply)
    os.kill(pid, 0)

    packs.processes.close()

    until_ms = monotonic_ms() + LIMIT_MS
    while lives(pid):
        assert monotonic_ms() < until_ms


def test_a_command_is_what_the_code_gave(zoo: Packs) -> None:
    device = CONTEXT.home.devices[0].id
    zoo.write(
        "from device.effects import Plan\n"
        "from device.events import DeviceCommand\n"
        "class Zoo:\n"
        "    def plan(self, request, context):\n"
        f"        c = DeviceCommand(device={device!r}, capability='brightness', value=40)\n"
        "        return Plan(commands=(c,))\n"
        "skill = Zoo()\n"
    )

    assert zoo.ask().commands == (DeviceCommand(device=device, capability="brightness", value=40),)


def test_of_many_packs_a_few_processes_are_kept_and_none_of_packs_that_are_gone(
    tmp_path: Path,
) -> None:
    processes = PackProcesses(ANSWER_MS)
    files = [tmp_path / f"pack{number}.py" for number in range(MOST + 2)]
    for moment, file in enumerate(files):
        file.write_text("def answer(request, context):\n    return 'Toot.'\n", encoding="utf-8")
        context = replace(CONTEXT, now_ms=moment)
        processes.plan(file, asked("MakeAnimalSound"), context, name=file.stem)
        if file is files[2]:
            processes.plan(files[0], asked("MakeAnimalSound"), context, name="again")
    assert [file.stem for file in processes._live] == [
        "pack0", "pack3", "pack4", "pack5", "pack6", "pack7",
    ]  # fmt: skip

    for file in files[3:]:
        file.unlink()
    processes.plan(files[0], asked("MakeAnimalSound"), CONTEXT, name="again")
    assert list(processes._live) == [files[0]]
    processes.close()
