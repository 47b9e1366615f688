"""Pages of board reports: what a reader sees, sends and is told."""

from __future__ import annotations

import pytest

from organizations.tests.factories import make_appointment
from reports.models import BoardReport
from reports.queries import newest_revision
from reports.services.board_reports import approve_report, edit_report, propose_report
from reports.tests.factories import approve_by_all, make_report


def test_secretary_drafts_edits_and_asks_in_the_browser(cast, client_of):
    client = client_of("iso_secretary")
    form = client.get("/reports/draft/").context["form"]
    data = {"title": "Report", "period_from": "1 March 2026", "period_to": "2026-06-30", "token": form["token"].value()}
    response = client.post("/reports/draft/", data, follow=True)
    report = BoardReport.objects.get()
    assert response.redirect_chain[-1][0] == f"/reports/{report.pk}/"
    assert "word for word" in response.content.decode()
    client.post("/reports/draft/", data)
    assert BoardReport.objects.count() == 1

    texts = {f"text-{section['key']}": "New words." for section in newest_revision(report).sections}
    client.post(f"/reports/{report.pk}/edit/", {**texts, "version": report.version, "reason": "shorter"})
    assert newest_revision(report).number == 2
    client.post(f"/reports/{report.pk}/propose/")
    client.post(f"/reports/{report.pk}/propose/")
    report.refresh_from_db()
    assert report.state == "for_approval"


def test_conflict_page_shows_both_texts(cast, client_of):
    report = make_report(cast)
    texts = {f"text-{section['key']}": "Mine." for section in newest_revision(report).sections}
    edit_report(report, cast.iec_secretary, report.version, {"background": "Theirs stands now."})
    page = client_of("iso_secretary").post(f"/reports/{report.pk}/edit/", {**texts, "version": 1}).content.decode()
    assert "Theirs stands now." in page
    assert "Mine." in page
    assert newest_revision(report).sections[0]["text"] == "Theirs stands now."


def test_words_typed_into_a_report_that_was_approved_meanwhile_stay_on_the_page(cast, client_of):
    report = make_report(cast)
    texts = {f"text-{section['key']}": "Typed in vain." for section in newest_revision(report).sections}
    approve_by_all(cast, report)
    client, address = client_of("iso_secretary"), f"/reports/{report.pk}/edit/"
    page = client.post(address, {**texts, "version": 1, "number": 1}).content.decode()
    assert "An approved report does not change. Draft the next one." in page
    assert "Typed in vain." in page
    assert newest_revision(report).number == 1
    assert client.get(address).status_code == 404


def test_bad_dates_are_said_beside_the_field_and_kept(cast, client_of):
    data = {"title": "", "period_from": "31/02/2026", "period_to": "2026-01-01"}
    page = client_of("iso_secretary").post("/reports/draft/", data).content.decode()
    assert "Enter a date, for example 25 November 2020." in page
    assert 'value="31/02/2026"' in page
    assert "<title>\nError:" in page or "Error:" in page


def test_draft_is_hidden_from_members_until_asked(cast, client_of):
    report = make_report(cast)
    assert client_of("iso_member").get(f"/reports/{report.pk}/").status_code == 404
    propose_report(report, cast.iso_secretary)
    assert client_of("iso_member").get(f"/reports/{report.pk}/").status_code == 200
    assert client_of("outsider").get(f"/reports/{report.pk}/").status_code == 404
    assert client_of("iso_member").get(f"/reports/{report.pk}/edit/").status_code == 404


def test_export_has_the_name_and_type_of_its_board(cast, client_of):
    report = make_report(cast)
    response = client_of("administrator").get(f"/reports/{report.pk}/export/itu-t/docx/")
    assert response.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert "ITU-T TSAG 2026-06-30.docx" in response.headers["Content-Disposition"]
    assert client_of("administrator").get(f"/reports/{report.pk}/export/itu-t/exe/").status_code == 404


def test_list_takes_the_same_number_of_queries_with_many_rows(cast, client_of, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of("administrator")
    make_report(cast)
    client.get("/reports/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/reports/")
    for _n in range(29):
        make_report(cast)
    with CaptureQueriesContext(connection) as many:
        assert client.get("/reports/").status_code == 200
    assert len(many) == len(few)


def test_composing_again_from_unchanged_records_changes_nothing(cast, client_of):
    report = propose_report(make_report(cast), cast.iso_secretary)
    approve_report(report, cast.ISO, cast.iso_secretary, number=1)
    client = client_of("iec_secretary")
    version = client.get(f"/reports/{report.pk}/").context["report"].version
    for _click in range(2):
        page = client.post(f"/reports/{report.pk}/compose/", {"version": version}, follow=True)
        assert "composed again from the records" in page.content.decode()
    assert newest_revision(report).number == 1
    assert newest_revision(report).approvals.count() == 1


@pytest.mark.parametrize("version", ["1", "", "x", "9" * 30])
def test_composing_from_an_old_page_overwrites_nothing_unseen(cast, client_of, version):
    report = make_report(cast)
    edit_report(report, cast.iec_secretary, report.version, {"background": "Theirs."})
    page = client_of("iso_secretary").post(f"/reports/{report.pk}/compose/", {"version": version}, follow=True)
    assert "changed the report since you opened this page" in page.content.decode()
    assert newest_revision(report).sections[0]["text"] == "Theirs."
    client_of("iso_secretary").post(f"/reports/{report.pk}/compose/", {"version": report.version})
    assert newest_revision(report).number == 3


def test_a_secretary_of_two_organizations_approves_for_the_one_in_the_address(cast, client_of):
    make_appointment(cast.iso_secretary, "secretary", cast.IEC)
    report = make_report(cast)
    propose_report(report, cast.itu_t_secretary)
    client, address = client_of("iso_secretary"), f"{report.get_absolute_url()}approve/"
    assert f"{address}?for=iec" in client.get(report.get_absolute_url()).content.decode()
    assert client.get(f"{address}?for=itu-t").status_code == 404
    data = {"number": newest_revision(report).number, "verdict": "approved"}
    client.post(f"{address}?for=iec", data)
    assert [row.organization for row in newest_revision(report).approvals.all()] == [cast.IEC]
