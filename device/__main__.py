"""`python -m device run CONFIG.toml` and `python -m device doctor` work without the simulator."""

import sys

from device.cli import main

sys.exit(main())
