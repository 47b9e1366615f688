"""A revision as a document of its own: its cover and its text."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.dates import format_date
from documents.models import Revision
from documents.publishing.content import Content, Note
from documents.publishing.covers import meeting_cover
from documents.publishing.markdown import blocks_from_markdown

GROUP = "IEC SMB / ISO TMB / ITU-T TSAG", "Standardization Programme Coordination Group (SPCG)"


def compose_revision(revision: Revision) -> Content:
    """Cover and text of one revision; until it is approved it says that it is a draft."""
    mark = revision.document.illustrative_mark
    note = (Note(_("This record is marked: %(mark)s.") % {"mark": mark}),) if mark else ()
    return Content(
        title=revision.title,
        cover=meeting_cover(
            group=GROUP,
            number=revision.reference if revision.document.number else "",
            date=format_date(revision.dated_on),
            rows=[
                (_("Title:"), revision.title),
                (_("Kind:"), str(revision.document.get_kind_display())),
                (_("Status:"), _status(revision)),
                (_("Note:"), revision.note),
            ],
        ),
        body=(*note, *blocks_from_markdown(revision.text)),
        reference=revision.reference if revision.document.number else "",
        draft=revision.state in (Revision.Status.DRAFT, Revision.Status.FOR_APPROVAL),
    )


def _status(revision: Revision) -> str:
    status = str(revision.get_state_display())
    return f"{status}, {format_date(revision.approved_on)}" if revision.approved_on else status
