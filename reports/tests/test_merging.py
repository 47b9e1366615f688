"""Two secretaries edit one body: sections of both are kept, the same section is never overwritten unseen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import today
from core.moves import Conflict
from organizations.models import BoardMeeting
from reports.merging import merge_sections
from reports.models import BoardReport
from reports.queries import newest_revision, suggested_period
from reports.services.board_reports import SectionConflict, approve_report, edit_report, propose_report
from reports.tests.factories import make_report

KEYS = ("a", "b", "c")
WORDS = st.sampled_from(["one", "two", "three"])
TEXTS = st.fixed_dictionaries(dict.fromkeys(KEYS, WORDS))


def sections(texts):
    return [{"key": key, "heading": key, "text": text} for key, text in texts.items()]


@given(TEXTS, TEXTS, TEXTS)
def test_every_section_is_from_the_one_who_changed_it_or_a_clash(base, theirs, mine):
    merged = merge_sections(sections(base), sections(theirs), mine)
    result = {section["key"]: section["text"] for section in merged.sections}
    for key in KEYS:
        both = theirs[key] != base[key] and mine[key] != base[key] and mine[key] != theirs[key]
        assert (key in merged.clashes) == both
        assert result[key] == (mine[key] if mine[key] != base[key] else theirs[key])


@given(TEXTS, TEXTS, TEXTS)
def test_the_order_of_two_edits_does_not_matter(base, theirs, mine):
    one = merge_sections(sections(base), sections(theirs), mine)
    other = merge_sections(sections(base), sections(mine), theirs)
    assert set(one.clashes) == set(other.clashes)
    if not one.clashes:
        assert sorted(one.sections, key=str) == sorted(other.sections, key=str)


def test_words_in_a_section_that_is_gone_are_a_clash():
    assert merge_sections(sections({"a": "x", "b": "y"}), sections({"a": "x"}), {"b": "mine"}).clashes == ["b"]


def texts_of(report):
    return {section["key"]: section["text"] for section in newest_revision(report).sections}


def test_sections_of_two_secretaries_are_both_kept(cast):
    report = make_report(cast)
    opened, texts = report.version, texts_of(report)
    edit_report(report, cast.iso_secretary, opened, {**texts, "background": "From ISO."}, base=1)
    edit_report(report, cast.iec_secretary, opened, {**texts, "next": "From IEC."}, base=1)
    assert texts_of(report)["background"] == "From ISO."
    assert texts_of(report)["next"] == "From IEC."
    assert newest_revision(report).reason == "together with the edits since revision 1"
    assert newest_revision(report).number == 3


def test_the_same_section_is_a_conflict_that_names_it(cast):
    report = make_report(cast)
    opened, texts = report.version, texts_of(report)
    edit_report(report, cast.iso_secretary, opened, {**texts, "background": "From ISO."}, base=1)
    mine = {**texts, "background": "From IEC.", "next": "From IEC."}
    with pytest.raises(SectionConflict) as refused:
        edit_report(report, cast.iec_secretary, opened, mine, base=1)
    assert refused.value.clashes == ["background"]
    assert texts_of(report)["background"] == "From ISO."


def test_an_edit_from_before_never_withdraws_verdicts_that_its_writer_has_not_seen(cast):
    report = make_report(cast)
    opened, texts = report.version, texts_of(report)
    edit_report(report, cast.iso_secretary, opened, {**texts, "background": "From ISO."}, base=1)
    propose_report(BoardReport.objects.get(), cast.iso_secretary)
    approve_report(BoardReport.objects.get(), cast.ISO, cast.iso_secretary, number=2)
    with pytest.raises(Conflict):
        edit_report(report, cast.iec_secretary, opened, {**texts, "next": "From IEC."}, base=1)
    assert newest_revision(report).approvals.count() == 1


def posted(report, texts, **more):
    return {**{f"text-{key}": text for key, text in texts.items()}, "reason": "", **more}


def test_pages_keep_both_edits_and_ask_where_they_meet(cast, client_of):
    report = make_report(cast)
    client, texts, address = client_of("iec_secretary"), texts_of(report), f"/reports/{report.pk}/edit/"
    form = client.get(address).context["form"]
    sent = {"version": form["version"].value(), "number": form["number"].value()}
    edit_report(report, cast.iso_secretary, report.version, {**texts, "background": "From ISO."})
    client.post(address, posted(report, {**texts, "next": "From IEC."}, **sent))
    assert (texts_of(report)["background"], texts_of(report)["next"]) == ("From ISO.", "From IEC.")

    answer = client.post(address, posted(report, {**texts, "background": "Also mine."}, **sent))
    page = answer.content.decode()
    assert "From ISO." in page
    assert "Also mine." in page
    again = answer.context["form"]
    assert again["text-next"].value() == "From IEC."
    assert int(again["number"].value()) == newest_revision(report).number
    data = {name: again[name].value() for name in again.fields}
    client.post(address, data)
    assert texts_of(report)["background"] == "Also mine."
    assert texts_of(report)["next"] == "From IEC."


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 40, "-1", "77"])
def test_a_number_that_was_made_up_overwrites_nothing(cast, client_of, number):
    report = make_report(cast)
    texts = texts_of(report)
    opened = report.version
    edit_report(report, cast.iso_secretary, opened, {**texts, "background": "From ISO."})
    sent = posted(report, {**texts, "background": "Mine."}, version=opened, number=number)
    assert client_of("iec_secretary").post(f"/reports/{report.pk}/edit/", sent).status_code == 200
    assert texts_of(report)["background"] == "From ISO."


def test_any_two_revisions_are_compared(cast, client_of):
    report = make_report(cast)
    for text in ("We met in Geneva.", "We met in Busan."):
        edit_report(report, cast.iso_secretary, report.version, {"background": text})
    client = client_of("iec_secretary")
    page = client.get(f"/reports/{report.pk}/compare/").content.decode()
    assert "Geneva</del>" in page
    assert "Busan</ins>" in page
    page = client.get(f"/reports/{report.pk}/compare/?from=3&with=3").content.decode()
    assert "The two texts are the same." in page
    assert client.get(f"/reports/{report.pk}/compare/?from=x&with={'9' * 50}").status_code == 200


def test_covers_page_names_only_what_differs(cast, client_of):
    report = make_report(cast)
    context = client_of("iec_secretary").get(f"/reports/{report.pk}/covers/").context
    differing = {row.label: row.values for row in context["differing"]}
    assert differing["Action"] == [
        f"{board} is invited to take note of this report." for board in ("ISO/TMB", "IEC/SMB", "ITU-T TSAG")
    ]
    assert {row.label for row in context["alike"]} >= {"Source", "Title", "Keywords", "Purpose"}
    assert {"Contact", "Abstract"} <= set(differing)


def test_period_begins_with_the_earliest_of_the_boards_last_meetings(cast):
    days = {cast.ISO: (200, 40), cast.IEC: (300, 70), cast.ITU_T: (90, 10)}
    for organization, ago in days.items():
        for number in ago:
            BoardMeeting.objects.create(organization=organization, held_on=today() - timedelta(days=number))
    BoardMeeting.objects.create(organization=cast.ISO, held_on=today() + timedelta(days=9))
    make_report(cast, period_from=date(2020, 1, 1), period_to=date(2020, 2, 1))
    assert suggested_period() == (today() - timedelta(days=70), today())
