"""The package that goes to the organization concerned: what was said, and what the proposal answers itself."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from documents.publishing.content import Content, Heading
from proposals.models import Proposal
from proposals.papers.checklist import checklist_blocks
from proposals.queries.checklist import sheet_of
from proposals.queries.comments import comments_content


def compose_forwarded(proposal: Proposal) -> Content:
    """The table of comments and the interests and, once it was begun, the checklist. It may go to somebody who has no
    account, so a document given as evidence is named and not linked; everybody gets the same file."""
    content = comments_content(proposal)
    sheet = sheet_of(proposal, AnonymousUser())
    if not sheet.is_begun:
        return content
    return replace(
        content, body=(*content.body, Heading(1, _("Checklist of considerations")), *checklist_blocks(sheet))
    )
