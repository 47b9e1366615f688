"""Pages of what members and committees answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.moves import Conflict
from organizations.permissions import can_read
from organizations.queries import committees_matching, standing_of
from proposals.forms.replies import AskForm, CommentForm, DeclareForm, ReplyForm, ResolveForm
from proposals.models import Interest, Proposal
from proposals.services import replies
from proposals.views.doorway import act, form_page, posted, remark_of, saved, to_record

COMMITTEES_SHOWN = 20


@act("comment", "#comments")
def comment(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A comment; the form of the record's page posts here, and stays here with what was typed when it is wrong."""
    form = CommentForm(posted(request))
    if saved(request, form, lambda values: replies.comment_on_proposal(proposal, request.user, **values)):
        messages.success(request, _("Your comment is on the record."))
        return to_record(proposal, "#comments")
    organization = standing_of(request.user).organization
    return form_page(
        request,
        proposal,
        form,
        heading=_("Add a comment for %(organization)s") % {"organization": organization},
        submit=_("Add comment"),
        lede=_late_sentence(proposal),
    )


def _late_sentence(proposal: Proposal) -> str:
    return _("Comments are closed. A comment added now is marked as late.") if proposal.is_closed() else ""


@act("comment", "#comments")
def reply(request: HttpRequest, proposal: Proposal, pk: int) -> HttpResponse:
    """An answer in the thread of one comment, which stands above the form."""
    parent = remark_of(proposal, pk)
    form = ReplyForm(posted(request))
    answer = replies.comment_on_proposal
    if saved(request, form, lambda values: answer(proposal, request.user, parent=parent, **values)):
        messages.success(request, _("Your reply is on the record."))
        return to_record(proposal, f"#comment-{parent.parent_id or parent.pk}")
    heading = _("Reply to %(author)s") % {"author": parent.author_label}
    return form_page(request, proposal, form, heading=heading, submit=_("Reply"), quoted=parent)


@act("comment", "#comments")
def resolve(request: HttpRequest, proposal: Proposal, pk: int) -> HttpResponse:
    """A word how the comment was taken care of."""
    remark = remark_of(proposal, pk)
    form = ResolveForm(posted(request))
    if saved(request, form, lambda values: replies.resolve_comment(remark, request.user, **values)):
        return to_record(proposal, f"#comment-{remark.pk}")
    heading = _("Resolve the comment of %(author)s") % {"author": remark.author_label}
    return form_page(request, proposal, form, heading=heading, submit=_("Resolve"), quoted=remark)


@act("comment", "#comments", methods=("POST",))
def reopen(request: HttpRequest, proposal: Proposal, pk: int) -> HttpResponse:
    """Takes a resolution back."""
    remark = remark_of(proposal, pk)
    replies.reopen_comment(remark, request.user)
    return to_record(proposal, f"#comment-{remark.pk}")


@act("ask", "#interests")
def ask(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The committee whose organization is asked."""
    form = AskForm(posted(request))
    if saved(request, form, lambda values: replies.ask_committee(proposal, by=request.user, **values)):
        committee = form.cleaned_data["committee"]
        facts = {"committee": committee, "codes": " / ".join(committee.codes)}
        messages.success(request, _("%(committee)s is asked; the people of %(codes)s are told.") % facts)
        return to_record(proposal, "#interests")
    return form_page(request, proposal, form, heading=_("Ask a committee for its interest"), submit=_("Ask"))


@act("declare", "#interests")
def declare(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """What a committee of the own organization answers; `?committee=` fills it in."""
    form = DeclareForm(posted(request), initial={"committee": request.GET.get("committee", "")[:60]})
    context: dict[str, Any] = {}
    try:
        if saved(request, form, lambda values: replies.declare_interest(proposal, by=request.user, **values)):
            facts = {"committee": form.cleaned_data["committee"]}
            messages.success(request, _("The interest of %(committee)s is on the record.") % facts)
            return to_record(proposal, "#interests")
    except Conflict as conflict:
        form.rebase(conflict.current.stamp)
        context = {"conflict": conflict, "theirs": declared(conflict.current)}
    heading, submit = _("Declare an interest"), _("Declare the interest")
    return form_page(request, proposal, form, heading=heading, submit=submit, **context)


def declared(interest: Interest) -> list[tuple[Any, str]]:
    """The committee's answer as it stands now."""
    return [
        (_("Answer of %(committee)s") % {"committee": interest.committee}, interest.get_answer_display()),
        (_("Note"), interest.note or "–"),
        (_("Declared by"), interest.answered_by_label or "–"),
    ]


@require_safe
def committees(request: HttpRequest) -> HttpResponse:
    """Committees whose acronym or title holds what has been typed, as options; `?own=1`: of the own organization."""
    if not can_read(request.user):
        raise Http404
    text = request.GET.get("committee", "").replace("\x00", "")[:60].strip()
    organization = standing_of(request.user).organization if request.GET.get("own") else None
    rows = committees_matching(text, organization)[:COMMITTEES_SHOWN] if len(text) > 1 else []
    return render(request, "proposals/_committees.html", {"committees": rows})
