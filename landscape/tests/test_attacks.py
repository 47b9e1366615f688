"""What no page offers, sent all the same: keys of other areas, values that a form never had, signs that no text has."""

from __future__ import annotations

import csv
import re
import uuid
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from landscape.models import (
    Area,
    AreaDecision,
    AreaImport,
    AreaRemark,
    AreaSuggestion,
    Baseline,
    Confirmation,
    PriorityRound,
    Score,
)
from landscape.queries import newest_revision
from landscape.services.areas import edit_area
from landscape.services.baselines import take_baseline
from landscape.services.comments import comment_on_area
from landscape.services.decisions import record_decision
from landscape.services.imports import hold_import
from landscape.services.rounds import close_round
from landscape.services.suggestions import suggest_edit
from landscape.tests.factories import give_score, make_area, make_full_area, make_round
from landscape.tests.pages import answers, form_of, says, text_of

NONSENSE = (
    "9" * 30,
    "-1",
    "0",
    "x",
    "\x00",
    "\x00" * 3 + "1",
    "9" * 5000,
    "' OR 1=1 --",
    "\u0663",
    "1e3",
    "[]",
    "\ud7ff\ufffe",
)
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
MARKDOWN = (
    "[a](javascript:alert(1)) [b](data:text/html,x) [c](vbscript:x) ![d](https://evil.example/x.png) "
    '<https://ok.example> <javascript:alert(1)> <iframe src="https://evil.example"></iframe> [e]: javascript:alert(1)'
)


def token() -> str:
    return str(uuid.uuid4())


def written() -> tuple[int, ...]:
    """What stands besides comments and suggestions: no nonsense adds to it."""
    models = (AreaDecision, Baseline, Confirmation, Score, AreaImport, PriorityRound)
    return tuple(model.objects.count() for model in models)


@pytest.mark.parametrize("value", NONSENSE, ids=range(len(NONSENSE)))
def test_no_value_of_a_hidden_field_is_an_error_of_the_portal(cast, client_of, area, round, value):
    """Seen red on PostgreSQL: a zero character in the organization for which an area is confirmed."""
    secretary, member, base = client_of("iso_secretary"), client_of("iec_member"), area.get_absolute_url()
    comment = {"text": "Words", "token": token()}
    before, posts = (
        written(),
        [
            *(
                (member, f"{base}comment/", {**comment, name: value})
                for name in ("committee", "passage", "quote", "token")
            ),
            (member, f"{base}suggest/", {"text": "T", "token": token(), "version": value, "reason": value}),
            (member, f"{base}score/", dict.fromkeys(answers(round, "4"), value)),
            (secretary, f"{base}edit/", form_of(area, owner=value, version=value, kind_0=value, text=area.text)),
            (secretary, f"{base}restore/1/", {"version": value, "reason": "R"}),
            (secretary, f"{base}record-decision/", {"answer": value, "reason": "R", "token": token(), "seen": value}),
            (
                secretary,
                f"{base}record-decision/",
                {"answer": "yes", "reason": "R", "token": token(), "meeting": value},
            ),
            (secretary, f"{base}confirm/", {"organization": value, "revision": value}),
            (secretary, "/landscape/confirm/", {"areas": [value, f"{value}-{value}"]}),
            (secretary, "/landscape/baselines/take/", {"name": "B", "token": value}),
            (
                secretary,
                "/landscape/rounds/new/",
                {"title": "T", "closes_on": value, "weight_1": value, "token": value},
            ),
            (client_of("administrator"), "/landscape/confirm/period/", {"version": value, "days": value}),
        ],
    )
    for client, url, data in posts:
        response = client.post(url, data)
        assert response.status_code in (200, 302, 404), (url, data)
    assert written() == before
    assert newest_revision(area).number == 1


