"""Named reads of priority rounds: who has scored what, and what the reader may see of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import today
from core.registry import Waiting
from landscape.models import Area, PriorityRound, Score, ScoreReason
from landscape.permissions import can_read, can_score
from landscape.queries.areas import areas
from landscape.queries.changes import changes_in
from landscape.ranking import Result, Vote, figure, result_of
from landscape.strip import Strip, strip_of
from organizations.queries import Role, people


def results(round: PriorityRound, user: Any, only: Iterable[int] | None = None) -> dict[int, Result]:
    """The result of every area whose scores this reader may see, by area: of all once the round is over, before
    that of those that the reader has scored. `only` names some areas. Two queries."""
    rows = Score.objects.filter(round=round)
    if only is not None:
        rows = rows.filter(area__in=only)
    if not round.is_over():
        own = Score.objects.filter(round=round, area=OuterRef("area"), user=user.pk)
        rows = rows.filter(Exists(own))
    votes: dict[int, list[Vote]] = defaultdict(list)
    for area, *vote in rows.values_list("area", "user", "organization__code", "criterion", "value"):
        votes[area].append(Vote(*vote))
    weights = dict(round.criteria.values_list("pk", "weight"))
    return {area: result_of(votes[area], weights) for area in votes}


def scored_by(round: PriorityRound, user: Any) -> set[int]:
    """The areas that this person has scored in the round."""
    return set(Score.objects.filter(round=round, user=user.pk).values_list("area", flat=True))


def reasons(round: PriorityRound, area: Area, user: Any) -> QuerySet[ScoreReason]:
    """The members' reasons for the scores of an area; hidden exactly as long as its scores are."""
    rows = ScoreReason.objects.filter(round=round, area=area).select_related("organization")
    hidden = not round.is_over() and not Score.objects.filter(round=round, area=area, user=user.pk).exists()
    return rows.none() if hidden else rows


def progress(round: PriorityRound, area: Area | None = None) -> tuple[int, int]:
    """How many members have scored (one area, if named), and how many may; says nothing about their answers."""
    rows = Score.objects.filter(round=round)
    rows = rows.filter(area=area) if area else rows
    return rows.values("user").distinct().count(), len(people(Role.MEMBER))


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
    left = list(unscored_areas(round, user)) if round else []
    if not left:
        return []
    title = ngettext("Score %(n)d area of the landscape", "Score %(n)d areas of the landscape", len(left))
    return [
        Waiting(
            title=title % {"n": len(left)},
            sentence=_("%(round)s: say which areas need extra support on coordination.") % {"round": round.title},
            url=score_url(left[0]),
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
    strip: Strip | None
    own: float | None
    scored: bool
    change: str = ""

    @property
    def own_figure(self) -> str:
        return figure(self.own)


def ranking(round: PriorityRound, user: Any, width: int = 136) -> list[Ranked]:
    """All open areas, and closed ones that were scored: by result, the highest first; equal results share a rank and
    keep the order of the landscape. Areas whose scores are hidden from the reader come last, without a rank."""
    found, own = results(round, user), scored_by(round, user)
    rows = Area.objects.filter(Q(state=Area.State.OPEN) | Q(pk__in=list(found))).select_related("owner")
    ordered = sorted(rows, key=lambda area: (-_value(found.get(area.pk)), area.position))
    values = [_value(found.get(area.pk)) for area in ordered]
    changes = changes_in(ordered, user.previous_visit_at)
    return [
        Ranked(
            area=area,
            rank=values.index(value) + 1 if value else None,
            result=found.get(area.pk),
            strip=strip_of(found.get(area.pk), width),
            own=_own(found.get(area.pk), user),
            scored=area.pk in own,
            change=changes.get(area.pk, ""),
        )
        for area, value in zip(ordered, values, strict=True)
    ]


def _value(result: Result | None) -> float:
    return round_to(result.value) if result and result.value is not None else 0


def round_to(value: float) -> float:
    """Results are compared to six places, so that equal ones are equal whatever the order of adding up."""
    return round(value, 6)


def _own(result: Result | None, user: Any) -> float | None:
    return next((mark.value for mark in result.marks if mark.user == user.pk), None) if result else None


def own_answers(round: PriorityRound, area: Area, user: Any) -> tuple[dict[int, int | None], str, datetime | None]:
    """What this member has answered for the area: value by criterion, reason, and when."""
    rows = list(Score.objects.filter(round=round, area=area, user=user.pk))
    reason = ScoreReason.objects.filter(round=round, area=area, user=user.pk).first()
    moment = max((row.at for row in rows), default=None)
    return {row.criterion_id: row.value for row in rows}, reason.text if reason else "", moment
