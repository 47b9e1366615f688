"""The communication plan as a document: its cover, and one section for each part."""

from __future__ import annotations

from django.utils.translation import gettext as _

from communications.models import Plan, PlanRevision
from communications.queries.plan import parts_of
from core.dates import format_date
from documents.paper import GROUP
from documents.publishing.content import Block, Content, Heading, Note
from documents.publishing.covers import meeting_cover
from documents.publishing.markdown import blocks_from_markdown


def compose_plan(plan: Plan, revision: PlanRevision) -> Content:
    """What stands now; parts without text are left out."""
    words = {"n": revision.number, "day": format_date(revision.at)}
    number = plan.revision.reference if plan.revision else ""
    standing = _("Living text, revision %(n)d of %(day)s") % words
    body: list[Block] = [Note(_("This record is marked: %(mark)s.") % {"mark": plan.illustrative_mark})]
    body = body if plan.illustrative_mark else []
    for _name, label, text in parts_of(plan):
        body += [Heading(1, label), *map(_lowered, blocks_from_markdown(text))] if text else []
    rows = [(_("Title:"), plan.title), (_("Register number:"), number), (_("Status:"), standing)]
    return Content(
        title=plan.title,
        cover=meeting_cover(group=GROUP, number=number, date=format_date(revision.at), rows=rows),
        body=tuple(body),
        reference=number,
        footer_note=standing,
    )


def _lowered(block: Block) -> Block:
    """A part is a heading of the document, so the headings of its text stand below it."""
    return Heading(min(block.level + 1, 3), block.text, False) if isinstance(block, Heading) else block
