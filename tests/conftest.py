"""Hypothesis profiles: `dev` explores, `ci` always tries the same examples."""

import os
import signal

from hypothesis import HealthCheck, settings

settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# Some tests interrupt a speaker as Ctrl-C does; a process that was started in the background, as
# pytest-xdist's workers are, would hand it down ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
