"""Reads of letters: who sees them, what exactly was approved, what still stops or should be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.covers import has_number
from communications.models import (
    Cover,
    CoverEdition,
    Letter,
    LetterApproval,
    LetterAttachment,
    LetterEntry,
    Plan,
    Schedule,
    Step,
    WorkPlan,
)
from communications.permissions import can_read_letters, can_send, sees_drafts
from communications.placeholders import PLACEHOLDERS, unknown_placeholders
from communications.queries.audience import count_recipients, organizations_shown_to, without_committee
from communications.queries.comparison import audience_changes
from core.dates import today
from core.reading import read_once
from core.registry import Waiting
from documents.models import Revision
from organizations.models import Organization
from organizations.queries import Role, organizations, standing_of
from post.models import Delivery, Mailing
from post.queries import ledger

S = Letter.State
SHARED = (S.APPROVED, S.SENDING, S.SENT)
OPEN = (S.DRAFT, S.FOR_APPROVAL, S.APPROVED)
COVER_FIELDS = (
    "reference",
    "addressees",
    "salutation",
    "closing",
    "signatory",
    "signatory_title",
    "dated_on",
    "place",
)
FORGOTTEN_AFTER = timedelta(days=60)


def letters_visible_to(user: Any) -> QuerySet[Letter]:
    """All letters for the secretaries and the administrator; approved and sent ones for other appointed readers."""
    rows = Letter.objects.select_related("mailing").prefetch_related("organizations")
    if sees_drafts(user):
        return rows
    return rows.filter(state__in=SHARED) if can_read_letters(user) else rows.none()


def sent_letters() -> QuerySet[Letter]:
    """Letters that have gone out, and were not stopped for good on the way."""
    rows = Letter.objects.filter(state=S.SENT).exclude(mailing__state=Mailing.State.ABORTED)
    return rows.prefetch_related("organizations", "attachments__revision__document")


def covers_of(letter: Letter) -> list[Cover]:
    """The three covers in the order of the organizations, each with its letter at hand."""
    covers = list(letter.covers.select_related("organization"))
    for cover in covers:
        cover.letter = letter
    return covers


def revisions_of(letter: Letter) -> list[Revision]:
    """The pinned revisions of the letter, in their order."""
    rows = letter.attachments.select_related("revision__document").prefetch_related("revision__attachments")
    return [item.revision for item in rows]


def edition_content(letter: Letter, cover: Cover) -> dict[str, Any]:
    """The exact whole that an organization approves: letter, audience and its cover, as plain values."""
    return {
        "subject": letter.subject,
        "body": letter.body,
        "attachments": [revision.reference for revision in revisions_of(letter)],
        "audience": {
            "organizations": [item.code for item in letter.organizations.all()],
            "capacities": list(letter.capacities),
            "committee_kinds": list(letter.committee_kinds),
            "committees": sorted(letter.committees.values_list("acronym", flat=True)),
            "with_subcommittees": letter.with_subcommittees,
            "country": letter.country,
        },
        "cover": {name: str(getattr(cover, name) or "") for name in COVER_FIELDS},
    }


def current_editions(letter: Letter) -> QuerySet[CoverEdition]:
    """The edition of each cover that counts now."""
    return CoverEdition.objects.filter(cover__letter=letter, number=F("cover__edition"))


def current_approvals(letter: Letter) -> list[LetterApproval]:
    """The verdicts on the editions that count now; earlier ones stay on record and do not count."""
    rows = LetterApproval.objects.filter(revision__in=current_editions(letter))
    return list(rows.select_related("organization"))


def earlier_approvals(letter: Letter) -> list[LetterApproval]:
    """Verdicts that no longer count because letter or cover has changed since, newest first."""
    rows = LetterApproval.objects.filter(revision__cover__letter=letter).exclude(revision__in=current_editions(letter))
    return list(rows.select_related("organization", "revision").order_by("-at"))


def problems(letter: Letter) -> list[str]:
    """What stops a letter from being proposed, approved or sent: each a sentence that says what to do."""
    faults = []
    unknown = unknown_placeholders(letter.body)
    for cover in letter.covers.select_related("organization"):
        unknown += [word for word in _unknown_in(cover) if word not in unknown]
    if unknown:
        faults.append(
            _("Unknown placeholder %(words)s. A letter may hold %(known)s.")
            % {"words": ", ".join(unknown), "known": ", ".join(f"{{{word}}}" for word in PLACEHOLDERS)}
        )
    faults += [
        _("%(reference)s is %(state)s and cannot be sent. Choose an approved revision.")
        % {"reference": revision.reference, "state": revision.get_state_display().lower()}
        for revision in revisions_of(letter)
        if revision.state in (Revision.Status.DRAFT, Revision.Status.WITHDRAWN)
    ]
    if not sum(count_recipients(letter).values()):
        faults.append(_("Nobody receives this letter. Change its audience."))
    return faults


def _unknown_in(cover: Cover) -> list[str]:
    """The salutation may name the recipient, but not itself."""
    found = unknown_placeholders(cover.salutation)
    return [*found, "{salutation}"] if "{salutation}" in cover.salutation else found


def remarks_on(letter: Letter) -> list[str]:
    """What a careful sender looks at before sending; nothing of it stops the letter."""
    remarks = [
        _("The %(organization)s cover has no number in its reference yet (%(reference)s).")
        % {"organization": cover.organization, "reference": cover.reference or _("none")}
        for cover in letter.covers.select_related("organization")
        if not has_number(cover.reference)
    ]
    remarks += audience_changes(letter)
    missing = without_committee(letter).count() if "{committee}" in letter.body else 0
    if missing:
        remarks.append(
            ngettext(
                "%(n)d recipient has no committee and reads “your committee”.",
                "%(n)d recipients have no committee and read “your committee”.",
                missing,
            )
            % {"n": missing}
        )
    return remarks


def ledger_shown_to(user: Any, letter: Letter, filters: Mapping[str, str]) -> QuerySet[Delivery]:
    """The ledger's lines of the organizations whose contacts this person may see; of the others only counts."""
    codes = [item.code for item in organizations_shown_to(user)]
    return ledger(letter.mailing, filters).filter(group__in=codes)


