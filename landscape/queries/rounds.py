"""Named reads of priority rounds: who has scored what, and what the reader may see of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import today
from core.models import User
from core.registry import Waiting
from landscape.models import Area, AreaDecision, AreaResult, PriorityRound, Score, ScoreReason
from landscape.permissions import can_read, can_score
from landscape.queries.areas import areas
from landscape.queries.changes import changes_in
from landscape.queries.decisions import decisions_of
from landscape.ranking import Mark, Result, figure
from landscape.strip import Strip, strip_of
from organizations.queries import Role, people


def results(round: PriorityRound, user: Any, only: Iterable[int] | None = None) -> dict[int, Result]:
    """The result of every area whose scores this reader may see, by area: of all once the round is over, before
    that of those that the reader has scored. `only` names some areas. One query."""
    rows = visible_results(round, user)
    rows = rows if only is None else rows.filter(area__in=only)
    return {row.area_id: kept_result(row) for row in rows}


def kept_result(row: AreaResult) -> Result:
    """What was kept of an area's scores, as a result."""
    return Result(
        marks=tuple(Mark(value, code, user) for user, code, value in row.marks),
        by_organization=row.by_organization,
        value=row.value,
        by_criterion={int(key): value for key, value in row.by_criterion.items()},
    )


def scored_by(round: PriorityRound, user: Any, only: Iterable[int] | None = None) -> set[int]:
    """The areas that this person has scored in the round, among `only` if given."""
    rows = Score.objects.filter(round=round, user=user.pk)
    rows = rows if only is None else rows.filter(area__in=only)
    return set(rows.order_by().values_list("area", flat=True).distinct())


def count_scored(round: PriorityRound, user: Any) -> int:
    """How many areas this person has scored in the round."""
    return Score.objects.filter(round=round, user=user.pk).order_by().values("area").distinct().count()


def reasons(round: PriorityRound, area: Area, user: Any) -> QuerySet[ScoreReason]:
    """The members' reasons for the scores of an area; hidden exactly as long as its scores are."""
    rows = ScoreReason.objects.filter(round=round, area=area).select_related("organization")
    hidden = not round.is_over() and not Score.objects.filter(round=round, area=area, user=user.pk).exists()
    return rows.none() if hidden else rows


def progress(round: PriorityRound, area: Area | None = None) -> tuple[int, int]:
    """How many members have scored (one area, if named), and how many may; says nothing about their answers."""
    rows = Score.objects.filter(round=round, user=OuterRef("pk"))
    rows = rows.filter(area=area) if area else rows
    return User.objects.filter(Exists(rows)).count(), len(people(Role.MEMBER))


def open_round(at: datetime | None = None) -> PriorityRound | None:
    """The round that takes scores now, if any; the clock ends it even if nobody has closed it."""
    found = PriorityRound.objects.filter(state=PriorityRound.State.OPEN).first()
    return found if found and not found.is_over(at) else None


def shown_round() -> PriorityRound | None:
    """The round whose scores the landscape shows: the newest."""
    return PriorityRound.objects.first()


def unscored_areas(round: PriorityRound, user: Any) -> QuerySet[Area]:
    """The open areas that this member has not scored in the round, in the order of the landscape."""
    return areas().exclude(Exists(Score.objects.filter(round=round, area=OuterRef("pk"), user=user.pk)))


def score_url(area: Area) -> str:
    """Where a mail's link leads: sign-in keeps an address but not its fragment, so this page sends on to the form."""
    return reverse("landscape:score", args=[area.slug])


def waiting(user: Any) -> list[Waiting]:
    """For a member while a round is open: one row that says how many areas wait for scores, and opens the first."""
    if not can_score(user):
        return []
    round = open_round()
    left = unscored_areas(round, user) if round else Area.objects.none()
    count, first = left.count(), left.first()
    if first is None:
        return []
    title = ngettext("Score %(n)d area of the landscape", "Score %(n)d areas of the landscape", count)
    return [
        Waiting(
            title=title % {"n": count},
            sentence=_("%(round)s: say which areas need extra support on coordination.") % {"round": round.title},
            url=score_url(first),
            action=_("Score the next area"),
            due_on=round.closes_on,
            illustrative_mark=round.illustrative_mark,
        )
    ]


def deadlines(user: Any, until: date) -> list[Waiting]:
    """The day on which scoring closes, from today until that day, for everybody who reads the landscape."""
    rows = PriorityRound.objects.filter(
        state=PriorityRound.State.OPEN, closes_on__gte=today(), closes_on__lte=until
    ).order_by("closes_on")
    return [
        Waiting(
            title=_("Scoring of the landscape closes"),
            sentence=item.title,
            url=item.get_absolute_url(),
            action=_("See the ranking"),
            due_on=item.closes_on,
            illustrative_mark=item.illustrative_mark,
        )
        for item in rows
        if can_read(user)
    ]


