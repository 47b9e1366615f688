"""What the scores of one area say. The three organizations weigh the same, whatever the number of their members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import fmean, median

from django.utils.translation import gettext as _

CODES = ("ISO", "IEC", "ITU-T")


@dataclass(frozen=True)
class Vote:
    """One member's value, 1 to 5, for one criterion; None is an abstention."""

    user: int
    organization: str
    criterion: int
    value: int | None


@dataclass(frozen=True, order=True)
class Mark:
    """One member's own result for the area: the weighted mean of what the member answered."""

    value: float
    organization: str = field(compare=False)
    user: int = field(compare=False)


@dataclass(frozen=True)
class Result:
    """One area's scores: a mark per member, the mean per organization, and the group's result from 1 to 5."""

    marks: tuple[Mark, ...] = ()
    by_organization: Mapping[str, float] = field(default_factory=dict)
    value: float | None = None
    by_criterion: Mapping[int, float] = field(default_factory=dict)

    @property
    def median(self) -> float | None:
        return median(mark.value for mark in self.marks) if self.marks else None

    @property
    def lowest(self) -> float | None:
        return self.marks[0].value if self.marks else None

    @property
    def highest(self) -> float | None:
        return self.marks[-1].value if self.marks else None

    @property
    def divergence(self) -> float | None:
        """The largest difference between two organizations; none while fewer than two have scored."""
        means = self.by_organization.values()
        return max(means) - min(means) if len(means) > 1 else None

    @property
    def agreement(self) -> str:
        """How far the members' marks lie apart: within one point, two points, or more."""
        if not self.marks:
            return ""
        spread = self.highest - self.lowest
        if spread <= 1:
            return _("Close")
        return _("Some spread") if spread <= 2 else _("Members differ")

    @property
    def shown(self) -> tuple[object, ...]:
        """The numbers behind every figure and mark: results that agree in these look the same."""
        marks = tuple((mark.value, mark.organization, mark.user) for mark in self.marks)
        return (self.value, tuple(self.by_organization.items()), marks)

    @property
    def median_figure(self) -> str:
        return figure(self.median)

    @property
    def value_figure(self) -> str:
        return figure(self.value)

    @property
    def lowest_figure(self) -> str:
        return figure(self.lowest)

    @property
    def highest_figure(self) -> str:
        return figure(self.highest)

    @property
    def divergence_figure(self) -> str:
        return figure(self.divergence)

    @property
    def means(self) -> list[tuple[str, str]]:
        """The mean of each organization, in the fixed order; empty for one that has not scored."""
        return [(code, figure(self.by_organization.get(code))) for code in CODES]


def weighted(values: Mapping[int, float], weights: Mapping[int, int]) -> float | None:
    """The weighted mean over the criteria that have a value; None if none has one."""
    total = sum(weights[key] for key in values)
    return sum(weights[key] * value for key, value in values.items()) / total if total else None


def result_of(votes: Iterable[Vote], weights: Mapping[int, int]) -> Result:
    """The result of one area: for each criterion the mean of every organization, then the mean of these means, then
    the weighted mean over the criteria. Abstentions do not count."""
    per_user: dict[tuple[int, str], dict[int, float]] = defaultdict(dict)
    per_criterion: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for vote in votes:
        if vote.value is not None:
            per_user[vote.user, vote.organization][vote.criterion] = vote.value
            per_criterion[vote.criterion][vote.organization].append(vote.value)
    means = {key: {code: fmean(values) for code, values in rows.items()} for key, rows in per_criterion.items()}
    codes = {code for rows in means.values() for code in rows}
    by_criterion = {key: fmean(rows.values()) for key, rows in means.items()}
    return Result(
        marks=tuple(sorted(Mark(weighted(values, weights), code, user) for (user, code), values in per_user.items())),
        by_organization={
            code: weighted({key: rows[code] for key, rows in means.items() if code in rows}, weights) for code in codes
        },
        value=weighted(by_criterion, weights),
        by_criterion=by_criterion,
    )


def figure(value: float | None) -> str:
    """4.0 or 3.8: one decimal, halves rounded up, so that figures stand under each other; nothing for no value."""
    return "" if value is None else str(Decimal(f"{value:.6f}").quantize(Decimal("0.1"), ROUND_HALF_UP))