@pytest.mark.parametrize("value", NONSENSE, ids=range(len(NONSENSE)))
def test_no_value_in_an_address_is_an_error_of_the_portal(cast, client_of, area, round, value):
    """Seen red: words instead of a baseline's number to compare with."""
    baseline = take_baseline(cast.iso_secretary, name="B").get_absolute_url()
    client, base = client_of("iso_secretary"), area.get_absolute_url()
    asked = {
        "/landscape/": "q organization committee mechanism score support changed stale page",
        "/landscape/map/": "q area committee organization",
        "/landscape/ranking/": "round page",
        "/landscape/history/": "area page",
        "/landscape/baselines/": "page",
        "/landscape/confirm/": "organization page",
        base: "page suggestions",
        f"{base}compare/": "first second",
        baseline: "page",
        f"{baseline}compare/": "with",
        f"{baseline}compare/today/": "show page",
    }
    for url, names in asked.items():
        for name in names.split():
            assert client.get(url, {name: value}).status_code in (200, 302, 404), (url, name)
    if value.isdigit() and value.isascii():
        for path in (f"{base}compare/{value}/1/", f"{base}live/{value}/{value}/", f"/landscape/import/{value}/"):
            assert client.get(path).status_code in (204, 404), path


def test_a_number_beside_the_text_of_a_comment_changes_only_where_it_stands(cast, client_of, area):
    """A reply to nothing, or on a revision that is not there, is a comment like any other."""
    other = comment_on_area(make_area(cast.iso_secretary), cast.iso_member, "Elsewhere")
    client = client_of("iec_member")
    for more in ({"parent": other.pk}, {"parent": "9" * 30}, {"seen": "999999"}):
        client.post(f"{area.get_absolute_url()}comment/", {"text": f"{more}", "token": token(), **more})
    assert list(area.remarks.values_list("parent", "revision")) == [(None, None)] * 3
    assert other.replies.count() == 0


def test_keys_of_another_area_are_not_found(cast, client_of, area):
    other = make_area(cast.iso_secretary, text="Words.", owner=cast.ISO)
    remark = comment_on_area(other, cast.iso_member, "Said")
    suggestion = suggest_edit(other, cast.iso_member, newest_revision(other), "Other words.", reason="R")
    edit_area(other, cast.iso_secretary, 1, source="A paper")
    secretary, base = client_of("iso_secretary"), area.get_absolute_url()
    for path in (f"comment/{remark.pk}/resolve/", f"comment/{remark.pk}/reopen/"):
        assert secretary.post(f"{base}{path}", {"resolution": "x"}).status_code == 404
    for word in ("accept", "reject", "withdraw"):
        assert secretary.post(f"{base}suggestions/{suggestion.pk}/{word}/", {"word": "x"}).status_code == 404
    for path in ("restore/2/", "compare/1/2/"):
        assert secretary.get(f"{base}{path}").status_code == 404
    assert client_of("iso_member").get(f"{base}suggest/{suggestion.pk}/").status_code == 404
    assert client_of("iec_member").post(f"{other.get_absolute_url()}suggest/{suggestion.pk}/").status_code == 404
    held = hold_import(cast.iso_secretary, name="a.csv", content="name,description\nA,Text\n")
    for name in ("iec_secretary", "iso_member", "administrator"):
        assert client_of(name).post(f"/landscape/import/{held.pk}/").status_code == 404
    suggestion.refresh_from_db()
    remark.refresh_from_db()
    assert (suggestion.state, remark.resolved_at, Area.objects.filter(name="A").count()) == ("open", None, 0)


def test_a_revision_of_another_area_is_not_confirmed(cast, client_of):
    one, other = make_area(cast.iso_secretary), make_area(cast.iso_secretary)
    data = {"areas": [f"{one.pk}-{newest_revision(other).pk}"]}
    page = text_of(client_of("iso_secretary").post("/landscape/confirm/", data, follow=True))
    assert "changed while you were reading" in page
    assert not Confirmation.objects.exists()


