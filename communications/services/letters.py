"""The writers of a letter until it is approved: one body, three covers, three approvals."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.covers import default_cover
from communications.models import Cover, CoverEdition, Letter, LetterApproval, Schedule
from communications.permissions import can_approve_letter_for, can_draft, can_edit_cover
from communications.queries import current_approvals, edition_content, problems
from communications.services.notices import ask_for_approval, tell_approved, tell_changed, tell_changes_wanted
from communications.workflow import ACTS, MOVES
from core.history import record, record_changes
from core.models import SearchText
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, check, make, save_version
from core.search import index
from documents.models import Revision
from organizations.models import Committee, Organization
from organizations.queries import is_approved_by_all
from organizations.queries import organizations as all_organizations
from organizations.services.verdicts import give_verdict

S = Letter.State
CONTENT = ("subject", "body", "capacities", "committee_kinds", "with_subcommittees", "country")


@transaction.atomic
def draft_letter(
    by: Any,
    *,
    subject: str,
    body: str,
    revisions: Iterable[Revision] = (),
    capacities: Sequence[str],
    organizations: Iterable[Organization],
    committee_kinds: Sequence[str] = (),
    committees: Iterable[Committee] = (),
    with_subcommittees: bool = False,
    country: str = "",
    planned_on: date | None = None,
    illustrative: bool = False,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Letter:
    """Drafts a letter and its three covers, filled with what each organization always writes; the same token again
    returns the first letter. Raises NotAllowed for anybody but a secretary with the right to write."""
    if not can_draft(by) and at is None:
        raise NotAllowed(
            _("Secretaries with the right to write draft letters. Ask the secretary of your organization.")
        )
    letter, created = Letter.objects.get_or_create(
        token=token or uuid.uuid4(),
        defaults={
            "subject": subject,
            "body": body,
            "capacities": list(capacities),
            "committee_kinds": list(committee_kinds),
            "with_subcommittees": with_subcommittees,
            "country": country,
            "planned_on": planned_on,
            "illustrative": illustrative,
            "created_at": at or timezone.now(),
            "saved_at": at or timezone.now(),
        },
    )
    if not created:
        return letter
    letter.organizations.set(organizations)
    letter.committees.set(committees)
    _attach(letter, revisions)
    for organization in all_organizations():
        cover = Cover.objects.create(letter=letter, organization=organization, **default_cover(letter, organization))
        _keep_edition(cover, at)
    record(letter, "draft", by, _("drafted the letter “%(subject)s”") % {"subject": subject}, at=at)
    index_letter(letter)
    return letter


def _attach(letter: Letter, revisions: Iterable[Revision]) -> None:
    letter.attachments.all().delete()
    for position, revision in enumerate(dict.fromkeys(revisions)):
        letter.attachments.create(revision=revision, position=position)


def _keep_edition(cover: Cover, at: datetime | None) -> CoverEdition:
    content = edition_content(cover.letter, cover)
    return CoverEdition.objects.create(cover=cover, number=cover.edition, content=content, at=at or timezone.now())


@transaction.atomic
def edit_letter(
    letter: Letter,
    by: Any,
    version: int,
    *,
    revisions: Iterable[Revision] | None = None,
    organizations: Iterable[Organization] | None = None,
    committees: Iterable[Committee] | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Letter:
    """Changes subject, body, attachments, audience or plan. A change of anything that is sent makes a new edition of
    all three covers, so that all approvals are withdrawn; the planned day does not. Raises Conflict when somebody
    saved in between."""
    check(letter, ACTS["edit"], by)
    changed = save_version(letter, version, **changes)
    changed |= _change_links(letter, version, bool(changed), revisions, organizations)
    changed |= _change_committees(letter, version, bool(changed), committees)
    if set(changed) - {"planned_on"}:
        asked = current_approvals(letter)
        Letter.objects.filter(pk=letter.pk).update(edition=F("edition") + 1)
        _renew(letter, list(letter.covers.all()), by, asked, at)
    record_changes(letter, "edit", by, _("edited the letter"), changed, at=at)
    index_letter(letter)
    return letter


def _change_links(
    letter: Letter,
    version: int,
    is_saved: bool,
    revisions: Iterable[Revision] | None,
    organizations: Iterable[Organization] | None,
) -> dict[str, tuple[Any, Any]]:
    """Attachments and organizations are rows of their own; they count for the version like any field."""
    old_files = [item.revision for item in letter.attachments.select_related("revision__document")]
    new_files = old_files if revisions is None else list(dict.fromkeys(revisions))
    old_codes = {item.code for item in letter.organizations.all()}
    new = None if organizations is None else list(organizations)
    new_codes = old_codes if new is None else {item.code for item in new}
    changed: dict[str, tuple[Any, Any]] = {}
    if old_files != new_files:
        changed["attachments"] = (_references(old_files), _references(new_files))
    if old_codes != new_codes:
        changed["organizations"] = (sorted(old_codes), sorted(new_codes))
    if changed and not is_saved:
        _next_version(letter, version)
    if old_files != new_files:
        _attach(letter, new_files)
    if new is not None:
        letter.organizations.set(new)
    return changed


def _change_committees(
    letter: Letter, version: int, is_saved: bool, committees: Iterable[Committee] | None
) -> dict[str, tuple[Any, Any]]:
    """The single committees of the audience; they too count for the version."""
    if committees is None:
        return {}
    new = list(committees)
    before = sorted(letter.committees.values_list("acronym", flat=True))
    after = sorted({committee.acronym for committee in new})
    if before == after:
        return {}
    if not is_saved:
        _next_version(letter, version)
    letter.committees.set(new)
    return {"committees": (before, after)}


def _references(revisions: list[Revision]) -> list[str]:
    return [revision.reference for revision in revisions]


def _next_version(letter: Letter, version: int) -> None:
    if not Letter.objects.filter(pk=letter.pk, version=version).update(version=F("version") + 1):
        raise Conflict(Letter.objects.get(pk=letter.pk))


def _renew(letter: Letter, covers: list[Cover], by: Any, asked: list[LetterApproval], at: datetime | None) -> None:
    """New editions of these covers; an approved letter is for approval again, and those whose verdict no longer
    counts are told."""
    Letter.objects.filter(pk=letter.pk, state=S.APPROVED).update(state=S.FOR_APPROVAL)
    Letter.objects.filter(pk=letter.pk).update(saved_at=at or timezone.now())
    letter.refresh_from_db()
    for cover in covers:
        Cover.objects.filter(pk=cover.pk).update(edition=F("edition") + 1)
        cover.refresh_from_db()
        cover.letter = letter
        _keep_edition(cover, at)
    renewed = {cover.organization_id for cover in covers}
    withdrawn = [verdict for verdict in asked if verdict.organization_id in renewed]
    if withdrawn:
        tell_changed(letter, [verdict.organization for verdict in withdrawn], by, at=at)


@transaction.atomic
def edit_cover(cover: Cover, by: Any, version: int, *, at: datetime | None = None, **changes: Any) -> Cover:
    """Changes one organization's cover page, by its own secretary; only this organization's approval is withdrawn.
    Raises NotAllowed for another organization's cover, WrongState once the letter is released, also at this very
    instant, Conflict when somebody saved in between."""
    letter = cover.letter
    _lock(letter)
    check(letter, ACTS["edit_cover"], by)
    if not can_edit_cover(by, cover):
        raise NotAllowed(
            _("Only the secretary of %(organization)s edits the cover of %(organization)s.")
            % {"organization": cover.organization}
        )
    changed = save_version(cover, version, **changes)
    if changed:
        asked = current_approvals(letter)
        _renew(letter, [cover], by, asked, at)
        text = _("edited the cover of %(organization)s") % {"organization": cover.organization}
        record_changes(letter, "edit_cover", by, text, changed, organization=cover.organization.code, at=at)
    return cover


def _lock(letter: Letter) -> None:
    """An update is the lock: approvals and edits of one letter come one after the other, on both databases."""
    Letter.objects.filter(pk=letter.pk).update(edition=F("edition"))
    letter.refresh_from_db()


@transaction.atomic
def propose_letter(letter: Letter, by: Any, *, at: datetime | None = None) -> Letter:
    """Asks the three secretaries for their approval. Raises Refused while the letter has a fault that would stop it
    from being sent."""
    check(letter, MOVES["propose"], by)
    _refuse_faulty(letter)
    make(letter, MOVES["propose"], by)
    record(letter, "propose", by, _("asked the three organizations for their approval"), at=at)
    ask_for_approval(letter, by, at=at)
    return letter


def _refuse_faulty(letter: Letter) -> None:
    faults = problems(letter)
    if faults:
        raise Refused(" ".join(faults))


@transaction.atomic
def approve_letter(
    letter: Letter,
    organization: Organization,
    by: Any,
    *,
    edition: int,
    verdict: str = LetterApproval.Verdict.APPROVED,
    note: str = "",
    for_absent_colleague: bool = False,
    at: datetime | None = None,
) -> Letter:
    """An organization's verdict on one exact edition of its cover and the letter; with the third approval the letter
    is approved. `edition` is the number of the cover's edition that the person has read: Stale when there is a newer
    one. Raises NotAllowed for another organization's secretary."""
    _lock(letter)
    if not can_approve_letter_for(by, organization):
        raise NotAllowed(
            _("Only the secretary of %(organization)s approves for %(organization)s.") % {"organization": organization}
        )
    check(letter, MOVES["approve"], by)
    cover = letter.covers.get(organization=organization)
    current = cover.editions.get(number=cover.edition)
    if (
        current.approvals.filter(organization=organization, verdict=verdict, note=note).exists()
        and edition == cover.edition
    ):
        raise AlreadyDone(_("This has already been done."))
    if edition != cover.edition:
        raise Stale(_("The letter or its cover has been changed since. Look at it again before you approve."))
    given = give_verdict(
        current, organization, by, verdict, note=note, for_absent_colleague=for_absent_colleague, at=at
    )
    if given.approves:
        _refuse_faulty(letter)
    text = _("%(verdict)s for %(organization)s") % {
        "verdict": given.get_verdict_display().lower(),
        "organization": organization,
    }
    text = text + (f": {note}" if note else "")
    record(letter, "approve", by, text, organization=organization.code, after={"edition": edition}, at=at)
    if not given.approves:
        tell_changes_wanted(letter, organization, note, by, at=at)
    elif is_approved_by_all(current_approvals(letter)):
        make(letter, MOVES["approve"], by)
        tell_approved(letter, by, at=at)
    index_letter(letter)
    return letter


@transaction.atomic
def withdraw_letter(letter: Letter, by: Any, *, reason: str = "", at: datetime | None = None) -> Letter:
    """Withdraws a letter that has not been sent; it stays on record."""
    make(letter, MOVES["withdraw"], by)
    letter.schedules.filter(outcome=Schedule.Outcome.OPEN).update(
        outcome=Schedule.Outcome.OVERTAKEN, ended_at=at or timezone.now()
    )
    record(letter, "withdraw", by, _("withdrew the letter") + (f": {reason}" if reason else ""), at=at)
    index_letter(letter)
    return letter


def index_letter(letter: Letter) -> None:
    """One search row per letter; what is not approved is found only by those who see drafts."""
    shared = letter.state in (S.APPROVED, S.SENDING, S.SENT)
    audience = SearchText.Audience.SHARED if shared else SearchText.Audience.SECRETARIES
    references = " ".join(item.revision.reference for item in letter.attachments.select_related("revision__document"))
    index("letter", letter.pk, letter.subject, f"{letter.body} {references}", letter.get_absolute_url(), audience)
