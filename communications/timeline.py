"""The geometry of the timeline: days become percentages, so that the page draws it in plain SVG and any width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from communications.models import Step
from communications.queries.work_plan import StepState, by_audience, state_of
from core.dates import MONTHS, format_date, today

ROOM_FOR_LABEL = 84  # per cent; further right a label would leave the drawing


@dataclass(frozen=True)
class Bar:
    """One step as it is drawn."""

    step: Step
    state: StepState
    x: str
    width: str
    flag: str
    label: str
    before: date | None = None
    before_flag: str = ""

    @property
    def words(self) -> str:
        """The same for those who do not see the drawing."""
        words = f"{self.state.words}, {format_date(self.step.due_on)}"
        if self.before is None:
            return words
        return _("%(words)s, in the baseline %(day)s") % {"words": words, "day": format_date(self.before)}


@dataclass(frozen=True)
class Timeline:
    """Groups of bars by audience, the years and months above them, the grid, and today's line if it is inside."""

    groups: list[tuple[str, list[Bar]]]
    years: list[tuple[str, str]]
    months: list[tuple[str, str]]
    grid: list[str]
    today: str
    has_moved: bool = False


def _first(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return _first(_first(day) + timedelta(days=32))


def _months(start: date, end: date) -> list[date]:
    months = [start]
    while _next_month(months[-1]) < end:
        months.append(_next_month(months[-1]))
    return months


def _percent(value: float) -> str:
    return f"{value:.2f}%"


class _Scale:
    """Days of whole months, first to last, as percentages of the width."""

    def __init__(self, start: date, end: date):
        self.start, self.end = _first(start), _next_month(end)
        self.days = (self.end - self.start).days

    def at(self, day: date) -> float:
        return 100 * (day - self.start).days / self.days

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end


def draw(steps: Iterable[Step], day: date | None = None, before: Mapping[int, date] | None = None) -> Timeline | None:
    """The timeline of these steps as of that day, or nothing when there are none. `before` says, by the step's key,
    where a baseline had a milestone that has moved since."""
    steps, day, before = list(steps), day or today(), before or {}
    if not steps:
        return None
    moved = [before[step.pk] for step in steps if step.pk in before]
    ends = [step.due_on for step in steps] + [step.done_on for step in steps if step.done_on] + moved
    scale = _Scale(min([step.start_on for step in steps] + moved), max(ends))
    months = _months(scale.start, scale.end)
    every = 1 if len(months) <= 18 else 3 if len(months) <= 54 else 12
    shown = [month for month in months if (month.month - 1) % every == 0 or month == months[0] and every == 1]
    years = [month for month in months if month.month == 1 or month == months[0]]
    return Timeline(
        groups=[
            (name, [_bar(step, scale, day, before.get(step.pk)) for step in rows])
            for name, rows in by_audience(steps).items()
        ],
        years=[(_percent(scale.at(m)), str(m.year)) for m in _apart(years, scale)],
        months=[(_percent(scale.at(m)), MONTHS[m.month - 1][:3]) for m in shown] if every < 12 else [],
        grid=[_percent(scale.at(m)) for m in months if (m.month - 1) % (3 if every < 12 else 12) == 0]
        + [_percent(0), _percent(100)],
        today=_percent(scale.at(day)) if scale.holds(day) else "",
        has_moved=bool(moved),
    )


def _apart(years: list[date], scale: _Scale) -> list[date]:
    """The first year's label gives way where the next one begins at once."""
    crowded = len(years) > 1 and scale.at(years[1]) - scale.at(years[0]) < 4
    return years[1:] if crowded else years


def _bar(step: Step, scale: _Scale, day: date, before: date | None) -> Bar:
    state = state_of(step, day)
    start, end = scale.at(step.start_on), scale.at(step.due_on + timedelta(days=1))
    tells: dict[str, Any] = {"done": state.words, "late": state.words, "soon": format_date(step.due_on)}
    label = tells.get(state.kind, format_date(step.due_on) if state.kind == "running" else "")
    flag = scale.at(step.due_on)
    return Bar(
        step=step,
        state=state,
        x=_percent(start),
        width=_percent(max(end - start, 0.3)),
        flag=_percent(flag),
        label=label if flag <= ROOM_FOR_LABEL else "",
        before=before,
        before_flag=_percent(scale.at(before)) if before else "",
    )
