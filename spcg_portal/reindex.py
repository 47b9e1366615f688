"""The whole index of the search written anew, out of the records themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from communications.models import Letter, Plan, Step
from communications.services.letters import index_letter
from communications.services.plan import index_plan
from communications.services.work_plan import index_step
from core.models import SearchSpelling, SearchText, User
from documents.models import Document
from documents.services.register import index_document
from landscape.models import Area, AreaRemark
from landscape.services.areas import index_area
from landscape.services.comments import index_remark
from meetings.models import Meeting, ReportRemark
from meetings.services.keeping import index_meeting, index_report_comment
from organizations.models import Committee
from organizations.services.committees import index_committees
from organizations.services.people import index_person
from proposals.models import ConsiderationList, Proposal, ProposalRemark
from proposals.services.record import index_comment, index_considerations, index_row
from reports.models import BoardReport
from reports.services.board_reports import index_report

AT_ONCE = 200
WRITERS: tuple[tuple[type[Any], Callable[[Any], None]], ...] = (
    (Proposal, index_row),
    (ProposalRemark, index_comment),
    (ConsiderationList, index_considerations),
    (Document, index_document),
    (Area, index_area),
    (AreaRemark, index_remark),
    (Meeting, index_meeting),
    (ReportRemark, index_report_comment),
    (Letter, index_letter),
    (Plan, index_plan),
    (Step, index_step),
    (BoardReport, index_report),
    (User, index_person),
)


def rebuild_search() -> int:
    """Writes every search row anew and returns how many there are; the rows of records that are gone go. Each record is
    a transaction of its own, so that nobody waits. The order of age among records of equal rank is that of the first
    time they were indexed, and stays. Needed after an upgrade that indexes more than before, never in daily work."""
    begun = timezone.now()
    SearchSpelling.objects.all().delete()
    index_committees(Committee.objects.order_by("pk"))
    for model, write in WRITERS:
        for record in model.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
            with transaction.atomic():
                write(record)
    SearchText.objects.filter(updated_at__lt=begun).delete()
    return SearchText.objects.count()
