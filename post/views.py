"""A person's notifications, and the mailbox of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage as ParsedMessage

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.moves import AlreadyDone
from core.pages import page_of
from post import queries
from post.forms import PreferencesForm
from post.mailbox import parse
from post.models import Delivery, MailboxMessage
from post.permissions import can_decide
from post.services.doubts import accept_doubtful, resend_doubtful
from post.services.notices import mark_all_read
from post.services.preferences import choices_of, choose, label_of, read_way_out
from post.services.preferences import unsubscribe as end_stream


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What I was told, and why."""
    page = page_of(request, queries.notifications_of(request.user))
    return render(request, "post/notifications.html", {"page": page, "unread": queries.unread(request.user).count()})


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks all as read."""
    count = mark_all_read(request.user)
    words = ngettext("%(n)d notification marked as read.", "%(n)d notifications marked as read.", count)
    messages.success(request, words % {"n": count})
    return redirect("post:notifications")


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How each kind of notice comes to me."""
    form = PreferencesForm(request.POST or None, initial=choices_of(request.user))
    if request.method == "POST" and form.is_valid():
        choose(request.user, form.cleaned_data)
        messages.success(request, _("Your choices are saved."))
        return redirect("post:preferences")
    context = {
        "form": form,
        "heading": _("What comes by mail"),
        "lede": _("Everything stands under your notifications too, whatever you choose here."),
        "back": (reverse("post:notifications"), _("My notifications")),
        "submit": _("Save my choices"),
    }
    return render(request, "post/preferences.html", context)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The way out of a stream that stands in its mails: a visit shows what it does, only a POST does it. The signed
    address is the proof, since a mail program brings neither a cookie nor a token."""
    found = read_way_out(token)
    if found is None:
        raise Http404
    user, stream = found
    if request.method == "POST":
        end_stream(user, stream)
    context = {"done": request.method == "POST", "label": label_of(stream)}
    return render(request, "post/unsubscribe.html", context)


@require_safe
def doubts(request: HttpRequest) -> HttpResponse:
    """Mails that may have arrived, and wait for my word."""
    return render(request, "post/doubts.html", {"page": page_of(request, queries.doubtful(request.user))})


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends one of them again."""
    return _decided(request, pk, resend_doubtful, _("It is sent again."))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts one of them as arrived."""
    return _decided(request, pk, accept_doubtful, _("It counts as sent."))


def _decided(request: HttpRequest, pk: int, service: Callable[..., None], done: str) -> HttpResponse:
    row = get_object_or_404(Delivery.objects.select_related("mailing", "body"), pk=pk)
    if not can_decide(request.user, row):
        raise Http404
    try:
        service(row, request.user)
    except AlreadyDone as error:
        messages.info(request, str(error))
    else:
        messages.success(request, done)
    return redirect("post:doubts")


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail that the demonstration kept inside."""
    _demonstration_only()
    recipient = request.GET.get("to", "")
    page = page_of(request, queries.mailbox(recipient))
    return render(request, "post/mailbox.html", {"page": page, "recipient": recipient})


def _demonstration_only() -> None:
    if not settings.DEMO:
        raise Http404


def _parsed(pk: int) -> tuple[MailboxMessage, ParsedMessage]:
    _demonstration_only()
    kept = get_object_or_404(MailboxMessage, pk=pk)
    return kept, parse(kept.raw)


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as its recipient would read it: headers, text, HTML in a frame, attachments."""
    kept, mail = _parsed(pk)
    text = mail.get_body(("plain",))
    context = {
        "kept": kept,
        "headers": [(name, str(value)) for name, value in mail.items()],
        "text": text.get_content() if text else "",
        "has_html": mail.get_body(("html",)) is not None,
        "files": [part.get_filename() or "" for part in mail.iter_attachments()],
    }
    return render(request, "post/message.html", context)


@require_safe
@xframe_options_sameorigin
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of a mail, for the frame only. Its links open in the whole window, and nothing else runs."""
    _kept, mail = _parsed(pk)
    part = mail.get_body(("html",))
    if part is None:
        raise Http404
    response = HttpResponse(part.get_content().replace("<head>", '<head><base target="_top">', 1))
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
    )
    return response


@require_safe
def message_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """An attachment of a mail, for download only."""
    _kept, mail = _parsed(pk)
    parts = list(mail.iter_attachments())
    if number >= len(parts):
        raise Http404
    part = parts[number]
    content = part.get_payload(decode=True) or b""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, part.get_filename() or "attachment")
    return response
