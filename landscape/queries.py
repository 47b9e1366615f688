"""Named reads of the landscape; no writes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import moment, today
from core.models import User
from core.registry import Waiting
from landscape.models import Area, AreaEntry, AreaRemark, AreaRevision, PriorityRound, Score
from landscape.permissions import can_read, can_score
from organizations.queries import everybody, secretaries

A = AreaEntry.Action


def areas() -> QuerySet[Area]:
    """The open areas in the order of the landscape."""
    return Area.objects.filter(state=Area.State.OPEN).select_related("owner")


def areas_visible_to(user: Any) -> QuerySet[Area]:
    """All areas, closed ones too, for everybody with an appointment; none for others."""
    rows = Area.objects.select_related("owner")
    return rows if can_read(user) else rows.none()


def areas_changed_between(start: date, end: date) -> dict[str, int]:
    """What the landscape recorded in the period, both days included: areas added, changed and closed, comments
    made, rounds closed. An area that was added in the period does not count as changed too."""
    period = {"at__gte": moment(start, time.min), "at__lt": moment(end + timedelta(days=1), time.min)}
    entries = AreaEntry.objects.filter(**period)
    added = set(entries.filter(action=A.ADD).values_list("subject", flat=True))
    changed = set(entries.filter(action__in=[A.EDIT, A.RESTORE]).values_list("subject", flat=True))
    return {
        "added": len(added),
        "changed": len(changed - added),
        "closed": entries.filter(action=A.CLOSE).values("subject").distinct().count(),
        "comments": AreaRemark.objects.filter(**period).count(),
        "rounds": PriorityRound.objects.filter(
            state=PriorityRound.State.CLOSED, closed_at__gte=period["at__gte"], closed_at__lt=period["at__lt"]
        ).count(),
    }


def register_revision() -> int:
    """The number of the living document's present state: every save of any area counts one."""
    return AreaRevision.objects.count()


def newest_revision(area: Area) -> AreaRevision:
    """The revision that stands now."""
    return area.revisions.order_by("-number").first()


def watchers(area: Area) -> list[User]:
    """Who is told about an area: those who commented on it or edited it, and the secretaries of its owner."""
    known = set(area.remarks.values_list("author", flat=True)) | set(area.revisions.values_list("author", flat=True))
    told = [person for person in everybody() if person.pk in known]
    if area.owner_id:
        told += secretaries(area.owner)
    return list({person.pk: person for person in told}.values())


def recent_entries(user: Any) -> QuerySet[AreaEntry]:
    """History of the areas, newest first. That somebody scored stays out: nine members times forty areas would
    bury the rest."""
    rows = AreaEntry.objects.exclude(action=A.SCORE).select_related("subject")
    return rows if can_read(user) else rows.none()


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
        )
        for item in rows
        if can_read(user)
    ]


def resolve(reference: str, user: Any) -> str | None:
    """The address of “landscape” as a meeting's outcome names it."""
    return reverse("landscape:list") if reference.strip().lower() == "landscape" and can_read(user) else None
