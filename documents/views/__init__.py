"""Pages of the register."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import registry
from core.dates import format_date
from core.moves import Conflict, Refused, moves_open_to
from core.pages import page_of
from core.views import make_move, offer_draft
from documents import permissions, queries
from documents.comparison import compare_texts
from documents.delivery import export_response
from documents.forms import AttachForm, EditForm, NumberForm, RegisterFilter, RegisterForm, ReviseForm, TitleForm
from documents.judge import content_disposition
from documents.models import Revision
from documents.paper import compose_revision
from documents.publishing.formats import FORMATS
from documents.services import register
from documents.workflow import MOVES
from organizations.permissions import can_read

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _visible(request: HttpRequest, reference: str) -> Revision:
    """The revision that any form of its reference names; 404 for what the reader may not see."""
    revision = queries.revision_of(reference, request.user) if can_read(request.user) else None
    if revision is None:
        raise Http404
    return revision


def _may(allowed: bool) -> None:
    if not allowed:
        raise Http404


def _kept_here(request: HttpRequest, reference: str) -> Revision:
    """The revision, if the register is where it is changed."""
    revision = _visible(request, reference)
    _may(not permissions.is_kept_by_a_proposal(revision.document))
    return revision


def _sent(request: HttpRequest) -> Any:
    """What a form is bound to: also an empty POST is an answer."""
    return request.POST if request.method == "POST" else None


def _back(revision: Revision) -> tuple[str, str]:
    return revision.get_absolute_url(), revision.reference


def _form_page(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    return render(request, "_form_page.html", {"form": offer_draft(request, form), **context})


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """The register: the newest revision of every document, by filter; a number typed goes to it."""
    _may(can_read(request.user))
    form = RegisterFilter(request.GET, request.user)
    wanted = form.values()
    named = queries.revision_of(wanted["q"], request.user) if wanted["q"] else None
    if named and queries.parse_reference(wanted["q"]):
        return redirect(named)
    page = page_of(request, queries.register_of(request.user, **wanted))
    context = {
        "filter": form,
        "page": page,
        "sentence": _count_sentence(page.paginator.count, wanted),
        "since": request.user.previous_visit_at,
        "filtered": any(wanted.values()),
        "can_register": permissions.can_register(request.user),
    }
    return render(request, "documents/document_list.html", context)


def _count_sentence(count: int, wanted: dict[str, str]) -> str:
    words = {"n": count, "year": wanted["year"]}
    if wanted["year"]:
        return ngettext("%(n)d document of %(year)s.", "%(n)d documents of %(year)s.", count) % words
    return ngettext("%(n)d document.", "%(n)d documents.", count) % words


@require_safe
def document_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One revision for ever, with a pointer to the current one; any other form of its reference leads here."""
    revision = _visible(request, reference)
    if reference != revision.reference:
        return redirect(revision)
    revisions = list(queries.revisions_of(revision.document, request.user))
    here = not permissions.is_kept_by_a_proposal(revision.document)
    context = {
        "revision": revision,
        "document": revision.document,
        "current": revisions[0],
        "revisions": revisions,
        "previous": next((item for item in revisions if item.position < revision.position), None),
        "attachments": revision.attachments.select_related("words"),
        "numbers": revision.foreign_numbers.select_related("organization"),
        "uses": registry.every("uses", revision),
        "acts": registry.every("acts", revision, request.user),
        "history": queries.history_of(revision.document, request.user),
        "moves": _moves(request.user, revision, revisions[0]) if here else [],
        "can_edit": here and permissions.can_edit(request.user, revision),
        "can_retitle": here and permissions.can_retitle(request.user, revision.document),
        "can_revise": here and permissions.can_revise(request.user) and revision.pk == revisions[0].pk,
        "can_register": permissions.can_register(request.user),
    }
    return render(request, "documents/document_detail.html", context)


def _moves(user: Any, revision: Revision, current: Revision) -> list[Any]:
    """Of an older revision only the withdrawal is offered."""
    moves = moves_open_to(user, revision, MOVES.values())
    return [move for move in moves if revision.pk == current.pk or move.name == "withdraw"]


