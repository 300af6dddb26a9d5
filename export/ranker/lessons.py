"""What one refusal and one choice do to the re-ranker, and what it costs to ask it."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from device.models import SHIPPED, load
from device.routing.ranker import Ranker
from device.routing.rivals import MOST_RIVALS, Rival
from export.ranker.lists import Lists
from export.ranker.situations import Situation

LIKENESSES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


def lessons(drawn: Sequence[Situation]) -> str:
    """What one refusal and one choice do to a request that is so much alike."""
    model = load("ranker")
    ranker = Ranker(model.run, model.manifest)
    contested = [s for s in drawn if s.style in ("pack", "again") and _contested(s)][:600]
    lines = []
    for alike in LIKENESSES:
        gone, taken, falls, gains = [], [], [], []
        for one in contested:
            before = ranker.rank(one.rivals, one.request, one.context)
            order = np.argsort(-before[:-1])
            first, second = int(order[0]), int(order[1])
            refused = _settled(one.rivals, first, refused=alike)
            after = ranker.rank(refused, one.request, one.context)
            gone.append(after.argmax() != first)
            falls.append(before[first] - after[first])
            chosen = _settled(one.rivals, second, chosen=alike)
            after = ranker.rank(chosen, one.request, one.context)
            taken.append(after.argmax() == second)
            gains.append(after[second] - before[second])
        lines.append(
            f"| {alike:.1f} | {100 * np.mean(gone):.1f} % | {-np.mean(falls):+.2f} "
            f"| {100 * np.mean(taken):.1f} % | {np.mean(gains):+.2f} |"
        )
    return "\n".join(
        [
            "### One refusal, one choice",
            "",
            f"{len(contested)} requests for packs where several serve and nothing was settled: "
            "the likeliest is refused once, or the second chosen once, for a request with this "
            "cosine to the present one. (The very same request is decided before the re-ranker, "
            "see docs/routing.md.)",
            "",
            "| cosine | the refused one no longer leads | its probability | the chosen one leads "
            "| its probability |",
            "| --- | --- | --- | --- | --- |",
            *lines,
        ]
    )


def _contested(one: Situation) -> bool:
    """Whether two packs that serve are listed and nothing was settled about any rival."""
    known = [rival.acquaintance for rival in one.rivals]
    listed = [rival for rival in one.rivals if rival.skill in one.serving and not rival.builtin]
    return len(listed) > 1 and not any(k.chosen or k.refused for k in known)


def _settled(rivals: Sequence[Rival], place: int, **told: float) -> list[Rival]:
    """The rivals after something was settled about one of them."""
    changed = list(rivals)
    rival = rivals[place]
    changed[place] = replace(rival, acquaintance=replace(rival.acquaintance, **told))  # type: ignore[arg-type]
    return changed


def cost(drawn: Sequence[Situation], held: Lists) -> str:
    """Milliseconds and bytes."""
    model = load("ranker")
    ranker = Ranker(model.run, model.manifest)
    full = [one for one in drawn if len(one.rivals) >= MOST_RIVALS - 2][:400]
    took: list[float] = []
    runs: list[float] = []
    for one in full:
        started = time.perf_counter()
        ranker.rank(one.rivals, one.request, one.context)
        took.append(1e3 * (time.perf_counter() - started))
    for x, mask in zip(held.features[:400], held.masks[:400], strict=True):
        started = time.perf_counter()
        model.run([x[None], mask[None]])
        runs.append(1e3 * (time.perf_counter() - started))
    size = sum((SHIPPED / f"ranker.{end}").stat().st_size for end in ("tflite", "json"))
    whole: npt.NDArray[np.float64] = np.percentile(took, [50, 95])
    model_ms: npt.NDArray[np.float64] = np.percentile(runs, [50, 95])
    return (
        f"Milliseconds for {MOST_RIVALS - 2} to {MOST_RIVALS} rivals, p50 / p95: features and "
        f"all {whole[0]:.2f} / {whole[1]:.2f}, the model alone {model_ms[0]:.3f} / "
        f"{model_ms[1]:.3f}; size {size / 1e3:.0f} kB."
    )
