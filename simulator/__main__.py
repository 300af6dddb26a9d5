"""`python -m simulator` is `inglenook`."""

import sys

from simulator.cli import main

sys.exit(main())