def uses(revision: Revision) -> list[tuple[str, str]]:
    """Where a registered document is used: letters that carry it, steps that it proves, plans that it is."""
    letters = LetterAttachment.objects.filter(revision=revision, letter__state__in=SHARED).select_related("letter")
    found = [(_("Letter: %(subject)s") % {"subject": i.letter}, i.letter.get_absolute_url()) for i in letters]
    for rows in (
        Plan.objects.filter(revision=revision),
        WorkPlan.objects.filter(revision=revision),
        Step.objects.filter(evidence_revision=revision),
    ):
        found += [(str(item), item.get_absolute_url()) for item in rows]
    return found


def recent_letter_entries(user: Any) -> QuerySet[LetterEntry]:
    """History of the letters that the reader may see, newest first."""
    rows = LetterEntry.objects.select_related("subject")
    return rows if sees_drafts(user) else rows.filter(subject__in=letters_visible_to(user).values("pk"))


def waiting_letters(user: Any) -> list[Waiting]:
    """A letter to approve for the own organization, or an approved one to send; not those planned for a day that is
    more than 60 days past."""
    return [*_to_approve(user), *_to_send(user)]


@read_once
def _unsent() -> list[Letter]:
    """Letters on their way, but not those planned for a day that is long past."""
    rows = Letter.objects.filter(state__in=OPEN)
    rows = rows.exclude(planned_on__lt=today() - FORGOTTEN_AFTER)
    return list(rows.order_by("planned_on", "pk"))


def _open(state: str) -> list[Letter]:
    return [letter for letter in _unsent() if letter.state == state]


def _unplanned(rows: list[Letter]) -> list[Letter]:
    """What is scheduled goes by itself and waits for nobody."""
    planned = Schedule.objects.filter(outcome=Schedule.Outcome.OPEN, letter__in=rows)
    goes = set(planned.values_list("letter", flat=True)) if rows else set()
    return [letter for letter in rows if letter.pk not in goes]


def _to_approve(user: Any) -> list[Waiting]:
    own = {place.pk for place in standing_of(user).organizations_as(Role.SECRETARY, "may_approve")}
    rows = _missing_approvals() if own else []
    return [_letter_to_approve(letter, place) for letter, place, _since in rows if place.pk in own]


def _letter_to_approve(letter: Letter, organization: Organization) -> Waiting:
    return Waiting(
        title=letter.subject,
        sentence=_("Circular letter: read it with the cover of %(o)s and approve it.") % {"o": organization},
        url=f"{letter.get_absolute_url()}?cover={organization.slug}",
        action=_("Approve for %(organization)s") % {"organization": organization},
        due_on=letter.planned_on,
        organization=organization.code,
        illustrative_mark=letter.illustrative_mark,
    )


def approvals_missing_on_letters(user: Any) -> list[tuple[Letter, Organization, datetime]]:
    """Which organization has not approved which letter, and since when it is asked about this edition; only for those
    who see letters that are not approved yet."""
    return _missing_approvals() if sees_drafts(user) else []


@read_once
def _missing_approvals() -> list[tuple[Letter, Organization, datetime]]:
    letters = {letter.pk: letter for letter in _open(S.FOR_APPROVAL)}
    if not letters:
        return []
    approved = LetterApproval.objects.filter(revision=OuterRef("pk"), verdict__in=("approved", "comments"))
    asked = LetterEntry.objects.filter(subject=OuterRef("cover__letter"), action="propose").order_by("-at")
    rows = CoverEdition.objects.filter(~Exists(approved), number=F("cover__edition"), cover__letter__in=letters)
    rows = rows.order_by("cover__letter__planned_on", "cover__letter", "cover__organization__position")
    found = rows.values_list("cover__letter", "cover__organization", "at", Subquery(asked.values("at")[:1]))
    places = {place.pk: place for place in organizations()}
    return [(letters[letter], places[place], max(at, asked_at or at)) for letter, place, at, asked_at in found]


def _to_send(user: Any) -> list[Waiting]:
    return [
        Waiting(
            title=letter.subject,
            sentence=_("Circular letter, approved by all three organizations."),
            url=letter.get_absolute_url(),
            action=_("Check and send"),
            due_on=letter.planned_on,
            illustrative_mark=letter.illustrative_mark,
        )
        for letter in _unplanned(_open(S.APPROVED))
        if can_send(user, letter)
    ]


def deadlines_of_letters(user: Any, until: date) -> list[Waiting]:
    """Letters planned from today until that day that are not sent yet, as far as the reader may see them."""
    seen = OPEN if sees_drafts(user) else (S.APPROVED,) if can_read_letters(user) else ()
    rows = [letter for letter in _unsent() if letter.planned_on and today() <= letter.planned_on <= until]
    return [
        Waiting(
            title=letter.subject,
            sentence=_("Circular letter, planned"),
            url=letter.get_absolute_url(),
            action=_("Open the letter"),
            due_on=letter.planned_on,
            illustrative_mark=letter.illustrative_mark,
        )
        for letter in rows
        if letter.state in seen
    ]
