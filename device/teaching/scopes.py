"""What an answer does to the question that was asked: yes, no, a definition, nothing of use ...

    words of the answer, what home and question tell of each, the vector of the whole
        -> one small int8 network -> how likely each scope is

It reads every word that was said, sounds as well: "nuh uh" is a no. The vectors are the encoder's,
which know what thousands of words mean that no answer of the training had; its vector of the
sentence stands beside them.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from device.errors import ModelError
from device.models import Model
from device.nlu.crf import softmax
from device.nlu.embedding import Floats
from device.nlu.encoder import Encoder
from device.nlu.windows import starts
from device.nlu.words import Token
from device.teaching.answer import Scope
from device.teaching.answerwords import ANSWER_FLAGS

SURE = 0.5
"""How sure the model must be that a part of a long answer defines something, 0 to 1."""


class Scopes:
    """Tells the scopes of answers."""

    def __init__(self, model: Model, encoder: Encoder) -> None:
        """Take the models.

        Args:
            model: As `device.models.load("scope")` gives it.
            encoder: The one that it was trained with.

        Raises:
            ModelError: The model does not fit this version or this encoder.
        """
        settings = model.manifest.settings
        own = (tuple(settings.get("flags", ())), settings.get("table_sha256"))
        if own != (ANSWER_FLAGS, encoder.table_sha256):
            raise ModelError(
                "model scope was trained with other flags or word vectors than this version has; "
                "make it again with `python -m export teaching --only scope`"
            )
        self._run = model.run
        self._encoder = encoder
        self._scopes = tuple(Scope(name) for name in model.manifest.labels)
        self._temperature = float(settings["temperature"])
        self.sure_yes = float(settings["sure_yes"])
        """How likely a yes to an offer must be, 0 to 1; a doubtful one is none."""

    def read(self, tokens: Sequence[Token], flags: Floats) -> Mapping[Scope, float]:
        """How likely each scope is.

        A long answer is read in windows, most of which tell a story. It breaks off where its end
        does; it defines where one of its windows does.

        Args:
            tokens: The answer; at least one word, marks are passed over.
            flags: As `device.teaching.answerwords.answer_flags` gives them for these tokens.
        """
        parts = [
            self._run([*self._encoder.look_up(text), padded, self._encoder.encode(text)[None]])[0]
            for text, padded in parts_of(tokens, flags, self._encoder.words)
        ]
        sure = softmax(np.concatenate(parts), self._temperature)
        likely: Floats = sure.mean(axis=0)
        if len(sure) > 1:
            defines, cancels = (self._scopes.index(s) for s in (Scope.DEFINES, Scope.CANCEL))
            telling = int(sure[:, defines].argmax())
            if sure[-1, cancels] > SURE:
                likely = sure[-1]
            elif sure[telling, defines] > SURE:
                likely = sure[telling]
        return dict(zip(self._scopes, map(float, likely), strict=True))


def parts_of(tokens: Sequence[Token], flags: Floats, length: int) -> list[tuple[str, Floats]]:
    """An answer cut into windows: the words of each, and their flags.

    Args:
        tokens: The answer.
        flags: Shape (tokens, flags).
        length: Words that the model takes.

    Returns:
        Texts, and flags of shape (1, length, flags) with zeros behind the last word.
    """
    said = [at for at, token in enumerate(tokens) if not token.mark]
    found = []
    for begin in starts(len(said), length):
        part = said[begin : begin + length]
        padded = np.zeros((1, length, flags.shape[1]), np.float32)
        padded[0, : len(part)] = flags[part]
        found.append((" ".join(tokens[at].text for at in part), padded))
    return found
