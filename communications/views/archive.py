"""Letters as they were sent, and who has acknowledged them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from communications.acknowledging import is_signed_for
from communications.models import Acknowledgement, Letter, LetterRecord
from communications.permissions import can_read_letters
from communications.queries import records as reads
from communications.queries.audience import organizations_shown_to
from communications.services.acknowledgements import acknowledge as give
from communications.services.records import is_intact
from communications.views.letters import back_to, visible_letter
from core.dates import format_moment
from core.pages import page_of
from core.tables import TYPES, Column, table_response
from documents.judge import content_disposition
from organizations.queries import organizations
from post import queries as post

COLUMNS = (
    Column(gettext_lazy("Name"), 34),
    Column(gettext_lazy("E-mail address"), 38),
    Column(gettext_lazy("Organization"), 14),
    Column(gettext_lazy("Country"), 20),
    Column(gettext_lazy("Acknowledged"), 28),
)


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Every letter that was released, newest first, by organization, year and words."""
    if not can_read_letters(request.user):
        raise Http404
    wanted = {name: request.GET.get(name, "") for name in ("organization", "year", "q")}
    context = {
        "page": page_of(request, reads.archive(request.user, wanted), 30),
        "wanted": wanted,
        "filtered": any(wanted.values()),
        "organizations": organizations(),
        "years": reads.years_of(request.user),
    }
    return render(request, "communications/archive.html", context)


def _released(request: HttpRequest, pk: int) -> Letter:
    letter = visible_letter(request, pk)
    if not letter.is_released or letter.mailing is None:
        raise Http404
    return letter


@require_safe
def letter_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as it was sent: the page of each organization, who approved it, what became of it."""
    letter = _released(request, pk)
    records = list(letter.records.select_related("organization"))
    for record in records:
        record.intact = is_intact(record)
    context = {
        "letter": letter,
        "records": records,
        "progress": post.progress(letter.mailing),
        "outside": letter.outside.select_related("organization"),
        "acknowledgements": reads.acknowledgement_counts(letter),
        "back": back_to(letter),
    }
    return render(request, "communications/letter_record.html", context)


@require_safe
def record_pdf(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The page as it was released; one that is no longer the same is not shown."""
    letter = _released(request, pk)
    record = get_object_or_404(
        LetterRecord.objects.select_related("organization"), letter=letter, organization__slug=slug
    )
    if not is_intact(record):
        raise Http404(_("The stored page is not the one that was released."))
    with record.pdf.open("rb") as stored:
        response = HttpResponse(stored.read(), content_type="application/pdf")
    name = f"{record.organization.code} {record.reference or letter.subject}.pdf"
    response["Content-Disposition"] = content_disposition(name.replace("/", "-"))
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def acknowledgements(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has acknowledged and who has not; names for those who see the contacts of the organization."""
    letter = _released(request, pk)
    wanted = request.GET.get("state", "")
    context = {
        "letter": letter,
        "counts": reads.acknowledgement_counts(letter),
        "page": page_of(request, reads.acknowledgements_shown_to(request.user, letter, wanted)),
        "shown_of": organizations_shown_to(request.user),
        "wanted": wanted if wanted in ("given", "left") else "",
        "back": back_to(letter),
    }
    return render(request, "communications/acknowledgements.html", context)


@require_safe
def export_acknowledgements(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The list as a file; with `?state=left` it is the list for a reminder."""
    letter = _released(request, pk)
    if format not in TYPES or not organizations_shown_to(request.user):
        raise Http404
    rows = reads.acknowledgements_shown_to(request.user, letter, request.GET.get("state", ""))
    return table_response(format, _("Acknowledgements"), COLUMNS, _lines(rows), f"acknowledgements-letter-{letter.pk}")


def _lines(rows: Any) -> Iterator[tuple[str, ...]]:
    for row in rows.iterator():
        given = format_moment(row.at) if row.at else _("not yet")
        yield row.contact.name, row.contact.email, row.organization.code, row.contact.country, given


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, pk: int, contact: int, signature: str) -> HttpResponse:
    """For a national body, without an account: opening the link shows a page with a button, pressing it acknowledges.
    What merely opens links, as mail scanners do, never acts."""
    rows = Acknowledgement.objects.select_related("letter", "organization", "contact")
    line = rows.filter(letter_id=pk, contact_id=contact).first() if is_signed_for(pk, contact, signature) else None
    if line is None or not line.letter.is_released:
        raise Http404
    if request.method == "POST":
        give(line)
        return redirect(request.path)
    response = render(request, "communications/acknowledge.html", {"line": line, "letter": line.letter})
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
