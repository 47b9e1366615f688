"""Pages of what becomes of comments: edited, disposed of, taken away as a table, forwarded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.moves import Conflict
from core.tables import table_response
from documents.delivery import export_response
from documents.publishing.html import render_html
from proposals.forms.comments import DisposeForm, EditCommentForm, ForwardForm
from proposals.models import ForwardedFile, Proposal, ProposalRemark
from proposals.papers.forwarded import compose_forwarded
from proposals.permissions import can_edit_comment
from proposals.queries.comments import COLUMNS, comment_rows, comments_content, forwardings_of
from proposals.services import comments as services
from proposals.services.forwarding import Package, forward_comments, package_for
from proposals.services.proposals import check_comments_closed
from proposals.views.doorway import act, form_page, posted, remark_of, saved, to_record, visible


@act("comment", "#comments")
def edit_comment(request: HttpRequest, proposal: Proposal, pk: int) -> HttpResponse:
    """The author's own comment within the hour; after it the words stay where they are typed."""
    remark = remark_of(proposal, pk)
    if request.method != "POST" or not can_edit_comment(request.user, remark):
        services.check_editing(remark, request.user)
    initial = {"text": remark.text, "stance": remark.stance, "committee": remark.committee, "version": remark.version}
    form = EditCommentForm(posted(request), remark=remark, initial=initial)
    context: dict[str, Any] = {"heading": _("Edit your comment"), "submit": _("Save the comment")}
    try:
        if saved(request, form, lambda values: services.edit_comment(remark, request.user, **values)):
            messages.success(request, _("Your comment is changed; the earlier words stay in the history."))
            return to_record(proposal, f"#comment-{remark.pk}")
    except Conflict as conflict:
        form.rebase(conflict.current.version)
        context |= {"conflict": conflict, "theirs": [(_("Comment"), conflict.current.text)]}
    side = [_("You can edit it within one hour."), _("The earlier words stay in the history.")]
    return form_page(request, proposal, form, side=side, **context)


@act("dispose", "#comments")
def dispose_comment(request: HttpRequest, proposal: Proposal, pk: int) -> HttpResponse:
    """What the receiving organization makes of one comment, which stands above the form."""
    remark = remark_of(proposal, pk)
    initial = {"disposition": remark.disposition, "reason": remark.disposition_reason, "version": remark.version}
    form = DisposeForm(posted(request), initial=initial)
    context: dict[str, Any] = {"heading": _("Disposition of the comment of %(by)s") % {"by": remark.author_label}}
    try:
        if saved(request, form, lambda values: services.dispose_comment(remark, request.user, **values)):
            messages.success(request, _("The disposition is on the record."))
            return to_record(proposal, f"#comment-{remark.pk}")
    except Conflict as conflict:
        form.rebase(conflict.current.version)
        context |= {"conflict": conflict, "theirs": _stands(conflict.current)}
    side = [_("The person who commented is told."), _("You can change it; the history keeps the earlier one.")]
    submit = _("Give the disposition")
    return form_page(request, proposal, form, side=side, submit=submit, quoted=remark, **context)


def _stands(remark: ProposalRemark) -> list[tuple[Any, str]]:
    """The comment and its disposition as they stand now."""
    return [
        (_("Comment"), remark.text),
        (_("Disposition"), remark.get_disposition_display() or "–"),
        (_("Reason"), remark.disposition_reason or "–"),
    ]


@require_safe
def export_comments(request: HttpRequest, reference: str, format: str) -> HttpResponse:
    """The table of comments and dispositions as Word, PDF or a workbook."""
    proposal = visible(request, reference)
    name = _("Comments on %(reference)s") % {"reference": proposal.reference}
    if format in ("xlsx", "csv"):
        return table_response(format, name, COLUMNS, comment_rows(proposal), name)
    if format not in ("docx", "pdf"):
        raise Http404
    return export_response(comments_content(proposal), format, name)


@require_safe
def package(request: HttpRequest, reference: str) -> HttpResponse:
    """The file as it would be attached if the comments were forwarded now."""
    proposal = visible(request, reference)
    return export_response(
        compose_forwarded(proposal), "docx", _("Comments on %(reference)s") % {"reference": proposal.reference}
    )


@require_safe
def forwarded_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The very file that was forwarded."""
    rows = ForwardedFile.objects.filter(subject__proposal=visible(request, reference))
    file = get_object_or_404(rows, subject=pk)
    return FileResponse(
        file.file.open("rb"), as_attachment=True, filename=file.name, headers={"Content-Type": file.content_type}
    )


@act("forward", "#comments")
def forward(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Who gets it, the mail, the table as it is attached; another address or a newer comment shows the page again."""
    check_comments_closed(proposal, None)
    form = ForwardForm(posted(request))
    package = package_for(proposal, form.wanted_address)
    send = forward_comments
    if form.has_checked(package.stamp) and saved(request, form, lambda values: send(proposal, request.user, **values)):
        messages.success(request, _("The comments are with %(to)s.") % {"to": proposal.organization})
        return to_record(proposal, "#comments")
    form.show(package.stamp)
    context = {
        "proposal": proposal,
        "form": form,
        "package": package,
        "again": form.is_bound and form.is_valid(),
        "forwardings": forwardings_of(proposal),
        "table": render_html(package.content, heading_level=3, with_title=False),
        "heading": _("Forward the comments to %(organization)s") % {"organization": proposal.organization},
        "back": (proposal.get_absolute_url(), f"{proposal.reference} {proposal.title}"),
        "submit": _label(package),
    }
    return render(request, "proposals/proposal_forward.html", context)


def _label(package: Package) -> str:
    count = len(package.recipients)
    comments = ngettext("Forward %(n)d comment", "Forward %(n)d comments", package.count) % {"n": package.count}
    words = ngettext("%(what)s to %(n)d recipient", "%(what)s to %(n)d recipients", count)
    return words % {"what": comments, "n": count}
