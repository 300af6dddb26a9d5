"""The home on the bus: devices, what they can do, how they stand, and what they are told."""
