"""Drafts of forms: kept for their owner alone, never replaced unseen, gone when saved or old."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django import forms
from django.http import QueryDict
from django.utils import timezone

from core import drafts
from core.forms import DayField, PortalForm
from core.models import Draft
from core.moves import Refused
from core.tasks import drop_old_drafts

FORM = "/proposals/new/"


def typed(**values) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, value in values.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    return posted


def keep(owner, sheet=None, form=FORM, replace=False, at=None, **values) -> Draft:
    return drafts.save_draft(owner, form, sheet or uuid.uuid4(), typed(**values), replace=replace, at=at)


def test_what_is_typed_is_kept_without_passwords_marks_and_control_characters(cast):
    draft = keep(
        cast.iso_secretary,
        title="Toys\x00 \u202eand",
        csrfmiddlewaretoken="x",
        draft_form="y",
        new_password="secret",
        committees=["1", "2"],
    )
    assert Draft.objects.get(pk=draft.pk).data == {"title": ["Toys and"], "committees": ["1", "2"]}


def test_the_same_sheet_replaces_its_draft_and_another_one_never_unseen(cast):
    sheet = uuid.uuid4()
    first = keep(cast.iso_secretary, sheet, title="One")
    keep(cast.iso_secretary, sheet, title="Two")
    with pytest.raises(drafts.AnotherDraft) as refused:
        keep(cast.iso_secretary, title="Three")
    assert refused.value.draft.data == {"title": ["Two"]}
    assert Draft.objects.get().began_at == first.began_at
    replaced = keep(cast.iso_secretary, title="Three", replace=True)
    assert Draft.objects.get().data == {"title": ["Three"]}
    assert replaced.began_at > first.began_at


def test_each_person_and_each_form_has_its_own(cast):
    sheet = uuid.uuid4()
    keep(cast.iso_secretary, sheet, title="One")
    keep(cast.iec_secretary, sheet, title="Other")
    keep(cast.iso_secretary, sheet, form="/landscape/new/", title="Area")
    assert drafts.draft_of(cast.iso_secretary, FORM).data == {"title": ["One"]}
    assert not drafts.drop_draft(cast.iec_member, FORM, sheet)
    assert drafts.drop_draft(cast.iec_secretary, FORM, sheet)
    assert Draft.objects.filter(owner=cast.iso_secretary).count() == 2


def test_too_much_is_refused_and_the_oldest_of_very_many_goes(cast, monkeypatch):
    with pytest.raises(Refused):
        keep(cast.iso_secretary, text="x" * (drafts.MOST_TEXT + 1))
    with pytest.raises(Refused):
        keep(cast.iso_secretary, **{f"f{number}": "" for number in range(drafts.MOST_FIELDS + 1)})
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    for number in range(5):
        keep(cast.iso_secretary, form=f"/{number}/", at=timezone.now() + timedelta(seconds=number))
    assert sorted(Draft.objects.values_list("form", flat=True)) == ["/2/", "/3/", "/4/"]


def test_old_drafts_are_removed_by_the_task(cast):
    keep(cast.iso_secretary, at=timezone.now() - drafts.KEPT_FOR - timedelta(minutes=1))
    keep(cast.iec_secretary, at=timezone.now() - drafts.KEPT_FOR + timedelta(minutes=1))
    drop_old_drafts()
    assert Draft.objects.get().owner == cast.iec_secretary


class Everything(PortalForm):
    words = forms.CharField(initial="as it stands")
    day = DayField(required=False)
    agreed = forms.BooleanField(required=False, initial=True)
    several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])
    paper = forms.FileField(required=False)
    later = forms.CharField(initial="not in the draft")


def test_a_draft_fills_every_kind_of_field(cast):
    draft = keep(cast.iso_secretary, words="mine", day="30 Novem", several=["a", "b"])
    form = Everything()
    drafts.fill_form(form, draft)
    shown = {name: form[name].value() for name in form.fields}
    assert shown == {
        "words": "mine",
        "day": "30 Novem",
        "agreed": False,
        "several": ["a", "b"],
        "paper": None,
        "later": "not in the draft",
    }
    assert 'value="30 Novem"' in str(form["day"])


@pytest.mark.parametrize(
    "path", ["", "/no/such/page/", "//evil.example/", "https://evil.example/", "/\\evil.example/", "/a\n/", "/" * 300]
)
def test_only_pages_of_the_portal_have_drafts(cast, client_of, path):
    answer = client_of("iso_secretary").post("/drafts/", {"draft_form": path, "draft_sheet": str(uuid.uuid4())})
    assert answer.status_code == 400
    answer = client_of("iso_secretary").post("/drafts/discard/", {"draft_form": path, "draft_sheet": uuid.uuid4()})
    assert answer.status_code == 400
    assert not Draft.objects.exists()
