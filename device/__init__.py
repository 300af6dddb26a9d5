"""The speaker: everything that runs on the device."""
