"""Named reads of what is published and what is asked for; no writes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from communications.models import Letter, Step
from communications.paper import source_of, text_without_cover
from communications.queries.letters import sent_letters
from core.addresses import numbers_in
from core.dates import format_date
from core.reading import read_once
from core.registry import Waiting
from documents.models import Revision
from organizations.models import Organization
from organizations.permissions import can_read
from organizations.queries import Role, organizations, standing_of
from publications.models import KINDS, Publication, PublicationEdition, PublicationEntry, StepProof, Subject
from publications.permissions import can_propose
from reports.models import BoardReport, ReportRevision
from reports.queries import newest_revision

S = Publication.State


class Exact(NamedTuple):
    """What would be published now: the revision, and a digest of everything that is read in it."""

    revision: Revision | None
    report_revision: ReportRevision | None
    fingerprint: str


def exact_of(subject: Subject) -> Exact | None:
    """The newest approved state of a document or a board report, or a letter as it was sent; None while nothing of it
    is approved, or the letter has not gone out."""
    if isinstance(subject, Letter):
        letter = sent_letters().filter(pk=subject.pk).first()
        return Exact(None, None, _digest(_words_of_letter(letter))) if letter else None
    if isinstance(subject, BoardReport):
        newest = newest_revision(subject) if subject.state == BoardReport.State.APPROVED else None
        return Exact(None, newest, _digest(_words_of_report(newest))) if newest else None
    approved = subject.revisions.filter(state=Revision.Status.APPROVED).select_related("document")
    revision = approved.prefetch_related("attachments").order_by("-position").first()
    return Exact(revision, None, _digest(_words_of_document(revision))) if revision else None


def _digest(words: list[Any]) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def _words_of_document(revision: Revision) -> list[Any]:
    """Title, text, note, dates and every file."""
    files = [[file.pk, file.name, file.sha256] for file in revision.attachments.all()]
    words = [revision.reference, revision.title, revision.text, revision.note, files]
    return [*words, *map(str, (revision.dated_on, revision.approved_on, revision.document.kind))]


def _words_of_report(revision: ReportRevision) -> list[Any]:
    """Title and body, without any board's cover."""
    return [revision.subject.title, revision.fingerprint]


def _words_of_letter(letter: Letter) -> list[Any]:
    """Subject, text and source, without any cover and any recipient."""
    return [letter.subject, text_without_cover(letter), source_of(letter)]


def fingerprint_of(edition: PublicationEdition) -> str:
    """A digest of all that a reader would get now."""
    if edition.publication.letter:
        return _digest(_words_of_letter(edition.publication.letter))
    if edition.report_revision:
        return _digest(_words_of_report(edition.report_revision))
    return _digest(_words_of_document(edition.revision))


def publications_visible_to(user: Any) -> QuerySet[Publication]:
    """Everybody with an appointment sees what is asked for, published and withdrawn: it concerns approved documents."""
    rows = Publication.objects.select_related(*KINDS).prefetch_related(_editions())
    return rows if can_read(user) else rows.none()


def _editions() -> Prefetch:
    rows = PublicationEdition.objects.select_related("revision__document", "report_revision__subject")
    return Prefetch("editions", rows.prefetch_related("approvals__organization"))


def current_edition(publication: Publication) -> PublicationEdition:
    """The exact whole that the three were asked about last."""
    rows = publication.editions.select_related("revision__document", "report_revision__subject", "publication__letter")
    return rows.prefetch_related("revision__attachments").get(number=publication.edition)


@dataclass(frozen=True)
class Published:
    """One line of the public page: the edition that three approved."""

    edition: PublicationEdition
    publication: Publication

    @property
    def files(self) -> list[Any]:
        """The files of the revision, as they were attached."""
        return list(self.edition.revision.attachments.all()) if self.edition.revision else []

    @property
    def source(self) -> str:
        """Of a letter: whose it is and when it was sent."""
        return source_of(self.publication.letter) if self.publication.letter else ""

    @property
    def has_text(self) -> bool:
        return has_text(self.edition)


