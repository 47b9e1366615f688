"""Areas out of a CSV file: chosen, shown, accepted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.moves import AlreadyDone, Refused, Stale
from core.pages import page_of
from landscape import permissions
from landscape.forms.baselines import ImportForm
from landscape.models import AreaImport
from landscape.queries import in_words
from landscape.queries.changes import fact_changes
from landscape.registers import text_changes
from landscape.services import imports as services
from landscape.services.facts import plain
from landscape.views.page import may

form_page = require_http_methods(["GET", "HEAD", "POST"])
ROWS_ON_A_PAGE = 20


@form_page
def import_areas(request: HttpRequest) -> HttpResponse:
    """Chooses a file; what it would do is shown next, and nothing is written before."""
    may(permissions.can_import(request.user))
    form = ImportForm(request.POST or None, request.FILES or None) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        name, content = form.cleaned_data["file"]
        return redirect(services.hold_import(request.user, name=name, content=content))
    context = {
        "form": form,
        "heading": _("Import areas"),
        "submit": _("Read the file"),
        "back": (reverse("landscape:list"), _("Landscape")),
        "side": [
            _("The next page lists what would be added and changed, and every bad row. Nothing is written before."),
            _("Areas that the file does not name stay as they are, and so do columns that it does not have."),
            _("Every change becomes a revision. The group is told in one mail."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
def check_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would do to the landscape as it stands; a POST accepts what was shown."""
    may(permissions.can_import(request.user))
    held = get_object_or_404(AreaImport, pk=pk, owner=request.user)
    if held.accepted_at:
        return redirect("landscape:history")
    if request.method == "POST":
        answer = _accept(request, held)
        if answer is not None:
            return answer
    plan = services.show_again(held, request.user)
    page = page_of(request, [*plan.changes, *plan.additions], ROWS_ON_A_PAGE)
    context = {
        "held": held,
        "plan": plan,
        "page": page,
        "rows": [_shown(item) for item in page],
    }
    return render(request, "landscape/import_check.html", context)


def _accept(request: HttpRequest, held: AreaImport) -> HttpResponse | None:
    """Leads on when it is done; None shows the page again, with the reason."""
    try:
        plan = services.accept_import(held, request.user)
    except AlreadyDone:
        return redirect("landscape:history")
    except (Stale, Refused) as error:
        messages.error(request, str(error))
        return None
    words = {"added": len(plan.additions), "changed": len(plan.changes)}
    messages.success(request, _("Imported. Areas added: %(added)d; changed: %(changed)d.") % words)
    return redirect("landscape:history")


def _shown(item: services.Planned) -> dict[str, Any]:
    after = plain(item.values)
    lines = text_changes(item.before.get("text", ""), after["text"]) if "text" in after else []
    names = [name for name in after if name != "text" and (item.area or name != "name")]
    facts = fact_changes({name: item.before.get(name) for name in names}, {name: after[name] for name in names})
    return {
        "item": item,
        "what": in_words(item.changed),
        "lines": [line for line in lines if any(change.kind != "same" for change in line)],
        "facts": list(facts),
    }
