"""What forms that stand in parts of one page have in common."""

from __future__ import annotations

from django import forms


def stand_in(form: forms.Form, form_id: str) -> None:
    """The fields belong to the form of that id, wherever on the page they stand: what is typed in one part of the
    page is sent with the other."""
    for bound in form:
        field, kind = bound.field.widget, type(bound.field.widget)
        css = {forms.RadioSelect: "form-check-input", forms.Select: "form-select w-auto"}.get(kind, "form-control")
        wrong = " is-invalid" if bound.errors and kind is not forms.RadioSelect else ""
        field.attrs.update({"form": form_id, "class": f"{css}{wrong}"})
