"""The wake word: which frames are meant for the speaker."""
