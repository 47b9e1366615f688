"""Two real connections at one instant, on PostgreSQL.

Red without the lock at the beginning of `edit_report`: the first two; of `approve_report`: the verdict given twice, the
revision that is being replaced, the edit in the middle of the last approval. The last two approvals meet at the row of
the search as well, and were red with the lock and that row taken away. Red without the version in `_next_version`: the
edit and the composition; without the comparison of the number: the revision that is being replaced."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection

from core.moves import AlreadyDone, Stale, WrongState
from core.tests.at_once import at_once, in_the_middle
from reports.models import BoardReport
from reports.queries import newest_revision
from reports.services import board_reports
from reports.services.board_reports import (
    SectionConflict,
    approve_report,
    compose_report,
    edit_report,
    propose_report,
)
from reports.tests.factories import make_report

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two real connections"),
    pytest.mark.django_db(transaction=True),
]


def fresh(report):
    return BoardReport.objects.get(pk=report.pk)


def texts_of(report):
    return {section["key"]: section["text"] for section in newest_revision(report).sections}


def out_for_approval(cast, *given):
    """A report that waits for the last verdicts on revision 1."""
    report = propose_report(make_report(cast), cast.iso_secretary)
    for code in given:
        approve(cast, report, code)
    return report


def approve(cast, report, code, number=1):
    by = cast.fresh(f"{code.lower()}_secretary")
    return approve_report(fresh(report), getattr(cast, code), by, number=number)


def edit(report, by, **texts):
    return edit_report(fresh(report), by, report.version, {**texts_of(report), **texts}, base=1)


def test_two_who_save_different_sections_at_once_are_both_kept(cast, monkeypatch):
    report = make_report(cast)
    iso, iec = cast.fresh("iso_secretary"), cast.fresh("iec_secretary")
    in_the_middle(
        monkeypatch,
        board_reports,
        "_add_revision",
        lambda: edit(report, iso, background="From ISO."),
        lambda: edit(report, iec, next="From IEC."),
    )
    kept = texts_of(report)
    assert (kept["background"], kept["next"]) == ("From ISO.", "From IEC.")
    assert [item.number for item in report.revisions.order_by("number")] == [1, 2, 3]


def test_two_who_save_the_same_section_at_once_are_one_text_and_one_question(cast, monkeypatch):
    report = make_report(cast)
    iso, iec = cast.fresh("iso_secretary"), cast.fresh("iec_secretary")
    results = in_the_middle(
        monkeypatch,
        board_reports,
        "_add_revision",
        lambda: edit(report, iso, background="From ISO.").number,
        lambda: edit(report, iec, background="From IEC.", next="Also from IEC."),
    )
    assert results == [2, SectionConflict]
    assert texts_of(report)["background"] == "From ISO."


@pytest.mark.parametrize("_time", range(2))
def test_no_word_of_two_who_save_the_same_section_at_once_is_lost(cast, client_of, _time):
    """Whoever comes second reads both texts on the page and saves from there."""
    report, address = make_report(cast), "/reports/{}/edit/"
    clients, words = [client_of("iso_secretary"), client_of("iec_secretary")], ["Words of ISO.", "Words of IEC."]
    own = ["situation", "next"]
    sent = {f"text-{key}": text for key, text in texts_of(report).items()} | {"version": report.version, "number": 1}
    pages = at_once(
        *(
            lambda client=client, text=text, key=key: client.post(
                address.format(report.pk), {**sent, "text-background": text, f"text-{key}": f"{text} More."}
            )
            for client, text, key in zip(clients, words, own, strict=True)
        )
    )
    assert sorted(page.status_code for page in pages) == [200, 302]
    second = 0 if pages[0].status_code == 200 else 1
    page = pages[second].content.decode()
    assert [text in page for text in words] == [True, True]
    form = pages[second].context["form"]
    clients[second].post(address.format(report.pk), {name: form[name].value() or "" for name in form.fields})
    kept = texts_of(report)
    assert kept["background"] == words[second]
    assert [kept[key] for key in own] == [f"{text} More." for text in words]
    assert report.revisions.get(number=2).sections[0]["text"] == words[1 - second]


def test_an_edit_and_a_composition_at_once_never_overwrite_each_other_unseen(cast, monkeypatch):
    report = make_report(cast)
    edit_report(report, cast.iso_secretary, report.version, {"background": "Typed."})
    read, iso, iec = fresh(report), cast.fresh("iso_secretary"), cast.fresh("iec_secretary")
    results = in_the_middle(
        monkeypatch,
        board_reports,
        "_add_revision",
        lambda: edit_report(fresh(report), iso, read.version, {"background": "Typed again."}).number,
        lambda: compose_report(read, iec, read.version),
    )
    assert results == [3, Stale]
    assert texts_of(report)["background"] == "Typed again."


@pytest.mark.parametrize("_time", range(3))
def test_last_two_approvals_at_once_approve_exactly_once(cast, _time):
    report = out_for_approval(cast, "ISO")
    at_once(lambda: approve(cast, report, "IEC"), lambda: approve(cast, report, "ITU_T"))
    report = fresh(report)
    assert (report.state, report.approved_at is None) == ("approved", False)
    assert report.history.filter(action="approve", actor=None).count() == 1
    assert newest_revision(report).approvals.count() == 3


def test_the_last_approval_in_the_middle_of_the_one_before_it_sees_both(cast, monkeypatch):
    report = out_for_approval(cast, "ISO")
    results = in_the_middle(
        monkeypatch,
        board_reports,
        "is_approved_by_all",
        lambda: approve(cast, report, "IEC").state,
        lambda: approve(cast, report, "ITU_T").state,
    )
    assert results == ["for_approval", "approved"]
    assert fresh(report).history.filter(action="approve", actor=None).count() == 1


def test_one_verdict_given_twice_at_once_is_one(cast, monkeypatch):
    report = out_for_approval(cast)
    results = in_the_middle(
        monkeypatch,
        board_reports,
        "is_approved_by_all",
        lambda: approve(cast, report, "ISO").state,
        lambda: approve(cast, report, "ISO"),
    )
    assert results == ["for_approval", AlreadyDone]
    assert report.history.filter(action="approve").count() == newest_revision(report).approvals.count() == 1


def test_the_last_approval_of_a_revision_that_is_being_replaced_is_refused(cast, monkeypatch):
    report = out_for_approval(cast, "ISO", "IEC")
    by = cast.fresh("iec_secretary")
    results = in_the_middle(
        monkeypatch,
        board_reports,
        "_add_revision",
        lambda: edit_report(fresh(report), by, fresh(report).version, {"background": "New words."}).number,
        lambda: approve(cast, report, "ITU_T"),
    )
    assert results == [2, Stale]
    report = fresh(report)
    assert (report.state, newest_revision(report).approvals.count()) == ("draft", 0)
    assert report.revisions.get(number=1).approvals.count() == 2


def test_who_approves_a_revision_that_is_being_replaced_is_shown_the_new_one(cast, client_of, monkeypatch):
    report = out_for_approval(cast, "ISO", "IEC")
    by, client = cast.fresh("iec_secretary"), client_of("itu_t_secretary")
    address = f"/reports/{report.pk}/approve/?for=itu-t"
    pages = in_the_middle(
        monkeypatch,
        board_reports,
        "_add_revision",
        lambda: edit_report(fresh(report), by, fresh(report).version, {"background": "New words."}),
        lambda: client.post(address, {"number": 1, "verdict": "approved"}, follow=True),
    )
    page = pages[1].content.decode()
    assert "There is a newer revision. Look at it before you approve." in page
    assert "New words." in page


def test_an_edit_in_the_middle_of_the_last_approval_changes_nothing_that_was_approved(cast, monkeypatch):
    report = out_for_approval(cast, "ISO", "IEC")
    by, version = cast.fresh("iec_secretary"), fresh(report).version
    results = in_the_middle(
        monkeypatch,
        board_reports,
        "is_approved_by_all",
        lambda: approve(cast, report, "ITU_T").state,
        lambda: edit_report(fresh(report), by, version, {"background": "Late."}),
    )
    assert results == ["approved", WrongState]
    assert report.revisions.count() == 1


@pytest.mark.parametrize("_time", range(2))
def test_two_who_draft_from_one_page_at_once_draft_one_report(cast, _time):
    token = uuid.uuid4()
    found = at_once(*[lambda: make_report(cast, token=token).pk] * 2)
    report = BoardReport.objects.get()
    assert set(found) == {report.pk}
    assert (report.covers.count(), report.revisions.count()) == (3, 1)
