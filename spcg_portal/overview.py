"""Home's view of others: what waits on which organization and since when, and what the administrator looks after; no
writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.queries.letters import approvals_missing_on_letters
from core.dates import in_geneva, today
from core.models import Backup, User
from documents.models import Revision
from landscape.queries.confirmations import stale_areas
from organizations.models import Appointment
from organizations.permissions import can_read
from organizations.queries import organizations, standing_of
from post.models import Address, Delivery
from proposals.models import Interest, Proposal
from proposals.queries.answers import open_questions
from proposals.queries.waiting import open_matters
from publications.queries import missing_approvals, name_of
from reports.queries import approvals_missing_on_reports

OTHERS_SHOWN = 12
BACKUP_DAYS = 2
FAILED_DAYS = 30


@dataclass(frozen=True)
class Owed:
    """One thing that waits on an organization: what, where, and since when."""

    organization: str
    title: str
    url: str
    since: datetime
    illustrative_mark: str = ""

    @property
    def days(self) -> int:
        """Its age in days by Geneva's calendar."""
        return (today() - in_geneva(self.since).date()).days


def owed(user: Any) -> list[Owed]:
    """Approvals of recommendations, letters, board reports and publications not given, and questions to committees not
    answered, of what the reader may see; the oldest first."""
    rows = [*_approvals(user), *_letters(user), *_reports(user), *_publications(user), *_questions(user)]
    return sorted(rows, key=lambda row: (row.since, row.title, row.organization))


def _approvals(user: Any) -> list[Owed]:
    rows = [row for row in open_matters(user) if row.state == Proposal.State.RECOMMENDATION]
    places = organizations()
    return [row for proposal in rows if proposal.recommendation.proposed_at for row in _missing(proposal, places)]


def _missing(proposal: Proposal, places: list[Any]) -> list[Owed]:
    revision = list(proposal.recommendation.document.revisions.all())[-1]
    if revision.state != Revision.Status.FOR_APPROVAL:
        return []
    given = {verdict.organization_id for verdict in revision.approvals.all()}
    title = _("Approval of %(reference)s") % {"reference": str(proposal.recommendation.document)}
    url, since = f"{proposal.get_absolute_url()}#recommendation", proposal.recommendation.proposed_at
    return [Owed(p.code, title, url, since, proposal.illustrative_mark) for p in places if p.pk not in given]


def _letters(user: Any) -> list[Owed]:
    """Circular letters are for those who see drafts until all three have approved them."""
    return [
        Owed(
            organization.code,
            _("Approval of the circular letter “%(subject)s”") % {"subject": letter.subject},
            f"{letter.get_absolute_url()}?cover={organization.slug}#approval",
            since,
            letter.illustrative_mark,
        )
        for letter, organization, since in approvals_missing_on_letters(user)
    ]


def _reports(user: Any) -> list[Owed]:
    return [
        Owed(
            organization.code,
            _("Approval of the board report “%(title)s”") % {"title": report.title},
            f"{report.get_absolute_url()}#approval",
            since,
            report.illustrative_mark,
        )
        for report, organization, since in approvals_missing_on_reports(user)
    ]


def _publications(user: Any) -> list[Owed]:
    return [
        Owed(
            organization.code,
            _("Publication of %(what)s") % {"what": name_of(edition)},
            f"{edition.publication.get_absolute_url()}#approval",
            since,
            edition.publication.illustrative_mark,
        )
        for edition, organization, since in (missing_approvals() if can_read(user) else [])
    ]


def _questions(user: Any) -> list[Owed]:
    codes = {organization.pk: organization.code for organization in organizations()}
    matters = {proposal.pk: proposal for proposal in open_matters(user)}
    return [
        _question(row, matters[row.proposal_id], codes[row.place])
        for row in open_questions(user)
        if row.place in codes and row.proposal_id in matters
    ]


def _question(row: Interest, proposal: Proposal, code: str) -> Owed:
    facts = {"committee": row.committee, "reference": proposal.reference}
    title = _("Answer of %(committee)s on proposal %(reference)s") % facts
    return Owed(code, title, f"{proposal.get_absolute_url()}#interests", row.asked_at, proposal.illustrative_mark)


def only_reads(user: Any) -> bool:
    """Whether this person is an observer and nothing else."""
    return {row.role for row in standing_of(user).appointments} == {Appointment.Role.OBSERVER}


@dataclass(frozen=True)
class Care:
    """One thing that the administrator looks after: how it stands, where to act, and whether it needs him."""

    words: str
    url: str
    needs: bool


def cares() -> list[Care]:
    """People without an appointment, addresses that came back, mail that failed, stale areas and the backups; what
    needs somebody comes first."""
    rows = [_people(), _addresses(), _failures(), _stale(), _backups()]
    return sorted(rows, key=lambda row: not row.needs)


def _care(number: int, words: str, url: str) -> Care:
    return Care(words % {"n": number}, url, number > 0)


def _people() -> Care:
    day = today()
    held = Appointment.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), user=OuterRef("pk"), from_on__lte=day)
    number = User.objects.filter(~Exists(held), is_active=True).count()
    words = ngettext("%(n)d person without an appointment", "%(n)d people without an appointment", number)
    return _care(number, words, reverse("organizations:people"))


def _addresses() -> Care:
    number = Address.objects.filter(bounced_at__isnull=False).count()
    words = ngettext("%(n)d address from which mail came back", "%(n)d addresses from which mail came back", number)
    return _care(number, words, reverse("organizations:contacts"))


def _failures() -> Care:
    since = timezone.now() - timedelta(days=FAILED_DAYS)
    number = Delivery.objects.filter(state=Delivery.State.FAILED, mailing__created_at__gte=since).count()
    words = ngettext("%(n)d mail not sent in 30 days", "%(n)d mails not sent in 30 days", number)
    return _care(number, words, reverse("admin:post_delivery_changelist") + "?state__exact=failed")


def _stale() -> Care:
    number = stale_areas().count()
    words = ngettext("%(n)d area that nobody confirmed in time", "%(n)d areas that nobody confirmed in time", number)
    return _care(number, words, reverse("landscape:list"))


def _backups() -> Care:
    newest = Backup.objects.first()
    if newest is None:
        return Care(_("No backup has been made"), reverse("sending"), True)
    days = (today() - in_geneva(newest.made_at).date()).days
    words = ngettext("The newest backup is %(n)d day old", "The newest backup is %(n)d days old", days)
    return Care(words % {"n": days}, reverse("sending"), days > BACKUP_DAYS)
