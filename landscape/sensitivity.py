"""Whether the areas on top stay on top when the questions weigh otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from random import Random

import numpy as np

TOP, DRAWS, SEED = 5, 100, 2020


@dataclass(frozen=True)
class Sensitivity:
    """In `held` of `draws` draws no other area came before one of the `size` areas on top."""

    size: int
    held: int
    draws: int = DRAWS


def draws_of(criteria: Sequence[int], draws: int = DRAWS, seed: int = SEED) -> np.ndarray:
    """So many mixes of weights that add up to 1, every mix as likely as any other; the same ones for the same seed."""
    chance = Random(seed)  # noqa: S311
    rows = np.array([[-log(1 - chance.random()) for _criterion in criteria] for _draw in range(draws)])
    return rows / rows.sum(axis=1, keepdims=True)


def sensitivity_of(means: Sequence[Mapping[int, float]], weights: Mapping[int, int]) -> Sensitivity | None:
    """How often the top five, with those who share the fifth place, stay on top. `means` holds for each area the means
    of its criteria. None where no area is below the top, or no area stands in it."""
    criteria = sorted(weights)
    rows = [row for row in means if row]
    if not rows or not criteria:
        return None
    values = np.array([[row.get(key, np.nan) for key in criteria] for row in rows])
    ranked = _results(values, np.array([[weights[key] for key in criteria]], dtype=float))[0]
    fifth = np.sort(ranked)[::-1][min(TOP, len(rows)) - 1]
    top = ranked >= fifth
    if top.all():
        return None
    drawn = _results(values, draws_of(criteria))
    held = (drawn[:, top].min(axis=1) >= drawn[:, ~top].max(axis=1)).sum()
    return Sensitivity(int(top.sum()), int(held))


def _results(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted mean of each area under each mix, to six places; a criterion without a value does not count."""
    known = ~np.isnan(values)
    return np.round((weights @ np.where(known, values, 0).T) / (weights @ known.T), 6)
