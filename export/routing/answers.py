"""What became of requests at one number of skills, and the figures that come of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from device.events import Route
from device.nlu.embedding import Floats
from device.routing.shelf import Encode
from device.skills.pack import Pack
from export.ranker.texts import Reading
from export.routing.metrics import auroc, calibration_error

LISTED = (1, 3, 10)
"""Lengths of the shortlist."""
FOLLOWED = 100
"""Skills whose requests are measured again as others are added."""


@dataclass(frozen=True, slots=True)
class Stocked:
    """A skill, called as the need that it serves, and what is asked of it."""

    pack: Pack
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one request."""

    asked: Reading
    route: Route
    listed: tuple[str, ...]
    """The shortlist."""
    find_ms: float
    """Of encoding the request and finding the shortlist."""
    route_ms: float
    """Of the router, the request being encoded."""

    def serves(self, skill: str | None) -> bool:
        """Whether a skill truly serves the request."""
        own = self.asked.own
        ours = self.asked.right and own is not None and own.skill == skill
        return skill is not None and (skill == self.asked.need or ours)

    @property
    def first_serves(self) -> bool:
        """Whether the likeliest skill serves."""
        return bool(self.route.candidates) and self.serves(self.route.candidates[0].skill)

    @property
    def right(self) -> bool:
        """Whether the right skill was asked, or is one of those that the owner is asked about."""
        return any(map(self.serves, (self.route.skill, *self.route.tied)))

    @property
    def somebody(self) -> bool:
        """Whether anybody was asked."""
        return self.route.skill is not None or bool(self.route.tied)

    @property
    def scope(self) -> float:
        """How sure it is that any skill is meant."""
        if any(candidate.pack for candidate in self.route.candidates):
            return sum(candidate.score for candidate in self.route.candidates)
        return self.route.candidates[0].score if self.somebody else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Figures at one number of skills."""

    skills: int
    requests: int
    listed: Mapping[int, float]
    """Share of the requests whose skill is among the first k of the shortlist."""
    top1: float
    """The same for the first of the re-ranker's."""
    f1: float
    """Of what was asked in scope: questions count as right where one of the skills serves."""
    asks: float
    """Share of the requests that end in a question between skills."""
    followed: float | None
    """top1 of the requests of the first FOLLOWED skills; None where there are fewer."""
    auroc: float
    refused: float
    """Share of the requests out of scope that nobody is asked."""
    wrongly_refused: float
    error: float
    """Expected calibration error of the first candidate."""
    find_ms: tuple[float, float]
    """Median and 95th percentile."""
    route_ms: tuple[float, float]
    megabytes: float
    """What the skills added to resident memory."""


def asked_of(skills: Sequence[Stocked]) -> list[tuple[str, str]]:
    """What is asked of some skills, with the need."""
    return [(text, one.pack.id) for one in skills for text in one.asked]


def figures(
    skills: int,
    inside: Sequence[Answer],
    outside: Sequence[Answer],
    followed: Sequence[Answer],
    megabytes: float,
) -> Size:
    """Count what became of requests."""
    right = sum(one.right for one in inside)
    answered = sum(one.somebody for one in inside)
    ranked = [one for one in inside if one.route.candidates]
    sure = np.array([one.route.candidates[0].score for one in ranked], np.float32)
    hits = np.array([one.first_serves for one in ranked], bool)
    return Size(
        skills=skills,
        requests=len(inside),
        listed={k: _share(one.asked.need in one.listed[:k] for one in inside) for k in LISTED},
        top1=_share(one.first_serves for one in inside),
        f1=2 * right / max(1, answered + len(inside)),
        asks=_share(bool(one.route.tied) for one in inside),
        followed=_share(one.first_serves for one in followed) if followed else None,
        auroc=auroc(_scopes(inside), _scopes(outside)),
        refused=_share(not one.somebody for one in outside),
        wrongly_refused=_share(not one.somebody for one in inside),
        error=calibration_error(sure, hits),
        find_ms=_times([one.find_ms for one in (*inside, *outside)]),
        route_ms=_times([one.route_ms for one in (*inside, *outside)]),
        megabytes=megabytes,
    )


def _share(some: Iterable[bool]) -> float:
    return float(np.mean(list(some)))


def _scopes(some: Sequence[Answer]) -> Floats:
    return np.array([one.scope for one in some], np.float32)


def _times(some: Sequence[float]) -> tuple[float, float]:
    return float(np.median(some)), float(np.quantile(some, 0.95))


def likeness(skills: Sequence[Stocked], encode: Encode) -> Floats:
    """Cosine of each skill's prototype to the nearest other one's, shape (skills,)."""
    means = np.stack([np.mean([encode(e.text) for e in s.pack.examples], axis=0) for s in skills])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    cosines = means @ means.T
    np.fill_diagonal(cosines, -1.0)
    nearest: Floats = cosines.max(axis=1)
    return nearest
