"""A pretend house, pretend people and pretend rooms for the very same speaker code."""
