"""The only writers of publications: ask, approve by three, ask again after a change, withdraw."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import Letter, Step
from core.history import record
from core.moves import AlreadyDone, NotAllowed, Refused, Stale, check, make
from organizations.models import Approval, Organization
from organizations.queries import is_approved_by_all, organizations
from organizations.services.verdicts import check_approves_for, give_verdict
from publications import notices
from publications.models import Publication, PublicationApproval, PublicationEdition, StepProof, Subject, kind_of
from publications.permissions import can_propose
from publications.queries import Exact, current_edition, exact_of, name_of, publication_named
from publications.workflow import MOVES

S = Publication.State


@transaction.atomic
def propose_publication(
    by: Any, subject: Subject, *, token: uuid.UUID | None = None, at: datetime | None = None
) -> Publication:
    """Asks the three organizations to publish the newest approved state of a document or a board report, or a letter
    as it was sent.

    The same token again, or two who ask at once, get the one that is open. Raises Refused while nothing of it is
    approved or sent, or when exactly this is published already."""
    if not can_propose(by):
        raise NotAllowed(_("Secretaries ask for a publication. Ask the secretary of your organization."))
    exact = exact_of(subject)
    if exact is None:
        raise Refused(_not_ready(subject))
    what = {kind_of(subject): subject}
    _refuse_published(what, exact)
    publication, is_new = _open(what, token, at)
    if is_new:
        edition = _add_edition(publication, exact, at)
        text = _("asked the three organizations to publish %(what)s") % {"what": name_of(edition)}
        record(publication, "propose", by, text, after={"edition": 1, "what": str(edition)}, at=at)
        notices.ask(publication, edition, organizations(), by, at=at)
    return publication


def _not_ready(subject: Subject) -> str:
    if isinstance(subject, Letter):
        return _("Only a letter that has gone out can be published. “%(title)s” has not.") % {"title": subject}
    return _("Only what is approved can be published. “%(title)s” is not.") % {"title": subject.title}


def _refuse_published(what: dict[str, Any], exact: Exact) -> None:
    public = Publication.objects.filter(state=S.PUBLISHED, **what).first()
    if public and current_edition(public).fingerprint == exact.fingerprint:
        raise Refused(_("This is published already. A newer revision can be published in its place."))


def _open(what: dict[str, Any], token: uuid.UUID | None, at: datetime | None) -> tuple[Publication, bool]:
    """The database lets one publication of a thing be asked for at a time."""
    known = Publication.objects.filter(token=token).first() if token else None
    known = known or Publication.objects.filter(state=S.FOR_APPROVAL, **what).first()
    if known:
        return known, False
    try:
        with transaction.atomic():
            values = {"token": token or uuid.uuid4(), "proposed_at": at or timezone.now()}
            return Publication.objects.create(**what, **values), True
    except IntegrityError:
        return Publication.objects.get(state=S.FOR_APPROVAL, **what), False


def _add_edition(publication: Publication, exact: Exact, at: datetime | None) -> PublicationEdition:
    return PublicationEdition.objects.create(
        publication=publication,
        number=publication.edition,
        revision=exact.revision,
        report_revision=exact.report_revision,
        fingerprint=exact.fingerprint,
        at=at or timezone.now(),
    )


def _lock(publication: Publication) -> None:
    """An update is the lock: verdicts, renewals and withdrawals come one after the other, on both databases."""
    Publication.objects.filter(pk=publication.pk).update(edition=F("edition"))
    publication.refresh_from_db()


@transaction.atomic
def approve_publication(
    publication: Publication,
    organization: Organization,
    by: Any,
    *,
    edition: int,
    verdict: str = Approval.Verdict.APPROVED,
    note: str = "",
    for_absent_colleague: bool = False,
    at: datetime | None = None,
) -> Publication:
    """An organization's verdict on publishing the edition that the person has read; the third approval publishes it.

    Raises NotAllowed for another organization's secretary, Stale when what would be published is another by now, and
    AlreadyDone for the same verdict again."""
    _lock(publication)
    check_approves_for(by, organization)
    current = current_edition(publication)
    given = current.approvals.filter(organization=organization).first()
    if given and edition == current.number and (given.verdict, given.note) == (verdict, note):
        raise AlreadyDone(_("This has already been done."))
    check(publication, MOVES["publish"], by)
    _refuse_outdated(publication, current, edition)
    given = give_verdict(
        current, organization, by, verdict, note=note, for_absent_colleague=for_absent_colleague, at=at
    )
    _record_verdict(publication, current, given, by, at)
    if not given.approves:
        notices.tell_changes_wanted(publication, current, organization, note, by, at=at)
    elif is_approved_by_all(list(current.approvals.all())):
        _publish(publication, current, by, at)
    return publication


def _record_verdict(
    publication: Publication, edition: PublicationEdition, given: PublicationApproval, by: Any, at: datetime | None
) -> None:
    words = {"verdict": given.get_verdict_display(), "organization": given.organization, "what": name_of(edition)}
    text = _("gave the verdict of %(organization)s on publishing %(what)s: %(verdict)s") % words
    record(
        publication,
        "approve",
        by,
        f"{text}. {given.note}" if given.note else text,
        organization=given.organization.code,
        after={"edition": edition.number, "what": str(edition)},
        at=at,
    )


def _refuse_outdated(publication: Publication, current: PublicationEdition, edition: int) -> None:
    exact = exact_of(publication.subject)
    if edition != current.number or exact is None or exact.fingerprint != current.fingerprint:
        raise Stale(_("What would be published has changed since. Look at it again before you approve."))


def _publish(publication: Publication, edition: PublicationEdition, by: Any, at: datetime | None) -> None:
    """The earlier publication of the same thing makes room, in the same transaction."""
    own = {kind_of(publication.subject): publication.subject}
    for earlier in Publication.objects.filter(state=S.PUBLISHED, **own):
        reason = _("%(what)s is published in its place") % {"what": name_of(edition)}
        _withdraw(earlier, by, reason, at)
    make(publication, MOVES["publish"], by, published_at=at or timezone.now())
    text = _("published %(what)s: approved by all three organizations") % {"what": name_of(edition)}
    record(publication, "publish", by, text, after={"edition": edition.number, "what": str(edition)}, at=at)
    notices.tell_published(publication, edition, by, at=at)


@transaction.atomic
def withdraw_publication(publication: Publication, by: Any, *, reason: str, at: datetime | None = None) -> Publication:
    """Takes a publication, or the request for one, back with a reason; it leaves the public page at once and stays on
    record. Raises NotAllowed, AlreadyDone and Stale as every move does."""
    _lock(publication)
    check(publication, MOVES["withdraw"], by)
    was_public = publication.state == S.PUBLISHED
    _withdraw(publication, by, reason, at)
    notices.tell_withdrawn(publication, reason, by, was_public=was_public, at=at)
    return publication


def _withdraw(publication: Publication, by: Any, reason: str, at: datetime | None) -> None:
    """Also for the portal and for the third approval of a newer revision, which need no right to withdraw."""
    Publication.objects.filter(pk=publication.pk).update(
        state=S.WITHDRAWN, reason=reason[:300], withdrawn_at=at or timezone.now(), version=F("version") + 1
    )
    publication.refresh_from_db()
    record(publication, "withdraw", by, _("withdrew the publication: %(reason)s") % {"reason": reason}, at=at)


@transaction.atomic
def ask_again(publication: Publication, *, at: datetime | None = None) -> bool:
    """Where a newer revision was approved while the publication of an earlier one was asked for, the three are asked
    anew, about the newer one; where nothing of it is approved any more, the portal withdraws. Says whether it acted."""
    _lock(publication)
    if publication.state != S.FOR_APPROVAL:
        return False
    before, exact = current_edition(publication), exact_of(publication.subject)
    if exact and exact.fingerprint == before.fingerprint:
        return False
    if exact is None:
        _withdraw(publication, None, _("what was to be published is no longer approved"), at)
        return True
    Publication.objects.filter(pk=publication.pk).update(edition=F("edition") + 1, version=F("version") + 1)
    publication.refresh_from_db()
    edition = _add_edition(publication, exact, at)
    text = _("asked again: %(new)s has taken the place of %(old)s") % {"new": edition, "old": before}
    after = {"edition": edition.number, "what": str(edition)}
    record(publication, "ask_again", None, text, before={"what": str(before)}, after=after, at=at)
    notices.tell_changed(publication, edition, organizations(), at=at)
    return True


def prove(step: Step, key: str) -> bool:
    """Keeps that a publication shows that the step is reached, or with an empty key that none does any more. Called by
    the work plan in its own transaction; says whether there is such a publication."""
    StepProof.objects.filter(step=step).delete()
    publication = publication_named(key)
    if publication:
        StepProof.objects.create(step=step, publication=publication)
    return publication is not None


def ask_again_due() -> int:
    """Looks at everything that is asked for; returns how often the three were asked anew, or nothing was left."""
    return sum(ask_again(row) for row in Publication.objects.filter(state=S.FOR_APPROVAL))
