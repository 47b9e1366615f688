"""The recommendation on paper, with the verdicts on exactly this revision."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from core.dates import format_date
from documents.models import Revision
from documents.paper import compose_revision
from documents.publishing.content import Block, Content, CoverRow, Heading, Table, para
from organizations.queries import agreement_of
from proposals.models import Proposal, RecommendationApproval


def compose_recommendation(proposal: Proposal, revision: Revision, verdicts: list[RecommendationApproval]) -> Content:
    """The register's paper of this revision, the proposal on its cover and the verdicts after its text; every page
    says that it is a draft until all three organizations have approved."""
    paper = compose_revision(revision)
    rows = (
        *paper.cover.rows,
        CoverRow(_("Proposal:"), proposal.reference),
        CoverRow(_("For:"), proposal.organization.board),
    )
    return replace(
        paper, cover=replace(paper.cover, rows=rows), body=(*paper.body, *verdict_blocks(revision, verdicts))
    )


def verdict_blocks(revision: Revision, verdicts: list[RecommendationApproval]) -> tuple[Block, ...]:
    """What the three organizations say to this revision; nothing as long as they have not been asked."""
    if revision.state == Revision.Status.DRAFT:
        return ()
    words = para(f"{agreement_of(verdicts).words}.")
    heading = Heading(1, _("Verdicts on %(reference)s") % {"reference": revision.reference}, numbered=False)
    header = (_("Organization"), _("Verdict"), _("By"), _("On"), _("Comments"))
    rows = [
        (str(row.organization), row.in_words, row.by_label, format_date(row.at), row.note or "–") for row in verdicts
    ]
    caption = _("Verdicts of the organizations")
    return (heading, words, *((Table(caption, header, rows, widths=(16, 24, 18, 18, 24)),) if rows else ()))
