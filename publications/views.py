"""Pages of publications; the files of what is published need no account."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.moves import AlreadyDone, Refused, moves_open_to
from core.pages import page_of
from core.views import offer_draft
from documents.delivery import export_response
from documents.judge import content_disposition
from documents.publishing.formats import FORMATS
from documents.publishing.html import render_html
from organizations.models import Organization
from organizations.permissions import can_read
from organizations.queries import approval_keys
from organizations.verdicts import VerdictForm
from publications import permissions, queries, services
from publications.forms import ProposeForm, ReasonForm
from publications.models import KINDS, Publication
from publications.paper import content_of, file_name
from publications.workflow import MOVES

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _visible(request: HttpRequest, pk: int) -> Publication:
    return get_object_or_404(queries.publications_visible_to(request.user), pk=pk)


@require_safe
def publication_list(request: HttpRequest) -> HttpResponse:
    """What is asked for, published and withdrawn, newest first."""
    if not can_read(request.user):
        raise Http404
    page = page_of(request, queries.publications_visible_to(request.user))
    context = {"page": page, "can_propose": permissions.can_propose(request.user)}
    return render(request, "publications/publication_list.html", context)


@require_safe
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """One publication: what exactly, the three approvals, what happened."""
    found = _visible(request, pk)
    edition = queries.current_edition(found)
    verdicts = list(edition.approvals.select_related("organization"))
    open_now = found.state == Publication.State.FOR_APPROVAL
    context = {
        "publication": found,
        "edition": edition,
        "keys": approval_keys(verdicts, request.user, partial(queries.approve_url, found), open_now=open_now),
        "proves": [proof.step for proof in found.proves.select_related("step")],
        "outdated": queries.is_outdated(found, edition),
        "history": found.history.all()[:50],
        "can_withdraw": MOVES["withdraw"] in moves_open_to(request.user, found, MOVES.values()),
    }
    return render(request, "publications/publication.html", context)


@form_page
def propose_publication(request: HttpRequest) -> HttpResponse:
    """Names what is to be published; the three secretaries are asked."""
    if not permissions.can_propose(request.user):
        raise Http404
    initial = {name: request.GET.get(name, "")[:120] for name in KINDS}
    form = ProposeForm(request.POST or None, initial=initial, reader=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            subject = values["document"] or values["report"] or values["letter"]
            found = services.propose_publication(request.user, subject, token=values["token"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The three organizations are asked to approve the publication."))
            return redirect(found)
    context = {
        "form": form,
        "heading": _("Ask for a publication"),
        "submit": _("Ask the three organizations"),
        "back": (reverse("publications:list"), _("Publications")),
        "side": [
            _("The newest approved revision is shown to the secretaries of ISO, IEC and ITU-T, exactly as it stands."),
            _("A letter is published without its covers, and never says to whom it went."),
            _("With the third approval everybody can read it on the public page, without an account."),
            _("A newer revision asks all three again. Any secretary can take it back, with a reason."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
def approve_publication(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The verdict of one organization on exactly what is shown; after a change what stands now is shown instead."""
    found = _visible(request, pk)
    organization = get_object_or_404(Organization, slug=slug)
    if not permissions.can_publish_for(request.user, organization):
        raise Http404
    if services.ask_again(found):
        found.refresh_from_db()
    form = VerdictForm(request.POST or None, initial={"edition": found.edition})
    if request.method == "POST" and form.is_valid():
        try:
            services.approve_publication(found, organization, request.user, **form.cleaned_data)
        except AlreadyDone:
            return redirect(found)
        except Refused as error:
            form.add_error(None, str(error))
            form.reread(found.edition)
        else:
            messages.success(request, _said(found, organization))
            return redirect(found)
    elif found.state != Publication.State.FOR_APPROVAL:
        return redirect(found)
    return render(request, "publications/approve.html", _verdict_page(request, found, organization, form))


def _said(publication: Publication, organization: Organization) -> str:
    if publication.state == Publication.State.PUBLISHED:
        return _("“%(title)s” is published: everybody can read it now.") % {"title": publication.title}
    return _("The verdict of %(organization)s is on record.") % {"organization": organization}


def _verdict_page(
    request: HttpRequest, publication: Publication, organization: Organization, form: VerdictForm
) -> dict[str, Any]:
    edition = queries.current_edition(publication)
    return {
        "form": offer_draft(request, form),
        "publication": publication,
        "edition": edition,
        "files": edition.revision.attachments.all() if edition.revision else [],
        "heading": _("Publish %(what)s?") % {"what": queries.name_of(edition)},
        "exact": render_html(content_of(edition), heading_level=4, with_title=False) if publication.letter else "",
        "lede": publication.title if edition.revision else "",
        "submit": _("Give the verdict of %(organization)s") % {"organization": organization},
        "back": (publication.get_absolute_url(), _("Publication of %(what)s") % {"what": queries.name_of(edition)}),
        "side": [
            _("Your verdict counts for exactly what is shown here."),
            _("With the approval of ISO, IEC and ITU-T everybody can read it, without an account."),
            _("If you ask for changes, those who asked for the publication read your comment."),
        ],
    }


@form_page
def withdraw_publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes it off the public page, or no longer asks for it, with a reason."""
    found = _visible(request, pk)
    if not permissions.can_withdraw(request.user, found):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_publication(found, request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("The publication is withdrawn; it stays on record."))
        except AlreadyDone:
            pass
        except Refused as error:
            messages.error(request, str(error))
        return redirect(found)
    if found.state == Publication.State.WITHDRAWN:
        return redirect(found)
    context = {
        "form": form,
        "heading": _("Withdraw the publication of “%(title)s”") % {"title": found.title},
        "submit": _("Withdraw the publication"),
        "back": (found.get_absolute_url(), found.title),
        "side": [
            _("It leaves the public page at once. Copies that somebody has taken away cannot be called back."),
            _("The record, the approvals and your reason stay in the history."),
        ],
    }
    return render(request, "_form_page.html", context)


@login_not_required
@require_safe
def published_text(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The text of what is published, as Word, PDF or web page."""
    edition = queries.published_edition(pk)
    if edition is None or format not in FORMATS or not queries.has_text(edition):
        raise Http404
    return export_response(content_of(edition), format, file_name(edition))


@login_not_required
@require_safe
def published_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file of what is published, as it was attached."""
    edition = queries.published_edition(pk)
    rows = edition.revision.attachments.all() if edition and edition.revision else ()
    found = next((row for row in rows if row.pk == file), None)
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type=found.content_type)
    response.headers["Content-Disposition"] = content_disposition(found.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
