"""Which of several skills the owner wants: list-wise re-ranking with context, int8.

As in "A scalable neural shortlisting-reranking approach for large-scale domain classification
in natural language understanding" (HypRank, Kim et al., 2018): the hypotheses of all candidate
skills are scored side by side. Here the list is read by 1x1 convolutions and by each rival's
distance to the best of all, so that the order of the rivals changes nothing, and evidence
enters through weights that are never negative ("Monotone and partially monotone neural
networks", Daniels and Velikova, 2010): more evidence never speaks against a rival.
"""

import math
from collections.abc import Sequence

import numpy as np

from device.context import Context
from device.errors import ModelError
from device.events import Request
from device.models import Manifest, Run
from device.routing.features import GROUPS, WIDTH, Floats, rows
from device.routing.rivals import MOST_RIVALS, Rival


class Ranker:
    """Ranks the skills that might answer."""

    def __init__(self, run: Run, manifest: Manifest) -> None:
        """Take the model.

        Args:
            run: From features and mask to a score for each rival, and one for "none of them".
            manifest: Its settings.

        Raises:
            ModelError: The manifest counts other features than this version.
        """
        settings = manifest.settings
        layout = {name: len(columns) for name, columns in GROUPS.items()}
        if settings.get("features") != layout or manifest.inputs[0].shape != (
            1,
            MOST_RIVALS,
            WIDTH,
        ):
            raise ModelError(
                f"model {manifest.name} wants other features of rivals than this version has"
            )
        self._run = run
        self._temperature = float(settings.get("temperature", 1.0))

    def rank(self, rivals: Sequence[Rival], request: Request, context: Context) -> Floats:
        """How probable it is that the owner wants each rival.

        Args:
            rivals: At most MOST_RIVALS.
            request: What was asked, as the speaker's own understanding reads it.
            context: The home and how it stands.

        Returns:
            Shape (len(rivals) + 1,), 1 together; the last is "none of them". Another order of
            the rivals gives the very same numbers in that order.

        Raises:
            ValueError: There are more than MOST_RIVALS.
        """
        if not rivals:
            return np.ones(1, np.float32)
        features, mask = rows(rivals, request, context)
        scores = self._run([features[None], mask[None]])[0].reshape(-1)
        return probabilities(np.append(scores[: len(rivals)], scores[-1]), self._temperature)


def probabilities(scores: Floats, temperature: float) -> Floats:
    """Softmax whose sum does not depend on the order.

    Args:
        scores: Shape (n,), n above 0.
        temperature: Above 0.
    """
    best = float(scores.max())
    parts = [math.exp((float(score) - best) / temperature) for score in scores]
    whole = math.fsum(parts)
    return np.array([part / whole for part in parts], np.float32)
