"""What can be said of a file that somebody holds; no writes.

The recorded hash of every export says that a file is one of them. Of an edited Word file the text after the cover is
read and compared with the bodies on record. What is printed in the file, its fingerprint too, is never believed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents.comparison import Line, compare_texts
from documents.judge import LIMIT, Refused, judge_upload
from documents.publishing.docx_body import body_lines
from documents.publishing.formats import render
from reports.covers import content_for
from reports.models import BoardReport, ReportExport, ReportRevision

# Of the words of a file so many must be those of a body, or it is not compared with it.
LIKE = 0.5
NEAREST = 3
_CHUNK = 1024 * 1024


class Verdict(StrEnum):
    """What is known of a file."""

    EXPORTED = "exported"
    SAME = "same"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Finding:
    """The verdict, the sentence that says it, and what it rests on: the exports with this hash, newest first, or the
    revision whose body was compared, with the differences."""

    verdict: Verdict
    sentence: str
    exports: tuple[ReportExport, ...] = ()
    revision: ReportRevision | None = None
    lines: tuple[Line, ...] = ()

    @property
    def good(self) -> bool:
        """The body in the file is the approved one."""
        if self.exports:
            return any(not item.draft for item in self.exports)
        return self.verdict == Verdict.SAME and _is_approved(self.revision)


def verify_file(name: str, stream: BinaryIO, reports: QuerySet[BoardReport]) -> Finding:
    """What can be said of the file, as far as `reports`, those that the reader may see, tell. Never an error."""
    digest = _digest(stream)
    if digest is None:
        return _unknown(_("The file is too large to be one of these reports."))
    exports = tuple(
        ReportExport.objects.filter(sha256=digest, revision__subject__in=reports.values("pk")).select_related(
            "revision__subject", "organization"
        )
    )
    if exports:
        return Finding(Verdict.EXPORTED, _told(exports[0]), exports, exports[0].revision)
    return _of_word(name, stream, reports)


def _digest(stream: BinaryIO) -> str | None:
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while block := stream.read(_CHUNK):
        size += len(block)
        if size > LIMIT:
            return None
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def _told(export: ReportExport) -> str:
    words = {"n": export.revision.number, "who": export.by_label}
    if export.draft:
        return _("This file is, byte for byte, an export of a draft: revision %(n)d, taken by %(who)s.") % words
    return _("This file is, byte for byte, an export of the approved report: revision %(n)d, by %(who)s.") % words


def _unknown(why: str) -> Finding:
    return Finding(Verdict.CANNOT_TELL, _("Cannot tell.") + " " + why)


# Word files that were edited ----------------------------------------------------------------


def _of_word(name: str, stream: BinaryIO, reports: QuerySet[BoardReport]) -> Finding:
    try:
        kind = judge_upload(name, stream).kind
    except Refused as error:
        return _unknown(_("It is no file that was exported. %(why)s") % {"why": error})
    if kind != "docx":
        return _unknown(_("It is no file that was exported, and only the text of a Word file is compared."))
    lines = body_lines(stream)
    if not lines:
        return _unknown(_("No text could be read after the cover."))
    return _compared(lines, _candidates(lines, reports))


def _candidates(lines: list[str], reports: QuerySet[BoardReport]) -> list[ReportRevision]:
    """The few revisions whose words are most like those of the file, the nearest first."""
    words = Counter(" ".join(lines).split())
    rows = ReportRevision.objects.filter(subject__in=reports.values("pk")).values_list("pk", "text")
    likeness = {pk: _likeness(words, Counter(text.split())) for pk, text in rows.iterator()}
    nearest = sorted((pk for pk in likeness if likeness[pk] >= LIKE), key=lambda pk: (-likeness[pk], -pk))[:NEAREST]
    found = ReportRevision.objects.select_related("subject").in_bulk(nearest)
    return [found[pk] for pk in nearest]


def _likeness(some: Counter[str], others: Counter[str]) -> float:
    """The share of the words of either that stand in both."""
    return 2 * (some & others).total() / max(some.total() + others.total(), 1)


def _compared(lines: list[str], candidates: Iterable[ReportRevision]) -> Finding:
    bodies = [(revision, body) for revision in candidates if (body := _lines_of(revision))]
    if not bodies:
        return _unknown(_("It is no file that was exported, and its text is not like that of any report on record."))
    same = [revision for revision, body in bodies if body == lines]
    approved = next(filter(_is_approved, same), None)
    if approved:
        words = _("The file was changed after its export, but its body is, word for word, the approved one: ")
        return Finding(Verdict.SAME, words + _named(approved), revision=approved)
    if same and not _final(same[0]):
        words = _("The body is, word for word, one that is not approved: ")
        return Finding(Verdict.SAME, words + _named(same[0]), revision=same[0])
    revision = (same and _final(same[0])) or _final(bodies[0][0]) or bodies[0][0]
    words = _("The body of the file differs from ")
    changes = tuple(_changes(_lines_of(revision), lines))
    return Finding(Verdict.DIFFERS, words + _named(revision), revision=revision, lines=changes)


def _changes(before: list[str], after: list[str]) -> Iterator[Line]:
    """The lines in which something came or went."""
    for line in compare_texts("\n".join(before), "\n".join(after)):
        if any(change.kind != "same" for change in line):
            yield line


def _lines_of(revision: ReportRevision) -> list[str]:
    """The body of a revision, read back from a Word file like the one in hand."""
    report = revision.subject
    cover = report.covers.select_related("organization").first()
    return body_lines(BytesIO(render(content_for(report, revision, cover), "docx").data)) if cover else []


def _final(revision: ReportRevision) -> ReportRevision | None:
    """The approved revision of the same report."""
    report = revision.subject
    if report.state != BoardReport.State.APPROVED:
        return None
    return report.revisions.select_related("subject").order_by("-number").first()


def _is_approved(revision: ReportRevision | None) -> bool:
    return revision is not None and _final(revision) == revision


def _named(revision: ReportRevision) -> str:
    words = {"title": revision.subject.title, "n": revision.number, "state": _("approved")}
    if _is_approved(revision):
        return _("“%(title)s”, revision %(n)d (%(state)s).") % words
    return _("“%(title)s”, revision %(n)d (not approved).") % words


def reports_on_record() -> Any:
    """All reports, for the command line without a reader."""
    return BoardReport.objects.all()