def published_editions() -> QuerySet[PublicationEdition]:
    """What stands on the public page, newest first: published, and still approved, or sent, where it was made."""
    made = (
        Q(revision__state=Revision.Status.APPROVED)
        | Q(report_revision__subject__state=BoardReport.State.APPROVED)
        | Q(publication__letter__in=sent_letters())
    )
    return (
        PublicationEdition.objects.filter(made, publication__state=S.PUBLISHED, number=F("publication__edition"))
        .select_related(*(f"publication__{kind}" for kind in KINDS))
        .select_related("revision__document", "report_revision__subject")
        .prefetch_related("revision__attachments", "publication__letter__organizations")
        .prefetch_related("publication__letter__attachments__revision__document")
        .order_by("-publication__published_at", "-pk")
    )


def has_text(edition: PublicationEdition) -> bool:
    """Whether there are words beside the files: a board report and a letter always have them, a document
    not always."""
    return not edition.revision or bool(edition.revision.text)


def is_outdated(publication: Publication, edition: PublicationEdition) -> bool:
    """Whether something newer is approved than what is asked for or published."""
    exact = exact_of(publication.subject) if publication.state != S.WITHDRAWN else None
    return bool(exact) and exact.fingerprint != edition.fingerprint


def is_whole(edition: PublicationEdition) -> bool:
    """Whether every word and file is still what the three approved."""
    return edition.fingerprint == fingerprint_of(edition)


def published_on(rows: list[PublicationEdition]) -> list[Published]:
    """The lines of one page; what is no longer what was approved is not shown."""
    return [Published(row, row.publication) for row in rows if is_whole(row)]


def published_edition(pk: int) -> PublicationEdition | None:
    """The published edition of this publication, if every word of it is still what was approved."""
    edition = published_editions().filter(publication=pk).first()
    return edition if edition and is_whole(edition) else None


def open_publications() -> QuerySet[PublicationEdition]:
    """The current editions of what is asked for, the longest waiting first."""
    return (
        PublicationEdition.objects.filter(publication__state=S.FOR_APPROVAL, number=F("publication__edition"))
        .select_related(*(f"publication__{kind}" for kind in KINDS), "revision__document", "report_revision")
        .prefetch_related("approvals")
        .order_by("at", "pk")
    )


@read_once
def missing_approvals() -> list[tuple[PublicationEdition, Organization, datetime]]:
    """Which organization has not approved which publication, and since when it is asked."""
    # Mostly nothing is asked for, and the question for an edition with all that it may be of is a long one.
    asked = Publication.objects.filter(state=S.FOR_APPROVAL).exists()
    rows = list(open_publications()) if asked else []
    places = organizations() if rows else []
    return [
        (edition, place, edition.at)
        for edition in rows
        for place in places
        if place.pk not in {verdict.organization_id for verdict in edition.approvals.all() if verdict.approves}
    ]


def waiting(user: Any) -> list[Waiting]:
    """Publications that wait for the approval of the reader's organization."""
    own = {item.pk for item in standing_of(user).organizations_as(Role.SECRETARY, "may_approve")}
    return [
        Waiting(
            title=_("Approve the publication of %(what)s") % {"what": name_of(edition)},
            sentence=_("Everybody could read it on the public page. It needs the approval of all three organizations."),
            url=approve_url(edition.publication, organization),
            action=_("Read and approve"),
            organization=organization.code,
            illustrative_mark=edition.publication.illustrative_mark,
        )
        for edition, organization, _since in (missing_approvals() if own else [])
        if organization.pk in own
    ]


def name_of(edition: PublicationEdition) -> str:
    """SPCG-47B; of a board report its title, of a letter its subject, in quotation marks."""
    return str(edition.revision) if edition.revision else f"“{edition.publication.title}”"


