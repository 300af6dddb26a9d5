"""Which devices are meant where the words leave it open.

"Turn it off", "the lamp", "what's the temperature", "brew some coffee": candidates are listed,
described by the situation, and ranked side by side by an int8 model (list-wise, as in "HypRank",
Kim et al., 2018). Where two remain close, the person is asked.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from device.context import Context
from device.errors import ModelError
from device.events import Request
from device.models import Manifest, Run
from device.nlu.candidates import MOST, Breadth, Candidate, candidates, open_ended
from device.nlu.crf import softmax
from device.nlu.deeds import deed
from device.nlu.embedding import WordTable
from device.nlu.mentions import Mention, mentions
from device.nlu.situation import GROUPS, WIDTH, Floats, rows

SURE = 0.55
"""Probability from which a candidate is taken without a question."""

SURE_OF_MACHINE = 0.7
"""The same for a machine that a deed stands for: to start the wrong one is worse than none."""

CLOSE = 0.15
"""Probability from which a device is worth a question."""

TELLING = frozenset({"warmth", "state"})
"""Deeds that only tell something: where it is not sure what about, the answer tells of all."""

MOST_OFFERED = 3
"""Devices that a question names."""


class Referents:
    """Finds what a request refers to."""

    def __init__(self, run: Run, manifest: Manifest, table: WordTable) -> None:
        """Take the model.

        Args:
            run: From features and mask to one score for each candidate.
            manifest: Its settings.
            table: The word vectors that it was trained with, those of the tagger.

        Raises:
            ModelError: The manifest counts other features than this version.
        """
        settings = manifest.settings
        layout = {name: len(columns) for name, columns in GROUPS.items()}
        if settings.get("features") != layout or manifest.inputs[0].shape != (1, MOST, WIDTH):
            raise ModelError(
                f"model {manifest.name} wants other features of a situation than this version has"
            )
        self._run = run
        self._table = table
        self._temperature = float(settings.get("temperature", 1.0))

    def refer(self, request: Request, context: Context, before: Sequence[Request] = ()) -> Request:
        """The request with the devices that are meant, or with those to choose from.

        Args:
            request: One thing asked, in the home's spelling.
            context: How the home stands.
            before: Earlier requests of the same sentence.

        Returns:
            The same request where its words say enough, or nothing fits. What a deed stands for
            is never guessed: no machine starts that was not named unless the model is sure.
        """
        # A deed says by itself which machine does it; what was spoken of before would mislead.
        spoken_of = () if request.scope == "implied" else mentions(context, before)
        if not open_ended(request, spoken_of, context):
            return request
        found = candidates(request, context, spoken_of)
        if len(found) == 1:
            return request
        sure = self.probabilities(request, found, context, spoken_of)
        best = int(sure.argmax())
        chosen = found[best]
        if not chosen.devices:
            return request
        enough = SURE_OF_MACHINE if request.scope == "implied" else SURE
        if sure[best] >= enough or chosen.breadth is not Breadth.ONE:
            return replace(request, meant=tuple(d.id for d in chosen.devices))
        if deed(request) in TELLING:
            return request
        offered = [
            i
            for i in np.argsort(-sure)[:MOST_OFFERED]
            if found[i].breadth is Breadth.ONE and sure[i] >= CLOSE
        ]
        if len(offered) > 1:
            labels = tuple(context.home.label(found[i].devices[0]) for i in offered)
            return replace(request, rivals=labels)
        if request.scope == "implied":
            return request
        return replace(request, meant=tuple(d.id for d in chosen.devices))

    def probabilities(
        self,
        request: Request,
        found: Sequence[Candidate],
        context: Context,
        spoken_of: Sequence[Mention],
    ) -> Floats:
        """How probable each candidate is, shape (len(found),)."""
        features, mask = rows(request, found, context, spoken_of, self._table)
        scores = self._run([features[None], mask[None]])[0].reshape(-1)[: len(found)]
        return softmax(scores, self._temperature)
