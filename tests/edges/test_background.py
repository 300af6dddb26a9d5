"""Work beside the core ends with the speaker, and leaves no words behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

WAITS_FOR_EVER = """
import sys, time
from functools import partial
from device.edges.background import Background
jobs = [Background().start(partial(time.sleep, 600)) for _ in range(2)]
print("begun", flush=True)
try:
    time.sleep(600)
except KeyboardInterrupt:
    time.sleep(1)  # as a speaker that says goodbye to its broker
    sys.exit(130)
"""


@pytest.mark.parametrize("later_s", [0.0, 0.1, 0.5])
def test_ctrl_c_at_a_terminal_ends_the_work_with_the_speaker_and_without_a_word(
    later_s: float,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITS_FOR_EVER],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True,
    ) as speaker:  # fmt: skip
        assert speaker.stdout is not None
        assert speaker.stdout.readline() == "begun\n"
        # What is just beginning is the hardest to end quietly.
        time.sleep(later_s)
        os.killpg(speaker.pid, signal.SIGINT)
        # It ends only when every process that writes there has ended.
        _, words = speaker.communicate(timeout=60)

    assert speaker.returncode == 130
    assert words == ""