@dataclass(frozen=True)
class Ranked:
    """One area in the ranking; `rank` is missing while the reader may not see its scores or nobody has scored it."""

    area: Area
    rank: int | None
    result: Result | None
    own: float | None
    scored: bool
    change: str = ""
    decision: AreaDecision | None = None
    width: int = 136

    @cached_property
    def strip(self) -> Strip | None:
        return strip_of(self.result, self.width)

    @property
    def own_figure(self) -> str:
        return figure(self.own)

    @property
    def shown(self) -> tuple[Any, ...]:
        """All that the ranking shows of it: rows that agree in this look the same."""
        area, decision, result = self.area, self.decision, self.result
        return (
            *(area.slug, area.name, area.is_open, self.rank, self.own_figure, self.scored, self.change),
            *(str(decision or ""), decision.illustrative_mark if decision else ""),
            *(result.shown if result else None, self.width),
        )


def visible_results(round: PriorityRound, user: Any) -> QuerySet[AreaResult]:
    """What the scores came to, of the areas whose scores this reader may see: all once the round is over, before that
    those that the reader has scored."""
    rows = AreaResult.objects.filter(round=round)
    if round.is_over():
        return rows
    return rows.filter(area__in=Score.objects.filter(round=round, user=user.pk).values("area"))


def ranked_areas(round: PriorityRound, user: Any) -> QuerySet[Area]:
    """All open areas, and closed ones that were scored: by result, the highest first; equal results keep the order of
    the landscape. Areas whose scores are hidden from the reader, or that nobody has scored, come last."""
    found = visible_results(round, user)
    value = found.filter(area=OuterRef("pk")).values("value")[:1]
    rows = Area.objects.filter(Q(state=Area.State.OPEN) | Q(pk__in=found.values("area"))).annotate(
        value=Subquery(value)
    )
    return rows.select_related("owner").order_by(F("value").desc(nulls_last=True), "position", "pk")


def ranking(round: PriorityRound, user: Any, rows: Iterable[Any] | None = None) -> list[Ranked]:
    """These rows of `ranked_areas`, all unless given, with rank, scores and decision; equal results share a rank. The
    number of queries does not grow with them."""
    rows = list(ranked_areas(round, user) if rows is None else rows)
    keys = [area.pk for area in rows]
    found, own = results(round, user, keys), scored_by(round, user, keys)
    ranks = _ranks(visible_results(round, user), [area.value for area in rows if area.value is not None])
    changes, decided = changes_in(rows, user.previous_visit_at), decisions_of(keys)
    return [
        Ranked(
            area=area,
            rank=ranks.get(area.value),
            result=found.get(area.pk),
            own=_own(found.get(area.pk), user),
            scored=area.pk in own,
            change=changes.get(area.pk, ""),
            decision=decided.get(area.pk),
        )
        for area in rows
    ]


def _ranks(rows: QuerySet[AreaResult], wanted: list[float]) -> dict[float, int]:
    """The rank of each of these results: one more than the number of higher ones."""
    if not wanted:
        return {}
    values = rows.filter(value__gte=min(wanted)).order_by("-value").values_list("value", flat=True)
    ranks: dict[float, int] = {}
    for place, value in enumerate(values, start=1):
        ranks.setdefault(value, place)
    return ranks


def place_of(round: PriorityRound, area: Area, user: Any) -> Ranked:
    """One area as the ranking shows it, without the ranking of all: three queries."""
    result = results(round, user, [area.pk]).get(area.pk)
    rank = None
    if result and result.value is not None:
        rank = visible_results(round, user).filter(value__gt=round_to(result.value)).count() + 1
    return Ranked(area, rank, result, _own(result, user), result is not None, width=240)


def round_to(value: float) -> float:
    """Results are compared to six places, so that equal ones are equal whatever the order of adding up."""
    return round(value, 6)


def _own(result: Result | None, user: Any) -> float | None:
    return next((mark.value for mark in result.marks if mark.user == user.pk), None) if result else None


class Own(NamedTuple):
    """What a member has answered for an area: value by criterion, reason, and when, if at all."""

    values: dict[int, int | None]
    reason: str
    at: datetime | None


def own_answers(round: PriorityRound, area: Area, user: Any) -> Own:
    """What this member has answered for the area."""
    rows = list(Score.objects.filter(round=round, area=area, user=user.pk))
    reason = ScoreReason.objects.filter(round=round, area=area, user=user.pk).first() if rows else None
    moment = max((row.at for row in rows), default=None)
    return Own({row.criterion_id: row.value for row in rows}, reason.text if reason else "", moment)
