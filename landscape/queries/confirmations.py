"""Which areas each organization has confirmed as still true, and which have gone stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.registry import Waiting
from landscape.models import Area, AreaRevision, Confirmation, ConfirmationPeriod, ConfirmationRequest
from landscape.queries.areas import areas
from organizations.models import Organization
from organizations.queries import Role, organizations, standing_of


def period() -> ConfirmationPeriod:
    """The period that the administrator has set, or the one that the portal starts with."""
    return ConfirmationPeriod.objects.filter(pk=1).first() or ConfirmationPeriod(pk=1)


def stale_before(at: datetime | None = None) -> datetime:
    """An area is stale when nobody has confirmed it, or added it, since this moment."""
    return (at or timezone.now()) - timedelta(days=period().days)


def stale_areas(at: datetime | None = None) -> QuerySet[Area]:
    """The open areas that at least one of the organizations has not confirmed within the period."""
    limit = stale_before(at)
    fresh = Confirmation.objects.filter(area=OuterRef("pk"), at__gte=limit).order_by().values("area")
    confirmed = Subquery(fresh.annotate(n=Count("organization", distinct=True)).values("n"))
    rows = areas().filter(added_at__lt=limit).annotate(confirmed=Coalesce(confirmed, 0))
    return rows.filter(confirmed__lt=Organization.objects.count())


def areas_with_word(organization: Organization) -> QuerySet[Area]:
    """The open areas, each with its newest revision and what this organization confirmed last: `newest`,
    `newest_number`, `confirmed_at`, `confirmed_number`, and `counts_from`, from when its period runs."""
    last = Confirmation.objects.filter(area=OuterRef("pk"), organization=organization).order_by("-at", "-pk")
    newest = AreaRevision.objects.filter(subject=OuterRef("pk")).order_by("-number")
    return areas().annotate(
        newest=Subquery(newest.values("pk")[:1]),
        newest_number=Subquery(newest.values("number")[:1]),
        confirmed_at=Subquery(last.values("at")[:1], output_field=DateTimeField()),
        confirmed_number=Subquery(last.values("revision__number")[:1]),
        counts_from=Coalesce("confirmed_at", "added_at"),
    )


def stale_for(organization: Organization, at: datetime | None = None) -> QuerySet[Area]:
    """The open areas that this organization has not confirmed within the period."""
    return areas_with_word(organization).filter(counts_from__lt=stale_before(at))


def areas_to_confirm(organization: Organization, at: datetime | None = None) -> QuerySet[Area]:
    """What this organization may confirm: what it never did, what has changed since, and what is stale."""
    open_words = Q(confirmed_at=None) | Q(confirmed_number__lt=F("newest_number"))
    return areas_with_word(organization).filter(open_words | Q(counts_from__lt=stale_before(at)))


@dataclass(frozen=True)
class Word:
    """What one organization says of an area: its last confirmation, whether the area has changed since, whether it
    is stale, and whether the reader may confirm it for this organization now."""

    organization: Organization
    confirmation: Confirmation | None
    changed: bool
    stale: bool
    can_confirm: bool


def words_on(area: Area, newest: AreaRevision, user: Any) -> list[Word]:
    """The word of each organization on the area, in the order of the house; constant queries."""
    limit, standing = stale_before(), standing_of(user)
    rows = Confirmation.objects.filter(area=area).select_related("revision").order_by("at", "pk")
    last = {row.organization_id: row for row in rows}
    found = []
    for place in organizations():
        row = last.get(place.pk)
        changed = row is not None and row.revision.number < newest.number
        stale = (row.at if row else area.added_at) < limit
        may = area.is_open and standing.holds(Role.SECRETARY, place, "may_write")
        found.append(Word(place, row, changed, stale, may and (row is None or changed or stale)))
    return found


def stale_in(page: list[Area], at: datetime | None = None) -> dict[int, list[str]]:
    """Of these areas the stale ones, with the codes of the organizations that should confirm; two queries."""
    limit, places = stale_before(at), organizations()
    rows = Confirmation.objects.filter(area__in=[area.pk for area in page], at__gte=limit).order_by()
    fresh = set(rows.values_list("area", "organization"))
    missing = {
        area.pk: [place.code for place in places if (area.pk, place.pk) not in fresh]
        for area in page
        if area.added_at < limit
    }
    return {key: codes for key, codes in missing.items() if codes}


def last_request(organization: Organization) -> ConfirmationRequest | None:
    """When the secretaries of the organization were last asked by mail."""
    return ConfirmationRequest.objects.filter(organization=organization).order_by("-number").first()


def confirm_url(organization: Organization) -> str:
    """The page where the secretaries of the organization confirm."""
    return f"{reverse('landscape:confirm_areas')}?organization={organization.slug}"


def waiting_confirmations(user: Any) -> list[Waiting]:
    """For a secretary: one line per own organization that says how many areas have gone stale."""
    found = []
    for place in standing_of(user).organizations_as(Role.SECRETARY, "may_write"):
        count = stale_for(place).count()
        title = ngettext("Confirm %(n)d area of the landscape", "Confirm %(n)d areas of the landscape", count)
        if count:
            found.append(
                Waiting(
                    title=title % {"n": count},
                    sentence=_("%(organization)s has not said for a while that they are still true.")
                    % {"organization": place},
                    url=confirm_url(place),
                    action=_("Confirm areas"),
                    organization=place.code,
                )
            )
    return found
