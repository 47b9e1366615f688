"""The numbers that no document has, each explained."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.moves import Refused
from core.pages import page_of
from documents.forms import GapForm
from documents.permissions import can_register
from documents.queries import gaps_of
from documents.services.gaps import explain_gap
from organizations.permissions import can_read


@require_http_methods(["GET", "HEAD", "POST"])
def gap_list(request: HttpRequest) -> HttpResponse:
    """Everybody reads why a number is missing; secretaries explain it."""
    writes = can_register(request.user)
    if not can_read(request.user) or (request.method == "POST" and not writes):
        raise Http404
    form = GapForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            explain_gap(request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The explanation is saved."))
            return redirect("documents:gaps")
    gaps = gaps_of()
    count = sum(gap.last - gap.first + 1 for gap in gaps)
    context = {
        "page": page_of(request, gaps),
        "sentence": ngettext("%(n)d number has no document.", "%(n)d numbers have no document.", count) % {"n": count},
        "form": form if writes else None,
        "heading": _("Numbers without a document"),
        "submit": _("Explain the numbers"),
        "back": (reverse("documents:list"), _("Documents")),
    }
    return render(request, "documents/gap_list.html", context)
