"""Drafts of forms, kept by the server: what was typed and not sent, seen by its owner alone.

A form page keeps its draft under its own path. `sheet` is the form as it was opened: a draft is replaced only by the
sheet that it came from, so that a form opened anew, or in a second window, never replaces it unseen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import format_moment
from core.forms import without_control
from core.models import Draft
from core.moves import Refused

KEPT_FOR = timedelta(days=90)
MOST_TEXT = 400_000  # characters in all fields together
MOST_FIELDS = 300
MOST_DRAFTS = 100  # of one person; the oldest goes


class AnotherDraft(Refused):
    """The form has a draft already, begun when it was opened another time."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        day = format_moment(draft.saved_at)
        super().__init__(_("Not saved: this form has another draft, of %(moment)s.") % {"moment": day})


def is_form(path: str) -> bool:
    """Whether the path is a page of this portal; nothing else is kept or led back to."""
    if not path.startswith("/") or path.startswith("//") or len(path) > 200 or not path.isprintable() or "\\" in path:
        return False
    try:
        return resolve(path) is not None
    except Resolver404:
        return False


def sheet_of(posted: QueryDict) -> UUID | None:
    """The sheet that was sent along with a form, if it is one."""
    try:
        return UUID(posted.get("draft_sheet", ""))
    except ValueError:
        return None


def typed_in(posted: QueryDict) -> list[tuple[str, list[str]]]:
    """The fields of the form itself: no passwords, and not the marks that only sending needs."""
    return [
        (name, values)
        for name, values in posted.lists()
        if name != "csrfmiddlewaretoken" and not name.startswith("draft_") and "password" not in name.lower()
    ]


def texts_of(posted: QueryDict) -> dict[str, list[str]]:
    """The fields as typed, without control characters. Raises Refused for too much text."""
    data = {without_control(name): [without_control(value) for value in values] for name, values in typed_in(posted)}
    size = sum(len(name) + sum(len(value) for value in values) for name, values in data.items())
    if size > MOST_TEXT or len(data) > MOST_FIELDS:
        raise Refused(_("Not saved: this is more text than a draft can hold."))
    return data


@transaction.atomic
def save_draft(
    owner: Any, form: str, sheet: UUID, posted: QueryDict, *, replace: bool = False, at: datetime | None = None
) -> Draft:
    """Keeps what was typed. Raises AnotherDraft when the form's draft came from another sheet, unless `replace`."""
    moment = at or timezone.now()
    known = Draft.objects.select_for_update().filter(owner=owner, form=form).first()
    if known and known.sheet != sheet and not replace:
        raise AnotherDraft(known)
    values = {"data": texts_of(posted), "sheet": sheet, "saved_at": moment}
    if known is None or known.sheet != sheet:
        values["began_at"] = moment
    draft, created = Draft.objects.update_or_create(owner=owner, form=form, defaults=values)
    if created:
        newest = Draft.objects.filter(owner=owner).order_by("-saved_at", "-pk").values("pk")
        Draft.objects.filter(pk__in=[row["pk"] for row in newest[MOST_DRAFTS:]]).delete()
    return draft


def draft_of(owner: Any, form: str) -> Draft | None:
    """The person's own draft of a form."""
    return Draft.objects.filter(owner=owner, form=form).first()


def drop_draft(owner: Any, form: str, sheet: UUID) -> bool:
    """Removes the draft that came from this sheet, and no other; says whether there was one."""
    return Draft.objects.filter(owner=owner, form=form, sheet=sheet).delete()[0] > 0


def fill_form(form: forms.Form, draft: Draft) -> None:
    """Puts the draft into a form that is not sent yet, its version and token included: what changed meanwhile is a
    conflict when it is saved, and what was saved meanwhile is not saved twice."""
    data = QueryDict(mutable=True)
    for name, values in draft.data.items():
        data.setlist(name, values)
    for name, field in form.fields.items():
        key, widget = form.add_prefix(name), field.widget
        if isinstance(field, forms.FileField) or widget.value_omitted_from_data(data, {}, key):
            continue
        form.initial[name] = widget.value_from_datadict(data, {}, key)


def drop_old_drafts(at: datetime | None = None) -> int:
    """Removes drafts that nobody has touched for 90 days; returns how many."""
    return Draft.objects.filter(saved_at__lt=(at or timezone.now()) - KEPT_FOR).delete()[0]
