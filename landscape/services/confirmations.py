"""The writers of confirmations, of the period after which areas go stale, and of the mails that ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import in_geneva
from core.history import record
from core.moves import NotAllowed, Refused, save_version
from landscape.models import Area, AreaRevision, Confirmation, ConfirmationPeriod, ConfirmationRequest
from landscape.permissions import can_confirm, can_set_period
from landscape.queries import newest_revision
from landscape.queries.confirmations import confirm_url, last_request, period, stale_for
from organizations.models import Organization
from organizations.queries import organizations, secretaries
from post.services.notices import notify

MOST_NAMED = 20


@dataclass
class Confirmed:
    """What became of a request to confirm: how many areas were, and which were not because they have changed."""

    count: int = 0
    changed: list[Area] = field(default_factory=list)


@transaction.atomic
def confirm_areas(
    by: Any, organization: Organization, read: Iterable[tuple[int, int]], *, at: datetime | None = None
) -> Confirmed:
    """Confirms for the organization that areas are still true, each as it reads in the revision that the secretary
    saw: `read` are keys of an area and of a revision. An area that has changed meanwhile is not confirmed; the same
    revision twice on one day is confirmed once."""
    if not can_confirm(by, organization):
        raise NotAllowed(
            _("The secretary of %(organization)s confirms for %(organization)s.") % {"organization": organization}
        )
    seen, done = dict(read), Confirmed()
    # Held in one order, so that two clicks take turns.
    for area in Area.objects.select_for_update().filter(pk__in=list(seen), state=Area.State.OPEN).order_by("pk"):
        revision = newest_revision(area)
        if revision.pk != seen[area.pk]:
            done.changed.append(area)
        elif _confirm(area, revision, organization, by, at):
            done.count += 1
    return done


def _confirm(area: Area, revision: AreaRevision, organization: Organization, by: Any, at: datetime | None) -> bool:
    moment = at or timezone.now()
    last = Confirmation.objects.filter(area=area, organization=organization).first()
    if last and last.revision_id == revision.pk and in_geneva(last.at).date() == in_geneva(moment).date():
        return False
    values = {"area": area, "organization": organization, "revision": revision, "at": moment}
    Confirmation.objects.create(by=by, by_label=str(by), **values)
    words = {"organization": organization, "number": revision.number}
    said = _("confirmed for %(organization)s that it is still true (revision %(number)d)") % words
    record(area, "confirm", by, said, organization=organization.code, after={"revision": revision.number}, at=at)
    return True


@transaction.atomic
def set_period(by: Any, version: int, days: int, *, at: datetime | None = None) -> ConfirmationPeriod:
    """Sets after how many days without a confirmation an area is stale, for all organizations alike. Raises Conflict
    when somebody else has set it since `version`."""
    if not can_set_period(by):
        raise NotAllowed(_("The administrator sets the period. Ask the administrator."))
    if not ConfirmationPeriod.SHORTEST <= days <= ConfirmationPeriod.LONGEST:
        raise Refused(_("Enter a number of days from 14 to 1096."))
    row = _row()
    for before, after in save_version(row, version, days=days).values():
        said = _("set the period for confirming areas to %(after)d days (before: %(before)d)")
        words = {"after": after, "before": before}
        record(row, "set_period", by, said % words, before={"days": before}, after={"days": after}, at=at)
    return row


def _row() -> ConfirmationPeriod:
    return ConfirmationPeriod.objects.get_or_create(pk=1)[0]


def ask_due(at: datetime | None = None) -> int:
    """Asks the secretaries of every organization that has stale areas to confirm them, at most once in a period;
    returns how many organizations were asked. What a stopped worker missed is asked for by the next pass."""
    return sum(_ask(place, at or timezone.now()) for place in organizations())


@transaction.atomic
def _ask(organization: Organization, now: datetime) -> bool:
    """The number of the request decides: of two workers, the one that writes it first asks."""
    last = last_request(organization)
    if last and last.at > now - timedelta(days=period().days):
        return False
    names = list(stale_for(organization, now).values_list("name", flat=True))
    people = secretaries(organization, "may_write")
    if not names or not people:
        return False
    try:
        with transaction.atomic():
            number = last.number + 1 if last else 1
            ConfirmationRequest.objects.create(organization=organization, number=number, areas=len(names), at=now)
    except IntegrityError:
        return False
    _tell(organization, people, names)
    return True


def _tell(organization: Organization, people: list[Any], names: list[str]) -> None:
    count = len(names)
    words = {"n": count, "organization": organization, "days": period().days}
    notify(
        people,
        kind="landscape",
        subject=ngettext(
            "Landscape: %(n)d area to confirm for %(organization)s",
            "Landscape: %(n)d areas to confirm for %(organization)s",
            count,
        )
        % words,
        lead=_("%(organization)s has not confirmed these areas within %(days)d days. Are they still true?") % words,
        text=_listed(names),
        reason=_("You are a secretary of %(organization)s.") % words,
        url=confirm_url(organization),
        action=_("Confirm areas"),
        thread=f"landscape-confirm-{organization.slug}",
    )
    said = ngettext(
        "asked the secretaries of %(organization)s to confirm %(n)d area",
        "asked the secretaries of %(organization)s to confirm %(n)d areas",
        count,
    )
    record(_row(), "ask", None, said % words, organization=organization.code)


def _listed(names: list[str]) -> str:
    """The names, one to a paragraph; of a long list the first, and how many more the page has."""
    more = len(names) - MOST_NAMED
    told = names[:MOST_NAMED]
    if more > 0:
        told.append(ngettext("And %(n)d more on the page.", "And %(n)d more on the page.", more) % {"n": more})
    return "\n\n".join(told)
