"""Home Assistant discovery: devices that announce themselves to whoever listens."""
