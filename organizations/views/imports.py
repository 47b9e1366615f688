"""Lists of contacts: read, looked at, accepted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.moves import AlreadyDone, Refused
from core.pages import page_of
from organizations.forms.contacts import ReadContactsForm
from organizations.models import ContactImport, ContactImportRow
from organizations.queries import contacts as reads
from organizations.services import contact_imports as services
from organizations.views.contacts import back_to_contacts, for_keepers, form_page

K = ContactImportRow.Kind
ORDER = (K.BAD, K.ADD, K.CHANGE, K.MERGED, K.SAME)


@form_page
@for_keepers
def read_contacts(request: HttpRequest) -> HttpResponse:
    """A file or a pasted list; what would become of it is shown before anything is written."""
    form = ReadContactsForm(request.POST or None, request.FILES or None, kept=request.kept)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        file = values["file"]
        try:
            source = services.read_contacts(
                request.user,
                values["organization"],
                values["rows"],
                name=file.name if file else "",
                capacity=values["capacity"],
                committee=values["committee"],
                token=values["token"],
            )
            return redirect(source)
        except Refused as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "heading": _("Import contacts"),
        "back": back_to_contacts(),
        "submit": _("Check the list"),
        "side": [
            _("You see who would be added and changed, and which rows cannot be taken and why."),
            _("Nothing is written and nothing is mailed before you accept."),
            _("The same list twice adds nobody."),
        ],
    }
    return render(request, "_form_page.html", context)


def _shown(request: HttpRequest, pk: int) -> ContactImport:
    return get_object_or_404(reads.imports_shown_to(request.user), pk=pk)


@form_page
@for_keepers
def check_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become of each row; the button says how many, and writes them."""
    source = _shown(request, pk)
    if request.method == "POST":
        try:
            services.accept_import(source, request.user)
        except AlreadyDone:
            pass
        except Refused as error:
            messages.error(request, str(error))
        return redirect(source)
    counts = services.counts_of(source)
    wanted = request.GET.get("kind", "")
    chosen = wanted if wanted in K.values else next((kind for kind in ORDER if counts[kind]), K.ADD)
    context = {
        "source": source,
        "counts": counts,
        "kinds": [(kind.value, kind.label, counts[kind]) for kind in ORDER],
        "chosen": chosen,
        "page": page_of(request, source.rows.filter(kind=chosen).select_related("committee"), 100),
        "back": back_to_contacts(),
        "total": sum(counts.values()),
        "writes": counts[K.ADD] + counts[K.CHANGE],
    }
    return render(request, "organizations/contact_import.html", context)


@require_POST
@for_keepers
def discard_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Drops the list; nothing was written."""
    try:
        services.discard_import(_shown(request, pk), request.user)
        messages.success(request, _("The list is discarded. No contact has changed."))
    except AlreadyDone as error:
        messages.success(request, str(error))
    return redirect("organizations:contacts")
