"""The only doors to sound card, broker, clock and disk."""
