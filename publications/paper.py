"""What is published as a file: a revision's text, a board report's one body without the cover of any board, or a letter
without any cover and recipient."""

from __future__ import annotations

from django.utils.translation import gettext as _

from communications.paper import without_cover
from core.dates import format_date
from documents.paper import compose_revision
from documents.publishing.content import Content, body_from_json, short_fingerprint
from publications.models import PublicationEdition
from reports.models import ReportRevision


def content_of(edition: PublicationEdition) -> Content:
    """The words of an edition for the publishing engine."""
    if edition.publication.letter:
        return without_cover(edition.publication.letter)
    return compose_revision(edition.revision) if edition.revision else _compose_body(edition.report_revision)


def _compose_body(revision: ReportRevision) -> Content:
    words = {"digits": short_fingerprint(revision.fingerprint), "n": revision.number, "day": format_date(revision.at)}
    note = _("Fingerprint %(digits)s, revision %(n)d, %(day)s") % words
    return Content(title=revision.subject.title, body=body_from_json(revision.body), footer_note=note)


def file_name(edition: PublicationEdition) -> str:
    """SPCG-47B, the report with the last day of its period, or the letter with the day on which it was sent; the
    delivery adds the extension."""
    if letter := edition.publication.letter:
        return f"{letter.subject} {letter.sent_on.isoformat()}"
    if edition.revision:
        return str(edition.revision)
    report = edition.report_revision.subject
    return f"{report.title} {report.period_to.isoformat()}"
