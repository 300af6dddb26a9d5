"""A house to test skills and devices in, for pytest; docs/testing.md has a worked example.

    pytest_plugins = ["simulator.testing"]

    def test_the_cow_says_moo(pretend):
        house = pretend(skills="skills")
        assert house.say("what does the cow say").reply == "Moo!"

The clock is a pretend one that jumps: no test waits. `simulator.testing.strategies` holds what
Hypothesis can draw.
"""

from simulator.testing.fixtures import pretend
from simulator.testing.playhouse import Answer, Playhouse

__all__ = ["Answer", "Playhouse", "pretend"]
