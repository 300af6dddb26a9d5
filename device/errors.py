"""Every error that Inglenook raises on purpose.

    InglenookError            one sentence that a person can act on
     +- ConfigError           a config, home or scenario file is wrong
     +- ModelError            a model or its manifest is missing, damaged or does not fit
     +- AudioError            sound that cannot be read, or no sound card
     +- GrammarError          sentences (YAML) that cannot be compiled
     +- BusError              the broker cannot be reached or refused something
     +- HermesError           a client's message that cannot be read
     +- HomeError             a device or room that does not exist, a value that it cannot take
     +- SkillError            a skill cannot do what was asked
     +- TeachingError         a lesson cannot go on
     +- StoreError            the record file cannot be read or written

Each message names the thing found and the thing wanted. Errors are raised at the border,
once; the command line prints the sentence and exits with 2, the running speaker says it
and goes on listening.
"""


class InglenookError(Exception):
    """Something a person can mend; its text is one clear sentence."""


class ConfigError(InglenookError):
    """A config, home or scenario file is wrong."""


class ModelError(InglenookError):
    """A model or its manifest is missing, damaged, or does not fit the stage that wants it."""


class AudioError(InglenookError):
    """Sound that cannot be read or played."""


class GrammarError(InglenookError):
    """Sentences that cannot be compiled."""


class BusError(InglenookError):
    """The broker cannot be reached, or it refused something."""


class HermesError(InglenookError):
    """A client's message that cannot be read."""


class HomeError(InglenookError):
    """A device or room that is not there, or a value that a device cannot take."""


class SkillError(InglenookError):
    """A skill cannot do what was asked; the text is fit to be spoken."""


class TeachingError(InglenookError):
    """A lesson cannot take this step; it stays where it was."""


class StoreError(InglenookError):
    """The record file cannot be read or written."""
