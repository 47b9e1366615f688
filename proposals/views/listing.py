"""The list of proposals and the same list as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.dates import today
from core.pages import page_of
from core.tables import TYPES, table_response
from organizations.permissions import can_read
from proposals.forms.listing import ProposalFilter
from proposals.permissions import can_log
from proposals.queries.checklist import add_completeness
from proposals.queries.listing import COLUMNS, listed_proposals, listed_rows
from proposals.queries.verdicts import add_agreements


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """The proposals that the reader may see, by filter and in an order; both live in the address."""
    if not can_read(request.user):
        raise Http404
    form = ProposalFilter(request.GET)
    wanted = form.wanted()
    listed = listed_proposals(request.user, wanted)
    page = page_of(request, listed, 25)
    add_completeness(page.object_list)
    add_agreements(page.object_list, request.user)
    context = {
        "filter": form,
        "filtered": wanted.is_filtered,
        "headings": form.headings(),
        "page": page,
        "open_count": listed.open_count,
        "can_log": can_log(request.user),
    }
    return render(request, "proposals/proposal_list.html", context)


@require_safe
def export_proposals(request: HttpRequest, format: str) -> HttpResponse:
    """Exactly the filtered list, all pages of it, as a workbook or CSV."""
    if not can_read(request.user) or format not in TYPES:
        raise Http404
    listed = listed_proposals(request.user, ProposalFilter(request.GET).wanted())
    return table_response(format, _("Proposals"), COLUMNS, listed_rows(listed), f"SPCG proposals {today().isoformat()}")