def approve_url(publication: Publication, organization: Organization) -> str:
    """The page on which this organization gives its verdict."""
    return reverse("publications:approve", args=[publication.pk, organization.slug])


def uses(revision: Revision) -> list[tuple[str, str]]:
    """That a registered revision is published, or that its publication is asked for."""
    rows = PublicationEdition.objects.filter(revision=revision, number=F("publication__edition"))
    found = rows.exclude(publication__state=S.WITHDRAWN).select_related("publication")
    return [(_words_of(row.publication), row.publication.get_absolute_url()) for row in found]


def _words_of(publication: Publication) -> str:
    if publication.state == S.PUBLISHED:
        return _("Published on %(day)s") % {"day": format_date(publication.published_at)}
    return _("Publication asked for on %(day)s") % {"day": format_date(publication.proposed_at)}


def acts(record: Any, user: Any) -> list[tuple[str, str]]:
    """What a secretary may begin on the page of a revision, a board report or a letter: asking for its publication. A
    letter never changes: once asked for, its page leads every reader to the publication."""
    known = _open_or_public(record) if isinstance(record, Letter) and can_read(user) else None
    if known:
        return [(_words_of(known), known.get_absolute_url())]
    if not can_propose(user):
        return []
    path = reverse("publications:propose")
    if isinstance(record, Revision) and record.state == Revision.Status.APPROVED:
        return [(_("Ask for its publication"), f"{path}?document={record.reference}")]
    if isinstance(record, BoardReport) and record.state == BoardReport.State.APPROVED:
        return [(_("Ask for its publication"), f"{path}?report={record.pk}")]
    if isinstance(record, Letter) and sent_letters().filter(pk=record.pk).exists():
        return [(_("Ask for its publication"), f"{path}?letter={record.pk}")]
    return []


_KEY = re.compile(r"publication-(\d{1,9})")


def can_prove(user: Any) -> list[tuple[str, str]]:
    """What is public and can show that a milestone is reached, newest first."""
    rows = publications_visible_to(user).filter(state=S.PUBLISHED).order_by("-published_at", "-pk")
    return [(f"publication-{row.pk}", _label_of(row)) for row in rows]


def publication_named(key: str) -> Publication | None:
    """The publication with this key, while it is public."""
    found = _KEY.fullmatch(key)
    return Publication.objects.filter(pk=found[1], state=S.PUBLISHED).first() if found else None


def proofs_of(steps: list[Step]) -> list[tuple[int, str, str]]:
    """(step, label, url) of the publications that show that these steps are reached."""
    rows = StepProof.objects.filter(step__in=steps).select_related(*(f"publication__{kind}" for kind in KINDS))
    return [(row.step_id, _label_of(row.publication), row.publication.get_absolute_url()) for row in rows]


def _label_of(publication: Publication) -> str:
    words = {"title": publication.title, "day": format_date(publication.published_at)}
    if publication.state == S.WITHDRAWN:
        return _("%(title)s, published %(day)s and withdrawn since") % words
    return _("%(title)s, published %(day)s") % words


def _open_or_public(letter: Letter) -> Publication | None:
    return Publication.objects.filter(letter=letter).exclude(state=S.WITHDRAWN).first()


def recent_entries(user: Any) -> QuerySet[PublicationEntry]:
    """What happened to publications, for everybody with an appointment."""
    rows = PublicationEntry.objects.select_related(*(f"subject__{kind}" for kind in KINDS))
    return rows if can_read(user) else rows.none()


def settled(rows: Iterable[Any], user: Any) -> set[int]:
    """Changes wanted before a publication, once it is published, withdrawn, or asked for in another edition."""
    told = numbers_in(rows, ("letter_changes",), "pk", "publications:publication")
    still = {edition.publication_id: edition.at for edition in (open_publications() if told else ())}
    return {row.pk for row in rows if row.pk in told and not _asks_since(row, still.get(told[row.pk]))}


def _asks_since(row: Any, since: datetime | None) -> bool:
    return since is not None and since <= row.at
