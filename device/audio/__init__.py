"""Sound: frames, features, speech and silence."""