def test_nobody_speaks_for_a_committee_of_another_organization(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    strange = next(row.committee for row in area.committees.all() if row.committee.acronym.startswith("ITU-T"))
    data = {"text": "For it", "token": token(), "committee": strange.pk}
    page = client_of("iec_member").post(f"{area.get_absolute_url()}comment/", data)
    assert page.context["form"].errors["committee"]
    assert "For it</textarea>" in text_of(page)
    assert area.remarks.count() == 0


def test_questions_of_a_round_that_is_over_take_no_answer(cast, client_of, area, round):
    give_score(round, area, cast.iec_member, 2)
    close_round(round, cast.iso_secretary)
    client, url = client_of("iec_member"), f"{area.get_absolute_url()}score/"
    assert "Scoring closed" in text_of(client.post(url, answers(round, "5"), follow=True))
    second = make_round(cast.iso_secretary, title="Second")
    assert client.post(url, answers(round, "5")).context["form"].errors
    mixed = {**answers(second, "4"), **answers(round, "5")}
    assert client.post(url, mixed).status_code == 302
    assert {(row.round, row.value) for row in Score.objects.select_related("round")} == {(round, 2), (second, 4)}


def test_hostile_names_stay_text_on_every_page(cast, client_of):
    area = make_area(cast.iso_secretary, name=HOSTILE, text=HOSTILE, source=HOSTILE, mechanisms=[("other", HOSTILE)])
    remark = comment_on_area(area, cast.iec_member, HOSTILE)
    baseline = take_baseline(cast.iso_secretary, name=HOSTILE)
    suggest_edit(area, cast.iec_member, newest_revision(area), f"{HOSTILE} more", reason=HOSTILE)
    record_decision(area, cast.iso_secretary, answer="yes", reason=HOSTILE)
    round = make_round(cast.iso_secretary, title=HOSTILE, criteria=[(HOSTILE, HOSTILE, 1)])
    give_score(round, area, cast.iec_member, 3, reason=HOSTILE)
    close_round(round, cast.iso_secretary)
    edit_area(area, cast.iso_secretary, 1, text=f"{HOSTILE} again", reason=HOSTILE)
    held = hold_import(
        cast.iso_secretary, name=HOSTILE, content=f'name,description\nA,"{HOSTILE.replace(chr(34), "")}"\n'
    )
    base, kept = area.get_absolute_url(), baseline.get_absolute_url()
    client = client_of("iso_secretary")
    for url in (
        *("/landscape/", "/landscape/map/", f"/landscape/map/?area={area.slug}", "/landscape/map/?q=<script>"),
        *("/landscape/ranking/", "/landscape/history/", "/landscape/baselines/", "/landscape/confirm/", "/"),
        *(base, f"{base}edit/", f"{base}suggest/", f"{base}restore/1/", f"{base}compare/1/2/", f"{base}close/"),
        *(f"{base}record-decision/", kept, f"{kept}compare/today/", f"/landscape/import/{held.pk}/"),
        *(f"/landscape/rounds/{round.pk}/compare/{round.pk}/", "/landscape/?q=<script>&committee=<script>"),
    ):
        page = text_of(client.get(url, follow=True))
        assert "<script>alert" not in page, url
        assert "<img" not in page, url
        assert "alert(1)" in page or "&lt;script&gt;" in page, url
    assert remark.text == HOSTILE


def test_markdown_leads_nowhere_and_fetches_nothing(cast, client_of):
    area = make_area(cast.iso_secretary, text=MARKDOWN)
    page = text_of(client_of("observer").get(area.get_absolute_url()))
    text = page.split('<div class="record">')[1].split("</div>")[0]
    assert re.findall(r'<[^>]*(?:href|src)="([^"]*)', text) == ["https://ok.example"]
    assert re.search("<(img|iframe|script|object)", text) is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_of_a_baseline_or_a_comparison_is_a_formula(cast, client_of, start):
    bad = f'{start}HYPERLINK("http://x","y")'
    area = make_area(cast.iso_secretary, name=f"{start}1+1", text=bad, source=bad, mechanisms=[("other", bad)])
    baseline = take_baseline(cast.iso_secretary, name=f"{start}1").get_absolute_url()
    edit_area(area, cast.iso_secretary, 1, text=f"{bad} more", source=f"{bad} more")
    make_area(cast.iso_secretary, name=f"{start}2+2", text=bad)
    client = client_of("observer")
    for path in ("/landscape/export/", f"{baseline}export/", f"{baseline}compare/today/export/"):
        for sheet in load_workbook(BytesIO(client.get(f"{path}xlsx/").content)):
            assert "f" not in {cell.data_type for row in sheet for cell in row}, path
        rows = csv.reader(StringIO(client.get(f"{path}csv/").content.decode("utf-8-sig"), newline=""))
        assert [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")] == [], path


@pytest.mark.parametrize("name", ["comment", "suggest"])
def test_ten_megabytes_are_refused_in_words(client_of, area, name):
    data = f"text={'x' * 10_500_000}&reason=R&version=1&token={token()}"
    url = f"{area.get_absolute_url()}{name}/"
    response = client_of("iec_member").post(url, data, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    assert "could not be read" in text_of(response)
    assert (AreaRemark.objects.count(), AreaSuggestion.objects.count()) == (0, 0)


@pytest.mark.parametrize(("field", "most"), [("text", 50_000), ("reason", 300)])
def test_a_text_that_is_too_long_comes_back_with_the_reason(client_of, area, field, most):
    data = {"text": "T", "reason": "R", "version": 1, "token": token(), field: "x" * (most + 1)}
    page = client_of("iec_member").post(f"{area.get_absolute_url()}suggest/", data)
    assert page.context["form"].errors[field]
    assert "x" * (most + 1) in text_of(page)


def test_signs_that_no_text_has_are_left_out_and_right_to_left_stays(cast, client_of, area):
    client, url = client_of("iec_member"), f"{area.get_absolute_url()}comment/"
    arabic = "معايير المدن الذكية (smart) עברית"
    client.post(url, {"text": f"\u202e{arabic}\u202c\u2066\x07", "token": token()})
    raw = f"text=%ED%A0%80%ED%BF%BFhalf&token={token()}"
    client.post(url, raw, content_type="application/x-www-form-urlencoded")
    first, second = area.remarks.order_by("pk").values_list("text", flat=True)
    assert first == arabic
    assert second.endswith("half")
    assert second.isprintable()
    assert second.encode()
    assert arabic in text_of(client.get(area.get_absolute_url()))


@pytest.mark.parametrize("format", ["xlsx", "csv", "docx", "pdf"])
def test_signs_of_all_kinds_leave_in_every_format(cast, client_of, format):
    """Seen red: two signs that no XML holds, in one text, and nobody got the spreadsheet."""
    make_area(cast.iso_secretary, name="معايير Ports\x0b", text="א\x07\x1f\ufffe😀 quays\n\n<b>&amp;", source="\x08s")
    round = make_round(cast.iso_secretary, title="R\uffff")
    give_score(round, Area.objects.get(), cast.iso_member, 3)
    baseline = take_baseline(cast.iso_secretary, name="B\uffff").get_absolute_url()
    make_area(cast.iso_secretary, name="Ships\uffff", text="Ships \ufffe")
    for path, words in (("", ["Ports", "quays"]), (baseline, ["quays"]), (f"{baseline}compare/today/", ["Ships"])):
        data = client_of("iso_member").get(f"{path or '/landscape/'}export/{format}/").content
        assert says(data, format, *words), path


@pytest.mark.parametrize(
    "content",
    [
        b"name,description\nA\x00B,Text\n",
        b"name,description,committees\nA,Text,ISO/TC\x00 1\n",
        b"name,description,documents\nA,Text,SPCG-4\x007\n",
        b"name,description\nA,\xed\xa0\x80\n",
    ],
)
def test_a_file_with_signs_that_no_text_has_is_refused_in_words(client_of, cast, content):
    response = client_of("iso_secretary").post("/landscape/import/", {"file": SimpleUploadedFile("a.csv", content)})
    assert "errsum" in text_of(response)
    assert not AreaImport.objects.exists()
