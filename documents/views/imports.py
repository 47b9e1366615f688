"""Bringing an existing register in: the upload, and the check page before anything is written."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.moves import Refused
from documents.forms import ImportForm
from documents.models import RegisterImport
from documents.permissions import can_import
from documents.services import importing
from documents.services.table import BadTable, Plan, decoded

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def import_register(request: HttpRequest) -> HttpResponse:
    """The table and the files; nothing is written into the register yet."""
    if not can_import(request.user):
        raise Http404
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            table = decoded(form.cleaned_data["table"])
            waiting = importing.keep_import(request.user, table, form.cleaned_data["folder"])
        except BadTable as error:
            form.add_error("table", str(error))
        else:
            return redirect("documents:check_import", waiting.pk)
    context = {
        "form": form,
        "heading": _("Import a register"),
        "submit": _("Check the table"),
        "back": (reverse("documents:list"), _("Documents")),
        "side": [
            _("Every line is checked, and every file is judged by its content."),
            _("You see what would be imported. Nothing is written before you say so."),
            _("A reference that the register has already is passed over."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
def check_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be imported, line by line; its button imports all of it, or there is none while a line is at fault."""
    if not can_import(request.user):
        raise Http404
    waiting = get_object_or_404(RegisterImport, pk=pk)
    if request.method == "POST":
        try:
            count = importing.import_waiting(waiting, request.user)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("documents:check_import", pk)
        words = ngettext("%(n)d revision is imported.", "%(n)d revisions are imported.", count)
        messages.success(request, words % {"n": count})
        return redirect("documents:list")
    if waiting.imported_at:
        messages.info(request, _("This table has been imported."))
        return redirect("documents:list")
    plan = importing.plan_of(waiting)
    context = {
        "plan": plan,
        "heading": _heading(plan),
        "submit": _("Import %(sentence)s") % {"sentence": plan.sentence},
        "back": (reverse("documents:list"), _("Documents")),
    }
    return render(request, "documents/import_check.html", context)


def _heading(plan: Plan) -> str:
    if plan.faulty:
        return _("The table cannot be imported yet")
    return _("Import %(sentence)s?") % {"sentence": plan.sentence} if plan.wanted else _("Nothing is left to import")
