"""Dates, text, forms, Markdown, search and moves of the ground floor."""

from datetime import UTC, date, datetime

import pytest
from django import forms

from core import dates
from core.forms import DayField, PortalForm, TokenForm, VersionForm
from core.markdown import render_markdown
from core.models import SearchText
from core.search import find, index


@pytest.mark.parametrize(
    "text",
    ["2020-11-25", "25 November 2020", "25 Nov 2020", "Wednesday 25 November 2020", "25.11.2020", "25/11/2020"],
)
def test_date_is_read_in_every_usual_form(text):
    assert dates.parse_date(text) == date(2020, 11, 25)


@pytest.mark.parametrize("text", ["31/11", "31 November 2020", "tomorrow", "2020", "25 November 20200", "1.1.0001"])
def test_date_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        dates.parse_date(text)


def test_deadline_ends_at_the_same_instant_for_everybody_in_winter_and_summer():
    assert dates.deadline_at(date(2020, 12, 4)) == datetime(2020, 12, 4, 22, 59, 59, tzinfo=UTC)
    assert dates.deadline_at(date(2020, 7, 4)) == datetime(2020, 7, 4, 21, 59, 59, tzinfo=UTC)


def test_moment_carries_the_zone_of_its_day():
    assert dates.format_moment(datetime(2020, 11, 25, 13, tzinfo=UTC)) == "25 November 2020, 14:00 CET"
    assert dates.format_moment(datetime(2020, 7, 25, 12, tzinfo=UTC)) == "25 July 2020, 14:00 CEST"


def test_suggested_deadline_moves_past_weekend_and_holidays():
    assert dates.workday_after(date(2020, 11, 27), 28) == date(2021, 1, 4)
    assert dates.workday_after(date(2020, 9, 4), 1) == date(2020, 9, 7)


def test_distance_counts_days_in_words():
    start = date(2020, 12, 2)
    assert dates.distance(date(2020, 12, 4), start) == "in 2 days"
    assert dates.distance(date(2020, 11, 30), start) == "2 days late"
    assert dates.distance(start, start) == "today"


class Line(PortalForm):
    title = forms.CharField(label="Title", max_length=20)
    text = forms.CharField(label="Text", widget=forms.Textarea, required=False)
    day = DayField(label="Day", required=False, past=False)


def test_form_takes_control_characters_out_and_keeps_lines():
    form = Line({"title": "a\tb\r\nBcc: x", "text": "one\r\ntwo\x07\x1b"})
    assert form.is_valid()
    assert form.cleaned_data["title"] == "a b Bcc: x"
    assert form.cleaned_data["text"] == "one\ntwo"


def test_form_asks_for_a_required_line_that_is_only_blank_or_control():
    form = Line({"title": "\u202e \x07"})
    assert form.errors["title"] == ["Enter: Title."]


def test_form_says_what_a_date_looks_like_and_refuses_the_past():
    assert Line({"title": "t", "day": "31/11"}).errors["day"] == ["Enter a date, for example 25 November 2020."]
    assert Line({"title": "t", "day": "2020-11-25"}).errors["day"] == ["Enter a date that is not in the past."]


def test_rebased_form_keeps_the_writers_text_and_takes_the_new_version():
    class Edit(VersionForm):
        text = forms.CharField()

    from django.http import QueryDict

    form = Edit(QueryDict("text=mine&version=1"))
    form.rebase(4)
    assert (form["text"].value(), form["version"].value()) == ("mine", 4)


def test_the_same_words_again_are_one_record_and_other_words_another():
    class New(TokenForm):
        title = forms.CharField()

    def token_of(title: str):
        form = New({"title": title, "token": "0b1e1f0c-0000-4000-8000-000000000001"})
        assert form.is_valid()
        return form.cleaned_data["token"]

    assert token_of("One") == token_of(" One ")
    assert token_of("One") != token_of("Two")


def test_markdown_shows_html_as_typed_and_no_script_link():
    html = render_markdown("<script>alert(1)</script> [x](javascript:alert(1)) **bold**\n\n# Head")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert 'href="javascript' not in html
    assert "<h3>Head</h3>" in html


def test_search_folds_case_and_accents_and_asks_for_every_word(db):
    index("proposal", 1, "Économie circulaire", "Matériaux", "/proposals/2026-1/")
    index("proposal", 2, "Circular saws", "", "/proposals/2026-2/", SearchText.Audience.SECRETARIES)
    assert [row.key for row in find("ECONOMIE materiaux", ["shared"])] == ["1"]
    assert find("circula", ["shared"]).count() == 1
    assert find("économies", ["shared"]).count() == 1
    assert find("circula", ["shared", "secretaries"]).count() == 2
    assert find("\x00%_", ["shared"]).count() == 0


def test_search_row_is_replaced_and_removed(db):
    index("area", 1, "Old", "", "/a/")
    index("area", 1, "New", "", "/a/")
    assert find("old", ["shared"]).count() == 0
    index("area", 1, "", "", "/a/")
    assert SearchText.objects.count() == 0
