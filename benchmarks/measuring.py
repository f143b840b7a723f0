"""Measuring two ways of doing the same in turns, so that what drifts hits both of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

Measure: TypeAlias = Callable[[], float]
"""Does something once and gives how many seconds it took."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two ways of doing the same.

    Attributes:
        name: What is done.
        limit: The highest ratio of ours to theirs that is allowed.
        unit_count: How many units one measurement does, for the times that are shown.
        ours: With the package.
        theirs: Without it.
    """

    name: str
    limit: float
    unit_count: int
    ours: Measure
    theirs: Measure


@dataclass(frozen=True, slots=True)
class Result:
    """What a comparison came to; all times are seconds for one unit.

    Attributes:
        comparison: What was compared.
        ours: One time for each round.
        theirs: One time for each round.
    """

    comparison: Comparison
    ours: list[float]
    theirs: list[float]

    @property
    def ratio_of_minima(self) -> float:
        """Our best time over theirs: what is left when nothing disturbs, as nothing speeds up."""
        return min(self.ours) / min(self.theirs)

    @property
    def ratio_of_medians(self) -> float:
        """The median of each round's ratio, whose two times were taken one after the other."""
        return median(o / t for o, t in zip(self.ours, self.theirs, strict=True))

    @property
    def is_within_limit(self) -> bool:
        """Whether one of the ratios is: noise raises one of them, a slow package raises both."""
        return min(self.ratio_of_minima, self.ratio_of_medians) <= self.comparison.limit


def compare(comparison: Comparison, rounds: int) -> Result:
    """Measure both ways in turns.

    Args:
        comparison: What to compare.
        rounds: How often.

    Returns:
        The times of all rounds but the first, which warms both up.
    """
    result = Result(comparison, [], [])
    ways = [(comparison.ours, result.ours), (comparison.theirs, result.theirs)]
    for number in range(-1, rounds):
        for measure, times in ways if number % 2 else reversed(ways):
            gc.collect()
            seconds = measure() / comparison.unit_count
            if number >= 0:
                times.append(seconds)
    return result


def timed(action: Callable[[], object]) -> Measure:
    """Make a measurement of a function.

    Args:
        action: The function.

    Returns:
        What measures it.
    """

    def measure() -> float:
        start = time.perf_counter()
        action()
        return time.perf_counter() - start

    return measure