@require_safe
def compare_revisions(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """Two revisions of one document, word by word; the earlier one stands first in the address."""
    before, after = _visible(request, reference), _visible(request, other)
    _may(before.document_id == after.document_id and before.pk != after.pk)
    if (reference, other) != (before.reference, after.reference) or before.position > after.position:
        first, second = sorted((before, after), key=lambda item: item.position)
        return redirect("documents:compare", first.reference, second.reference)
    lines = compare_texts(before.text, after.text)
    same = all(change.kind == "same" for line in lines for change in line)
    context = {
        "before": before,
        "after": after,
        "lines": lines,
        "same": same,
        "revisions": queries.revisions_of(before.document, request.user),
    }
    return render(request, "documents/document_compare.html", context)


@require_safe
def choose_comparison(request: HttpRequest, reference: str) -> HttpResponse:
    """The form "compare with" works without a script: it leads to the address of the comparison of any two."""
    revision = _visible(request, request.GET.get("from") or reference)
    other = _visible(request, request.GET.get("with", ""))
    if revision.pk == other.pk and revision.document_id == _visible(request, reference).document_id:
        messages.info(request, _("Choose two different revisions."))
        return redirect(revision)
    return redirect("documents:compare", revision.reference, other.reference)


@form_page
def register_document(request: HttpRequest) -> HttpResponse:
    """A new document; a double click is one document."""
    _may(permissions.can_register(request.user))
    form = RegisterForm(_sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            revision = register.register_with_file(request.user, values.pop("file"), **values)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(reference)s is registered as a draft.") % {"reference": revision})
            return redirect(revision)
    side = [
        _("The document gets the next number of the register. Numbers are never used again."),
        _("It is a draft: the three secretaries and the administrator see it."),
        _("When you propose it for approval, all members see it."),
    ]
    back = (reverse("documents:list"), _("Documents"))
    return _form_page(
        request, form, heading=_("Register a document"), submit=_("Register the document"), back=back, side=side
    )


@form_page
def revise_document(request: HttpRequest, reference: str) -> HttpResponse:
    """The next letter; whoever read an older revision is shown that there is a newer one."""
    revision = _kept_here(request, reference)
    _may(permissions.can_revise(request.user))
    form = ReviseForm(_sent(request), initial={"after": revision.pk, "text": revision.text})
    if request.method == "POST" and form.is_valid():
        after = get_object_or_404(revision.document.revisions, pk=form.cleaned_data.pop("after"))
        try:
            revision = register.revise_document(revision.document, request.user, after=after, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(reference)s is a draft now.") % {"reference": revision})
            return redirect(revision)
    side = [
        _("A new revision is added with the next letter, as a draft."),
        _("%(reference)s stays as it is and can always be read.") % {"reference": revision},
        _("Whoever opens it finds a pointer to the newer one, once that is proposed for approval."),
    ]
    heading = _("Revise %(reference)s") % {"reference": revision}
    return _form_page(request, form, heading=heading, submit=_("Add the revision"), back=_back(revision), side=side)


@form_page
def edit_revision(request: HttpRequest, reference: str) -> HttpResponse:
    """Edits a draft; after a conflict both texts are shown and the own one is kept."""
    revision = _kept_here(request, reference)
    _may(permissions.can_edit(request.user, revision))
    names = ("text", "note", "dated_on")
    initial = {name: getattr(revision, name) for name in (*names, "version")}
    form = EditForm(_sent(request), initial=initial)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in names}
        try:
            register.edit_revision(revision, request.user, form.cleaned_data["version"], **changes)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(reference)s is saved.") % {"reference": revision})
            return redirect(revision)
    heading = _("Edit %(reference)s") % {"reference": revision}
    return _form_page(request, form, heading=heading, submit=_("Save the draft"), back=_back(revision), **context)


def _theirs(current: Revision) -> list[tuple[str, str]]:
    return [(_("Text"), current.text), (_("Note"), current.note), (_("Date"), format_date(current.dated_on))]


@form_page
def edit_title(request: HttpRequest, reference: str) -> HttpResponse:
    """Another title or kind, as long as nothing is approved."""
    revision = _kept_here(request, reference)
    document = revision.document
    _may(permissions.can_retitle(request.user, document))
    names = ("title", "short_title", "kind")
    form = TitleForm(_sent(request), initial={name: getattr(document, name) for name in (*names, "version")})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in names}
        try:
            register.edit_title(document, request.user, form.cleaned_data["version"], **changes)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            theirs = [(_("Title"), conflict.current.title), (_("Kind"), str(conflict.current.get_kind_display()))]
            context = {"conflict": conflict, "theirs": theirs}
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The title is saved."))
            return redirect(revision)
    heading = _("Title of %(reference)s") % {"reference": document}
    return _form_page(request, form, heading=heading, submit=_("Save the title"), back=_back(revision), **context)


@form_page
def attach_file(request: HttpRequest, reference: str) -> HttpResponse:
    """Attaches a file, judged by its content, to a draft."""
    revision = _visible(request, reference)
    _may(permissions.can_attach(request.user, revision))
    form = AttachForm(_sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            attachment = register.attach_file(revision, request.user, *form.cleaned_data["file"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(name)s” is attached.") % {"name": attachment})
            return redirect(f"{revision.get_absolute_url()}#files")
    heading = _("Attach a file to %(reference)s") % {"reference": revision}
    return _form_page(request, form, heading=heading, submit=_("Attach the file"), back=_back(revision))


@form_page
def record_number(request: HttpRequest, reference: str) -> HttpResponse:
    """Records another organization's number for the same document."""
    revision = _visible(request, reference)
    _may(permissions.can_register(request.user))
    form = NumberForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            foreign = register.record_number(revision, request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            words = {"reference": revision, "number": foreign, "organization": foreign.organization}
            messages.success(request, _("%(reference)s is %(number)s in %(organization)s.") % words)
            return redirect(revision)
    heading = _("Number of %(reference)s in another organization") % {"reference": revision}
    return _form_page(request, form, heading=heading, submit=_("Record the number"), back=_back(revision))


@require_POST
def propose_revision(request: HttpRequest, reference: str) -> HttpResponse:
    """Proposes a draft for approval."""
    revision = _kept_here(request, reference)
    done = _("%(reference)s is proposed for approval: all members see it now.") % {"reference": revision.reference}
    return make_move(request, revision, register.propose_revision, done)


@require_POST
def approve_revision(request: HttpRequest, reference: str) -> HttpResponse:
    """Records that the group has approved this revision."""
    revision = _kept_here(request, reference)
    done = _("%(reference)s is recorded as approved.") % {"reference": revision.reference}
    return make_move(request, revision, register.approve_revision, done)


@form_page
def withdraw_revision(request: HttpRequest, reference: str) -> HttpResponse:
    """A withdrawal cannot be taken back, so it has a check page."""
    revision = _kept_here(request, reference)
    _may(permissions.can_withdraw(request.user, revision))
    if request.method == "POST":
        done = _("%(reference)s is withdrawn.") % {"reference": revision.reference}
        return make_move(request, revision, register.withdraw_revision, done)
    context = {
        "heading": _("Withdraw %(reference)s?") % {"reference": revision},
        "submit": _("Withdraw %(reference)s") % {"reference": revision},
        "back": _back(revision),
        "revision": revision,
        "uses": registry.every("uses", revision),
    }
    return render(request, "documents/document_withdraw.html", context)


@require_safe
def export_revision(request: HttpRequest, reference: str, format: str) -> HttpResponse:
    """The text of a revision as docx, pdf or html."""
    revision = _visible(request, reference)
    _may(bool(revision.text) and format in FORMATS)
    return export_response(compose_revision(revision), format, f"{revision.reference} {revision.title}"[:100])


@require_safe
def download_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A file of a revision that the reader may see, always as a download under its own name."""
    attachment = queries.file_of(_visible(request, reference), pk)
    if attachment is None:
        raise Http404
    response = FileResponse(attachment.file.open("rb"), content_type=attachment.content_type)
    response.headers["Content-Disposition"] = content_disposition(attachment.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
