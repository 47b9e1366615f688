"""One organization's cover: edited, compared, as mail, on paper; and the files of a letter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from communications.acknowledging import others_words
from communications.editions import differences
from communications.enclosures import enclosures, file_of, is_signed
from communications.forms import CoverForm
from communications.mail import body_of
from communications.models import Cover, Letter
from communications.paper import on_paper as letter_on_paper
from communications.permissions import can_edit_cover
from communications.queries.letters import covers_of, revisions_of
from communications.services import letters as services
from communications.views.doorway import back_to, visible_letter
from communications.views.previews import cover_context, kept, typed
from communications.workflow import ACTS
from core.moves import Conflict, Refused, moves_open_to
from core.views import offer_draft
from documents.judge import content_disposition
from documents.publishing.formats import render as publish
from post.services.mailings import slot

FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)


def _cover(request: HttpRequest, pk: int, slug: str) -> Cover:
    letter = visible_letter(request, pk)
    cover = next((item for item in covers_of(letter) if item.organization.slug == slug), None)
    if cover is None:
        raise Http404
    return cover


@require_safe
def compare_covers(request: HttpRequest, pk: int) -> HttpResponse:
    """The three covers side by side."""
    letter = visible_letter(request, pk)
    covers = covers_of(letter)
    context = {"letter": letter, "covers": covers, "rows": differences(covers), "back": back_to(letter)}
    return render(request, "communications/covers.html", context)


@require_http_methods(["GET", "POST"])
def edit_cover(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The own organization's cover; a change withdraws its approval only."""
    cover = _cover(request, pk, slug)
    open_now = ACTS["edit_cover"] in moves_open_to(request.user, cover.letter, ACTS.values())
    if not open_now or not can_edit_cover(request.user, cover):
        raise Http404
    form = CoverForm(typed(request), initial=CoverForm.initial_of(cover) | kept(request, CoverForm))
    address = f"{cover.letter.get_absolute_url()}?cover={slug}"
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.edit_cover(cover, request.user, values.pop("version"), **values)
            messages.success(request, _("The cover of %(o)s is saved.") % {"o": cover.organization})
            return redirect(address)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            names = ("reference", "addressees", "salutation", "signatory")
            theirs = [(form.fields[name].label, getattr(conflict.current, name)) for name in names]
            context = {"conflict": conflict, "theirs": theirs}
        except Refused as error:
            form.add_error(None, str(error))
    asked = cover.letter.state != Letter.State.DRAFT
    side = [_("The approval of %(o)s is withdrawn; the two others keep theirs.") % {"o": cover.organization}]
    context |= {
        "form": offer_draft(request, form),
        "heading": _("Cover page of %(organization)s") % {"organization": cover.organization},
        "submit": _("Save the cover"),
        "back": (address, cover.letter.subject),
        "side": side if asked else [],
        "preview_url": reverse("communications:preview_cover", args=[pk, slug]),
        "shown": "communications/_preview_cover.html",
        **cover_context(cover, request.POST),
    }
    return render(request, "communications/letter_form.html", context)


def _others() -> dict[str, str]:
    return {slot(name): words for name, words in others_words().items()}


@require_safe
def as_mail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The letter as its recipients get it: headers, the mail in a frame of its own, and the text part."""
    cover = _cover(request, pk, slug)
    files = enclosures(cover.letter)
    body = body_of(cover.letter, cover, files)
    context = {
        "files": files,
        "letter": cover.letter,
        "cover": cover,
        "covers": covers_of(cover.letter),
        "body": body,
        "text": _with_sample(body.text),
        "back": back_to(cover.letter),
    }
    return render(request, "communications/mail.html", context)


def _with_sample(text: str) -> str:
    """A recipient's own words are known only at sending."""
    samples = {slot("name"): _("[name of the recipient]"), slot("committee"): _("[committee]"), **_others()}
    for mark, sample in samples.items():
        text = text.replace(mark, sample)
    return text


@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The HTML of the mail, for the frame only; its links open in the whole window, and nothing else runs."""
    cover = _cover(request, pk, slug)
    html = _with_sample(body_of(cover.letter, cover, enclosures(cover.letter)).html)
    response = HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
    response["Content-Security-Policy"] = FRAME_POLICY
    return response


@require_safe
def on_paper(request: HttpRequest, pk: int, slug: str, format: str) -> HttpResponse:
    """The letter with this cover as PDF, DOCX or HTML."""
    cover = _cover(request, pk, slug)
    if format not in ("pdf", "docx", "html"):
        raise Http404
    references = [revision.reference for revision in revisions_of(cover.letter)]
    data, content_type, extension = publish(letter_on_paper(cover.letter, cover, references), format)
    response = HttpResponse(data, content_type=content_type)
    name = f"{cover.organization.code} {cover.reference or cover.letter.subject}.{extension}"
    if format != "html":
        response["Content-Disposition"] = content_disposition(name.replace("/", "-"))
    return response


@login_not_required
@require_safe
def letter_file(request: HttpRequest, pk: int, reference: str, signature: str) -> HttpResponse:
    """A document of a released letter, for its recipients, who have no account: the signed address is the right."""
    released = Letter.objects.filter(state__in=(Letter.State.SENDING, Letter.State.SENT))
    letter = get_object_or_404(released, pk=pk)
    revision = next((item for item in revisions_of(letter) if item.reference == reference), None)
    if revision is None or not is_signed(letter, reference, signature):
        raise Http404
    name, content_type, content = file_of(revision)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
